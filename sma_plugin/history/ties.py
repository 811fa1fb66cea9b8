"""What ties a post to others in the history store: each tie told once, with what becomes of it."""

from __future__ import annotations

import sqlite3

from sma_plugin.history.rows import Rows
from sma_plugin.history.sightings import text_of
from sma_plugin.model import Relation

_TOLD = "SELECT kind, coalesce(target, target_url, ''), state FROM relation WHERE post = ?"
_AGAIN = """
DELETE FROM relation WHERE post = ?1 AND rowid NOT IN (
  SELECT min(rowid) FROM relation WHERE post = ?1 GROUP BY kind, coalesce(target, target_url, ''), state)"""


class Ties:
    """Writes relations."""

    def __init__(self, db: sqlite3.Connection, rows: Rows) -> None:
        self._db, self._relations = db, rows.of("relation")

    def add(self, post: int, relations: tuple[Relation, ...]) -> None:
        """The ties of a post that is new."""
        for one in relations:
            self._relations += (post, one.kind, one.target, one.target_url, text_of(one.target_account), one.state)

    def more(self, post: int, relations: tuple[Relation, ...]) -> None:
        """The ties of a post that has some already, and whose rows are written: what is new among them."""
        if not relations:
            return
        self._db.execute("CREATE INDEX IF NOT EXISTS relation_post ON relation (post)")
        known = set(self._db.execute(_TOLD, (post,)))
        stated = {one[:2] for one in known}
        for one in relations:
            key = (one.kind, one.target or one.target_url or "")
            if key not in stated or (one.state is not None and (*key, one.state) not in known):
                self.add(post, (one,))

    def once(self, post: int) -> None:
        """Ties that both of two posts had are told once."""
        self._db.execute(_AGAIN, (post,))
