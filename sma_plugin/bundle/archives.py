"""What delivered archives have in common: limits, what damage raises, and why one cannot be opened at all."""

from __future__ import annotations

import struct
import zipfile
import zlib

from sma_plugin.findings import Finding

MAX_RATIO = 1000
"""A member that grows more than this many times, beyond ``RATIO_FREE`` bytes, is a bomb."""
RATIO_FREE = 64 << 20
DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    zlib.error,
    zipfile.BadZipFile,
    struct.error,
)
"""What the standard library raises on damaged or unsupported archives."""


_HEADS = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_ENDINGS = (".zip", ".rar", ".7z", ".tar", ".tgz", ".tar.gz")


def is_archive(path: str, head: bytes) -> bool:
    """Whether a member is an archive itself, by its name and its first bytes."""
    return path.lower().endswith(_ENDINGS) and (head.startswith(_HEADS) or head[257:262] == b"ustar")


class ArchiveError(ValueError):
    """An archive that cannot be opened at all; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding
