"""Media of posts that a capture of the web holds among its responses, rather than as files of their own."""

from __future__ import annotations

import sqlite3

from sma_plugin.history.media_addresses import key_of

_BATCH = 4000
_TABLES = (
    "CREATE TEMP TABLE captured (key TEXT NOT NULL, resource INTEGER NOT NULL)",
    "CREATE TEMP TABLE named (key TEXT NOT NULL, media INTEGER NOT NULL)",
)
_MATCH = """
INSERT INTO media_record
SELECT named.media, min(captured.resource) FROM temp.named JOIN temp.captured ON captured.key = named.key
JOIN resource ON resource.id = captured.resource GROUP BY named.media, resource.capture"""
_UNUSED = (
    "DELETE FROM resource WHERE role = 'medium' AND id NOT IN (SELECT resource FROM media_record)",
    "DELETE FROM evidence WHERE subject = 'resource' AND subject_id NOT IN (SELECT id FROM resource)",
)


class CapturedMedia:
    """Remembers the responses that may be a medium of a post; in the end those that are none are forgotten."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._waiting: list[tuple[str, int]] = []
        self._any = False

    def add(self, resource: int, url: str) -> None:
        """A captured image, film or sound, by the number of its row."""
        if not self._any:
            self._any = True
            for statement in _TABLES:
                self._db.execute(statement)
        key = key_of(url)
        self._waiting.append((key or "", resource))
        if len(self._waiting) >= _BATCH:
            self._write()

    def _write(self) -> None:
        self._db.executemany("INSERT INTO temp.captured VALUES (?, ?)", self._waiting)
        self._waiting.clear()

    def settle(self) -> None:
        """Tie media to the responses that hold them: the first one in each capture. All rows must be written."""
        if not self._any:
            return
        self._write()
        sources = self._db.execute("SELECT source, id FROM media WHERE source IS NOT NULL")
        keys = ((key, media) for source, media in sources.fetchall() if (key := key_of(source)))
        self._db.executemany("INSERT INTO temp.named VALUES (?, ?)", keys)
        self._db.execute("CREATE INDEX temp.captured_key ON captured (key)")
        self._db.execute(_MATCH)
        for statement in _UNUSED:
            self._db.execute(statement)
        self._db.execute("DROP TABLE temp.captured")
        self._db.execute("DROP TABLE temp.named")
