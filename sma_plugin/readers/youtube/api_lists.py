"""Lists of the Data API that come in pages: which were met, and what shows at the end to be missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Problem, Tally
from sma_plugin.readers.contract import Source
from sma_plugin.readers.values import number
from sma_plugin.readers.youtube.api_asked import Pages
from sma_plugin.readers.youtube.api_kinds import kind_of

_UNITS = {"playlistItem": "videos", "channel": "channels"}
"""Lists of which ``pageInfo.totalResults`` is the number of items that there are; of others it is a guess."""
_MOST_THREADS = 1_000_000


class Lists:
    """Pages, threads and totals of one capture."""

    def __init__(self) -> None:
        self._pages = Pages()
        self._threads: dict[str, tuple[int, Problem]] = {}
        """Comments that have answers: how many, and where that stands."""
        self._answers: Counter[str] = Counter()
        self._totals: dict[tuple[str, ...], tuple[int, str]] = {}
        self._listed: Counter[tuple[str, ...]] = Counter()
        self._seen: set[str] = set()

    def page(self, source: Source, page: dict[str, Any]) -> None:
        """A page of a list."""
        group = _group(page)
        following, before = (page.get(name) for name in ("nextPageToken", "prevPageToken"))
        self._pages.page(source, group, _text(following), _text(before))
        info = page.get("pageInfo")
        total = number(info.get("totalResults")) if isinstance(info, dict) else None
        if group[0] in _UNITS and total is not None:
            # Between two pages the list can change: the largest number that was stated holds.
            self._totals[group] = max((total, source.path), self._totals.get(group, (0, "")))
            self._listed[group] += sum(map(self._is_new, _items(page)))

    def thread(self, native_id: str | None, stated: int | None, problem: Problem) -> None:
        """A comment with the number of its answers that the platform states."""
        if stated and native_id and len(self._threads) < _MOST_THREADS:
            self._threads[native_id] = (stated, problem)

    def answer(self, parent: str | None, native_id: str | None) -> None:
        """An answer to a comment; the same one can come in the thread and in a list of its own."""
        if parent and native_id and native_id not in self._seen:
            self._seen.add(native_id)
            self._answers[parent] += 1

    def end(self) -> Iterator[Problem | Tally]:
        """Pages that were announced and not captured, answers that are not there, lists that are not whole."""
        yield from self._pages.open_ends()
        for comment, (stated, problem) in self._threads.items():
            counted = self._answers[comment]
            if counted < stated:
                params: dict[str, str | int] = {"missing": stated - counted, "stated": stated}
                yield Problem("SMA-R160", problem.path, problem.offset, problem.length, params)
        for group, (stated, path) in self._totals.items():
            # Of one list, single items can be asked for, too; then the number is of those.
            if stated >= self._listed[group]:
                yield Tally(_UNITS[group[0]], stated, self._listed[group], path)

    def _is_new(self, one: Any) -> bool:
        """Whether an item of a list is not one that another page or file gave already."""
        native_id = one.get("id") if isinstance(one, dict) else None
        if not isinstance(native_id, str) or native_id in self._seen:
            return not isinstance(native_id, str)
        self._seen.add(native_id)
        return True


def _group(page: dict[str, Any]) -> tuple[str, ...]:
    """Which list a page is of, as far as it says so: its kind, and the playlist, video or comment."""
    items = [one for one in _items(page) if isinstance(one, dict)]
    first = items[0] if items else {}
    told = first.get("snippet")
    names = ("playlistId", "videoId", "parentId")
    listed = next((told[name] for name in names if told.get(name)), "") if isinstance(told, dict) else ""
    kind = kind_of(first) or str(page.get("kind", "")).removeprefix("youtube#").removesuffix("ListResponse")
    return kind, str(listed), str(page.get("regionCode") or "")


def _items(page: dict[str, Any]) -> list[Any]:
    listed = page.get("items")
    return listed if isinstance(listed, list) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
