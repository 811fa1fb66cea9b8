"""Own posts that a later capture should hold too and does not: not found since, with the interval.

Only a capture that covers the place where a post should be can tell: a platform's own export, one with a declared
period, or one whose pages of the account's timeline join up around it. Not found is an observation; that a post was
deleted needs evidence of its own (PRODUCT.md 4.2).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from sma_plugin.model import Capture, Span

_MET = """
CREATE TEMP TABLE met (capture INTEGER, post INTEGER, PRIMARY KEY (capture, post)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.met SELECT path.capture, post.id FROM evidence
JOIN path ON path.id = evidence.path JOIN post_version ON post_version.id = evidence.subject_id
JOIN post ON post.id = post_version.post WHERE evidence.subject = 'version' AND post.class = 'own';
CREATE INDEX temp.met_post ON met (post);
"""
_SPAN = """
SELECT min(created_us), max(created_us) FROM post JOIN temp.met ON met.post = post.id
WHERE met.capture IN ({numbers})"""
_ACCOUNTS = """
SELECT DISTINCT post.account FROM post JOIN temp.met ON met.post = post.id WHERE met.capture IN ({numbers})
UNION SELECT account FROM account_alias WHERE platform = :platform AND scheme = 'id' AND value = :native
UNION SELECT handle.account FROM handle JOIN account ON account.id = handle.account
WHERE account.platform = :platform AND :native IS NULL AND handle.value = :handle COLLATE NOCASE"""
"""Of which accounts a capture is: whose own posts it holds, and which it was declared to be of."""
_GONE = """
SELECT post.id, post.native_id, coalesce(post.url, post.native_id) FROM post
WHERE class = 'own' AND withdrawn IS NULL AND created_us BETWEEN ? AND ? AND account IN ({accounts})
AND id IN (SELECT post FROM temp.met WHERE capture IN ({earlier}))
AND id NOT IN (SELECT post FROM temp.met WHERE capture IN ({since})) {further} ORDER BY created_us, id"""
_LISTED = """
AND NOT derived AND coalesce(audience, 'public') IN ('public', 'unlisted') AND kind IN ({kinds})
AND ({replies} OR NOT EXISTS (SELECT 1 FROM relation WHERE relation.post = post.id AND relation.kind = 'reply'))"""
"""Posts that a timeline would show: for everyone, of a kind that it shows, known by an id that it gives too."""
_ALIASED = "SELECT account FROM account_alias WHERE platform = ? AND scheme = 'id' AND value = ?"
_OWN_IDS = """
SELECT value FROM account_alias JOIN account ON account.id = account_alias.account WHERE own AND scheme = 'id'"""
_COVERING = "SELECT name, record FROM capture WHERE json_extract(record, '$.covered') IS NOT NULL"
_MET_IN = "SELECT capture FROM temp.met WHERE post = ?"


class Captured(NamedTuple):
    """A capture of which it is known when it was made (microseconds UTC).

    ``numbers`` are all it has: a capture that was cut by period stands in several packages.
    """

    number: int
    record: Capture
    at: int
    numbers: tuple[int, ...]


class _Claim(NamedTuple):
    """Between two moments a capture holds every post of these accounts that meets a further condition."""

    accounts: tuple[int, ...]
    first: int
    last: int
    further: str = ""


class Absent(NamedTuple):
    """A post that was last found in one capture and not in a later one that covers it."""

    post: int
    native_id: str
    address: str
    last: Captured
    since: Captured


def with_met(db: sqlite3.Connection) -> None:
    """Make ``temp.met``: which own post was met in which capture."""
    db.execute("DROP TABLE IF EXISTS temp.met")
    db.executescript(_MET)


def absent(db: sqlite3.Connection) -> Iterator[Absent]:
    """Every such post once, with the first capture that should have held it; needs :func:`with_met`."""
    timed = timed_captures(db)
    told: set[int] = set()
    for place, later in enumerate(timed):
        for claim in _claims(db, later) if place else ():
            query = _GONE.format(
                accounts=_listed(iter(claim.accounts)),
                earlier=_listed(number for one in timed[:place] for number in one.numbers),
                since=_listed(number for one in timed[place:] for number in one.numbers),
                further=claim.further,
            )
            for post, native, address in db.execute(query, (claim.first, claim.last)).fetchall():
                if post not in told:
                    told.add(post)
                    met = {row[0] for row in db.execute(_MET_IN, (post,))}
                    last = [one for one in timed[:place] if met.intersection(one.numbers)][-1]
                    yield Absent(post, native, address, last, later)


def _claims(db: sqlite3.Connection, capture: Captured) -> Iterator[_Claim]:
    """Where a capture would hold a post that was there: what it was made to cover, and what its pages prove."""
    span = covered(db, capture)
    if span is not None:
        yield _Claim(tuple(_accounts(db, capture)), *span)
    for one in capture.record.covered:
        first, last = microseconds(one.first), microseconds(one.last)
        accounts = tuple(row[0] for row in db.execute(_ALIASED, (one.platform, one.account)))
        if accounts and first is not None and last is not None:
            kinds = ", ".join(f"'{kind}'" for kind in one.kinds) or "''"
            yield _Claim(accounts, first, last, _LISTED.format(kinds=kinds, replies=int(one.replies)))


def _accounts(db: sqlite3.Connection, capture: Captured) -> Iterator[int]:
    declared, platform = capture.record.account, capture.record.platform
    native, handle = (declared.native_id, declared.handle) if declared else (None, None)
    values = {"platform": platform, "native": native, "handle": handle}
    return (row[0] for row in db.execute(_ACCOUNTS.format(numbers=_listed(iter(capture.numbers))), values))


def _listed(numbers: Iterator[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def timed_captures(db: sqlite3.Connection) -> list[Captured]:
    """The captures of which it is known when they were made, in order of time."""
    rows = db.execute("SELECT id, record FROM capture ORDER BY id").fetchall()
    found: dict[str, Captured] = {}
    for number, encoded in rows:
        record = msgspec.json.decode(encoded, type=Capture)
        at, key = microseconds(record.captured), record.uuid or record.id
        if at is not None:
            known = found.get(key, Captured(number, record, at, ()))
            found[key] = known._replace(numbers=(*known.numbers, number))
    return sorted(found.values(), key=lambda one: one.at)


def covered(db: sqlite3.Connection, capture: Captured) -> tuple[int, int] | None:
    """First and last moment of which a capture claims to hold every post; ``None`` when it claims nothing."""
    record = capture.record
    start, end = microseconds(record.period_from), microseconds(record.period_until)
    if start is not None and end is not None:
        return start, min(end, capture.at)
    span: tuple[int | None, int | None] = db.execute(_SPAN.format(numbers=_listed(iter(capture.numbers)))).fetchone()
    if record.technique != "platform-export" or span[0] is None or span[1] is None:
        return None
    return span[0], span[1]


def covered_by(db: sqlite3.Connection) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """By capture, what its pages prove to hold of the timelines of own accounts."""
    own = {row[0] for row in db.execute(_OWN_IDS)}
    for name, encoded in db.execute(_COVERING).fetchall():
        spans = msgspec.json.decode(encoded, type=Capture).covered
        yield name, tuple(one for one in spans if one.account in own)


def microseconds(recorded: str | None) -> int | None:
    """A recorded date or moment since 1970; without a zone it is taken as UTC."""
    try:
        moment = datetime.fromisoformat(recorded or "")
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1_000_000)
