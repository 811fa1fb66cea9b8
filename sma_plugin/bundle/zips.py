"""Delivered zips, read as they are and never unpacked into the file system."""

from __future__ import annotations

import copy
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from sma_plugin.bundle.archives import DAMAGE, MAX_RATIO, RATIO_FREE, ArchiveError
from sma_plugin.bundle.containers import Entry, Form
from sma_plugin.bundle.names import NOISE, printable, told_apart
from sma_plugin.bundle.streams import FrontierFile
from sma_plugin.bundle.wacz_member import DEFLATED, STORED, MemberStream, ZipMember
from sma_plugin.bundle.wacz_zip import recovered
from sma_plugin.findings import Finding, make

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_SMALL = 4096


class Zip:
    """A delivered zip. Central and local headers are compared before a member is used."""

    form: Form = "zip"

    def __init__(self, path: Path) -> None:
        self.path, self.size = path, path.stat().st_size
        self.findings: list[Finding] = []
        self.damage: dict[str, str] = {}
        self._file = FrontierFile(path.open("rb"))
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._found: dict[str, ZipMember] = {}
        """Members of a zip whose directory is missing or damaged, by their own headers."""
        try:
            self._zip = zipfile.ZipFile(cast("BinaryIO", self._file))
        except DAMAGE as error:
            self.entries = list(self._without_directory(str(error)))
            return
        infos = [info for info in self._zip.infolist() if not info.is_dir() and not NOISE.search(info.filename)]
        infos.sort(key=lambda info: info.header_offset)
        self.entries = list(self._usable(infos))

    def _without_directory(self, reason: str) -> Iterator[Entry]:
        """What the local headers still show. Raises :class:`ArchiveError` when that is nothing."""
        fault = make("SMA-B002", path=self.path.name, reason=reason)
        found = [one for one in recovered(cast("BinaryIO", self._file)) if not one.name.endswith("/")]
        if not found:
            self._file.close()
            raise ArchiveError(fault)
        self.findings.append(fault)
        names = told_apart(one.name for one in found)
        for number, (one, (path, finding)) in enumerate(zip(found, names, strict=True)):
            self.findings += [finding] if finding else []
            size = one.size or 0
            if one.method not in (STORED, DEFLATED):
                self.findings.append(make("SMA-B016", path=path, reason=f"compression method {one.method}"))
            elif size > RATIO_FREE and size > MAX_RATIO * max(one.packed, 1):
                self.findings.append(make("SMA-B003", path=path))
            elif not NOISE.search(one.name):
                self._found[path] = one
                yield Entry(path, one.name, one.packed if one.size is None else one.size, number)

    def _usable(self, infos: list[zipfile.ZipInfo]) -> Iterator[Entry]:
        end = 0
        for number, (info, (path, finding)) in enumerate(
            zip(infos, told_apart(info.filename for info in infos), strict=True)
        ):
            if finding:
                self.findings.append(finding)
            fault = self._fault(info, end)
            if fault:
                self.findings.append(fault)
                continue
            end = max(end, info.header_offset + 30 + info.compress_size)
            entry = Entry(path, info.filename, info.file_size, number, _zip_time(info))
            self._infos[path] = info
            yield entry

    def _fault(self, info: zipfile.ZipInfo, end: int) -> Finding | None:
        """Why a member cannot be used, if so."""
        name = printable(info.filename)
        if info.flag_bits & 1:
            return make("SMA-B008", path=name)
        if stat.S_ISLNK(info.external_attr >> 16):
            return make("SMA-B005", path=name)
        if info.file_size > RATIO_FREE and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            return make("SMA-B003", path=name)
        if info.compress_type not in _METHODS:
            return make("SMA-B016", path=name, reason=f"compression method {info.compress_type}")
        if info.header_offset < end:
            return make("SMA-B009", path=name, reason="overlap")
        return self._header_fault(info, name)

    def _header_fault(self, info: zipfile.ZipInfo, name: str) -> Finding | None:
        self._file.seek(info.header_offset)
        head = self._file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            return make("SMA-B009", path=name, reason="no local header")
        fields = _LOCAL.unpack(head)
        local = self._file.read(fields[9])
        central = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace")
        if local != central and local.decode("utf-8", "replace") != info.orig_filename:
            return make("SMA-B009", path=name, reason="the two headers give different names")
        if not fields[2] & 8 and fields[7] not in (info.compress_size, 0xFFFFFFFF):
            return make("SMA-B009", path=name, reason="the two headers give different sizes")
        return None

    def open(self, entry: Entry) -> BinaryIO:
        """Open a member; its CRC is checked when it is read to the end, and what stands before damage is given."""

        def tell(reason: str) -> None:
            self.damage[entry.path] = reason

        def done(stream: MemberStream) -> None:
            if stream.damaged or stream.bomb:
                tell("the member is damaged or cut off")

        if entry.path in self._found:
            return cast("BinaryIO", MemberStream(cast("BinaryIO", self._file), self._found[entry.path], done))
        try:
            return cast("BinaryIO", _UpToDamage(self._zip, self._infos[entry.path], tell))
        except DAMAGE as error:
            tell(str(error))
            return io.BytesIO()

    def seekable(self, entry: Entry) -> None:
        """Members of a zip are forward streams."""

    def approach(self, entry: Entry) -> None:
        """Hash up to the member's header, so that the zip's own hash is made from the reading of its members."""
        self._file.catch_up(self._infos[entry.path].header_offset if entry.path in self._infos else None)

    def fixity(self) -> str:
        """SHA-256 of the zip."""
        return self._file.finish().sha256

    def close(self) -> None:
        """Close the zip."""
        if self._infos:
            self._zip.close()
        self._file.close()


class _UpToDamage(io.RawIOBase):
    """A zip's member up to where it is damaged; CRC and size are checked at its end, and what is wrong is told."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, tell: Callable[[str], object]) -> None:
        # Without a CRC the library gives the data of a member whose CRC is wrong, too.
        self._archive, self._info, self._bare = archive, info, copy.copy(info)
        del self._bare.CRC
        self._raw = archive.open(self._bare)
        self._tell = tell
        self._crc = self._size = 0
        self._over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = b"" if self._over else self._next(len(buffer))
        buffer[: len(data)] = data
        self._crc = zlib.crc32(data, self._crc)
        self._size += len(data)
        if not data and not self._over and len(buffer):
            self._over = True
            if self._size < self._info.file_size:
                self._tell("the member is cut off")
            elif self._crc != self._info.CRC:
                self._tell("the CRC is wrong")
        return len(data)

    def _next(self, size: int) -> bytes:
        try:
            return self._raw.read(size)
        except DAMAGE as error:
            self._over = True
            self._tell(str(error))
            return self._before_damage(size)

    def _before_damage(self, size: int) -> bytes:
        """What a piece held before the damage: the library gives nothing of it, so it is read in smaller ones."""
        found = b""
        try:
            with self._archive.open(self._bare) as again:
                again.seek(self._size)
                while len(found) + _SMALL <= size and (data := again.read(_SMALL)):
                    found += data
        except DAMAGE:
            return found
        return found

    def close(self) -> None:
        self._raw.close()
        super().close()


def _zip_time(info: zipfile.ZipInfo) -> str | None:
    """The time of change that a zip states; it has no zone, so none is given."""
    try:
        return datetime(*info.date_time, tzinfo=UTC).replace(tzinfo=None).isoformat()
    except ValueError:
        return None
