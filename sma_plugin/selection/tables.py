"""Reading tables that people keep: CSV with a header, in the encodings and with the separators that occur.

Each row comes with its number in the file, so that a finding can name it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from sma_plugin.findings import Finding, make

Row = dict[str, str]


class TableError(ValueError):
    """A table that cannot be used; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def read_table(path: Path, required: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    """Rows of a CSV file by lower-case column name. Raises :class:`TableError`.

    UTF-8 (with or without byte order mark) or Windows-1252; comma, semicolon or tab.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TableError(make("SMA-S010", path=str(path), reason=error.strerror or str(error))) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in required if name not in header]
    if missing:
        raise TableError(make("SMA-S011", path=str(path), columns=", ".join(missing)))
    for row in reader:
        if any(cell.strip() for cell in row):
            yield reader.line_num, {name: cell.strip() for name, cell in zip(header, row, strict=False)}
