"""Delivered tars, plain and in gzip, read as they are and never unpacked into the file system."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from sma_plugin.bundle.archives import DAMAGE, MAX_RATIO, RATIO_FREE
from sma_plugin.bundle.containers import Entry, Form
from sma_plugin.bundle.names import NOISE, printable, told_apart
from sma_plugin.bundle.streams import FrontierFile, GunzipStream
from sma_plugin.findings import Finding, make
from sma_plugin.package.files import read_json, write_json

_LOOK = 1 << 20


class Tar:
    """A delivered tar or tar.gz.

    A tar can be read anywhere. A tar.gz only from its start, so its members are copied to ``spool`` while it is listed,
    and its own hash is made from that same reading; opening it again uses the copy.
    """

    def __init__(self, path: Path, spool: Path, *, packed: bool) -> None:
        self.form: Form = "tar.gz" if packed else "tar"
        self.path, self.size = path, path.stat().st_size
        self.findings: list[Finding] = []
        self.damage: dict[str, str] = {}
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
        """Members that are files; links and devices become findings. What is damaged is told and passed over."""
        stream, end = self._stream(), 0
        mode = "r:" if self.form == "tar" else "r|"
        try:
            with tarfile.open(fileobj=stream, mode=mode, ignore_zeros=True) as archive:  # type: ignore[call-overload]
                for info in archive:
                    self._look_between(end, info.offset)
                    end = archive.offset
                    if info.isfile() and not NOISE.search(info.name):
                        yield info, archive
                    elif not info.isdir() and not info.isfile():
                        self._note(make("SMA-B005", path=printable(info.name)))
                self._look_between(end, self.size if self.form == "tar" else end)
        except (tarfile.TarError, *DAMAGE) as error:
            self._damaged(str(error))
        if isinstance(stream, GunzipStream) and stream.fault:
            self._damaged(stream.fault)

    def _look_between(self, start: int, end: int) -> None:
        """Only zeros may stand between members; anything else is a header that was damaged, and what belonged to it."""
        if start >= end:
            return
        if self.form == "tar":
            self._file.seek(start)
            if not self._file.read(min(end - start, _LOOK)).strip(b"\0"):
                return
        self._damaged(f"no header at {start}")

    def _damaged(self, reason: str) -> None:
        self._note(make("SMA-B002", path=self.path.name, reason=reason))

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
            if self._is_bomb(info):
                self.findings.append(make("SMA-B003", path=printable(info.name)))
                continue
            self._offsets[path] = (info.offset_data, info.size)
            changed = datetime.fromtimestamp(max(0, min(int(info.mtime), 1 << 35)), UTC).isoformat()
            self.entries.append(Entry(path, info.name, info.size, number, changed.replace("+00:00", "Z")))

    def _is_bomb(self, info: tarfile.TarInfo) -> bool:
        return info.size > RATIO_FREE and info.size > MAX_RATIO * self.size

    def _keep(self, info: tarfile.TarInfo, archive: tarfile.TarFile, number: int) -> None:
        target = self._spool / str(number)
        if target.exists() or self._is_bomb(info):
            return
        self._spool.mkdir(parents=True, exist_ok=True)
        source = archive.extractfile(info)
        part = target.with_suffix(".part")
        try:
            with part.open("wb") as copy:
                if source:
                    # Of a piece that is cut the library gives nothing.
                    shutil.copyfileobj(source, copy, 512 if info.size < 1 << 20 else 1 << 14)
        except (tarfile.TarError, *DAMAGE) as error:
            self._note(make("SMA-B016", path=printable(info.name), reason=str(error)))
        part.replace(target)

    def spooled(self, entry: Entry) -> Path:
        """Where the copy of a member of a tar.gz is."""
        return self._spool / str(entry.order)

    def open(self, entry: Entry) -> BinaryIO:
        """Open a member."""
        if self.form == "tar.gz":
            return self.spooled(entry).open("rb")
        offset, size = self._offsets[entry.path]
        return cast("BinaryIO", _Slice(cast("BinaryIO", self._file), offset, size))

    def seekable(self, entry: Entry) -> FrontierFile | None:
        """A spooled member can be sought in."""
        return FrontierFile(self.open(entry)) if self.form == "tar.gz" else None

    def approach(self, entry: Entry) -> None:
        """Hash up to the member; a tar.gz was hashed while it was unpacked."""
        if self.form == "tar":
            self._file.catch_up(self._offsets[entry.path][0])

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


class _Slice(io.RawIOBase):
    """A part of a file as a forward stream."""

    def __init__(self, raw: BinaryIO, offset: int, size: int) -> None:
        self._raw, self._at, self._end = raw, offset, offset + size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        wanted = min(len(buffer), self._end - self._at)
        self._raw.seek(self._at)
        size = cast("io.RawIOBase", self._raw).readinto(memoryview(buffer)[:wanted]) or 0
        self._at += size
        return size
