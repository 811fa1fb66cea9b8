"""How long decoding one file may take, and how much memory: bombs and decoders that hang stop no other file."""

from __future__ import annotations

import resource
from functools import cache
from pathlib import Path

import msgspec

from sma_plugin.facts import facts


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of ``limits.toml``."""

    seconds: float
    seconds_per_megabyte: float
    memory: int
    pixels: int = 0
    pixels_together: int = 0

    def time_for(self, path: Path) -> float:
        """Seconds that a file of this size may take."""
        return self.seconds + self.seconds_per_megabyte * path.stat().st_size / 1e6


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    image: Limits
    moving: Limits
    office: Limits


@cache
def limits() -> _Table:
    """The limits of images, of audio and video, and of office documents."""
    return facts(__package__, "limits.toml", _Table)


def hold(pid: int, memory: int) -> None:
    """Bound the memory (bytes) of a process that was just started, where the system can."""
    if hasattr(resource, "prlimit"):
        resource.prlimit(pid, resource.RLIMIT_AS, (memory, memory))
