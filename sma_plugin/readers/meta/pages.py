"""Reading a page of an export: its cards with their moments, and what is to be said where they cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import tzinfo
from typing import Any, NamedTuple

import msgspec

from sma_plugin.model import Evidence, Moment, Post, Problem
from sma_plugin.readers.contract import DAMAGE, CaptureView
from sma_plugin.readers.json_items import Piece
from sma_plugin.readers.meta.cards import Card, cards
from sma_plugin.readers.meta.dates import moment_of, read_date
from sma_plugin.readers.meta.documents import Record
from sma_plugin.readers.meta.labels import Meaning, means
from sma_plugin.readers.remarks import nothing_read

MOST = 256 << 20
"""A page larger than this many bytes is not read."""

_MADE_BY_META = re.compile(
    rb"""<base href=["'](?:\.\./)+|_a6-|_a70[0-9a-f]|uiBoxWhite|_4t5n|_3-9[0-9]\b|_2pi[a-z0-9]\b"""
)
_NO_BYTES = Piece(0, b"")
_HTML = re.compile(rb"<html|<!doctype html", re.IGNORECASE)


def is_page(head: bytes) -> bool:
    """Whether first bytes are those of an HTML page."""
    return _HTML.search(head[:1024]) is not None


def is_of_export(head: bytes) -> bool:
    """Whether the first bytes of a page look like those of the pages that Meta makes."""
    return _MADE_BY_META.search(head) is not None


class Dated(NamedTuple):
    """A card with its moments as they are understood, and the evidence for it."""

    card: Card
    created: Moment
    edited: Moment | None
    evidence: Evidence


class Pages:
    """The pages of one export; without a ``zone`` times are read as UTC, which is told once."""

    def __init__(self, capture: CaptureView, zone: tzinfo | None) -> None:
        self._capture, self._zone = capture, zone
        self._told = False

    def cards(self, path: str) -> Iterator[Dated | Problem]:
        """The cards of one page, and what is to be said of it."""
        data = self._data(path)
        if isinstance(data, Problem):
            yield data
            return
        held: list[Dated] = []
        dated = 0
        for card in cards(data):
            one = self._dated(card, path)
            if card.is_empty:
                continue
            if one.created.us is None and not dated:
                held.append(one)  # whether these are items shows when one has a date
                continue
            dated += 1
            for other in (*held, one):
                yield from self._given(other, path)
            held.clear()
        if held:
            yield Problem("SMA-R102", path, params={"path": path})
        if dated and self._zone is None and not self._told:
            self._told = True
            yield Problem("SMA-R104", path, params={"path": path})

    def _data(self, path: str) -> bytes | Problem:
        try:
            with closing(self._capture.open(path).stream) as stream:
                data = stream.read(MOST + 1)
        except (KeyError, *DAMAGE) as error:
            return nothing_read(path, error)
        return nothing_read(path, "too large") if len(data) > MOST else data

    def _dated(self, card: Card, path: str) -> Dated:
        """A card with its moments: at its foot, in a row of its own, or else that of its last change."""
        said, raw = card.date, card.dated or ""
        if said is None:
            raw = next((value for label, value in card.rows if means(label, "time")), "")
            said = read_date(raw)
        change = moment_of(card.change, card.changed or "", self._zone) if card.change else None
        created = moment_of(said, raw, self._zone) if said else change or Moment()
        later = change is not None and (change.us or 0) > (created.us or 0)
        return Dated(card, created, change if later else None, Evidence(path, "file", locator=card.selector))

    def _given(self, one: Dated, path: str) -> Iterator[Dated | Problem]:
        """A card; one without a date only when it shows that it is an item."""
        card = one.card
        if one.created.us is None:
            if not (card.media or card.heading):
                return
            said = (card.texts or [card.heading or "-"])[-1]
            yield Problem("SMA-R005", path, params={"path": path, "value": said[:40]})
        yield one


def items_of(
    found: Iterable[Dated | Problem],
    as_item: Callable[[Card], dict[str, Any]],
    make: Callable[[Record], Iterator[Post | Problem]],
) -> Iterator[Post | Problem]:
    """The posts on a page: each card as the item that the export in JSON has there, with the moments of the page."""
    for one in found:
        if isinstance(one, Problem):
            yield one
            continue
        for item in make(Record("", _NO_BYTES, as_item(one.card), one.evidence)):
            if isinstance(item, Post):
                yield msgspec.structs.replace(item, created=one.created, edited=one.edited)
            else:
                yield item


def named_on(capture: CaptureView, paths: Iterable[str], meanings: tuple[Meaning, ...]) -> dict[Meaning, str]:
    """What the pages of a profile say under labels with these meanings; the first that says something holds."""
    found: dict[Meaning, str] = {}
    for path in paths:
        try:
            with closing(capture.open(path).stream) as stream:
                data = stream.read(MOST)
        except (KeyError, *DAMAGE):
            continue
        for label, value in (row for card in cards(data) for row in card.rows):
            for meaning in meanings:
                if meaning not in found and means(label, meaning):
                    found[meaning] = value
    return found
