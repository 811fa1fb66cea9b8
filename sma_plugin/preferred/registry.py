"""What Archivematica's Format Policy Registry needs so that it does with this material what the software does.

The rows of ``fpr_rules/archivematica.toml``, with the conversions of ``commands.toml``, the formats of our own, and the
rules that follow from the policies that hold. It is one JSON document of plain values, so that what installs it inside
Archivematica needs nothing of this software: every row has its UUID and refers to others by UUID, to formats by PUID.
"""

from __future__ import annotations

import re
import tomllib
import uuid
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from sma_plugin import __version__
from sma_plugin.formats.conversion import Command, commands, tools
from sma_plugin.formats.magic import is_own, signatures
from sma_plugin.namespaces import BASE
from sma_plugin.preferred.policy import Policies

SCHEMA_VERSION = 1
"""Raised whenever the document means something else to what installs it."""
_HOME = uuid.uuid5(uuid.NAMESPACE_URL, f"{BASE}/format-policy-registry")
_ABSENT = {"event_detail": None, "output_format": None, "output_location": None}
Row = dict[str, Any]
Rule = tuple[str, str, str]
"""Purpose, name of the command, PUID."""


@cache
def _data() -> Row:
    text = files("sma_plugin.fpr_rules").joinpath("archivematica.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def registry(policies: Policies) -> Row:
    """Everything, by the models of the registry. ``needs`` of a command are names of ``tools``."""
    name = _data()["tool"]["description"]
    slug = re.sub(r"[^a-z0-9-]", "", f"{name}-{__version__}".lower())
    tool = {"description": name, "version": __version__, "slug": slug}
    return {
        "schema": SCHEMA_VERSION,
        "made_by": f"sma-plugin {__version__}",
        "policies": [one.called for one in policies.policies],
        "one_rule_only": _data()["one_rule_only"],
        "kept_whole": _data()["kept_whole"],
        "id_tool": {"uuid": _uuid("id-tool", name), **tool},
        "id_command": _id_command(),
        "tool": {"uuid": _uuid("tool", name), **tool},
        "formats": list(_formats(policies)),
        "commands": [_command(row) for row in (*_data()["command"], *_conversions())],
        "rules": [_rule(*one) for one in sorted({*_fixed(), *_by_policy(policies)})],
        "left_out": list(_left_out(policies)),
        "tools": {name: msgspec.to_builtins(one.install) for name, one in tools().items()},
    }


def _uuid(kind: str, name: str) -> str:
    """The identifier of a row by its name."""
    return str(uuid.uuid5(_HOME, f"{kind}/{name}"))


# --- formats ---------------------------------------------------------------------------------------------------------


def _formats(policies: Policies) -> Iterator[Row]:
    """PRONOM's formats that an older list lacks, added where they are not there, and those of our own."""
    groups = _data()["groups"]
    own = [
        {"puid": row.id, "format": row.name, "version": row.version, "group": groups[row.mime]}
        for row in signatures("own_formats")
        if is_own(row.id)
    ]
    for row in (*_data()["missing"], *own):
        ruled = policies.about(row["puid"], "")
        yield {
            "uuid": _uuid("format", row["puid"]),
            "version_uuid": _uuid("format-version", row["puid"]),
            "version": "",
            **row,
            "preservation_format": bool(ruled and ruled.rule.status == "preferred"),
            "access_format": False,
        }


# --- commands --------------------------------------------------------------------------------------------------------


def _id_command() -> Row:
    told = _data()["identification"]
    kept = {key: told[key] for key in ("description", "config", "script_type", "script")}
    return {"uuid": _uuid("id-command", told["name"]), "tool": _uuid("id-tool", _data()["tool"]["description"]), **kept}


def _conversions() -> Iterator[Row]:
    """A command for each conversion that Archivematica can do, and one that tells which programs did it."""
    for one in commands().values():
        if _able(one):
            how = _data()["conversion" if one.use == "preservation" else one.use]
            detail, needs = f"{one.name} programs", list(one.tools)
            yield {**_filled(_data()["event_detail"], one), "name": detail, "needs": needs}
            more = {"event_detail": detail, "output_format": one.gives[0], "needs": needs}
            yield {**_filled(how, one), "name": one.name, **more}


def _able(one: Command) -> bool:
    """Whether one file of a known format comes of it: Archivematica takes no other."""
    return bool(one.gives) and not one.several


def _filled(row: Row, one: Command) -> dict[str, str]:
    return {key: value.replace("{name}", one.name).replace("{extension}", one.extension) for key, value in row.items()}


def _command(row: Row) -> Row:
    told = {"needs": [], **_ABSENT, **row}
    detail = told["event_detail"]
    return {
        "uuid": _uuid("command", told["name"]),
        "tool": _uuid("tool", _data()["tool"]["description"]),
        "description": told["description"],
        "command_usage": told["usage"],
        "script_type": told["script_type"],
        "command": told["command"],
        "output_location": told["output_location"],
        "output_format": told["output_format"],
        "event_detail_command": _uuid("command", detail) if detail else None,
        "verification_command": None,
        "needs": told["needs"],
    }


# --- rules -----------------------------------------------------------------------------------------------------------


def _rule(purpose: str, command: str, puid: str) -> Row:
    name = f"{purpose}/{command}/{puid}"
    return {"uuid": _uuid("rule", name), "purpose": purpose, "command": _uuid("command", command), "format": puid}


def _fixed() -> Iterator[Rule]:
    """The rules that hold whatever the policy."""
    for row in _data()["rule"]:
        yield from ((row["purpose"], row["command"], puid) for puid in row["formats"])


def _by_policy(policies: Policies) -> Iterator[Rule]:
    """What the policies convert, by the command they name, and what is made of the same formats for access."""
    for puid, name, why in _converted(policies):
        if why:
            continue
        yield "preservation", name, puid
        for row in _data()["derived"]:
            if row["kind"] == commands()[name].kind and commands()[row["command"]].takes(puid):
                yield row["purpose"], row["command"], puid


def _converted(policies: Policies) -> Iterator[tuple[str, str, str]]:
    """Each format that the policies convert, the command, and why there can be no rule (empty where there can)."""
    for puid in policies.puids:
        ruled = policies.about(puid, "")
        if ruled is None or ruled.rule.status != "convert":
            continue
        name = ruled.rule.command or ""
        one = commands().get(name)
        if one is None or not one.takes(puid):
            why = "unfit"
        else:
            why = "asks" if ruled.rule.ask else "" if _able(one) else "several"
        yield puid, name, why


def _left_out(policies: Policies) -> Iterator[Row]:
    """The formats that the policies convert and that get no rule."""
    for puid, name, why in _converted(policies):
        if why:
            yield {"format": puid, "command": name, "why": _data()["left_out"][why]}
