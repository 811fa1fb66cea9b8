"""Where a response is in the kept file, and its body, read only when somebody asks for it."""

from __future__ import annotations

import io
import weakref
from dataclasses import dataclass

from sma_plugin.bundle.warc_content import Fault
from sma_plugin.bundle.warc_record import Record
from sma_plugin.model import Evidence, Problem
from sma_plugin.readers.contract import Source


@dataclass(frozen=True, slots=True)
class Place:
    """The kept file that evidence points into.

    ``shift`` is where the WARC starts in it; ``None`` when it is deflated there and only the whole file can be named.
    """

    path: str
    shift: int | None = 0
    member: str = ""

    def evidence(self, record: Record) -> Evidence:
        """Where a record is."""
        if self.shift is None or record.layout == "single":
            name = record.id or " ".join(part for part in (record.target_uri, record.date) if part)
            return Evidence(self.path, "file", locator=name or None)
        return Evidence(self.path, "bytes", record.offset + self.shift, record.length)

    def problem(self, fault: Fault) -> Problem:
        """A fault as a problem of the kept file."""
        offset = None if fault.offset is None or self.shift is None else fault.offset + self.shift
        return Problem(fault.code, self.path, offset, None if offset is None else fault.length, fault.params)


class Body:
    """The bytes of a block after its head. The first reading makes sure that the record's place is known."""

    def __init__(self, record: Record, rest: bytes | None, skip: int = 0) -> None:
        self._record, self._rest, self._skip = record, rest, skip
        self._started = False
        self._place_first = True
        self._owner: weakref.ref[Source] | None = None
        self._place: Place | None = None

    def belongs_to(self, owner: Source, place: Place) -> None:
        """Whose evidence to complete when the record's end is known.

        The source holds this body; were it held in return, each would stay in memory until a collector runs, and none
        does while a delivery is read.
        """
        self._owner, self._place = weakref.ref(owner), place

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        if not self._started:
            self._start()
        if self._rest:
            data, self._rest = self._rest[:size], self._rest[size:]
            return data
        return self._record.stream.read(size)

    def placed(self) -> None:
        """The record's end is known by now: complete the evidence of what was made of it."""
        owner = self._owner() if self._owner else None
        if owner and self._place:
            owner.base = self._place.evidence(self._record)

    def pass_over(self) -> None:
        """From here on the body is read for what is wrong with it only: nobody needs its place first."""
        self._place_first = False

    def _start(self) -> None:
        self._started = True
        if self._rest is None:
            self._record.stream.seek(self._skip)  # a block in memory
        elif self._owner and self._place_first and self._record.length is None:
            self._record.hold()
            self.placed()


class BodyStream(io.RawIOBase):
    """A body as a file."""

    def __init__(self, body: Body) -> None:
        self._body = body

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into a buffer."""
        data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
