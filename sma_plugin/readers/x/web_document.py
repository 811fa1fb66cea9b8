"""A response of X's web interface, walked as it stands: posts, accounts and notices wherever they are nested.

X moves its timelines about (``data.user.result.timeline.timeline``, ``threaded_conversation_with_injections_v2``); what
a post, an account or a cursor is follows from its own members, so that none is lost to a new place. Facts:
formats/PLATFORM_FORMATS.md 2.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from sma_plugin.model import AccountRef, Item
from sma_plugin.readers.x.api_json import Parts, items, parts
from sma_plugin.readers.x.api_session import Session, Spot
from sma_plugin.readers.x.web_embed import embedded, is_embedded
from sma_plugin.readers.x.web_notices import gone_account, gone_post, post_of_entry
from sma_plugin.readers.x.web_tweets import Inner, head_of, tweet
from sma_plugin.readers.x.web_urls import Asked, asked, operations
from sma_plugin.readers.x.web_users import learn

_DEPTH = 40
_GONE_POSTS = ("TweetTombstone", "TweetUnavailable", "TweetPreviewDisplay")
_FORWARD = ("Bottom", "ShowMore", "ShowMoreThreads", "ShowMoreThreadsPrompt")
_ENDS = ("Bottom", "TopAndBottom")
_RESULTS = ("tweet_results", "tweetResult", "tweet_result")
_LISTED = re.compile(rb'"entryId"\s*:\s*"user-\d')
_POSTS = re.compile(rb'"(?:tweet_results|tweetResult)"')
_NONE = (0, b"")


class Place(NamedTuple):
    """Where in a response the walk is: within which entry, pinned or promoted, how deep, inside another post.

    ``item`` is the nearest item of a list, or the whole: what can be cut out without harm to the rest. In a file that
    is what a post's evidence names; a post inside another one is a part of it.
    """

    entry: str | None = None
    item: Spot | None = None
    pinned: bool = False
    promoted: bool = False
    included: bool = False
    depth: int = 0


class Walk:
    """The walk through one response."""

    def __init__(self, session: Session, url: str | None) -> None:
        self._session, self._asked = session, asked(url)
        self._url = url
        self._of_profile = url is None or self._asked.operation in operations().profile
        self._owner = self._asked.text("userId") if self._of_profile else None
        self._names_accounts = self._of_profile or self._asked.operation in operations().accounts
        self._following: list[str] = []
        self._posts = self._promoted = 0
        self._over = False

    def items(self, spot: Spot, data: bytes) -> Iterator[Item]:
        """Everything in a response. Raises ``ValueError`` when it is no JSON object."""
        rule = left_out_by(data)
        if rule:
            yield spot.exclusion(rule)
            return
        self._session.chain.request(self._asked.text("cursor"))
        if self._owner:
            yield from self._session.owner(AccountRef(self._owner))
        yield from self._visit(spot, data, Place(item=spot))
        if self._promoted:
            yield spot.problem("SMA-R211", count=self._promoted)
        chained = self._url is not None and self._asked.operation in operations().chained
        for token in self._following if chained and self._posts and not self._over else ():
            self._session.chain.announce(token, spot)

    def _visit(self, spot: Spot, data: bytes, place: Place) -> Iterator[Item]:
        if place.depth > _DEPTH:
            yield spot.problem("SMA-R052")
            return
        found = parts(data)
        kind = text_of(found, "__typename")
        if found.get("promoted", _NONE)[1] == b"true":
            # Zeeschuimer says so of a post that it took out of its place.
            place = place._replace(promoted=True)
        if kind == "TweetWithVisibilityResults" and "tweet" in found:
            start, inner = found["tweet"]
            yield from self._post(spot.inside(start, len(inner), "/tweet"), inner, place)
        elif kind in _GONE_POSTS or "tombstone" in found:
            yield from gone_post(spot, data, post_of_entry(place.entry) or self._asked.text("id"))
        elif kind == "UserUnavailable":
            yield from self._account_gone(spot, data, place)
        elif is_post(found, kind) or is_embedded(found):
            yield from self._post(spot, data, place)
        elif _is_account(found, kind):
            yield from self._account(spot, data, found, place)
        else:
            yield from self._members(spot, found, self._at(found, place))

    def _at(self, found: Parts, place: Place) -> Place:
        """The place within an object: what it says of itself goes for all that is in it."""
        kind = text_of(found, "type") or ""
        if kind == "TimelineTerminateTimeline" and text_of(found, "direction") in _ENDS:
            self._over = True
        cursor = text_of(found, "value")
        if cursor and text_of(found, "cursorType") in _FORWARD:
            self._following.append(cursor)
        advertised = found.get("promotedMetadata") or found.get("promoted_metadata") or _NONE
        return place._replace(
            entry=text_of(found, "entryId") or place.entry,
            pinned=place.pinned or kind == "TimelinePinEntry",
            promoted=place.promoted or advertised[1].startswith(b"{"),
            depth=place.depth + 1,
        )

    def _members(self, spot: Spot, found: Parts, place: Place) -> Iterator[Item]:
        for name, (start, raw) in found.items():
            if raw.startswith(b"{"):
                inner = spot.inside(start, len(raw), f"/{name}")
                if name in _RESULTS and raw[1:-1].strip() == b"":
                    yield from gone_post(inner, raw, post_of_entry(place.entry))
                elif name == "tombstoneInfo":
                    yield from gone_post(inner, raw, post_of_entry(place.entry), stone=True)
                else:
                    yield from self._visit(inner, raw, place)
            elif raw.startswith(b"[") and b"{" in raw:
                for number, item in enumerate(items(raw)):
                    inner = spot.inside(start + item.offset, len(item.data), f"/{name}/{number}")
                    yield from self._item(inner, item.data, place._replace(item=inner))

    def _item(self, spot: Spot, data: bytes, place: Place) -> Iterator[Item]:
        if data.startswith(b"{"):
            try:
                yield from self._visit(spot, data, place)
            except ValueError as error:
                yield spot.problem("SMA-R001", reason=str(error))

    def _post(self, spot: Spot, data: bytes, place: Place) -> Iterator[Item]:
        """A post, unless somebody else paid for showing it; the posts in it follow."""
        author = head_of(data).author if place.promoted else None
        if place.promoted and not self._session.owns(author):
            self._promoted += 1
            if spot.source.exact:
                yield (place.item or spot).exclusion("x-web.promoted")
            return
        self._posts += 1
        inner: list[Inner] = []
        try:
            for item in self._told(spot, data, place):
                if isinstance(item, Inner):
                    inner.append(item)
                else:
                    yield item
        except ValueError as error:
            yield spot.problem("SMA-R001", reason=str(error))
        for one in inner:
            entry = f"tweet-{one.native_id}" if one.native_id else None
            yield from self._item(one.spot, one.data, Place(entry, included=True, depth=place.depth + 1))

    def _told(self, spot: Spot, data: bytes, place: Place) -> Iterator[Item | Inner]:
        item = place.item if place.item and spot.source.exact else None
        where = (spot if place.included else item or spot).whole()
        if is_embedded(parts(data)):
            return embedded(self._session, spot, data, where, included=place.included)
        return tweet(self._session, spot, data, where, pinned=place.pinned, included=place.included)

    def _account(self, spot: Spot, data: bytes, found: Parts, place: Place) -> Iterator[Item]:
        """An account that was asked for; those that a timeline suggests or lists are not told of."""
        if place.entry is not None:
            return
        native_id = text_of(found, "rest_id")
        timelines = {name: part for name, part in found.items() if b'"instructions"' in part[1]}
        if timelines and native_id and self._of_profile:
            yield from self._session.owner(AccountRef(native_id))
        if self._names_accounts and ("legacy" in found or "core" in found):
            yield from learn(self._session, spot, data)
        yield from self._members(spot, timelines, place._replace(depth=place.depth + 1))

    def _account_gone(self, spot: Spot, data: bytes, place: Place) -> Iterator[Item]:
        if place.entry is None and not place.included and self._names_accounts:
            yield from gone_account(spot, data, _named(self._asked))


def _named(request: Asked) -> AccountRef | None:
    """The account that a request named."""
    number, handle = request.text("userId") or request.text("user_id"), request.text("screen_name")
    return AccountRef(number, handle) if number or handle else None


def left_out_by(data: bytes) -> str | None:
    """The rule that keeps a response out for what it holds, where its address does not tell."""
    found = parts(data)
    raw = found.get("data", found.get("globalObjects", _NONE))[1]
    names = [name for name, (_, held) in parts(raw).items() if held != b"{}"] if raw.startswith(b"{") else []
    lists = operations().lists
    by_name = next((lists[name] for name in names if name in lists), None)
    only_accounts = _LISTED.search(data) and not _POSTS.search(data)
    return by_name or ("x-web.contacts" if only_accounts else None)


def is_post(found: Parts, kind: str | None) -> bool:
    """Whether an object is a post; one in a note on who may see it has no type of its own."""
    legacy = found.get("legacy", _NONE)[1]
    return (kind == "Tweet" and bool(legacy)) or (b'"full_text"' in legacy and "core" in found)


def _is_account(found: Parts, kind: str | None) -> bool:
    return "rest_id" in found and (kind == "User" or b'"screen_name"' in found.get("legacy", _NONE)[1])


def text_of(found: Parts, name: str) -> str | None:
    """A member that is a text."""
    raw = found.get(name, _NONE)[1]
    try:
        return msgspec.json.decode(raw, type=str) if raw.startswith(b'"') else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
