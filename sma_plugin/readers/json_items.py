"""JSON at the size and in the state it is delivered in: items with their exact byte ranges.

Everything streams. Offsets are byte offsets in the stream that was given.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO, NamedTuple

from sma_plugin.readers.json_members import SPACE, scan

WINDOW = 1 << 20
MAX_ITEM = 64 << 20
"""A line longer than this many bytes is given in pieces rather than held in memory."""
MAX_BROKEN = 64 << 20
"""So many bytes are searched for the end of a broken item before the next one that looks alike is taken."""

_SEPARATORS = SPACE + ","
_BETWEEN = re.compile(f"[{_SEPARATORS}]*")
_STRUCTURE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("|\\?\Z)|[{}\[\]]', re.DOTALL)
"""Strings and brackets; runs of characters are taken at once, as each alternative costs memory."""
_OPENING = re.compile(r'\{\s*("[^"]{1,64}")\s*:')
_LONGEST_OPENING, _GUESSES = 100, 4
"""Bytes of a whole item that show how it opens; how many openings are tried where none was whole."""


class Piece(NamedTuple):
    """Bytes of one line or item, where they start, and whether they are whole."""

    offset: int
    data: bytes
    whole: bool = True


def lines(stream: BinaryIO, start: int = 0) -> Iterator[Piece]:
    """Yield every line that is not blank, without its line end; the last one even when its line end is missing.

    A line ends at a line feed only (Unicode line separators are text). A byte order mark is skipped and counted,
    also within a file that was made of several.
    """
    offset, held, size = start, list[bytes](), 0
    while chunk := stream.read(WINDOW):
        parts = chunk.split(b"\n")
        if len(parts) > 1:
            parts[0] = b"".join((*held, parts[0]))
            held, size = [], 0
        rest = parts.pop()
        for part in parts:
            if part and not part.isspace():
                yield _line(offset, part)
            offset += len(part) + 1
        if rest.isspace() and not held:
            offset += len(rest)
        elif rest:
            held.append(rest)
            size += len(rest)
        if size > MAX_ITEM:
            yield Piece(offset, b"".join(held), whole=False)
            offset, held, size = offset + size, [], 0
    if held:
        yield _line(offset, b"".join(held))


def _line(offset: int, data: bytes) -> Piece:
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    return Piece(offset + mark, data[mark:].rstrip(b"\r"))


class ArrayItems:
    """The items of one JSON array in a stream, with exact offsets, in bounded memory.

    ``opening`` is a regular expression that ends with the array's ``[``; it must stand in the first MiB. ``start`` is
    the offset of the stream's first byte. ``prefix`` receives what stands up to the ``[`` (``window.YTD.tweets.part0 =
    [`` or ``{"data":[``), and ``suffix`` what stands after the ``]``. A broken item is yielded with ``whole=False`` and
    the next one is found by counting brackets, or by opening as its neighbours do, so one bad item among good ones
    costs one item.
    """

    def __init__(self, stream: BinaryIO, *, opening: str = r"\[", start: int = 0) -> None:
        self._stream, self._opening = stream, re.compile(opening)
        self._text, self._at = "", start
        self.prefix = b""
        self.suffix = b""
        self.end = start
        """Once closed: the offset of the first byte of ``suffix``."""
        self.closed = False
        """True once the array's own ``]`` was seen; false for a truncated document."""
        self._first = self._good = b""
        """The first item, and the last one that was whole: they show how items open here."""

    def __iter__(self) -> Iterator[Piece]:
        if not self._find_opening():
            return
        position = 0
        while (position := self._skip(position)) < len(self._text):
            if self._text[position] == "]" and not self._goes_on(position):
                self.closed = True
                self._drain(position + 1)
                return
            end, whole = self._end_of_item(position)
            data = self._text[position:end].encode("latin-1")
            self._first = self._first or data
            self._good = data if whole else self._good
            yield Piece(self._at + position, data, whole)
            if end > WINDOW:
                self._shift(end)
                end = 0
            position = end

    def _more(self, size: int = WINDOW) -> bool:
        chunk = self._stream.read(size)
        self._text += chunk.decode("latin-1")
        return bool(chunk)

    def _shift(self, position: int) -> None:
        self._at += position
        self._text = self._text[position:]

    def _find_opening(self) -> bool:
        while not (found := self._opening.search(self._text)):
            if len(self._text) > WINDOW or not self._more():
                self.prefix = self._text.encode("latin-1")
                return False
        self.prefix = self._text[: found.end()].encode("latin-1")
        self._shift(found.end())
        return True

    def _skip(self, position: int) -> int:
        while True:
            position = _BETWEEN.match(self._text, position).end()  # type: ignore[union-attr]  # it matches nothing, too
            if position < len(self._text):
                return position
            self._shift(position)
            position = 0
            if not self._more():
                return position

    def _end_of_item(self, position: int) -> tuple[int, bool]:
        """Where the item at ``position`` ends, and whether it is well-formed; reads on until that is known."""
        while True:
            end = _well_formed(self._text, position)
            # As much again as there is of it, so that a long item is not looked through once for every window.
            more = max(WINDOW, len(self._text) - position)
            follows = self._follows(position, end) if end else False
            if follows or (follows is None and not self._more(more)):
                return end, True
            if follows is None:
                continue
            bracketed = self._text[position] in "{["
            counted = _balanced(self._text, position)
            alike = 0 if bracketed and not counted else self._next_alike(position, counted if bracketed else None)
            if alike:
                return alike, False
            if counted or len(self._text) - position > MAX_BROKEN or not self._more(more):
                return counted or self._next_alike(position) or len(self._text), False

    def _follows(self, position: int, end: int) -> bool | None:
        """Whether a value is followed by what may follow an item; ``None`` when the text ends before that is known.

        A number or word at the end may go on in the next window; what sticks to a string shows that a quote is lost.
        """
        if self._text[position] in "{[":
            return True
        while end < len(self._text) and self._text[end] in SPACE:
            end += 1
        return self._text[end] in ",]" if end < len(self._text) else None

    def _next_alike(self, position: int, end: int | None = None) -> int:
        """Where a broken item gives way to a neighbour that opens like it or one before; 0 when nowhere."""
        before = (data[:_LONGEST_OPENING].decode("latin-1") for data in (self._good, self._first))
        openings = (_OPENING.match(self._text, position), *map(_OPENING.match, before))
        known = [opening.group(1) for opening in openings if opening]
        found = known or [opening.group(1) for opening in islice(_OPENING.finditer(self._text, position), _GUESSES)]
        return _next_alike(self._text, position, len(self._text) if end is None else end, found)

    def _goes_on(self, position: int) -> bool:
        """Whether a bracket is no end, but what is left of a broken item: more items follow.

        Where the array is part of an object, they might be those of another array.
        """
        return b"{" not in self.prefix and bool(self._next_alike(position))

    def _drain(self, position: int) -> None:
        while len(self._text) - position < WINDOW and self._more():
            pass
        self.suffix, self.end = self._text[position:].encode("latin-1"), self._at + position


def unnested(piece: Piece) -> Iterator[Piece]:
    """A list within the list is a bracket too many: its items are those of the list."""
    nested = piece.data[:1] == b"["
    inner = list(ArrayItems(io.BytesIO(piece.data), opening=r"^\[", start=piece.offset)) if nested else []
    yield from inner or [piece]


def _well_formed(text: str, position: int) -> int:
    """The end of the JSON value at ``position``; 0 when it is broken, cut off or nested too deeply."""
    try:
        return int(scan(text, position)[1])
    except (StopIteration, ValueError, RecursionError):
        return 0


def _balanced(text: str, position: int) -> int:
    """The end of the bracketed value at ``position``, found by counting brackets outside strings; 0 when open."""
    data = text[position:].encode("latin-1")
    if data[:1] not in (b"{", b"[", b'"'):
        match = re.search(rb"[,\]]", data)
        return position + match.start() if match and match.start() else 0
    depth = 0
    for match in _STRUCTURE.finditer(data):
        if match.group(1) in (b"", b"\\"):
            return 0  # the text ends within a string
        depth += 1 if match.group() in (b"{", b"[") else -1 if match.group() in (b"}", b"]") else 0
        if depth == 0:
            return position + match.end()
    return 0


def _next_alike(text: str, position: int, end: int, names: Iterable[str]) -> int:
    """Where a well-formed object that opens with one of the names follows a comma; 0 when none does before ``end``.

    A neighbour follows a comma; an object nested in the broken item follows its name and a colon.
    """
    alike = re.compile(rf",\s*(\{{\s*(?:{'|'.join(map(re.escape, names)) or '(?!)'})\s*:)")
    found = (match.start() for match in alike.finditer(text, position + 1, end) if _well_formed(text, match.start(1)))
    return next(found, 0)
