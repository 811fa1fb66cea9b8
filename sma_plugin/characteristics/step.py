"""The step *assess*: what each capture holds, measured. Leaves ``assessment.json``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sma_plugin.bundle.delivery import DeliveryRecord
from sma_plugin.characteristics.catalogue import wanted
from sma_plugin.characteristics.gaps import gaps
from sma_plugin.characteristics.measure import assess
from sma_plugin.characteristics.shortfalls import shortfalls
from sma_plugin.findings import Finding, make
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json, read_only, write_json
from sma_plugin.package.items import read_items
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.settings import Settings
from sma_plugin.stored.chain import relate_all

STEP = "assess"
_CLASSES = {"incidental": ("toevallig meegekomen", "incidental"), "mention": ("vermelding van het account", "mentions")}
_LEFT_OUT = """
SELECT class, count(*) FROM post WHERE class IN ('incidental', 'mention')
AND id IN (SELECT post FROM post_version) GROUP BY class"""
"""Posts of which there is nothing but word, such as a notice of deletion, were not captured."""


def assess_step(place: WorkArea, settings: Settings, report: Reporter) -> Outcome:
    """Measure the history and name its gaps; put it beside earlier packages (``--previous``)."""
    report.start(STEP)
    db = sqlite3.connect(read_only(place.history), uri=True)
    try:
        aims, findings = wanted(settings)
        assessment = assess(db, aims)
        write_json(place.assessment, assessment)
        findings += [*gaps(db), *_left_out(db), *shortfalls(assessment, aims)]
    finally:
        db.close()
    findings += _beside_earlier(place, settings)
    for finding in findings:
        report.finding(finding)
    place.log(STEP, [], findings)
    return Outcome.OK


def _beside_earlier(place: WorkArea, settings: Settings) -> list[Finding]:
    """One history with the packages that this delivery is to be related to; compose relates each package with it."""
    captures = [one.capture for one in read_json(place.delivery, DeliveryRecord).captures]
    paths = [Path(path) for path in settings.previous]
    return list(relate_all(place.step(STEP), paths, place.history, captures, read_items(place.items)))


def _left_out(db: sqlite3.Connection) -> Iterator[Finding]:
    for klass, count in db.execute(_LEFT_OUT):
        yield make("SMA-H007", count=count, label_nl=_CLASSES[klass][0], label_en=_CLASSES[klass][1])
