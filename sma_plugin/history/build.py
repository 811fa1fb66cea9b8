"""The step *history*: one account history out of all captures. Leaves ``history.sqlite``."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

from sma_plugin.bundle.delivery import DeliveryRecord
from sma_plugin.bundle.names import printable
from sma_plugin.findings import Finding, make
from sma_plugin.history.attribution import classify, find_own
from sma_plugin.history.load import Loader
from sma_plugin.history.threads import order_threads
from sma_plugin.model import Event, Post
from sma_plugin.notation import platform as platform_name
from sma_plugin.package import WorkArea
from sma_plugin.package.files import PART, publish, read_json
from sma_plugin.package.items import read_items, without_collector
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.settings import Settings

STEP = "history"
UNITS = {
    "accounts": "accounts",
    "captured URLs": "vastgelegde URL's",
    "channels": "kanalen",
    "comments": "reacties",
    "contacts": "contacten",
    "deleted posts": "verwijderde berichten",
    "deletions": "verwijderingen",
    "long texts": "lange teksten",
    "own bookmarks": "eigen bladwijzers",
    "own likes": "eigen likes",
    "pages": "pagina's",
    "post headers": "berichtkoppen",
    "posts": "berichten",
    "requests": "verzoeken",
    "videos": "video's",
}
"""Dutch for the units that readers tally."""
_TICK = 1000


def history(place: WorkArea, settings: Settings, report: Reporter) -> Outcome:
    """Load every item that the readers yielded, settle identity and versions, and order the threads."""
    record = read_json(place.delivery, DeliveryRecord)
    report.start(STEP)
    target = place.history
    part = target.with_name(target.name + PART)
    part.unlink(missing_ok=True)
    loader = Loader(part)
    numbers = [loader.capture(capture.capture) for capture in record.captures]
    for number, capture in zip(numbers, record.captures, strict=True):
        loader.declare(number, capture.capture)
    posts = 0
    with without_collector():
        for capture_index, item in read_items(place.items):
            loader.add(numbers[capture_index], item)
            if type(item) is Post:
                posts += 1
                if posts % _TICK == 0:
                    report.progress(posts=_TICK)
    report.progress(posts=posts % _TICK)
    db = loader.finish(full_text=True)
    order_threads(db)
    db.execute("BEGIN")
    findings = [*find_own(db, settings.subjects), *_findings(db), *_kept_apart(loader.apart)]
    classify(db)
    db.execute("COMMIT")
    db.close()
    publish(part, target)
    for finding in findings:
        report.finding(finding)
    place.log(STEP, list(_events(settings, record)), findings)
    return Outcome.OK


def _findings(db: sqlite3.Connection) -> Iterator[Finding]:
    if not db.execute("SELECT 1 FROM post_version LIMIT 1").fetchone():
        yield make("SMA-H001")
    for capture, unit, stated, counted, path in db.execute(
        "SELECT capture.name, unit, stated, counted, path FROM tally JOIN capture ON capture.id = tally.capture"
        " WHERE stated <> counted"
    ):
        yield make(
            "SMA-H004",
            path=printable(path),
            capture=capture,
            unit_nl=UNITS.get(unit, unit),
            unit_en=unit,
            stated=stated,
            counted=counted,
        )


def _kept_apart(apart: list[tuple[str, int]]) -> Iterator[Finding]:
    counts: Counter[str] = Counter()
    for platform, count in apart:
        counts[platform] += count
    for platform, count in sorted(counts.items()):
        yield make("SMA-H013", count=count, platform=platform_name(platform))


def _events(settings: Settings, record: DeliveryRecord) -> Iterator[Event]:
    for capture in record.captures:
        yield settings.stamps.event(
            "metadata extraction",
            "profile, posts, media and counts read into one account history",
            step=STEP,
            key=capture.capture.id,
            objects=(f"capture:{capture.capture.id}",),
        )
