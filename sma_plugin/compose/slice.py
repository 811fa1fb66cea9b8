"""The part of the history store that one package holds: one account, one period, what belongs to its posts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from sma_plugin.compose.neighbourhood import copy_near, copy_resources
from sma_plugin.history.attribution import classify
from sma_plugin.package.files import PART

_OUT_OF_PERIOD = """
DELETE FROM post WHERE class <> 'context' AND id IN (
  SELECT post.id FROM post LEFT JOIN thread_order AS told ON told.post = post.id
  LEFT JOIN post AS root ON root.id = told.thread
  WHERE coalesce(root.created_us, post.created_us, :earliest) NOT BETWEEN :earliest AND :latest)"""
_NOT_CHOSEN = """
DELETE FROM post WHERE class <> 'context' AND id NOT IN (SELECT post FROM temp.chosen)"""
_REMOVED = "CREATE TEMP TABLE gone AS SELECT id FROM post WHERE id IN (SELECT post FROM temp.removed)"
_UNREFERENCED = """
DELETE FROM post WHERE class = 'context' AND id NOT IN (
  SELECT alias.post FROM relation JOIN post AS own ON own.id = relation.post
  JOIN alias ON alias.value = coalesce(relation.target, relation.target_url))"""
_FOLLOW = (
    "DELETE FROM post_version WHERE post NOT IN (SELECT id FROM post)",
    "DELETE FROM alias WHERE post NOT IN (SELECT id FROM post)",
    "DELETE FROM relation WHERE post NOT IN (SELECT id FROM post)",
    "DELETE FROM media_use WHERE version NOT IN (SELECT id FROM post_version)",
    "DELETE FROM media WHERE id NOT IN (SELECT media FROM media_use)",
    "DELETE FROM media_record WHERE media NOT IN (SELECT id FROM media)",
    "DELETE FROM thread_order WHERE post NOT IN (SELECT id FROM post)",
    "UPDATE thread_order SET parent = NULL WHERE parent NOT IN (SELECT id FROM post)",
    "UPDATE thread_order SET thread = post WHERE thread NOT IN (SELECT id FROM post)",
    (
        "DELETE FROM account WHERE NOT own AND id NOT IN (SELECT account FROM post)"
        " AND id NOT IN (SELECT placed_on FROM post WHERE placed_on IS NOT NULL)"
    ),
    "DELETE FROM account_alias WHERE account NOT IN (SELECT id FROM account)",
    "DELETE FROM handle WHERE account NOT IN (SELECT id FROM account)",
    "DELETE FROM profile_version WHERE account NOT IN (SELECT id FROM account)",
    "DELETE FROM profile_record WHERE profile NOT IN (SELECT id FROM profile_version)",
    "DELETE FROM observation WHERE post NOT IN (SELECT id FROM post)",
    "DELETE FROM observation WHERE account NOT IN (SELECT id FROM account)",
    "DELETE FROM resource WHERE capture NOT IN (SELECT id FROM temp.ours)",
    "DELETE FROM evidence WHERE subject = 'version' AND subject_id NOT IN (SELECT id FROM post_version)",
    "DELETE FROM evidence WHERE subject = 'profile' AND subject_id NOT IN (SELECT id FROM profile_version)",
    "DELETE FROM evidence WHERE subject = 'account' AND subject_id NOT IN (SELECT id FROM account)",
    "DELETE FROM evidence WHERE subject = 'observation' AND subject_id NOT IN (SELECT id FROM observation)",
    "DELETE FROM evidence WHERE subject = 'resource' AND subject_id NOT IN (SELECT id FROM resource)",
)
_CAPTURES = """
CREATE TEMP TABLE ours AS
SELECT DISTINCT path.capture AS id FROM evidence JOIN path ON path.id = evidence.path
WHERE (subject = 'version' AND subject_id IN (
    SELECT post_version.id FROM post_version JOIN post ON post.id = post_version.post WHERE post.class <> 'incidental'))
  OR (subject = 'account' AND subject_id = :account)
  OR (subject = 'profile' AND subject_id IN (SELECT id FROM profile_version WHERE account = :account))
UNION
SELECT capture.id FROM capture JOIN account_alias AS named ON named.account = :account
  AND named.value = json_extract(capture.record, '$.account.native_id')
