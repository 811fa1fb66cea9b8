"""Tables that people keep: the rows of CSV files and XLSX workbooks as text, in the forms that occur.

A workbook may come from anyone: its size is limited, and it may define no entities.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import product
from typing import Any, Literal, NamedTuple

from sma_plugin.texts import UserError

ENDINGS = (".xlsx", ".csv")
_MAX_UNPACKED = 64 << 20
_MAX_ROWS, _MAX_COLUMNS = 100_000, 200
_ROW = re.compile(r"<(?:\w+:)?row\s[^>]*>")
_NUMBER, _HIDDEN = re.compile(r'\sr="(\d+)"'), re.compile(r'\shidden="(?:1|true)"')
_MERGED = re.compile(r'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+\d+:[A-Z]+\d+)"')
_GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r")


Why = Literal["merged", "formula", "not calculated", "error", "rounded"]
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,}", re.IGNORECASE)
_KEPT = 10**15
"""From here on a spreadsheet program keeps not every digit of a number (IEEE 754)."""


class SheetError(UserError):
    """A table that cannot be read; the sentence says why."""


class Row(NamedTuple):
    """One row: its number as the spreadsheet shows it, and the text of its cells."""

    number: int
    cells: list[str]


class Doubt(NamedTuple):
    """A cell that is not simply what it shows: row and column from 1, and why.

    One that was merged with the cell above or before it is empty, and ``of`` is the cell that has the value of both; a
    formula has the value that was last calculated. A number with more digits than a spreadsheet program keeps was
    rounded when it was typed.
    """

    row: int
    column: int
    why: Why
    of: tuple[int, int] | None = None


class Sheet(NamedTuple):
    """One sheet of a workbook; a CSV file is one sheet without a title. ``hidden`` are rows that nobody sees."""

    title: str
    rows: list[Row]
    doubts: tuple[Doubt, ...] = ()
    hidden: tuple[int, ...] = ()


def letters(at: int) -> str:
    """A column as a spreadsheet program calls it, from 0.

    >>> letters(0), letters(25), letters(27)
    ('A', 'Z', 'AB')
    """
    before, last = divmod(at, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def read_sheets(data: bytes, name: str) -> list[Sheet]:
    """The sheets of a table by its bytes. Raises :class:`SheetError`."""
    if data[:4] == b"PK\x03\x04":
        return _workbook(data)
    if name.lower().endswith(".xlsx"):
        raise SheetError("sheet_no_workbook")
    rows = list(_csv(data))
    doubts = (Doubt(row.number, at, why) for row in rows for at, cell in enumerate(row.cells, 1) if (why := _odd(cell)))
    return [Sheet("", [Row(number, [_unguarded(cell) for cell in cells]) for number, cells in rows], tuple(doubts))]


def _odd(cell: str) -> Why | None:
    """Why a cell of a CSV file is not simply what it shows."""
    if _ERROR.fullmatch(cell):
        return "error"
    if _SCIENTIFIC.fullmatch(cell):
        return "rounded"
    return "not calculated" if cell.startswith("=") and len(cell) > 1 else None


def _csv(data: bytes) -> Iterator[Row]:
    """UTF-8 (with or without byte order mark) or Windows-1252; comma, semicolon or tab."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text.partition("\n")[0]))
    try:
        for row in reader:
            yield Row(reader.line_num, [cell.strip() for cell in row])
    except csv.Error as error:
        raise SheetError("sheet_broken", reason=error) from error


def separator_of(first: str) -> str:
    """What stands between the cells of a CSV file, by its first line: a comma, a semicolon or a tab."""
    return max(",;\t", key=first.count)


def _unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return cell[1:].strip() if cell.startswith(_GUARDED) else cell


def _workbook(data: bytes) -> list[Sheet]:
    try:
        import openpyxl  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise SheetError("no_spreadsheets") from error
    try:
        _refuse_traps(data)
        shown, written = (
            openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=only) for only in (True, False)
        )
        return [_sheet(data, *both) for both in zip(shown.worksheets, written.worksheets, strict=True)]
    except SheetError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise SheetError("sheet_broken", reason=type(error).__name__) from error


def _sheet(data: bytes, shown: Any, written: Any) -> Sheet:
    """A sheet by the values that it shows, and by what was written in its cells."""
    rows = list(_rows(shown.iter_rows(values_only=True)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read(shown._worksheet_path).decode("utf-8", "replace")  # noqa: SLF001 -- not kept when reading only
    doubts = (*_formulas(written, dict(rows)), *_merged(_MERGED.findall(text)))
    return Sheet(shown.title, rows, doubts, tuple(_hidden(text)))


def _hidden(text: str) -> Iterator[int]:
    """The numbers of rows that are hidden, by hand or by a filter."""
    for row in _ROW.findall(text):
        if _HIDDEN.search(row) and (number := _NUMBER.search(row)):
            yield int(number[1])


def _formulas(written: Any, shown: dict[int, list[str]]) -> Iterator[Doubt]:
    for number, row in enumerate(written.iter_rows(max_col=_MAX_COLUMNS), 1):
        for column, cell in enumerate(row, 1):
            if cell.data_type == "f":
                told = shown[number][column - 1] if number in shown else ""
                yield Doubt(number, column, _odd(told) or "formula" if told else "not calculated")
            elif cell.data_type == "e":
                yield Doubt(number, column, "error")
            elif cell.data_type == "n" and isinstance(cell.value, int | float) and abs(cell.value) >= _KEPT:
                yield Doubt(number, column, "rounded")


def _merged(areas: list[str]) -> Iterator[Doubt]:
    """The cells of merged areas but their first, which alone has a value."""
    from openpyxl.utils import range_boundaries  # noqa: PLC0415 -- an extra

    for area in areas:
        left, top, right, bottom = (edge or 1 for edge in range_boundaries(area))
        rows, columns = range(top, min(bottom, _MAX_ROWS) + 1), range(left, min(right, _MAX_COLUMNS) + 1)
        yield from (Doubt(*at, "merged", (top, left)) for at in product(rows, columns) if at != (top, left))


def _refuse_traps(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "[Content_Types].xml" not in archive.namelist():
            raise SheetError("sheet_other")
        if sum(member.file_size for member in archive.infolist()) > _MAX_UNPACKED:
            raise SheetError("sheet_too_large")
        for member in archive.infolist():
            with archive.open(member) as stream:
                if member.filename.endswith((".xml", ".rels")) and b"<!" in stream.read(_MAX_UNPACKED).replace(
                    b"<!--", b""
                ).replace(b"<![CDATA[", b""):
                    raise SheetError("sheet_broken", reason="DOCTYPE")


def _rows(rows: Iterator[tuple[object, ...]]) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        if number > _MAX_ROWS:
            raise SheetError("sheet_too_large")
        cells = [_as_text(value) for value in row[:_MAX_COLUMNS]]
        if any(cells):
            yield Row(number, cells)


def _as_text(value: object) -> str:
    """A cell as its user would type it: whole numbers without a point, dates as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
