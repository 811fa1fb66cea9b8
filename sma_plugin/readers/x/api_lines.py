"""Streams with a memory: bytes that were read ahead are given again, and lines keep their numbers."""

from __future__ import annotations

from collections import deque
from typing import BinaryIO, Protocol, cast

_KEPT = 3


class Readable(Protocol):
    """The one method of a stream that reading in order needs."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most ``size``; none at the end."""


class LineNumbers:
    """A stream that knows on which line a place near the last bytes read stands, counting from 1."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._end = self._newlines = 0
        self._chunks: deque[tuple[int, int, bytes]] = deque(maxlen=_KEPT)
        self._last = (0, 1)

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        chunk = self._stream.read(size)
        self._chunks.append((self._end, self._newlines, chunk))
        self._end += len(chunk)
        self._newlines += chunk.count(b"\n")
        return chunk

    def at(self, offset: int) -> int:
        """The line that the byte at ``offset`` stands on; offsets are asked for in rising order."""
        for start, before, chunk in reversed(self._chunks):
            if start <= offset:
                known, number = self._last
                if known < start:
                    known, number = start, before + 1
                number += chunk.count(b"\n", known - start, offset - start)
                self._last = (offset, number)
                return number
        return self._last[1]


class Prefixed:
    """Bytes that were read ahead, then the rest of the stream."""

    def __init__(self, first: bytes, rest: Readable) -> None:
        self._first, self._rest, self._at = first, rest, 0

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        if self._at < len(self._first):
            chunk = self._first[self._at : self._at + size]
            self._at += len(chunk)
            if self._at >= len(self._first):
                self._first, self._at = b"", 0
            return chunk
        return self._rest.read(size)


def fill(stream: Readable, size: int) -> bytes:
    """As many of ``size`` bytes as the stream has; a stream may give fewer at a time."""
    found = []
    while size > 0 and (chunk := stream.read(size)):
        found.append(chunk)
        size -= len(chunk)
    return b"".join(found)


def as_binary(stream: Readable) -> BinaryIO:
    """The stream for functions that only read from it."""
    return cast("BinaryIO", stream)
