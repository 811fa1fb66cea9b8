"""What a file of records is, told from its first bytes: plain or gzip, WARC or ARC, or packed in another way."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from sma_plugin.bundle import warc_zstd
from sma_plugin.bundle.gzip_member import MAGIC
from sma_plugin.bundle.warc_content import Fault
from sma_plugin.bundle.warc_head import ArcDialect, Dialect

_PACKED = {
    b"\x04\x22\x4d\x18": "lz4",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
}


def beginning(stream: BinaryIO) -> bytes:
    """Enough of a file to tell what it is, from a stream that may give little at a time."""
    first = stream.read(1 << 16)
    while first and len(first) < 4096 and (more := stream.read(1 << 16)):
        first += more
    return first


def is_packed(first: bytes) -> bool:
    """Whether this is gzip, also when something stands before the first member."""
    at = first.find(MAGIC)
    return at == 0 or (
        at > 0 and not Dialect.follows.search(first[:at]) and gzip_head(first[at:])[:5].upper() == b"WARC/"
    )


def is_arc(first: bytes) -> bool:
    """Whether a file that begins like this, perhaps in gzip, is ARC."""
    return arc_start(gzip_head(first) if first.startswith(MAGIC) else first)


def arc_start(head: bytes) -> bool:
    """Whether content begins as an ARC file does."""
    return head.startswith(b"filedesc:") or bool(ArcDialect.follows.match(b"\n" + head[:8000], 1))


def gzip_head(data: bytes, size: int = 8000) -> bytes:
    """The first bytes of what a gzip file holds, from its first bytes; empty when it is damaged."""
    try:
        return zlib.decompressobj(wbits=31).decompress(data, size)
    except zlib.error:
        return b""


def unreadable(first: bytes) -> Fault | None:
    """What is wrong with a file of which nothing can be read: it is empty, or packed in a way not known here."""
    if not first:
        return Fault("SMA-W019")
    if warc_zstd.is_zstandard(first):
        return None if warc_zstd.readable(first) else Fault("SMA-W002", 0, None, {"form": "zstandard"})
    name = next((name for magic, name in _PACKED.items() if first.startswith(magic)), None)
    return Fault("SMA-W002", 0, None, {"form": name}) if name else None
