"""The whole history of an account over stored packages, as an index that can be rebuilt at any time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.formats.activitystreams import MalformedLineError
from sma_plugin.history.absent import absent, timed_captures, with_met
from sma_plugin.history.attribution import classify
from sma_plugin.history.load import Loader
from sma_plugin.history.techniques import by_techniques
from sma_plugin.history.threads import order_threads
from sma_plugin.history.versions import differences
from sma_plugin.model import PostState, ProfileVersion, Withdrawal
from sma_plugin.package.items import without_collector
from sma_plugin.readers.values import iso_text
from sma_plugin.stored.fixity import verified
from sma_plugin.stored.loading import load_package
from sma_plugin.stored.naming import account_named
from sma_plugin.stored.opened import Stored
from sma_plugin.stored.whole_records import (
    AccountTold,
    CaptureTold,
    CountedTold,
    DeletedTold,
    EditedTold,
    IntervalTold,
    NotFoundTold,
    PackageTold,
    ProfileTold,
)

_DAY = 86_400_000_000
_profile = msgspec.json.Decoder(ProfileVersion).decode
_state = msgspec.json.Decoder(PostState).decode
_numbers = msgspec.json.Decoder(dict[str, int]).decode
_withdrawal = msgspec.json.Decoder(Withdrawal).decode
_OURS = """
CREATE TEMP TABLE ours AS SELECT DISTINCT told.post AS post FROM post
JOIN thread_order AS mine ON mine.post = post.id JOIN thread_order AS told ON told.thread = mine.thread
WHERE post.account = :account OR post.placed_on = :account"""
_CLASSES = """
SELECT class, count(*) FROM post WHERE id IN (SELECT post FROM temp.ours) AND class <> 'incidental' GROUP BY class"""
_SPAN = "SELECT min(created_us), max(created_us) FROM post WHERE account = ? AND class = 'own'"
_MONTHS = """
SELECT coalesce(strftime('%Y-%m', created_us / 1000000, 'unixepoch'), 'undated'), class, count(*) FROM post
WHERE id IN (SELECT post FROM temp.ours) AND class <> 'incidental' GROUP BY 1, 2 ORDER BY 1, 2"""
_EDITED = """
SELECT post.id, post.native_id, coalesce(post.url, post.native_id), count(*) FROM post
JOIN post_version ON post_version.post = post.id WHERE post.account = ? AND post.class = 'own'
GROUP BY post.id HAVING count(*) > 1 ORDER BY post.created_us, post.id"""
_STATES = "SELECT state FROM post_version WHERE post = ? ORDER BY edited_us IS NOT NULL, edited_us, id"
_DELETED = """
SELECT native_id, coalesce(url, native_id), withdrawn FROM post
WHERE account = ? AND class = 'own' AND withdrawn IS NOT NULL ORDER BY created_us, id"""
_PROFILES = "SELECT at_us, state FROM profile_version WHERE account = ? ORDER BY at_us, id"
_MET = """
SELECT count(*) FROM temp.met JOIN post ON post.id = met.post WHERE met.capture = ? AND post.account = ?"""
_COUNTED = """
SELECT DISTINCT at_us, counts, (
  SELECT min(json_extract(capture.record, '$.captured')) FROM evidence JOIN path ON path.id = evidence.path
  JOIN capture ON capture.id = path.capture WHERE subject = 'observation' AND subject_id = observation.id)
