"""What one package can need of a history store, copied from it: the account's threads, and what its posts refer to.

A store of hundreds of accounts is not copied for each of them.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sma_plugin.history.load import PRAGMAS, SCHEMA_VERSION, script
from sma_plugin.package.files import read_only

_THREADS = """
INSERT INTO temp.near SELECT post FROM whole.thread_order WHERE thread IN (
  SELECT told.thread FROM whole.post JOIN whole.thread_order AS told ON told.post = post.id
  WHERE account = :account OR placed_on = :account)"""
_REFERRED = """
INSERT OR IGNORE INTO temp.near
SELECT alias.post FROM whole.post AS own JOIN whole.relation ON relation.post = own.id
JOIN whole.account ON account.id = own.account
JOIN whole.alias ON alias.platform = account.platform AND alias.value = coalesce(target, target_url)
WHERE own.account = :account AND relation.kind IN ('quote', 'repost')"""
_EVERYTHING = "INSERT INTO temp.near SELECT id FROM whole.post"
"""Any post can mention the account."""
_POSTS = "SELECT id FROM temp.near"
_ACCOUNTS = "SELECT id FROM main.account"
_COPIED = (
    ("capture", ""),
    ("post", f"WHERE id IN ({_POSTS})"),
    ("post_version", f"WHERE post IN ({_POSTS})"),
    ("alias", f"WHERE post IN ({_POSTS})"),
    ("relation", f"WHERE post IN ({_POSTS})"),
    ("thread_order", f"WHERE post IN ({_POSTS})"),
    ("media_use", "WHERE version IN (SELECT id FROM main.post_version)"),
    ("media", "WHERE id IN (SELECT media FROM main.media_use)"),
    ("media_record", "WHERE media IN (SELECT id FROM main.media)"),
    ("account", "WHERE id = :account OR id IN (SELECT account FROM main.post UNION SELECT placed_on FROM main.post)"),
    ("account_alias", f"WHERE account IN ({_ACCOUNTS})"),
    ("handle", f"WHERE account IN ({_ACCOUNTS})"),
    ("profile_version", f"WHERE account IN ({_ACCOUNTS})"),
    ("profile_record", "WHERE profile IN (SELECT id FROM main.profile_version)"),
    ("observation", f"WHERE post IN ({_POSTS}) OR account IN ({_ACCOUNTS})"),
    ("evidence", "WHERE subject = 'version' AND subject_id IN (SELECT id FROM main.post_version)"),
    ("evidence", "WHERE subject = 'profile' AND subject_id IN (SELECT id FROM main.profile_version)"),
    ("evidence", f"WHERE subject = 'account' AND subject_id IN ({_ACCOUNTS})"),
    ("evidence", "WHERE subject = 'observation' AND subject_id IN (SELECT id FROM main.observation)"),
    ("path", "WHERE id IN (SELECT path FROM main.evidence)"),
)
_RESOURCES = (
    (
        "resource",
        """WHERE capture IN (SELECT id FROM temp.ours)
        AND (role <> 'medium' OR id IN (
          SELECT resource FROM main.media_record UNION SELECT resource FROM main.profile_record))""",
    ),
    ("tally", "WHERE capture IN (SELECT id FROM temp.ours)"),
    ("evidence", "WHERE subject = 'resource' AND subject_id IN (SELECT id FROM main.resource)"),
    ("path", "WHERE id IN (SELECT path FROM main.evidence) AND id NOT IN (SELECT id FROM main.path)"),
)


def copy_near(source: Path, target: Path, account: int, *, mentions: bool) -> sqlite3.Connection:
    """Begin a store with all that may belong to a package of ``account``; gives it, open and in a transaction.

    With ``mentions``, what mentions the account may belong to it too. ``source`` stays attached as ``whole``, for
    :func:`copy_resources`.
    """
    target.unlink(missing_ok=True)
    db = sqlite3.connect(target, isolation_level=None, uri=True)
    db.executescript(PRAGMAS + script("schema.sql"))
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    db.execute("ATTACH DATABASE ? AS whole", (read_only(source),))
    db.execute("CREATE TEMP TABLE near (id INTEGER PRIMARY KEY)")
    db.execute("BEGIN")
    for statement in (_EVERYTHING,) if mentions else (_THREADS, _REFERRED):
        db.execute(statement, () if mentions else {"account": account})
    _copy(db, _COPIED, account)
    for statement in script("finish.sql").split(";"):
        db.execute(statement)
    db.execute("CREATE UNIQUE INDEX thread_post ON thread_order (post)")
    return db


def copy_resources(db: sqlite3.Connection) -> None:
    """Add the pages and pictures of the captures in ``temp.ours``; afterwards the whole store is let go of."""
    _copy(db, _RESOURCES)
    db.execute("COMMIT")
    db.execute("DETACH DATABASE whole")


def _copy(db: sqlite3.Connection, tables: tuple[tuple[str, str], ...], account: int | None = None) -> None:
    for table, condition in tables:
        values = {"account": account} if ":account" in condition else ()
        db.execute(f"INSERT INTO main.{table} SELECT * FROM whole.{table} {condition}", values)
