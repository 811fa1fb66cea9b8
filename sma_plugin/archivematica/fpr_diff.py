"""What is in Archivematica's Format Policy Registry against what the plugin would put there, as findings.

Which rows are wanted, and which others cannot be enabled beside them, is asked of ``registry/rows.py``, the module that
the migrations inside Archivematica decide by: the difference that is told here is then what a migration would change.
It needs neither Django nor a database, only something that gives the rows of a table.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator

from sma_plugin.archivematica.fpr_export import RegistryExport, Row
from sma_plugin.findings import Finding, make
from sma_plugin.microservices.sma_archivematica.registry.rows import rivals, wanted
from sma_plugin.microservices.sma_archivematica.registry.tables import COMMAND, FORMAT, ID_COMMAND, RULE, VERSION

Key = tuple[str, str]


def differences(told: Row, found: RegistryExport) -> list[Finding]:
    """What an administrator should know, of ``sma formats registry``'s document and an export of the registry.

    Where nothing of ours is in there that alone is told.
    """
    rows = wanted(told, found)
    here = {key: found.rows(key[0]).get(key[1]) for key in rows}
    if not any(here.values()):
        return [_told("SMA-A030", _named(row, key[0], told, found)) for key, row in rows.items() if key[0] != FORMAT]
    look = _Look(told, found, rows)
    return [*look.ours(), *look.doubled(), *look.theirs(), *look.unknown()]


def _told(code: str, row: str) -> Finding:
    return make(code, item=row, row=row)


def _named(row: Row, table: str, told: Row, found: RegistryExport) -> str:
    """A row in words: a rule by its purpose, format and command, any other by what it says of itself."""
    if table == VERSION:
        return f"{row['pronom_id']} {row['description']}"
    if table != RULE:
        return str(row["description"])
    versions = {one["version_uuid"]: one["puid"] for one in told["formats"]}
    versions |= {uuid: one["pronom_id"] or one["description"] for uuid, one in found.rows(VERSION).items()}
    commands = {one["uuid"]: one["description"] for one in (*told["commands"], *found.rows(COMMAND).values())}
    puid, command = versions.get(row["format_id"], "?"), commands.get(row["command_id"], "?")
    return f"{row['purpose']}, {puid}: {command}"


class _Look:
    """One comparison: the document, the registry, the rows that are wanted."""

    def __init__(self, told: Row, found: RegistryExport, rows: dict[Key, Row]) -> None:
        self.told, self.found, self.rows = told, found, rows
        self.changes = {(one["table_name"], one["row_uuid"]): one for one in found.changes or ()}

    def _name(self, key: Key) -> str:
        row = self.found.rows(key[0]).get(key[1]) or self.rows[key]
        return _named(row, key[0], self.told, self.found)

    def ours(self) -> Iterator[Finding]:
        """Rows of ours that are missing, changed or switched off by somebody, or of another version of the plugin."""
        for key, row in self.rows.items():
            here = self.found.rows(key[0]).get(key[1])
            if here is None:
                if key[0] != FORMAT:  # it comes with its version
                    yield _told("SMA-A030", self._name(key))
                continue
            written = self._written(key)
            by_hand = [name for name in row if name in written and here[name] != written[name]]
            if "enabled" in by_hand and not here["enabled"]:
                yield _told("SMA-A032", self._name(key))
            if columns := [name for name in by_hand if name != "enabled" or here["enabled"]]:
                yield _told("SMA-A031", f"{self._name(key)} ({', '.join(columns)})")
            if any(here[name] != value for name, value in row.items() if name not in by_hand):
                yield _told("SMA-A035", self._name(key))

    def _written(self, key: Key) -> Row:
        """What the migrations wrote last; where they left no record, what would be written now."""
        change = self.changes.get(key)
        return dict(json.loads(change["written"])) if change else self.rows[key]

    def doubled(self) -> Iterator[Finding]:
        """Two that are enabled where Archivematica takes one, and one of them ours."""
        ours = {*(one["version_uuid"] for one in self.told["formats"]), *(one["uuid"] for one in self.told["rules"])}
        for table, place in ((VERSION, ("pronom_id",)), (RULE, ("purpose", "format_id"))):
            together = defaultdict(list)
            for uuid, row in self.found.rows(table).items():
                if row["enabled"] and (table == VERSION or row["purpose"] in self.told["one_rule_only"]):
                    together[tuple(row[name] for name in place)].append(uuid)
            for uuids in together.values():
                if len(uuids) > 1 and ours & set(uuids):
                    yield _told("SMA-A033", self._name((table, uuids[0])))

    def theirs(self) -> Iterator[Finding]:
        """What gets in the way, what was switched off for ours, and rules of others that use a command of ours."""
        for key in rivals(self.told, self.found):
            row = self.found.rows(key[0])[key[1]]
            if row["enabled"] and key[0] == ID_COMMAND:
                yield _told("SMA-A033", self._name(key))
            elif row["enabled"] and row["purpose"] == "extract":
                yield _told("SMA-A034", self._name(key))
            elif key in self.changes:
                yield _told("SMA-A036", self._name(key))
        if not self.found.rows(ID_COMMAND).get(self.told["id_command"]["uuid"], {}).get("enabled"):
            used = [row["description"] for row in self.found.rows(ID_COMMAND).values() if row["enabled"]]
            yield _told("SMA-A038", ", ".join(used) or "-")
        commands = {uuid for table, uuid in self.rows if table == COMMAND}
        for uuid, row in self.found.rows(RULE).items():
            if row["enabled"] and row["command_id"] in commands and (RULE, uuid) not in self.rows:
                yield _told("SMA-A035" if (RULE, uuid) in self.changes else "SMA-A039", self._name((RULE, uuid)))

    def unknown(self) -> Iterator[Finding]:
        """Rules that could not be written, since this Archivematica does not know the format."""
        for one in self.told["rules"]:
            if (RULE, one["uuid"]) not in self.rows:
                yield _told("SMA-A037", f"{one['purpose']}, {one['format']}")
