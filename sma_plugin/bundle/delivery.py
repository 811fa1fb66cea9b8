"""The delivery as receive finds it: delivered files, members, captures. What is on disk between receive and read."""

from __future__ import annotations

import re
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from sma_plugin.bundle.containers import Container, Entry, Folder, Form, SingleFile
from sma_plugin.bundle.streams import GunzipStream
from sma_plugin.bundle.tars import Tar
from sma_plugin.bundle.wacz_zip import MAX_MEMBERS, entries
from sma_plugin.bundle.zips import Zip
from sma_plugin.model import Capture

HEADS = "heads.msgpack"
"""What receive leaves of the members' first bytes."""
_PART = re.compile(r"[-_. ]*(?:part[-_ ]*)?\(?\d{1,3}\)?$", re.IGNORECASE)
_META_PART = re.compile(
    r"((?:facebook|instagram|threads)-.+-\d{1,4}[-_.]\w{1,9}[-_.]\d{1,4})-\w{4,12}(?: ?\(\d{1,3}\))?", re.IGNORECASE
)
"""Meta gives each part of an export a code of its own: ``facebook-<name>-<date>-<code>``."""
_ENDING = re.compile(r"\.(?:zip|tar|tar\.gz|tgz)$", re.IGNORECASE)
_WARC = re.compile(r"^archive/.+\.warc(?:\.gz)?$", re.IGNORECASE)
_WHOLE = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")
"""Members that show a zip to be a document or program that is kept whole."""


class Unit(msgspec.Struct, frozen=True):
    """One delivered file or folder: where it is, what it is, and the prefix its members get in the bundle."""

    path: str
    name: str
    form: Form
    size: int
    prefix: str = ""
    group: int = 0
    """Units of one group make one export together (multi-part zips)."""


class MemberRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One member: bundle path, unit, entry in it; the rule that leaves it out, or the capture that claims it."""

    path: str
    unit: int
    entry: Entry
    capture: str | None = None
    rule: str | None = None
    claimed: bool = False


class CaptureRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One recognised capture with what its reader needs to read it."""

    capture: Capture
    reader: str
    group: int
    paths: tuple[str, ...]
    roots: tuple[str, ...]
    personal_export: bool = False
    keeps_rest: bool = False


class DeliveryRecord(msgspec.Struct, frozen=True):
    """``steps/receive/delivery.json``."""

    units: tuple[Unit, ...]
    members: tuple[MemberRecord, ...]
    captures: tuple[CaptureRecord, ...]
    bag: bool = False


def units_of(bundles: list[Path]) -> tuple[Unit, ...]:
    """Every delivered file or folder; a folder's archives are units of their own. Raises ``OSError``.

    Archives in one folder whose names differ only in a trailing number, or in the code that Meta gives to parts, are
    the parts of one export, one group.
    """
    found = [(bundle, path, form) for bundle in bundles for path, form in _forms(bundle)]
    groups: dict[tuple[Path, str], int] = {}
    prefixes: set[str] = set()
    units = []
    for bundle, path, form in found:
        key = (path.parent, _export(_stem(path.name))) if form == "zip" else (path, "")
        base = f"{_stem(bundle.name)}/" if len(bundles) > 1 and form != "file" else ""
        inner = f"{_stem(path.relative_to(bundle).as_posix())}/" if path != bundle else ""
        prefix = _unique(base + inner if len(found) > 1 else "", prefixes)
        size = path.stat().st_size if form != "folder" else 0
        units.append(Unit(str(path), path.name, form, size, prefix, groups.setdefault(key, len(groups))))
    return tuple(units)


def _export(stem: str) -> str:
    """The name of the export that an archive is a part of.

    >>> _export("export-part2"), _export("facebook-voorbeeldstad-2026-03-06-AbCd1234")
    ('export', 'facebook-voorbeeldstad-2026-03-06')
    """
    of_meta = _META_PART.fullmatch(stem)
    return of_meta.group(1) if of_meta else _PART.sub("", stem)


def _stem(name: str) -> str:
    return _ENDING.sub("", name)


def _unique(prefix: str, taken: set[str]) -> str:
    number, candidate = 2, prefix
    while candidate and candidate in taken:
        number, candidate = number + 1, f"{prefix.rstrip('/')}_{number}/"
    taken.add(candidate)
    return candidate


def _forms(bundle: Path) -> Iterator[tuple[Path, Form]]:
    if not bundle.is_dir():
        yield bundle, form_of(bundle)
        return
    yield bundle, "folder"
    for path in sorted(bundle.rglob("*")):
        if path.is_file() and not path.is_symlink() and (form := form_of(path)) != "file":
            yield path, form


def form_of(path: Path) -> Form:
    """What a delivered file is, by its bytes: an archive to look into, or a file to keep whole. Raises ``OSError``."""
    with path.open("rb") as stream:
        head = stream.read(512)
        stream.seek(0)
        if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            return "zip" if _is_bundle_of_files(stream) else "file"
        if path.suffix.lower() == ".zip" and zipfile.is_zipfile(stream):
            return "zip"  # something stands before it: a program that unpacks it, or damage
        stream.seek(0)
        if head[257:262] == b"ustar":
            return "tar"
        if head[:2] == b"\x1f\x8b":
            return "tar.gz" if _holds_tar(stream) else "file"
    return "file"


def _is_bundle_of_files(stream: BinaryIO) -> bool:
    """Whether a zip is an archive of files, and not a WACZ, an office document or the like."""
    if Path(getattr(stream, "name", "")).suffix.lower() == ".wacz" and entries(stream) > MAX_MEMBERS:
        return False
    try:
        names = zipfile.ZipFile(stream).namelist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return Path(getattr(stream, "name", "")).suffix.lower() != ".wacz"
    if not names:
        return True
    return not _is_wacz(names) and not any(name in _WHOLE for name in names)


def _is_wacz(names: list[str]) -> bool:
    """Whether these are the members of a WACZ (1.1.1, 4), also of one that lost its datapackage or its records."""
    rooms = {name.partition("/")[0] for name in names if "/" in name}
    if "datapackage.json" in names:
        return not rooms.isdisjoint(("archive", "data", "pages"))
    return len(rooms & {"archive", "indexes", "pages"}) > 1 and any(_WARC.search(name) for name in names)


def _holds_tar(stream: BinaryIO) -> bool:
    head = GunzipStream(stream, close_raw=False).read(512)
    try:
        tarfile.TarInfo.frombuf(head or b"", "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return False
    return True


def open_unit(unit: Unit, number: int, spool: Path, skip: frozenset[str] = frozenset()) -> Container:
    """The container of a unit. Raises :class:`ArchiveError` and ``OSError``."""
    path = Path(unit.path)
    if unit.form == "folder":
        return Folder(path, skip)
    if unit.form == "zip":
        return Zip(path)
    if unit.form in ("tar", "tar.gz"):
        return Tar(path, spool / str(number), packed=unit.form == "tar.gz")
    return SingleFile(path)


def head_of(container: Container, entry: Entry, size: int) -> bytes:
    """The first bytes of a member. Raises ``OSError`` or ``ValueError``."""
    with container.open(entry) as stream:
        return stream.read(min(size, entry.size))
