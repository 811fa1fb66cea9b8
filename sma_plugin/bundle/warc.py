"""One forward pass over the records of a WARC or ARC file, in which every byte is accounted for.

Nothing is sought and nothing is unpacked. A block of up to ``BUFFERED`` bytes is read whole before its record is given,
so that the record's length in the file, and whether it shares its gzip member with others, are known beforehand, which
evidence pointers need. A larger block is a stream, and these two are known when it was passed; :meth:`Record.hold`
passes it into a temporary file, one record at a time, for a consumer that needs them before it reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from sma_plugin.bundle import warc_zstd
from sma_plugin.bundle.warc_content import Content, Fault
from sma_plugin.bundle.warc_form import arc_start, beginning, gzip_head, is_arc, is_packed, unreadable
from sma_plugin.bundle.warc_gzip import GzipContent
from sma_plugin.bundle.warc_head import ArcDialect, Dialect
from sma_plugin.bundle.warc_record import Observer, Record, too_long, unbracketed
from sma_plugin.bundle.warc_zstd import ZstdContent

__all__ = ["Observer", "Record", "WarcWalk", "arc_start", "gzip_head", "unbracketed"]

BUFFERED, APART = 8 << 20, 1 << 20
"""``APART`` instead, where a record has a gzip member of its own and cannot reach into a neighbour: pieces that pass
through both digests while they are at hand cost less than a block that is read again for each."""
MAX_HEADLESS = 50_000
"""After so many heads without an end, what follows is taken for no records."""
MAX_REPAIRS = 200
"""So many records with too large a length are cut at their neighbour in one file; each costs up to ``BUFFERED``."""
_NOWHERE = re.compile(rb"(?!)")
_BLANK = re.compile(rb"(?:\r?\n){0,2}")


class WarcWalk(Iterator[Record]):
    """The records of a file, in order. ``faults`` receives what is no single record's: the caller empties it.

    ``observe`` may give, for a record that is not read whole (``data`` is ``None``), a function that gets every byte of
    its block once, in order, read or not. A record that is given is passed over when the next one is asked for.
    ``size`` is that of the file in bytes, if known: a large block that cannot fit in it ends where the next record
    begins.
    """

    def __init__(
        self,
        stream: BinaryIO,
        observe: Callable[[Record], Observer | None] | None = None,
        *,
        size: int | None = None,
    ) -> None:
        self.faults: list[Fault] = []
        self.records = 0
        self._observe, self._current = observe, cast("Record | None", None)
        self._repairs, self._headless, self._shared, self._over = 0, 0, False, False
        first = beginning(stream)
        self.dialect: Dialect = ArcDialect() if is_arc(first) else Dialect()
        kind = GzipContent if is_packed(first) else ZstdContent if warc_zstd.readable(first) else Content
        self.content: Content = kind(stream, first, self.dialect.starts)
        self._size = size if kind is Content else None
        fault = unreadable(first)
        if fault:
            self.faults.append(fault)
            self._over = True

    def __next__(self) -> Record:
        if self._current:
            self._current.close()
            self._current = None
        if self._over:
            raise StopIteration
        self._current = self._advance()
        self._collect()
        if self._current is None:
            self._over = True
            if not self.records:
                self.faults.append(Fault("SMA-W001"))
            raise StopIteration
        self.records += 1
        return self._current

    def _collect(self) -> None:
        self.faults += self.content.faults
        self.content.faults.clear()

    def _advance(self) -> Record | None:
        content = self.content
        while True:
            content.forget()
            if not content.peek(1):
                if content.cross():
                    continue
                return None
            if record := self._plain_record():
                return record
            begin = content.position
            content.skip_blank()
            if self._headless > MAX_HEADLESS:
                self._strays("SMA-W006", self.faults, to=_NOWHERE)
            elif self._at_start() or self._resembles_start():
                return self._record(begin)
            if content.peek(1):
                self._strays("SMA-W006", self.faults)

    def _plain_record(self) -> Record | None:
        """The record at hand, when it is all there and nothing is odd about its form: most are, and cost less so."""
        window = self.content.window()
        head = self.dialect.plain(*window) if window else None
        if window is None or head is None:
            return None
        buffer, (fields, block), closing = window[0], head, self.dialect.closing
        end = block + (fields.block_length or 0)
        if end - block > BUFFERED or not buffer.startswith(closing, end):
            return None
        begin = self.content.position
        place = self.content.pass_record(end + len(closing))
        if place is None:
            return None
        record = Record(self, fields, begin, begin)
        record.layout, record.offset, record.length = place
        record.data = buffer[block:end]
        return record

    def _at_start(self) -> bool:
        return bool(self.dialect.starts.match(self.content.peek(self.dialect.reach)))

    def _resembles_start(self) -> bool:
        found = self.dialect.resembles.match(self.content.peek(256))
        return found is not None and not self.dialect.starts.search(found.group(), 1)

    def _strays(
        self, code: str, faults: list[Fault], of_record: int | None = None, to: re.Pattern[bytes] | None = None
    ) -> None:
        """Pass bytes that belong to no record, up to the next one; NULs at the very end are padding.

        The place is that of the bytes, or of the record whose length leaves them out.
        """
        start = self.content.position
        sample = self.content.skip_to(to or self.dialect.follows, keep=64, reach=self.dialect.reach)
        end = self.content.position
        place = self.content.locate(start, start, end, end)
        params: dict[str, str | int] = {"size": end - start}
        padding = not sample.strip(b"\0\r\n") and not (code == "SMA-W005" and _closes(sample, end - start))
        code = "SMA-W033" if padding else code
        at = place.offset if of_record is None else of_record
        faults.append(Fault(code, at, place.length if of_record is None else None, params))

    def _record(self, begin: int) -> Record:
        start = self.content.position
        head = self.dialect.read(self.content)
        record = Record(self, head, begin, start)
        record.offset = self.content.locate(begin, start, self.content.position, self.content.position).offset
        record.faults += [Fault(code, record.offset, None, params) for code, params in head.faults]
        large = (head.block_length or 0) > (APART if self.content.alone(begin) else BUFFERED)
        if large and self._observe:
            record.observer = self._observe(record)
        self._headless += not head.complete
        if not head.complete and head.block_length is None:
            self._settle(record, b"", begin, start, missing=0)
        elif head.block_length is None:
            self._without_length(record, begin, start)
        elif large:
            record.doubtful = self._size is not None and self.content.position + head.block_length > self._size
        else:
            data = self.content.take(head.block_length)
            missing = head.block_length - len(data)
            data, missing = self._repaired(record, data, missing)
            self._settle(record, data, begin, start, missing)
        return record

    def _settle(self, record: Record, data: bytes, begin: int, start: int, missing: int) -> None:
        record.data = data
        self.finish(record, missing=missing, begin=begin, start=start)

    def _without_length(self, record: Record, begin: int, start: int) -> None:
        """A block whose head does not say how long it is runs up to the next record."""
        data = self.content.skip_to(self.dialect.follows, keep=BUFFERED, reach=self.dialect.reach)
        trimmed = data[: len(data) - 4] if data.endswith(b"\r\n\r\n") else data.rstrip(b"\r\n")
        record.data = trimmed
        self._place(record, begin, start, self.content.position)

    def _repaired(self, record: Record, data: bytes, missing: int) -> tuple[bytes, int]:
        """The block as it must have been when its length reaches into a neighbour that is at hand."""
        if (not missing and self._aligned()) or self._repairs >= MAX_REPAIRS:
            return data, missing
        size = len(data)
        data += self.content.take(self.dialect.reach)  # the neighbour may begin in the last bytes
        found = self.dialect.embedded.search(data)
        if not found or found.start() >= size:
            self.content.push_back(data[size:])
            return data[:size], missing
        self._repairs += 1
        end = _before_closing(data, found.start(), self.dialect.closings)
        self.content.push_back(data[end:])
        record.faults.append(too_long(record, end))
        return data[:end], 0

    def _aligned(self) -> bool:
        rest = self.content.peek(260).lstrip(b"\r\n")
        return not rest or bool(self.dialect.starts.match(rest))

    def neighbour(self, size: int) -> int | None:
        """How many bytes the block still has when another record begins within ``size`` bytes; ``None`` otherwise."""
        data = self.content.peek(size + self.dialect.reach)
        found = self.dialect.embedded.search(data)
        return (
            _before_closing(data, found.start(), self.dialect.closings) if found and found.start() <= size + 4 else None
        )

    def finish(self, record: Record, *, missing: int, begin: int, start: int) -> None:
        """Pass what closes a record, establish where it is, and note what is wrong with its end."""
        content = self.content
        if missing:
            declared = record.content_length or 0
            params: dict[str, str | int] = {"declared": declared, "delivered": declared - missing}
            record.faults.append(Fault("SMA-W003", record.offset, None, params))
            record.truncated = True
        closing = self.dialect.closing
        closed = content.peek(len(closing)) == closing
        passed = closing if closed else (_BLANK.match(content.peek(4)) or [b""])[0]
        content.take(len(passed))
        end = content.position
        extra = content.skip_blank()
        follows = content.peek(1) and not content.ends_here()
        if follows and not self._at_start() and not (closed and self._resembles_start()):
            self._strays("SMA-W006" if closed else "SMA-W005", record.faults, None if closed else record.offset)
        elif not closed and not record.truncated and record.version.startswith("WARC"):
            record.faults.append(Fault("SMA-W007", record.offset))
            record.unclosed = True
        elif extra and record.version.startswith("WARC"):
            record.faults.append(Fault("SMA-W033", record.offset, None, {"size": extra}))
        self._place(record, begin, start, end)

    def _place(self, record: Record, begin: int, start: int, end: int) -> None:
        self.content.peek(1)  # so that the end of a gzip member is known
        self._collect()
        place = self.content.locate(begin, start, end, self.content.position)
        record.layout, record.offset, record.length = place
        if place.layout == "single" and not self._shared:
            self._shared = True
            self.faults.append(Fault(self.content.shared, place.offset))


def _closes(sample: bytes, size: int) -> bool:
    """Whether a few bytes are the rest of a block with what closes it, and no padding."""
    return size == len(sample) and sample.endswith(b"\r\n\r\n") and bool(sample.strip(b"\r\n"))


def _before_closing(data: bytes, start: int, closings: int) -> int:
    """Where a block ends after which a record starts at ``start``: the line ends that close a block are not its own."""
    for _ in range(closings):
        start -= 2 if data[:start].endswith(b"\r\n") else data[:start].endswith(b"\n")
    return start
