"""Answers of Meta's Graph APIs, one after another: what each holds, and what of it stays out.

The same addresses answer for Facebook and Instagram, and captures hold both: what an object is follows from its members
(graph_kinds.py). An answer is one object, a page of a list (``data``), several objects by id, or an error; one answer
a file or a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sma_plugin.model import Account, AccountRef, Item, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import Value, Values, unreadable
from sma_plugin.readers.facebook import graph_batch, graph_posts
from sma_plugin.readers.facebook.graph_addresses import FACEBOOK, Edge, edge_of, is_graph, rule_of
from sma_plugin.readers.facebook.graph_chain import Pages
from sma_plugin.readers.facebook.graph_kinds import FACTS, POSTS, RULES, is_by_id, kind_of
from sma_plugin.readers.facebook.graph_lists import addresses_in, first_form, holds_objects, rule_inside, whose_wall
from sma_plugin.readers.facebook.graph_objects import PROFILES, Objects, error, platform_of
from sma_plugin.readers.facebook.graph_posts import Seen
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.instagram import graph_items
from sma_plugin.readers.json_items import Piece
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.left_out import UNCLAIMED, item_left_out, stays_in, whole_left_out
from sma_plugin.readers.media_files import MediaFiles
from sma_plugin.readers.nested import items_of, pair_at, pairs, value_at
from sma_plugin.secrets.logins import names_key

_STORY = "open_graph_story"
"""The post that a review is: what was answered to it stands in there."""
_DISCOVERED = ("business_discovery", "mentioned_media", "mentioned_comment")
_COUNTED_ONLY = frozenset((RULES["reactor"], f"{FACEBOOK}.contacts"))
"""What is not told, and for which no post has to go that cannot be parted from it."""
_PERSONAL = {"page": frozenset(("access_token",)), "user": FACTS.personal}


def _is_of_who_asks(kind: str, decoded: dict[str, Any]) -> bool:
    """Whether an answer is a person with what only that person is told, and nothing besides."""
    return kind == "user" and bool(FACTS.personal & decoded.keys()) and not any(map(holds_objects, decoded.values()))


class Place(NamedTuple):
    """Where objects of a list stand: the list, whether it tells who wrote what is in it, whether it is of Threads."""

    edge: Edge = Edge()
    authors_given: bool = True
    of_threads: bool = False


class Answers:
    """Reads the answers of one capture. What they leave open is told at the end."""

    def __init__(self, files: MediaFiles | None = None) -> None:
        self._pages = Pages()
        self._owners: set[tuple[str, str]] = set()
        self._objects = Objects(files or MediaFiles())

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one response or file."""
        if rule := rule_of(source.url):
            yield from whole_left_out(rule, source)
            return
        values = Values(source, "data")
        edge = edge_of(source.url)
        for value in values:
            if values.form == "page":
                yield from self._object(
                    source, value, Place(edge, "from" in value.decoded if isinstance(value.decoded, dict) else True)
                )
            else:
                yield from self._answer(source, value, edge, alone=values.form == "single")
        yield from values.problems()
        yield from self._objects.summary(source.path)

    def end(self) -> Iterator[Item]:
        """Pages that were announced and not captured."""
        yield from self._pages.open_ends()

    def _answer(self, source: Source, value: Value, edge: Edge, *, alone: bool) -> Iterator[Item]:
        decoded = value.decoded
        if isinstance(decoded, list):
            yield from self._each(source, value.piece, value.locator, lambda one: self._answer_of(source, one, edge))
        elif graph_batch.is_part(decoded):
            yield from self._part(source, value, edge)
        elif not isinstance(decoded, dict):
            self._objects.count(None)
        elif isinstance(decoded.get("data"), list):
            yield from self._page(source, value, edge, alone=alone)
        elif is_by_id(decoded):
            for name, _, piece in pairs(value.piece):
                one = Value(piece, decoded[name], f"{value.locator}/{name}")
                yield from self._object(source, one, Place(edge, "from" in one.decoded))
        elif isinstance(decoded.get("data"), dict):
            yield from self._one(source, value, edge, alone=alone)
        else:
            yield from self._object(source, value, Place(edge, "from" in decoded), alone=alone)

    def _part(self, source: Source, value: Value, edge: Edge) -> Iterator[Item]:
        """The answer to one of several requests: its body is a text, or was read by whoever captured it."""
        body = value.decoded["body"]
        if isinstance(body, str):
            yield from graph_batch.whole(source, value, self.read_source(graph_batch.unpacked(source, value)))
        elif piece := value_at(value.piece, "body"):
            yield from self._answer(source, Value(piece, body, f"{value.locator}/body"), edge, alone=False)

    def _one(self, source: Source, value: Value, edge: Edge, *, alone: bool) -> Iterator[Item]:
        """A document of which ``data`` is one object."""
        inner, data = value_at(value.piece, "data"), value.decoded["data"]
        kind = kind_of(data, edge.name)
        if kind in RULES:
            yield from self._left_out(source, value, RULES[kind], alone=alone)
        elif inner:
            one = Value(inner, data, f"{value.locator}/data")
            yield from self._object(source, one, Place(edge, "from" in data))

    def _answer_of(self, source: Source, value: Value, edge: Edge) -> Iterator[Item]:
        return self._answer(source, value, edge, alone=False)

    def _each(
        self, source: Source, piece: Piece, locator: str, read: Callable[[Value], Iterator[Item]]
    ) -> Iterator[Item]:
        """What each value of an array gives; one that cannot be read costs itself."""
        for index, item in enumerate(items_of(piece)):
            try:
                one = Value(item, tolerant(item.data), f"{locator}/{index}")
            except ValueError as error:
                yield unreadable(source.path, item, str(error))
                continue
            yield from read(one)

    def _page(self, source: Source, value: Value, edge: Edge, *, alone: bool = False) -> Iterator[Item]:
        """A page of a list. A list of what stays out does so as a whole."""
        decoded = value.decoded
        paging = decoded.get("paging") or first_form(decoded.get("pagination"))
        address = next((one for one in addresses_in(paging)), source.url)
        edge = edge if edge.name else edge_of(address)
        kinds = [kind_of(one, edge.name) for one in decoded["data"] if isinstance(one, dict)]
        rule = rule_of(address) or (RULES.get(kinds[0] or "") if kinds else None)
        if kinds and set(kinds) == {"reference"}:
            rule = rule or f"{FACEBOOK}.contacts"
        if rule:
            yield from self._left_out(source, value, rule, alone=alone, count=len(decoded["data"]))
            return
        yield from self._listed(source, value, edge, paging)

    def _listed(self, source: Source, value: Value, edge: Edge, paging: Any, *, nested: bool = False) -> Iterator[Item]:
        """The objects of a page: ``value`` is the object that holds ``data``."""
        evidence = source.evidence(value.piece.offset, len(value.piece.data), value.locator)
        self._pages.page(source, paging, evidence, nested=nested)
        if not source.exact and any(map(names_key, addresses_in(paging))):
            yield Problem("SMA-R275", source.path, source.base.offset, source.base.length, {"count": 1})
        data = value.decoded["data"]
        kinds = [kind_of(one, edge.name) for one in data if isinstance(one, dict)]
        authors_given = any(isinstance(one, dict) and "from" in one for one in data)
        of_threads = edge.name == "threads" or "threads-post" in kinds or is_graph(source.url, "threads")
        place = Place(edge, authors_given, of_threads)
        inner = value_at(value.piece, "data")
        whose = edge.owner if edge.name in FACTS.of_account else None if edge.name else whose_wall(data)
        if whose and whose.isdecimal() and data:
            kind = "threads-post" if of_threads else next(iter(kinds), None)
            yield from self._owner(source, value, whose, kind)
        if inner is None:
            yield unreadable(source.path, value.piece, "unreadable")
            return
        locator = f"{value.locator}/data"
        yield from self._each(source, inner, locator, lambda one: self._object(source, one, place))

    def _owner(self, source: Source, value: Value, owner: str, kind: str | None) -> Iterator[Account]:
        """The account whose posts were asked for, once: it is what the capture is of."""
        if kind not in POSTS or (owner, platform_of(kind)) in self._owners:
            return
        self._owners.add((owner, platform_of(kind)))
        has_own_numbers = platform_of(kind) != "facebook" and kind != "ig-old-media"
        ref = graph_items.numbered(owner) if has_own_numbers else AccountRef(owner)
        evidence = source.evidence(value.piece.offset, len(value.piece.data), value.locator)
        yield Account(platform_of(kind), ref, owner=True, evidence=(evidence,))

    def _left_out(self, source: Source, value: Value, rule: str, *, alone: bool, count: int = 1) -> Iterator[Item]:
        if alone:
            yield from whole_left_out(rule, source, count)
        else:
            yield from item_left_out(rule, source, value.piece.offset, len(value.piece.data))

    # --- one object --------------------------------------------------------------------------------------------------

    def _object(self, source: Source, value: Value, place: Place, *, alone: bool = False) -> Iterator[Item]:
        decoded, piece = value.decoded, value.piece
        kind = self._objects.kind(decoded, place.edge.name)
        kind = "threads-post" if place.of_threads and kind == "ig-media" else kind
        if kind in RULES:
            yield from self._left_out(source, value, RULES[kind], alone=alone)
        elif kind in ("error", "graph-error"):
            yield error(source, decoded)
        elif kind == "discovery":
            yield from self._discovered(source, value)
        elif kind in POSTS or kind in PROFILES:
            one = Fields(decoded)
            seen = Seen(
                source.evidence(piece.offset, len(piece.data), value.locator),
                source.fetched_at,
                place.edge.owner,
                place.edge.name,
                place.authors_given,
            )
            if kind in POSTS and graph_posts.never_published(one):
                yield from self._left_out(source, value, f"{FACEBOOK}.drafts", alone=alone)
                return
            if alone and not source.exact and _is_of_who_asks(kind, decoded):
                yield from whole_left_out(f"{FACEBOOK}.personal", source)
                return
            yield from self._objects.made(source, value, kind, one, seen)
            yield from self._inside(source, value, kind)
        elif decoded not in ({}, []):
            self._objects.count(kind)
            if kind is None and source.exact and not alone:
                # Among answers in one file it could be anything; as a file of its own nobody would claim it.
                yield from item_left_out(UNCLAIMED, source, piece.offset, len(piece.data))

    def _inside(self, source: Source, value: Value, kind: str) -> Iterator[Item]:
        """Lists inside an object: what is read of them, and what is cut out."""
        decoded = value.decoded
        personal = _PERSONAL.get(kind, frozenset())
        lists = {name for name, one in decoded.items() if holds_objects(one) or name in personal}
        lists |= {_STORY} if isinstance(decoded.get(_STORY), dict) else set()
        if not lists:
            return
        for name, pair, inner in pairs(value.piece):
            if name not in lists:
                continue
            if name in personal:
                yield from self._cut(source, pair, f"{FACEBOOK}.personal", must=name == "access_token")
            elif rule := rule_inside(name):
                found = pair_at(inner, "data") or pair
                yield from self._cut(source, found, rule, must=rule not in _COUNTED_ONLY)
            elif name == _STORY:
                yield from self._inside(source, Value(inner, decoded[name], f"{value.locator}/{name}"), kind)
            elif name in FACTS.lists and isinstance(decoded[name], dict):
                holder = Value(inner, decoded[name], f"{value.locator}/{name}")
                edge = Edge(str(decoded.get("id") or "") or None, name)
                yield from self._listed(source, holder, edge, decoded[name].get("paging"), nested=True)

    def _cut(self, source: Source, pair: Piece, rule: str, *, must: bool) -> Iterator[Item]:
        """Cut a member out. Where that cannot be done, what only may not be told stays in the restricted original."""
        if source.exact or must:
            yield from item_left_out(rule, source, pair.offset, len(pair.data))
        elif rule == f"{FACEBOOK}.personal":
            yield stays_in(source)

    def _discovered(self, source: Source, value: Value) -> Iterator[Item]:
        """What one account was told of another: its profile and posts, a post or comment that names the asker."""
        for name, _, inner in pairs(value.piece):
            found = value.decoded.get(name)
            if name not in _DISCOVERED or not isinstance(found, dict):
                continue
            kind = {"business_discovery": "ig-user", "mentioned_media": "ig-media"}.get(name, "ig-comment")
            one = Value(inner, found, f"{value.locator}/{name}")
            seen = Seen(source.evidence(inner.offset, len(inner.data), one.locator), source.fetched_at)
            yield from self._objects.made(source, one, kind, Fields(found), seen)
            yield from self._inside(source, one, kind)
