"""The step *assess*: what each capture holds, measured. Leaves ``assessment.json``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sma_plugin.characteristics.measure import assess
from sma_plugin.findings import Finding, make
from sma_plugin.package import WorkArea
from sma_plugin.package.files import write_json
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.settings import Settings

STEP = "assess"
_MISSING_MEDIA = """
SELECT count(DISTINCT media.id) FROM media JOIN media_use ON media_use.media = media.id
JOIN post_version ON post_version.id = media_use.version JOIN post ON post.id = post_version.post
WHERE media.path IS NULL AND post.class = 'own'"""
_ORPHANS = """
SELECT count(*) FROM post JOIN thread_order AS told ON told.post = post.id
WHERE post.class = 'own' AND told.parent IS NULL
AND EXISTS (SELECT 1 FROM relation WHERE relation.post = post.id AND relation.kind = 'reply')"""
_CLASSES = {"incidental": ("toevallig meegekomen", "incidental"), "mention": ("vermelding van het account", "mentions")}
_LEFT_OUT = """
SELECT class, count(*) FROM post WHERE class IN ('incidental', 'mention')
AND id IN (SELECT post FROM post_version) GROUP BY class"""
"""Posts of which there is nothing but word, such as a notice of deletion, were not captured."""


def assess_step(place: WorkArea, _settings: Settings, report: Reporter) -> Outcome:
    """Measure the history and name its gaps."""
    report.start(STEP)
    db = sqlite3.connect(f"file:{place.history}?mode=ro", uri=True)
    try:
        write_json(place.assessment, assess(db))
        findings = list(_gaps(db))
    finally:
        db.close()
    for finding in findings:
        report.finding(finding)
    place.log(STEP, [], findings)
    return Outcome.OK


def _gaps(db: sqlite3.Connection) -> Iterator[Finding]:
    missing = db.execute(_MISSING_MEDIA).fetchone()[0]
    if missing:
        yield make("SMA-H005", count=missing)
    orphans = db.execute(_ORPHANS).fetchone()[0]
    if orphans:
        yield make("SMA-H006", count=orphans)
    for klass, count in db.execute(_LEFT_OUT):
        yield make("SMA-H007", count=count, label_nl=_CLASSES[klass][0], label_en=_CLASSES[klass][1])
