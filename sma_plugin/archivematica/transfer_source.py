"""The folder that Archivematica takes packages from: putting a package there, or finding it there already."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from sma_plugin.compose.copy import clone
from sma_plugin.package import Package
from sma_plugin.package.files import PART, publish
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError

_CHUNK = 1 << 20
_SPARE = 64 << 20
"""Bytes that stay free on the disk."""


class TransferSource:
    """The configured transfer source, where it is on this machine."""

    def __init__(self, settings: Settings) -> None:
        named = settings.archivematica.transfer_source_path
        if not named:
            raise UserError("client_no_source")
        self.root = settings.resolve(named)
        if not self.root.is_dir():
            raise UserError("client_source_absent", path=self.root)

    def holds(self, package: Path) -> str | None:
        """The path of a package within the source, if it lies there."""
        try:
            return package.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return None

    def claim_of(self, name: str) -> Path:
        """Where the claim on a package stands."""
        return self.root / f"{name}.claim.json"

    def put(self, package: Package, name: str, on_bytes: Callable[[int], None]) -> str:
        """Copy a package into the source under this name, file by file; one that is there already stays.

        Each file is hashed on the way: what Archivematica gets is what was checked. Raises :class:`UserError`.
        """
        target = self.root / name
        if target.is_dir():
            return name
        part = self.root / f".{name}{PART}"
        files = list(files_of(package.root))
        _refuse_full(self.root, sum(path.stat().st_size for path in files if not _is_there(package.root, path, part)))
        sums = package.checksums()
        for path in files:
            inside = path.relative_to(package.root)
            if not _is_there(package.root, path, part):
                digest = _copied(path, part / inside, on_bytes)
                if sums.get(inside.as_posix(), digest) != digest:
                    raise UserError("error_changed_file", path=path)
        publish(part, target)
        return name

    def take_back(self, name: str) -> None:
        """Remove the copy that was put here, once it is stored; somebody may have done so before."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self.root / name)


def files_of(root: Path) -> Iterator[Path]:
    """Every file of a package in order. Raises :class:`UserError` for a link, which may lead anywhere."""
    for path in sorted(root.rglob("*")):
        if path.is_symlink():
            raise UserError("client_link", path=path)
        if path.is_file():
            yield path


def _is_there(root: Path, path: Path, part: Path) -> bool:
    """Whether an earlier run finished the copy of a file, which is then as long and of the same time."""
    copy = part / path.relative_to(root)
    if not copy.is_file():
        return False
    one, other = path.stat(), copy.stat()
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


def _copied(path: Path, target: Path, on_bytes: Callable[[int], None]) -> str:
    """Copy or clone one file; gives the SHA-256 of what was copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + PART)
    part.unlink(missing_ok=True)
    shared = clone(path, part)
    digest = hashlib.sha256()
    with (part if shared else path).open("rb") as stream, part.open("rb+" if shared else "wb") as out:
        while data := stream.read(_CHUNK):
            digest.update(data)
            on_bytes(len(data))
            if not shared:
                out.write(data)
    status = path.stat()
    os.utime(part, ns=(status.st_atime_ns, status.st_mtime_ns))  # who may read it, the folder for transfers decides
    publish(part, target)
    return digest.hexdigest()


def _refuse_full(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed + _SPARE > free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
