"""Whose posts these are: own accounts, and the class of every post with regard to them (PRODUCT.md 5.2)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from sma_plugin.findings import Finding, make
from sma_plugin.history.accounts import UNKNOWN
from sma_plugin.model import AccountRef

_AUTHORS = """
SELECT DISTINCT capture.name, post.account AS author, coalesce(post.placed_on, post.account) AS wall FROM post
JOIN post_version AS version ON version.post = post.id
JOIN evidence ON evidence.subject = 'version' AND evidence.subject_id = version.id
JOIN path ON path.id = evidence.path JOIN capture ON capture.id = path.capture
WHERE post.included = 0 ORDER BY capture.id, wall, author"""
"""Whose posts a capture holds, and on whose page each was placed."""
_OF_AN_EXPORT = """
SELECT account.id FROM account, capture WHERE account.native_id = ? AND capture.name = ?
AND json_extract(capture.record, '$.technique') = 'platform-export'"""
"""The nameless account, where the capture is an export: its owner, for of everybody else it gives at least a name."""
_NAMELESS = """
SELECT name, json_extract(record, '$.technique') = 'platform-export' FROM capture
WHERE json_extract(record, '$.account') IS NULL AND id NOT IN (
  SELECT path.capture FROM evidence JOIN path ON path.id = evidence.path
  JOIN account ON account.id = evidence.subject_id WHERE evidence.subject = 'account' AND account.own)
ORDER BY id"""
_DELIVERED = "SELECT capture.name, file.value FROM capture, json_each(capture.record, '$.delivered') AS file"
_OWN = """
UPDATE post SET class = 'own' WHERE class = 'incidental' AND account IN (SELECT id FROM account WHERE own)"""
_BY_OTHERS = """
UPDATE post SET class = 'by-others'
WHERE class = 'incidental' AND placed_on IN (SELECT id FROM account WHERE own)"""
_REPLIES = """
WITH RECURSIVE below (post) AS (
  SELECT told.post FROM post JOIN thread_order AS told ON told.post = post.id
  JOIN post AS parent ON parent.id = told.parent
  WHERE post.class = 'incidental' AND parent.class IN ('own', 'by-others')
  UNION SELECT told.post FROM thread_order AS told JOIN below ON told.parent = below.post)
UPDATE post SET class = 'reply' WHERE class = 'incidental' AND id IN (SELECT post FROM below)"""
_ANSWERED = """
WITH RECURSIVE above (post) AS (
  SELECT told.parent FROM thread_order AS told JOIN post ON post.id = told.post
  WHERE post.class = 'own' AND told.parent IS NOT NULL
  UNION SELECT told.parent FROM thread_order AS told JOIN above ON told.post = above.post
  WHERE told.parent IS NOT NULL)
UPDATE post SET class = 'answered' WHERE class = 'incidental' AND id IN (SELECT post FROM above)"""
_CONTEXT = """
UPDATE post SET class = 'context' WHERE class = 'incidental' AND id IN (
  SELECT alias.post FROM relation JOIN post AS own ON own.id = relation.post AND own.class = 'own'
  JOIN account ON account.id = own.account
  JOIN alias ON alias.value = coalesce(relation.target, relation.target_url) AND alias.platform = account.platform
  WHERE relation.kind IN ('quote', 'repost'))"""
_MENTIONS = """
UPDATE post SET class = 'mention' WHERE class = 'incidental' AND EXISTS (
  SELECT 1 FROM post_version AS version, json_each(version.state, '$.mentions') AS named
  JOIN account AS author ON author.id = post.account JOIN account AS own ON own.own AND own.platform = author.platform
  WHERE version.post = post.id AND CASE
    WHEN json_extract(named.value, '$.native_id') IS NOT NULL THEN EXISTS (
      SELECT 1 FROM account_alias AS known WHERE known.account = own.id AND known.scheme = 'id'
      AND known.value = json_extract(named.value, '$.native_id'))
    ELSE EXISTS (
      SELECT 1 FROM handle WHERE handle.account = own.id
      AND handle.value = json_extract(named.value, '$.handle') COLLATE NOCASE) END)"""
"""By the account's own id where the source gives one; a handle only where it gives no id. Never by a name."""


