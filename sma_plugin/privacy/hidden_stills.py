"""Still pictures in ISO media (HEIC, AVIF) without what they say of themselves, in the file itself.

Sources: ISO/IEC 14496-12, 8.11 (items and where they are), ISO/IEC 23008-12, annex A (Exif and XMP as items). What such
an item holds becomes zeros, or Exif data without anything, so that no offset changes. How the picture is turned is a
property, and stays.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from sma_plugin.privacy.hidden_films import Box, at, blanked, boxes, zeroed
from sma_plugin.privacy.hidden_pictures import BrokenError

_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif")
_SHOWN = frozenset((b"ftyp", b"meta", b"mdat"))
_TOLD = frozenset((b"Exif", b"mime", b"uri "))
"""Items that say something of the picture; the others are shown."""
_NOTHING = bytes(4) + b"MM\0*\0\0\0\x08"
"""The beginning of Exif data in an item; with zeros behind it they say nothing."""
_LEAST = len(_NOTHING) + 6
_IN_FILE, _IN_BOX = 0, 1


class _Extent(NamedTuple):
    item: int
    method: int
    offset: int
    length: int


def is_still(head: bytes) -> bool:
    """Whether a file is such a picture, by its first bytes."""
    return head[4:8] == b"ftyp" and head[8:12] in _BRANDS


def blank_still(picture: BinaryIO) -> bool:
    """Blank what is not shown; whether there was anything. Raises :class:`BrokenError`."""
    end = picture.seek(0, os.SEEK_END)
    found = list(boxes(picture, 0, end))
    if any(one.kind == b"moov" for one in found):
        raise BrokenError("a film as well")
    meta = next((one for one in found if one.kind == b"meta"), None)
    if meta is None:
        raise BrokenError("no items")
    parts = {one.kind: one for one in boxes(picture, meta.body + 4, meta.end)}
    stretches = list(_told(picture, parts, end))
    count = sum(blanked(picture, one) for one in found if one.kind not in _SHOWN)
    return count + sum(zeroed(picture, *stretch) for stretch in stretches) > 0


def _told(picture: BinaryIO, parts: dict[bytes, Box], end: int) -> Iterator[tuple[int, int, bytes]]:
    """Where the items stand that say something of the picture, and with what each begins from now on."""
    if b"iinf" not in parts or b"iloc" not in parts:
        raise BrokenError("no items")
    told = dict(_items(picture, parts[b"iinf"]))
    begins = {_IN_FILE: 0} | ({_IN_BOX: parts[b"idat"].body} if b"idat" in parts else {})
    met: set[int] = set()
    for one in _places(_Fields(picture, parts[b"iloc"])):
        if one.item not in told:
            continue
        start = begins.get(one.method, end) + one.offset
        beginning = _NOTHING if told[one.item] == b"Exif" else b""
        if start + one.length > end or one.item in met or 0 < one.length < _LEAST:
            raise BrokenError("an item elsewhere, or in pieces")
        met.add(one.item)
        yield start, start + one.length, beginning


def _items(picture: BinaryIO, listed: Box) -> Iterator[tuple[int, bytes]]:
    """The numbers and types of the items that say something of the picture."""
    count = 2 if at(picture, listed.body, 1) == b"\0" else 4
    for one in boxes(picture, listed.body + 4 + count, listed.end):
        fields = _Fields(picture, one)
        number = fields.take(4 if fields.version > 2 else 2)
        fields.take(2)
        kind = fields.take(4).to_bytes(4)
        if kind in _TOLD:
            yield number, kind


class _Fields:
    """The fields of a box with a version, one after another."""

    def __init__(self, picture: BinaryIO, box: Box) -> None:
        self._data, self._at = at(picture, box.body, box.end - box.body), 4
        self.version = self._data[0] if self._data else 0

    def take(self, size: int) -> int:
        """The next field as a number."""
        if self._at + size > len(self._data):
            raise BrokenError("a box that is too short")
        self._at += size
        return int.from_bytes(self._data[self._at - size : self._at])


def _places(fields: _Fields) -> Iterator[_Extent]:
    sizes, more = fields.take(1), fields.take(1)
    of_offset, of_length, of_base = sizes >> 4, sizes & 15, more >> 4
    of_index = more & 15 if fields.version in (1, 2) else 0
    long = 4 if fields.version > 1 else 2
    for _ in range(fields.take(long)):
        item = fields.take(long)
        method = fields.take(2) & 15 if fields.version in (1, 2) else _IN_FILE
        if fields.take(2):
            raise BrokenError("an item in another file")
        base = fields.take(of_base)
        for _ in range(fields.take(2)):
            fields.take(of_index)
            yield _Extent(item, method, base + fields.take(of_offset), fields.take(of_length))
