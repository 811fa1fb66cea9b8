"""The outbox of an archive: one collection of activities, or the pages of one."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator

from sma_plugin.model import Account, Item, Tally
from sma_plugin.readers.contract import CaptureView, Source
from sma_plugin.readers.documents import cut_off, readable, unreadable
from sma_plugin.readers.json_items import ArrayItems, Piece
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.mastodon.activities import Activities
from sma_plugin.readers.mastodon.common import PLATFORM, Files
from sma_plugin.readers.mastodon.objects import Thing, actor_reference, address
from sma_plugin.readers.page_chain import Chain
from sma_plugin.readers.remarks import nothing_read

# Mastodon 4.1 to 4.2 writes the list twice, first empty, then with the activities: only a list with items is opened.
_OPENING = r'"orderedItems"\s*:\s*\[(?=\s*[^\s\]])'
ANY_OPENING = r'"(?:orderedItems|items)"\s*:\s*\[(?=\s*[^\s\]])'
_NO_ITEMS = re.compile(rb'"orderedItems"\s*:\s*\[\s*\]')
_TOTAL = re.compile(rb'"totalItems"\s*:\s*"?(\d{1,15})')
_ADDRESS = rb'"%s"\s*:\s*("https?:[^"\\]*(?:\\.[^"\\]*)*")'


class Outboxes:
    """Reads the outboxes of one archive. Without an ``actor`` it is of the actor of its activities."""

    def __init__(self, files: Files, actor: Thing | None) -> None:
        self._files, self._actor = files, actor
        self._chain = Chain()
        self._counted = 0
        self._summaries: list[tuple[str, int | None]] = []
        """Collections that only name their first page, with the number of posts that they state."""

    def items(self, capture: CaptureView, paths: Iterable[str]) -> Iterator[Item]:
        """The items of every outbox, and what is missing between pages."""
        for path in paths:
            yield from self._outbox(capture.open(path))
        for path, stated in self._summaries:
            yield Tally("posts", stated, self._counted, path)
        yield from self._chain.open_ends()

    def _outbox(self, source: Source) -> Iterator[Item]:
        path = source.path
        items = ArrayItems(source.stream, opening=_OPENING)
        reader: Activities | None = None
        counted, broken = 0, None
        for index, piece in enumerate(items):
            if broken is not None:
                yield unreadable(path, broken, "broken")
                broken = None
            if not piece.whole and not readable(piece.data):
                broken = piece
                continue
            counted += 1
            if self._actor is None:
                self._actor = yield from _first_actor(piece)
            reader = reader or Activities(source, self._files, self._actor)
            yield from reader.items(piece, f"/orderedItems/{index}")
        self._counted += counted
        around = items.prefix + items.suffix
        self._chain.page(source, _named(around, b"id"), _named(around, b"next") or _named(around, b"first"))
        yield from self._ending(path, items, broken, counted)
        if reader is not None:
            yield from reader.finish()

    def _ending(self, path: str, items: ArrayItems, broken: Piece | None, counted: int) -> Iterator[Item]:
        opened = items.prefix.endswith(b"[")
        if not opened and not _NO_ITEMS.search(items.prefix):
            if _named(items.prefix, b"first"):
                self._summaries.append((path, stated_total(items)))
                return
            yield nothing_read(path, "orderedItems")
        elif opened and not items.closed:
            yield cut_off(path, broken, counted)
        elif broken is not None:
            yield unreadable(path, broken, "broken")
        yield Tally("posts", stated_total(items), counted, path)


def _first_actor(piece: Piece) -> Generator[Item, None, Thing | None]:
    try:
        activity = tolerant(piece.data)
    except ValueError:
        return None
    native = address(activity.get("actor")) if isinstance(activity, dict) else None
    if native is None:
        return None
    actor = Thing(id=native)
    yield Account(PLATFORM, actor_reference(actor), owner=True)
    return actor


def _named(around: bytes, name: bytes) -> str | None:
    """An address among the members of the collection itself."""
    found = re.search(_ADDRESS % name, around)
    try:
        return str(tolerant(found.group(1))) if found else None
    except ValueError:
        return None


def stated_total(items: ArrayItems) -> int | None:
    """``totalItems`` of the collection itself, which may stand before or after its items."""
    found = _TOTAL.search(items.prefix) or _TOTAL.search(items.suffix)
    return int(found.group(1)) if found else None
