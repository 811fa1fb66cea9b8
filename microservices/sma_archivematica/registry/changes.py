"""What was changed in the registry, and what stood there before: a table of our own, so that all can be put back."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .tables import Key, Row

TABLE = "sma_archivematica_registrychange"


class Change(NamedTuple):
    """A row of the registry: the columns as they were (None: it was not there) and as they were written."""

    was: Row | None
    written: Row


class Changes:
    """All changes by table and UUID, in the order in which they were made first."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT table_name, row_uuid, was, written FROM {TABLE} ORDER BY id")
            self.all: dict[Key, Change] = {
                (table, uuid): Change(json.loads(was), json.loads(written))
                for table, uuid, was, written in cursor.fetchall()
            }

    def record(self, key: Key, change: Change) -> None:
        """Write down a change; what was before the first one stays."""
        known = key in self.all
        values = [json.dumps(change.was), json.dumps(change.written), *key]
        with self.connection.cursor() as cursor:
            if known:
                cursor.execute(
                    f"UPDATE {TABLE} SET was = %s, written = %s WHERE table_name = %s AND row_uuid = %s", values
                )
            else:
                names = "was, written, table_name, row_uuid"
                cursor.execute(f"INSERT INTO {TABLE} ({names}) VALUES (%s, %s, %s, %s)", values)
        self.all[key] = change

    def forget(self, key: Key) -> None:
        """Strike out a change that was taken back."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE table_name = %s AND row_uuid = %s", list(key))
        self.all.pop(key)
