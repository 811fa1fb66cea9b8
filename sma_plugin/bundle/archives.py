"""Delivered archives: zip, tar and tar.gz, read as they are and never unpacked into the file system."""

from __future__ import annotations

import shutil
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self, cast

import msgspec

from sma_plugin.bundle.containers import Entry, Form
from sma_plugin.bundle.names import NOISE, printable, told_apart
from sma_plugin.bundle.streams import FrontierFile, GunzipStream
from sma_plugin.findings import Finding, make
from sma_plugin.package.files import read_json, write_json

MAX_RATIO = 1000
"""A member that grows more than this many times, beyond ``RATIO_FREE`` bytes, is a bomb."""
RATIO_FREE = 64 << 20
MAX_MEMBERS = 5_000_000
_LOCAL = struct.Struct("<4sHHHHHLLLHH")
DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    zlib.error,
    zipfile.BadZipFile,
    struct.error,
)
"""What the standard library raises on damaged or unsupported archives."""


class ArchiveError(ValueError):
    """An archive that cannot be opened at all; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class Zip:
    """A delivered zip. Central and local headers are compared before a member is used."""

    form: Form = "zip"

    def __init__(self, path: Path) -> None:
        self.path, self.size = path, path.stat().st_size
        self.findings: list[Finding] = []
        self._file = FrontierFile(path.open("rb"))
        try:
            self._zip = zipfile.ZipFile(cast("BinaryIO", self._file))
        except DAMAGE as error:
            self._file.close()
            raise ArchiveError(make("SMA-B002", path=path.name, reason=str(error))) from error
        infos = [info for info in self._zip.infolist() if not info.is_dir() and not NOISE.search(info.filename)]
        infos.sort(key=lambda info: info.header_offset)
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self.entries = list(self._usable(infos))

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
        """Open a member; its CRC is checked when it is read to the end."""
        return cast("BinaryIO", self._zip.open(self._infos[entry.path]))

    def seekable(self, entry: Entry) -> None:
        """Members of a zip are forward streams."""

    def walk(self) -> Iterator[tuple[Entry, BinaryIO]]:
        """Every member in the order of the file, so that the archive's own hash is made from the same reading."""
        for entry in self.entries:
            self._file.catch_up(self._infos[entry.path].header_offset)
            with self.open(entry) as stream:
                yield entry, stream

    def fixity(self) -> str:
        """SHA-256 of the zip."""
        return self._file.finish().sha256

    def close(self) -> None:
        """Close the zip."""
        self._zip.close()
        self._file.close()


