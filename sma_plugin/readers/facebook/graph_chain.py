"""Pages of the lists of a Graph API: which one was announced and is not there.

A response that came with its address is held against the addresses that others announce. A page that was saved to a
file does not say which it is; but every page except the first knows one before it, and every page except the last one
after it, so that a list is whole when as many pages know one after them as know one before. Addresses hold the key of
who asked: they are compared here and never told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sma_plugin.model import Evidence, Problem
from sma_plugin.readers.addresses import query_of
from sma_plugin.readers.contract import Source
from sma_plugin.readers.facebook.graph_addresses import Edge, edge_of
from sma_plugin.readers.page_chain import Chain

PLACES = ("after", "before", "until", "since", "__paging_token", "max_id", "offset", "page", "cursor")


@dataclass
class _List:
    """What the saved pages of one list say: the marks of pages after and before, and where the last one stands."""

    after: set[str] = field(default_factory=set)
    before: set[str] = field(default_factory=set)
    last: Problem | None = None


class Pages:
    """The pages of all lists of one capture."""

    def __init__(self) -> None:
        self._chain = Chain(PLACES)
        self._lists: dict[Edge, _List] = defaultdict(_List)
        self._ends = 0
        """Saved pages that know no other page: the last ones of lists that are read in one direction only."""

    def page(self, source: Source, paging: Any, evidence: Evidence, *, nested: bool = False) -> None:
        """A page, with what it says of others; a ``nested`` one is the first page of a list inside an object."""
        given: Mapping[str, Any] = paging if isinstance(paging, dict) else {}
        following, before = _address(given, "next"), _address(given, "previous")
        if source.url:
            self._chain.page(source, source.url, following)
        elif following is None and before is None:
            self._ends += not nested
        else:
            known = self._lists[edge_of(following or before)]
            if following:
                known.after.add(_place(following))
                known.last = Problem("SMA-R049", source.path, evidence.offset, evidence.length)
            if before and not nested:
                known.before.add(_place(before))

    def open_ends(self) -> Iterator[Problem]:
        """A problem for each list of which a page was announced that was not captured."""
        yield from self._chain.open_ends()
        for known in self._lists.values():
            # A list that is read in one direction only has one page that knows no other: its last.
            missing = len(known.after) - len(known.before) if known.before else min(len(known.after), 1)
            if missing > 0 and self._ends:
                self._ends -= 1
                missing -= 1
            if missing > 0 and known.last:
                yield known.last


def _address(paging: Mapping[str, Any], name: str) -> str | None:
    found = paging.get(name)
    return found if isinstance(found, str) and found.startswith("http") else None


def _place(url: str) -> str:
    """What in an address says which page it is of."""
    given = query_of(url)
    return "&".join(f"{name}={given[name]}" for name in PLACES if name in given)
