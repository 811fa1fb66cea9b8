"""Gzip as WARC files use it: a member per record, all records in one member, and every kind of damage in between."""

from __future__ import annotations

import re
import struct
from collections import deque
from typing import Any, BinaryIO, cast

from isal import isal_zlib

from sma_plugin.bundle import gzip_member
from sma_plugin.bundle.warc_content import CHUNK, Content, Fault, Position

RAW_CHUNK = 1 << 16
MAX_RATIO, RATIO_FREE = 1000, 64 << 20
"""A member that grows more than so many times, beyond so many bytes, is a bomb (CONTRACTS.md, untrusted input)."""
_EAGER = 1 << 20
"""So many bytes of a member are unpacked at once: most records are smaller, and are at hand whole then."""
_DAMAGE = cast("type[Exception]", isal_zlib.IsalError)


class GzipContent(Content):
    """The content of a gzip file, member by member."""

    def __init__(self, raw: BinaryIO, first: bytes, starts: re.Pattern[bytes]) -> None:
        super().__init__(raw, b"", starts)
        self._pending, self._raw_end = first, len(first)
        self._inflater: Any = None
        self._spans: deque[gzip_member.Span] = deque()
        self._given = 0
        self._stash = b""
        self._barred = self._ended = False
        self._held_back = False
        self._trials = self._crc = 0
        self._member_head: bytes | None = None
        self._passed = gzip_member.Passed(starts)

    def cross(self) -> bool:
        """Go past a barrier; false when there is none."""
        was, self._barred = self._barred, False
        return was

    def window(self) -> tuple[bytes, int] | None:
        """What a member holds, when all of it is at hand."""
        return None if self._inflater or self._stash else (self._buffer, self._at)

    def alone(self, begin: int) -> bool:
        """Whether what begins here has a gzip member that begins with it."""
        return any(span.content_start == begin for span in self._spans)

    def ends_here(self) -> bool:
        """Whether a member ends where reading stands."""
        return any(span.content_end == self.position for span in self._spans)

    def pass_record(self, end: int) -> Position | None:
        """Consume a record up to ``end`` of the buffer; ``None``, and nothing is, unless it has a member of its own."""
        span = self._spans[-1]
        own = self.position == span.content_start and end == len(self._buffer) and span.content_end is not None
        if not own or span.file_end is None or self.position + end - self._at != span.content_end:
            return None
        self._at = end
        return Position("member", span.file_start, span.file_end - span.file_start)

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
        while len(self._pending) < len(gzip_member.MAGIC) and self._refill():
            pass
        if not self._pending:
            self._ended = True
        elif self._pending.startswith(gzip_member.MAGIC):
            self._start_member()
        else:
            start = self._file_position()
            cut = gzip_member.MAGIC.startswith(self._pending)
            code = "SMA-W033" if self._resync() else "SMA-W006"
            self.faults.append(Fault("SMA-W015" if cut else code, start, self._file_position() - start))

    def _start_member(self) -> None:
        self._spans.append(gzip_member.Span(self._given, self._file_position()))
        span, self._member_head = self._spans[-1], self._pending
        while (
            (length := gzip_member.header_length(self._pending)) is None
            and len(self._pending) < gzip_member.MAX_HEADER
            and self._refill()
        ):
            self._member_head = self._pending
        within = gzip_member.next_within(self._pending, self._starts, 1, length or len(self._pending))
        if within is not None or (length and self._pending[3] & gzip_member.RESERVED):
            self._pending = self._pending[1:]
            self._broken("header")
            return
        if length is None:
            self._cut_off()
            return
        self._pending = self._pending[length:]
        self._inflater, self._crc = isal_zlib.decompressobj(wbits=-15), 0
        parts, size = [], 0
        while size < _EAGER and span.content_end is None:
            parts.append(self._step())
            size += len(parts[-1])
        self._stash = parts[0] if len(parts) == 1 else b"".join(parts)
        self._barred = bool(self._starts.match(self._stash))

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
        self._crc = isal_zlib.crc32(data, self._crc)
        ended = self._inflater.eof
        rest = self._inflater.unused_data if ended else self._inflater.unconsumed_tail
        self._passed.add(self._pending[: len(self._pending) - len(rest)])
        if ended:
            self._pending = rest
            self._check_trailer()
            return data
        if not rest:
            self._member_head = None  # the member's start is no longer at hand
        self._pending = rest
        # With no input left the inflater may still hold output when it gave all that was asked for.
        self._held_back = len(data) == CHUNK
        return data

    def _check_trailer(self) -> None:
        """CRC and length (RFC 1952, 2.3.1); a trailer that was cut off ends where the next member begins."""
        while len(self._pending) < gzip_member.TRAILER + gzip_member.LOOK and self._refill():
            pass
        if len(self._pending) < gzip_member.TRAILER:
            self._cut_off()
            return
        size = self._given - self._spans[-1].content_start
        crc, length = struct.unpack("<LL", self._pending[: gzip_member.TRAILER])
        if (crc, length) == (self._crc, size & 0xFFFFFFFF):
            self._pending = self._pending[gzip_member.TRAILER :]
            self._close_member()
            return
        cut = gzip_member.next_within(self._pending, self._starts, 0, gzip_member.TRAILER)
        if not self._go_back():
            self._pending = self._pending[gzip_member.TRAILER if cut is None else cut :]
        if self._pending and not self._pending.startswith(gzip_member.MAGIC):
            self._resync()  # it did not end where it seemed to
        self._close_member()
        reason = "trailer" if cut is not None else "checksum" if crc != self._crc else "length"
        self._tell_broken(reason)

    def _close_member(self) -> None:
        span = self._spans[-1]
        span.content_end, span.file_end = self._given, self._file_position()
        self._inflater, self._member_head, self._held_back = None, None, False
        self._passed.clear()

    def _go_back(self) -> bool:
        """Return to the first neighbour that a damaged member swallowed, if any."""
        swallowed = self._passed.neighbour(self._pending)
        self._pending = self._pending if swallowed is None else swallowed
        self._passed.clear()
        return swallowed is not None

    def _cut_off(self) -> None:
        if self._go_back():
            self._broken("data")
            return
        start = self._spans[-1].file_start
        self._pending = b""
        self._close_member()
        self._ended = True
        self.faults.append(Fault("SMA-W015", start, self._raw_end - start))

    def _salvage(self) -> bytes:
        """What a damaged member still gives, if its start is at hand; then on to the next one."""
        data = gzip_member.readable_part(self._member_head or b"", self._given - self._spans[-1].content_start)
        self._given += len(data)
        self._broken("data")
        return data

    def _broken(self, reason: str) -> None:
        self._spans[-1].content_end = self._given
        self._go_back()
        self._resync()
        self._close_member()
        self._tell_broken(reason)

    def _tell_broken(self, reason: str) -> None:
        span = self._spans[-1]
        length = (span.file_end or 0) - span.file_start
        self.faults.append(Fault("SMA-W014", span.file_start, length, {"reason": reason}))

    def _resync(self) -> bool:
        """Drop bytes up to the next member whose content starts a record, or to the end; whether they were blank."""
        blank = True
        while True:
            found = self._pending.find(gzip_member.MAGIC)
            if found < 0:
                keep = max(0, len(self._pending) - 2)
                blank = blank and not self._pending[:keep].strip(gzip_member.BLANK)
                self._pending = self._pending[keep:]
                if not self._refill():
                    blank = blank and not self._pending.strip(gzip_member.BLANK)
                    break
                continue
            blank = blank and not self._pending[:found].strip(gzip_member.BLANK)
            self._pending = self._pending[found:]
            while len(self._pending) < gzip_member.LOOK and self._refill():
                pass
            self._trials += 1
            if self._trials > gzip_member.MAX_TRIALS:
                break
            if gzip_member.starts_record(self._pending[: gzip_member.LOOK], self._starts):
                return blank
            self._pending, blank = self._pending[1:], False
        self._drain()
        return blank

    def _drain(self) -> None:
        self._pending = b""
        while data := self._raw.read(CHUNK):
            self._raw_end += len(data)
        self._ended = True

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
