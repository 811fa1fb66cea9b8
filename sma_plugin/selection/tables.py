"""Reading registers, selection lists and decisions: CSV or XLSX with a header, columns named in Dutch or English.

Each row comes with its number in the file, so that a finding can name it. What columns there are is ``columns.toml``.
A cell whose meaning would have to be guessed (merged, a formula without outcome, a rounded number) counts as empty, and
that is a finding with its row and column.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec

from sma_plugin.findings import Finding, Language, make
from sma_plugin.sheets import Row as SheetRow
from sma_plugin.sheets import Sheet, SheetError, read_sheets

Row = dict[str, str]


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column: its name in the software, in words per language, what it holds, other names that occur."""

    name: str
    words: dict[Language, str]
    holds: dict[Language, str]
    required: bool = False
    also: tuple[str, ...] = ()
    choices: str | None = None
    form: Literal["day", "interval", "cut", "function", "platform", "handle"] | None = None
    lapses: bool = False
    several: bool = False
    asked: bool = False
    example: str = ""


class TableError(ValueError):
    """A table that cannot be used; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


@cache
def columns(table: str) -> tuple[Column, ...]:
    """The columns of a table (``register``, ``selection_list``, ``decision``), as data (``columns.toml``)."""
    return msgspec.convert(_tables()[table], tuple[Column, ...])


@cache
def _tables() -> dict[str, Any]:
    """What ``columns.toml`` and its neighbours (``columns_<field>.toml``) say, by table."""
    found = sorted(
        (one for one in files(__package__).iterdir() if one.name.startswith("columns") and one.name.endswith(".toml")),
        key=lambda one: one.name,
    )
    return {name: table for one in found for name, table in tomllib.loads(one.read_text(encoding="utf-8")).items()}


def in_words(table: str, name: str) -> dict[str, Any]:
    """The heading of a column in both languages, as a finding takes it."""
    heading = next(column.words for column in columns(table) if column.name == name)
    return {"column_nl": heading["nl"], "column_en": heading["en"]}


def read_table(path: Path, table: str, findings: list[Finding], *, others: bool = False) -> Iterator[tuple[int, Row]]:
    """Rows of a table by column name; what is odd about cells and headings is added to ``findings``.

    With ``others``, columns that the table does not have come under their heading with a plus before it. Raises
    :class:`TableError`.
    """
    sheet = _sheet(path)
    rows = iter(sheet.rows)
    header = next(rows, SheetRow(0, []))
    names, wrong = _names(path, table, header)
    missing = [column for column in columns(table) if column.required and column.name not in names]
    if missing:
        unknown = [cell for cell, name in zip(header.cells, names, strict=True) if not name]
        raise TableError(_missing(path, missing, unknown))
    findings += wrong
    kept = names if not others else [name or f"+{cell}" for name, cell in zip(names, header.cells, strict=True)]
    findings.extend(_doubtful(path, sheet, header.cells, names))
    unusable = {(one.row, one.column) for one in sheet.doubts if one.why in UNUSABLE}
    for number, cells in rows:
        if any(cells):
            told = {
                name: "" if (number, column) in unusable else cell
                for column, (name, cell) in enumerate(zip(kept, cells, strict=False), 1)
                if name and name != "+"
            }
            yield number, dict.fromkeys((name for name in names if name), "") | told


def json_rows(path: Path, document: object, table: str) -> Iterator[tuple[int, Row]]:
    """Rows of a table as JSON: a list of objects, or an object that holds one and says what goes for all of them.

    Raises :class:`TableError`.
    """
    common = document if isinstance(document, dict) else {}
    listed = document if isinstance(document, list) else next(filter(_is_rows, common.values()), None)
    if not isinstance(listed, list) or not _is_rows(listed):
        told: dict[str, Any] = {
            "reason_nl": "er staat geen lijst van rijen in",
            "reason_en": "it holds no list of rows",
        }
        raise TableError(make("SMA-S010", path=str(path), **told))
    for number, one in enumerate(listed, 1):
        told = {**common, **one}
        named = {name: str(value).strip() for key, value in told.items() if (name := _column(key, table)) and value}
        yield number, dict.fromkeys((column.name for column in columns(table)), "") | named


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


DOUBTS = {
    "merged": "SMA-S060",
    "formula": "SMA-S061",
    "not calculated": "SMA-S062",
    "error": "SMA-S043",
    "rounded": "SMA-S045",
}
"""The finding about a cell that is not simply what it shows."""
UNUSABLE = ("error", "rounded", "not calculated")


def _doubtful(path: Path, sheet: Sheet, header: list[str], names: list[str | None]) -> Iterator[Finding]:
    """A finding per cell of a known column that was merged away, or whose value was worked out or is none."""
    told = {row.number for row in sheet.rows}
    for one in sheet.doubts:
        if one.column <= len(names) and names[one.column - 1] and (one.row in told or one.why != "merged"):
            yield make(DOUBTS[one.why], path=str(path), item=str(one.row), row=one.row, column=header[one.column - 1])


def _sheet(path: Path) -> Sheet:
    """The first sheet."""
    try:
        sheets = read_sheets(path.read_bytes(), path.name)
    except OSError as error:
        raise TableError(make("SMA-S010", path=str(path), reason=error.strerror or str(error))) from error
    except SheetError as error:
        told: dict[str, Any] = {
            "reason_nl": error.sentence("nl").rstrip("."),
            "reason_en": error.sentence("en").rstrip("."),
        }
        raise TableError(make("SMA-S010", path=str(path), **told)) from error
    return sheets[0] if sheets else Sheet("", [])


def _names(path: Path, table: str, header: SheetRow) -> tuple[list[str | None], list[Finding]]:
    """The column that each heading means, and what is wrong: of two for one column the first counts."""
    found = [_column(cell, table) for cell in header.cells]
    names: list[str | None] = []
    wrong = []
    for cell, name in zip(header.cells, found, strict=True):
        where: dict[str, Any] = {"path": str(path), "item": str(header.number), "heading": cell}
        near = near_column(cell, table) if name is None else None
        if name and name in names:
            wrong.append(make("SMA-S059", **where, **in_words(table, name)))
        elif near and near not in found:
            wrong.append(make("SMA-S058", **where, **in_words(table, near)))
        names.append(None if name in names else name)
    return names, wrong


def near_column(cell: str, table: str) -> str | None:
    """The column whose heading is nearly this one."""
    forms = {
        _plain(form): column.name
        for column in columns(table)
        for form in (column.name, *column.words.values(), *column.also)
        if len(form) > _SHORT
    }
    return next((forms[form] for form in difflib.get_close_matches(_plain(cell.strip()), forms, 1, _ALIKE)), None)


_SHORT, _ALIKE = 4, 0.85
"""Headings of so few letters look like many words; so much has to be the same in others (difflib)."""


def _column(cell: str, table: str) -> str | None:
    """The column that a heading means, whichever language it is in."""
    heading = cell.strip().casefold().replace("_", " ")
    for column in columns(table):
        if heading in (_plain(name) for name in (column.name, *column.words.values(), *column.also)):
            return column.name
    return None


def _plain(name: str) -> str:
    return name.casefold().replace("_", " ")


def _missing(path: Path, missing: list[Column], unknown: list[str]) -> Finding:
    """Which columns are missing, each with the unknown heading that comes nearest to it."""
    told: dict[str, list[str]] = {"nl": [], "en": []}
    for column in missing:
        near = difflib.get_close_matches(column.name, unknown, 1) or [
            match for word in column.words.values() for match in difflib.get_close_matches(word, unknown, 1)
        ]
        told["nl"].append(column.words["nl"] + (f" (staat er als '{near[0]}'?)" if near else ""))
        told["en"].append(column.words["en"] + (f" (there as '{near[0]}'?)" if near else ""))
    return make("SMA-S011", path=str(path), columns_nl=", ".join(told["nl"]), columns_en=", ".join(told["en"]))