class Tar:
    """A delivered tar or tar.gz.

    A tar can be read anywhere. A tar.gz only from its start, so its members are copied to ``spool`` while it is listed,
    and its own hash is made from that same reading; opening it again uses the copy.
    """

    def __init__(self, path: Path, spool: Path, *, packed: bool) -> None:
        self.form: Form = "tar.gz" if packed else "tar"
        self.path, self.size = path, path.stat().st_size
        self.findings: list[Finding] = []
        self._spool = spool
        self._file = FrontierFile(path.open("rb"))
        self._offsets: dict[str, tuple[int, int]] = {}
        self.entries: list[Entry] = []
        self._sha256: str | None = None
        index = spool / "index.json"
        if packed and index.is_file():
            kept = read_json(index, _Index)
            self.entries, self.findings, self._sha256 = kept.entries, kept.findings, kept.sha256
            return
        self._list()
        if packed:
            write_json(index, _Index(self.entries, self.findings, self.fixity()))

    def _stream(self) -> BinaryIO:
        self._file.seek(0)
        if self.form == "tar":
            return cast("BinaryIO", self._file)
        return cast("BinaryIO", GunzipStream(cast("BinaryIO", self._file), close_raw=False))

    def _members(self) -> Iterator[tuple[tarfile.TarInfo, tarfile.TarFile]]:
        """Members that are files; links and devices become findings, damage ends the walk with one."""
        count = 0
        try:
            with tarfile.open(fileobj=self._stream(), mode="r:" if self.form == "tar" else "r|") as archive:
                for info in archive:
                    count += 1
                    if info.isfile() and not NOISE.search(info.name):
                        yield info, archive
                    elif not info.isdir() and not info.isfile():
                        self._note(make("SMA-B005", path=printable(info.name)))
        except (tarfile.TarError, *DAMAGE) as error:
            self._note(make("SMA-B002", path=self.path.name, reason=str(error)))

    def _note(self, finding: Finding) -> None:
        if finding not in self.findings:
            self.findings.append(finding)

    def _list(self) -> None:
        infos = []
        for info, archive in self._members():
            infos.append(info)
            if self.form == "tar.gz":
                self._keep(info, archive, len(infos) - 1)
        names = told_apart(info.name for info in infos)
        for number, (info, (path, finding)) in enumerate(zip(infos, names, strict=True)):
            if finding:
                self.findings.append(finding)
            if info.size > RATIO_FREE and info.size > MAX_RATIO * self.size:
                self.findings.append(make("SMA-B003", path=printable(info.name)))
                continue
            self._offsets[path] = (info.offset_data, info.size)
            changed = datetime.fromtimestamp(max(0, min(int(info.mtime), 1 << 35)), UTC).isoformat()
            self.entries.append(Entry(path, info.name, info.size, number, changed.replace("+00:00", "Z")))

    def _keep(self, info: tarfile.TarInfo, archive: tarfile.TarFile, number: int) -> None:
        target = self._spool / str(number)
        if target.exists() or info.size > MAX_RATIO * max(self.size, RATIO_FREE):
            return
        self._spool.mkdir(parents=True, exist_ok=True)
        source = archive.extractfile(info)
        part = target.with_suffix(".part")
        try:
            with part.open("wb") as copy:
                if source:
                    shutil.copyfileobj(source, copy, 1 << 20)
        except (tarfile.TarError, *DAMAGE) as error:
            self._note(make("SMA-B016", path=printable(info.name), reason=str(error)))
        part.replace(target)

    def open(self, entry: Entry) -> BinaryIO:
        """Open a member."""
        if self.form == "tar.gz":
            return (self._spool / str(entry.order)).open("rb")
        offset, size = self._offsets[entry.path]
        return cast("BinaryIO", _Slice(cast("BinaryIO", self._file), offset, size))

    def seekable(self, entry: Entry) -> FrontierFile | None:
        """A spooled member can be sought in."""
        return FrontierFile(self.open(entry)) if self.form == "tar.gz" else None

    def walk(self) -> Iterator[tuple[Entry, BinaryIO]]:
        """Every member, in order."""
        for entry in self.entries:
            if self.form == "tar":
                self._file.catch_up(self._offsets[entry.path][0])
            with self.open(entry) as stream:
                yield entry, stream

    def fixity(self) -> str:
        """SHA-256 of the tar as delivered."""
        return self._sha256 or self._file.finish().sha256

    def close(self) -> None:
        """Close the tar."""
        self._file.close()


class _Index(msgspec.Struct):
    """What listing a tar.gz gave, kept beside the copies of its members."""

    entries: list[Entry]
    findings: list[Finding]
    sha256: str


class _Slice:
    """A part of a file as a forward stream."""

    def __init__(self, raw: BinaryIO, offset: int, size: int) -> None:
        self._raw, self._at, self._end = raw, offset, offset + size

    def read(self, size: int = -1) -> bytes:
        left = self._end - self._at
        wanted = left if size < 0 else min(size, left)
        self._raw.seek(self._at)
        data = self._raw.read(wanted) if wanted else b""
        self._at += len(data)
        return data

    def close(self) -> None:
        self._at = self._end

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _zip_time(info: zipfile.ZipInfo) -> str | None:
    """The time of change that a zip states; it has no zone, so none is given."""
    try:
        return datetime(*info.date_time, tzinfo=UTC).replace(tzinfo=None).isoformat()
    except ValueError:
        return None