UNION
SELECT capture.id FROM capture JOIN handle AS named ON named.account = :account
  AND named.value = json_extract(capture.record, '$.account.handle') COLLATE NOCASE"""
_PROFILE = (
    "DELETE FROM profile_version WHERE account = :account",
    "DELETE FROM observation WHERE account = :account AND post IS NULL",
    "DELETE FROM evidence WHERE subject = 'account' AND subject_id = :account",
)
_NO_WITNESS = """
DELETE FROM temp.ours WHERE id NOT IN (
  SELECT path.capture FROM evidence JOIN path ON path.id = evidence.path
  WHERE evidence.subject IN ('version', 'profile') AND path.capture IS NOT NULL)"""
_NO_PAGES = (
    (
        "DELETE FROM resource WHERE id NOT IN (SELECT resource FROM media_record)"
        " AND id NOT IN (SELECT resource FROM profile_record)"
    ),
    "DELETE FROM evidence WHERE subject = 'resource' AND subject_id NOT IN (SELECT id FROM resource)",
    "DELETE FROM tally",
)
_ONLY_THERE = """
SELECT count(*) FROM (
  SELECT 1 FROM evidence JOIN path ON path.id = evidence.path JOIN capture ON capture.id = path.capture
  LEFT JOIN temp.absent ON absent.capture = capture.name AND absent.path = path.path
  WHERE evidence.subject IN ('version', 'profile')
  GROUP BY evidence.subject, evidence.subject_id HAVING count(*) = count(absent.path))"""
_WITNESSED = (
    ("version", "post_version"),
    ("profile", "profile_version"),
    ("observation", "observation"),
    ("resource", "resource"),
)
EARLIEST, LATEST = -(1 << 62), 1 << 62


def slice_history(
    source: Path,
    target: Path,
    account: int,
    period: tuple[int | None, int | None],
    *,
    keep_mentions: bool,
    chosen: Iterable[int] | None = None,
    removed: Iterable[int] = (),
    only: bool = False,
    profile: bool = True,
) -> sqlite3.Connection:
    """Copy what a package of ``account`` in ``period`` (microseconds UTC, inclusive) holds; gives the open slice.

    A reply goes with the thread that it stands in. Replies, answered posts and context go with the account's own.
    ``chosen`` are the only posts that may be in it, where not all of the account's go into one package. Those that are
    ``removed`` are not; which of them would have been stands in the temporary table ``gone``. With ``only``
    nothing else is in it either, but for the profile of the account, and that only with ``profile``.
    """
    db = copy_near(source, target.with_name(target.name + PART), account, mentions=keep_mentions)
    db.execute("UPDATE account SET own = (id = ?)", (account,))
    classify(db)
    db.execute(_CAPTURES, {"account": account})
    db.execute("DELETE FROM post WHERE class = 'incidental' OR (class = 'mention' AND NOT ?)", (keep_mentions,))
    earliest, latest = period
    db.execute(
        _OUT_OF_PERIOD,
        {"earliest": EARLIEST if earliest is None else earliest, "latest": LATEST if latest is None else latest},
    )
    if chosen is not None:
        db.execute("CREATE TEMP TABLE chosen (post INTEGER PRIMARY KEY)")
        db.executemany("INSERT INTO temp.chosen VALUES (?)", ((post,) for post in chosen))
        db.execute(_NOT_CHOSEN)
    db.execute(_UNREFERENCED)
    db.execute("CREATE TEMP TABLE removed (post INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO temp.removed VALUES (?)", ((post,) for post in removed))
    db.execute(_REMOVED)
    db.execute("DELETE FROM post WHERE id IN (SELECT id FROM temp.gone)")
    db.execute(_UNREFERENCED)  # what only these referred to
    for statement in _PROFILE if only and not profile else ():
        db.execute(statement, {"account": account})
    for statement in _FOLLOW:
        db.execute(statement)
    if only:
        db.execute(_NO_WITNESS)
    db.execute("DELETE FROM capture WHERE id NOT IN (SELECT id FROM temp.ours)")
    copy_resources(db)
    for statement in _NO_PAGES if only else ():
        db.execute(statement)
    return db


def only_in(db: sqlite3.Connection, paths: Iterable[tuple[str, str]]) -> int:
    """How many versions of posts and profiles have all of their evidence in these files (capture, path)."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS absent (capture TEXT, path TEXT)")
    db.execute("DELETE FROM temp.absent")
    db.executemany("INSERT INTO temp.absent VALUES (?, ?)", paths)
    return int(db.execute(_ONLY_THERE).fetchone()[0])


def without_evidence(db: sqlite3.Connection) -> None:
    """Take out what no kept file bears witness to: what had evidence before :func:`relocate` and has none now."""
    db.execute("DROP TABLE IF EXISTS temp.ours")
    db.execute("CREATE TEMP TABLE ours AS SELECT id FROM capture")
    db.execute("BEGIN")
    gone = 0
    for subject, table in _WITNESSED:
        gone += db.execute(
            f"DELETE FROM {table} WHERE id NOT IN (SELECT subject_id FROM evidence WHERE subject = ?)"
            " AND id IN (SELECT id FROM temp.witnessed WHERE subject = ?)",
            (subject, subject),
        ).rowcount
    if gone:
        db.execute("DELETE FROM post WHERE id NOT IN (SELECT post FROM post_version)")
        for statement in _FOLLOW:
            db.execute(statement)
    db.execute("COMMIT")
