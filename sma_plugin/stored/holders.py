"""Where packages are under a path: each by itself, so that one that is broken does not hide the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sma_plugin.package import packages_at
from sma_plugin.stored.opened import check_stored
from sma_plugin.texts import UserError

_ARCHIVES = (".zip", ".7z", ".tar", ".tar.gz", ".tgz")


def places(path: Path) -> Iterator[Path]:
    """Where packages may be: a package or AIP as a folder, an archive, or those in the folders below."""
    if not path.is_dir() or packages_at(path):
        yield path
        return
    for entry in sorted(path.iterdir()):
        if entry.name.startswith("."):
            continue  # a working area, or what is being moved
        if entry.is_dir():
            yield from places(entry)
        elif entry.name.lower().endswith(_ARCHIVES):
            yield entry


def holders(path: Path) -> list[Path]:
    """The places at a path that do hold a package, by the names in them; nothing is unpacked."""
    return [place for place in places(path) if _holds(place)]


def _holds(place: Path) -> bool:
    try:
        check_stored([place])
    except UserError:
        return False
    return True
