"""The zip of a WACZ, read with suspicion: both headers compared, no overlaps, no bombs, damage survived.

Unlike :mod:`sma_plugin.bundle.zips` this gives the offset of every member's data, because evidence in a WACZ points
into the WACZ itself, and reads what is left of a zip whose central directory is missing.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO

from sma_plugin.bundle.wacz_member import DEFLATED, MAX_RATIO, RATIO_FREE, STORED, ZipMember

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_DESCRIPTOR = b"PK\x07\x08"
MAX_MEMBERS = 50_000
"""A WACZ has some tens of members; so many are read, for a directory alone can fill the memory."""
_UNKNOWN, _WIDE = 0xFFFFFFFF, 0xFFFF
_TAIL = (1 << 16) + 200
"""The end of a zip: its last records, and a comment of up to 64 KB."""
_DRIVE = re.compile(r"[A-Za-z]:")
_CHUNK = 1 << 18
_DAMAGE = (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, OverflowError, zipfile.BadZipFile)
_BROKEN = (*_DAMAGE, struct.error, zlib.error, IndexError, KeyError)
Tell = Callable[[str, dict[str, str | int]], None]


def members(file: BinaryIO, tell: Tell) -> list[ZipMember]:
    """The usable members in the order of the file; ``tell`` gets the codes SMA-Z001 to Z006, Z008 and Z048."""
    if entries(file) > MAX_MEMBERS:
        found = list(islice(recovered(file), MAX_MEMBERS))
        tell("SMA-Z049", {"limit": MAX_MEMBERS, "kind_nl": "onderdelen", "kind_en": "members"})
        return list(_usable(found, tell))
    try:
        infos = zipfile.ZipFile(file).infolist()
    except _BROKEN:
        found = list(islice(recovered(file), MAX_MEMBERS))
        tell("SMA-Z001", {"count": len(found)})
    else:
        found = list(_listed(file, infos, tell))
    return list(_usable(found, tell))


def entries(file: BinaryIO) -> int:
    """How many members a zip's directory says that it has (APPNOTE 4.3.14, 4.3.16); 0 when it has none."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        return 0
    (count,) = struct.unpack_from("<H", tail, at + 10)
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if count == _WIDE and 0 <= wide <= len(tail) - 40:
        (count,) = struct.unpack_from("<Q", tail, wide + 32)
    return int(count)


def _usable(found: list[ZipMember], tell: Tell) -> Iterator[ZipMember]:
    names: set[str] = set()
    for member in found:
        size = member.size or 0
        if _leads_outside(member.name):
            tell("SMA-Z048", {"member": member.name})
        if member.name in names:
            tell("SMA-Z008", {"member": member.name})
        elif member.method not in (STORED, DEFLATED):
            tell("SMA-Z006", {"member": member.name, "value": member.method})
        elif size > RATIO_FREE and size > MAX_RATIO * max(member.packed, 1):
            tell("SMA-Z005", {"member": member.name})
        else:
            names.add(member.name)
            yield member


def _leads_outside(name: str) -> bool:
    """Whether a program that unpacks by name would write elsewhere; here a name is never a path."""
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or not parts[0] or bool(_DRIVE.match(name))


def _listed(file: BinaryIO, infos: list[zipfile.ZipInfo], tell: Tell) -> Iterator[ZipMember]:
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.filename.endswith("/") and not info.file_size:
            continue
        name = _printable(info.filename)
        if info.flag_bits & 1:
            tell("SMA-Z004", {"member": name})
            continue
        try:
            offset = _data_offset(file, info)
        except _BROKEN:
            offset = None
        if offset is None:
            tell("SMA-Z002", {"member": name})
        elif info.header_offset < end:
            tell("SMA-Z003", {"member": name})
        else:
            end = offset + info.compress_size
            yield ZipMember(name, info.compress_type, info.compress_size, info.file_size, offset, info.CRC)


def _data_offset(file: BinaryIO, info: zipfile.ZipInfo) -> int | None:
    """Where a member's data starts by its local header; ``None`` when that contradicts the central directory."""
    file.seek(info.header_offset)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size:
        return None
    magic, _, flags, method, _, _, crc, packed, size, name_length, extra = _LOCAL.unpack(head)
    name = file.read(name_length)
    central = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace")
    if magic != b"PK\x03\x04" or method != info.compress_type or flags & 1:
        return None
    if name != central and name.decode("utf-8", "replace") != info.orig_filename:
        return None
    stated = not flags & 8
    if stated and (packed, size) != (info.compress_size, info.file_size) and _UNKNOWN not in (packed, size):
        return None
    if stated and crc != info.CRC:
        return None
    return int(info.header_offset + _LOCAL.size + name_length + extra)


def recovered(file: BinaryIO) -> Iterator[ZipMember]:
    """Members of a zip without a central directory, from their local headers, as far as these can be followed."""
    at = 0
    while True:
        file.seek(at)
        head = file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            return
        _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack(head)
        name = file.read(name_length).decode("utf-8" if flags & 0x800 else "cp437", "replace")
        extra = file.read(extra_length)
        offset = at + _LOCAL.size + name_length + extra_length
        if flags & 1:
            return
        known: int | None = size
        checksum: int | None = crc
        if flags & 8:
            packed, known, checksum, at = _measured(file, offset, method)
        else:
            packed, known = _zip64(extra, packed, size)
            at = offset + packed
        yield ZipMember(_printable(name), method, packed, known, offset, checksum)


def _zip64(extra: bytes, packed: int, size: int) -> tuple[int, int]:
    """Sizes from the zip64 field where the header has no room for them (APPNOTE 4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1 and length >= 16 and _UNKNOWN in (packed, size):
            size, packed = struct.unpack_from("<QQ", extra, at + 4)
        at += 4 + length
    return packed, size


def _measured(file: BinaryIO, offset: int, method: int) -> tuple[int, int | None, int | None, int]:
    """Packed size, size, CRC and end of a member whose sizes stand after its data."""
    file.seek(offset)
    if method == DEFLATED:
        return _inflated_length(file, offset)
    seen, tail = 0, b""
    while chunk := file.read(_CHUNK):
        window = tail + chunk
        base = seen - len(tail)
        at = window.find(_DESCRIPTOR)
        while at >= 0 and at + 16 <= len(window):
            crc, packed = struct.unpack_from("<LL", window, at + 4)
            if packed == base + at:
                return packed, packed, crc, offset + packed + 16
            at = window.find(_DESCRIPTOR, at + 1)
        seen += len(chunk)
        tail = window[-15:]
    return seen, None, None, offset + seen


def _inflated_length(file: BinaryIO, offset: int) -> tuple[int, int | None, int | None, int]:
    inflater, read = zlib.decompressobj(-15), 0
    try:
        while not inflater.eof and (data := inflater.unconsumed_tail or file.read(_CHUNK)):
            read += 0 if inflater.unconsumed_tail else len(data)
            inflater.decompress(data, _CHUNK)
    except zlib.error:
        return read, None, None, offset + read
    packed = read - len(inflater.unused_data)
    file.seek(offset + packed)
    descriptor = file.read(16)
    end = offset + packed + (16 if descriptor[:4] == _DESCRIPTOR else 12)
    return packed, None, None, end


def _printable(name: str) -> str:
    """A name fit for messages."""
    return "".join(character if character.isprintable() else "?" for character in name)[:300]
