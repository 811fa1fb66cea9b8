"""Whether the name of a file or folder tells of somebody who is protected: compose asks, and ``sma privacy check``."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator
from functools import cache, lru_cache
from itertools import islice

import msgspec

from sma_plugin.facts import facts
from sma_plugin.model import AccountHistory
from sma_plugin.privacy.searching import Found, Needle, Search, plain
from sma_plugin.privacy.third_parties import ThirdParties

_KEPT = re.compile(r"objects/captures/[^/]+/")
_LEAST_DIGITS = 8
"""Digits from which a number in a name or record is looked at."""
_REMEMBERED = 1 << 14
_AT_ONCE = 20_000
"""So many accounts are looked for at once."""


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    endings: frozenset[str]
    words: frozenset[str]


class FileNames:
    """Looks for third parties in names of files and folders. ``own`` are the bearers that are the account itself."""

    def __init__(self, needles: Iterable[Needle], own: Container[str] = ()) -> None:
        self._search = Search(one for one in needles if one.bearer not in own and _counts(one))
        self.tell = lru_cache(_REMEMBERED)(self._tell)
        """Whether a name tells of somebody."""

    def found(self, name: str) -> Iterator[Found]:
        """Who is told of, and by what."""
        return self._search.found(name)

    def _tell(self, name: str) -> bool:
        return any(True for _ in self.found(name))


def told_of(names: Collection[str], accounts: Iterable[AccountHistory]) -> Iterator[AccountHistory]:
    """The accounts that any of these names tells of, as somebody else's; a few at a time, for there may be many."""
    rest = iter(accounts)
    while some := list(islice(rest, _AT_ONCE)):
        parties = ThirdParties(some, (), {})
        search = FileNames(parties.needles)
        told = {one.needle.bearer for name in names for one in search.found(name)}
        yield from (msgspec.structs.replace(one, own=False) for one in some if parties.bearer_of(one) in told)


def _counts(needle: Needle) -> bool:
    """Whether a name tells of somebody by this: a single word does, unless exports have it in their names anyway."""
    word = plain(needle.text)
    return not is_short(needle) and word not in _words().words and word not in _words().endings


def is_short(needle: Needle) -> bool:
    """Whether it is a number that stands in names and records by chance: sizes, days and places are numbers too."""
    return needle.text.isdecimal() and len(needle.text) < _LEAST_DIGITS


def kept_name(path: str) -> str | None:
    """What of a package path was given to a file with its delivery; ``None`` for what we named ourselves."""
    found = _KEPT.match(path)
    return path[found.end() :] if found else None


def ending_of(name: str) -> str:
    """The endings of a name that say what is in the file.

    >>> ending_of("reacties.WARC.gz"), ending_of("Jan v. Verzonnen")
    ('.WARC.gz', '')
    """
    stem, ending = name, ""
    while True:
        stem, dot, last = stem.rpartition(".")
        if not dot or last.lower() not in _words().endings:
            return ending
        ending = f".{last}{ending}"


@cache
def _words() -> _Words:
    return facts(__package__, "file_names.toml", _Words)
