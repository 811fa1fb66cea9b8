"""The rows of CSV files as they are delivered, each with its exact place in the file, in bounded memory.

Quoted cells may hold line ends. A quote in a cell is doubled (RFC 4180), or a backslash stands before it; both occur
in one file. A quote that is never closed costs the row it stands in, not those that follow. ``csv_tables`` reads rows
by the names of their columns.
"""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator
from typing import BinaryIO, NamedTuple

from sma_plugin.readers.csv_form import Form, form_of
from sma_plugin.readers.csv_grammar import Found, Grammar, guessed, shape

WINDOW = 1 << 20
MAX_ROW = 8 << 20
"""A row longer than this many characters has lost a quote; a line longer than this is given in pieces."""
_HEAD = 1 << 16
_LINES = 200
"""So many lines are looked through for the end of a row that is not well-formed."""


class Row(NamedTuple):
    """One row: the offset and length of its own bytes (its line end is not among them), and its cells as text.

    ``whole`` is false for a row that is not well-formed: its cells are a guess. ``ended`` is false for a last row
    without line end: when it is not whole or has too few cells, it is cut off. ``blank`` lines stand before it.
    """

    offset: int
    length: int
    cells: list[str]
    text: str
    """The row's own bytes as carried text (``csv_form``)."""
    whole: bool = True
    ended: bool = True
    blank: int = 0


def cell_spans(row: Row, form: Form, width: int) -> list[tuple[int, int]]:
    """The offset and length of each cell of a row of ``width`` cells, its quotes among it.

    Nothing when the row is not well-formed: its cells cannot be told apart.
    """
    for backslash in (False, True):
        found = Grammar(form, backslash=backslash).spans(row.text)
        if len(found) == width and found[-1][1] == len(row.text):
            lengths = form.length
            return [(row.offset + lengths(row.text[:start]), lengths(row.text[start:end])) for start, end in found]
    return []


class Rows:
    """The rows of one stream that are not blank, the header among them.

    ``wanted`` are headings (``plain``) that help to tell the delimiter. Who knows the header sets ``width``: of
    two ways to read a row, the one that gives so many cells is right.
    """

    def __init__(self, stream: BinaryIO, wanted: Collection[str] = ()) -> None:
        self._stream = stream
        head = b""
        while len(head) < _HEAD and (more := stream.read(_HEAD - len(head))):
            head += more
        self.form = form_of(head, wanted)
        self.width: int | None = None
        self._decode = codecs.getincrementaldecoder(self.form.carrier)(
            "strict" if self.form.carrier == "latin-1" else "surrogatepass"
        ).decode
        self._grammars = [Grammar(self.form, backslash=backslash) for backslash in (False, True)]
        self._text, self._position, self._offset = self._decode(head[self.form.bom :]), 0, self.form.bom
        self._shapes: set[str] = set()
        self._all_read = False

    def __iter__(self) -> Iterator[Row]:
        blank = 0
        while self._position < len(self._text) or self._more():
            found, whole = self._next()
            own, between = self._text[self._position : found.end], self._text[found.end : found.after]
            length = self.form.length(own)
            if own.strip(" \t\r\n\0"):
                cells = [self.form.decoded(cell) for cell in found.cells]
                if whole and len(cells) == self.width and len(self._shapes) < 100:
                    self._shapes.add(shape(cells[0]))
                yield Row(self._offset, length, cells, own, whole, found.ended, blank)
                blank = 0
            else:
                blank += 1
            self._offset += length + self.form.length(between)
            self._position = found.after

    def _more(self) -> bool:
        """Read on; as much again as there is of the row, so that a long one is not looked through for every window."""
        held = self._text[self._position :]
        data = self._stream.read(max(WINDOW, len(held)))
        self._all_read = not data
        self._text, self._position = held + self._decode(data), 0
        return bool(data)

    def _next(self) -> tuple[Found, bool]:
        """The row at the position, and whether it is well-formed."""
        while True:
            if plain := self._plain():
                return plain, True
            ways = []
            for grammar in self._grammars:
                way = grammar.row(self._text, self._position)
                if way and way.ended and self.width in (None, len(way.cells)):
                    return way, True
                ways.append(way)
            wants_more = not ways[0] or not ways[0].ended
            long = len(self._text) - self._position > MAX_ROW
            if self._all_read or not wants_more or long or not self._more():
                return self._settled([way for way in ways if way and way.cells and (way.ended or self._all_read)])

    def _plain(self) -> Found | None:
        """The row at the position when it is one line without quotes that has the right number of cells."""
        end = self._line_end(self._position)
        line = self._text[self._position : end] if end >= 0 else '"'
        if '"' in line:
            return None
        own = line.rstrip("\r")
        cells = own.split(self.form.delimiter)
        return Found(cells, self._position + len(own), end + 1, ended=True) if len(cells) == self.width else None

    def _settled(self, ways: list[Found]) -> tuple[Found, bool]:
        """What to take for the row when all that belongs to it was read, and none of the ways is beyond doubt.

        A row that is not well-formed goes on to the next line that reads as those before it did.
        """
        fitting = [way for way in ways if len(way.cells) == self.width]
        if fitting:
            return fitting[0], True
        after, alike = self._next_row(ways[0].end if ways else len(self._text))
        if ways and not alike:
            return ways[0], True
        own = self._text[self._position : after].rstrip("\r\n")
        at_end = self._all_read and after == len(self._text)
        ended = not at_end or (self.form.line_end not in own and self._text.endswith(self.form.line_end))
        return Found(guessed(own, self.form), self._position + len(own), after, ended), False

    def _next_row(self, until: int) -> tuple[int, bool]:
        """Where a later line begins, before ``until``, that reads as a row, and true; else where the search ended."""
        at = self._line_end(self._position) + 1
        known = self._shapes or {shape(self._text[self._position : at].partition(self.form.delimiter)[0])}
        for _ in range(_LINES):
            if not 0 < at < until:
                break
            after = self._line_end(at) + 1 or len(self._text)
            ways = [grammar.row(self._text, at, min(at + _HEAD, len(self._text))) for grammar in self._grammars]
            read = [way.cells for way in ways if way and (way.ended or self._all_read)]
            for cells in (*read, guessed(self._text[at:after], self.form)):
                if cells and self.width in (None, len(cells)) and shape(cells[0]) in known:
                    return at, True
            at = after
        return at or len(self._text), False

    def _line_end(self, position: int) -> int:
        return self._text.find(self.form.line_end, position)
