"""The parts of a gzip member (RFC 1952), and what a damaged one still gives."""

from __future__ import annotations

import re
import zlib
from collections import deque

MAGIC = b"\x1f\x8b\x08"
RESERVED = 0xE0
"""Flags that no header may have."""
TRAILER = 8
"""CRC and length."""
MAX_HEADER = 1 << 17
BLANK = b"\0\r\n"
"""What may stand between members without being anything."""
MAX_PART = 1 << 18
MAX_PASSED = 8 << 20
MAX_TRIALS = 10_000
"""So many places that look like a gzip member are tried in one damaged file."""
LOOK = 4096
"""So many bytes of a member are unpacked to see whether it begins a record."""


class Span:
    """One gzip member: where it starts and ends in the content and in the file; the ends once they are known."""

    __slots__ = ("content_end", "content_start", "file_end", "file_start")

    def __init__(self, content_start: int, file_start: int) -> None:
        self.content_start, self.file_start = content_start, file_start
        self.content_end: int | None = None
        self.file_end: int | None = None


def header_length(data: bytes) -> int | None:
    """The length of a gzip header (RFC 1952, 2.3); ``None`` when it is not all there."""
    if len(data) < 10:
        return None
    flags, at = data[3], 10
    if flags & 4:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    for flag in (8, 16):
        if flags & flag:
            end = data.find(b"\0", at)
            if end < 0:
                return None
            at = end + 1
    at += 2 if flags & 2 else 0
    return at if at <= len(data) else None


def readable_part(member: bytes, skip: int) -> bytes:
    """What a damaged member still gives beyond the first ``skip`` bytes of its content."""
    start = header_length(member)
    if start is None:
        return b""
    inflater = zlib.decompressobj(wbits=-15)
    rest, size, kept = member[start:], 0, bytearray()
    try:
        while rest and not inflater.eof and len(kept) < MAX_PART:
            data = inflater.decompress(rest, 512)
            rest = inflater.unconsumed_tail
            kept += data[max(0, skip - size) :]
            size += len(data)
    except zlib.error:
        return bytes(kept)
    return bytes(kept)


def starts_record(data: bytes, starts: re.Pattern[bytes]) -> bool:
    """Whether a gzip member whose content matches begins here."""
    try:
        return bool(starts.match(zlib.decompressobj(wbits=31).decompress(data, 256)))
    except zlib.error:
        return False


def next_within(data: bytes, starts: re.Pattern[bytes], start: int, end: int) -> int | None:
    """Where, among these bytes that should not hold one, the next member with a record begins."""
    at = data.find(MAGIC, start, end + len(MAGIC) - 1)
    while 0 <= at < end:
        if starts_record(data[at : at + LOOK], starts):
            return at
        at = data.find(MAGIC, at + 1, end + len(MAGIC) - 1)
    return None


class Passed:
    """What was last read of a member, as far as it may hold a neighbour that damage made part of it.

    Zeroed or overwritten deflate data can go on as nonsense for long, and swallows the members that follow. The last
    ``MAX_PASSED`` bytes are kept, and looked through only when there is damage, so that reading can go on there.
    """

    def __init__(self, starts: re.Pattern[bytes]) -> None:
        self._starts, self._trials = starts, 0
        self._parts: deque[bytes] = deque()
        self._size = 0

    def clear(self) -> None:
        """Another member begins."""
        self._parts.clear()
        self._size = 0

    def add(self, data: bytes) -> None:
        """Take in what was read next."""
        self._parts.append(data)
        self._size += len(data)
        while self._size - len(self._parts[0]) >= MAX_PASSED:
            self._size -= len(self._parts.popleft())

    def neighbour(self, more: bytes) -> bytes | None:
        """Everything from the first neighbour on, ``more`` being what comes next; ``None`` when there is none."""
        if not self._size:
            return None
        data = b"".join((*self._parts, more))
        at = self._next(data, len(data))
        return None if at is None else data[at:]

    def _next(self, data: bytes, end: int) -> int | None:
        at = data.find(MAGIC, 0, end)
        while at >= 0 and self._trials < MAX_TRIALS:
            self._trials += 1
            if starts_record(data[at : at + LOOK], self._starts):
                return at
            at = data.find(MAGIC, at + 1, end)
        return None
