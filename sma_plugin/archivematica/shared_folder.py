"""The file system that Archivematica's shared directory is on."""

from __future__ import annotations

from pathlib import Path

_OVER_THE_NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "fuse.glusterfs", "fuse.sshfs", "9p")
_MOUNTS = Path("/proc/self/mounts")


def inotify_works(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether changes of a folder are told by the system: over a network, those that other machines make are not."""
    return kind_of(folder, mounts) not in _OVER_THE_NETWORK


def kind_of(folder: Path, mounts: Path = _MOUNTS) -> str:
    """The kind of file system that a folder is on; nothing where the system does not tell."""
    try:
        lines = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    holding = [(point, kind) for _, point, kind, *_ in lines if folder.resolve().is_relative_to(point)]
    return max(holding, key=lambda one: len(one[0]), default=("", ""))[1]
