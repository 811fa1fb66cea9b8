"""What packages of an account would take: posts and bytes of each part, and of all together.

Bytes are those of the evidence of its posts and of their media. A file that cannot be cut counts in every part that
needs it, so that parts can take more than the whole.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

Extent = tuple[str, int | None, int | None]
_PARTED = "CREATE TEMP TABLE IF NOT EXISTS parted (part TEXT, post INTEGER, PRIMARY KEY (part, post))"
# CROSS JOIN keeps SQLite to this order: left to itself it walks through all evidence for each post.
_VERSIONS = "SELECT parted.part, version.id AS id FROM temp.parted CROSS JOIN post_version AS version USING (post)"
_EVIDENCE = f"""
SELECT used.part, path.path, evidence.offset, evidence.length FROM ({_VERSIONS}) AS used
CROSS JOIN evidence ON evidence.subject = 'version' AND evidence.subject_id = used.id
CROSS JOIN path ON path.id = evidence.path"""
_MEDIA = f"""
SELECT used.part, media.path, NULL, NULL FROM ({_VERSIONS}) AS used
CROSS JOIN media_use ON media_use.version = used.id
CROSS JOIN media ON media.id = media_use.media WHERE media.path IS NOT NULL"""
_CAPTURED = f"""
SELECT used.part, path.path, evidence.offset, evidence.length FROM ({_VERSIONS}) AS used
CROSS JOIN media_use ON media_use.version = used.id CROSS JOIN media_record ON media_record.media = media_use.media
CROSS JOIN evidence ON evidence.subject = 'resource' AND evidence.subject_id = media_record.resource
CROSS JOIN path ON path.id = evidence.path"""


class Cost(NamedTuple):
    """Own posts, and bytes of evidence and media."""

    posts: int
    size: int


class Costs(NamedTuple):
    """What each part takes, and what all of it takes in one package."""

    parts: dict[str, Cost]
    together: Cost


def costs(
    history: sqlite3.Connection, store: sqlite3.Connection, account: int, own: Counter[str], sizes: Mapping[str, int]
) -> Costs:
    """The costs of the parts of an account; ``own`` are its own posts by part, ``sizes`` bytes by delivered path."""
    history.execute(_PARTED)
    history.execute("DELETE FROM temp.parted")
    chosen = store.execute("SELECT part, post FROM chosen WHERE account = ?", (account,))
    history.executemany("INSERT INTO temp.parted VALUES (?, ?)", chosen)
    extents: dict[str, set[Extent]] = defaultdict(set)
    for part, path, offset, length in _extents(history):
        extents[part].add((path, offset, length))
    return Costs(
        {part: Cost(count, _size(extents[part], sizes)) for part, count in own.items() if count},
        Cost(sum(own.values()), _size(set().union(*extents.values()), sizes)),
    )


def _extents(history: sqlite3.Connection) -> Iterator[tuple[str, str, int | None, int | None]]:
    for query in (_EVIDENCE, _MEDIA, _CAPTURED):
        yield from history.execute(query)


def _size(extents: set[Extent], sizes: Mapping[str, int]) -> int:
    """The bytes of these extents; of a file that is needed whole, its size and nothing besides."""
    whole = {path for path, offset, _ in extents if offset is None}
    parts = sum(length or 0 for path, offset, length in extents if offset is not None and path not in whole)
    return parts + sum(sizes.get(path, 0) for path in whole)
