"""CAR files (content-addressable archives, version 1): blocks, each named by the hash of its bytes.

A header, then sections of a length, a content identifier (CID) and that many bytes. Nothing is kept in memory.
Source: https://ipld.io/specs/transport/car/carv1/, https://atproto.com/specs/repository.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, NamedTuple

MAX_SECTION = 16 << 20
"""A block of a repository has at most 1 MiB or so; a length beyond this is damage."""
MAX_HEADER = 1 << 16
MAX_EFFORT = 512 << 20
"""So many bytes are looked through in all to find blocks behind damage."""
_SHA256, _DIGEST = 0x12, 32
_CODECS = {0x71: "dag-cbor", 0x55: "raw"}
_MAX_VARINT = 9
_CID = re.compile(rb"\x01[\x71\x55]\x12\x20")
Decode = Callable[[bytes], Any]


class CarError(ValueError):
    """What makes the rest of a CAR file unreadable; ``cut`` when the file ends too early, ``at`` says where."""

    def __init__(self, reason: str, at: int, *, cut: bool = False) -> None:
        super().__init__(reason)
        self.at, self.cut = at, cut


class Block(NamedTuple):
    """One block: where its bytes are, its CID, and whether the bytes are what the CID says."""

    offset: int
    data: bytes
    cid: bytes
    sound: bool
    codec: str


def decoder() -> Decode | None:
    """The decoder of DAG-CBOR; ``None`` where the extra ``bluesky`` is not installed."""
    try:
        import libipld  # noqa: PLC0415 -- an extra
    except ImportError:
        return None
    return libipld.decode_dag_cbor


def is_car(head: bytes) -> bool:
    """Whether a file starts with the header of a CAR of version 1 or 2."""
    start = head[1:] if head[:1] < b"\x80" else head[2:]
    return start[:1] in (b"\xa1", b"\xa2") and start[1:].startswith((b"eroots", b"gversion"))


class Car:
    """A CAR file as a stream. Raises :class:`CarError` where it cannot be read on.

    Where a length or identifier is damaged, reading goes on at the next block whose bytes agree with its identifier;
    what was wrong in between is in ``faults``.
    """

    def __init__(self, stream: BinaryIO, decode: Decode) -> None:
        self._stream, self._decode = stream, decode
        self._ahead, self._from = b"", 0
        """Bytes that were read and are to be read again, and where among them reading goes on."""
        self._effort = MAX_EFFORT
        self._taken: list[bytes] = []
        """The bytes of the section that is being read."""
        self._at = 0
        self.roots: tuple[bytes, ...] = ()
        self.faults: list[CarError] = []

    def __iter__(self) -> Iterator[Block]:
        self.roots = self._header()
        while True:
            self._taken.clear()
            try:
                section = self._section()
            except CarError as error:
                if not self._find_next():
                    raise
                self.faults.append(error)
                continue
            if section is None:
                return
            start, data, size = section
            cid, content = data[: size[0]], data[size[0] :]
            sound = hashlib.sha256(content).digest() == cid[-_DIGEST:]
            yield Block(start + size[0], content, cid, sound, size[1])

    def _header(self) -> tuple[bytes, ...]:
        length = self._varint()
        if length is None or not 0 < length <= MAX_HEADER:
            raise CarError("no header", 0, cut=length is None)
        data = self._exactly(length)
        try:
            header = self._decode(data)
        except (ValueError, RecursionError) as error:
            raise CarError("a header that cannot be read", 0) from error
        version = header.get("version") if isinstance(header, dict) else None
        if version != 1:
            raise CarError("a version of the format other than 1", 0)
        roots = header.get("roots")
        return tuple(one for one in roots if isinstance(one, bytes)) if isinstance(roots, list) else ()

    def _section(self) -> tuple[int, bytes, tuple[int, str]] | None:
        """Offset and bytes of the next section, and the length and codec of its CID; ``None`` at the end."""
        length = self._varint()
        if length is None:
            return None
        if not 0 < length <= MAX_SECTION:
            raise CarError("a block of an impossible length", self._at)
        start = self._at
        data = self._exactly(length)
        size = _cid_size(data)
        if size is None:
            raise CarError("a block without a content identifier", start)
        return start, data, size

    def _varint(self) -> int | None:
        """The next number (LEB128); ``None`` at the end of the file."""
        value = 0
        for position in range(_MAX_VARINT):
            byte = self._read(1)
            if not byte:
                if position:
                    raise CarError("the file ends within a length", self._at, cut=True)
                return None
            value |= (byte[0] & 0x7F) << 7 * position
            if byte[0] < 0x80:
                return value
        raise CarError("a block of an impossible length", self._at)

    def _exactly(self, length: int) -> bytes:
        at, parts, missing = self._at, list[bytes](), length
        while missing and (part := self._read(missing)):
            parts.append(part)
            missing -= len(part)
        if missing:
            raise CarError("the file ends within a block", at, cut=True)
        return b"".join(parts)

    def _read(self, size: int) -> bytes:
        data = self._ahead[self._from : self._from + size]
        self._from += len(data)
        data = data or self._stream.read(size)
        self._taken.append(data)
        self._at += len(data)
        return data

    def _find_next(self) -> bool:
        """Go to the next block whose bytes agree with its identifier; whether there is one near."""
        begin = self._at - sum(map(len, self._taken))
        data = b"".join(self._taken) + self._ahead[self._from :]
        if len(data) <= MAX_SECTION:
            data += self._stream.read(MAX_SECTION)
        self._effort -= len(data)
        for found in _CID.finditer(data, 1):
            for start, end in _lengths(data, found.start()):
                self._effort -= end - start
                if self._effort < 0:
                    return False
                content, digest = data[found.end() + _DIGEST : end], data[found.end() : found.end() + _DIGEST]
                if hashlib.sha256(content).digest() == digest:
                    self._ahead, self._from, self._at = data, start, begin + start
                    return True
        return False


def _lengths(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Where the length of a block whose CID stands at ``at`` may begin, and where the block then ends."""
    for size in range(1, 5):
        start = at - size
        if start >= 0 and data[at - 1] < 0x80 and all(byte >= 0x80 for byte in data[start : at - 1]):
            end = at + sum((byte & 0x7F) << 7 * place for place, byte in enumerate(data[start:at]))
            if at + 4 + _DIGEST < end <= min(len(data), at + MAX_SECTION):
                yield start, end


def _cid_size(data: bytes) -> tuple[int, str] | None:
    """The length of the CID at the start of a section and what its bytes are; ``None`` for a form that is not used.

    Repositories use version 1 with SHA-256, for DAG-CBOR (records) and raw bytes (media).
    """
    if len(data) < 4 + _DIGEST or data[0] != 1 or data[2] != _SHA256 or data[3] != _DIGEST:
        return None
    codec = _CODECS.get(data[1])
    return (4 + _DIGEST, codec) if codec else None
