"""One member of a WACZ as a forward stream, hashed and checked as it passes."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

MAX_RATIO, RATIO_FREE = 1000, 10 << 20
"""A member that grows more than so many times, beyond so many bytes, is a bomb (CONTRACTS.md, untrusted input)."""
STORED, DEFLATED = 0, 8
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One member: sizes in bytes, ``offset`` of its data in the file. ``crc`` is ``None`` when not known."""

    name: str
    method: int
    packed: int
    size: int | None
    offset: int
    crc: int | None

    @property
    def stored(self) -> bool:
        """Whether the member's bytes stand in the file as they are."""
        return self.method == STORED


class MemberStream(io.RawIOBase):
    """A member's bytes; SHA-256, size and CRC are known, and told, at its end. Other streams may read in between."""

    def __init__(self, file: BinaryIO, member: ZipMember, done: Callable[[MemberStream], None]) -> None:
        self._file, self.member, self._done = file, member, done
        self._at, self._left = member.offset, member.packed
        self._inflater: Any = None if member.stored else zlib.decompressobj(-15)
        self._crc, self._hash = 0, hashlib.sha256()
        self._pending = b""
        self.size = 0
        self.damaged = self.bomb = self.complete = False

    @property
    def sha256(self) -> str:
        """SHA-256 of what was read."""
        return self._hash.hexdigest()

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into a buffer."""
        data = b"" if self.complete else self._next(len(buffer))
        buffer[: len(data)] = data
        if data:
            self._crc = zlib.crc32(data, self._crc)
            self._hash.update(data)
            self.size += len(data)
        elif not self.complete and len(buffer):
            self._end()
        return len(data)

    def _raw(self, size: int) -> bytes:
        self._file.seek(self._at)
        data = self._file.read(min(size, self._left)) if self._left else b""
        self._at += len(data)
        self._left -= len(data)
        return data

    def _next(self, size: int) -> bytes:
        if self._inflater is None:
            return self._raw(size)
        while not self._inflater.eof and not self.damaged:
            data = self._inflater.unconsumed_tail or self._raw(_CHUNK)
            if not data:
                break
            try:
                out = self._inflater.decompress(data, size)
            except zlib.error:
                self.damaged = True
                break
            if out:
                self.bomb = self.size > RATIO_FREE and self.size > MAX_RATIO * (self.member.packed - self._left)
                return b"" if self.bomb else cast("bytes", out)
        return b""

    def _end(self) -> None:
        self.complete = True
        known = self.member
        short = bool(self._left) or (self._inflater is not None and not self._inflater.eof)
        wrong = (known.crc is not None and known.crc != self._crc) or (
            known.size is not None and known.size != self.size
        )
        self.damaged = self.damaged or short or wrong
        self._done(self)
