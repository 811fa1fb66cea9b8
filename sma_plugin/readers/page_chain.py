"""Pages of a list that the server gave in parts: which were asked for, and which the server announced.

Source: RFC 8288 (Link), and Mastodon's API guidelines on pagination.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from typing import NamedTuple

from sma_plugin.model import Problem
from sma_plugin.readers.addresses import query_of, split_address
from sma_plugin.readers.contract import Source

_NEXT = re.compile(r"""<([^<>]*)>\s*;[^,<>]*\brel\s*=\s*["']?next\b""", re.IGNORECASE)
_PLACES = ("max_id", "offset", "page")
_MAX_PAGES = 100_000


class _Page(NamedTuple):
    """A page by what makes it that page: further parameters and their order do not matter."""

    address: str
    place: tuple[str, ...]


class Chain:
    """Which pages of lists were captured and which follow them, so that an open end can be told."""

    def __init__(self, places: tuple[str, ...] = _PLACES) -> None:
        """``places`` are the parameters that say which page of a list an address is of."""
        self._places = places
        self._captured: set[_Page] = set()
        self._announced: dict[_Page, Problem] = {}

    def page(self, source: Source, address: str | None, following: str | None) -> None:
        """A page that was captured, with the page that it says comes next. A page without address says nothing."""
        asked = self._asked(address)
        if asked is None or len(self._captured) > _MAX_PAGES:
            return
        page, names = asked
        self._captured.add(page)
        # Who asked for what is newer than a post has the older ones already: the next page is not missed.
        if following and "min_id" not in names and (announced := self._asked(following)):
            base = source.base
            self._announced[announced[0]] = Problem("SMA-R049", source.path, base.offset, base.length)

    def open_ends(self) -> Iterator[Problem]:
        """A problem for each page that was announced and not captured."""
        for page, problem in self._announced.items():
            if page not in self._captured:
                yield problem

    def place(self, address: str | None) -> Hashable | None:
        """Which page of which list an address is of."""
        asked = self._asked(address)
        return asked[0] if asked else None

    def _asked(self, url: str | None) -> tuple[_Page, frozenset[str]] | None:
        """The page that an address is of, and the names of all its parameters."""
        parts, given = split_address(url), query_of(url)
        if not parts.netloc:
            return None
        place = tuple(given.get(name, "") for name in self._places)
        return _Page(parts.netloc.lower() + parts.path.rstrip("/"), place), frozenset(given)


def linked_next(source: Source) -> str | None:
    """The address of the page that follows, as the response's ``Link`` header gives it."""
    found = _NEXT.search(source.notes.get("link", ""))
    return found.group(1) if found else None
