"""Fixity that came with a delivery: BagIt manifests and checksum files, checked in the pass that reads the members."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote

from sma_plugin.findings import Finding, make
from sma_plugin.readers.contract import Listing

ALGORITHMS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
_NAME = re.compile(
    r"(?:.*/)?(?:(?:tag)?manifest-(?P<bag>\w+)|checksums?|\w*SUMS)(?:\.(?P<ending>\w+))?$", re.IGNORECASE
)
_ROW = re.compile(r"(?P<digest>[0-9a-fA-F]{32,128})\s+\*?(?P<path>.+)")
MAX_MANIFEST = 256 << 20


class Expected(NamedTuple):
    """What a manifest says of one member."""

    algorithm: str
    digest: str
    manifest: str


def expected(
    listing: Listing, read: Callable[[str], bytes], find: Callable[[Finding], None]
) -> Iterator[tuple[str, Expected]]:
    """Each member that a delivered manifest names, with what it says.

    What it names that is absent is a finding, and so is what a bag holds and its manifest does not name.
    """
    for member in listing.members:
        if not _NAME.match(member.path) or member.size > MAX_MANIFEST:
            continue
        folder = PurePosixPath(member.path).parent
        named = set()
        for line in read(member.path).decode("utf-8", "replace").splitlines():
            row = _ROW.fullmatch(line.strip())
            algorithm = row and next((name for name, size in ALGORITHMS.items() if size == len(row["digest"])), None)
            if not row or not algorithm:
                continue
            path = _within(folder, unquote(row["path"]))
            named.add(path)
            if path in listing.by_path:
                yield path, Expected(algorithm, row["digest"].lower(), member.path)
            else:
                find(make("SMA-B012", path=member.path, item=path, name=path))
        for path in _payload(listing, member.path):
            if path not in named:
                find(make("SMA-B027", path=path, manifest=member.path))


def _payload(listing: Listing, manifest: str) -> Iterator[str]:
    """Every member that a manifest of a bag must name; none when it is not a bag's manifest of what was packed."""
    folder, name = PurePosixPath(manifest).parent, PurePosixPath(manifest).name
    if name.startswith("manifest-") and str(folder / "bagit.txt") in listing.by_path:
        yield from (member.path for member in listing.members if member.path.startswith(f"{folder / 'data'}/"))


def _within(folder: PurePosixPath, name: str) -> str:
    parts: list[str] = list(folder.parts)
    for part in PurePosixPath(name).parts:
        if part == "..":
            parts = parts[:-1]
        elif part not in (".", "/"):
            parts.append(part)
    return "/".join(parts)


def is_bag(listing: Listing) -> bool:
    """Whether a BagIt bag was delivered (RFC 8493: ``bagit.txt`` in the base directory)."""
    return any(PurePosixPath(path).name == "bagit.txt" for path in listing.by_path)
