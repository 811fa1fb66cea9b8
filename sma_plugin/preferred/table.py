"""The rows of a table of formats (workbook, CSV or JSON), by their columns, with where each cell stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sma_plugin.facts import facts
from sma_plugin.findings import Finding, make
from sma_plugin.preferred.policy import Status
from sma_plugin.selection.tables import DOUBTS, UNUSABLE
from sma_plugin.sheets import ENDINGS, Row, Sheet, SheetError, letters, read_sheets
from sma_plugin.texts import UserError

SHEET = "Lijst Voorkeursformaten"
_MOST_HEADING_ROWS = 20
_LARGEST = 32 << 20
_NAMED = 10
_NEEDED = {"puid": "PUID", "status": "Status"}


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``columns.toml``: headings of columns, and what may stand in them."""

    columns: dict[str, tuple[str, ...]]
    statuses: dict[Status, tuple[str, ...]]
    yes: tuple[str, ...]
    no: tuple[str, ...]


@cache
def words() -> Words:
    """How columns are called, and the words in them."""
    return facts(__package__, "columns.toml", Words)


class TableRow(NamedTuple):
    """A row: its number as the table shows it, its cells by column, and how each column is called there.

    ``unusable`` are the columns whose cell has no value of its own; that was told already.
    """

    number: int
    cells: Mapping[str, str]
    called: Mapping[str, str]
    unusable: frozenset[str] = frozenset()

    def cell(self, column: str) -> str:
        """What stands in a column; empty where the table has none."""
        return self.cells.get(column, "")


def rows_of(path: Path, findings: list[Finding]) -> Iterator[TableRow]:
    """The rows of a table; what is odd about cells is added to ``findings``.

    Raises :class:`UserError` for a table that is not there or is none.
    """
    if not path.is_file():
        raise UserError("nothing_there", path=path)
    if path.stat().st_size > _LARGEST:
        raise _no_table(path)
    return _from_json(path) if path.suffix.lower() == ".json" else _from_sheets(path, findings)


def bare(told: str) -> str:
    """Letters and digits alone, by which headings and statuses are compared."""
    return "".join(one for one in told.casefold() if one.isalnum())


def _no_table(path: Path) -> UserError:
    return UserError("formats_no_table", path=path, needed=", ".join(reversed(_NEEDED.values())))


def _column(heading: str) -> str | None:
    """The column that a heading stands for."""
    told = bare(heading)
    return next((name for name, known in words().columns.items() if told in map(bare, known)), None)


# --- JSON ------------------------------------------------------------------------------------------------------------


def _from_json(path: Path) -> Iterator[TableRow]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _no_table(path) from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _no_table(path)
    headings = {key: column for one in found for key in one if (column := _column(key))}
    if not _NEEDED.keys() <= set(headings.values()):
        raise _no_table(path)
    called = {column: key for key, column in headings.items()}
    for number, one in enumerate(found, 1):
        yield TableRow(number, {headings[key]: _text(value) for key, value in one.items() if key in headings}, called)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return "" if value is None else str(value).strip()


# --- sheets ----------------------------------------------------------------------------------------------------------


def _from_sheets(path: Path, findings: list[Finding]) -> Iterator[TableRow]:
    if path.suffix.lower() not in ENDINGS:
        raise UserError("formats_table_ending", path=path)
    try:
        sheets = read_sheets(path.read_bytes(), path.name)
    except SheetError as error:
        raise UserError("formats_sheet", path=path, why_nl=error.sentence("nl"), why_en=error.sentence("en")) from error
    known = {sheet.title.strip().casefold(): sheet for sheet in sheets}
    named = known.get(SHEET.casefold())
    for sheet in (named,) if named else sheets:
        if headed := _headed(sheet):
            return _rows(path, sheet, *headed, findings)
    raise _no_table(path)


def _headed(sheet: Sheet) -> tuple[Row, dict[int, str]] | None:
    """The row with headings, and the column that each cell of it names; titles may stand above it."""
    for row in sheet.rows[:_MOST_HEADING_ROWS]:
        found: dict[int, str] = {}
        for at, cell in enumerate(row.cells):
            if (column := _column(cell)) and column not in found.values():
                found[at] = column
        if _NEEDED.keys() <= set(found.values()):
            return row, found
    return None


def _rows(
    path: Path, sheet: Sheet, heading: Row, columns: dict[int, str], findings: list[Finding]
) -> Iterator[TableRow]:
    """The rows under the headings. A cell that is merged with one above it in its column has the value of that."""
    called = {column: f"{' '.join(heading.cells[at].split())} ({letters(at)})" for at, column in columns.items()}
    unusable = _unusable(path, sheet, heading.number, columns, called, findings)
    first = {(one.row, one.column): one.of for one in sheet.doubts if one.why == "merged"}
    cells = {row.number: row.cells for row in sheet.rows}
    last = max(cells, default=0)
    for number in range(heading.number + 1, last + 1):
        told = {}
        for at, column in columns.items():
            top, left = first.get((number, at + 1)) or (number, at + 1)
            there = cells.get(top, []) if left == at + 1 else []
            told[column] = there[at] if at < len(there) else ""
        if any(told.values()):
            yield TableRow(number, told, called, frozenset(unusable.get(number, ())))
    hidden = [number for number in sheet.hidden if number > heading.number and number in cells]
    if hidden:
        findings.append(make("SMA-F032", path=path.name, count=len(hidden), rows=_listed(hidden)))


def _unusable(
    path: Path, sheet: Sheet, heading: int, columns: dict[int, str], called: dict[str, str], findings: list[Finding]
) -> dict[int, set[str]]:
    """The cells by row that have no value of their own; each is told, and so is one that was worked out."""
    found: dict[int, set[str]] = {}
    for one in sheet.doubts:
        column = columns.get(one.column - 1)
        if column is None or one.row <= heading or one.why == "merged":
            continue
        findings.append(make(DOUBTS[one.why], path=path.name, item=str(one.row), row=one.row, column=called[column]))
        if one.why in UNUSABLE:
            found.setdefault(one.row, set()).add(column)
    return found


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:_NAMED]))
    return f"{shown}, …" if len(numbers) > _NAMED else shown
