"""Streams that hash what passes through them, so that delivered bytes are read once for fixity and content together."""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Callable
from typing import Any, BinaryIO, NamedTuple, cast

from isal import isal_zlib

from sma_plugin.bundle import gzip_member

CHUNK = 1 << 20
MAX_RATIO, RATIO_FREE = 1000, 64 << 20
"""Gzip that grows more than so many times, beyond so many bytes, is a bomb (CONTRACTS.md, untrusted input)."""
_DAMAGE = cast("type[Exception]", isal_zlib.IsalError)


class Fixity(NamedTuple):
    """SHA-256 (hex; empty when nobody asked) and size in bytes, and a second digest when a manifest asked for one."""

    sha256: str
    size: int
    second: str | None = None


class Digest:
    """SHA-256, and a second algorithm beside it when a delivered manifest uses another one."""

    def __init__(self, second: str = "", *, first: bool = True) -> None:
        self._first = hashlib.sha256() if first else None
        self._second = hashlib.new(second, usedforsecurity=False) if second not in ("", "sha256") else None

    def update(self, data: bytes | memoryview) -> None:
        """Take in more bytes."""
        if self._first:
            self._first.update(data)
        if self._second:
            self._second.update(data)

    def fixity(self, size: int) -> Fixity:
        """The result, for so many bytes."""
        first = self._first.hexdigest() if self._first else ""
        return Fixity(first, size, self._second.hexdigest() if self._second else first)


class FrontierFile(io.RawIOBase):
    """A seekable file whose SHA-256 is computed from whatever reading passes the frontier of what was hashed.

    Readers seek and read as they like. Bytes read at the frontier are hashed as they pass; :meth:`finish` reads the
    rest. Only bytes that were read ahead of the frontier are read again.
    """

    def __init__(self, raw: BinaryIO, on_bytes: Callable[[int], None] | None = None, second: str = "") -> None:
        self._raw, self._on_bytes = raw, on_bytes
        self._digest = Digest(second)
        self._frontier = 0
        self._position = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move as any file does."""
        self._position = self._raw.seek(offset, whence)
        return self._position

    def tell(self) -> int:
        """Where the next read starts."""
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into a buffer, hashing what passes the frontier."""
        size = cast("io.RawIOBase", self._raw).readinto(buffer) or 0
        start, end = self._position, self._position + size
        if start <= self._frontier < end:
            self._digest.update(memoryview(buffer)[self._frontier - start : size])
            if self._on_bytes:
                self._on_bytes(end - self._frontier)
            self._frontier = end
        self._position = end
        return size

    def catch_up(self, to: int | None = None) -> None:
        """Hash up to the offset ``to`` (the end when ``None``)."""
        if to is not None and to <= self._frontier:
            return
        self.seek(self._frontier)
        while to is None or self._frontier < to:
            if not self.read(CHUNK if to is None else min(CHUNK, to - self._frontier)):
                return

    def finish(self) -> Fixity:
        """The fixity of the whole file."""
        self.catch_up()
        return self._digest.fixity(self._frontier)

    def close(self) -> None:
        """Close the file beneath."""
        self._raw.close()
        super().close()


