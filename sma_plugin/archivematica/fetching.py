"""Fetching a stored AIP: piece by piece, taken up where it was, and checked before it is in its place."""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from sma_plugin.archivematica.call_errors import CallError
from sma_plugin.archivematica.calls import Streamed
from sma_plugin.archivematica.storage import Storage, StoredPackage
from sma_plugin.describe.xml import safe_parser
from sma_plugin.findings import Finding, make
from sma_plugin.package.files import PART, publish
from sma_plugin.texts import UserError

_PACKED = (".7z", ".tar", ".gz", ".bz2", ".zip", ".gpg")
_UNFIT = re.compile(r"[^\w.()-]")
_MANIFEST = re.compile(r"[^/]+/manifest-(sha256|sha512)\.txt")
_PAYLOAD = "data/"
_RANGE = re.compile(r"bytes (\d+)-")
_ALGORITHMS = {"sha256": "sha256", "sha512": "sha512", "sha1": "sha1", "md5": "md5"}
_PAST_THE_END = 416
_CHUNK = 1 << 20


class Fetched(NamedTuple):
    """An AIP in its place. ``checked_by`` is ``server`` (the pointer file), ``bag`` (its own manifest), or nothing."""

    path: Path
    size: int
    checked_by: str
    findings: tuple[Finding, ...] = ()


def fetch(storage: Storage, uuid: str, folder: Path, on_bytes: Callable[[int], None]) -> Fetched:
    """Fetch an AIP into a folder. One that is not what was stored stays out of it, and is told.

    Raises :class:`~sma_plugin.archivematica.call_errors.CallError`, and :class:`UserError` when it is there already.
    """
    stored = storage.package(uuid)
    target = folder / _name(stored)
    if target.exists():
        raise UserError("client_stays", path=target)
    folder.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + PART)
    storage.caller.again(lambda: _take_in(storage, stored, part, on_bytes))
    checked_by, wrong = _checked(storage, stored, part)
    if wrong:
        part.unlink()  # to go on from it would give the same
        return Fetched(part, 0, checked_by, (make("SMA-A085", path=target.name, reason=wrong),))
    publish(part, target)
    notes = () if checked_by else (make("SMA-A086", path=target.name),)
    return Fetched(target, target.stat().st_size, checked_by, notes)


def _name(stored: StoredPackage) -> str:
    """The name of the file: an AIP that is stored as a folder comes as a tar."""
    name = _UNFIT.sub("_", stored.name) or stored.uuid
    return name if name.endswith(_PACKED) else f"{name}.tar"


def _take_in(storage: Storage, stored: StoredPackage, part: Path, on_bytes: Callable[[int], None]) -> None:
    """Take in what is not there yet, in as many attempts as it needs: each goes on where the one before was."""
    begin = part.stat().st_size if part.is_file() else 0
    if begin and begin == stored.size:
        return
    try:
        with storage.whole(stored.uuid, begin) as answer, part.open("ab" if _goes_on(answer, begin) else "wb") as out:
            for block in answer.blocks:
                out.write(block)
                on_bytes(len(block))
    except CallError as error:
        if error.status != _PAST_THE_END or not begin:
            raise
        part.unlink()
        _take_in(storage, stored, part, on_bytes)


def _goes_on(answer: Streamed, begin: int) -> bool:
    """Whether the answer begins where we are; a server that cannot do that begins anew."""
    found = _RANGE.match(answer.headers.get("Content-Range", ""))
    return answer.status == 206 and bool(found) and int(found.group(1) if found else -1) == begin


# --- whether it is what was stored -----------------------------------------------------------------------------------


def _checked(storage: Storage, stored: StoredPackage, part: Path) -> tuple[str, str]:
    """By what it was checked, and what is wrong."""
    pointer = storage.pointer(stored.uuid)
    known = _fixity(pointer) if pointer else None
    if known:
        with part.open("rb") as stream:
            found = hashlib.file_digest(stream, known[0]).hexdigest()
        return "server", "" if found == known[1] else f"{known[0]} {found}, {known[1]}"
    if tarfile.is_tarfile(part):
        return _checked_by_bag(part)
    return "", ""


def _fixity(pointer: bytes) -> tuple[str, str] | None:
    """Algorithm and checksum of the stored file, by its pointer file (PREMIS 2 or 3)."""
    try:
        root = etree.fromstring(pointer, safe_parser())
    except etree.XMLSyntaxError:
        return None
    for fixity in root.iter("{*}fixity"):
        name = (fixity.findtext("{*}messageDigestAlgorithm") or "").lower().replace("-", "")
        value = (fixity.findtext("{*}messageDigest") or "").strip().lower()
        if name in _ALGORITHMS and value:
            return _ALGORITHMS[name], value
    return None


def _checked_by_bag(path: Path) -> tuple[str, str]:
    """Every file of a bag in a tar against the manifest in it, which names all of the payload (RFC 8493, 2.1.3)."""
    found: dict[str, dict[str, str]] = {"sha256": {}, "sha512": {}}
    stated: dict[str, dict[str, str]] = {}
    try:
        with tarfile.open(path, "r|*") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is None:
                    continue
                if manifest := _MANIFEST.fullmatch(member.name):
                    stated[manifest.group(1)] = _rows(stream.read().decode("utf-8", "replace"))
                    continue
                digests = {name: hashlib.new(name) for name in found}
                while data := stream.read(_CHUNK):
                    for digest in digests.values():
                        digest.update(data)
                for name, digest in digests.items():
                    found[name][member.name.partition("/")[2]] = digest.hexdigest()
    except (tarfile.TarError, EOFError, ValueError) as error:
        return "bag", str(error) or type(error).__name__
    if not stated:
        return "", ""
    wrong = {name for kind, rows in stated.items() for name, value in rows.items() if found[kind].get(name) != value}
    wrong |= {one for one in found["sha256"] if one.startswith(_PAYLOAD)}.difference(*stated.values())
    return "bag", ", ".join(sorted(wrong)[:3])


def _rows(manifest: str) -> dict[str, str]:
    """The rows of a BagIt manifest: path and checksum (RFC 8493, 2.1.3)."""
    rows = (line.split(maxsplit=1) for line in manifest.splitlines() if line.strip())
    return {row[1].removeprefix("*"): row[0].lower() for row in rows if len(row) == 2}
