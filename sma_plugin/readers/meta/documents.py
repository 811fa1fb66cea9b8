"""The JSON documents of Meta's exports: the items of their lists, with their exact bytes, whatever the root is.

A list is the document itself, or a member of it (``comments_v2``), or the member of a member
(``group_posts.activity_log_data``); since 2025 the only post of an account can be the document itself.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from typing import Any, BinaryIO, NamedTuple, cast

from sma_plugin.model import Evidence, Problem
from sma_plugin.readers.contract import DAMAGE, CaptureView, Source
from sma_plugin.readers.documents import Peek, Rejoined, cut_off, peek, unreadable
from sma_plugin.readers.json_items import MAX_ITEM, WINDOW, ArrayItems, Piece, lines, unnested
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.meta.text import mended
from sma_plugin.readers.remarks import nothing_read

_LADDER = Ladder(dict[str, Any])


_NAME = re.compile(r"[\w.-]+", re.ASCII)
_BRACKETS = re.compile(rb"\s*\[(?=\s*\[)")


def glimpse(head: bytes) -> Peek | None:
    """What the first bytes of a document tell of it; a bracket too many does not hide it."""
    bare = head.removeprefix(codecs.BOM_UTF8)
    while found := _BRACKETS.match(bare):
        bare = bare[found.end() :]
    return peek(bare)


class Record(NamedTuple):
    """One item: the list that it stands in (``""`` for the document itself), its bytes, and what they say, repaired."""

    listed: str
    piece: Piece
    value: dict[str, Any]
    evidence: Evidence


class Document:
    """The items of one document. ``lists`` are the names of the lists to read; an array needs none.

    With ``rows`` an item can be a list of values: its record holds them under ``row``.
    """

    def __init__(self, capture: CaptureView, path: str, lists: Iterable[str] = (), *, rows: bool = False) -> None:
        self._capture, self._path, self._rows = capture, path, rows
        plain = (name for name in lists if _NAME.fullmatch(name))
        names = "|".join(re.escape(name) for name in sorted(plain, key=len, reverse=True))
        self._opening = rf'"({names})"\s*:\s*(?:\{{\s*"\w+"\s*:\s*)?\[' if names else None
        self.counted = 0
        """Items that could be read so far."""

    def __iter__(self) -> Iterator[Record | Problem]:
        try:
            source = self._capture.open(self._path)
        except (KeyError, *DAMAGE) as error:
            yield nothing_read(self._path, error)
            return
        with closing(source.stream):
            try:
                yield from self._items(source)
            except DAMAGE:
                yield cut_off(self._path, None, self.counted)

    def count(self) -> int:
        """How many items it holds that can be read."""
        for _ in self:
            continue
        return self.counted

    def _items(self, source: Source) -> Iterator[Record | Problem]:
        first = source.stream.read(WINDOW)
        start = first.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
        stream = cast("BinaryIO", Rejoined(first, source.stream))
        if start == b"[":
            yield from self._array(source, ArrayItems(stream), "")
        elif self._opening and re.search(self._opening.encode(), first):
            yield from self._lists(source, stream, self._opening)
        elif start == b"{":
            yield from self._single(source, first + source.stream.read(MAX_ITEM))
        else:
            yield nothing_read(self._path, "no JSON" if start else "the file is empty")

    def _lists(self, source: Source, stream: BinaryIO, opening: str) -> Iterator[Record | Problem]:
        """Each of the lists in the document, one after the other."""
        items = ArrayItems(stream, opening=opening)
        for _ in range(100):
            pieces = iter(items)
            head = next(pieces, None)
            found = re.search(rf"{opening}\Z", items.prefix.decode("latin-1"))
            if not found:
                return
            given = chain([head], pieces) if head else iter(())
            yield from self._array(source, items, found.group(1), given)
            if not items.closed:
                return
            stream = cast("BinaryIO", Rejoined(items.suffix, stream))
            items = ArrayItems(stream, opening=opening, start=items.end)

    def _array(
        self, source: Source, items: ArrayItems, listed: str, pieces: Iterable[Piece] | None = None
    ) -> Iterator[Record | Problem]:
        broken: tuple[Piece, str] | None = None
        given = items if pieces is None else pieces
        for piece in given if self._rows else chain.from_iterable(map(unnested, given)):
            if broken:
                yield unreadable(self._path, *broken)
                broken = None
            record = self._record(source, piece, listed)
            if isinstance(record, str):
                broken = piece, record
            else:
                yield from record
        if not items.closed:
            yield cut_off(self._path, broken[0] if broken else None, self.counted)
        elif broken:
            yield unreadable(self._path, *broken)

    def _record(self, source: Source, piece: Piece, listed: str) -> list[Record | Problem] | str:
        """The record in a piece, after what is to be said of its form; the reason where there is none."""
        try:
            is_row = self._rows and piece.data[:1] == b"["
            decoded = _LADDER.decode(b'{"row":' + piece.data + b"}" if is_row else piece.data)
        except (ValueError, RecursionError) as error:
            return str(error)[:200] or "broken"
        length = len(piece.data)
        self.counted += 1
        found: list[Record | Problem] = []
        if decoded.rung or not piece.whole:
            found.append(Problem("SMA-R002", self._path, piece.offset, length, {"path": self._path}))
        return [*found, Record(listed, piece, mended(decoded.value), source.evidence(piece.offset, length))]

    def _single(self, source: Source, data: bytes) -> Iterator[Record | Problem]:
        """A document that is one item, or one item a line."""
        offset = len(data) - len(data.removeprefix(codecs.BOM_UTF8).lstrip())
        whole = Piece(offset, data[offset:].rstrip())
        record = self._record(source, whole, "")
        if not isinstance(record, str):
            yield from record
            return
        rows = list(lines(io.BytesIO(data)))
        found = [self._record(source, row, "") for row in rows] if len(rows) > 1 else []
        if any(not isinstance(one, str) for one in found):
            for row, one in zip(rows, found, strict=True):
                yield from [unreadable(self._path, row, one)] if isinstance(one, str) else one
        elif whole.data.endswith(b"}"):
            yield unreadable(self._path, whole, record)
        else:
            yield cut_off(self._path, whole, 0)


def is_sound(records: Iterable[Record | Problem]) -> bool:
    """Whether a document could be read to its last byte: then it is known what stands in it."""
    found = list(records)
    faults = (one.code for one in found if isinstance(one, Problem))
    return any(isinstance(one, Record) for one in found) and all(code == "SMA-R002" for code in faults)
