"""Opening stored packages: a package, an AIP, a folder of them, a METS beside its objects, or a zip, tar or 7z.

Of an archive only the few members that a history needs are unpacked, into a folder of ours.
"""

from __future__ import annotations

import lzma
import re
import struct
import tarfile
import tomllib
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

import msgspec

from sma_plugin.package import Package, packages_at
from sma_plugin.package.records import PackageRecord, read_record
from sma_plugin.texts import UserError

_MANAGED = r"(?:^|/)(?:metadata|objects/metadata/transfers/[^/]+)/"
RECORDS = re.compile(
    _MANAGED
    + r"(?:sma/(?:captures\.toml|mets\.xml|decisions\.json|characteristics\.json|plan\.json)|mdto/[^/]+\.MDTO\.xml)$"
)
"""What says which package it is and what was decided for it."""
_WANTED = re.compile(
    r"(?:^|/)(?:metadata/sma|objects/metadata/transfers/[^/]+/sma)/(?:captures\.toml|events\.jsonl|mets\.xml|plan\.json)$"
    r"|(?:^|/)objects/derived/normalised/posts\.(?:jsonl|meta\.json)$"
    r"|(?:^|/)metadata/checksum\.sha256$|(?:^|/)manifest-sha(?:256|512)\.txt$"
)
_SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
_LARGEST = 1 << 36
"""Bytes that one member may take when it is unpacked; no history of an account comes near."""
_BLOCK = 1 << 20
_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
)
"""What the libraries raise for archives that are cut off, damaged, encrypted or made with a method they lack."""


@dataclass(frozen=True)
class Stored:
    """One stored package. ``named`` is what the user called it; ``package`` is where its records can be read."""

    named: Path
    package: Package
    record: PackageRecord

    @property
    def name(self) -> str:
        """What the package calls itself."""
        return self.record.package.name


def open_stored(paths: Iterable[Path], scratch: Path, wanted: re.Pattern[str] = _WANTED) -> list[Stored]:
    """Every package at these paths, each once, oldest capture first.

    Of archives the members that are ``wanted`` (those for a history) are unpacked below ``scratch``.

    Raises :class:`UserError` for a path where no package is, or none that can be read.
    """
    found: dict[str, Stored] = {}
    for number, path in enumerate(paths):
        packages = _packages(path, scratch / str(number), wanted)
        if not packages:
            raise UserError("stored_no_package", path=path)
        for package in packages:
            stored = Stored(path, package, _record(path, package))
            found.setdefault(stored.record.package.id, stored)
    return sorted(found.values(), key=_captured)


def check_stored(paths: Iterable[Path]) -> None:
    """Refuse early, before anything is read, what is no package. Raises :class:`UserError`."""
    for path in paths:
        if not any(name.endswith("captures.toml") for name in _names(path)):
            raise UserError("stored_no_package", path=path)


def _names(path: Path) -> list[str]:
    """The members that would be read, told without unpacking anything."""
    if not path.exists():
        raise UserError("nothing_there", path=path)
    if path.is_dir():
        return [str(package.record) for package in _in_folder(path)]
    with _reading(path):
        form = _form(path)
        if form == "7z":
            with _seven_zip(path) as packed:
                return _wanted(one.filename for one in packed.list())
        if form == "zip":
            with zipfile.ZipFile(path) as archive:
                return _wanted(archive.namelist())
        if form == "tar":
            with tarfile.open(path) as tar:
                return _wanted(tar.getnames())
    return [str(package.record) for package in _beside(path)]


def _wanted(names: Iterable[str]) -> list[str]:
    return [name for name in names if _WANTED.search(name)]


def _captured(stored: Stored) -> tuple[str, str, str]:
    known = stored.record.package
    last = max((one.captured or "" for one in stored.record.capture), default="")
    return last or known.period_until or "", known.created or "", known.id


def _packages(path: Path, scratch: Path, wanted: re.Pattern[str]) -> list[Package]:
    if not path.exists():
        raise UserError("nothing_there", path=path)
    if path.is_dir():
        return _in_folder(path)
    with _reading(path):
        form = _form(path)
        if form is None:
            return _beside(path)
        {"7z": _unpack_7z, "zip": _unpack_zip, "tar": _unpack_tar}[form](path, scratch, wanted)
    return _in_folder(scratch) if scratch.is_dir() else []


