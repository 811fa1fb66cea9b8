"""CSV files as tables: rows by the names of their columns, whatever the language, order and generation of these.

A reader describes its tables as data: a canonical name for each column, the headings it is known by, and the columns
by which the table is recognised. Columns that are not described are kept under their own heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO

import msgspec

from sma_plugin.model import Evidence, Problem
from sma_plugin.readers.contract import DAMAGE, CaptureView, Source
from sma_plugin.readers.csv_form import plain
from sma_plugin.readers.csv_rows import Row, Rows
from sma_plugin.readers.remarks import nothing_read

_PREAMBLE = 40
"""So many rows may stand before the header."""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of table: for each column the headings it is known by, and the columns that must be there.

    ``alone``: no other columns than those may be there, for tables that have nothing but common headings.
    ``continues``: its last column holds text that some exports put in quotes only for a comma or quote in it, so that
    further lines of one text look like rows of one cell.
    ``closed``: cells under no heading of these may not enter (``csv_closed.py``). It is a pattern of plain headings
    that may stay besides.
    """

    columns: dict[str, tuple[str, ...]]
    needed: tuple[str, ...]
    alone: bool = False
    continues: bool = False
    closed: str | None = None

    def __post_init__(self) -> None:
        if unknown := set(self.needed) - set(self.columns):
            raise ValueError(f"needed but not described: {', '.join(sorted(unknown))}")

    @property
    def wanted(self) -> dict[str, str]:
        """The canonical name of each heading."""
        return {plain(heading): name for name, headings in self.columns.items() for heading in headings}

    def may_stay(self, heading: str) -> bool:
        """Whether the cells under a heading may enter a package."""
        name = plain(heading)
        return name in self.wanted or bool(name and self.closed and re.fullmatch(self.closed, name))

    def header(self, cells: list[str]) -> list[str] | None:
        """The name of each column when these cells are this table's header: canonical where known, else as it is."""
        known = self.wanted
        names: list[str] = []
        for number, cell in enumerate(cells):
            name = known.get(plain(cell)) or cell.strip() or f"#{number + 1}"
            # Other headings can be spelt as one of our own names for columns, and mean something else.
            taken = name in names or (name in self.columns and plain(cell) not in known)
            names.append(f"{name}#{number + 1}" if taken else name)
        fits = set(self.needed) == set(names) if self.alone else set(self.needed) <= set(names)
        return names if fits else None


def kinds_in(head: bytes, tables: Mapping[str, Table]) -> Iterator[str]:
    """Which of some tables first bytes of a file may begin, in the order of ``tables``."""
    wanted = frozenset().union(*(table.wanted for table in tables.values()))
    rows = [row.cells for _, row in zip(range(_PREAMBLE), Rows(BytesIO(head), wanted), strict=False)]
    for name, table in tables.items():
        if any(table.header(cells) for cells in rows):
            yield name


def cells_in(head: bytes, table: Table, name: str) -> list[str]:
    """What stands in a column of a table in the rows that first bytes hold; the last of them may be cut off."""
    names: list[str] = []
    found: list[str] = []
    for row in Rows(BytesIO(head), frozenset(table.wanted)):
        if not names:
            names = table.header(row.cells) or []
        elif name in names and len(row.cells) > names.index(name):
            found.append(row.cells[names.index(name)].strip())
    return found


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row of a table by the names of their columns, and its place."""

    values: dict[str, str]
    evidence: Evidence

    def given(self, name: str) -> str | None:
        """The cell of a column; ``None`` when the file has no such column, or nothing stands in it."""
        return self.get(name) or None

    def get(self, name: str) -> str:
        """The cell of a column without space around it; empty when there is none."""
        return self.values.get(name, "").strip()


@dataclass(frozen=True, slots=True)
class Record(Cells):
    """One row of a CSV file, and whether it had the right form."""

    row: Row
    extra: list[str]
    """Cells beyond the last column."""
    odd: bool = False


class Records:
    """The rows of one file by their columns, with a problem for each that cannot be read.

    ``names`` are the columns once the first row was given. ``counted`` are the rows that could be read so far.
    """

    def __init__(self, table: Table, path: str) -> None:
        self._table, self._path = table, path
        self.names: list[str] = []
        self.counted = 0

    def of(self, capture: CaptureView) -> Iterator[Record | Problem]:
        """Open the file and read it."""
        try:
            source = capture.open(self._path)
        except (KeyError, *DAMAGE) as error:
            yield nothing_read(self._path, error)
            return
        with closing(source.stream):
            yield from self.read(source)

    def read(self, source: Source) -> Iterator[Record | Problem]:
        """The rows of a stream."""
        try:
            rows = Rows(source.stream, frozenset(self._table.wanted))
            stream = iter(rows)
            for _, row in zip(range(_PREAMBLE), stream, strict=False):
                if names := self._table.header(row.cells):
                    self.names, rows.width = names, len(names)
                    break
            else:
                yield nothing_read(self._path, "no header with the columns it should have")
                return
            for row in self._joined(stream) if self._table.continues else stream:
                yield from self._row(source, row)
        except DAMAGE:
            yield Problem("SMA-R003", self._path, params={"counted": self.counted})

    def _joined(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Rows with the lines that their last text goes on in."""
        held: Row | None = None
        for row in rows:
            if held is not None and self._goes_on(held, row):
                held = _lengthened(held, row)
                continue
            if held is not None:
                yield held
            held = row
        if held is not None:
            yield held

    def _goes_on(self, held: Row, row: Row) -> bool:
        """Whether a row is a further line of the one before it: text alone, behind a text without quotes around it."""
        open_end = held.whole and len(held.cells) == len(self.names) and not held.text.rstrip().endswith('"')
        alone = row.whole and len(row.cells) == 1 < len(self.names)
        # What a file that is cut off ends in can be the beginning of a date.
        return open_end and alone and (row.ended or re.fullmatch(r"[\d\s:./-]*", row.cells[0]) is None)

    def _row(self, source: Source, row: Row) -> Iterator[Record | Problem]:
        at = self._path, row.offset, row.length
        few, odd = len(row.cells) < len(self.names), len(row.cells) != len(self.names)
        if not row.ended and (few or not row.whole):
            yield Problem("SMA-R003", *at, {"counted": self.counted})
            return
        if not any(cell.strip() for cell in row.cells):
            return
        named = dict(zip(self.names, row.cells, strict=False))
        if odd and not row.whole:
            yield Problem("SMA-R001", *at, {"reason": "a quote that is not closed"})
            return
        if not any(named.get(name, "").strip() for name in self._table.needed):
            yield Problem("SMA-R001", *at, {"reason": "no value in its main columns"})
            return
        if odd or not row.whole:
            yield Problem("SMA-R002", *at)
        self.counted += 1
        evidence = source.evidence(row.offset, row.length)
        yield Record(named, evidence, row, row.cells[len(self.names) :], odd or not row.whole)


def _lengthened(row: Row, line: Row) -> Row:
    """A row with one more line of its last text; blank lines between them are part of it."""
    lines = "\n" * (1 + line.blank)
    cells = [*row.cells[:-1], row.cells[-1] + lines + line.cells[0]]
    length = line.offset + line.length - row.offset
    return row._replace(length=length, cells=cells, text=row.text + lines + line.text, ended=line.ended)
