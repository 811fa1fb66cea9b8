"""Under which pseudonym somebody is known already: by number in one capture, by handle alone in another.

Beside the key lies a table from each pseudonym that could be made of a person to the one that is used. It holds
pseudonyms only, so without the key it tells of nobody; with it, a person has the same pseudonym in every package.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

ENDING = ".people.sqlite"
_AT_ONCE = 1000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS person (made TEXT PRIMARY KEY, used TEXT NOT NULL, numbered INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS used ON person (used) WHERE numbered;
"""


class Known:
    """Pseudonyms in use. Without a path they are known for one run only; ``keeps``: what is met is kept for later."""

    def __init__(self, path: Path | None = None, *, keeps: bool = True) -> None:
        self._path, self._keeps = path, keeps
        self._used: dict[str, str] = {}

    @classmethod
    def beside(cls, key_file: Path, *, keeps: bool = True) -> Known:
        """Those of the keys in a file."""
        return cls(key_file.with_name(key_file.name + ENDING), keeps=keeps)

    def canonical(self, made: str) -> str:
        """The pseudonym in use of somebody for whom this one could be made."""
        return self._used.get(made, made)

    def learn(self, people: Iterable[tuple[str, list[str]]]) -> None:
        """Settle what each person is called: the pseudonym of the number (or handle) and those of the handles borne."""
        if self._path is None or not (self._keeps or self._path.exists()):
            with closing(sqlite3.connect(":memory:")) as database:
                self._learn(database, people)
            return
        with self._opened() as database:
            self._learn(database, people)

    def rows(self, beginning: str) -> list[tuple[str, str, bool]]:
        """What is kept of the pseudonyms that begin so, to be handed over with their key."""
        if self._path is None or not self._path.exists():
            return []
        with closing(sqlite3.connect(self._path, timeout=60)) as database:
            told = database.execute("SELECT made, used, numbered FROM person ORDER BY made")
            return [(made, used, bool(numbered)) for made, used, numbered in told if made.startswith(beginning)]

    def take(self, rows: Iterable[tuple[str, str, bool]]) -> None:
        """Keep what came with a key; what is known here already stays as it is."""
        some = list(rows)
        if some:
            with self._opened() as database:
                database.executescript(_SCHEMA)
                database.executemany("INSERT OR IGNORE INTO person VALUES (?, ?, ?)", some)
                database.commit()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The table, which nobody else can read."""
        if self._path is None:
            raise ValueError("known for one run only")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(self._path, timeout=60)) as database:
            yield database

    def _learn(self, database: sqlite3.Connection, people: Iterable[tuple[str, list[str]]]) -> None:
        database.executescript(_SCHEMA)
        database.execute("BEGIN IMMEDIATE")
        is_new = database.execute("SELECT 1 FROM person LIMIT 1").fetchone() is None
        rest = iter(people)
        while some := list(islice(rest, _AT_ONCE)):
            rows: list[tuple[str, str, bool]] = []
            for made, handles in some:
                used = made if is_new else _found(database, made) or _of_handle(database, handles) or made
                rows += [(made, used, bool(handles)), *((handle, used, False) for handle in handles)]
                if used != made:
                    self._used[made] = used
            database.executemany("INSERT OR IGNORE INTO person VALUES (?, ?, ?)", rows)
        if self._keeps:
            database.commit()


def _found(database: sqlite3.Connection, made: str) -> str | None:
    row = database.execute("SELECT used FROM person WHERE made = ?", (made,)).fetchone()
    return str(row[0]) if row else None


def _of_handle(database: sqlite3.Connection, handles: list[str]) -> str | None:
    """The pseudonym of a handle that was met without a number, and that no other number has taken since."""
    for handle in handles:
        if (
            _found(database, handle) == handle
            and not database.execute("SELECT 1 FROM person WHERE used = ? AND numbered", (handle,)).fetchone()
        ):
            return handle
    return None
