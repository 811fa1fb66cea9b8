"""What a damaged gzip member still gives."""

from __future__ import annotations

import zlib

MAX_PART = 1 << 18


def header_length(data: bytes) -> int | None:
    """The length of a gzip header (RFC 1952, 2.3); ``None`` when it is not all there."""
    if len(data) < 10:
        return None
    flags, at = data[3], 10
    if flags & 4:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    for flag in (8, 16):
        if flags & flag:
            end = data.find(b"\0", at)
            if end < 0:
                return None
            at = end + 1
    at += 2 if flags & 2 else 0
    return at if at <= len(data) else None


def readable_part(member: bytes, skip: int) -> tuple[bytes, int]:
    """What a damaged member still gives beyond the first ``skip`` bytes, and where it ends (0: not known)."""
    start = header_length(member)
    if start is None:
        return b"", 0
    inflater = zlib.decompressobj(wbits=-15)
    rest, size, kept = member[start:], 0, bytearray()
    try:
        while rest and not inflater.eof and len(kept) < MAX_PART:
            data = inflater.decompress(rest, 512)
            rest = inflater.unconsumed_tail
            kept += data[max(0, skip - size) :]
            size += len(data)
    except zlib.error:
        return bytes(kept), 0
    ended = inflater.eof
    return bytes(kept), len(member) - len(inflater.unused_data) + 8 if ended else 0
