"""Films without what they say of themselves: ISO media (ISO/IEC 14496-12; QuickTime File Format), in the file itself.

Boxes that are not needed to play the film become ``free`` boxes of as many zeros: nothing else moves, so that every
offset in the file still holds. A film with a track that is neither picture, sound nor subtitles (places by the second,
of a camera or drone) is not taken apart: what such a track says stands among the pictures.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from sma_plugin.privacy.hidden_pictures import BrokenError

_PLAYED: dict[bytes, frozenset[bytes]] = {
    b"": frozenset(b"ftyp moov mdat moof sidx ssix styp mfra pdin".split()),
    b"moov": frozenset(b"mvhd trak mvex iods".split()),
    b"trak": frozenset(b"tkhd edts mdia tref tapt clip".split()),
    b"mdia": frozenset(b"mdhd hdlr minf elng".split()),
    b"minf": frozenset(b"vmhd smhd hmhd sthd nmhd gmhd hdlr dinf stbl".split()),
    b"moof": frozenset(b"mfhd traf".split()),
    b"traf": frozenset(b"tfhd trun tfdt sbgp sgpd subs saiz saio senc".split()),
}
"""What is needed to play a film, by the box that it stands in."""
_TRACKS = (b"vide", b"soun", b"sbtl", b"subt", b"text", b"clcp")
_PICTURES = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
"""Brands of still pictures, which are built otherwise."""
_BLOCK = 1 << 20
_NAME = 24
"""Where the name of a handler begins, behind its type."""


class Box(NamedTuple):
    """A box: its type, where it begins, where what it holds begins and ends."""

    kind: bytes
    at: int
    body: int
    end: int


def is_film(head: bytes) -> bool:
    """Whether a file is ISO media, and no still picture, by its first bytes."""
    return head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip") and head[8:12] not in _PICTURES


def blank(film: BinaryIO) -> bool:
    """Blank what is not needed to play the film; whether there was anything. Raises :class:`BrokenError`."""
    found = list(_unplayed(film, b"", 0, film.seek(0, os.SEEK_END)))
    return sum(blanked(film, box) for box in found) > 0


def _unplayed(film: BinaryIO, within: bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes that go, and the names of handlers."""
    for box in boxes(film, start, end):
        if box.kind not in _PLAYED[within]:
            yield box
        elif box.kind in _PLAYED:
            yield from _unplayed(film, box.kind, box.body, box.end)
        elif box.kind == b"hdlr":
            if within == b"mdia" and at(film, box.body + 8, 4) not in _TRACKS:
                raise BrokenError("a track that is neither picture nor sound")
            yield box


def boxes(film: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes in a stretch of a file. Raises :class:`BrokenError`."""
    while start < end:
        head = at(film, start, 16)
        size, kind, body = int.from_bytes(head[:4]), head[4:8], start + 8
        if size == 1:
            size, body = int.from_bytes(head[8:16]), start + 16
        elif size == 0:
            size = end - start
        if len(kind) < 4 or start + size < body or start + size > end:
            raise BrokenError("a box that does not end")
        yield Box(kind, start, body, start + size)
        start += size


def at(film: BinaryIO, start: int, size: int) -> bytes:
    """What stands at a place."""
    film.seek(start)
    return film.read(size)


def blanked(film: BinaryIO, box: Box) -> bool:
    """Make a box free space, or take its name from a handler; whether it held anything."""
    told = zeroed(film, box.body + _NAME if box.kind == b"hdlr" else box.body, box.end)
    if told and box.kind != b"hdlr":
        film.seek(box.at + 4)
        film.write(b"free")
    return told


def zeroed(film: BinaryIO, start: int, end: int, beginning: bytes = b"") -> bool:
    """Write zeros over a stretch, behind a beginning of so many bytes; whether it held anything else."""
    told = at(film, start, len(beginning)) != beginning
    if told:
        film.seek(start)
        film.write(beginning)
    for place in range(start + len(beginning), end, _BLOCK):
        size = min(_BLOCK, end - place)
        if at(film, place, size).strip(b"\0"):
            told = True
            film.seek(place)
            film.write(bytes(size))
    return told
