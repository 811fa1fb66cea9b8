"""Format identifiers as people write them in tables: one or more, ranges, local ones, or none."""

from __future__ import annotations

import re
from typing import NamedTuple

from sma_plugin.formats.magic import OWN

_ONE = re.compile(
    r"(?P<prefix>(?:[A-Za-z]+-)*fmt)\s*/\s*(?P<first>\d+)"
    r"(?:\s*(?:-|–|—|\.\.|t/m|tot en met|through|to)\s*(?:(?P<again>(?:[A-Za-z]+-)*fmt)\s*/\s*)?(?P<last>\d+))?",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\s*(?:,|;|/|&|\+|en|and)\s*(?P<first>\d+)(?:\s*(?:-|–|t/m)\s*(?P<last>\d+))?(?!\s*/)", re.IGNORECASE
)
_BETWEEN = re.compile(r"(?:[\s,;/&+()|]|\b(?:en|and|of|or)\b)*", re.IGNORECASE)
_OURS = ("fmt", "x-fmt", OWN.rstrip("/"))
"""What identifiers begin with that a file can have here."""
_NONE = frozenset({"", "-", "–", "—", "geen", "none", "n.v.t.", "nvt", "n/a", "onbekend", "unknown"})
_WIDEST = 200
"""Formats in one range at most; PRONOM's longest run of versions is far below it."""


class Cell(NamedTuple):
    """What stands in a cell: identifiers of PRONOM and of our own, identifiers of others, and what cannot be read."""

    puids: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    unread: str = ""


def is_ours(puid: str) -> bool:
    """Whether files are identified by it here: an id of PRONOM's or of our own."""
    return puid.partition("/")[0] in _OURS


def is_none(cell: str) -> bool:
    """Whether a cell says that there is nothing."""
    return cell.strip().casefold() in _NONE


def read_puids(cell: str) -> Cell:
    """The identifiers in a cell.

    >>> read_puids("fmt/21-23, x-fmt/111").puids
    ('fmt/21', 'fmt/22', 'fmt/23', 'x-fmt/111')
    >>> read_puids("TSS-fmt/9").local, read_puids("Geen"), read_puids("ca. fmt/4").unread
    (('TSS-fmt/9',), Cell(puids=(), local=(), unread=''), 'ca.')
    """
    if is_none(cell):
        return Cell()
    found: dict[str, None] = {}
    unread: list[str] = []
    at = 0
    while one := _ONE.search(cell, at):
        unread.append(cell[at : one.start()])
        prefix = one["prefix"].lower() if one["prefix"].lower() in _OURS else one["prefix"]
        found |= dict.fromkeys(_spread(prefix, one, unread))
        at = one.end()
        while more := _MORE.match(cell, at):
            found |= dict.fromkeys(_spread(prefix, more, unread))
            at = more.end()
    unread.append(cell[at:])
    rest = " ".join(part.strip(" \t\n,;") for part in unread if not _BETWEEN.fullmatch(part))
    ours = tuple(filter(is_ours, found))
    return Cell(ours, tuple(name for name in found if name not in ours), rest)


def _spread(prefix: str, one: re.Match[str], unread: list[str]) -> list[str]:
    """Every identifier of a range; a range that runs backwards, too far or into other names is not read."""
    first = int(one["first"])
    last = int(one["last"] or first)
    again = one.groupdict().get("again")
    if not 0 <= last - first <= _WIDEST or (again and again.lower() != prefix.lower()):
        unread.append(one.group())
        return []
    return [f"{prefix}/{number}" for number in range(first, last + 1)]
