"""ActivityStreams documents as a server answers with them: pages of an outbox, actors, objects, one after another.

They come in captures of the web, where the address says which document it is. Source: W3C ActivityPub, 5 and 7.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Account, Item
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import cut_off, unreadable
from sma_plugin.readers.json_items import ArrayItems, Piece
from sma_plugin.readers.json_members import members
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.left_out import whole_left_out
from sma_plugin.readers.mastodon.activities import Activities
from sma_plugin.readers.mastodon.common import PLATFORM
from sma_plugin.readers.mastodon.objects import ACTIVITIES, address, kind_of, reference, words
from sma_plugin.readers.mastodon.roles import COLLECTIONS, LISTS, stem
from sma_plugin.readers.page_chain import Chain

_TYPES = re.compile(r"application/(?:activity|ld)\+json\b", re.IGNORECASE)
_MAX_DOCUMENT = 64 << 20


def accepts(source: Source) -> bool:
    """Whether a response is an ActivityStreams document, by its content type."""
    return _TYPES.match(source.content_type or "") is not None


class Documents:
    """Reads the documents of one capture. What they leave open is told at the end."""

    def __init__(self) -> None:
        self._chain = Chain()
        self._owners: set[str] = set()

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one document."""
        piece = Piece(0, source.stream.read(_MAX_DOCUMENT))
        try:
            decoded = tolerant(piece.data)
        except ValueError as error:
            whole = piece.data.rstrip().endswith((b"}", b"]"))
            yield unreadable(source.path, piece, str(error)) if whole else cut_off(source.path, piece, 0)
            return
        reader = Activities(source, None)
        if not isinstance(decoded, dict):
            yield unreadable(source.path, piece, "no object")
        elif kind_of(decoded.get("type")) in COLLECTIONS:
            yield from self._collection(source, piece, decoded, reader)
        else:
            yield from _thing(reader, piece, decoded, "")
        yield from reader.finish()

    def end(self) -> Iterator[Item]:
        """Pages that were announced and not captured."""
        yield from self._chain.open_ends()

    def _collection(self, source: Source, piece: Piece, decoded: dict[str, Any], reader: Activities) -> Iterator[Item]:
        named = address(decoded.get("partOf")) or words(decoded.get("id")) or source.url or ""
        rule = LISTS.get(stem(named.partition("?")[0]))
        if rule:
            yield from whole_left_out(rule, source)
            return
        if source.status is None or source.status < 400:
            following = address(decoded.get("next")) or address(decoded.get("first"))
            self._chain.page(source, source.url or words(decoded.get("id")), following)
        for name, _, begin, end in members(piece.data):
            if name not in ("orderedItems", "items"):
                continue
            for index, one in enumerate(ArrayItems(io.BytesIO(piece.data[begin:end]), start=begin)):
                thing = tolerant(one.data)
                if isinstance(thing, dict):
                    yield from self._asked(source, named, thing)
                    yield from _thing(reader, one, thing, f"/{name}/{index}")

    def _asked(self, source: Source, named: str, activity: dict[str, Any]) -> Iterator[Account]:
        """The account whose outbox was asked for, once: it is what the capture is of."""
        whose = reference(activity.get("actor"))
        if stem(named.partition("?")[0]) == "outbox" and whose.native_id and whose.native_id not in self._owners:
            self._owners.add(whose.native_id)
            yield Account(PLATFORM, whose, owner=True, evidence=(source.base,))


def _thing(reader: Activities, piece: Piece, decoded: dict[str, Any], locator: str) -> Iterator[Item]:
    one = reader.items if kind_of(decoded.get("type")) in ACTIVITIES else reader.alone
    return one(piece, locator)
