"""Letting the history of a package point into the package: kept paths, and offsets in extracts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from sma_plugin.compose.copy import Copied
from sma_plugin.compose.extract import Moves


def relocate(db: sqlite3.Connection, copied: Iterable[Copied]) -> None:
    """Move evidence and media to where the kept files are; evidence that is not in a kept file goes.

    Leaves the temporary table ``witnessed``: what had evidence before.
    """
    db.execute("DROP TABLE IF EXISTS temp.witnessed")
    db.execute("CREATE TEMP TABLE witnessed AS SELECT DISTINCT subject, subject_id AS id FROM evidence")
    db.execute("BEGIN")
    db.execute("CREATE INDEX relocated ON path (capture, path)")
    for one in copied:
        (capture,) = db.execute("SELECT id FROM capture WHERE name = ?", (one.file.capture,)).fetchone()
        path = _path(db, capture, one.file.delivered or "")
        db.execute("UPDATE path SET kept = ? WHERE id = ?", (one.file.path, path))
        if one.inner:
            _out_of_wacz(db, _path(db, capture, one.inner.path), path, one)
        if one.extract:
            _into_extract(db, path, Moves(one.extract.spans))
    db.execute("DROP INDEX relocated")
    db.execute("DELETE FROM evidence WHERE path IN (SELECT id FROM path WHERE kept IS NULL)")
    db.execute("COMMIT")


def _path(db: sqlite3.Connection, capture: int, delivered: str) -> int:
    """The number of a delivered path; made when nothing was read from it."""
    known = db.execute("SELECT id FROM path WHERE capture = ? AND path = ?", (capture, delivered)).fetchone()
    if known:
        return int(known[0])
    return int(
        db.execute("INSERT INTO path (capture, path) VALUES (?, ?) RETURNING id", (capture, delivered)).fetchone()[0]
    )


def _out_of_wacz(db: sqlite3.Connection, wacz: int, path: int, one: Copied) -> None:
    """Evidence in a member of a WACZ becomes evidence in the file that was that member."""
    assert one.inner  # noqa: S101 -- the caller looked
    start, end = one.inner.offset, one.inner.offset + one.inner.length
    db.execute(
        "UPDATE evidence SET path = ?, offset = offset - ? WHERE path = ? AND offset >= ? AND offset < ?",
        (path, start, wacz, start, end),
    )


def _into_extract(db: sqlite3.Connection, path: int, moves: Moves) -> None:
    db.create_function("gone", 1, moves.gone)
    db.create_function("moved", 1, moves)
    db.execute("DELETE FROM evidence WHERE path = ? AND offset IS NOT NULL AND gone(offset)", (path,))
    db.execute(
        "UPDATE evidence SET offset = moved(offset), length = moved(offset + length) - moved(offset)"
        " WHERE path = ? AND offset IS NOT NULL",
        (path,),
    )
