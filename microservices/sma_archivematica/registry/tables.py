"""The tables of the Format Policy Registry, row by row."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Dict, Tuple

Row = Dict[str, Any]
Key = Tuple[str, str]
"""A table's name and the UUID of a row in it."""

FORMAT, VERSION = "fpr_format", "fpr_formatversion"
GROUP = "fpr_formatgroup"
ID_TOOL, ID_COMMAND = "fpr_idtool", "fpr_idcommand"
TOOL, COMMAND, RULE = "fpr_fptool", "fpr_fpcommand", "fpr_fprule"
TIMED = (VERSION, ID_COMMAND, COMMAND, RULE)
"""Those that say when a row was made."""


class Tables:
    """The registry in a database.

    ``rows`` is read once and kept equal to what is written; nobody else writes while a migration runs.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._rows: dict[str, dict[str, Row]] = {}
        self._referring: dict[str, list[tuple[str, str, str]]] = {}

    def rows(self, table: str) -> dict[str, Row]:
        """All rows of a table by UUID, in the order in which they were made."""
        if table not in self._rows:
            with self.connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {self._name(table)} ORDER BY id")
                columns = [one[0] for one in cursor.description]
                found = [dict(zip(columns, values)) for values in cursor.fetchall()]
            self._rows[table] = {row["uuid"]: row for row in found}
        return self._rows[table]

    def insert(self, table: str, row: Row) -> None:
        """Add a row."""
        names = ", ".join(self._name(column) for column in row)
        marks = ", ".join("%s" for _ in row)
        self._execute(f"INSERT INTO {self._name(table)} ({names}) VALUES ({marks})", list(row.values()))
        self.rows(table)[row["uuid"]] = dict(row)

    def update(self, table: str, uuid: str, values: Row) -> None:
        """Change columns of a row."""
        names = ", ".join(f"{self._name(column)} = %s" for column in values)
        self._execute(f"UPDATE {self._name(table)} SET {names} WHERE uuid = %s", [*values.values(), uuid])
        self.rows(table)[uuid].update(values)

    def delete(self, table: str, uuid: str) -> None:
        """Take a row out."""
        self._execute(f"DELETE FROM {self._name(table)} WHERE uuid = %s", [uuid])
        self.rows(table).pop(uuid)

    def now(self) -> Any:
        """The time as the database takes it."""
        return self.connection.ops.adapt_datetimefield_value(datetime.now(timezone.utc))

    def referred_to(self, table: str, uuid: str) -> list[str]:
        """The tables with rows that name a row: of the registry, of Archivematica, of whatever else is in there.

        Archivematica's records of a file name the format and the rule; without them they would be lost or broken.
        """
        found = []
        for other, column, named in self._references(table):
            value = self.rows(table)[uuid].get(named)
            with self.connection.cursor() as cursor:
                where = f"{self._name(column)} = %s"
                cursor.execute(f"SELECT 1 FROM {self._name(other)} WHERE {where} LIMIT 1", [value])
                found += [other] if cursor.fetchone() else []
        return found

    def _references(self, table: str) -> list[tuple[str, str, str]]:
        """Table, column, and the column of ours that it names, for every foreign key in the database."""
        if not self._referring:
            with self.connection.cursor() as cursor:
                for other in self.connection.introspection.table_names(cursor):
                    for column, told in self.connection.introspection.get_relations(cursor, other).items():
                        self._referring.setdefault(told[1], []).append((other, column, told[0]))
        return self._referring.get(table, [])

    def _name(self, name: str) -> str:
        return str(self.connection.ops.quote_name(name))

    def _execute(self, sql: str, values: list[Any]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
