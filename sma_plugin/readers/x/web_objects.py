"""X's web interface of 2019 to 2022: ``globalObjects`` with posts and accounts by id, and a timeline that names them.

A post is one of version 1.1 with its author's id instead of the author; what it repeats or quotes stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from sma_plugin.model import AccountRef, Evidence, Item
from sma_plugin.readers.ladder import Ladder, tolerant
from sma_plugin.readers.x.api_json import Parts, parts
from sma_plugin.readers.x.api_profiles import Known
from sma_plugin.readers.x.api_session import Session, Spot
from sma_plugin.readers.x.api_v1 import Heads, status_media, status_post, status_relations
from sma_plugin.readers.x.web_notices import gone_post, post_of_entry
from sma_plugin.readers.x.web_parts import Legacy, WebTweet
from sma_plugin.readers.x.web_post import finished
from sma_plugin.readers.x.web_tweets import whole
from sma_plugin.readers.x.web_urls import asked

_POST = Ladder(Legacy)
_NOTHING = (0, b"{}")
_OF_ACCOUNT = re.compile(r"timeline/(?:profile|media)/(\d{1,20})(?:\.json)?")
_CHAINED = re.compile(r"(?:timeline/(?:profile|media|conversation)/|search/adaptive).*")
_DEPTH = 30


class Shown:
    """What the timeline of a response names: posts it shows, pinned and promoted ones, and what follows it."""

    def __init__(self, timeline: object) -> None:
        self.posts: set[str] = set()
        self.pinned: set[str] = set()
        self.promoted: set[str] = set()
        self.gone: list[tuple[str, str]] = []
        """Posts that are not shown, with what is said of them."""
        self.following: list[str] = []
        self.over = False
        self._look(timeline, pinned=False, entry="", depth=0)

    def _look(self, value: object, *, pinned: bool, entry: str, depth: int) -> None:
        if isinstance(value, list):
            for one in value:
                self._look(one, pinned=pinned, entry=entry, depth=depth)
        elif isinstance(value, dict) and depth < _DEPTH:
            entry = value["entryId"] if isinstance(value.get("entryId"), str) else entry
            for name, inner in value.items():
                if isinstance(inner, dict):
                    self._take(name, inner, entry, pinned=pinned)
                self._look(inner, pinned=pinned or name == "pinEntry", entry=entry, depth=depth + 1)

    def _take(self, name: str, value: dict[str, Any], entry: str, *, pinned: bool) -> None:
        if name == "tweet" and isinstance(value.get("id"), str):
            self.posts.add(value["id"])
            self.pinned |= {value["id"]} if pinned else set()
            self.promoted |= {value["id"]} if value.get("promotedMetadata") else set()
        elif name == "cursor" and value.get("cursorType") in ("Bottom", "ShowMoreThreads", "ShowMore"):
            self.following.append(str(value.get("value")))
        elif name == "terminateTimeline":
            self.over = self.over or value.get("direction") in ("Bottom", "TopAndBottom")
        elif name == "tombstoneInfo" and isinstance(value.get("text"), str):
            self.gone.append((entry, value["text"]))


class Objects:
    """The reading of one response of this form."""

    def __init__(self, session: Session, url: str | None) -> None:
        self._session, self._url = session, url
        self._users: Parts = {}
        self._posts: dict[str, tuple[int, bytes, Legacy]] = {}

    def items(self, spot: Spot, data: bytes) -> Iterator[Item]:
        """Everything in a response. Raises ``ValueError`` when it is no JSON object."""
        document = parts(data)
        start, raw = document["globalObjects"]
        found = parts(raw) if raw.startswith(b"{") else {}
        timeline = document.get("timeline", _NOTHING)[1]
        shown = Shown(tolerant(timeline))
        request = asked(self._url)
        self._session.chain.request(request.text("cursor"))
        whose = _OF_ACCOUNT.fullmatch(request.operation)
        yield from self._session.owner(AccountRef(whose.group(1)) if whose else None)
        inside = spot.inside(start, len(raw), "/globalObjects")
        self._users = _shifted(found, "users")
        yield from self._decoded(inside, _shifted(found, "tweets"))
        yield from self._told(inside, raw, shown)
        for entry, said in shown.gone:
            yield from gone_post(spot, _stone(said), post_of_entry(entry) or _number(entry), stone=True)
        if self._url is not None and _CHAINED.fullmatch(request.operation) and shown.posts and not shown.over:
            for token in shown.following:
                self._session.chain.announce(token, spot)

    def _decoded(self, spot: Spot, tweets: Parts) -> Iterator[Item]:
        for name, (start, raw) in tweets.items():
            try:
                self._posts[name] = (start, raw, _POST.decode(raw).value)
            except ValueError as error:
                yield spot.inside(start, len(raw), f"/tweets/{name}").problem("SMA-R001", reason=str(error))

    def _told(self, spot: Spot, data: bytes, shown: Shown) -> Iterator[Item]:
        promoted = 0
        for name, (start, raw, one) in self._posts.items():
            place = spot.inside(start, len(raw), f"/tweets/{name}")
            if name in shown.promoted and not self._session.owns(AccountRef(one.user_id_str)):
                promoted += 1
                if place.source.exact:
                    # A member of an object goes with its name.
                    before = start - data.rfind(f'"{name}"'.encode(), 0, start)
                    yield spot.inside(start - before, len(raw) + before, "").exclusion("x-web.promoted")
                continue
            yield from self._post(spot, place, one, shown)
        if promoted:
            yield spot.problem("SMA-R211", count=promoted)

    def _post(self, spot: Spot, place: Spot, one: Legacy, shown: Shown) -> Iterator[Item]:
        start, user = self._users.get(one.user_id_str or "", _NOTHING)
        at = place.source.fetched_at
        if user != b"{}" and self._session.users.find(user) is None:
            where = spot.inside(start, len(user), f"/users/{one.user_id_str}")
            try:
                yield from self._session.users.learn(user, where.whole(), at, old=True)
            except ValueError:
                yield where.problem("SMA-R002")
        known = self._session.users.find(user) or Known(self._ref(one.user_id_str) or self._session.users.nobody)
        legacy = whole(WebTweet(), one)
        heads = self._heads(one)
        relations = status_relations(legacy, heads)
        included = bool(shown.posts) and one.id_str not in shown.posts
        media = status_media(legacy, self._session)
        post = status_post(legacy, known, relations, media, _evidence(place, one.id_str), at, included=included)
        yield finished(post, WebTweet(), legacy, at, pinned=one.id_str in shown.pinned)

    def _heads(self, one: Legacy) -> Heads:
        heads: Heads = {}
        named = {"retweeted_status": one.retweeted_status_id_str, "quoted_status": one.quoted_status_id_str}
        for name, target in named.items():
            if target:
                other = self._posts.get(target)
                heads[name] = (target, self._ref(other[2].user_id_str) if other else None)
        return heads

    def _ref(self, native_id: str | None) -> AccountRef | None:
        known = self._session.users.find(self._users.get(native_id or "", _NOTHING)[1])
        return known.ref if known else (self._session.users.by_id(native_id) if native_id else None)


def _evidence(place: Spot, native_id: str) -> Evidence:
    """Where a post is. In a file it is a member of an object, which is not to be cut out like an item of a list."""
    if place.source.exact:
        return Evidence(place.source.path, locator=f"/globalObjects/tweets/{native_id}")
    return place.whole()


def _shifted(found: Parts, name: str) -> Parts:
    """The members of one of the global objects, with offsets within all of them."""
    start, raw = found.get(name, _NOTHING)
    inner = parts(raw) if raw.startswith(b"{") else {}
    return {key: (start + offset, value) for key, (offset, value) in inner.items() if value.startswith(b"{")}


def _stone(said: str) -> bytes:
    return msgspec.json.encode({"text": said})


def _number(entry: str) -> str | None:
    found = re.search(r"(\d{5,20})$", entry)
    return found.group(1) if found else None