def _form(path: Path) -> str | None:
    """What kind of archive a file is, by its first and last bytes."""
    with path.open("rb") as stream:
        if stream.read(len(_SEVEN_ZIP)) == _SEVEN_ZIP:
            return "7z"
    if zipfile.is_zipfile(path):
        return "zip"
    return "tar" if tarfile.is_tarfile(path) else None


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Damage of an archive is one sentence to who named it."""
    try:
        yield
    except UserError:
        raise
    except _DAMAGE as error:
        raise UserError("stored_unreadable", path=path, reason=str(error) or type(error).__name__) from error


def _in_folder(folder: Path) -> list[Package]:
    """The package or AIP in a folder, or those in the folders below it."""
    found = packages_at(folder)
    for below in () if found else sorted(folder.rglob("captures.toml")):
        holder = below.parent.parent
        if below.parent.name == "sma":
            root = holder.parent if holder.name == "metadata" else _aip(holder)
            found += [] if root is None else packages_at(root)
    return list({package.record: package for package in found}.values())


def _aip(transfer: Path) -> Path | None:
    """The folder of the AIP that holds ``data/objects/metadata/transfers/<transfer>``."""
    parents = transfer.parents
    return parents[4] if len(parents) > 4 and parents[3].name == "data" else None


def _beside(mets: Path) -> list[Package]:
    """The package that a METS file describes: the folder above that has its objects."""
    for folder in list(mets.resolve().parents)[:4]:
        found = packages_at(folder)
        if found:
            return found
    return []


def _record(path: Path, package: Package) -> PackageRecord:
    try:
        return read_record(package.record)
    except (OSError, ValueError, tomllib.TOMLDecodeError, msgspec.MsgspecError) as error:
        raise UserError("stored_no_record", path=path, reason=str(error)) from error


# --- archives --------------------------------------------------------------------------------------------------------


def _unpack_zip(path: Path, scratch: Path, wanted: re.Pattern[str]) -> None:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if not entry.is_dir() and wanted.search(entry.filename):
                with archive.open(entry) as stream:
                    _write(scratch, entry.filename, stream)


def _unpack_tar(path: Path, scratch: Path, wanted: re.Pattern[str]) -> None:
    with tarfile.open(path) as archive:
        for entry in archive:
            stream = archive.extractfile(entry) if entry.isfile() and wanted.search(entry.name) else None
            if stream is not None:
                with stream:
                    _write(scratch, entry.name, stream)


def _unpack_7z(path: Path, scratch: Path, wanted: re.Pattern[str]) -> None:
    with _seven_zip(path) as archive:
        found = [one for one in archive.list() if wanted.search(one.filename) and _target(scratch, one.filename)]
        if any((one.uncompressed or 0) > _LARGEST for one in found):
            raise ValueError("a member is too large")
        archive.extract(path=scratch, targets=[one.filename for one in found])


@contextmanager
def _seven_zip(path: Path) -> Iterator[Any]:
    """A 7z file, open. Raises :class:`UserError` when the library for it is not there, ``OSError`` for damage."""
    try:
        import py7zr  # noqa: PLC0415 -- an extra: only who stores packages as 7z needs it
    except ImportError as error:
        raise UserError("stored_no_7z", path=path) from error
    try:
        # Given a path, py7zr opens it anew for each stream in it, and leaves that open.
        with path.open("rb") as stream, py7zr.SevenZipFile(stream) as archive:
            yield archive
    except (py7zr.exceptions.ArchiveError, py7zr.exceptions.PasswordRequired) as error:
        raise OSError(str(error) or type(error).__name__) from error


def _target(scratch: Path, name: str) -> Path | None:
    """Where a member is unpacked to; a name that leads elsewhere is passed over."""
    parts = PurePosixPath(name).parts
    return None if ".." in parts or PurePosixPath(name).is_absolute() else scratch.joinpath(*parts)


def _write(scratch: Path, name: str, stream: IO[bytes]) -> None:
    target = _target(scratch, name)
    if target is None:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with target.open("wb") as out:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > _LARGEST:
                raise ValueError(f"{name} is too large")
            out.write(block)
