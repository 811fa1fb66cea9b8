"""Measuring what captures hold of an account: counts by unit, and each characteristic of ``kenmerken.toml``.

Declared (what the technique is said to deliver) and measured (what is here) are two values; they are never mixed.
"""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files

import msgspec

from sma_plugin.characteristics.completeness import of_account, of_capture
from sma_plugin.characteristics.records import Assessment, CaptureAssessment, Measured, Score
from sma_plugin.history.techniques import by_techniques
from sma_plugin.model import Capture
from sma_plugin.readers.values import iso_text

_OF_CAPTURE = """
CREATE TEMP TABLE told AS SELECT id FROM capture WHERE id = {capture};
CREATE TEMP TABLE seen AS SELECT DISTINCT subject, subject_id FROM evidence JOIN path ON path.id = evidence.path
WHERE path.capture IN (SELECT id FROM temp.told);
"""
_ALL = "capture.id"
"""In place of the number of a capture: every one of them."""
_VIEWS = {
    "kept_version": """SELECT *, json_extract(state, '$.text') AS text FROM post_version
        WHERE id IN (SELECT subject_id FROM temp.seen WHERE subject = 'version')""",
    "kept_word": """SELECT * FROM observation
        WHERE id IN (SELECT subject_id FROM temp.seen WHERE subject = 'observation')""",
    "kept_post": """SELECT post.*, account.native_id AS author FROM post JOIN account ON account.id = post.account
        WHERE post.class <> 'incidental' AND post.id IN (
            SELECT post FROM temp.kept_version UNION SELECT post FROM temp.kept_word)""",
    "kept_media": """SELECT media.* FROM media WHERE id IN (
        SELECT media FROM media_use WHERE version IN (SELECT id FROM temp.kept_version))""",
    "kept_observation": "SELECT * FROM observation WHERE post IN (SELECT id FROM temp.kept_post)",
    "kept_profile": """SELECT * FROM profile_version
        WHERE id IN (SELECT subject_id FROM temp.seen WHERE subject = 'profile')""",
    "kept_resource": """SELECT * FROM resource
        WHERE id IN (SELECT subject_id FROM temp.seen WHERE subject = 'resource')""",
    "kept_tally": "SELECT * FROM tally WHERE capture IN (SELECT id FROM temp.told)",
    "kept_relation": "SELECT * FROM relation WHERE post IN (SELECT id FROM temp.kept_post)",
}
_MONTHS = """
SELECT coalesce(strftime('%Y-%m', created_us / 1000000, 'unixepoch'), 'undated'), class, count(*)
FROM post WHERE class <> 'incidental' GROUP BY 1, 2 ORDER BY 1, 2"""
_DAYS = """
SELECT strftime('%Y-%m-%d', created_us / 1000000, 'unixepoch'), class, count(*)
FROM post WHERE class <> 'incidental' AND created_us IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"""
_SHORT_PERIOD = 4
"""Up to so many months, posts are counted per day too."""
_COUNTS = {
    "posts": "SELECT count(*) FROM kept_post WHERE class = 'own'",
    "replies": "SELECT count(*) FROM kept_post WHERE class = 'reply'",
    "others": "SELECT count(*) FROM kept_post WHERE class NOT IN ('own', 'reply')",
    "versions": "SELECT count(*) FROM kept_version",
    "media": "SELECT count(*) FROM kept_media WHERE id IN (SELECT id FROM medium_here)",
    "media missing": "SELECT count(*) FROM kept_media WHERE id NOT IN (SELECT id FROM medium_here)",
    "profiles": "SELECT count(*) FROM kept_profile",
    "pages": "SELECT count(*) FROM kept_resource WHERE role = 'page'",
    "screenshots": "SELECT count(*) FROM kept_resource WHERE role = 'screenshot'",
    "failures": "SELECT count(*) FROM kept_resource WHERE role = 'failure'",
}


class Kenmerk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One characteristic as data: its category, labels, judgement per technique, and the queries that measure it."""

    category: str
    name: str
    label: dict[str, str]
    measure: str
    declared: dict[str, Score] = {}
    expected: str | None = None


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``kenmerken.toml``."""

    categories: tuple[str, ...]
    kenmerk: tuple[Kenmerk, ...]


@cache
def profile() -> Profile:
    """The characteristics there are."""
    text = files(__package__).joinpath("kenmerken.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Profile)


def assess(db: sqlite3.Connection) -> Assessment:
    """Measure every capture of a history store and the whole of it. ``db`` needs a writable temporary schema."""
    with _views(db, _ALL):
        counts = _counted(db)
        completeness, complete_months = of_account(db)
    captures = []
    for number, name, record in db.execute("SELECT id, name, record FROM capture ORDER BY id").fetchall():
        technique = msgspec.json.decode(record, type=Capture).technique
        with _views(db, str(int(number))):
            captures.append(_assess(db, name, technique, counts["posts"]))
    months: dict[str, dict[str, int]] = {}
    for month, klass, count in db.execute(_MONTHS):
        months.setdefault(month, {})[klass] = count
    dated = sorted(month for month in months if month != "undated")
    days: dict[str, dict[str, int]] = {}
    if dated and _months_between(dated[0], dated[-1]) < _SHORT_PERIOD:
        for day, klass, count in db.execute(_DAYS):
            days.setdefault(day, {})[klass] = count
    return Assessment(
        profile().categories,
        counts,
        tuple(captures),
        months,
        days,
        completeness,
        complete_months,
        by_techniques(db),
    )


def _months_between(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])


@contextmanager
def _views(db: sqlite3.Connection, capture: str) -> Iterator[None]:
    """The views of what one capture holds, or all of them (``_ALL``)."""
    db.executescript(_OF_CAPTURE.format(capture=capture))
    for view, query in _VIEWS.items():
        db.execute(f"CREATE TEMP VIEW {view} AS {query}")
    try:
        yield
    finally:
        for view in reversed(_VIEWS):
            db.execute(f"DROP VIEW temp.{view}")
        db.execute("DROP TABLE temp.seen")
        db.execute("DROP TABLE temp.told")


def _counted(db: sqlite3.Connection) -> dict[str, int]:
    return {unit: db.execute(query).fetchone()[0] for unit, query in _COUNTS.items()}


def _assess(db: sqlite3.Connection, name: str, technique: str, known: int) -> CaptureAssessment:
    """One capture, of ``known`` own posts of the account over all captures."""
    first, last = db.execute("SELECT min(created_us), max(created_us) FROM kept_post").fetchone()
    return CaptureAssessment(
        capture=name,
        counts=_counted(db),
        characteristics=tuple(_measured(db, kenmerk, technique) for kenmerk in profile().kenmerk),
        first=iso_text(first),
        last=iso_text(last),
        completeness=of_capture(db, known),
    )


def _measured(db: sqlite3.Connection, kenmerk: Kenmerk, technique: str) -> Measured:
    """``+`` when there is some and nothing that was expected is missing, ``-`` when something is, ``?`` when none.

    None at all proves nothing: the account may have had none.
    """
    count = db.execute(kenmerk.measure).fetchone()[0]
    wanted = db.execute(kenmerk.expected).fetchone()[0] if kenmerk.expected else count
    score: Score = "-" if count < wanted else "+" if count else "?"
    note = f"{count}/{wanted}" if wanted != count else None
    return Measured(
        kenmerk.category, kenmerk.name, score, kenmerk.declared.get(technique, "niet vastgesteld"), count, note
    )
