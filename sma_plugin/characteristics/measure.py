"""Measuring what captures hold of an account: counts by unit, and each characteristic of ``kenmerken.toml``.

Declared (what the technique is said to deliver) and measured (what is here) are two values; they are never mixed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping

import msgspec

from sma_plugin.characteristics.catalogue import Wanted, default
from sma_plugin.characteristics.completeness import of_account, of_capture
from sma_plugin.characteristics.counting import Counting
from sma_plugin.characteristics.records import AccountAssessment, Assessment, CaptureAssessment
from sma_plugin.characteristics.scope import EVERYTHING, Scope, facts, within
from sma_plugin.history.techniques import by_techniques
from sma_plugin.model import Capture, Technique
from sma_plugin.readers.values import iso_text

_MONTHS = """
SELECT coalesce(strftime('%Y-%m', created_us / 1000000, 'unixepoch'), 'undated'), class, count(*)
FROM post WHERE class <> 'incidental' GROUP BY 1, 2 ORDER BY 1, 2"""
_DAYS = """
SELECT strftime('%Y-%m-%d', created_us / 1000000, 'unixepoch'), class, count(*)
FROM post WHERE class <> 'incidental' AND created_us IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"""
_SHORT_PERIOD = 4
"""Up to so many months, posts are counted per day too."""
_OWN = """
SELECT account.id, platform, native_id, (SELECT value FROM handle WHERE account = account.id ORDER BY last_seen DESC)
FROM account WHERE own ORDER BY platform, native_id"""
_COUNTS = {
    "posts": "SELECT count(*) FROM kept_post WHERE class = 'own'",
    "replies": "SELECT count(*) FROM kept_post WHERE class = 'reply'",
    "others": "SELECT count(*) FROM kept_post WHERE class NOT IN ('own', 'reply')",
    "versions": "SELECT count(*) FROM kept_version",
    "media": "SELECT count(*) FROM kept_media WHERE id IN (SELECT id FROM here)",
    "media missing": "SELECT count(*) FROM kept_media WHERE id NOT IN (SELECT id FROM here)",
    "profiles": "SELECT count(*) FROM kept_profile",
    "pages": "SELECT count(*) FROM kept_resource WHERE role = 'page'",
    "screenshots": "SELECT count(*) FROM kept_resource WHERE role = 'screenshot'",
    "failures": "SELECT count(*) FROM kept_resource WHERE role = 'failure'",
}


def assess(
    db: sqlite3.Connection, wanted: Wanted | None = None, played: Mapping[str, bool] | None = None
) -> Assessment:
    """Measure every capture and own account of a history store and the whole of it, against what is ``wanted``.

    ``played`` tells of the files of media, by their path, whether they play, as far as that was tried.
    ``db`` needs a writable temporary schema.
    """
    wanted = wanted or default()
    counting = Counting(db, wanted)
    rows = db.execute("SELECT id, name, record FROM capture ORDER BY id").fetchall()
    techniques: dict[int, Technique] = {
        number: msgspec.json.decode(record, type=Capture).technique for number, _, record in rows
    }
    with facts(db, played or {}):
        with within(db, EVERYTHING):
            counts = _counted(db)
            completeness, complete_months = of_account(db)
            whole = counting.measured(techniques)
        # Of the only capture everything is.
        known = AccountAssessment("", "", counts, whole)
        only = known if len(rows) == 1 else None
        captures = tuple(
            _of_capture(counting, (number, name), techniques[number], counts["posts"], only) for number, name, _ in rows
        )
        accounts = tuple(_of_accounts(counting, known, techniques))
    months = _by_class(db, _MONTHS)
    dated = sorted(month for month in months if month != "undated")
    short = bool(dated) and _months_between(dated[0], dated[-1]) < _SHORT_PERIOD
    return Assessment(
        wanted.categories,
        counts,
        captures,
        months,
        _by_class(db, _DAYS) if short else {},
        completeness,
        complete_months,
        by_techniques(db),
        characteristics=whole,
        accounts=accounts,
        profile=wanted.profile.chosen,
    )


def _by_class(db: sqlite3.Connection, query: str) -> dict[str, dict[str, int]]:
    """Posts by a part of their date, then by class."""
    found: dict[str, dict[str, int]] = {}
    for when, klass, count in db.execute(query):
        found.setdefault(when, {})[klass] = count
    return found


def _months_between(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])


def _counted(db: sqlite3.Connection) -> dict[str, int]:
    return {unit: db.execute(query).fetchone()[0] for unit, query in _COUNTS.items()}


def _of_capture(
    counting: Counting, capture: tuple[int, str], technique: Technique, known: int, only: AccountAssessment | None
) -> CaptureAssessment:
    """One capture, of ``known`` own posts of the account over all captures; of the ``only`` one this is known."""
    (number, name), db = capture, counting.db
    with within(db, Scope(capture=number)):
        first, last = db.execute("SELECT min(created_us), max(created_us) FROM kept_post").fetchone()
        return CaptureAssessment(
            capture=name,
            counts=only.counts if only else _counted(db),
            characteristics=only.characteristics if only else counting.measured({number: technique}),
            first=iso_text(first),
            last=iso_text(last),
            completeness=of_capture(db, known),
        )


def _of_accounts(
    counting: Counting, whole: AccountAssessment, techniques: dict[int, Technique]
) -> Iterator[AccountAssessment]:
    """Each own account; of the only one everything is."""
    own = counting.db.execute(_OWN).fetchall()
    for number, platform, native, handle in own:
        if len(own) == 1:
            yield msgspec.structs.replace(whole, platform=platform, native_id=native, handle=handle)
            return
        with within(counting.db, Scope(account=number)):
            told = {capture for (capture,) in counting.db.execute("SELECT id FROM temp.told")}
            mine = {capture: technique for capture, technique in techniques.items() if capture in told}
            measured = counting.measured(mine)
            yield AccountAssessment(platform, native, _counted(counting.db), measured, handle)
