"""The rows that the registry is to hold, in the words of its tables. The plugin reads this too, without Django."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterator

from .tables import COMMAND, FORMAT, GROUP, ID_COMMAND, ID_TOOL, RULE, TOOL, VERSION, Key, Row

SCHEMA = 1
"""The form of the document that is understood here."""


def document(path: Path | None = None) -> dict[str, Any]:
    """What is to be in the registry, as ``sma formats registry`` writes it.

    Raises:
        ValueError: the document is of another form than this part of the plugin knows.
    """
    path = path or Path(__file__).parent.parent / "fpr.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    if told.get("schema") != SCHEMA:
        raise ValueError(f"{path}: this is for another version of the plugin: run sma archivematica install again")
    return dict(told)


def wanted(told: dict[str, Any], tables: Any) -> dict[Key, Row]:
    """Every row by table and UUID, in an order in which they can be written.

    Formats that the registry has by now are not added a second time: of two that are enabled for one PUID
    Archivematica's identification fails. A rule is left out where the registry has no such format, nor we.
    """
    theirs = puids(tables, {one["version_uuid"] for one in told["formats"]})
    ours = [one for one in told["formats"] if one["puid"] not in theirs]
    found = dict(_formats(ours, tables))
    known = {**{one["puid"]: one["version_uuid"] for one in ours}, **theirs}
    found[ID_TOOL, told["id_tool"]["uuid"]] = {**told["id_tool"], "enabled": 1}
    found[ID_COMMAND, told["id_command"]["uuid"]] = _id_command(told["id_command"])
    found[TOOL, told["tool"]["uuid"]] = {**told["tool"], "enabled": 1}
    found.update(_commands(told["commands"], known))
    found.update(_rules(told["rules"], known, {uuid for table, uuid in found if table == COMMAND}))
    return found


def puids(tables: Any, but: set[str]) -> dict[str, str]:
    """The UUID of the registry's own enabled version of every PUID, the oldest where there are several."""
    found: dict[str, str] = {}
    for uuid, row in tables.rows(VERSION).items():
        if row["enabled"] and row["pronom_id"] and uuid not in but:
            found.setdefault(row["pronom_id"], uuid)
    return found


def _formats(told: list[Row], tables: Any) -> Iterator[tuple[Key, Row]]:
    groups = {row["description"]: uuid for uuid, row in tables.rows(GROUP).items()}
    for one in told:
        slug, group = one["puid"].replace("/", "-"), groups.get(one["group"], groups.get("Unknown"))
        format_row = {"uuid": one["uuid"], "description": one["format"], "slug": slug, "group_id": group}
        yield (FORMAT, one["uuid"]), format_row
        yield (
            (VERSION, one["version_uuid"]),
            {
                "uuid": one["version_uuid"],
                "format_id": one["uuid"],
                "version": one["version"],
                "pronom_id": one["puid"],
                "description": one["format"],
                "access_format": int(one["access_format"]),
                "preservation_format": int(one["preservation_format"]),
                "slug": slug,
                "enabled": 1,
                "replaces_id": None,
            },
        )


def _id_command(told: Row) -> Row:
    kept = {key: told[key] for key in ("uuid", "description", "config", "script_type", "script")}
    return {**kept, "tool_id": told["tool"], "enabled": 1, "replaces_id": None}


def _commands(told: list[Row], known: dict[str, str]) -> Iterator[tuple[Key, Row]]:
    """Commands, those that others name first; one whose outcome is of no known format is left out."""
    kept = ("uuid", "description", "command_usage", "script_type", "command", "output_location")
    for one in sorted(told, key=lambda one: one["event_detail_command"] is not None):
        puid = one["output_format"]
        if puid and puid not in known:
            continue
        yield (
            (COMMAND, one["uuid"]),
            {
                **{key: one[key] for key in kept},
                "tool_id": one["tool"],
                "output_format_id": known.get(puid),
                "event_detail_command_id": one["event_detail_command"],
                "verification_command_id": one["verification_command"],
                "enabled": 1,
                "replaces_id": None,
            },
        )


def _rules(told: list[Row], known: dict[str, str], commands: set[str]) -> Iterator[tuple[Key, Row]]:
    for one in told:
        if one["format"] in known and one["command"] in commands:
            yield (
                (RULE, one["uuid"]),
                {
                    "uuid": one["uuid"],
                    "purpose": one["purpose"],
                    "command_id": one["command"],
                    "format_id": known[one["format"]],
                    "enabled": 1,
                    "replaces_id": None,
                },
            )


def rivals(told: dict[str, Any], tables: Any) -> Iterator[Key]:
    """What is not ours and cannot be enabled beside what is ours and enabled.

    Another identification command; another rule for the same format and a purpose that has one rule only; a rule that
    takes apart what is to stay whole.
    """
    id_command = told["id_command"]["uuid"]
    if tables.rows(ID_COMMAND).get(id_command, {}).get("enabled"):
        yield from ((ID_COMMAND, uuid) for uuid in tables.rows(ID_COMMAND) if uuid != id_command)
    rules, ours = tables.rows(RULE), {one["uuid"] for one in told["rules"]}
    taken = {_place(rules[uuid]) for uuid in ours & rules.keys() if rules[uuid]["enabled"]}
    alone = {one for one in taken if one[0] in told["one_rule_only"]}
    whole = {uuid for uuid, row in tables.rows(VERSION).items() if row["pronom_id"] in told["kept_whole"]}
    for uuid, row in rules.items():
        taken_apart = row["purpose"] == "extract" and row["format_id"] in whole
        if uuid not in ours and (taken_apart or _place(row) in alone):
            yield RULE, uuid


def _place(rule: Row) -> tuple[str, str]:
    return rule["purpose"], rule["format_id"]
