"""Whether the file of an image, video or sound is whole, told from its structure while it passes to be hashed.

Nothing is decoded: a file whose parts end where they say and whose end is there can be opened; that every pixel is
sound is not claimed. Sources: PNG (W3C, 5), JPEG (ITU-T T.81, annex B), GIF89a, RIFF, ISO base media (ISO/IEC
14496-12, 4.2), Matroska (RFC 8794).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Generator
from typing import Literal

Fault = Literal["empty", "cut", "damaged", "other"]
"""``cut``: its end is missing; ``damaged``: its parts contradict themselves; ``other``: it is something else."""
Parser = Generator[int, memoryview, Fault | None]
"""Asks for at most so many bytes and is given at least one, or none at the end of the file."""

_HEAD = 12
_ALL = 1 << 30
_TEXT = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html|<head|<\?xml|[{\[]\s*[\"{\[]|http/1)", re.IGNORECASE
)
_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip", b"styp", b"moof", b"sidx")
_EOI, _SOS = 0xD9, 0xDA
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
"""JPEG markers that no length follows."""


class MediaCheck:
    """Watches the bytes of one file in order."""

    def __init__(self) -> None:
        self._size = 0
        self._fault: Fault | None = None
        self._parser: Parser | None = _file()
        self._wanted = next(self._parser)

    def update(self, data: bytes | memoryview) -> None:
        """Take in more bytes."""
        view = memoryview(data)
        self._size += len(view)
        while view and self._parser:
            piece, view = view[: self._wanted], view[self._wanted :]
            self._send(piece)

    def fault(self) -> Fault | None:
        """What is wrong with the file, once all of it has passed."""
        while self._parser:
            self._send(memoryview(b""))
        return self._fault if self._size else "empty"

    def _send(self, piece: memoryview) -> None:
        try:
            self._wanted = self._parser.send(piece)  # type: ignore[union-attr]  # the callers look
        except StopIteration as end:
            self._fault, self._parser = end.value, None


def _file() -> Parser:
    head = yield from _exactly(_HEAD)
    for begins, parser in _PARSERS:
        if head.startswith(begins):
            return (yield from parser(head))
    if head[4:8] in _BOXES:
        return (yield from _boxes(head))
    more = head + (yield from _exactly(500))
    # What is no known form of a medium is left to identification; a page of words in its place is told.
    return "other" if _TEXT.match(more) and b"<svg" not in more.lower() else None


def _exactly(size: int) -> Generator[int, memoryview, bytes]:
    """So many bytes; fewer at the end of the file."""
    data = b""
    while len(data) < size and (piece := (yield size - len(data))):
        data += bytes(piece)
    return data


def _skip(size: int) -> Generator[int, memoryview, bool]:
    """Pass over so many bytes; false when the file ends before."""
    while size > 0:
        piece = yield min(size, _ALL)
        if not piece:
            return False
        size -= len(piece)
    return True


def _png(head: bytes) -> Parser:
    begun = head[8:]
    while True:
        begun += yield from _exactly(8 - len(begun))
        if len(begun) < 8:
            return "cut"
        size, kind = int.from_bytes(begun[:4]), begun[4:]
        crc = zlib.crc32(kind)
        while size:
            piece = yield size
            if not piece:
                return "cut"
            crc, size = zlib.crc32(piece, crc), size - len(piece)
        stated = yield from _exactly(4)
        if len(stated) < 4:
            return "cut"
        if int.from_bytes(stated) != crc:
            return "damaged"
        if kind == b"IEND":
            return None
        begun = b""


def _jpeg(head: bytes) -> Parser:
    """Segments up to the first scan, each as long as it says; then the marker of the end, which no scan can hold."""
    at = head[2:]
    while True:
        at += yield from _exactly(4 - len(at))
        if len(at) < 4:
            return "cut"
        marker, length = at[1], int.from_bytes(at[2:4])
        if marker == 0xFF or marker in _ALONE:
            at = at[1:] if marker == 0xFF else at[2:]
            continue
        if at[0] != 0xFF or marker == _EOI or length < 2:
            return "damaged"
        rest, at = at[2:], at[2 + length :]
        if not (yield from _skip(length - len(rest))):
            return "cut"
        if marker == _SOS:
            return (yield from _scans(at))


def _scans(begun: bytes) -> Parser:
    last = begun
    while True:
        if b"\xff\xd9" in last:
            return None
        piece = yield _ALL
        if not piece:
            return "cut"
        last = last[-1:] + bytes(piece)


def _gif(head: bytes) -> Parser:
    flags = head[10]
    if not (yield from _skip(13 - len(head) + _table(flags))):
        return "cut"
    while True:
        kind = yield from _exactly(1)
        if kind == b";":
            return None
        if kind == b"!":
            yield from _exactly(1)
        elif kind == b",":
            place = yield from _exactly(9)
            if len(place) < 9 or not (yield from _skip(_table(place[8]) + 1)):
                return "cut"
        else:
            return "damaged" if kind else "cut"
        while (size := (yield from _exactly(1))) != b"\0":
            if not size or not (yield from _skip(size[0])):
                return "cut"


def _table(flags: int) -> int:
    """Bytes of the colour table that the flags of a GIF announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _riff(head: bytes) -> Parser:
    stated = int.from_bytes(head[4:8], "little")
    return None if (yield from _skip(stated + 8 - len(head))) else "cut"


def _boxes(head: bytes) -> Parser:
    """Boxes, each as long as it says; one of size 0 goes on to the end. A film needs its index, wherever it stands."""
    kinds: set[bytes] = set()
    begun = head
    while True:
        begun += yield from _exactly(8 - len(begun))
        if len(begun) < 8:
            return None if kinds & {b"moov", b"moof", b"meta"} and not begun.strip(b"\0") else "cut"
        size, kind = int.from_bytes(begun[:4]), begun[4:8]
        kinds.add(kind)
        used = 8
        if size == 1:
            begun += yield from _exactly(16 - len(begun))
            size, used = int.from_bytes(begun[8:16]), 16
            if len(begun) < used:
                return "cut"
        if size == 0:
            yield from _skip(1 << 62)
            return None
        if size < used:
            return "damaged"
        rest = len(begun) - size
        if rest >= 0:
            begun = begun[size:]
        elif (yield from _skip(-rest)):
            begun = b""
        else:
            return "cut"


def _matroska(head: bytes) -> Parser:
    """The head and the segment; a segment of unknown size goes on to the end."""
    data = head + (yield from _exactly(1024))
    length, at = _size(data, 4)
    if length is None:
        return None
    at += length
    if data[at : at + 4] != b"\x18\x53\x80\x67":
        return None if at < len(data) else "cut"
    segment, begins = _size(data, at + 4)
    if segment is None:
        return None
    return None if (yield from _skip(begins + segment - len(data))) else "cut"


def _size(data: bytes, at: int) -> tuple[int | None, int]:
    """An element's size (``None`` when unknown) and where its content begins (RFC 8794, 4)."""
    first = data[at] if at < len(data) else 0
    length = 9 - first.bit_length() if first else 0
    value = int.from_bytes(data[at : at + length]) & ((1 << 7 * length) - 1) if length else 0
    return (None if not length or value == (1 << 7 * length) - 1 else value), at + length


_PARSERS: tuple[tuple[bytes, Callable[[bytes], Parser]], ...] = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"\xff\xd8", _jpeg),
    (b"GIF8", _gif),
    (b"RIFF", _riff),
    (b"\x1a\x45\xdf\xa3", _matroska),
)
