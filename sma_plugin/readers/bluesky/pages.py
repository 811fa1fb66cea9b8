"""Pages of lists, chained by a cursor: which were captured, and which were announced and were not."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlunsplit

from sma_plugin.model import Item, Problem
from sma_plugin.readers.addresses import path_of, query_of, split_address
from sma_plugin.readers.bluesky.common import PLATFORM, words
from sma_plugin.readers.contract import Source
from sma_plugin.readers.page_chain import Chain
from sma_plugin.readers.timelines import Timelines

_CURSOR = "cursor"
_LISTS = ("feed", "records", "posts")


class Pages:
    """Follows the pages of one capture.

    Where addresses are known, each page says which comes next. Files without address are of one list; it is whole
    when the last page, which has no cursor, is among them.
    """

    def __init__(self) -> None:
        self._chain = Chain((_CURSOR,))
        self._timelines = Timelines(PLATFORM)
        self._open: dict[str, Problem] = {}
        self._ended: set[str] = set()

    def follow(self, source: Source, response: dict[str, Any], items: Iterator[Item]) -> Iterator[Item]:
        """The items of a page that was captured; what it covers is told at the end."""
        yield from self._timelines.page(items, *self._page(source, response))

    def _page(self, source: Source, response: dict[str, Any]) -> tuple[Hashable | None, Hashable | None]:
        """Take note of a page. Gives its place in a timeline, and that of the next one, if it is of one."""
        if source.status is not None and source.status >= 400:
            return None, None
        cursor = words(response.get(_CURSOR))
        if source.url:
            following = _with_cursor(source.url, cursor) if cursor else None
            self._chain.page(source, source.url, following)
            return (self._chain.place(source.url), self._chain.place(following)) if _whole(source) else (None, None)
        for name in _LISTS:
            items = response.get(name)
            if isinstance(items, list) and cursor and items:
                base = source.base
                self._open[name] = Problem("SMA-R049", source.path, base.offset, base.length, {"path": source.path})
            elif isinstance(items, list):
                self._ended.add(name)
        return None, None

    def end(self) -> Iterator[Item]:
        """A problem for each list that stops before its end, and what timelines cover."""
        yield from self._timelines.spans()
        yield from self._chain.open_ends()
        yield from (problem for name, problem in self._open.items() if name not in self._ended)


def _whole(source: Source) -> bool:
    """Whether an address asks for all posts of an account: its feed without a filter, or its records of posts."""
    given = query_of(source.url)
    method = path_of(source.url).rpartition("/")[2]
    if method == "app.bsky.feed.getAuthorFeed":
        return given.get("filter", "posts_with_replies") == "posts_with_replies"
    return method == "com.atproto.repo.listRecords" and given.get("collection") == "app.bsky.feed.post"


def _with_cursor(url: str, cursor: str) -> str:
    parts = split_address(url)
    given = [(name, value) for name, value in parse_qsl(parts.query) if name != _CURSOR]
    return urlunsplit(parts._replace(query=urlencode([*given, (_CURSOR, cursor)])))
