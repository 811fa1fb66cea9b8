"""Stored packages as one history: rebuilt from ``posts.jsonl`` and ``captures.toml`` alone (CONTRACTS.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from sma_plugin.formats import activitystreams
from sma_plugin.history.load import Loader
from sma_plugin.history.rebuild import items_of
from sma_plugin.model import AccountHistory, HistoryItem, PostHistory
from sma_plugin.stored.opened import Stored


def load_package(loader: Loader, stored: Stored, *, lean: bool = False) -> list[int]:
    """Add a package to a store; gives the numbers of its captures. Their ids get the package's before them.

    ``lean`` leaves out what no comparison needs: counts and profiles. Raises
    :class:`~sma_plugin.formats.activitystreams.MalformedLineError` and ``OSError``.
    """
    named = {
        capture.id: msgspec.structs.replace(capture, id=f"{stored.record.package.id}/{capture.id}")
        for capture in stored.record.capture
    }
    numbers = loader.package(named)
    for item in items_of(lambda: _histories(stored.package.posts, lean=lean)):
        loader.add(numbers[0] if numbers else 0, item)
    return numbers


def _histories(posts: Path, *, lean: bool) -> Iterator[HistoryItem]:
    histories: Iterable[HistoryItem] = (line.item for line in activitystreams.read_lines(posts))
    return map(_lean, histories) if lean else iter(histories)


def _lean(history: HistoryItem) -> HistoryItem:
    if isinstance(history, PostHistory):
        return msgspec.structs.replace(history, observations=()) if history.versions else history
    if isinstance(history, AccountHistory):
        return msgspec.structs.replace(history, observations=(), profiles=())
    return history