def find_own(db: sqlite3.Connection, subjects: Iterable[tuple[str, AccountRef]]) -> Iterator[Finding]:
    """Mark the accounts that the captures are of.

    Own are the owners of exports, the accounts that a declaration names, and registered accounts (``subjects``) that
    wrote posts of a capture. The only author of a capture is taken for its account, and that is a finding; several
    authors of whom none is known are a decision, and so is a capture of which nothing tells whose account it is of.
    """
    authors: dict[str, list[tuple[int, int]]] = {}
    for capture, author, wall in db.execute(_AUTHORS):
        authors.setdefault(capture, []).append((author, wall))
    writing = {account for pairs in authors.values() for pair in pairs for account in pair}
    known = _known(db, subjects) & writing
    db.executemany("UPDATE account SET own = 1 WHERE id = ?", [(account,) for account in sorted(known)])
    own = {row[0] for row in db.execute("SELECT id FROM account WHERE own")}
    for capture, pairs in authors.items():
        if any(own.intersection(pair) for pair in pairs):
            continue
        account = _only(db, capture, pairs)
        if account is not None:
            db.execute("UPDATE account SET own = 1 WHERE id = ?", (account,))
            yield make("SMA-H003", capture=capture)
        else:
            yield make("SMA-H002", capture=capture, count=len({wall for _, wall in pairs}))
    files: dict[str, set[str]] = {}
    for capture, file in db.execute(_DELIVERED):
        files.setdefault(capture, set()).add(file)
    attributed = set().union(*(files.get(capture, ()) for capture in authors))
    for capture, is_export in db.execute(_NAMELESS):
        # A part of an export without posts (Threads within that of Instagram) leaves nothing to attribute.
        in_part = is_export and attributed & files.get(capture, set())
        if capture not in authors and not in_part:
            yield make("SMA-H008", capture=capture)


def _only(db: sqlite3.Connection, capture: str, pairs: list[tuple[int, int]]) -> int | None:
    """The account that a capture can only be of: all is placed on its page, or it wrote all, or exported it."""
    for accounts in ({wall for _, wall in pairs}, {author for author, _ in pairs}):
        if len(accounts) == 1:
            return accounts.pop()
    owner = db.execute(_OF_AN_EXPORT, (UNKNOWN, capture)).fetchone()
    return owner[0] if owner and any(owner[0] in pair for pair in pairs) else None


def _known(db: sqlite3.Connection, subjects: Iterable[tuple[str, AccountRef]]) -> set[int]:
    found: set[int] = set()
    for platform, ref in subjects:
        if ref.native_id:
            found.update(
                row[0]
                for row in db.execute(
                    "SELECT account FROM account_alias WHERE platform = ? AND value = ?", (platform, ref.native_id)
                )
            )
        elif ref.handle:
            found.update(
                row[0]
                for row in db.execute(
                    "SELECT account.id FROM account JOIN handle ON handle.account = account.id"
                    " WHERE platform = ? AND handle.value = ? COLLATE NOCASE",
                    (platform, ref.handle.lstrip("@")),
                )
            )
    return found


def classify(db: sqlite3.Connection) -> None:
    """Give every post its class with regard to the accounts marked own; inside a transaction of the caller."""
    db.execute("UPDATE post SET class = 'incidental' WHERE class <> 'incidental'")
    # What answers an own post is a reply to it, also where the source tells on whose page it stands.
    for statement in (_OWN, _REPLIES, _BY_OTHERS, _REPLIES, _ANSWERED, _CONTEXT, _MENTIONS):
        db.execute(statement)
