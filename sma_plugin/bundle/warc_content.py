"""The content of a WARC or ARC file with its positions in the file: plain bytes, or gzip undone member by member.

Reading only goes forward. A gzip member whose content starts a record is a *barrier*: reading stops before it until
:meth:`Content.cross` is called, so that a record with a wrong length never swallows its neighbour.
"""

from __future__ import annotations

import re
from typing import BinaryIO, Literal, NamedTuple

CHUNK = 1 << 18
Layout = Literal["plain", "member", "single"]


class Fault(NamedTuple):
    """A finding code, where in the file (``None``: the file as a whole), and its parameters."""

    code: str
    offset: int | None = None
    length: int | None = None
    params: dict[str, str | int] = {}  # noqa: RUF012  a constant default, never written to


class Position(NamedTuple):
    """Where a record is in the delivered file: bytes of the record, or of the gzip member(s) that hold it."""

    layout: Layout
    offset: int
    length: int


class Content:
    """Plain content. Positions in content and file are the same."""

    shared = "SMA-W016"
    """What is told when records have no place of their own."""

    def __init__(self, raw: BinaryIO, first: bytes, starts: re.Pattern[bytes]) -> None:
        self._raw, self._starts = raw, starts
        self._buffer, self._at, self._base = b"", 0, 0
        self._first = first
        self.faults: list[Fault] = []

    @property
    def position(self) -> int:
        """How many bytes of content were consumed."""
        return self._base + self._at

    def window(self) -> tuple[bytes, int] | None:
        """What is at hand, if a whole record may be: a buffer, and where in it the next byte of content is."""
        return self._buffer, self._at

    def ends_here(self) -> bool:
        """Whether a part of the file ends where reading stands, so that what follows cannot belong to it."""
        return False

    def alone(self, begin: int) -> bool:
        """Whether what begins here has a gzip member that begins with it."""
        del begin
        return False

    def pass_record(self, end: int) -> Position | None:
        """Consume up to ``end`` of the buffer, where a record ends; ``None``, and nothing is, unless one follows."""
        if not self._starts.match(self._buffer, end):
            return None
        start, self._at = self.position, end
        return Position("plain", start, self.position - start)

    def _fill(self) -> bytes:
        if self._first:
            data, self._first = self._first, b""
            return data
        return self._raw.read(CHUNK)

    def _more(self) -> bool:
        data = self._fill()
        if data:
            self._base += self._at
            self._buffer = self._buffer[self._at :] + data if self._at < len(self._buffer) else data
            self._at = 0
        return bool(data)

    def cross(self) -> bool:
        """Go past a barrier; false when there is none."""
        return False

    def peek(self, size: int) -> bytes:
        """The next ``size`` bytes without consuming them; fewer only before a barrier or the end."""
        while len(self._buffer) - self._at < size and self._more():
            pass
        return self._buffer[self._at : self._at + size]

    def read(self, size: int) -> bytes:
        """At least one and at most ``size`` bytes; none only before a barrier or at the end."""
        if self._at == len(self._buffer) and not self._more():
            return b""
        data = self._buffer[self._at : self._at + size]
        self._at += len(data)
        return data

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes; fewer only before a barrier or the end."""
        data = self.read(size)
        if len(data) == size or not data:
            return data
        parts, left = [data], size - len(data)
        while left and (data := self.read(left)):
            parts.append(data)
            left -= len(data)
        return b"".join(parts)

    def take_through(self, pattern: re.Pattern[bytes], limit: int) -> tuple[bytes, bool]:
        """Everything up to and including the first match; false and at most ``limit`` bytes when there is none."""
        while not (found := pattern.search(self._buffer, self._at)):
            if len(self._buffer) - self._at >= limit or not self._more():
                return self.take(limit), False
        data = self._buffer[self._at : found.end()]
        self._at = found.end()
        return data, True

    def take_head(self, pattern: re.Pattern[bytes], limit: int) -> tuple[bytes, bool]:
        """A head up to and including its end (the pattern's group ``end``), or up to where another record begins.

        False, and at most ``limit`` bytes, when it has no end. Costs what the head is long, whatever stands behind it.
        """
        passed = 1
        while not (found := pattern.search(self._buffer, self._at + passed)):
            passed = max(1, len(self._buffer) - self._at - 256)
            if len(self._buffer) - self._at >= limit or not self._more():
                return self.take(limit), False
        if found.start() - self._at > limit:
            return self.take(limit), False
        whole = found.lastgroup == "end"
        data = self._buffer[self._at : found.end() if whole else found.start()]
        self._at += len(data)
        return data, whole

    def skip_blank(self) -> int:
        """Consume line ends; how many bytes they were."""
        before = self.position
        while self.peek(1) in (b"\r", b"\n"):
            rest = self._buffer[self._at :].lstrip(b"\r\n")
            self._at = len(self._buffer) - len(rest)
        return self.position - before

    def skip_to(self, pattern: re.Pattern[bytes], keep: int = 0, reach: int = 256) -> bytes:
        """Consume everything before the first match (or all); the first ``keep`` bytes of it are given back.

        ``pattern`` may look back one byte and match up to ``reach``.
        """
        kept: list[bytes] = []
        while True:
            found = pattern.search(self._buffer, self._at)
            end = found.start() if found else max(self._at, len(self._buffer) - reach)
            if keep:
                piece = self._buffer[self._at : end][:keep]
                kept.append(piece)
                keep -= len(piece)
            if found:
                self._at = end
                return b"".join(kept)
            tail = self._buffer[max(end - 1, 0) :]
            self._base, self._buffer, self._at = self._base + max(end - 1, 0), tail, min(1, end)
            if not self._more_behind():
                kept.append(self._buffer[self._at :][:keep])
                self._at = len(self._buffer)
                return b"".join(kept)

    def _more_behind(self) -> bool:
        """Append content without forgetting the consumed byte that a pattern looks back on."""
        data = self._fill()
        self._buffer += data
        return bool(data)

    def push_back(self, data: bytes) -> None:
        """Give back the last bytes that were consumed."""
        self._base, self._buffer = self.position - len(data), data + self._buffer[self._at :]
        self._at = 0

    def locate(self, begin: int, start: int, end: int, after: int) -> Position:
        """Where the record is whose content runs from ``start`` to ``end``.

        ``begin`` is where the blank lines before it start, ``after`` where what follows it ends.
        """
        del begin, after  # bytes around a plain record are no part of it
        return Position("plain", start, end - start)

    def forget(self) -> None:
        """What was passed is not asked for again."""
