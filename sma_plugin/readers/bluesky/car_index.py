"""The blocks of a CAR file by content identifier: where each is, and the bytes of those that are read again.

A repository has hundreds of thousands of records in no useful order, so they lie in a temporary file, not in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;
CREATE TABLE block (
  number INTEGER PRIMARY KEY, cid BLOB NOT NULL, offset INTEGER, length INTEGER, collection TEXT, data BLOB);
CREATE UNIQUE INDEX block_cid ON block (cid);
CREATE TABLE met (key TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_ADD = "INSERT OR IGNORE INTO block (cid, offset, length, collection, data) VALUES (?, ?, ?, ?, ?)"
_FIND = "SELECT number, cid, offset, length, collection, data FROM block WHERE cid = ?"
_ALL = "SELECT number, cid, offset, length, collection, NULL FROM block ORDER BY number"
_BATCH = 2000
TREE = ""
"""What stands for the collection of a node of the tree."""


class Stored(NamedTuple):
    """A block: its number and CID, its place, the collection of a record (:data:`TREE` for a node), its bytes.

    Bytes are kept of what is read again only; ``collection`` is ``None`` for what is neither record nor node.
    """

    number: int
    cid: bytes
    offset: int
    length: int
    collection: str | None
    data: bytes | None


class BlockIndex:
    """Blocks by CID. Of two with the same CID the first counts."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.executescript(_SCHEMA)
        self._rows: list[tuple[bytes, int, int, str | None, bytes | None]] = []
        self._reached = bytearray()

    def add(self, cid: bytes, offset: int, length: int, collection: str | None, data: bytes | None) -> None:
        """Add a block."""
        self._rows.append((cid, offset, length, collection, data))
        if len(self._rows) >= _BATCH:
            self._write()

    def _write(self) -> None:
        self._db.executemany(_ADD, self._rows)
        self._rows.clear()

    def find(self, cid: bytes) -> Stored | None:
        """The block with this CID."""
        if self._rows:
            self._write()
        row = self._db.execute(_FIND, (cid,)).fetchone()
        return Stored(*row) if row else None

    def reach(self, number: int) -> bool:
        """Mark a block as reached from the root; whether it is so for the first time."""
        if number >= len(self._reached):
            self._reached.extend(bytes(number + 1 - len(self._reached) + _BATCH))
        first = not self._reached[number]
        self._reached[number] = 1
        return first

    def unreached(self) -> Iterator[Stored]:
        """What no tree reaches, without its bytes, in the order of the file."""
        if self._rows:
            self._write()
        reached = self._reached
        for row in self._db.execute(_ALL):
            if row[0] >= len(reached) or not reached[row[0]]:
                yield Stored(*row)

    def data(self, number: int) -> bytes | None:
        """The bytes of a block, where they are kept."""
        row = self._db.execute("SELECT data FROM block WHERE number = ?", (number,)).fetchone()
        return row[0] if row else None

    def meet(self, key: str) -> None:
        """Remember the key of a record."""
        self._db.execute("INSERT OR IGNORE INTO met VALUES (?)", (key,))

    def met(self, key: str) -> bool:
        """Whether a record with this key was met."""
        return self._db.execute("SELECT 1 FROM met WHERE key = ?", (key,)).fetchone() is not None

    def close(self) -> None:
        """Let go of the temporary file."""
        self._db.close()
