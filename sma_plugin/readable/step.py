"""The step *protect*: the copy for access, with its posts as a table and as pages where the archive wants those.

They are made of the copy alone, so that they hold nobody whom it does not hold. Of the posts themselves nothing of the
kind enters a package: whoever needs it for the archive's own work makes it beside one (``sma posts --original``).
"""

from __future__ import annotations

from pathlib import Path

from sma_plugin.formats.derived import records_of
from sma_plugin.model import Agent, Event
from sma_plugin.package import READABLE, Package
from sma_plugin.package.files import write_json_lines
from sma_plugin.privacy import protecting
from sma_plugin.privacy.copying import POSTS
from sma_plugin.privacy.step import STEP
from sma_plugin.processes import Tick
from sma_plugin.readable.source import Source
from sma_plugin.readable.writing import Written, write_pages
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.settings import Settings


def protect(place: Package, settings: Settings, report: Reporter) -> Outcome:
    """Write what others than the custodian may see; the copy for access readable as well."""
    report.start(STEP)
    files, events, findings = protecting.protected(place, settings, report)
    if settings.defaults.readable and place.access_posts.is_file():
        # These posts were counted when they were copied.
        written = write_beside(place.access, settings, lambda _more: report.progress())
        made = list(records_of(place, place.readable, "access", settings))
        files += made
        events.append(event_of(written, settings, *(record.path for record in made)))
    write_json_lines(place.step(STEP) / "files.jsonl", files)
    for finding in findings:
        report.finding(finding)
    place.log(STEP, events, findings)
    return Outcome.OK


def write_beside(copy: Path, settings: Settings, tick: Tick) -> Written:
    """Write the table and the pages of a copy for access into a folder of it; what lies there is replaced."""
    source, folder = Source(copy / POSTS, copy, protected=True), copy / READABLE
    return write_pages(source, (folder, folder), settings.defaults.language, tick)


def event_of(written: Written, settings: Settings, *objects: str) -> Event:
    """That the table and the pages were made."""
    return settings.stamps.event(
        "creation",
        "posts of the copy for access as a table (CSV) and as pages (HTML)",
        step=STEP,
        key="readable",
        note=f"posts: {written.posts}; pages: {len(written.pages)}",
        agents=(Agent(settings.archive.name, role="implementer"),),
        objects=objects,
    )
