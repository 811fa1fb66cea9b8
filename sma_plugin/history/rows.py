"""Rows on their way into the history store: buffered per table, written many at a time with prepared statements."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from itertools import count
from typing import Any

# For an empty value the binding looks for an adapter, in vain, at the cost of an exception that it swallows: a third of
# all that writing takes. This one gives the value back as it is.
sqlite3.register_adapter(type(None), {None: None}.get)
sqlite3.register_adapter(bool, int)

_PER_STATEMENT = 32
"""Rows that one statement writes: three times as many rows a second as one by one, and far below the limit on
variables of any SQLite."""

_WIDTHS = {
    "alias": 5,
    "post": 16,
    "post_version": 7,
    "media": 6,
    "media_use": 2,
    "observation": 9,
    "relation": 6,
    "evidence": 9,
    "resource": 11,
    "exclusion": 6,
    "problem": 6,
    "tally": 5,
    "thread_order": 5,
}


class Rows:
    """Buffers of values, one per table: ``rows.post += (...)`` appends one row of as many values as it has columns.

    ``number["post"]()`` gives the next number of a table.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._buffers: dict[str, list[Any]] = {table: [] for table in _WIDTHS}
        self.number: dict[str, Callable[[], int]] = {table: count(1).__next__ for table in _WIDTHS}

    def of(self, table: str) -> list[Any]:
        """The buffer of a table; the same list for as long as the store is filled."""
        return self._buffers[table]

    def flush(self) -> None:
        """Write what is buffered."""
        for table, values in self._buffers.items():
            if values:
                width = _WIDTHS[table]
                whole = len(values) - len(values) % (width * _PER_STATEMENT)
                self._write(table, values[:whole], width, _PER_STATEMENT)
                self._write(table, values[whole:], width, 1)
                values.clear()

    def _write(self, table: str, values: list[Any], width: int, rows: int) -> None:
        one = f"({', '.join('?' * width)})"
        step = width * rows
        # The first to bear an identifier keeps it; anywhere else a conflict is an error of ours.
        verb = "INSERT OR IGNORE" if table == "alias" else "INSERT"
        self._db.executemany(
            f"{verb} INTO {table} VALUES {', '.join([one] * rows)}",
            (values[at : at + step] for at in range(0, len(values), step)),
        )
