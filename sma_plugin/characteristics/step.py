"""The step *assess*: what each capture holds, measured. Leaves ``assessment.json``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sma_plugin.characteristics.gaps import gaps
from sma_plugin.characteristics.measure import assess
from sma_plugin.findings import Finding, make
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_only, write_json
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.settings import Settings

STEP = "assess"
_CLASSES = {"incidental": ("toevallig meegekomen", "incidental"), "mention": ("vermelding van het account", "mentions")}
_LEFT_OUT = """
SELECT class, count(*) FROM post WHERE class IN ('incidental', 'mention')
AND id IN (SELECT post FROM post_version) GROUP BY class"""
"""Posts of which there is nothing but word, such as a notice of deletion, were not captured."""


def assess_step(place: WorkArea, _settings: Settings, report: Reporter) -> Outcome:
    """Measure the history and name its gaps."""
    report.start(STEP)
    db = sqlite3.connect(read_only(place.history), uri=True)
    try:
        write_json(place.assessment, assess(db))
        findings = [*gaps(db), *_left_out(db)]
    finally:
        db.close()
    for finding in findings:
        report.finding(finding)
    place.log(STEP, [], findings)
    return Outcome.OK


def _left_out(db: sqlite3.Connection) -> Iterator[Finding]:
    for klass, count in db.execute(_LEFT_OUT):
        yield make("SMA-H007", count=count, label_nl=_CLASSES[klass][0], label_en=_CLASSES[klass][1])
