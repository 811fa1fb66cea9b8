"""One record of a WARC or ARC file: its fields, its block as a stream, and where it is in the file."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from typing import BinaryIO, Protocol, cast

from sma_plugin.bundle.warc_content import Content, Fault, Layout
from sma_plugin.bundle.warc_head import Head

IN_MEMORY = 8 << 20
"""So many bytes of a block that is held are kept in memory."""
Observer = Callable[[bytes], None]


class Walk(Protocol):
    """What a record needs of the walk that it belongs to."""

    content: Content

    def neighbour(self, size: int) -> int | None:
        """How many bytes the block still has when another record begins within ``size`` bytes."""

    def finish(self, record: Record, *, missing: int, begin: int, start: int) -> None:
        """Pass what closes the record and establish where it is."""


class Record:
    """One record. ``offset`` and ``length`` are of the record, or of the gzip member(s) that hold it, in the file."""

    def __init__(self, walk: Walk, head: Head, begin: int, start: int) -> None:
        self.version, self.headers, self.content_length = head.version, head.headers, head.block_length
        self.values = head.values
        """The first value of each field by its name in lower case; ARC fields have their WARC names too."""
        self.type = (self.values.get("warc-type") or "").strip().lower()
        """The record type in lower case; empty when the record does not state one."""
        self.id = unbracketed(self.values.get("warc-record-id"))
        """``WARC-Record-ID`` without its angle brackets; ``None`` for ARC and when blank."""
        self.date = self.values.get("warc-date") or None
        """``WARC-Date`` as delivered."""
        self.target_uri = unbracketed(self.values.get("warc-target-uri"))
        """``WARC-Target-URI`` without the angle brackets that WARC 1.0 prescribed by mistake."""
        self.content_type = (self.values.get("content-type") or "").lower()
        """The media type of the block in lower case, with parameters."""
        self.faults: list[Fault] = []
        self.offset = 0
        self.length: int | None = None
        self.layout: Layout = "plain"
        self.truncated = not head.complete
        self.data: bytes | None = None
        """The block, when it was small enough to be read whole."""
        self.doubtful = False
        """Whether the block as stated cannot fit in the file, so that it ends where another record begins."""
        self.unclosed = False
        """Whether no two line ends follow the block: they may have been counted as part of it."""
        self.begins = b""
        """The first bytes of a block that is not in memory, once somebody read them."""
        self.observer: Observer | None = None
        self._walk, self._begin, self._start = walk, begin, start
        self._left = head.block_length or 0
        self._spool: BinaryIO | None = None
        self._stream: BinaryIO | None = None

    def get(self, name: str) -> str | None:
        """The first value of a field, whatever the case of its name; ARC fields answer to their WARC names too."""
        return self.values.get(name.lower())

    @property
    def stream(self) -> BinaryIO:
        """The block as a forward stream."""
        if self._stream is None:
            raw = io.BytesIO(self.data) if self.data is not None else io.BufferedReader(_BlockStream(self), 1 << 16)
            self._stream = cast("BinaryIO", raw)
        return self._stream

    def hold(self) -> None:
        """Pass a large block into a temporary file, so that length and layout are known; reading goes on from there.

        Takes disk space for what was not read yet and is more than ``IN_MEMORY``; raises ``OSError`` without it.
        """
        if self.length is not None:
            return
        spool = cast("BinaryIO", tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115  closed with the record
        while data := self._pull(1 << 18):
            spool.write(data)
        spool.seek(0)
        self._spool = spool
        self._finish()

    def close(self) -> None:
        """Pass what was not read; ``length`` is known afterwards."""
        while self.length is None and self._pull(1 << 18):
            continue
        self._finish()
        if self._spool:
            self._spool.close()
            self._spool = None

    def _read(self, size: int) -> bytes:
        return self._spool.read(size) if self._spool else self._pull(size)

    def _pull(self, size: int) -> bytes:
        if self.doubtful and (near := self._walk.neighbour(min(size, self._left))) is not None:
            self.faults.append(too_long(self, (self.content_length or 0) - self._left + near))
            self.doubtful, self._left = False, near
        data = self._walk.content.read(min(size, self._left)) if self._left else b""
        self._left -= len(data)
        if self.observer and data:
            self.observer(data)
        return data

    def _finish(self) -> None:
        if self.length is None:
            self._walk.finish(self, missing=self._left, begin=self._begin, start=self._start)
            self._left = 0


class _BlockStream(io.RawIOBase):
    """A large block, read through its record."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._record._read(len(buffer))  # noqa: SLF001  the record's own stream
        buffer[: len(data)] = data
        return len(data)


def too_long(record: Record, delivered: int) -> Fault:
    """The fault of a record that claims bytes of its neighbour."""
    params: dict[str, str | int] = {"declared": record.content_length or 0, "delivered": delivered}
    return Fault("SMA-W004", record.offset, None, params)


def unbracketed(value: str | None) -> str | None:
    """A URI without the angle brackets around it; ``None`` when nothing is left."""
    if not value:
        return None
    value = value.strip()
    if value[:1] == "<" and value[-1:] == ">":
        value = value[1:-1].strip()
    return value or None
