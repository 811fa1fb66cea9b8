"""What the step *normalise* makes of posts: the account history as ActivityStreams 2.0, one object per line.

The first run reads the slice that compose left; a later one reads ``posts.jsonl`` itself back into a history, and
writes the same again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sma_plugin.findings import Finding, make
from sma_plugin.formats import activitystreams
from sma_plugin.formats.comparing import TRAITS, Before
from sma_plugin.formats.derived import records_of
from sma_plugin.history.attribution import classify
from sma_plugin.history.load import Loader
from sma_plugin.history.rebuild import items_of
from sma_plugin.history.store import HistoryStore
from sma_plugin.history.threads import order_threads
from sma_plugin.model import Agent, HistoryItem, PostHistory
from sma_plugin.package import Package
from sma_plugin.package.files import write_bytes, write_json, write_json_lines, writing
from sma_plugin.package.records import PackageRecord, read_record
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.settings import Settings

STEP = "normalise"
_SHIPPED = (activitystreams.CONTEXT_FILE, activitystreams.SCHEMA_FILE)
_TICK = 500
LOST = dict(zip(TRAITS, (f"SMA-F09{number}" for number in range(len(TRAITS))), strict=True))
"""The code for what a post was before and is not after, by what it is."""
GONE = "SMA-F096"


def normalise(place: Package, settings: Settings, report: Reporter) -> Outcome:
    """Write ``posts.jsonl``, its sidecar, context and schema under ``objects/derived/normalised``."""
    with history_of(place) as items:
        counts, before = _write_posts(place.posts, items, report)
    for name in _SHIPPED:
        write_bytes(place.normalised / name, activitystreams.shipped(name))
    write_json(place.posts_meta, activitystreams.meta(counts))
    write_json_lines(place.step(STEP) / "files.jsonl", records_of(place, place.normalised, "preservation", settings))
    record = read_record(place.record)
    captures = tuple(f"capture:{capture.id}" for capture in record.capture)
    event = settings.stamps.event(
        "normalization",
        "posts to W3C ActivityStreams 2.0, one JSON object per line",
        step=STEP,
        key="posts",
        agents=(Agent(settings.archive.name, role="implementer"),),
        objects=("representation:normalised", *captures),
    )
    findings = list(lost(place, before))
    for finding in findings:
        report.finding(finding)
    place.log(STEP, [event], findings)
    return Outcome.ERRORS if findings else Outcome.OK


def lost(place: Package, before: Before) -> Iterator[Finding]:
    """What is not in the file as it was before: every post is read back, and held against what was written."""
    path = place.posts.relative_to(place.root).as_posix()
    for one in before.differences(line.item for line in activitystreams.read_lines(place.posts)):
        for code in (GONE,) if one.gone else (LOST[name] for name in one.traits):
            yield make(code, path=path, item=one.item)


@contextmanager
def history_of(place: Package) -> Iterator[Iterator[HistoryItem]]:
    """The history of a package: compose's slice, or rebuilt from its own ``posts.jsonl``."""
    if place.history.is_file():
        with HistoryStore(place.history) as store:
            yield store.histories()
        return
    with tempfile.TemporaryDirectory(prefix="sma-") as folder:
        path = Path(folder) / "history.sqlite"
        rebuild(place.posts, read_record(place.record), path)
        with HistoryStore(path) as store:
            yield store.histories()


def rebuild(posts: Path, record: PackageRecord, target: Path) -> None:
    """Read normalised posts back into a history store."""
    loader = Loader(target)
    for capture in record.capture:
        loader.capture(capture)
    for item in items_of(lambda: (line.item for line in activitystreams.read_lines(posts))):
        loader.add(0, item)
    db = loader.finish()
    order_threads(db)
    db.execute("BEGIN")
    classify(db)
    db.execute("COMMIT")
    db.close()


def _write_posts(path: Path, items: Iterator[HistoryItem], report: Reporter) -> tuple[activitystreams.Counts, Before]:
    counts, before = activitystreams.Counts(), Before()
    posts = 0
    with writing(path) as stream:
        for item in items:
            stream.write(activitystreams.encode(item))
            counts.add(item)
            before.add(item)
            if isinstance(item, PostHistory):
                posts += 1
                if posts % _TICK == 0:
                    report.progress(posts=_TICK)
    report.progress(posts=posts % _TICK)
    return counts, before
