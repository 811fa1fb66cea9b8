"""Pages of X's API, second version: posts or users with what came along with them.

A page's parts are decoded item by item, so that one odd item costs one item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from sma_plugin.model import Item, Media
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x.api_errors import told_errors
from sma_plugin.readers.x.api_forms import Form, form_of
from sma_plugin.readers.x.api_json import Parts, Whole, items, names, parts
from sma_plugin.readers.x.api_media import MediaPart, medium
from sma_plugin.readers.x.api_parts import Geo, PollPart, Twarc, Tweet
from sma_plugin.readers.x.api_session import Session, Spot
from sma_plugin.readers.x.api_tweets import all_typed, decoded, told
from sma_plugin.readers.x.api_urls import author_of, excluded, timeline_page, token_of
from sma_plugin.readers.x.api_v2 import Context
from sma_plugin.readers.x.common import native

T = TypeVar("T")
_NONE = (0, b"")


class Meta(msgspec.Struct, gc=False):
    """``meta``."""

    result_count: Whole | None = None
    next_token: str | None = None


class IdOnly(msgspec.Struct, gc=False):
    """The id of anything."""

    id: str | None = None


_TWARC, _META = Ladder(Twarc), Ladder(Meta)
_MEDIA, _POLL, _PLACE, _ID = Ladder(MediaPart), Ladder(PollPart), Ladder(Geo), Ladder(IdOnly)
_COUNTED: dict[Form, str] = {"count": "SMA-R046", "list": "SMA-R047"}
_UNITS: dict[Form, str] = {"post": "posts", "user": "accounts"}


def page(session: Session, spot: Spot, data: bytes) -> Iterator[Item]:
    """Everything on one page. Raises ``ValueError`` when it is no JSON object."""
    found = parts(data) if spot.parts is None else spot.parts
    twarc = _optional(_TWARC, found, "__twarc") or Twarc()
    url = twarc.url or spot.source.url
    rule = excluded(twarc.url)
    if rule:
        yield spot.exclusion(rule)
        return
    at = session.moment(twarc.retrieved_at) if twarc.retrieved_at else spot.source.fetched_at
    context = Context(at, author_of(url), {}, {}, {}, {}, {})
    yield from session.asked(url)
    meta = _optional(_META, found, "meta")
    following = native(meta.next_token) if meta else None
    places = (timeline_page(url, token_of(url)), timeline_page(url, following) if following else None)
    yield from session.timelines.page(_posts_of(session, spot, found, context, url), *places)
    if "errors" in found:
        start, raw = found["errors"]
        yield from told_errors(spot.inside(start, len(raw), "/errors"), raw, at)


def _posts_of(session: Session, spot: Spot, found: Parts, context: Context, url: str | None) -> Iterator[Item]:
    """What was asked for, and what came along with it."""
    included: list[tuple[Spot, bytes, Tweet]] = []
    yield from _expansions(session, spot, found.get("includes", _NONE), context, included)
    yield from _data(session, spot, found, context, url)
    for place, part, tweet in included:
        yield from told(session, place, part, tweet, context, depth=1)


def _optional(ladder: Ladder[T], found: Parts, name: str) -> T | None:
    """A part that may be absent, or not what it should be; then it says nothing."""
    if name not in found:
        return None
    try:
        return ladder.decode(found[name][1]).value
    except ValueError:
        return None


def _expansions(
    session: Session,
    spot: Spot,
    includes: tuple[int, bytes],
    context: Context,
    included: list[tuple[Spot, bytes, Tweet]],
) -> Iterator[Item]:
    """Read what came along: users are told at once, posts are kept for later, the rest is filled in."""
    start, raw = includes
    if not raw.startswith(b"{"):
        return
    found = parts(raw)
    spot = spot.inside(start, len(raw), "/includes")
    for place, data in _array(spot, found, "users"):
        yield from user(session, place, data, context)
    for place, data in _array(spot, found, "media"):
        yield from _kept(_MEDIA, place, data, lambda part: _keep_medium(part, session, context))
    for place, data in _array(spot, found, "polls"):
        yield from _kept(_POLL, place, data, lambda part: context.polls.update({part.id or "": part}))
    for place, data in _array(spot, found, "places"):
        yield from _kept(_PLACE, place, data, lambda part: context.places.update({part.id or "": part}))
    for place, data in _array(spot, found, "tweets"):
        yield from _tweet(place, data, included)
    context.authors.update({tweet.id: tweet.author_id for _, _, tweet in included if tweet.author_id})


def _array(spot: Spot, found: Parts, name: str) -> Iterator[tuple[Spot, bytes]]:
    start, raw = found.get(name, _NONE)
    if raw.startswith(b"["):
        for number, item in enumerate(items(raw)):
            yield spot.inside(start + item.offset, len(item.data), f"/{name}/{number}"), item.data


def _keep_medium(part: MediaPart, session: Session, context: Context) -> None:
    if part.media_key:
        context.media[part.media_key] = medium(part, session.files)


def _kept(ladder: Ladder[T], spot: Spot, data: bytes, keep: Callable[[T], Media | None]) -> Iterator[Item]:
    try:
        keep(ladder.decode(data).value)
    except ValueError as error:
        yield spot.problem("SMA-R001", reason=str(error))


def user(
    session: Session, spot: Spot, data: bytes, context: Context | None = None, *, old: bool = False
) -> Iterator[Item]:
    """An account by itself or of a page, told when there is news of it."""
    at = context.at if context else spot.source.fetched_at
    known = session.users.find(data)
    if known is None:
        try:
            yield from session.users.learn(data, spot.whole(), at, old=old)
        except ValueError as error:
            yield spot.problem("SMA-R001", reason=str(error))
            return
        known = session.users.find(data)
    if known and context and known.ref.native_id:
        context.users[known.ref.native_id] = known


def _tweet(spot: Spot, data: bytes, into: list[tuple[Spot, bytes, Tweet]]) -> Iterator[Item]:
    try:
        tweet, rung = decoded(data)
    except ValueError as error:
        yield spot.problem("SMA-R001", reason=str(error))
        return
    if rung:
        yield spot.problem("SMA-R002")
    into.append((spot, data, tweet))


def _data(session: Session, spot: Spot, found: Parts, context: Context, url: str | None) -> Iterator[Item]:
    """The items that were asked for, and whether there are as many as the page says."""
    raw = found.get("data", _NONE)[1]
    # Within a record no offsets are told, so the bytes of each post need not be found.
    tweets = [] if spot.source.exact else all_typed(raw)
    session.fields.look_at_all(raw, len(tweets))
    pieces = [] if tweets else _pieces(spot, found)
    form = _form(pieces[0][1]) if pieces else "post"
    if form == "direct-message":
        yield spot.exclusion("x-api.direct-messages")
        return
    for number, tweet in enumerate(tweets):
        yield from told(session, spot.inside(0, 0, f"/data/{number}"), b"", tweet, context)
    if form in _COUNTED:
        session.count(_COUNTED[form], len(pieces))
    elif form == "user":
        for place, data in pieces:
            yield from user(session, place, data, context)
    elif form == "post":
        yield from _posts(session, pieces, context)
    else:
        yield pieces[0][0].problem("SMA-R052")
    meta = _optional(_META, found, "meta")
    if meta:
        session.chain.page(url, native(meta.next_token), spot)
        if meta.result_count is not None and form in _UNITS:
            session.stated(_UNITS[form], meta.result_count, len(pieces) or len(tweets))


def _pieces(spot: Spot, found: Parts) -> list[tuple[Spot, bytes]]:
    """What was asked for, item by item; a look-up of one post gives no list."""
    start, raw = found.get("data", _NONE)
    if raw.startswith(b"{"):
        return [(spot.inside(start, len(raw), "/data"), raw)]
    return list(_array(spot, found, "data"))


def _form(item: bytes) -> Form | None:
    try:
        return form_of(names(item))
    except ValueError:
        return "post"


def _posts(session: Session, pieces: list[tuple[Spot, bytes]], context: Context) -> Iterator[Item]:
    for place, data in pieces:
        try:
            tweet, rung = decoded(data)
        except ValueError as error:
            yield place.problem("SMA-R001", reason=str(error))
            continue
        if tweet.dm_conversation_id is not None:
            yield place.exclusion("x-api.direct-messages")
            continue
        if rung:
            yield place.problem("SMA-R002")
        yield from told(session, place, data, tweet, context)
