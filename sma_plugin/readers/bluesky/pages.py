"""Pages of lists, chained by a cursor: which were captured, and which were announced and were not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlunsplit

from sma_plugin.model import Problem
from sma_plugin.readers.addresses import split_address
from sma_plugin.readers.bluesky.common import words
from sma_plugin.readers.contract import Source
from sma_plugin.readers.page_chain import Chain

_CURSOR = "cursor"
_LISTS = ("feed", "records", "posts")


class Pages:
    """Follows the pages of one capture.

    Where addresses are known, each page says which comes next. Files without address are of one list; it is whole
    when the last page, which has no cursor, is among them.
    """

    def __init__(self) -> None:
        self._chain = Chain((_CURSOR,))
        self._open: dict[str, Problem] = {}
        self._ended: set[str] = set()

    def page(self, source: Source, response: dict[str, Any]) -> None:
        """A page that was captured."""
        if source.status is not None and source.status >= 400:
            return
        cursor = words(response.get(_CURSOR))
        if source.url:
            self._chain.page(source, source.url, _with_cursor(source.url, cursor) if cursor else None)
            return
        for name in _LISTS:
            items = response.get(name)
            if isinstance(items, list) and cursor and items:
                base = source.base
                self._open[name] = Problem("SMA-R049", source.path, base.offset, base.length, {"path": source.path})
            elif isinstance(items, list):
                self._ended.add(name)

    def open_ends(self) -> Iterator[Problem]:
        """A problem for each list that stops before its end."""
        yield from self._chain.open_ends()
        yield from (problem for name, problem in self._open.items() if name not in self._ended)


def _with_cursor(url: str, cursor: str) -> str:
    parts = split_address(url)
    given = [(name, value) for name, value in parse_qsl(parts.query) if name != _CURSOR]
    return urlunsplit(parts._replace(query=urlencode([*given, (_CURSOR, cursor)])))
