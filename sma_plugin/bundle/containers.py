"""What a delivery comes in: folder, single file, zip, tar, tar.gz. Members are listed and opened, not unpacked.

The checks are those of PRODUCT.md 5.1: bombs, names that lead out, links, duplicate and case-clashing names, encrypted
members, overlapping members, truncated archives. Each is a finding; the rest of the archive is still used.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

import msgspec

from sma_plugin.bundle.names import NOISE, bundle_path, printable, told_apart
from sma_plugin.bundle.streams import FrontierFile
from sma_plugin.findings import Finding, make

Form = Literal["folder", "file", "zip", "tar", "tar.gz"]
PACKED = ("zip", "tar", "tar.gz")
"""Forms whose members are taken out of an archive."""


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One member: its path in the container, size in bytes, place in physical order, delivered time of change."""

    path: str
    name: str
    size: int
    order: int
    modified: str | None = None


class Container(Protocol):
    """One delivered file or folder."""

    form: Form
    path: Path
    size: int
    entries: list[Entry]
    findings: list[Finding]
    damage: dict[str, str]
    """Why a member could not be read to its end, by its path; known when it was read."""

    def open(self, entry: Entry) -> BinaryIO:
        """A forward stream of a member; what cannot be read ends it, and is in ``damage``. Raises ``OSError``."""

    def seekable(self, entry: Entry) -> FrontierFile | None:
        """The member as a seekable, hashing file where the container allows it."""

    def approach(self, entry: Entry) -> None:
        """Take what stands before a member into the hash of the whole, when members are read in physical order."""

    def fixity(self) -> str | None:
        """SHA-256 of the delivered file itself; ``None`` for a folder, which has no bytes of its own."""

    def close(self) -> None:
        """Let go of what is open."""


class Folder:
    """A delivered folder. Links are not followed."""

    form: Form = "folder"

    def __init__(self, path: Path, skip: frozenset[str] = frozenset()) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.damage: dict[str, str] = {}
        names = [name for name in sorted(self._names(path)) if name not in skip]
        self.entries = []
        for number, (name, (place, finding)) in enumerate(zip(names, told_apart(names), strict=True)):
            if finding and finding.code != "SMA-B004":
                self.findings.append(finding)
            status = (path / name).stat()
            self.entries.append(Entry(place, name, status.st_size, number, _iso(status.st_mtime)))
        self.size = sum(entry.size for entry in self.entries)

    def _names(self, root: Path) -> Iterator[str]:
        for folder, folders, files in os.walk(root):
            here = Path(folder)
            for name in [*files, *folders]:
                entry = here / name
                relative = entry.relative_to(root).as_posix()
                mode = entry.lstat().st_mode
                if stat.S_ISLNK(mode):
                    self.findings.append(make("SMA-B005", path=printable(relative)))
                elif stat.S_ISREG(mode) and not NOISE.search(relative):
                    yield relative
                elif not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                    self.findings.append(make("SMA-B005", path=printable(relative)))
            folders[:] = [name for name in folders if not (here / name).is_symlink()]

    def open(self, entry: Entry) -> BinaryIO:
        """Open the file."""
        return (self.path / entry.name).open("rb")

    def seekable(self, entry: Entry) -> FrontierFile:
        """Open the file for seeking."""
        return FrontierFile(self.open(entry))

    def approach(self, entry: Entry) -> None:
        """Nothing stands before a file."""

    def fixity(self) -> None:
        """A folder has none of its own."""

    def close(self) -> None:
        """Nothing is held open."""


class SingleFile(Folder):
    """A delivered file that is its own only member."""

    form: Form = "file"

    def __init__(self, path: Path) -> None:
        self.path, self.findings, self.damage = path.parent, [], {}
        status = path.stat()
        self.size = status.st_size
        self.entries = [Entry(bundle_path(path.name), path.name, status.st_size, 0, _iso(status.st_mtime))]


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
