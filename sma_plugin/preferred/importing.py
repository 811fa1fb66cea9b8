"""Policies from tables: the workbook of the national norm, or an archive's own table (XLSX, CSV, JSON).

The norm's workbook has a sheet ``Lijst Voorkeursformaten`` with the columns Informatiesoort, Extensie, Versie en/of
profiel, Formaat naam, Status, PUID and Opmerkingen. Archives' tables have the same columns by other names, and may add
what to convert to (``columns.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import tomli_w

from sma_plugin.findings import Finding, make
from sma_plugin.formats.conversion import for_preservation
from sma_plugin.package.files import write_bytes
from sma_plugin.preferred.policy import FormatPolicy, Rule, Status
from sma_plugin.preferred.puids import is_none, read_puids
from sma_plugin.preferred.table import TableRow, bare, rows_of, words
from sma_plugin.settings import InWords
from sma_plugin.texts import UserError

_WHAT = ("status", "puid", "extension", "name")
"""A row in which none of these stands is a title between rows."""


class Imported(NamedTuple):
    """A policy made of a table, how many rows it had, and what could not be taken over."""

    policy: FormatPolicy
    rows: int
    findings: list[Finding]


def import_policy(path: Path, name: str) -> Imported:
    """The policy that a table holds. Raises :class:`UserError` for a table that is not there or is none."""
    findings: list[Finding] = []
    rows = [row for row in rows_of(path, findings) if any(row.cell(one) for one in _WHAT) or row.unusable]
    rules = [rule for row in rows if (rule := _rule(path.name, row, findings))]
    return Imported(FormatPolicy(InWords(name, name), path.name, format=tuple(_joined(rules))), len(rows), findings)


def write_policy(path: Path, policy: FormatPolicy) -> None:
    """Write a policy as TOML. Raises :class:`UserError` for a file that is there, or of another kind."""
    if path.suffix.lower() != ".toml":
        raise UserError("formats_toml_ending", path=path)
    if path.exists():
        raise UserError("exists", path=path)
    write_bytes(path, tomli_w.dumps(msgspec.to_builtins(policy)).encode())


# --- rules -----------------------------------------------------------------------------------------------------------


def _rule(path: str, row: TableRow, findings: list[Finding]) -> Rule | None:
    """The rule in a row; what cannot be taken over is told by row and column."""
    if row.unusable & {"status", "puid"}:
        return None

    def tell(code: str, column: str, **more: Any) -> None:
        where: dict[str, Any] = {"row": row.number, "column": row.called.get(column, column)}
        findings.append(make(code, path=path, item=str(row.number), **where, **more))

    status = _status(row.cell("status"))
    if status is None:
        tell("SMA-F021", "status", status=row.cell("status") or "-")
        return None
    found = read_puids(row.cell("puid"))
    if found.unread:
        tell("SMA-F020", "puid", cell=found.unread)
    extensions, unread = _extensions(row.cell("extension"))
    if unread and not found.puids:
        tell("SMA-F020", "extension", cell=unread)
    puids = (*found.puids, *found.local)
    if not puids and not extensions:
        tell("SMA-F025", "puid")
        return None
    command = row.cell("command") or None
    if command and command not in for_preservation():
        tell("SMA-F033", "command", cell=command)
    ask = bare(row.cell("ask"))
    if ask and ask not in {*map(bare, words().yes), *map(bare, words().no)}:
        tell("SMA-F034", "ask", cell=row.cell("ask"))
    return Rule(
        "convert" if command and status != "preferred" else status,
        puids,
        # With an identifier that files can have the extension says nothing more: a name can be anything.
        () if found.puids else extensions,
        command,
        bool(ask) and ask not in map(bare, words().no),
        row.cell("why"),
        row.cell("sort"),
        _line(row.cell("name")),
        row.cell("version"),
        _line(row.cell("note")),
    )


def _status(told: str) -> Status | None:
    return next((name for name, known in words().statuses.items() if bare(told) in map(bare, known)), None)


def _extensions(cell: str) -> tuple[tuple[str, ...], str]:
    """The endings in a cell, and what of it is none."""
    if is_none(cell):
        return (), ""
    parts = [one.lstrip("*.").lower() for one in re.split(r"[\s,;/|]+", cell)]
    known = [one for one in parts if one.replace(".", "").isalnum()]
    return tuple(f".{one}" for one in known), " ".join(one for one in parts if one and one not in known)


def _line(text: str) -> str:
    """A name on one line: cells of tables are broken where they were narrow."""
    return " ".join(text.split())


def _joined(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Rules without those that say the same again of the same formats."""
    seen: set[Any] = set()
    for rule in rules:
        key = (rule.status, rule.puids, rule.extensions, rule.command, rule.sort)
        if key not in seen:
            seen.add(key)
            yield rule
