"""JSON documents as they are delivered: one value, an array of values, or one value a line."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Any, BinaryIO, Literal, NamedTuple, cast

import msgspec

from sma_plugin.model import Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.json_items import MAX_ITEM, WINDOW, ArrayItems, Piece, lines
from sma_plugin.readers.json_members import members
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.remarks import unknown_form

_LISTED = re.compile(rb'"(\w+)"\s*:\s*\[$')
_MEMBER = re.compile(rb'\s*,?\s*"([^"\\]{1,100})"\s*:\s*')


class Peek(NamedTuple):
    """What the first bytes of a document tell: the members that are whole, and the name and start of the cut one."""

    fields: dict[str, Any]
    cut: str | None
    rest: bytes
    array: bool

    @property
    def names(self) -> frozenset[str]:
        """The names of all members seen, the cut one too."""
        return frozenset(self.fields) | ({self.cut} if self.cut else frozenset())


def peek(head: bytes) -> Peek | None:
    """The first object of a document (or of its array) as far as ``head`` goes; ``None`` when it starts with none."""
    data = head.removeprefix(codecs.BOM_UTF8).lstrip()
    array = data.startswith(b"[")
    if array:
        data = data[1:].lstrip()
    if not data.startswith(b"{"):
        return None
    fields: dict[str, Any] = {}
    end = 1
    # The head mostly ends in the middle of a member: what stands before it is what can be told.
    with suppress(ValueError, RecursionError):
        for name, _, value, stop in members(data):
            fields[name], end = tolerant(data[value:stop]), stop
    cut = _MEMBER.match(data, end)
    if cut is None:
        return Peek(fields, None, b"", array)
    return Peek(fields, cut.group(1).decode("utf-8", "replace"), data[cut.end() :], array)


class Value(NamedTuple):
    """One JSON value of a document, decoded without a type, with its bytes and their offset."""

    piece: Piece
    decoded: Any
    locator: str


class Values:
    """The values of one document, in order, with what could not be read of it in ``problems`` afterwards.

    ``form`` is ``array``, ``lines`` or ``single`` once the first value was given. ``lists`` is a regular expression for
    the name of the list that a page of a platform holds its items in: of a page that is broken or too large for memory
    the items of that list are given, one by one, and ``form`` is ``page``.
    """

    def __init__(self, source: Source, lists: str = "") -> None:
        self._source = source
        self._lists = lists
        self._broken: list[tuple[Piece, str]] = []
        self._closed = True
        self._read = 0
        self._name = ""
        self.form: Literal["array", "lines", "page", "single"] = "single"

    def __iter__(self) -> Iterator[Value]:
        for index, piece in enumerate(self._pieces()):
            try:
                decoded = tolerant(piece.data)
            except ValueError as error:
                self._broken.append((piece, str(error)))
                continue
            self._read += 1
            yield Value(piece, decoded, "" if self.form == "single" else f"{self._name}/{index}")

    @property
    def several(self) -> bool:
        """Whether the document is a list of values, each by itself: an array, or one a line."""
        return self.form in ("array", "lines")

    @property
    def broken(self) -> list[Piece]:
        """The values that could not be read, once all were given."""
        return [piece for piece, _ in self._broken]

    def problems(self) -> Iterator[Problem]:
        """A problem for each value that could not be read; one for the whole when its end is missing."""
        path = self._source.path
        if not self._closed:
            last = self._broken.pop()[0] if self._broken else None
            yield cut_off(path, last, self._read)
        for piece, reason in self._broken:
            yield unreadable(path, piece, reason)

    def told(self, count: int) -> Iterator[Problem]:
        """The problems of a document in which so many items were found; a sound one without any has an unknown form."""
        problems = list(self.problems())
        yield from problems if problems or count else [unknown_form(self._source.path)]

    def _pieces(self) -> Iterator[Piece]:
        first = self._source.stream.read(WINDOW)
        start = first.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
        stream = cast("BinaryIO", Rejoined(first, self._source.stream))
        if _first_line_is_whole(first):
            self.form = "lines"
            yield from lines(stream)
        elif start == b"[":
            self.form = "array"
            items = ArrayItems(stream)
            yield from items
            self._closed = items.closed
            if items.suffix.strip():
                self._broken.append((Piece(items.end, items.suffix, whole=False), "more follows the end of the list"))
        else:
            yield from self._single(first + self._source.stream.read(MAX_ITEM))

    def _page(self, data: bytes) -> Iterator[Piece] | None:
        """The items of a page that is no whole document; ``None`` when its list is not found."""
        stream = cast("BinaryIO", Rejoined(data, self._source.stream))
        array = ArrayItems(stream, opening=rf'"(?:{self._lists})"\s*:\s*\[')
        items = iter(array)
        first = next(items, None)
        if first is None:
            return None
        self.form, self._name = "page", f"/{_LISTED.findall(array.prefix)[-1].decode()}"
        return self._of_page(array, chain((first,), items))

    def _of_page(self, array: ArrayItems, items: Iterator[Piece]) -> Iterator[Piece]:
        yield from items
        self._closed = array.closed and array.suffix.rstrip().endswith(b"}")

    def _single(self, data: bytes) -> Iterator[Piece]:
        offset = len(data) - len(data.removeprefix(codecs.BOM_UTF8).lstrip())
        body = data[offset:].rstrip()
        if not body:
            return
        if readable(body):
            yield Piece(offset, body)
            return
        rows = list(lines(io.BytesIO(data)))
        # The last item of a page that gives each a line of its own looks like a value, too.
        if _are_values(rows, 0.5 if self._lists else 0):
            self.form = "lines"
            yield from rows
            return
        page = self._page(data) if self._lists else None
        if page is not None:
            yield from page
            if self._closed and not self._broken and len(data) <= MAX_ITEM:
                self._broken.append((Piece(offset, body, whole=False), "damaged around its items"))
            return
        self._closed = body.endswith((b"}", b"]"))
        yield Piece(offset, body, whole=False)


class Rejoined(io.RawIOBase):
    """A stream with the bytes that were already read put back in front."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self._first, self._rest = first, rest

    def read(self, size: int = -1, /) -> bytes:
        """The bytes put back, whole, and then those of the stream."""
        first, self._first = self._first, b""
        return first or self._rest.read(size)


