"""Telling a format by its first and last bytes: rows of ``fpr_rules/own_formats.toml`` and ``fpr_rules/magic.toml``.

Only what comes with Python is imported, and little of that: the command that Archivematica runs for every file comes
by here, and may not cost more than the file itself.
"""

from __future__ import annotations

import os
import re
import tomllib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

OWN = "sma-fmt/"
"""What our own ids begin with, as ``fmt/`` and ``x-fmt/`` are PRONOM's."""
END = 1 << 16
"""How many bytes are looked at, at either end."""
_UNPACKED = 1 << 14
_GZIP = b"\x1f\x8b"


class Signature(NamedTuple):
    """A row: an id, and everything that has to be true of a file to have it.

    ``endings``: how its name ends, any of them; none where the bytes are enough. ``named``: how such a file is named,
    where they are. ``starts``, ``holds`` and ``ends``: expressions for its first byte onwards, its first 64 KiB, its
    last 64 KiB; ``lacks``: what is in neither. ``unpacked`` says that they are about what gzip packed. ``instead_of``:
    the vaguer ids that it goes before.
    """

    id: str
    name: str = ""
    version: str = ""
    mime: str = ""
    endings: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    starts: re.Pattern[bytes] | None = None
    holds: re.Pattern[bytes] | None = None
    ends: re.Pattern[bytes] | None = None
    lacks: re.Pattern[bytes] | None = None
    unpacked: bool = False
    instead_of: tuple[str, ...] = ()
    why: Mapping[str, str] = {}

    def fits(self, name: str, ends: Ends) -> bool:
        """Whether a file of this name and with these ends has the format."""
        if self.endings and not name.lower().endswith(self.endings):
            return False
        head = ends.unpacked if self.unpacked else ends.head
        return bool(
            (self.starts is None or self.starts.match(head))
            and (self.holds is None or self.holds.search(head))
            and (self.ends is None or self.ends.search(ends.tail))
            and (self.lacks is None or not (self.lacks.search(head) or self.lacks.search(ends.tail)))
        )


class Ends(NamedTuple):
    """The first and last 64 KiB of a file."""

    head: bytes
    tail: bytes

    @property
    def unpacked(self) -> bytes:
        """What the beginning holds, when it is gzip; not more than 16 KiB."""
        if not self.head.startswith(_GZIP):
            return b""
        try:
            return zlib.decompressobj(31).decompress(self.head, _UNPACKED)
        except zlib.error:
            return b""


def ends_of(path: str | os.PathLike[str]) -> Ends:
    """Read both ends of a file. Raises ``OSError``."""
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 -- pathlib alone would take longer than the file
        head = stream.read(END)
        if len(head) < END:
            return Ends(head, head)
        stream.seek(max(0, os.fstat(stream.fileno()).st_size - END))
        return Ends(head, stream.read(END))


@cache
def signatures(table: str) -> tuple[Signature, ...]:
    """The rows of a table, in order: ``own_formats`` or ``magic``."""
    folder = import_module("sma_plugin.fpr_rules").__path__[0]
    with open(os.path.join(folder, f"{table}.toml"), "rb") as stream:  # noqa: PTH118, PTH123
        return tuple(map(_signature, tomllib.load(stream)["format"]))


def told(name: str, ends: Ends, rows: Iterable[Signature]) -> Iterator[Signature]:
    """The rows that fit."""
    return (row for row in rows if row.fits(name, ends))


def by_ends(path: str | os.PathLike[str]) -> Signature | None:
    """What the two ends of a file show it to be, where that is certain. Raises ``OSError``."""
    ends = ends_of(path)
    rows = (*signatures("own_formats"), *signatures("magic")) if ends.head else ()
    return next(told(os.path.basename(path), ends, rows), None)  # noqa: PTH119


_PATTERNS = ("starts", "holds", "ends", "lacks")


def _signature(row: dict[str, Any]) -> Signature:
    """A row with its expressions; a key that is none is an error of ours, and raises ``TypeError``."""
    made: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    for key in _PATTERNS:
        if key in made:
            made[key] = re.compile(made[key].encode("latin-1"), re.DOTALL)
    return Signature(**made)


def is_own(puid: str) -> bool:
    """Whether an id is ours, and not PRONOM's."""
    return puid.startswith(OWN)