class HashingStream(io.RawIOBase):
    """A forward stream whose SHA-256 is known once it is read to its end; closing it early reads the rest."""

    def __init__(
        self,
        raw: BinaryIO,
        done: Callable[[Fixity], None],
        on_bytes: Callable[[int], None] | None = None,
        second: str = "",
        watch: Callable[[bytes], None] | None = None,
        *,
        hashed: bool = True,
    ) -> None:
        """``watch`` is given every piece of bytes too, in order. Not ``hashed``: the SHA-256 is not wanted."""
        self._raw, self._done, self._on_bytes, self._watch = raw, done, on_bytes, watch
        self._digest = Digest(second, first=hashed)
        self._size = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into a buffer, hashing what passes."""
        size = cast("io.RawIOBase", self._raw).readinto(buffer) or 0
        self._digest.update(memoryview(buffer)[:size])
        self._size += size
        if self._watch:
            self._watch(bytes(memoryview(buffer)[:size]))
        if size and self._on_bytes:
            self._on_bytes(size)
        return size

    def close(self) -> None:
        """Read what is left, tell the digest, close the file beneath."""
        if not self.closed:
            while self.read(CHUNK):
                pass
            self._raw.close()
            self._done(self._digest.fixity(self._size))
            super().close()


class GunzipStream(io.RawIOBase):
    """The content of a gzip file of one or more members; damage ends the stream and is told in ``fault``.

    What stands before the damage is given, also when only a checksum is wrong; then the next member follows.
    """

    def __init__(self, raw: BinaryIO, *, close_raw: bool = True, tell: Callable[[str], object] | None = None) -> None:
        self._raw, self._close_raw, self._tell = raw, close_raw, tell
        self._taken = 0
        self._inflater: Any = None
        self._pending = b""
        self._crc = self._size = 0
        self._ended = self._held = False
        self.given = 0
        """How many bytes of content were given."""
        self.fault: str | None = None

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Inflate into a buffer."""
        data = b""
        while not data and not self._ended:
            data = self._inflate(len(buffer)) if self._inflater else self._open_member()
        buffer[: len(data)] = data
        self.given += len(data)
        return len(data)

    def _have(self, size: int) -> bool:
        """Whether so many bytes are at hand, after reading on if need be."""
        while len(self._pending) < size and (data := self._take()):
            self._pending += data
        return len(self._pending) >= size

    def _end(self, fault: str | None) -> bytes:
        self._ended = True
        if fault:
            self._note(fault)
        return b""

    def _note(self, fault: str) -> None:
        if self.fault is None and self._tell:
            self._tell(fault)
        self.fault = self.fault or fault

    def _take(self) -> bytes:
        data = self._raw.read(CHUNK)
        self._taken += len(data)
        return data

    def _open_member(self) -> bytes:
        """Go on with the member that follows; what is no member ends the stream."""
        self._have(len(gzip_member.MAGIC))
        if not self._pending.startswith(gzip_member.MAGIC):
            return self._end("trailing bytes" if self._pending.strip(b"\0") else None)
        while (length := gzip_member.header_length(self._pending)) is None:
            if not self._have(len(self._pending) + 1):
                return self._end("truncated")
        self._pending = self._pending[length:]
        self._inflater, self._crc, self._size = isal_zlib.decompressobj(wbits=-15), 0, 0
        self._held = False
        return b""

    def _inflate(self, limit: int) -> bytes:
        fed = self._inflater.unconsumed_tail or self._pending or (b"" if self._held else self._take())
        self._pending = b""
        if not fed and not self._held:
            return self._end("truncated")
        try:
            data = bytes(self._inflater.decompress(fed, limit))
        except _DAMAGE as error:
            return self._end(str(error))
        # With no input left the inflater may still hold output when it gave all that was asked for.
        self._held = len(data) == limit
        if self.given > RATIO_FREE and self.given > MAX_RATIO * self._taken:
            return self._end("bomb")
        self._crc, self._size = isal_zlib.crc32(data, self._crc), self._size + len(data)
        if self._inflater.eof:
            self._pending, self._inflater = self._inflater.unused_data, None
            self._check_trailer()
        return data

    def _check_trailer(self) -> None:
        if not self._have(gzip_member.TRAILER):
            self._end("truncated")
            return
        trailer, self._pending = self._pending[: gzip_member.TRAILER], self._pending[gzip_member.TRAILER :]
        if struct.unpack("<LL", trailer) != (self._crc, self._size & 0xFFFFFFFF):
            self._note("checksum")

    def close(self) -> None:
        """Close the file beneath, unless it is needed further."""
        if self._close_raw:
            self._raw.close()
        super().close()
