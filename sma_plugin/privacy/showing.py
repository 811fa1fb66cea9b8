"""Files that a person looked at and let through, as they come into a copy for access: without what cannot be seen.

Who looks at a picture or page sees no cookie, nor what the file says of its maker. A web archive and a text lose their
keys on the way, a picture or film what it says of itself. What then still has a key in it stays out.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple, cast

from sma_plugin.bundle.responses import is_web_archive
from sma_plugin.package import Package
from sma_plugin.package.files import PART
from sma_plugin.privacy.hidden import Hidden, take_out
from sma_plugin.privacy.masked_block import LARGEST, masked_text
from sma_plugin.privacy.masked_warc import Masking, NotMaskableError
from sma_plugin.secrets.addresses import overwritten
from sma_plugin.secrets.written import is_text

_BLOCK, _OVERLAP = 1 << 20, 1 << 12


class Shown(NamedTuple):
    """A reviewed file, its name in the copy, and why it has none: it changed, or has keys that cannot be taken out."""

    path: str
    name: str
    trouble: Literal["", "changed", "keys"] = ""
    hidden: Hidden = "none"
    """Whether what the file says of itself was taken out."""


def shown(package: Package, target: Path, files: dict[str, str]) -> Iterator[Shown]:
    """Copy reviewed files (package path and SHA-256) into a folder, under names that say nothing."""
    for path, sha256 in sorted(files.items()):
        source = package.path(path)
        if not source.resolve().is_relative_to(package.root.resolve()) or not source.is_file():
            continue  # a file of another package of the account
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target, suffix=PART) as folder:
            yield _shown(path, source, sha256, Path(folder), target)


def _shown(path: str, source: Path, sha256: str, folder: Path, target: Path) -> Shown:
    part = folder / "file"
    if _copied(source, part) != sha256:
        return Shown(path, "", "changed")
    with part.open("rb") as stream:
        warc = is_web_archive(source.name, stream.read(_OVERLAP))
    hidden: Hidden = "none" if warc else take_out(part)
    without = _without_keys(part, f"sha256:{sha256}", warc=warc)
    if without is None:
        return Shown(path, "", "keys")
    suffix = source.suffix.lower() if source.suffix[1:].isalnum() else ""
    suffix = ".warc" if warc and without != part else suffix
    name = f"medium-{sha256[:16]}{suffix}"
    shutil.move(without, target / name)
    return Shown(path, name, hidden=hidden)


def _copied(source: Path, part: Path) -> str:
    """Copy a file; gives its SHA-256."""
    digest = hashlib.sha256()
    with source.open("rb") as original, part.open("wb") as copy:
        while block := original.read(_BLOCK):
            digest.update(block)
            copy.write(block)
    return digest.hexdigest()


def _without_keys(part: Path, origin: str, *, warc: bool) -> Path | None:
    """The file itself where it holds no keys, another without them, or ``None`` where they cannot be taken out."""
    other = part.with_name("without.warc")
    if warc:
        with part.open("rb") as stream:
            values = _masked(stream, other, origin)
        return part if values == 0 else other if values else None
    if zipfile.is_zipfile(part):
        return None if _packed_keys(part, other) else part
    if part.stat().st_size > LARGEST:
        return None if _holds_keys(part) else part
    data = part.read_bytes()
    found = masked_text(data, _kind_of(data))
    if found.gone and found.left:
        return None
    if found.gone:
        part.write_bytes(found.data)
    return part


def _masked(stream: BinaryIO, other: Path, origin: str) -> int | None:
    """How many keys went from a web archive; ``None`` where it cannot be looked through whole."""
    try:
        with other.open("wb") as out:
            written = Masking().write(stream, out, other.name, origin)
    except NotMaskableError:
        return None
    return None if set(written.left) - {"no text"} else written.values


def _packed_keys(part: Path, other: Path) -> bool:
    """Whether a zip (a WACZ, an office document) holds keys, or something that cannot be looked through."""
    with zipfile.ZipFile(part) as archive:
        for one in archive.infolist():
            with archive.open(one) as stream:
                if is_web_archive(one.filename):
                    if _masked(cast("BinaryIO", stream), other, "") != 0:
                        return True
                elif one.file_size > LARGEST or masked_text(data := stream.read(), _kind_of(data)).gone:
                    return True
    return False


def _kind_of(data: bytes) -> str:
    return "text/plain" if is_text(data[:_OVERLAP]) else ""


def _holds_keys(part: Path) -> bool:
    """Whether a large file has an address with a key in it."""
    before = b""
    with part.open("rb") as stream:
        while block := stream.read(_BLOCK):
            if overwritten(before + block)[1]:
                return True
            before = block[-_OVERLAP:]
    return False
