"""PNG as Pillow does not write it: chunks, and pictures of sixteen bits a colour (PNG, third edition)."""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from collections.abc import Iterator
from itertools import takewhile
from os import SEEK_CUR
from pathlib import Path
from typing import BinaryIO, NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP = "XML:com.adobe.xmp"
"""The keyword of the text that holds XMP."""
_KINDS = {1: 0, 2: 4, 3: 2, 4: 6}
"""The colour type by the number of channels."""
_UP = 2
_AT_ONCE = 1 << 20


class Deep(NamedTuple):
    """A picture: its size in pixels, channels, how many bits of a colour count, and its pixels, big-endian."""

    width: int
    height: int
    channels: int
    bits: int
    data: bytes

    @property
    def stride(self) -> int:
        """Bytes of a row."""
        return self.width * self.channels * 2


class Along(NamedTuple):
    """What goes along with pixels. ``stated``: primaries and transfer of the colours by CICP (ITU-T H.273)."""

    profile: bytes = b""
    exif: bytes = b""
    xmp: bytes = b""
    stated: tuple[int, int] | None = None


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk (section 5.3)."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def chunks(stream: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a whole PNG, in order: kind and content. What is cut off ends them."""
    stream.seek(len(SIGNATURE))
    while len(head := stream.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        yield kind, stream.read(length)
        stream.seek(4, SEEK_CUR)  # the checksum


def cicp(stated: tuple[int, int]) -> bytes:
    """The content of ``cICP`` for RGB of full range (section 11.3.2.6)."""
    return bytes((*stated, 0, 1))


def stated_in(path: Path) -> tuple[int, int] | None:
    """The primaries and transfer that a PNG states by CICP."""
    with path.open("rb") as stream:
        before = takewhile(lambda one: one[0] != b"IDAT", chunks(stream))
        return next(((data[0], data[1]) for kind, data in before if kind == b"cICP" and len(data) == 4), None)


def big_endian(data: bytes) -> bytes:
    """Numbers of sixteen bits, as this machine has them, in the order of PNG."""
    numbers = array("H", data)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers.tobytes()


def write(target: Path, picture: Deep, along: Along) -> None:
    """Write a picture; each row as what differs from the one above it."""
    head = struct.pack(">IIBBBBB", picture.width, picture.height, 16, _KINDS[picture.channels], 0, 0, 0)
    with target.open("wb") as stream:
        stream.write(SIGNATURE + chunk(b"IHDR", head))
        for kind, data in _chunks_along(picture, along):
            stream.write(chunk(kind, data))
        for data in _packed(_filtered(picture)):
            stream.write(chunk(b"IDAT", data))
        stream.write(chunk(b"IEND", b""))


def _chunks_along(picture: Deep, along: Along) -> Iterator[tuple[bytes, bytes]]:
    yield b"sBIT", bytes((picture.bits,)) * picture.channels
    if along.profile:
        yield b"iCCP", b"ICC Profile\0\0" + zlib.compress(along.profile)
    elif along.stated:
        yield b"cICP", cicp(along.stated)
    if along.exif:
        yield b"eXIf", along.exif
    if along.xmp:
        yield b"iTXt", XMP.encode() + bytes(5) + along.xmp


def _filtered(picture: Deep) -> Iterator[bytes]:
    """Rows with the filter *Up* (section 9.2): all bytes of a row at once, as one number."""
    size = picture.stride
    high = int.from_bytes(b"\x80" * size)
    above = 0
    for at in range(0, len(picture.data), size):
        row = int.from_bytes(picture.data[at : at + size])
        # Byte minus byte, none of which borrows from its neighbour.
        less = ((row | high) - (above & ~high)) ^ ((row ^ ~above) & high)
        yield bytes((_UP,)) + less.to_bytes(size)
        above = row


def _packed(rows: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(6)
    ready = b""
    for row in rows:
        ready += packer.compress(row)
        if len(ready) >= _AT_ONCE:
            yield ready
            ready = b""
    yield ready + packer.flush()


def read(path: Path) -> bytes:
    """The pixels of a picture that :func:`write` made. Raises :class:`ValueError` for another."""
    with path.open("rb") as stream:
        (_, head), *others = chunks(stream)
    width, height, _, kind = struct.unpack(">IIBB", head[:10])
    size = width * 2 * {told: number for number, told in _KINDS.items()}[kind]
    rows = memoryview(zlib.decompress(b"".join(data for name, data in others if name == b"IDAT")))
    if len(rows) != height * (size + 1) or set(rows[:: size + 1]) != {_UP}:
        raise ValueError("its rows are not those that were written")
    high = int.from_bytes(b"\x80" * size)
    found, above = [], 0
    for at in range(1, len(rows), size + 1):
        row = int.from_bytes(rows[at : at + size])
        above = ((row & ~high) + (above & ~high)) ^ ((row ^ above) & high)
        found.append(above.to_bytes(size))
    return b"".join(found)
