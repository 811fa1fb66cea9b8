"""The identifiers of posts while the store is filled: which post bears one, asked for every post of every capture."""

from __future__ import annotations

import sqlite3

from sma_plugin.history.rows import Rows

Key = tuple[str, str, int]
"""Scheme, value, and whether the identifier is derived (1) or stated by a source (0)."""

_SLOTS = 1 << 27
"""Bits that remember which identifiers were met: 16 MiB, enough for millions of posts at one wrong guess in fifty."""
_FIND = "SELECT post FROM alias WHERE platform = ? AND value = ? AND scheme = ?"


class Aliases:
    """Finds posts by identifier. Most posts are new, so that is told without asking the store."""

    def __init__(self, db: sqlite3.Connection, rows: Rows) -> None:
        self._db, self._rows = db, rows.of("alias")
        self._fresh: dict[tuple[str, str, str], int] = {}
        """The posts of identifiers that are not yet written."""
        self._met = bytearray(_SLOTS >> 3)

    def find(self, platform: str, scheme: str, value: str) -> int | None:
        """The post that bears this identifier."""
        key = (platform, value, scheme)
        slot = hash(key) % _SLOTS
        if not self._met[slot >> 3] >> (slot & 7) & 1:
            return None
        fresh = self._fresh.get(key)
        if fresh is not None:
            return fresh
        row = self._db.execute(_FIND, key).fetchone()
        return int(row[0]) if row else None

    def add(self, platform: str, scheme: str, value: str, post: int, derived: int) -> None:
        """The post bears this identifier too; the first one to bear it keeps it."""
        key = (platform, value, scheme)
        slot = hash(key) % _SLOTS
        self._met[slot >> 3] |= 1 << (slot & 7)
        if key not in self._fresh:
            self._fresh[key] = post
            self._rows += (platform, value, scheme, post, derived)

    def written(self) -> None:
        """The rows were written: from now on the store answers."""
        self._fresh.clear()
