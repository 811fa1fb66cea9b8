"""Workbooks (XLSX, XLS, ODS) as tables: the rows of each sheet, and where a table of a known kind begins in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from importlib import import_module
from typing import Any

from sma_plugin.readers.contract import Source
from sma_plugin.readers.csv_tables import Table

MAX_WORKBOOK = 64 << 20
_ZIP = b"PK\x03\x04"
WORKBOOKS = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _ZIP)
"""How workbooks begin; other files do too."""
_HEADER_WITHIN = 20

Sheet = tuple[str, list[list[Any]]]


def sheets_of(source: Source) -> list[Sheet]:
    """The rows of each sheet, by its name.

    Raises ``ImportError`` without the library (extra ``spreadsheets``), ``ValueError`` for what it cannot read.
    """
    with closing(source.stream):
        data = source.stream.read(MAX_WORKBOOK + 1)
    if len(data) > MAX_WORKBOOK:
        raise ValueError("too large")
    if data.startswith(_ZIP):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MAX_WORKBOOK:
                raise ValueError("too large")
    library = import_module("python_calamine")
    try:
        book = library.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # the library's own errors, and panics of what it is written in
        raise ValueError("unreadable") from error


def rows_of(rows: list[list[Any]], table: Table) -> tuple[list[str], Iterator[tuple[int, list[Any]]]]:
    """The names of the columns of a table that stands in a sheet, and its rows with their numbers."""
    headers = (table.header(list(map(cell_text, row))) for row in rows[:_HEADER_WITHIN])
    head, names = next(((at, one) for at, one in enumerate(headers) if one), (len(rows), []))
    return names, enumerate(rows[head + 1 :], head + 2)


def cell_text(value: Any) -> str:
    """A cell as text: dates as ISO 8601, whole numbers without a fraction."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
