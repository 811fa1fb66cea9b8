"""Tables of which only the columns that are described may enter: cells of any other are cut, whatever they hold.

For tables about a person a new column is personal data until somebody knows it, so a list of what must go is never
complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from sma_plugin.model import Exclusion
from sma_plugin.readers.contract import DAMAGE, CaptureView, Source
from sma_plugin.readers.csv_rows import Row, Rows, cell_spans
from sma_plugin.readers.csv_tables import Table


def kept_out(capture: CaptureView, path: str, table: Table, rule: str) -> Iterator[Exclusion]:
    """What of a table goes: cells by their own bytes; rows whose cells cannot be told apart; else the whole file."""
    try:
        source = capture.open(path)
        with closing(source.stream):
            found = list(_spans(source, table)) if source.exact else None
    except (KeyError, *DAMAGE):
        found = None
    if found is None:
        yield Exclusion(rule, path)
        return
    for offset, length in found:
        yield Exclusion(rule, path, offset, length)


def _spans(source: Source, table: Table) -> Iterator[tuple[int, int]]:
    """Offset and length of what goes. What stands before the header is no row of the table, and goes too."""
    rows = Rows(source.stream, frozenset(table.wanted))
    stay: list[bool] = []
    for row in rows:
        if stay:
            yield from _cells(row, rows, stay)
        elif any(map(table.may_stay, row.cells)):
            stay, rows.width = [table.may_stay(cell) for cell in row.cells], len(row.cells)
        else:
            yield row.offset, row.length


def _cells(row: Row, rows: Rows, stay: list[bool]) -> Iterator[tuple[int, int]]:
    spans = cell_spans(row, rows.form, len(stay)) if row.whole else []
    if not spans:
        yield row.offset, row.length
        return
    for span, cell, may_stay in zip(spans, row.cells, stay, strict=True):
        if cell.strip() and not may_stay:
            yield span
