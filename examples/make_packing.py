"""Deflate, gzip and zip whose bytes are the same on every machine.

Different builds of zlib compress the same input to different bytes, and then the committed examples would differ from
what the generator makes elsewhere. So the compression is done here, in the simplest form that RFC 1951 allows: one
block with fixed Huffman codes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

_WINDOW, _SHORTEST, _LONGEST = 32768, 3, 258
_END_OF_BLOCK = 256


def _ladder(first: int, flat: int, step: int, codes: int) -> list[tuple[int, int]]:
    """(first value, extra bits) per code: ``flat`` codes without extra bits, then ``step`` codes per extra bit."""
    rows, value = [], first
    for code in range(codes):
        extra = max(0, (code - flat) // step + 1)
        rows.append((value, extra))
        value += 1 << extra
    return rows


_LENGTHS = [*_ladder(3, 8, 4, 28), (258, 0)]
_DISTANCES = _ladder(1, 4, 2, 30)


def _code_for(rows: list[tuple[int, int]], value: int) -> tuple[int, int, int]:
    """Code number, extra bits' value and how many extra bits, for a length or distance."""
    code = max(index for index, (first, _) in enumerate(rows) if first <= value)
    first, extra = rows[code]
    return code, value - first, extra


_LENGTH_CODES = {value: _code_for(_LENGTHS, value) for value in range(_SHORTEST, _LONGEST + 1)}


def _reversed(value: int, width: int) -> int:
    return int(format(value, f"0{width}b")[::-1], 2)


def _literal_code(symbol: int) -> tuple[int, int]:
    """The fixed Huffman code of a literal, end or length symbol, as (bits, width) (RFC 1951, 3.2.6)."""
    if symbol < 144:
        return _reversed(0x30 + symbol, 8), 8
    if symbol < 256:
        return _reversed(0x190 + symbol - 144, 9), 9
    if symbol < 280:
        return _reversed(symbol - 256, 7), 7
    return _reversed(0xC0 + symbol - 280, 8), 8


_SYMBOLS = [_literal_code(symbol) for symbol in range(286)]


class _Bits:
    """Bits packed into bytes, the first bit lowest."""

    def __init__(self) -> None:
        self.out = bytearray()
        self._held = 0
        self._width = 0

    def put(self, bits: int, width: int) -> None:
        self._held |= bits << self._width
        self._width += width
        while self._width >= 8:
            self.out.append(self._held & 0xFF)
            self._held >>= 8
            self._width -= 8

    def finish(self) -> bytes:
        if self._width:
            self.out.append(self._held & 0xFF)
        return bytes(self.out)


def _match(data: bytes, at: int, before: int | None) -> int:
    """How many bytes at ``at`` repeat those at ``before``."""
    if before is None or at - before > _WINDOW:
        return 0
    length, limit = 0, min(_LONGEST, len(data) - at)
    while length < limit and data[before + length] == data[at + length]:
        length += 1
    return length


def deflate(data: bytes) -> bytes:
    """``data`` as one raw deflate block with fixed Huffman codes."""
    bits, seen, at = _Bits(), dict[bytes, int](), 0
    bits.put(0b011, 3)
    while at < len(data):
        key = data[at : at + _SHORTEST]
        before = seen.get(key)
        length = _match(data, at, before)
        seen[key] = at
        if before is None or length < _SHORTEST:
            bits.put(*_SYMBOLS[data[at]])
            at += 1
            continue
        code, rest, extra = _LENGTH_CODES[length]
        bits.put(*_SYMBOLS[257 + code])
        bits.put(rest, extra)
        code, rest, extra = _code_for(_DISTANCES, at - before)
        bits.put(_reversed(code, 5), 5)
        bits.put(rest, extra)
        at += length
    bits.put(*_SYMBOLS[_END_OF_BLOCK])
    return bits.finish()


def zlib_stream(data: bytes) -> bytes:
    """``data`` as a zlib stream (RFC 1950), as PNG wants it."""
    return b"\x78\x01" + deflate(data) + struct.pack(">I", zlib.adler32(data))


def gzip_member(data: bytes) -> bytes:
    """``data`` as one gzip member (RFC 1952) without name or time."""
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    return head + deflate(data) + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


@dataclass(frozen=True)
class Entry:
    """A member of a zip: its name, its bytes, and whether it is kept uncompressed."""

    name: str
    data: bytes
    stored: bool = False


def _dos_time(at: tuple[int, int, int, int, int, int]) -> tuple[int, int]:
    year, month, day, hour, minute, second = at
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day


def zip_file(entries: Iterable[Entry], at: tuple[int, int, int, int, int, int]) -> bytes:
    """A zip of ``entries`` in their order, every member dated ``at`` (year to second). Under 4 GiB."""
    body, directory, count = bytearray(), bytearray(), 0
    clock, date = _dos_time(at)
    for entry in entries:
        name = entry.name.encode()
        packed = entry.data if entry.stored else deflate(entry.data)
        common = struct.pack(
            "<HHHHHIIIHH",
            20,
            0x0800,
            0 if entry.stored else 8,
            clock,
            date,
            zlib.crc32(entry.data),
            len(packed),
            len(entry.data),
            len(name),
            0,
        )
        directory += b"PK\x01\x02" + struct.pack("<H", 0x0314) + common
        directory += struct.pack("<HHHII", 0, 0, 0, 0o100644 << 16, len(body)) + name
        body += b"PK\x03\x04" + common + name + packed
        count += 1
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)