FROM observation WHERE account = ? AND counts IS NOT NULL ORDER BY at_us"""
"""A count without a moment of its own is of the moment of its capture."""
_SHOWN = ("name", "handle", "bio", "url", "location", "verified", "kind")


def rebuild(stored: Iterable[Stored], target: Path) -> Iterator[Finding]:
    """Make the index of stored packages; gives those that could not be used, and why."""
    loader = Loader(target)
    with without_collector():
        for one in stored:
            if not _load(loader, one):
                yield make("SMA-H017", path=one.name, item=one.record.package.id)
    db = loader.finish(full_text=True)
    order_threads(db)
    db.execute("BEGIN")
    classify(db)
    db.execute("COMMIT")
    db.close()


def _load(loader: Loader, stored: Stored) -> bool:
    """Add a package that is what its checksums say; whether it could be."""
    try:
        if not stored.package.posts.is_file() or verified(stored.package) is None:
            return False
        load_package(loader, stored)
    except (MalformedLineError, OSError):
        return False
    return True


def packages_of(db: sqlite3.Connection, account: int, stored: Iterable[Stored]) -> tuple[PackageTold, ...]:
    """The packages of one account, oldest capture first."""
    return tuple(
        PackageTold(
            one.record.package.id,
            one.record.package.name,
            one.record.package.period_from,
            one.record.package.period_until,
            str(one.named),
        )
        for one in stored
        if account_named(db, one.record.package.platform, one.record.package.account) == account
    )


def account_told(db: sqlite3.Connection, account: int, packages: Iterable[PackageTold]) -> AccountTold:
    """Everything there is to tell of one account of an index that is open with a writable temporary schema."""
    platform, native, url = db.execute(
        "SELECT platform, native_id, url FROM account WHERE id = ?", (account,)
    ).fetchone()
    db.execute("DROP TABLE IF EXISTS temp.ours")
    db.execute(_OURS, {"account": account})
    with_met(db)
    first, last = db.execute(_SPAN, (account,)).fetchone()
    months: dict[str, dict[str, int]] = {}
    for month, klass, count in db.execute(_MONTHS):
        months.setdefault(month, {})[klass] = count
    handles = db.execute("SELECT value FROM handle WHERE account = ? ORDER BY last_seen, value", (account,))
    names = {package.id: package.name for package in packages}
    captures = tuple(_captures(db, account, names))
    return AccountTold(
        platform=platform,
        native_id=native,
        url=url,
        handles=tuple(row[0] for row in handles),
        posts=dict(db.execute(_CLASSES).fetchall()),
        first=iso_text(first),
        last=iso_text(last),
        months=months,
        captures=captures,
        intervals=tuple(_intervals(db, captures)),
        techniques=by_techniques(db, account),
        profiles=tuple(_profiles(db, account)),
        counts=tuple(_counts(db, account)),
        edited=tuple(_edited(db, account, platform)),
        not_found=tuple(_not_found(db, account)),
        deleted=tuple(_deleted(db, account)),
    )


def _captures(db: sqlite3.Connection, account: int, packages: dict[str, str]) -> Iterator[CaptureTold]:
    """The captures in these packages (name by id)."""
    for number, name, technique, captured in db.execute(
        "SELECT id, name, coalesce(json_extract(record, '$.technique'), 'unknown'), json_extract(record, '$.captured')"
        " FROM capture ORDER BY json_extract(record, '$.captured'), id"
    ).fetchall():
        package, _, capture = name.partition("/")
        if package in packages:
            posts = db.execute(_MET, (number, account)).fetchone()[0]
            yield CaptureTold(packages[package], package, capture, technique, captured, posts)


def _intervals(db: sqlite3.Connection, captures: tuple[CaptureTold, ...]) -> Iterator[IntervalTold]:
    """The time between captures that follow each other; those of one day are one."""
    known = {f"{one.package_id}/{one.id}" for one in captures}
    timed = [one for one in timed_captures(db) if one.record.id in known]
    for earlier, later in pairwise(timed):
        days = (later.at - earlier.at) // _DAY
        if days:
            yield IntervalTold(earlier.record.captured or "", later.record.captured or "", days)


def _profiles(db: sqlite3.Connection, account: int) -> Iterator[ProfileTold]:
    for at, state in db.execute(_PROFILES, (account,)):
        profile = _profile(state)
        yield ProfileTold(iso_text(at), *(getattr(profile, name) for name in _SHOWN))


def _counts(db: sqlite3.Connection, account: int) -> Iterator[CountedTold]:
    """The series of what was counted of the account, each number once per moment."""
    told = (
        CountedTold(iso_text(at) or captured, _numbers(counts))
        for at, counts, captured in db.execute(_COUNTED, (account,))
    )
    yield from sorted(told, key=lambda one: one.at or "")


def _edited(db: sqlite3.Connection, account: int, platform: str) -> Iterator[EditedTold]:
    for post, native, address, count in db.execute(_EDITED, (account,)).fetchall():
        states = [_state(row[0]) for row in db.execute(_STATES, (post,))]
        fields = {name for pair in pairwise(states) for name in differences(*pair, platform)}
        yield EditedTold(native, address, count, tuple(sorted(fields)))


def _not_found(db: sqlite3.Connection, account: int) -> Iterator[NotFoundTold]:
    mine = {row[0] for row in db.execute("SELECT id FROM post WHERE account = ?", (account,))}
    for one in absent(db):
        if one.post in mine:
            last, since = one.last.record.captured or "", one.since.record.captured or ""
            yield NotFoundTold(one.native_id, one.address, last, since)


def _deleted(db: sqlite3.Connection, account: int) -> Iterator[DeletedTold]:
    for native, address, withdrawn in db.execute(_DELETED, (account,)):
        said = _withdrawal(withdrawn)
        at = None if said.at is None else iso_text(said.at.us) or said.at.raw
        yield DeletedTold(native, address, said.ground, at, said.by)
