"""Tells what is in the Format Policy Registry, as one line of JSON: run with Archivematica's own Python.

``python - [HOME] < export.py`` in the environment of the dashboard; HOME is the folder that it is started from, which
comes first on its path. Nothing is changed. ``changes`` is null where our rules were never put in.
"""

from __future__ import annotations

import json
import sys
from typing import Any

TABLES = (
    "fpr_format",
    "fpr_formatgroup",
    "fpr_formatversion",
    "fpr_idtool",
    "fpr_idcommand",
    "fpr_fptool",
    "fpr_fpcommand",
    "fpr_fprule",
)
CHANGES = "sma_archivematica_registrychange"


def main() -> None:
    """Print what is there; a fault is one line, and exit code 1."""
    sys.path[:0] = sys.argv[1:2]
    try:
        import django  # noqa: PLC0415 -- the folder has to be on the path first

        django.setup()
        from django.db import connection  # noqa: PLC0415 -- not before it is set up

        told = everything(connection)
    except Exception as error:  # noqa: BLE001 -- whatever an installation may answer is told in one line
        lines = str(error).splitlines() or [""]
        sys.stderr.write(f"{type(error).__name__}: {lines[0][:300]}\n")
        sys.exit(1)
    sys.stdout.write(json.dumps(told, default=str) + "\n")


def everything(connection: Any) -> dict[str, Any]:
    """All tables by name, and what our migrations changed."""
    with connection.cursor() as cursor:
        there = CHANGES in connection.introspection.table_names(cursor)
        return {
            "schema": 1,
            "tables": {name: rows(cursor, name) for name in TABLES},
            "changes": rows(cursor, CHANGES) if there else None,
        }


def rows(cursor: Any, name: str) -> list[dict[str, Any]]:
    """The rows of a table, in the order in which they were made."""
    cursor.execute(f"SELECT * FROM {name} ORDER BY id")
    columns = [one[0] for one in cursor.description]
    return [dict(zip(columns, values)) for values in cursor.fetchall()]


main()
