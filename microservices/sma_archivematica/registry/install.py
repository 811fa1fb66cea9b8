"""Putting the rules into the registry, again and again where needed, and taking them out.

What somebody changed in the dashboard since it was written stays as that person left it. Nothing here commits: who
calls it, a migration or what follows one, has it all in one transaction.
"""

from __future__ import annotations

from typing import Any

from .changes import Change, Changes
from .rows import rivals, wanted
from .tables import COMMAND, FORMAT, ID_COMMAND, RULE, TIMED, VERSION, Key, Row, Tables

_ON, _OFF = {"enabled": 1}, {"enabled": 0}
_COUNTED = {"count_attempts": 0, "count_okay": 0, "count_not_okay": 0}


def put_in(connection: Any, told: dict[str, Any]) -> list[str]:
    """Make the registry hold what the document says; gives in plain words what was left as it was found."""
    tables, changes = Tables(connection), Changes(connection)
    rows = wanted(told, tables)
    said = [line for key, row in rows.items() for line in _put(tables, changes, key, row)]
    said += _take_out(tables, changes, [key for key in _ours(changes) if key not in rows])
    there = set(rivals(told, tables))
    for table, uuid in sorted(there):
        if tables.rows(table)[uuid]["enabled"]:
            changes.record((table, uuid), Change(_ON, _OFF))
            tables.update(table, uuid, _OFF)
    _switch_on(tables, changes, [key for key in _theirs(changes) if key not in there])
    return said


def take_out(connection: Any) -> list[str]:
    """Put the registry back as it was; gives in plain words what could not go because something names it."""
    tables, changes = Tables(connection), Changes(connection)
    said = _take_out(tables, changes, _ours(changes))
    _switch_on(tables, changes, _theirs(changes))
    if not any(row["enabled"] for row in tables.rows(ID_COMMAND).values()):
        said.append("no identification command is switched on: choose one in the dashboard (Preservation planning)")
    return said


def _ours(changes: Changes) -> list[Key]:
    return [key for key, change in changes.all.items() if change.was is None]


def _theirs(changes: Changes) -> list[Key]:
    return [key for key, change in changes.all.items() if change.was is not None]


def _put(tables: Tables, changes: Changes, key: Key, row: Row) -> list[str]:
    """Write a row of ours, but for those columns that are not as they were written last."""
    table, uuid = key
    here, before, by_hand = tables.rows(table).get(uuid), changes.all.get(key), []
    if here is None:
        made = {"lastmodified": tables.now()} if table in TIMED else {}
        tables.insert(table, {**row, **made, **(_COUNTED if table == RULE else {})})
    else:
        written = before.written if before else here
        by_hand = [name for name in row if here[name] != written.get(name, here[name])]
        changed = {name: value for name, value in row.items() if name not in by_hand and here[name] != value}
        if changed:
            tables.update(table, uuid, changed)
    if before is None or before.written != row:
        changes.record(key, Change(None, row))
    columns = ", ".join(by_hand)
    return [f"{_told(tables, table, uuid)}: {columns} changed by hand, left as it is"] if by_hand else []


def _take_out(tables: Tables, changes: Changes, keys: list[Key]) -> list[str]:
    """Take rows of ours out, those that nothing names first. One that something else names stays, switched off.

    Archivematica's own records of a file name its format and the rule that described it.
    """
    said = [line for table, uuid in keys if table == COMMAND for line in _without(tables, changes, uuid)]
    left = [key for key in keys if key[1] in tables.rows(key[0])]
    while free := [key for key in left if not tables.referred_to(*key)]:
        for table, uuid in free:
            tables.delete(table, uuid)
        left = [key for key in left if key not in free]
    for table, uuid in left:
        if tables.rows(table)[uuid].get("enabled"):
            tables.update(table, uuid, _OFF)
        if table != FORMAT:
            said.append(
                f"{_told(tables, table, uuid)}: stays, switched off: {tables.referred_to(table, uuid)[0]} names it"
            )
    for key in keys:
        changes.forget(key)
    return said


def _told(tables: Tables, table: str, uuid: str) -> str:
    """A row in words: what it says of itself, or the purpose and the format of a rule."""
    row = tables.rows(table)[uuid]
    if table == RULE:
        version = tables.rows(VERSION)[row["format_id"]]
        return f"{row['purpose']} of {version['pronom_id']} ({uuid})"
    return f"{row['description']} ({uuid})"


def _without(tables: Tables, changes: Changes, command: str) -> list[str]:
    """Switch off the rules that somebody made with a command of ours: without it they would fail for every file."""
    rules = tables.rows(RULE).items()
    theirs = [
        one for one, row in rules if row["command_id"] == command and row["enabled"] and (RULE, one) not in changes.all
    ]
    for uuid in theirs:
        tables.update(RULE, uuid, _OFF)
    return [f"{_told(tables, RULE, uuid)}: made with a command that goes, switched off" for uuid in theirs]


def _switch_on(tables: Tables, changes: Changes, keys: list[Key]) -> None:
    """Enable again what was switched off here, the latest first.

    Not what a newer version has replaced since, and not a second identification command: an update of Archivematica
    brings its own, and switches off the one before.
    """
    for table, uuid in reversed(keys):
        changes.forget((table, uuid))
        rows = tables.rows(table)
        newer = any(row["replaces_id"] == uuid and row["enabled"] for row in rows.values())
        another = table == ID_COMMAND and any(row["enabled"] for row in rows.values())
        if uuid in rows and not newer and not another:
            tables.update(table, uuid, _ON)
