"""Relating a package to earlier ones of its account: known, changed, new, not found since."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

import msgspec

from sma_plugin.history.absent import Absent, absent, with_met
from sma_plugin.history.versions import differences
from sma_plugin.model import PostState
from sma_plugin.stored.naming import account_of
from sma_plugin.stored.records import Changed, NotFound, Related, Sides

_decode = msgspec.json.Decoder(PostState).decode
_SIDES = """
CREATE TEMP TABLE side AS
SELECT version.post AS post, version.id AS version,
  max(path.capture IN ({new})) AS new, max(path.capture IN ({old})) AS old
FROM evidence JOIN path ON path.id = evidence.path JOIN post_version AS version ON version.id = evidence.subject_id
JOIN post ON post.id = version.post
WHERE evidence.subject = 'version' AND post.class NOT IN ('incidental', 'mention') GROUP BY version.id;
CREATE TEMP TABLE sides AS
SELECT side.post AS post, max(side.new) AS new, max(side.old) AS old, max(side.new AND NOT side.old) AS fresh
FROM temp.side GROUP BY side.post;
CREATE UNIQUE INDEX temp.sides_post ON sides (post);
CREATE INDEX temp.side_post ON side (post);
"""
_OF_ACCOUNT = """
CREATE TEMP TABLE ours AS
SELECT told.post AS post FROM post JOIN thread_order AS mine ON mine.post = post.id
JOIN thread_order AS told ON told.thread = mine.thread JOIN post AS root ON root.id = told.thread
WHERE (post.account = :account OR post.placed_on = :account)
AND coalesce(root.created_us, :earliest) BETWEEN :earliest AND :latest GROUP BY told.post"""
_DELETED = "old AND NOT new AND post.withdrawn IS NOT NULL AND post.id NOT IN (SELECT post FROM withdrawn_before)"
_COUNTS = f"""
SELECT sum(new AND old), sum(new AND old AND fresh), sum(new AND NOT old),
  sum({_DELETED}), sum(old AND NOT new AND post.withdrawn IS NULL)
FROM temp.ours JOIN temp.sides ON sides.post = ours.post JOIN post ON post.id = ours.post"""
_OWN = """
SELECT post.native_id FROM temp.ours JOIN temp.sides ON sides.post = ours.post JOIN post ON post.id = ours.post
WHERE post.class = 'own' AND ({condition}) ORDER BY post.created_us, post.id"""
_CHANGED = """
SELECT post.id, post.native_id FROM temp.ours JOIN temp.sides ON sides.post = ours.post JOIN post ON post.id = ours.post
WHERE post.class = 'own' AND new AND old AND fresh ORDER BY post.created_us, post.id"""
_STATES = """
SELECT state, side.new AND NOT side.old FROM temp.side JOIN post_version ON post_version.id = side.version
WHERE side.post = ? ORDER BY edited_us IS NOT NULL, edited_us, post_version.id"""
_EARLIEST, _LATEST = -(1 << 62), 1 << 62


class Relating:
    """Compares what a delivery holds with what earlier packages hold, account by account.

    ``db`` is one history of both (:mod:`~sma_plugin.stored.chain`), open with a writable temporary schema.
    """

    def __init__(self, db: sqlite3.Connection, sides: Sides) -> None:
        self._db, self._predecessors = db, sides.predecessors
        db.executescript(_SIDES.format(new=_listed(sides.new), old=_listed(sides.old)))
        with_met(db)
        self._absent = [one for one in absent(db) if set(one.since.numbers) <= set(sides.new)]

    def related(self, platform: str, native_id: str, period: tuple[int | None, int | None]) -> Related | None:
        """How the account's part relates to its earlier packages; ``None`` when there are none of it."""
        found = self._account(platform, native_id)
        mine = tuple(one for one in self._predecessors if self._account(one.platform, one.native_id) == found)
        if found is None or not mine:
            return None
        self._db.execute("DROP TABLE IF EXISTS temp.ours")
        values = {
            "account": found,
            "earliest": _EARLIEST if period[0] is None else period[0],
            "latest": _LATEST if period[1] is None else period[1],
        }
        self._db.execute(_OF_ACCOUNT, values)
        gone = [one for one in self._absent if self._is_ours(one)]
        known, changed, new, deleted, unseen = (count or 0 for count in self._db.execute(_COUNTS).fetchone())
        counts = {
            "known": known,
            "changed": changed,
            "new": new,
            "not found": len(gone),
            "deleted": deleted,
            "not covered": unseen - len(gone),
        }
        return Related(
            mine,
            counts,
            tuple(self._changed()),
            tuple(self._own("new AND NOT old")),
            tuple(_not_found(one) for one in gone),
            tuple(self._own(_DELETED)),
            sum(1 for _ in self._own("old AND NOT new")),
        )

    def _account(self, platform: str, native_id: str) -> int | None:
        return account_of(self._db, platform, native_id)

    def _is_ours(self, one: Absent) -> bool:
        return self._db.execute("SELECT 1 FROM temp.ours WHERE post = ?", (one.post,)).fetchone() is not None

    def _own(self, condition: str) -> Iterator[str]:
        return (row[0] for row in self._db.execute(_OWN.format(condition=condition)))

    def _changed(self) -> Iterator[Changed]:
        """Each changed post with the fields in which its new versions differ from the last one that was known."""
        for post, native in self._db.execute(_CHANGED).fetchall():
            states = [(_decode(state), fresh) for state, fresh in self._db.execute(_STATES, (post,))]
            known = [state for state, fresh in states if not fresh]
            fields = {name for state, fresh in states if fresh for name in differences(known[-1], state)}
            yield Changed(native, tuple(sorted(fields)))


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in numbers) or "-1"


def _not_found(one: Absent) -> NotFound:
    return NotFound(one.native_id, one.last.record.captured or "", one.since.record.captured or "")
