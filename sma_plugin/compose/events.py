"""What happened while a package was composed, as events, and the earlier events that concern it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from sma_plugin.compose.copy import Copied
from sma_plugin.compose.excluded import Excluded
from sma_plugin.compose.naming import Instead
from sma_plugin.compose.planning import Planned
from sma_plugin.formats.identify import signature_file, tool
from sma_plugin.model import Agent, Event
from sma_plugin.settings import Settings

STEP = "compose"


def inherited(planned: Planned, earlier: Iterable[Event]) -> Iterator[Event]:
    """The events of earlier steps that concern the package."""
    objects = {f"capture:{capture}" for capture in planned.captures}
    for event in earlier:
        if f"account:{planned.account.label}" in event.objects:
            yield msgspec.structs.replace(event, objects=("package",))
        elif objects.intersection(event.objects):
            yield event


def composed(planned: Planned, copied: list[Copied], excluded: Excluded, settings: Settings) -> Iterator[Event]:
    """The events of compose itself."""
    stamps = settings.stamps
    used = tool(signature_file(settings))
    for capture in planned.captures:
        yield stamps.event(
            "format identification",
            f"PRONOM signatures ({used.signatures}), and the project's own ids for what PRONOM lacks",
            step=STEP,
            key=capture,
            agents=(Agent(used.name, "software", "executing program", used.version),),
            objects=(f"capture:{capture}",),
        )
    yield from _unpacked(copied, settings)
    for one in copied:
        if one.extract:
            rules = ", ".join(sorted({span.rule for span in one.extract.spans}))
            yield stamps.event(
                "redaction",
                f"{len(one.extract.spans)} items cut from an extract; rules: {rules}; see extract.json",
                step=STEP,
                key=one.file.path,
                objects=(one.file.path,),
            )
    if excluded.count:
        yield stamps.event(
            "appraisal",
            f"{excluded.count} items out of scope were left out; see excluded.json",
            step=STEP,
            key=f"excluded/{planned.account.label}",
        )


def _unpacked(copied: list[Copied], settings: Settings) -> Iterator[Event]:
    """One event per WACZ whose WARC files are delivered instead of it."""
    inner: dict[str, list[str]] = {}
    for one in copied:
        if one.inner:
            inner.setdefault(one.inner.path, []).append(one.file.path)
    for wacz, files in inner.items():
        yield settings.stamps.event(
            "unpacking",
            "a record may not enter the package, so the WARC files of the WACZ are delivered instead of it; page"
            " lists, indexes and its own manifest stay out",
            step=STEP,
            key=wacz,
            objects=tuple(files),
        )


def numbered(copied: Iterable[Copied], instead: Instead) -> Iterator[Copied]:
    """The files that have a number for a name."""
    return (one for one in copied if one.file.delivered and instead.path(one.file.delivered) != one.file.delivered)


def renaming(copied: Iterable[Copied], instead: Instead, settings: Settings) -> Iterator[Event]:
    """What was done to names, one event per capture."""
    files: dict[str, list[str]] = {}
    for one in numbered(copied, instead):
        files.setdefault(one.file.capture or "", []).append(one.file.path)
    for capture, paths in files.items():
        yield settings.stamps.event(
            "filename change",
            f"{len(paths)} files stand under a number, because the name of file or folder tells of a third party; the"
            " delivered names are in captures.toml",
            step=STEP,
            key=f"names/{capture}",
            objects=tuple(paths),
        )
