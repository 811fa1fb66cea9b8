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


class ArchiveError(ValueError):
    """An archive that cannot be opened at all; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding
