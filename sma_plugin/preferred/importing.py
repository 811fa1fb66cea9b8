"""Policies from tables: the workbook of the national norm, or an archive's own table (XLSX, CSV, JSON).

The norm's workbook has a sheet ``Lijst Voorkeursformaten`` with the columns Informatiesoort, Extensie, Versie en/of
profiel, Formaat naam, Status, PUID and Opmerkingen. Archives' tables have the same columns by other names, and may add
what to convert to (``columns.toml``).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import tomli_w

from sma_plugin.findings import Finding, make
from sma_plugin.package.files import write_bytes
from sma_plugin.preferred.policy import FormatPolicy, Rule, Status
from sma_plugin.preferred.puids import read_puids
from sma_plugin.settings import InWords
from sma_plugin.sheets import ENDINGS, Sheet, SheetError, read_sheets
from sma_plugin.texts import UserError

SHEET = "Lijst Voorkeursformaten"
_MOST_HEADING_ROWS = 20
_LARGEST = 32 << 20


class Imported(NamedTuple):
    """A policy made of a table, how many rows it had, and what could not be taken over."""

    policy: FormatPolicy
    rows: int
    findings: list[Finding]


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    columns: dict[str, tuple[str, ...]]
    statuses: dict[Status, tuple[str, ...]]
    yes: tuple[str, ...]


@cache
def _words() -> _Words:
    text = files(__package__).joinpath("columns.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Words)


def import_policy(path: Path, name: str) -> Imported:
    """The policy that a table holds. Raises :class:`UserError` for a table that is not there or is none."""
    if not path.is_file():
        raise UserError("nothing_there", path=path)
    if path.stat().st_size > _LARGEST:
        raise UserError("formats_no_table", path=path, needed=_needed())
    rows = list(_from_json(path) if path.suffix.lower() == ".json" else _from_sheets(path))
    findings: list[Finding] = []
    rules = [rule for number, row in rows if (rule := _rule(path.name, number, row, findings))]
    source = path.name
    return Imported(FormatPolicy(InWords(name, name), source, format=tuple(_joined(rules))), len(rows), findings)


def write_policy(path: Path, policy: FormatPolicy) -> None:
    """Write a policy as TOML. Raises :class:`UserError` for a file that is there, or of another kind."""
    if path.suffix.lower() != ".toml":
        raise UserError("formats_toml_ending", path=path)
    if path.exists():
        raise UserError("exists", path=path)
    write_bytes(path, tomli_w.dumps(msgspec.to_builtins(policy)).encode())


# --- rows ------------------------------------------------------------------------------------------------------------

Cells = Mapping[str, str]
"""A row by the names of its columns."""


def _from_json(path: Path) -> Iterator[tuple[int, Cells]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UserError("formats_no_table", path=path, needed=_needed()) from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise UserError("formats_no_table", path=path, needed=_needed())
    headings = {key: column for one in found for key in one if (column := _column(key))}
    _refuse_without(path, set(headings.values()))
    for number, one in enumerate(found, 1):
        yield number, {headings[key]: _text(value) for key, value in one.items() if key in headings}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return "" if value is None else str(value).strip()


def _from_sheets(path: Path) -> Iterator[tuple[int, Cells]]:
    if path.suffix.lower() not in ENDINGS:
        raise UserError("formats_table_ending", path=path)
    try:
        sheets = read_sheets(path.read_bytes(), path.name)
    except SheetError as error:
        raise UserError("formats_sheet", path=path, why_nl=error.sentence("nl"), why_en=error.sentence("en")) from error
    known = {sheet.title.casefold(): sheet for sheet in sheets}
    named = known.get(SHEET.casefold())
    for sheet in (named,) if named else sheets:
        if headed := _headed(sheet):
            return _rows_of(sheet, *headed)
    raise UserError("formats_no_table", path=path, needed=_needed())


def _headed(sheet: Sheet) -> tuple[int, dict[int, str]] | None:
    """The number of the row with headings, and the column that each cell of it names; titles may stand above it."""
    for row in sheet.rows[:_MOST_HEADING_ROWS]:
        found = {at: column for at, cell in enumerate(row.cells) if (column := _column(cell))}
        if {"puid", "status"} <= set(found.values()):
            return row.number, found
    return None


def _rows_of(sheet: Sheet, heading: int, columns: dict[int, str]) -> Iterator[tuple[int, Cells]]:
    """The rows under the headings; a cell that is merged with the one above it has its value."""
    merged = {(one.row, one.column) for one in sheet.doubts if one.why == "merged"}
    above: dict[int, str] = {}
    for row in sheet.rows:
        if row.number <= heading:
            continue
        cells = {at: row.cells[at] if at < len(row.cells) else "" for at in columns}
        filled = {at: above.get(at, "") if (row.number, at + 1) in merged else cell for at, cell in cells.items()}
        above = filled
        yield row.number, {columns[at]: cell for at, cell in filled.items()}


def _column(heading: str) -> str | None:
    """The column that a heading stands for, by its letters and digits alone."""
    told = _bare(heading)
    return next((name for name, words in _words().columns.items() if told in map(_bare, words)), None)


def _bare(words: str) -> str:
    return "".join(one for one in words.casefold() if one.isalnum())


def _refuse_without(path: Path, columns: set[str]) -> None:
    if not {"puid", "status"} <= columns:
        raise UserError("formats_no_table", path=path, needed=_needed())


def _needed() -> str:
    return "Status, PUID"


# --- rules -----------------------------------------------------------------------------------------------------------


def _rule(path: str, number: int, row: Cells, findings: list[Finding]) -> Rule | None:
    """The rule in a row; what cannot be taken over is told by row."""
    if not any(row.values()):
        return None
    at = str(number)
    status = _status(row.get("status", ""))
    if status is None:
        findings.append(make("SMA-F021", path=path, item=at, row=number, status=row.get("status", "") or "-"))
        return None
    cell = read_puids(row.get("puid", ""))
    if cell.unread:
        findings.append(make("SMA-F020", path=path, item=at, row=number, cell=cell.unread))
    extensions = tuple(_extensions(row.get("extension", "")))
    puids = (*cell.puids, *cell.local)
    if not puids and not extensions:
        findings.append(make("SMA-F025", path=path, item=at, row=number))
        return None
    command = row.get("command", "") or None
    return Rule(
        "convert" if command and status != "preferred" else status,
        puids,
        # With an identifier the extension says nothing more: a name can be anything.
        () if puids else extensions,
        command,
        row.get("ask", "").casefold() in _words().yes,
        row.get("why", ""),
        row.get("sort", ""),
        _line(row.get("name", "")),
        row.get("version", ""),
        _line(row.get("note", "")),
    )


def _status(told: str) -> Status | None:
    bare = _bare(told)
    return next((name for name, words in _words().statuses.items() if bare in map(_bare, words)), None)


def _extensions(cell: str) -> Iterator[str]:
    for one in cell.replace(";", ",").replace("/", ",").replace(" ", ",").split(","):
        bare = one.strip().lstrip("*.").lower()
        if bare.replace(".", "").isalnum():
            yield f".{bare}"


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
