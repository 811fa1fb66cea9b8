"""The package's files by path, on disk: as many as there are, the memory stays the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import msgspec

from sma_plugin.package.records import FileRecord

_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8000;
CREATE TABLE file (
    path TEXT PRIMARY KEY, id TEXT, size INTEGER, use TEXT, capture TEXT, source TEXT, pointed INTEGER DEFAULT 0,
    record BLOB
) WITHOUT ROWID;"""
_BATCH = 1000
_REMEMBERED = 4096


class Target(NamedTuple):
    """What a pointer needs of a file: package path, XML ID, size in bytes."""

    path: str
    id: str
    size: int


class FileTable:
    """Files in order of their paths. Two records of one path are one file: the later one stands."""

    def __init__(self, path: Path, records: Iterable[FileRecord]) -> None:
        path.unlink(missing_ok=True)
        self._path = path
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(_SCHEMA)
        encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(FileRecord).decode
        self._known: dict[str, Target | None] = {}
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT OR REPLACE INTO file (path, id, size, use, capture, source, record) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((one.path, one.id, one.size, one.use, one.capture, one.source, encode(one)) for one in records),
        )
        self._db.execute("CREATE INDEX made_of ON file (source) WHERE source IS NOT NULL")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        self._path.unlink(missing_ok=True)

    def __iter__(self) -> Iterator[FileRecord]:
        return self._records("SELECT record FROM file ORDER BY path", ())

    def group(self, use: str, capture: str | None = None) -> Iterator[FileRecord]:
        """Files with a use; of originals those of one capture, or of none."""
        if use != "original":
            return self._records("SELECT record FROM file WHERE use = ? ORDER BY path", (use,))
        query = "SELECT record FROM file WHERE use = ? AND capture IS ? ORDER BY path"
        return self._records(query, (use, capture))

    def ids(self, use: str, capture: str | None = None) -> Iterator[str]:
        """Identifiers of a group."""
        query = "SELECT id FROM file WHERE use = ? AND (? OR capture IS ?) ORDER BY path"
        return (row[0] for row in self._rows(query, (use, use != "original", capture)))

    def places(self, *uses: str, within: bool = True) -> Iterator[tuple[str, str]]:
        """Package path and identifier of every file with one of these uses, or with none of them."""
        query = f"SELECT path, id FROM file WHERE (use IN ({', '.join('?' * len(uses))})) = ? ORDER BY path"
        return self._rows(query, (*uses, within))

    def stray(self, captures: Iterable[str]) -> Iterator[FileRecord]:
        """Originals of no capture that is on record."""
        known = list(captures)
        query = (
            "SELECT record FROM file WHERE use = 'original'"
            f" AND (capture IS NULL OR capture NOT IN ({', '.join('?' * len(known))})) ORDER BY path"
        )
        return self._records(query, known)

    def count(self, use: str | None = None) -> int:
        """How many files there are with a use, or in all."""
        query, values = (
            ("SELECT count(*) FROM file", ())
            if use is None
            else (
                "SELECT count(*) FROM file WHERE use = ?",
                (use,),
            )
        )
        found: int = self._db.execute(query, values).fetchone()[0]
        return found

    def find(self, path: str) -> Target | None:
        """What a pointer to a package path needs, if there is such a file; it is then known as pointed at."""
        if path not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            row = self._db.execute("SELECT id, size FROM file WHERE path = ?", (path,)).fetchone()
            self._known[path] = Target(path, f"file-{row[0]}", row[1]) if row else None
            if row:
                self._db.execute("UPDATE file SET pointed = 1 WHERE path = ?", (path,))
        return self._known[path]

    def made_of(self, path: str) -> list[Target]:
        """The files that were made of one file, in order; they are then known as pointed at."""
        rows = self._db.execute("SELECT path FROM file WHERE source = ? ORDER BY path", (path,)).fetchall()
        return [target for (made,) in rows if (target := self.find(made))]

    def uuid(self, path: str) -> str | None:
        """The identifier of the file at a package path, if there is one."""
        row = self._db.execute("SELECT id FROM file WHERE path = ?", (path,)).fetchone()
        return str(row[0]) if row else None

    def record(self, path: str) -> FileRecord | None:
        """The file at a package path, if there is one."""
        row = self._db.execute("SELECT record FROM file WHERE path = ?", (path,)).fetchone()
        return self._decode(row[0]) if row else None

    def unpointed(self) -> Iterator[Target]:
        """Files that no pointer was asked for."""
        rows = self._rows("SELECT path, 'file-' || id, size FROM file WHERE pointed = 0 ORDER BY path", ())
        return (Target(*row) for row in rows)

    def _records(self, query: str, values: Sequence[str | None]) -> Iterator[FileRecord]:
        decode = self._decode
        return (decode(row[0]) for row in self._rows(query, values))

    def _rows(self, query: str, values: Sequence[str | bool | None]) -> Iterator[tuple[Any, ...]]:
        cursor = self._db.execute(query, values)
        while rows := cursor.fetchmany(_BATCH):
            yield from rows
