"""The file system that Archivematica's shared directory is on."""

from __future__ import annotations

import os
import re
from pathlib import Path

_OCTAL = re.compile(r"\\([0-7]{3})")
_OVER_THE_NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "fuse.glusterfs", "fuse.sshfs", "9p")
_MOUNTS = Path("/proc/self/mounts")


def inotify_works(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether changes of a folder are told by the system: over a network, those that other machines make are not."""
    return kind_of(folder, mounts) not in _OVER_THE_NETWORK


def kind_of(folder: Path, mounts: Path = _MOUNTS) -> str:
    """The kind of file system that a folder is on; nothing where the system does not tell."""
    try:
        lines = [line.split() for line in os.fsdecode(mounts.read_bytes()).splitlines()]
    except OSError:
        return ""
    where = folder.resolve()
    holding = [(_plain(point), kind) for _, point, kind, *_ in lines if where.is_relative_to(_plain(point))]
    return max(reversed(holding), key=lambda one: len(one[0]), default=("", ""))[1]  # of two at one place the later


def _plain(point: str) -> str:
    """A path as it is: the system writes blanks and backslashes in it as octal numbers."""
    return _OCTAL.sub(lambda found: chr(int(found.group(1), 8)), point)
