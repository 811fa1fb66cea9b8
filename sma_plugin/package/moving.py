"""Moving what is finished to its place, so that the place holds all of it or nothing."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from sma_plugin.package.files import publish

_CHUNK = 1 << 20


class CarriedError(OSError):
    """A file whose bytes are no longer those that were composed; nothing was put in place."""


def move(source: Path, target: Path, aside: Path, sums: Mapping[Path, str] | None = None) -> None:
    """Move a finished file or folder to ``target``, where nothing stands yet.

    From another disk it is copied to ``aside``, which is on the disk of ``target``, and moved from there; ``sums`` are
    the SHA-256 of files by their path, checked on that way. Raises :class:`CarriedError`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        publish(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _carry(source, aside / target.name, sums or {})
        publish(aside / target.name, target)
        shutil.rmtree(aside)
        shutil.rmtree(source) if source.is_dir() else source.unlink()


def _carry(source: Path, copy: Path, sums: Mapping[Path, str]) -> None:
    shutil.rmtree(copy.parent, ignore_errors=True)
    copy.parent.mkdir(parents=True)

    def carried(name: str, to: str) -> None:
        digest = hashlib.sha256()
        with Path(name).open("rb") as stream, Path(to).open("wb") as out:
            while data := stream.read(_CHUNK):
                digest.update(data)
                out.write(data)
            out.flush()
            os.fsync(out.fileno())
        if sums.get(Path(name), digest.hexdigest()) != digest.hexdigest():
            raise CarriedError(errno.EIO, "changed since it was composed", name)

    if source.is_dir():
        shutil.copytree(source, copy, copy_function=carried)
    else:
        carried(str(source), str(copy))
