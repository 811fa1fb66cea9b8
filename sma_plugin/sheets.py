"""Tables that people keep: the rows of CSV files and XLSX workbooks as text, in the forms that occur.

A workbook may come from anyone: its size is limited, and it may define no entities.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import NamedTuple

from sma_plugin.texts import UserError

ENDINGS = (".xlsx", ".csv")
_MAX_UNPACKED = 64 << 20
_MAX_ROWS, _MAX_COLUMNS = 100_000, 200
_GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r")


class SheetError(UserError):
    """A table that cannot be read; the sentence says why."""


class Row(NamedTuple):
    """One row: its number as the spreadsheet shows it, and the text of its cells."""

    number: int
    cells: list[str]


class Sheet(NamedTuple):
    """One sheet of a workbook; a CSV file is one sheet without a title."""

    title: str
    rows: list[Row]


def read_sheets(data: bytes, name: str) -> list[Sheet]:
    """The sheets of a table by its bytes. Raises :class:`SheetError`."""
    if data[:4] == b"PK\x03\x04":
        return _workbook(data)
    if name.lower().endswith(".xlsx"):
        raise SheetError("sheet_no_workbook")
    return [Sheet("", list(_csv(data)))]


def _csv(data: bytes) -> Iterator[Row]:
    """UTF-8 (with or without byte order mark) or Windows-1252; comma, semicolon or tab."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            yield Row(reader.line_num, [_unguarded(cell) for cell in row])
    except csv.Error as error:
        raise SheetError("sheet_broken", reason=error) from error


def _unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return (cell[1:] if cell.startswith(_GUARDED) else cell).strip()


def _workbook(data: bytes) -> list[Sheet]:
    try:
        import openpyxl  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise SheetError("no_spreadsheets") from error
    try:
        _refuse_traps(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return [Sheet(sheet.title, list(_rows(sheet.iter_rows(values_only=True)))) for sheet in book.worksheets]
    except SheetError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise SheetError("sheet_broken", reason=type(error).__name__) from error


def _refuse_traps(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
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
