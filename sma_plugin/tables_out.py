"""Tables for people: a workbook or CSV file that they look at, fill in and send back (``sheets.py`` reads it).

Cells are texts, never formulas: what a delivery says ends up in them.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sma_plugin.package.files import publish, write_bytes
from sma_plugin.texts import UserError

OPEN, HEAD, QUIET, _WHITE = "FFFFF2CC", "FF154273", "FF5C5C5C", "FFFFFFFF"
"""Colours: to be filled in, headings, what is there to be read only."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CHOICE = 255
"""Characters that Excel allows in a list of choices that stands in the cell's own rule."""
_ROWS_TO_COME = 1000
"""Down to this row something may be chosen in cells that are still empty."""


class OutColumn(NamedTuple):
    """A column: its heading, its width in characters, whether it is filled in by whoever gets it.

    ``choices`` may be chosen in every row, also in rows that are added.
    """

    heading: str
    width: int = 20
    asked: bool = False
    choices: Sequence[str] = ()


class OutRow(NamedTuple):
    """A row: its cells, and per column number what may be chosen there."""

    cells: Sequence[str]
    choices: dict[int, list[str]] = {}  # noqa: RUF012 -- never changed


class OutSheet(NamedTuple):
    """A further sheet of a workbook, only to be read: its title, headings and rows."""

    title: str
    columns: Sequence[OutColumn]
    rows: Sequence[OutRow]


def write_table(
    path: Path, title: str, columns: Sequence[OutColumn], rows: Sequence[OutRow], further: Sequence[OutSheet] = ()
) -> None:
    """Write ``path`` as its ending says, whole or not at all; a workbook with ``further`` sheets.

    Raises :class:`UserError` for another ending than ``.xlsx`` or ``.csv``, for a file that is there already, and
    without openpyxl.
    """
    if path.exists():
        raise UserError("exists", path=path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".csv":
        headings = csv_row([column.heading for column in columns], first=True)
        write_bytes(path, headings + b"".join(csv_row(row.cells) for row in rows))
    elif path.suffix.lower() == ".xlsx":
        part = path.with_name(f"{path.name}.part.xlsx")
        _workbook(part, [OutSheet(title, columns, rows), *further])
        publish(part, path)
    else:
        raise UserError("table_ending", path=path)


def csv_row(cells: Sequence[str], *, first: bool = False) -> bytes:
    """A row of a CSV file as spreadsheet programs in Dutch open it without being asked: UTF-8, with semicolons.

    The ``first`` row begins with a byte order mark. No cell is taken for a formula; NUL is left out, and what UTF-8
    cannot hold becomes ``?``.
    """
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([guarded(cell.replace("\0", "")) for cell in cells])
    return (codecs.BOM_UTF8 if first else b"") + out.getvalue().encode("utf-8", "replace")


def guarded(cell: str) -> str:
    """A cell of a CSV file that no spreadsheet program takes for a formula; reading it back removes the apostrophe."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _workbook(path: Path, sheets: Sequence[OutSheet]) -> None:
    try:
        import openpyxl  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise UserError("no_spreadsheets") from error
    book = openpyxl.Workbook()
    for number, one in enumerate(sheets):
        sheet: Any = book.active if number == 0 else book.create_sheet()
        sheet.title = one.title[:31]
        _fill(sheet, one.columns, one.rows)
    book.save(path)


def _fill(sheet: Any, columns: Sequence[OutColumn], rows: Sequence[OutRow]) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 -- an extra

    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
        sheet.column_dimensions[get_column_letter(number)].number_format = "@"
    add_row(sheet, [column.heading for column in columns], bold=True, fill=HEAD, colour=_WHITE)
    for row in rows:
        add_row(sheet, row.cells)
        for number, column in enumerate(columns):
            if column.asked and not row.cells[number]:
                _paint(sheet.cell(sheet.max_row, number + 1), OPEN)
        for number, options in row.choices.items():
            choose(sheet, number + 1, options)
    for number, column in enumerate(columns, 1):
        letter = get_column_letter(number)
        _offer(sheet, f"{letter}2:{letter}{max(sheet.max_row, _ROWS_TO_COME)}", column.choices)
    sheet.freeze_panes = "A2"
    for_paper(sheet)


def add_row(
    sheet: Any, values: Sequence[str], *, bold: bool = False, fill: str | None = None, colour: str | None = None
) -> None:
    """Add a row of texts; one that begins with an equals sign is no formula."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    at = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value is not None else 1
    for column, value in enumerate(values, 1):
        cell, told = sheet.cell(at, column), ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
        cell.value, cell.data_type, cell.number_format = told or None, "s" if told else "n", "@"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=bold, color=colour)
        if fill:
            _paint(cell, fill)


def _paint(cell: Any, colour: str) -> None:
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    cell.fill = PatternFill("solid", fgColor=colour)


def choose(sheet: Any, column: int, options: Sequence[str]) -> None:
    """Let a cell of the last row be chosen from a list; other answers stay possible."""
    _offer(sheet, sheet.cell(sheet.max_row, column).coordinate, options)


def _offer(sheet: Any, cells: str, options: Sequence[str]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    listed = ",".join(option.replace(",", " ").replace('"', "'") for option in options)
    if not listed or len(listed) > _LONGEST_CHOICE:
        return
    rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(rule)
    rule.add(cells)


def for_paper(sheet: Any) -> None:
    """Print it in the width of a page."""
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
