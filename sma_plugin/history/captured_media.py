"""Media of posts and profiles that a capture of the web holds among its responses, rather than as files."""

from __future__ import annotations

import sqlite3

from sma_plugin.history.media_addresses import key_of

_BATCH = 4000
_TABLES = (
    "CREATE TEMP TABLE captured (key TEXT NOT NULL, resource INTEGER NOT NULL)",
    "CREATE TEMP TABLE named (key TEXT NOT NULL, part TEXT, number INTEGER NOT NULL)",
)
_SOURCES = """
SELECT source, NULL, id FROM media WHERE source IS NOT NULL
UNION ALL SELECT json_extract(state, '$.' || part || '.source'), part, id
FROM profile_version, (SELECT 'avatar' AS part UNION SELECT 'header')
WHERE json_extract(state, '$.' || part || '.source') IS NOT NULL"""
"""Of media of posts, and of pictures of profiles by the part that they are."""
_MATCH = """
CREATE TEMP TABLE matched AS SELECT named.part, named.number, min(captured.resource) AS resource
FROM temp.named JOIN temp.captured ON captured.key = named.key
JOIN resource ON resource.id = captured.resource GROUP BY named.part, named.number, resource.capture"""
_USED = (
    "INSERT INTO media_record SELECT number, resource FROM temp.matched WHERE part IS NULL",
    "INSERT INTO profile_record SELECT number, part, resource FROM temp.matched WHERE part IS NOT NULL",
    "DELETE FROM resource WHERE role = 'medium' AND id NOT IN (SELECT resource FROM temp.matched)",
    "DELETE FROM evidence WHERE subject = 'resource' AND subject_id NOT IN (SELECT id FROM resource)",
)


class CapturedMedia:
    """Remembers the responses that may be such a medium; in the end those that are none are forgotten."""

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
        sources = self._db.execute(_SOURCES).fetchall()
        keys = ((key, part, number) for source, part, number in sources if (key := key_of(source)))
        self._db.executemany("INSERT INTO temp.named VALUES (?, ?, ?)", keys)
        self._db.execute("CREATE INDEX temp.captured_key ON captured (key)")
        self._db.execute(_MATCH)
        for statement in _USED:
            self._db.execute(statement)
        for table in ("captured", "named", "matched"):
            self._db.execute(f"DROP TABLE temp.{table}")