def _are_values(rows: list[Piece], least: float) -> bool:
    """Whether so large a part of the lines, and one at the least, are objects by themselves."""
    whole = sum(1 for row in rows if row.data.startswith(b"{") and len(row.data) > 2 and readable(row.data))
    return len(rows) > 1 and whole > 0 and whole >= least * len(rows)


def _first_line_is_whole(first: bytes) -> bool:
    """Whether the document is one value a line: the first line is a value by itself and more follows."""
    line, found, more = first.removeprefix(codecs.BOM_UTF8).lstrip().partition(b"\n")
    return bool(found) and bool(more.strip()) and line.startswith((b"{", b"[")) and readable(line)


def readable(data: bytes) -> bool:
    """Whether these bytes are one JSON value."""
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        try:
            tolerant(data)
        except ValueError:
            return False
    return True


def unreadable(path: str, piece: Piece, reason: str) -> Problem:
    """The problem of an item that is no readable JSON."""
    return Problem("SMA-R001", path, piece.offset, len(piece.data), {"path": path, "reason": reason[:200]})


def cut_off(path: str, tail: Piece | None, counted: int) -> Problem:
    """The problem of a document that ends too early; ``tail`` is the item in which it does."""
    offset, length = (tail.offset, len(tail.data)) if tail else (None, None)
    return Problem("SMA-R003", path, offset, length, {"path": path, "counted": counted})


def member_span(data: bytes, name: str) -> tuple[int, int] | None:
    """Start and end of the name-value pair ``name`` of one JSON object; ``None`` when it has none."""
    try:
        return next(((start, end) for found, start, _, end in members(data) if found == name), None)
    except (ValueError, RecursionError):
        return None
