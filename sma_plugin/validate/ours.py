"""Whether something was made by this software, told by its structure; nothing of what checks it is loaded for that."""

from __future__ import annotations

from pathlib import Path

from sma_plugin.package import packages_at

_HEAD = 1 << 16


def is_ours(path: Path) -> bool:
    """Whether something is a package of this software, as it is or in an AIP, or a METS, rather than a delivery."""
    if path.is_dir():
        return bool(packages_at(path))
    with path.open("rb") as stream:
        head = stream.read(_HEAD).replace(b"\0", b"")  # UTF-16 too
    named = path.suffix.casefold() == ".xml" and "mets" in path.name.casefold()
    return named or b"http://www.loc.gov/METS/" in head
