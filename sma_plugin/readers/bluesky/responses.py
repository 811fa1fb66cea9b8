"""What each response of Bluesky's API gives: posts, profiles, what stays out, what is only counted.

Any object is looked at for what it is; where it is none of the known kinds, its members are, so that lists of posts are
found however they are wrapped.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from sma_plugin.model import AccountRef, Item, Problem
from sma_plugin.readers.bluesky.asked import Asked, captured_account, error_items, identity_items
from sma_plugin.readers.bluesky.common import account_ref, thing, words
from sma_plugin.readers.bluesky.damaged import salvaged
from sma_plugin.readers.bluesky.embeds import Blobs
from sma_plugin.readers.bluesky.events import Change, changes, state_of, told
from sma_plugin.readers.bluesky.kinds import HOLDERS, collection_of, kind_of_value, method_of, rule_of_method, table
from sma_plugin.readers.bluesky.pages import Pages
from sma_plugin.readers.bluesky.people import People
from sma_plugin.readers.bluesky.records import Seen
from sma_plugin.readers.bluesky.tables import tables
from sma_plugin.readers.bluesky.views import Place, Views
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import Value, Values, unreadable
from sma_plugin.readers.json_items import ArrayItems, Piece
from sma_plugin.readers.json_members import members
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.left_out import UNCLAIMED, item_left_out, whole_left_out
from sma_plugin.readers.remarks import no_posts, unknown_form
from sma_plugin.readers.values import iso_moment

_READER = "bluesky-api"
_MAX_DEPTH = 150


class Responses:
    """Reads the responses of one capture, one after another. What they leave open is told at the end."""

    def __init__(self, blobs: Blobs, declared: AccountRef | None = None) -> None:
        self._people = People(blobs)
        self._views = Views(self._people, blobs, declared)
        self._blobs, self._pages, self._asked = blobs, Pages(), Asked(self._views)
        self._known, self._unknown = Counter[str](), 0
        self._uri: str | None = None

    def read_source(self, source: Source, uri: str | None = None) -> Iterator[Item]:
        """The items of one response; of one record by itself, ``uri`` is its address where that is known."""
        self._uri = uri
        rule = rule_of_method(method_of(source.url))
        if rule:
            yield from whole_left_out(f"{_READER}.{rule}", source)
            return
        self._known, self._unknown, self._views.nameless = Counter(), 0, 0
        values = Values(source)
        stream = iter(values)
        first = list(islice(stream, 2))
        if values.form == "array" and len(first) > 1 and all(_kind(one) == "profile" for one in first):
            yield from whole_left_out(f"{_READER}.contacts", source, len(first) + sum(1 for _ in stream))
            return
        for value in chain(first, stream):
            yield from self._value(source, value)
        yield from self._broken(source, values)
        yield from self._summary(source)

    def end(self) -> Iterator[Item]:
        """Who may answer the posts that were met; pages that were announced and not captured."""
        yield from self._views.gates()
        yield from self._pages.end()

    # --- finding -----------------------------------------------------------------------------------------------------

    def _value(self, source: Source, value: Value) -> Iterator[Item]:
        things = self._thing(source, value, 0)
        if isinstance(value.decoded, dict):
            things = self._pages.follow(source, value.decoded, things)
            yield from self._asked.items(source, value.decoded, self._place(source, value.piece, value.locator))
        yield from things

    def _thing(self, source: Source, value: Value, depth: int, pair: Piece | None = None) -> Iterator[Item]:
        """What a value is; where it is unknown, what it holds. ``pair`` is what is cut if it stays out."""
        piece, decoded = value.piece, value.decoded
        if isinstance(decoded, list):
            yield from self._list(source, value, depth)
            return
        if not isinstance(decoded, dict):
            return
        kind = kind_of_value(decoded)
        if kind is None:
            found = self._known.total()
            yield from self._inside(source, value, depth)
            if depth == 0 and decoded and found == self._known.total():
                self._unknown += 1
                if value.locator and source.exact:
                    # Among answers in one file it could be anything; as a file of its own nobody would claim it.
                    yield from item_left_out(UNCLAIMED, source, piece.offset, len(piece.data))
            return
        self._known[kind] += 1
        if kind.startswith("!"):
            yield from self._left_out(kind[1:], source, value.locator, pair or piece)
        else:
            yield from self._known_kind(kind, source, value, pair or piece)

    def _inside(self, source: Source, value: Value, depth: int) -> Iterator[Item]:
        """The members of an object that is none of the known kinds."""
        data, base = value.piece.data, value.piece.offset
        if depth >= _MAX_DEPTH:
            self._unknown += 1
            return
        try:
            found = list(members(data))
        except (ValueError, RecursionError) as error:
            yield unreadable(source.path, value.piece, str(error) or type(error).__name__)
            return
        for name, start, begin, end in found:
            content = value.decoded.get(name)
            rule = table().members.get(name)
            self._known["list"] += isinstance(content, list) and name in HOLDERS
            if not isinstance(content, list | dict) or not content:
                continue
            if rule and isinstance(content, list):
                self._known[f"!{rule}"] += 1
                yield from item_left_out(f"{_READER}.{rule}", source, base + start, end - start)
            else:
                inner = Value(Piece(base + begin, data[begin:end]), content, f"{value.locator}/{name}")
                yield from self._thing(source, inner, depth + 1, Piece(base + start, data[start:end]))

    def _list(self, source: Source, value: Value, depth: int) -> Iterator[Item]:
        stream = io.BytesIO(value.piece.data)
        for index, piece in enumerate(ArrayItems(stream, start=value.piece.offset)):
            try:
                inner = Value(piece, tolerant(piece.data), f"{value.locator}/{index}")
            except ValueError as error:
                yield unreadable(source.path, piece, str(error))
                continue
            yield from self._thing(source, inner, depth + 1)

    def _broken(self, source: Source, values: Values) -> Iterator[Item]:
        """What can be read of a document that is cut off or damaged: the items of its list."""
        broken = values.broken if values.form == "single" else []
        for index, found in enumerate(chain.from_iterable(salvaged(source.path, piece) for piece in broken)):
            if isinstance(found, Problem):
                yield found
            else:
                yield from self._thing(source, Value(found, tolerant(found.data), f"/{index}"), 1)
        if not broken:
            yield from values.problems()

    # --- what is found -----------------------------------------------------------------------------------------------

    def _known_kind(self, kind: str, source: Source, value: Value, pair: Piece) -> Iterator[Item]:
        decoded, place = value.decoded, self._place(source, value.piece, value.locator)
        rule = tables().counted.get(collection_of(kind, decoded))
        if rule:
            yield from self._left_out(rule, source, value.locator, pair)
        elif kind == "feed":
            yield from self._views.feed_item(decoded, place)
        elif kind in ("view", "absent"):
            yield from self._views.any(decoded, place)
        elif kind in ("envelope", "record"):
            yield from self._record(kind, decoded, place)
        elif kind == "profile":
            yield from self._people.items(decoded, place.evidence, place.at)
        elif kind == "capture":
            yield from self._capture(source, value)
        elif kind in ("jetstream", "frame"):
            yield from self._event(kind, source, value, place, pair)
        else:
            yield from self._about(kind, source, decoded, place)

    def _about(self, kind: str, source: Source, decoded: dict[str, Any], place: Place) -> Iterator[Item]:
        """What says something of an account, or that something was not given."""
        if kind in ("account-state", "identity-state"):
            yield from state_of(decoded, place)
        elif kind in ("did-document", "repo"):
            yield from identity_items(decoded, place)
        elif kind == "error":
            yield from error_items(source, decoded, place)

    def _record(self, kind: str, decoded: dict[str, Any], place: Place) -> Iterator[Item]:
        collection = collection_of(kind, decoded)
        if collection not in tables().read:
            self._known[f"-{collection}"] += 1
        if self._uri and kind == "record":
            yield from self._views.envelope({"uri": self._uri, "value": decoded}, place)
        else:
            one = self._views.envelope if kind == "envelope" else self._views.record
            yield from one(decoded, place)

    def _capture(self, source: Source, value: Value) -> Iterator[Item]:
        """A capture by Bluesky's own tools: who the account is, its profile, and its newest records."""
        yield from captured_account(source, value)
        at = iso_moment(words(value.decoded.get("capturedAt")))
        dated = replace(source, fetched_at=source.fetched_at or at)
        for part, _, begin, end in members(value.piece.data):
            content = value.decoded.get(part)
            if isinstance(content, list):
                inner = Piece(value.piece.offset + begin, value.piece.data[begin:end])
                yield from self._list(dated, Value(inner, content, f"/{part}"), 1)

    def _event(self, kind: str, source: Source, value: Value, place: Place, pair: Piece) -> Iterator[Item]:
        event = thing(thing(value.decoded.get("frame")).get("body")) or value.decoded
        found: list[Change] = changes(event, kind)
        if not found:
            yield from state_of(event, place)
            return
        rules = {change.rule for change in found}
        first = next(iter(rules))
        if len(rules) == 1 and first:
            yield from self._left_out(first, source, value.locator, pair)
            return
        for change in found:
            if change.rule:
                # It stands in one message with posts: it is counted, and cannot be cut from that.
                self._known[f"-{change.address.collection}"] += 1
                continue
            seen = Seen(change.address, account_ref(change.address.authority), place.evidence, place.at, self._blobs)
            if change.action != "delete" and change.record is None:
                params: dict[str, str | int] = {"path": source.path, "value": change.address.uri}
                yield Problem("SMA-R191", source.path, place.offset, place.length, params)
            if change.address.collection not in tables().read:
                self._known[f"-{change.address.collection}"] += 1
            yield from told(change, self._views, seen, place)

    # --- what all of them need ---------------------------------------------------------------------------------------

    def _left_out(self, rule: str, source: Source, locator: str, piece: Piece) -> Iterator[Item]:
        name = f"{_READER}.{rule}"
        if locator == "":
            yield from whole_left_out(name, source)
        else:
            yield from item_left_out(name, source, piece.offset, len(piece.data))

    def _place(self, source: Source, piece: Piece, locator: str) -> Place:
        evidence = source.evidence(piece.offset, len(piece.data), locator)
        return Place(evidence, source.path, piece.offset, len(piece.data), source.fetched_at)

    def _summary(self, source: Source) -> Iterator[Problem]:
        path = source.path
        yield from (no_posts(path, kind[1:], count) for kind, count in sorted(self._known.items()) if kind[:1] == "-")
        if self._unknown:
            yield unknown_form(path, self._unknown)
        if self._views.nameless:
            yield Problem("SMA-R203", path, params={"path": path, "count": self._views.nameless})


def _kind(value: Value) -> str | None:
    return kind_of_value(value.decoded) if isinstance(value.decoded, dict) else None
