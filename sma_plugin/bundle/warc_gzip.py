"""Gzip as WARC files use it: a member per record, all records in one member, and every kind of damage in between."""

from __future__ import annotations

import re
import zlib
from collections import deque
from typing import Any, BinaryIO, cast

from isal import isal_zlib

from sma_plugin.bundle.gzip_salvage import readable_part
from sma_plugin.bundle.warc_content import CHUNK, Content, Fault, Position

MAGIC = b"\x1f\x8b\x08"
RAW_CHUNK = 1 << 16
MAX_TRIALS = 10_000
"""So many places that look like a gzip member are tried in one damaged file."""
MAX_RATIO, RATIO_FREE = 1000, 64 << 20
"""A member that grows more than so many times, beyond so many bytes, is a bomb (CONTRACTS.md, untrusted input)."""
_PROBE = 32
_DAMAGE = cast("type[Exception]", isal_zlib.IsalError)


class _Span:
    """One gzip member: where it starts and ends in the content and in the file; the ends once they are known."""

    __slots__ = ("content_end", "content_start", "file_end", "file_start")

    def __init__(self, content_start: int, file_start: int) -> None:
        self.content_start, self.file_start = content_start, file_start
        self.content_end: int | None = None
        self.file_end: int | None = None


class GzipContent(Content):
    """The content of a gzip file, member by member."""

    def __init__(self, raw: BinaryIO, first: bytes, starts: re.Pattern[bytes]) -> None:
        super().__init__(raw, b"", starts)
        self._pending, self._raw_end = first, len(first)
        self._inflater: Any = None
        self._spans: deque[_Span] = deque()
        self._given = 0
        self._stash = b""
        self._barred = self._ended = False
        self._held_back = False
        self._trials = 0
        self._member_head: bytes | None = None

    def cross(self) -> bool:
        """Go past a barrier; false when there is none."""
        was, self._barred = self._barred, False
        return was

    def _fill(self) -> bytes:
        while not self._barred:
            if self._stash:
                data, self._stash = self._stash, b""
                return data
            if self._ended:
                return b""
            if self._inflater is None:
                self._open_member()
            elif data := self._inflate():
                return data
        return b""

    def _file_position(self) -> int:
        return self._raw_end - len(self._pending)

    def _refill(self) -> bool:
        data = self._raw.read(RAW_CHUNK)
        self._pending += data
        self._raw_end += len(data)
        return bool(data)

    def _open_member(self) -> None:
        """Start on the next member; what is no member is passed over and reported."""
        while len(self._pending) < 3 and self._refill():
            pass
        if not self._pending:
            self._ended = True
            return
        if not self._pending.startswith(MAGIC):
            start = self._file_position()
            self._resync()
            self.faults.append(Fault("SMA-W006", start, self._file_position() - start))
            return
        self._start_member()

    def _start_member(self) -> None:
        self._spans.append(_Span(self._given, self._file_position()))
        self._inflater = isal_zlib.decompressobj(wbits=31)
        self._member_head = self._pending
        data = b""
        span = self._spans[-1]
        while len(data) < _PROBE and span.content_end is None:
            data += self._step()
        self._stash, self._barred = data, bool(self._starts.match(data))

    def _inflate(self) -> bytes:
        data = self._step()
        span = self._spans[-1]
        size = self._given - span.content_start
        if size > RATIO_FREE and size > MAX_RATIO * (self._file_position() - span.file_start):
            self._broken("bomb")
        return data

    def _step(self) -> bytes:
        """More content of the present member. Closes the member at its end, and at damage."""
        if not self._pending and not self._held_back and not self._refill():
            self._cut_off()
            return b""
        try:
            data = cast("bytes", self._inflater.decompress(self._pending, CHUNK))
        except _DAMAGE:
            return self._salvage()
        self._given += len(data)
        if self._inflater.eof:
            self._pending = self._inflater.unused_data
            self._close_member()
            return data
        rest = self._inflater.unconsumed_tail
        if not rest:
            self._member_head = None  # the member's start is no longer at hand
        self._pending = rest
        # With no input left the inflater may still hold output when it gave all that was asked for.
        self._held_back = len(data) == CHUNK
        return data

    def _close_member(self) -> None:
        span = self._spans[-1]
        span.content_end, span.file_end = self._given, self._file_position()
        self._inflater, self._member_head, self._held_back = None, None, False

    def _cut_off(self) -> None:
        start = self._spans[-1].file_start
        self._close_member()
        self._ended = True
        self.faults.append(Fault("SMA-W015", start, self._raw_end - start))

    def _salvage(self) -> bytes:
        """What can still be read of a damaged member whose start is at hand; then on to the next member."""
        span = self._spans[-1]
        before = self._given - span.content_start
        data, used = readable_part(self._member_head or b"", before)
        self._given += len(data)
        if used and self._member_head is not None:
            self._pending = self._member_head[used:]
            self._broken("checksum")
        else:
            self._pending = self._pending if before else self._pending[1:]
            self._broken("data")
        return data

    def _broken(self, reason: str) -> None:
        span = self._spans[-1]
        self._inflater = None
        self._held_back = False
        span.content_end = self._given
        self._resync()
        span.file_end = self._file_position()
        self._member_head = None
        self.faults.append(Fault("SMA-W014", span.file_start, span.file_end - span.file_start, {"reason": reason}))

    def _resync(self) -> None:
        """Drop bytes up to the next member whose content starts a record, or to the end of the file."""
        while True:
            found = self._pending.find(MAGIC)
            if found < 0:
                self._pending = self._pending[-2:] if len(self._pending) > 2 else self._pending
                if not self._refill():
                    break
                continue
            self._pending = self._pending[found:]
            while len(self._pending) < 4096 and self._refill():
                pass
            self._trials += 1
            if self._trials > MAX_TRIALS:
                break
            if self._starts_record(self._pending[:4096]):
                return
            self._pending = self._pending[1:]
        self._drain()

    def _drain(self) -> None:
        self._pending = b""
        while data := self._raw.read(CHUNK):
            self._raw_end += len(data)
        self._ended = True

    def _starts_record(self, data: bytes) -> bool:
        try:
            return bool(self._starts.match(zlib.decompressobj(wbits=31).decompress(data, 256)))
        except zlib.error:
            return False

    def locate(self, begin: int, start: int, end: int, after: int) -> Position:
        """The members that hold the record: its own, or (layout ``single``) shared with other records."""
        del start, end
        spans = [
            span
            for span in self._spans
            if (span.content_end is None or span.content_end > begin) and span.content_start < max(after, begin + 1)
        ]
        if not spans:
            return Position("single", 0, self._raw_end)
        first, last = spans[0], spans[-1]
        own = first.content_start == begin and last.content_end == after and last.file_end is not None
        file_end = self._file_position() if last.file_end is None else last.file_end
        return Position("member" if own else "single", first.file_start, file_end - first.file_start)

    def forget(self) -> None:
        """Members that were passed whole are not asked for again."""
        while len(self._spans) > 1 and (self._spans[0].content_end or 0) <= self.position and self._spans[0].file_end:
            self._spans.popleft()
