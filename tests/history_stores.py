"""Histories as a store gives them back, for tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sma_plugin.history.attribution import classify
from sma_plugin.history.load import Loader
from sma_plugin.history.store import HistoryStore
from sma_plugin.history.threads import order_threads
from sma_plugin.model import Capture, HistoryItem, Item


def histories(path: Path, items: Iterable[Item]) -> list[HistoryItem]:
    """What a store gives back of these items, which are all of one capture unless their evidence says otherwise."""
    loader = Loader(path)
    for name in ("01", "02", "03"):
        loader.capture(Capture(id=name))
    for item in items:
        loader.add(0, item)
    settle(loader)
    with HistoryStore(path) as store:
        return list(store.histories())


def settle(loader: Loader) -> None:
    """Do what the step *history* does once everything is loaded."""
    db = loader.finish()
    order_threads(db)
    db.execute("BEGIN")
    classify(db)
    db.execute("COMMIT")
    db.close()
