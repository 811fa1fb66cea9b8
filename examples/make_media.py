"""Small images and a film, drawn by code: PNG, JPEG and MP4 that any viewer opens."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from functools import cache

from make_packing import zlib_stream

_BLOCKS_WIDE, _BLOCKS_HIGH = 10, 6
WIDTH, HEIGHT = _BLOCKS_WIDE * 8, _BLOCKS_HIGH * 8
FRAMES, FRAME_MS = 5, 200

Colour = tuple[int, int, int]


def _colours(name: str) -> tuple[Colour, Colour]:
    """Two colours that belong to a name."""
    digest = hashlib.sha256(name.encode()).digest()
    return (digest[0], digest[1], digest[2]), (digest[3], digest[4], digest[5])


def _blocks(name: str, shift: int = 0) -> Iterator[Colour]:
    """One colour per block of 8 by 8 pixels, row by row: slanting stripes that ``shift`` moves."""
    first, second = _colours(name)
    for row in range(_BLOCKS_HIGH):
        for column in range(_BLOCKS_WIDE):
            share = (row + column + shift) % 8
            yield tuple((a * share + b * (7 - share)) // 7 for a, b in zip(first, second, strict=True))  # type: ignore[misc]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@cache
def png(name: str) -> bytes:
    """A picture of ``WIDTH`` by ``HEIGHT`` pixels with the colours of ``name``."""
    colours = list(_blocks(name))
    rows = bytearray()
    for y in range(HEIGHT):
        blocks = colours[y // 8 * _BLOCKS_WIDE : (y // 8 + 1) * _BLOCKS_WIDE]
        rows += b"\x00" + b"".join(bytes(colour) * 8 for colour in blocks)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib_stream(bytes(rows))) + _chunk(b"IEND", b"")
    )


# Baseline JPEG with the DC code table of ITU-T T.81, K.3, and one AC code: "end of block". Every block is one colour.
_DC_COUNTS = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
_DC_WIDTHS = (2, 3, 3, 3, 3, 3, 4, 5, 6, 7, 8, 9)
_DC_CODES = (0b00, 0b010, 0b011, 0b100, 0b101, 0b110, 0b1110, 0b11110, 0b111110, 0b1111110, 0b11111110, 0b111111110)
_END_OF_BLOCK = "0"


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _ycc(colour: Colour) -> tuple[int, int, int]:
    """Luminance and colour differences in whole numbers (JFIF), shifted around zero."""
    red, green, blue = colour
    return (
        (299 * red + 587 * green + 114 * blue) // 1000 - 128,
        (-169 * red - 331 * green + 500 * blue) // 1000,
        (500 * red - 419 * green - 81 * blue) // 1000,
    )


def _difference(value: int) -> str:
    """The code of a DC difference: its width's Huffman code, then the value in that many bits."""
    width = abs(value).bit_length()
    code = format(_DC_CODES[width], f"0{_DC_WIDTHS[width]}b")
    bits = value if value >= 0 else value + (1 << width) - 1
    return code + (format(bits, f"0{width}b") if width else "") + _END_OF_BLOCK


@cache
def jpeg(name: str, shift: int = 0) -> bytes:
    """A picture of ``WIDTH`` by ``HEIGHT`` pixels with the colours of ``name``."""
    bits, before = "", (0, 0, 0)
    for colour in _blocks(name, shift):
        now = _ycc(colour)
        bits += "".join(_difference(a - b) for a, b in zip(now, before, strict=True))
        before = now
    bits += "1" * (-len(bits) % 8)
    scan = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")
    components = bytes([3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            _segment(0xDB, b"\x00" + bytes([8] * 64)),
            _segment(0xC0, struct.pack(">BHH", 8, HEIGHT, WIDTH) + components),
            _segment(0xC4, b"\x00" + _DC_COUNTS + bytes(range(12))),
            _segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\x00"),
            _segment(0xDA, bytes([3, 1, 0, 2, 0, 3, 0, 0, 63, 0])),
            scan,
            b"\xff\xd9",
        )
    )


def _box(kind: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack(">I", len(data) + 8) + kind + data


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    """A box that starts with version 0 and flags."""
    return _box(kind, struct.pack(">I", flags), *parts)


_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_DURATION = FRAMES * FRAME_MS


def _sample_entry() -> bytes:
    """MPEG-4 visual sample entry whose object type says JPEG (0x6C, ISO/IEC 14496-1)."""
    config = b"\x04\x0d\x6c\x11" + bytes(3) + struct.pack(">II", 0, 0)
    stream = b"\x03" + bytes([3 + len(config) + 3]) + b"\x00\x01\x00" + config + b"\x06\x01\x02"
    visual = bytes(6) + struct.pack(">H", 1) + bytes(16) + struct.pack(">HHIII", WIDTH, HEIGHT, 72 << 16, 72 << 16, 0)
    return _box(b"mp4v", visual, struct.pack(">H", 1), bytes(32), struct.pack(">Hh", 24, -1), _full(b"esds", stream))


def _table(sizes: list[int], first: int) -> bytes:
    """Sample table: all frames in one chunk at byte ``first`` of the file."""
    return _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), _sample_entry()),
        _full(b"stts", struct.pack(">III", 1, FRAMES, FRAME_MS)),
        _full(b"stsc", struct.pack(">IIII", 1, 1, FRAMES, 1)),
        _full(b"stsz", struct.pack(f">II{FRAMES}I", 0, FRAMES, *sizes)),
        _full(b"stco", struct.pack(">II", 1, first)),
    )


def _movie(sizes: list[int], first: int) -> bytes:
    times = struct.pack(">IIII", 0, 0, 1000, _DURATION)
    speed = struct.pack(">IH", 0x10000, 0x100)
    header = _full(b"mvhd", times, speed, bytes(10), _MATRIX, bytes(24), b"\x00\x00\x00\x02")
    track = struct.pack(">IIIII", 0, 0, 1, 0, _DURATION) + bytes(16) + _MATRIX
    media = _box(
        b"mdia",
        _full(b"mdhd", times, struct.pack(">HH", 0x55C4, 0)),
        _full(b"hdlr", bytes(4) + b"vide" + bytes(12) + b"Film\x00"),
        _box(
            b"minf",
            _full(b"vmhd", bytes(8), flags=1),
            _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1))),
            _table(sizes, first),
        ),
    )
    size = struct.pack(">II", WIDTH << 16, HEIGHT << 16)
    return _box(b"moov", header, _box(b"trak", _full(b"tkhd", track, size, flags=3), media))


@cache
def mp4(name: str) -> bytes:
    """A film of one second: ``FRAMES`` JPEG pictures in an MP4 file."""
    frames = [jpeg(name, shift) for shift in range(FRAMES)]
    sizes = [len(frame) for frame in frames]
    start = _box(b"ftyp", b"mp42", struct.pack(">I", 0), b"mp42isom")
    first = len(start) + len(_movie(sizes, 0)) + 8
    return start + _movie(sizes, first) + _box(b"mdat", *frames)


def drawn(name: str) -> bytes:
    """The medium that a file name asks for, by its extension."""
    makers = {"png": png, "jpg": jpeg, "mp4": mp4}
    stem, _, extension = name.rpartition(".")
    return makers[extension](stem)
