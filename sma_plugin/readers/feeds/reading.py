"""Feeds, one document after another: what they are of, their items as posts, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from sma_plugin.model import Account, AccountRef, Evidence, Item, Observation, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import Rejoined
from sma_plugin.readers.feeds.entry import Entry, moment, post_of
from sma_plugin.readers.feeds.header import Header
from sma_plugin.readers.feeds.json_feed import JsonFeed
from sma_plugin.readers.feeds.names import CONTAINERS, ITEMS, PREFIXES, TOMBSTONE, is_json_feed, is_xml_feed
from sma_plugin.readers.feeds.tables import rules_of
from sma_plugin.readers.feeds.xml_entry import entry_of
from sma_plugin.readers.json_items import Piece
from sma_plugin.readers.page_chain import Chain
from sma_plugin.readers.remarks import no_posts, unread_times
from sma_plugin.readers.xml_element import Element
from sma_plugin.readers.xml_elements import XmlElements

_HEAD = 4096


class Feeds:
    """The feeds of one capture. ``declared``: the platform and account that the declaration of the capture names."""

    def __init__(self, platform: str | None = None, declared: AccountRef | None = None, *, files: bool = False) -> None:
        self._platform, self._declared, self._files = platform, declared, files
        self._chain = Chain(("page", "start-index", "offset", "paged"))

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one feed; nothing of a document that is none."""
        head = source.stream.read(_HEAD)
        stream = Rejoined(head, source.stream)
        if is_xml_feed(head):
            yield from _Reading(self, source).xml(stream)
        elif is_json_feed(head):
            yield from _Reading(self, source).json(stream)

    def end(self) -> Iterator[Item]:
        """Pages that were announced and not captured."""
        yield from self._chain.open_ends()

    def platform_of(self, header: Header) -> str | None:
        """The platform of a feed: what the capture declares, else what the feed shows."""
        return self._platform or header.platform()

    def owner_of(self, header: Header, platform: str) -> AccountRef:
        """The account of a feed: what it shows itself, else what the capture declares."""
        shown = header.owner(platform)
        if shown.native_id or shown.handle:
            return shown
        return self._declared or AccountRef()

    @property
    def files(self) -> bool:
        """Whether the feeds were delivered as such, and are not met in a capture of the web."""
        return self._files

    def page(self, source: Source, header: Header) -> None:
        """Remember a page, and the one that follows it."""
        address = source.url or header.own_page
        if address and header.next_page:
            self._chain.page(source, address, header.next_page)
        elif address:
            self._chain.page(source, address, None)


class _Reading:
    """The reading of one feed."""

    def __init__(self, feeds: Feeds, source: Source) -> None:
        self._feeds, self._source = feeds, source
        self._header = Header()
        self._platform: str | None = None
        self._owner = AccountRef()
        self._known = False
        self._items = 0

    def xml(self, stream: Any) -> Iterator[Item]:
        """The entries of a feed in RSS or Atom, those that were deleted, and where it is cut or no XML."""
        elements = XmlElements(stream, CONTAINERS.__contains__, ITEMS, PREFIXES)
        for element in elements:
            evidence = self._evidence(element.offset, element.length, element.local)
            if element.local in ITEMS:
                yield from self._item(entry_of(element), evidence, element.offset, element.length)
            elif element.name == f"{{{TOMBSTONE}}}deleted-entry":
                yield from self._deleted(element, evidence)
            else:
                self._header.learn(element, evidence)
        yield from self._begun()
        path = self._source.path
        for fault in elements.faults:
            if fault.cut:
                yield Problem("SMA-R003", path, fault.offset, None, {"path": path, "counted": self._items})
            elif self._items or fault.reason != "entities are declared":
                yield Problem("SMA-R001", path, fault.offset, None, {"path": path, "reason": fault.reason})
            else:
                yield Problem("SMA-R006", path, fault.offset, None, {"path": path, "reason": fault.reason})
        yield from self._end()

    def json(self, stream: Any) -> Iterator[Item]:
        """The same of a JSON Feed."""
        feed = JsonFeed(self._source, stream)
        feed.learn(self._header)
        for entry, piece, locator in feed.entries():
            evidence = self._evidence(piece.offset, len(piece.data), locator)
            if entry.odd:
                place = (self._source.path, piece.offset, len(piece.data))
                yield Problem("SMA-R002", *place, {"path": self._source.path})
            yield from self._item(entry, evidence, piece.offset, len(piece.data))
        yield from self._begun()
        yield from feed.problems(self._items)
        yield from self._end()

    # --- the parts of a feed -----------------------------------------------------------------------------------------

    def _begun(self, first: Entry | None = None) -> Iterator[Item]:
        """Once the header was read: what the feed is of. The ``first`` item may name the account, too."""
        if self._known:
            return
        self._known = True
        self._platform = self._feeds.platform_of(self._header)
        self._feeds.page(self._source, self._header)
        if self._platform is None:
            return
        self._owner = self._feeds.owner_of(self._header, self._platform)
        writer = rules_of(self._platform).writer_of(first.names) if first else None
        if writer and self._owner.native_id is None:
            self._owner = msgspec.structs.replace(self._owner, native_id=writer)
        evidence = (self._header.evidence or self._source.base,)
        if self._owner.native_id or self._owner.handle:
            yield Account(self._platform, self._owner, owner=self._feeds.files, evidence=evidence)
            yield from self._header.profile(self._platform, self._owner, self._source.fetched_at)

    def _item(self, entry: Entry, evidence: Evidence, offset: int, length: int) -> Iterator[Item]:
        yield from self._begun(entry)
        self._items += 1
        if self._platform is None:
            return
        entry.language = entry.language or self._header.language
        rules = rules_of(self._platform)
        post = post_of(entry, self._platform, rules, self._owner, evidence, self._source.fetched_at)
        yield post
        for problem in unread_times(post, self._source.path, Piece(offset, b"")):
            yield msgspec.structs.replace(problem, length=length)

    def _deleted(self, element: Element, evidence: Evidence) -> Iterator[Item]:
        """Word that an entry was deleted (RFC 6721)."""
        yield from self._begun()
        named = element.attributes.get("ref", "")
        post = rules_of(self._platform).native_id([named])
        if self._platform and post:
            at = moment(element.attributes.get("when"))
            yield Observation(self._platform, post, self._owner, at, status="deleted", evidence=(evidence,))

    def _end(self) -> Iterator[Problem]:
        path = self._source.path
        if self._platform is None and self._feeds.files:
            yield Problem("SMA-R205", path, params={"path": path, "count": self._items})
        elif self._platform is None:
            yield no_posts(path, "feed", self._items)
        else:
            yield Problem("SMA-R204", path, params={"path": path, "count": self._items})

    def _evidence(self, offset: int, length: int, locator: str) -> Evidence:
        return self._source.evidence(offset, length, locator)
