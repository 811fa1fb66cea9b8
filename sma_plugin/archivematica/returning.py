"""A delivery goes back where it came from: all of it, and nothing stays behind.

On one disk a folder is moved in one go. To another disk each file is copied, read back and compared before it is
removed. What was interrupted goes on when it is asked for again.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from sma_plugin.package.files import PART, publish
from sma_plugin.texts import UserError


def move_into(folder: Path, entries: Iterable[Path]) -> None:
    """Move files and folders into a folder. Raises :class:`UserError` when others of these names lie there."""
    folder.mkdir(parents=True, exist_ok=True)
    for entry in entries:
        target = folder / entry.name
        if os.path.lexists(target):
            if not _same(entry, target):
                raise UserError("transfer_in_the_way", path=target)
            _remove(entry)
        else:
            _move(entry, target)


def _move(entry: Path, target: Path) -> None:
    try:
        entry.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        part = target.with_name(target.name + PART)
        _remove(part)
        _copy(entry, part)
        if not _same(entry, part):
            raise UserError("transfer_not_copied", path=entry, target=target.parent) from error
        publish(part, target)
        _remove(entry)


def _copy(entry: Path, part: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.copytree(entry, part, symlinks=True)
    else:
        shutil.copy2(entry, part, follow_symlinks=False)


def _same(entry: Path, other: Path) -> bool:
    """Whether all that is left of one is in the other, byte for byte; a link is what it says, not what it leads to."""
    return all(
        _told(path) == _told(other / path.relative_to(entry) if path != entry else other) for path in _files(entry)
    )


def _files(entry: Path) -> Iterator[Path]:
    if entry.is_dir() and not entry.is_symlink():
        yield from (path for path in entry.rglob("*") if path.is_symlink() or not path.is_dir())
    else:
        yield entry


def _told(path: Path) -> str | None:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    if not path.is_file():
        return None if not path.exists() else f"mode {path.lstat().st_mode}"
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
