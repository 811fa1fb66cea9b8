"""The items of one file of an X archive, with their exact bytes; what is wrong with the file comes out as problems."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

from sma_plugin.model import Evidence, Problem
from sma_plugin.readers.contract import DAMAGE, CaptureView, Source
from sma_plugin.readers.json_items import ArrayItems, Piece, unnested
from sma_plugin.readers.ladder import Decoded, Ladder
from sma_plugin.readers.remarks import nothing_read

T = TypeVar("T")
_OPENING = r"=\s*\["
_AFTER = b" \t\r\n;\0"
MAX_DOCUMENT = 16 << 20
"""Manifests and indexes are one JSON document; a larger one is not read."""


class Found(NamedTuple, Generic[T]):
    """One item with the evidence for it and its own bytes."""

    value: T
    evidence: Evidence
    piece: Piece


class ListFile(Generic[T]):
    """One ``window.YTD.x.partN = [`` or ``Grailbird.data.x = [`` file, item by item, in bounded memory."""

    def __init__(self, capture: CaptureView, path: str, ladder: Ladder[T]) -> None:
        self._capture, self._path, self._ladder = capture, path, ladder
        self.counted = 0
        """Items that could be read so far."""

    def __iter__(self) -> Iterator[Found[T] | Problem]:
        try:
            source = self._capture.open(self._path)
        except (KeyError, *DAMAGE) as error:
            yield nothing_read(self._path, error)
            return
        with closing(source.stream):
            yield from self._items(source)

    def _items(self, source: Source) -> Iterator[Found[T] | Problem]:
        array = ArrayItems(source.stream, opening=_OPENING)
        broken: tuple[Piece, str] | None = None
        damaged = False
        try:
            for piece in chain.from_iterable(map(unnested, array)):
                if broken:
                    yield self._unreadable(*broken)
                broken = None
                try:
                    decoded = self._ladder.decode(piece.data)
                except (ValueError, RecursionError) as error:
                    broken = piece, _reason(error)
                    continue
                yield from self._item(source, piece, decoded)
        except DAMAGE:
            damaged = True
        yield from self._ending(array, broken, damaged=damaged)

    def _item(self, source: Source, piece: Piece, decoded: Decoded[T]) -> Iterator[Found[T] | Problem]:
        if decoded.rung or not piece.whole:
            yield Problem("SMA-R002", self._path, piece.offset, len(piece.data))
        self.counted += 1
        yield Found(decoded.value, source.evidence(piece.offset, len(piece.data)), piece)

    def _unreadable(self, piece: Piece, reason: str) -> Problem:
        return Problem("SMA-R001", self._path, piece.offset, len(piece.data), {"reason": reason})

    def _ending(self, array: ArrayItems, broken: tuple[Piece, str] | None, *, damaged: bool) -> Iterator[Problem]:
        if array.closed and not damaged:
            if broken:
                yield self._unreadable(*broken)
            if array.suffix.strip(_AFTER):
                yield Problem("SMA-R001", self._path, params={"reason": "more text after the end of the list"})
        elif array.prefix and not array.prefix.rstrip().endswith((b"[", b"=")):
            yield nothing_read(self._path, "no list")
        else:
            # The item that was cut off is part of the same cause; its place is where the file breaks off.
            offset, length = (broken[0].offset, len(broken[0].data)) if broken else (None, None)
            yield Problem("SMA-R003", self._path, offset, length, {"counted": self.counted})


def document(capture: CaptureView, path: str, ladder: Ladder[T]) -> Found[T] | Problem:
    """The one JSON value after the first ``=`` of a file, with evidence for its own bytes."""
    try:
        source = capture.open(path)
        with closing(source.stream):
            data = source.stream.read(MAX_DOCUMENT + 1)
    except (KeyError, *DAMAGE) as error:
        return nothing_read(path, error)
    if len(data) > MAX_DOCUMENT:
        return nothing_read(path, "too large")
    start = data.find(b"=") + 1
    body = data[start:].rstrip(_AFTER)
    offset = start + len(body) - len(body.lstrip())
    body = body.lstrip()
    try:
        value = ladder.decode(body).value
    except (ValueError, RecursionError) as error:
        return Problem("SMA-R001", path, offset, len(body), {"reason": _reason(error)})
    return Found(value, source.evidence(offset, len(body)), Piece(offset, body))


def refused(path: str, evidence: Evidence, reason: str) -> Problem:
    """An item that is well-formed but not what its list holds."""
    return Problem("SMA-R001", path, evidence.offset, evidence.length, {"reason": reason})


def _reason(error: BaseException) -> str:
    return str(error)[:200] or type(error).__name__
