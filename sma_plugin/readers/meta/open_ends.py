"""Lists that a page loads part by part: whether the last part that was captured says that more follows.

Which part is asked for stands in the request, not in the answer: parts of one list are taken in the order of capture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sma_plugin.model import Problem
from sma_plugin.readers.contract import Source

_MAX_DEPTH, _MOST = 60, 100_000


class OpenEnds:
    """The lists of one capture, each with the last that was heard of its end."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], Problem | None] = {}

    def note(self, source: Source, name: str, owner: str, *, more: bool) -> None:
        """A part of a list: ``owner`` is whose list it is."""
        base = source.base
        if len(self._open) < _MOST:
            self._open[name, owner] = Problem("SMA-R049", source.path, base.offset, base.length) if more else None

    def end(self) -> Iterator[Problem]:
        """A problem for each list that was not captured to its end."""
        yield from (problem for problem in self._open.values() if problem is not None)


def connections(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, list[Any], bool]]:
    """Lists with their name, the objects of the part, and whether more follows."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for one in value:
            yield from connections(one, name, depth + 1)
    elif isinstance(value, dict):
        more = _follows(value.get("page_info"))
        edges = value.get("edges")
        if more is not None and isinstance(edges, list):
            yield name, [one.get("node") for one in edges if isinstance(one, dict)], more
        for inner, one in value.items():
            yield from connections(one, inner, depth + 1)


def _follows(info: Any) -> bool | None:
    found = info.get("has_next_page") if isinstance(info, Mapping) else None
    return found if isinstance(found, bool) else None
