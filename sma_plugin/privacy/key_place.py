"""Where a key may lie: where its owner alone can read it, and away from whatever is archived.

A key in a package would make every pseudonym in it worthless; one that others can read is no key.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from sma_plugin.package import WorkArea
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError

KEY_MARK = b"# sma-plugin key"
"""How every file begins that holds a key, so that one in a delivery is known for what it is."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SIGNS = ("metadata/sma", WorkArea.MARKER, "bagit.txt", "capture.toml", "objects/captures")
"""What stands in a folder that is a package, a working area, an AIP or a delivery."""


def refuse_unsafe(path: Path) -> None:
    """Refuse a file that is not its owner's alone, or that others can replace. Raises :class:`UserError`."""
    real = path.resolve()
    for one, name, wanted in ((real.parent, "key_folder_open", "700"), (real, "key_open_to_others", "600")):
        if not one.exists():
            continue
        status = one.stat()
        if status.st_uid != os.geteuid():
            raise UserError("key_of_another", path=one)
        if status.st_mode & _OTHERS:
            raise UserError(name, path=one, mode=wanted)


def refuse_archived(path: Path, places: Iterator[Path] | tuple[Path, ...] = ()) -> None:
    """Refuse a file within a package, a delivery, a working area, or one of ``places``. Raises :class:`UserError`."""
    real = path.resolve()
    inside = [place for place in map(Path.resolve, places) if place == real or place in real.parents]
    inside += [folder for folder in real.parents if any((folder / sign).exists() for sign in _SIGNS)]
    inside += [folder for folder in real.parents if folder.name.endswith(".steps")]
    if inside:
        raise UserError("key_archived", path=path, place=inside[0])


def work_places(settings: Settings) -> tuple[Path, ...]:
    """The folders of the configuration in which packages come to be."""
    named = (settings.paths.working_area, settings.paths.packages)
    return tuple(settings.resolve(one) for one in named if one)


def write_secret(path: Path, data: bytes) -> None:
    """Write a file so that nobody else can read it at any moment, and all of it or none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
