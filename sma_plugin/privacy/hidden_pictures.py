"""Pictures without what they say of themselves: the parts that are needed to show them, and no others.

Sources: JPEG (ITU-T T.81, annex B; JFIF 1.02; ICC.1, annex B.4), PNG (W3C, third edition, 4.7 and 11.3), GIF89a, WebP
(RFC 9649), Exif 2.32 (tag 274, orientation).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_NEXT = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
"""The next marker behind the coded picture, in which FF stands for itself before 00 or between restarts."""
_JFIF, _EXIF, _ICC, _ADOBE = b"JFIF\0", b"Exif\0\0", b"ICC_PROFILE\0", b"Adobe"
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_SHOWN = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs acTL fcTL fdAT".split()
)
_WEBP_SHOWN = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04
_CANVAS = 10
_REPEATS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_ORIENTATION = 274
_UPRIGHT = 1


class BrokenError(ValueError):
    """A file is not built as its kind is."""


def cleaner(head: bytes) -> Callable[[bytes], bytes] | None:
    """What takes such a picture apart, by its first bytes. It raises :class:`BrokenError`."""
    if head[:3] == b"\xff\xd8\xff":
        return lambda data: b"".join(_jpeg(data))
    if head[:8] == _PNG:
        return lambda data: b"".join(_png(data))
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return lambda data: b"".join(_gif(data))
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp
    return None


# --- JPEG ------------------------------------------------------------------------------------------------------------


def _jpeg(data: bytes) -> Iterator[bytes]:
    yield data[:2]
    at, shown = 2, False
    while True:
        start, code = _marker(data, at)
        if code == _EOI:
            if not shown:
                raise BrokenError("no picture")
            yield data[start : start + 2]
            return  # what follows is no part of the picture: a second one, a film
        if code in _ALONE:
            yield data[start : start + 2]
            at = start + 2
            continue
        size = int.from_bytes(data[start + 2 : start + 4])
        end = start + 2 + size
        if size < 2 or end > len(data):
            raise BrokenError("a part that does not end")
        yield _segment(code, data[start:end])
        if code == _SOS:
            shown = True
            found = _NEXT.search(data, end)
            if found is None:
                raise BrokenError("no end")
            yield data[end : found.start()]
            end = found.start()
        at = end


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """Where the next marker stands, without the filling before it, and its code."""
    if data[at : at + 1] != b"\xff":
        raise BrokenError("no marker")
    while data[at + 1 : at + 2] == b"\xff":
        at += 1
    if at + 1 >= len(data):
        raise BrokenError("no end")
    return at, data[at + 1]


def _segment(code: int, segment: bytes) -> bytes:
    """A part as it stays: without a small picture in it, or nothing of it."""
    body = segment[4:]
    if code == 0xE0 and body.startswith(_JFIF) and len(body) >= 14:
        return segment[:2] + (16).to_bytes(2) + body[:12] + bytes(2)
    if code == 0xE1 and body.startswith(_EXIF):
        exif = _EXIF + told if (told := _turned(body[len(_EXIF) :])) else b""
        return segment[:2] + (len(exif) + 2).to_bytes(2) + exif if exif else b""
    if (code == 0xE2 and body.startswith(_ICC)) or (code == 0xEE and body.startswith(_ADOBE)):
        return segment
    return b"" if code == 0xFE or 0xE0 <= code <= 0xEF else segment


def _turned(tiff: bytes) -> bytes:
    """Exif data that say how the picture is turned and nothing else; empty when it is upright or they do not say."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return b""
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, at)
        entries = (struct.unpack_from(f"{order}HHIH", tiff, at + 2 + 12 * number) for number in range(count))
        turned = next((value for tag, _, _, value in entries if tag == _ORIENTATION), _UPRIGHT)
    except struct.error:
        return b""
    if not _UPRIGHT < turned <= 8:
        return b""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)


# --- PNG, GIF --------------------------------------------------------------------------------------------------------


def _png(data: bytes) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while at + 12 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        end = at + 12 + size
        if end > len(data) or not kind.isalpha():
            break
        if kind in _PNG_SHOWN:
            yield data[at:end]
        elif kind == b"eXIf" and (exif := _turned(data[at + 8 : end - 4])):
            yield len(exif).to_bytes(4) + kind + exif + zlib.crc32(kind + exif).to_bytes(4)
        elif kind[0:1].isupper():
            raise BrokenError("a part that is needed and not known")
        if kind == b"IEND":
            return
        at = end
    raise BrokenError("no end")


def _gif(data: bytes) -> Iterator[bytes]:
    at = 13 + _colours(data, 10)
    yield data[:at]
    while at < len(data):
        kind, start = data[at], at
        if kind == 0x3B:
            yield data[at : at + 1]
            return
        if kind == 0x2C:
            at = _blocks_end(data, at + 11 + _colours(data, at + 9))
            yield data[start:at]
        elif kind == 0x21:
            at = _blocks_end(data, at + 2)
            label, name = data[start + 1 : start + 2], data[start + 3 : start + 14]
            if label in (b"\xf9", b"\x01") or (label == b"\xff" and name in _REPEATS):
                yield data[start:at]
        else:
            break
    raise BrokenError("no end")


def _colours(data: bytes, at: int) -> int:
    """How many bytes the table of colours takes that a field announces."""
    if at >= len(data):
        raise BrokenError("no end")
    return 3 << ((data[at] & 7) + 1) if data[at] & 0x80 else 0


def _blocks_end(data: bytes, at: int) -> int:
    """Where a row of blocks ends, each with its length before it."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    if at >= len(data):
        raise BrokenError("no end")
    return at + 1


# --- WebP ------------------------------------------------------------------------------------------------------------


def _webp(data: bytes) -> bytes:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise BrokenError("no end")
    parts = dict.fromkeys(kind for kind, _ in _chunks(data[12:end]))
    exif = next((_turned(body.removeprefix(_EXIF)) for kind, body in _chunks(data[12:end]) if kind == b"EXIF"), b"")
    shown = [_shown(kind, body, exif) for kind, body in _chunks(data[12:end]) if kind in _WEBP_SHOWN]
    if not {b"VP8 ", b"VP8L", b"ANMF"} & set(parts):
        raise BrokenError("no picture")
    left = b"WEBP" + b"".join([*shown, _chunk(b"EXIF", exif) if exif else b""])
    return b"RIFF" + len(left).to_bytes(4, "little") + left


def _shown(kind: bytes, body: bytes, exif: bytes) -> bytes:
    if kind == b"VP8X":
        if len(body) != _CANVAS:
            raise BrokenError("a canvas of another size")
        flags = body[0] & ~(_WEBP_EXIF | _WEBP_XMP) | (_WEBP_EXIF if exif else 0)
        return _chunk(kind, bytes([flags]) + body[1:])
    if kind == b"ANMF":
        frame = (_chunk(one, inner) for one, inner in _chunks(body[16:]) if one in _WEBP_SHOWN)
        return _chunk(kind, body[:16] + b"".join(frame))
    return _chunk(kind, body)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            raise BrokenError("a part that does not end")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + (size & 1)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + bytes(len(body) & 1)
