"""Cases of SMA-A030 to A039: Archivematica's registry of formats against what the plugin puts there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sma_plugin.microservices.sma_archivematica.registry.rows import wanted
from sma_plugin.microservices.sma_archivematica.registry.tables import COMMAND, ID_COMMAND, RULE, VERSION

from finding_cases import Case, Run
from sma_plugin.archivematica.fpr_diff import differences
from sma_plugin.archivematica.fpr_export import RegistryExport
from sma_plugin.preferred.policy import chosen
from sma_plugin.preferred.registry import registry
from sma_plugin.settings import Settings

Row = dict[str, Any]
Change = Callable[[RegistryExport], object]
TOLD = registry(chosen(Settings()))
OURS = {one["puid"] for one in TOLD["formats"]}
NAMED = {one["format"] for one in TOLD["rules"]} | {one["output_format"] for one in TOLD["commands"]} - {None}
SIEGFRIED = {"uuid": "sf", "description": "Identify using Siegfried", "enabled": 1, "replaces_id": None}


def version(puid: str, uuid: str | None = None) -> Row:
    return {"uuid": uuid or puid, "pronom_id": puid, "description": f"about {puid}", "enabled": 1, "format_id": "one"}


def stock(*without: str) -> RegistryExport:
    """A registry as Archivematica brings it: the formats that we name, and a command that identifies."""
    versions = [version(puid) for puid in sorted(NAMED - OURS - {*without})]
    return RegistryExport(1, {VERSION: versions, ID_COMMAND: [dict(SIEGFRIED)]}, None)


def installed(*without: str) -> RegistryExport:
    """The same with all of ours put in, and what was on switched off."""
    found = stock(*without)
    tables, changes = {name: list(rows) for name, rows in found.tables.items()}, []
    for (table, uuid), row in wanted(TOLD, found).items():
        tables.setdefault(table, []).append(dict(row))
        changes.append({"table_name": table, "row_uuid": uuid, "was": "null", "written": json.dumps(row)})
    tables[ID_COMMAND][0]["enabled"] = 0
    changes.append({"table_name": ID_COMMAND, "row_uuid": "sf", "was": '{"enabled": 1}', "written": '{"enabled": 0}'})
    return RegistryExport(1, tables, changes)


def diff(change: Change, *without: str) -> Run:
    """What is told of that registry when something was changed in it."""

    def run(_bench: object) -> Any:
        found = installed(*without)
        change(found)
        return [one for one in differences(TOLD, found) if one.code != "SMA-A036" or change is nothing]

    return run


def nothing(_found: RegistryExport) -> None:
    """Left as it was put in."""


def ours(found: RegistryExport, table: str) -> Row:
    """The last row of ours in a table."""
    return found.tables[table][-1]


def rule(found: RegistryExport, purpose: str, puid: str, command: str) -> None:
    """Somebody's own rule."""
    row = {
        "uuid": "own",
        "purpose": purpose,
        "format_id": puid,
        "command_id": command,
        "enabled": 1,
        "replaces_id": None,
    }
    found.tables[RULE].append(row)


def another_identifies(found: RegistryExport) -> None:
    found.tables[ID_COMMAND][0]["enabled"] = 1
    ours(found, ID_COMMAND)["enabled"] = 0


def brought_by_archivematica(found: RegistryExport) -> None:
    found.tables[VERSION].insert(0, version(next(iter(OURS)), "theirs"))


def written_before(found: RegistryExport) -> None:
    """The same text in the registry and on record, but another one today."""
    row = ours(found, COMMAND)
    row["description"] = "as it was called once"
    next(one for one in found.changes or () if one["row_uuid"] == row["uuid"])["written"] = json.dumps(row)


CASES = [
    Case("SMA-A030", lambda _bench: differences(TOLD, stock())),
    Case("SMA-A030", diff(lambda found: found.tables[RULE].pop())),
    Case("SMA-A031", diff(lambda found: ours(found, COMMAND).update(command="sma-format convert anders"))),
    Case("SMA-A032", diff(lambda found: ours(found, RULE).update(enabled=0))),
    Case("SMA-A033", diff(lambda found: found.tables[ID_COMMAND][0].update(enabled=1))),
    Case("SMA-A033", diff(lambda found: rule(found, "access", ours(found, VERSION)["uuid"], "copy"))),
    Case("SMA-A033", diff(brought_by_archivematica), "SMA-A033", "SMA-A035"),
    Case("SMA-A034", diff(lambda found: rule(found, "extract", "fmt/1840", "7z"))),
    Case("SMA-A035", diff(written_before)),
    Case("SMA-A036", diff(nothing)),
    Case("SMA-A037", diff(nothing, "fmt/1840"), "SMA-A036", "SMA-A037"),
    Case("SMA-A038", diff(another_identifies), "SMA-A032", "SMA-A038"),
    Case("SMA-A039", diff(lambda found: rule(found, "preservation", "fmt/11", ours(found, COMMAND)["uuid"]))),
]
