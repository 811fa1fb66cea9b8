"""What a METS has of each file, in a table: many files take room on disk, and hardly any in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple, Self

_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4000;
CREATE TABLE object (section TEXT PRIMARY KEY, uuid TEXT, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE file (id TEXT, start INTEGER, path TEXT PRIMARY KEY, section TEXT, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE record (id TEXT PRIMARY KEY, start INTEGER, end INTEGER) WITHOUT ROWID;
CREATE TABLE tie (ours TEXT PRIMARY KEY, uuid TEXT, id TEXT, start INTEGER UNIQUE) WITHOUT ROWID;
"""


class FileTag(NamedTuple):
    """A file of the file section: its ID, where its tag is, its path, the SHA-256 that the tag states."""

    id: str
    start: int
    path: str
    sha256: str


class Known(NamedTuple):
    """A file that has an object: its ID, where its tag is, its path, and the UUID and SHA-256 of the object."""

    id: str
    start: int
    path: str
    uuid: str
    sha256: str


class Stored(NamedTuple):
    """A file of the package as Archivematica knows it: its UUID, its ID in the METS, and where its tag is there."""

    uuid: str
    id: str
    start: int


class OutlinedFiles:
    """The files of one METS, with the sections that are about one of them; closed, it is gone.

    SQLite keeps a database without a name in memory while it is small, and else in a temporary file of its own.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    # --- what a METS says --------------------------------------------------------------------------------------------

    def add_object(self, section: str, uuid: str, sha256: str) -> None:
        """The PREMIS object in an administrative section; of several the last."""
        self._db.execute("INSERT OR REPLACE INTO object VALUES (?, ?, ?)", (section, uuid, sha256))

    def add_file(self, tag: FileTag, section: str) -> None:
        """A file, and the administrative section that it names; of several with one path the last."""
        self._db.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?)", (*tag[:3], section, tag.sha256))

    def add_record(self, identifier: str, start: int, end: int) -> None:
        """A descriptive section about one file: its ID, from which byte to which."""
        self._db.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (identifier, start, end))

    # --- what is asked of it -----------------------------------------------------------------------------------------

    def tags(self) -> Iterator[FileTag]:
        """Every file in order of their paths."""
        return (FileTag(*row) for row in self._db.execute("SELECT id, start, path, sha256 FROM file ORDER BY path"))

    def known(self, path: str) -> Known | None:
        """The file at a path, if it has an object."""
        return next(self._known("file.path = ?", path), None)

    def with_sum(self, sha256: str) -> Iterator[Known]:
        """The files whose objects have this SHA-256."""
        self._db.execute("CREATE INDEX IF NOT EXISTS sums ON object (sha256)")
        self._db.execute("CREATE INDEX IF NOT EXISTS sections ON file (section)")
        return self._known("object.sha256 = ?", sha256)

    def has(self, path: str) -> bool:
        """Whether there is a file at a path."""
        return self._db.execute("SELECT 1 FROM file WHERE path = ?", (path,)).fetchone() is not None

    def records(self) -> Iterator[tuple[str, int, int]]:
        """The descriptive sections in the order in which they stand: ID, from which byte to which."""
        yield from self._db.execute("SELECT id, start, end FROM record ORDER BY start")

    def has_record(self, identifier: str) -> bool:
        """Whether there is a descriptive section about a file with this ID."""
        return self._db.execute("SELECT 1 FROM record WHERE id = ?", (identifier,)).fetchone() is not None

    def _known(self, where: str, value: str) -> Iterator[Known]:
        query = (
            "SELECT file.id, file.start, file.path, object.uuid, object.sha256 FROM file"
            f" JOIN object ON object.section = file.section WHERE {where} ORDER BY file.start"
        )
        return (Known(*row) for row in self._db.execute(query, (value,)).fetchall())

    # --- what is told of them afterwards -----------------------------------------------------------------------------

    def tie(self, ours: str, stored: Stored) -> bool:
        """Say what Archivematica has for a file, by our UUID of it; gives whether nothing else was tied to that."""
        added = self._db.execute("INSERT OR IGNORE INTO tie VALUES (?, ?, ?, ?)", (ours, *stored))
        return added.rowcount == 1

    def tied(self, ours: str) -> Stored | None:
        """What Archivematica has for a file of ours."""
        row = self._db.execute("SELECT uuid, id, start FROM tie WHERE ours = ?", (ours,)).fetchone()
        return Stored(*row) if row else None

    def places(self) -> Iterator[tuple[str, int]]:
        """Our UUIDs with where Archivematica's tags of these files are, in that order."""
        yield from self._db.execute("SELECT ours, start FROM tie ORDER BY start")
