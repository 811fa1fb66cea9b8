"""How much of what an account published is here and whole: the share of its posts that lack nothing, and what lacks.

Works on the views that :mod:`sma_plugin.characteristics.measure` sets up; what makes a post complete is data
(``completeness.toml``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache

import msgspec

from sma_plugin.characteristics.records import Share
from sma_plugin.facts import facts

_OWN = "CREATE TEMP VIEW own AS SELECT * FROM temp.kept_post WHERE class = 'own'"
_LACKING = "CREATE TEMP TABLE lacking (post INTEGER PRIMARY KEY)"
_MONTHS = """
SELECT coalesce(strftime('%Y-%m', created_us / 1000000, 'unixepoch'), 'undated'),
  iif(id IN (SELECT post FROM temp.lacking), 'lacking', 'complete'), count(*)
FROM temp.own GROUP BY 1, 2 ORDER BY 1, 2"""
_COUNT = "WITH one (post) AS ({}) SELECT count(*) FROM one WHERE post IN (SELECT id FROM temp.own)"
_LACK = """
WITH one (post) AS ({})
INSERT OR IGNORE INTO temp.lacking SELECT post FROM one WHERE post IN (SELECT id FROM temp.own)"""
WHOLE = "posts"
"""The name of the share that says how many posts lack nothing at all."""


class Aspect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a complete post has: the posts that it concerns, and those that lack it."""

    name: str
    label: dict[str, str]
    of: str
    lacks: str


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a capture asked for: how many of it, and how many it got."""

    name: str
    label: dict[str, str]
    got: str
    asked: str
    of_each: bool = False
    """Whether it is told of each capture only, not of all of them together."""


class Completeness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``completeness.toml``."""

    whole: dict[str, str]
    held: dict[str, str]
    aspect: tuple[Aspect, ...]
    request: tuple[Request, ...]


@cache
def aspects() -> Completeness:
    """What completeness is made of."""
    return facts(__package__, "completeness.toml", Completeness)


def label(name: str, language: str, *, of_capture: bool = False) -> str:
    """A share as users read it; one that is not known here is shown by its name."""
    known = aspects()
    if name == WHOLE:
        return (known.held if of_capture else known.whole)[language]
    labels = {one.name: one.label for one in known.aspect} | {one.name: one.label for one in known.request}
    return labels[name][language] if name in labels else name


def of_account(db: sqlite3.Connection) -> tuple[tuple[Share, ...], dict[str, dict[str, int]]]:
    """The shares of an account's own posts, and per month (``YYYY-MM``) how many lack nothing and how many do."""
    db.execute(_OWN)
    db.execute(_LACKING)
    try:
        lacks = [_of_aspect(db, aspect) for aspect in aspects().aspect]
        (own,) = db.execute("SELECT count(*) FROM temp.own").fetchone()
        (lacking,) = db.execute("SELECT count(*) FROM temp.lacking").fetchone()
        months: dict[str, dict[str, int]] = {}
        for month, state, count in db.execute(_MONTHS):
            months.setdefault(month, {})[state] = count
    finally:
        db.execute("DROP TABLE temp.lacking")
        db.execute("DROP VIEW temp.own")
    shares = (Share(WHOLE, own - lacking, own), *lacks, *_requests(db, whole=True))
    return tuple(share for share in shares if share.of), months


def of_capture(db: sqlite3.Connection, known: int) -> tuple[Share, ...]:
    """How many of the ``known`` own posts of the account a capture holds, and how much it got of what it asked for."""
    (here,) = db.execute("SELECT count(*) FROM temp.kept_post WHERE class = 'own'").fetchone()
    return tuple(share for share in (Share(WHOLE, here, known), *_requests(db, whole=False)) if share.of)


def _of_aspect(db: sqlite3.Connection, aspect: Aspect) -> Share:
    (of,) = db.execute(_COUNT.format(aspect.of)).fetchone()
    (lacking,) = db.execute(_COUNT.format(aspect.lacks)).fetchone()
    db.execute(_LACK.format(aspect.lacks))
    return Share(aspect.name, of - lacking, of)


def _requests(db: sqlite3.Connection, *, whole: bool) -> Iterator[Share]:
    for request in aspects().request:
        if whole and request.of_each:
            continue
        (got,), (asked,) = db.execute(request.got).fetchone(), db.execute(request.asked).fetchone()
        yield Share(request.name, got, asked)
