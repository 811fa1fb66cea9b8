"""Lines of snscrape's Twitter module, which read X's pages and wrote JSON of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from sma_plugin.model import (
    Account,
    AccountRef,
    Counts,
    Evidence,
    Item,
    Link,
    Location,
    Media,
    Moment,
    Observation,
    Post,
    PostState,
    ProfileVersion,
    Relation,
)
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.values import iso_moment
from sma_plugin.readers.x.api_json import locate
from sma_plugin.readers.x.api_session import Session, Spot
from sma_plugin.readers.x.common import PLATFORM, permalink, tool_name, unescape
from sma_plugin.readers.x.snscrape_parts import ScrapedMedium, ScrapedPost, ScrapedUser

_KINDS: dict[str, Any] = {"Photo": "image", "Video": "video", "Gif": "animation"}
_COUNTS = (
    ("retweet_count", "reposts"),
    ("reply_count", "replies"),
    ("like_count", "likes"),
    ("quote_count", "quotes"),
    ("view_count", "views"),
    ("bookmark_count", "bookmarks"),
)
_OF_USER = (
    ("followers_count", "followers"),
    ("friends_count", "following"),
    ("statuses_count", "posts"),
    ("listed_count", "listed"),
    ("favourites_count", "liked"),
)
_DEPTH = 8
_POINTERS = {"retweet": "/retweetedTweet", "quote": "/quotedTweet"}


_LADDER = Ladder(ScrapedPost)


def snscrape_post(session: Session, spot: Spot, data: bytes, depth: int = 0) -> Iterator[Item]:
    """A post, its author, and the posts inside it. Raises ``ValueError`` when it cannot be decoded."""
    one, rung = _LADDER.decode(data)
    if not (one.type or "").startswith("snscrape.modules.twitter"):
        yield spot.problem("SMA-R052")
        return
    if rung:
        yield spot.problem("SMA-R002")
    evidence = spot.whole()
    if one.user:
        yield from _user(session, one.user, evidence)
    inner = {"retweet": bytes(one.retweeted_tweet), "quote": bytes(one.quoted_tweet)}
    targets: dict[str, ScrapedPost] = {}
    for name, raw in inner.items():
        if not raw.startswith(b"{") or depth == _DEPTH:
            continue
        try:
            targets[name] = _LADDER.decode(raw).value
        except ValueError:
            yield spot.problem("SMA-R002")
    yield _post(one, targets, session, evidence, included=depth > 0)
    for name in targets:
        raw = inner[name]
        place = spot.inside(locate(data, raw), len(raw), _POINTERS[name])
        yield from snscrape_post(session, place, raw, depth + 1)


def _user(session: Session, user: ScrapedUser, evidence: Evidence) -> Iterator[Item]:
    """The author, when there is news of it. snscrape does not say when it looked."""
    ref = user.ref
    if not session.users.news(ref.native_id or ref.handle or "", hash(msgspec.json.encode(user))):
        return
    yield Account(PLATFORM, ref, created=iso_moment(user.created), evidence=(evidence,))
    yield ProfileVersion(
        PLATFORM,
        ref,
        name=user.displayname,
        handle=user.username,
        bio=user.raw_description if user.raw_description is not None else user.description,
        location=user.location,
        avatar=Media("image", source=user.profile_image_url) if user.profile_image_url else None,
        header=Media("image", source=user.profile_banner_url) if user.profile_banner_url else None,
        verified=None if user.verified is None else ("verified" if user.verified else "none"),
        evidence=(evidence,),
    )
    counts = {name: value for key, name in _OF_USER if (value := getattr(user, key)) is not None}
    if counts:
        yield Observation(PLATFORM, account=ref, counts=counts, evidence=(evidence,))


def _post(
    one: ScrapedPost, targets: dict[str, ScrapedPost], session: Session, evidence: Evidence, *, included: bool
) -> Post:
    author = one.user.ref if one.user else AccountRef()
    native_id = str(one.id)
    values = {name: value for key, name in _COUNTS if (value := getattr(one, key)) is not None}
    return Post(
        PLATFORM,
        author,
        native_id,
        iso_moment(one.date) or Moment(),
        _state(one, session),
        "repost" if "retweet" in targets else "note",
        one.url or permalink(author.handle, native_id),
        relations=_relations(one, targets, native_id),
        counts=Counts(values) if values else None,
        audience="followers" if one.user and one.user.protected else "public",
        included=included,
        evidence=(evidence,),
    )


def _relations(one: ScrapedPost, targets: dict[str, ScrapedPost], native_id: str) -> tuple[Relation, ...]:
    found = []
    for name, target in targets.items():
        author = target.user.ref if target.user else None
        found.append(Relation("repost" if name == "retweet" else "quote", str(target.id), target.url, author))
    if one.in_reply_to_tweet_id:
        author = one.in_reply_to_user.ref if one.in_reply_to_user else None
        found.append(Relation("reply", str(one.in_reply_to_tweet_id), target_account=author))
    if one.conversation_id and str(one.conversation_id) != native_id:
        found.append(Relation("thread", str(one.conversation_id)))
    return tuple(found)


def _state(one: ScrapedPost, session: Session) -> PostState:
    delivered = one.raw_content if one.raw_content is not None else one.content
    text = unescape(delivered) if delivered is not None else None
    mentioned = one.mentioned_users
    return PostState(
        text=text,
        language=one.lang,
        hashtags=one.hashtags,
        mentions=tuple(user.ref for user in mentioned) if mentioned is not None else None,
        links=_links(one),
        media=tuple(_medium(part, session) for part in one.media) if one.media is not None else None,
        location=_location(one),
        tool=tool_name(one.source),
        truncated=bool(text and text.endswith("…") and one.retweeted_tweet),
        raw={"content": delivered} if delivered != text else None,
    )


def _links(one: ScrapedPost) -> tuple[Link, ...] | None:
    if one.links is not None:
        return tuple(Link(link.url, link.tcourl) for link in one.links if link.url)
    if one.outlinks is None:
        return None
    short = one.tcooutlinks or ()
    return tuple(Link(url, short[number] if number < len(short) else None) for number, url in enumerate(one.outlinks))


def _location(one: ScrapedPost) -> Location | None:
    place, point = one.place, one.coordinates
    if place is None and point is None:
        return None
    latitude, longitude = (point.latitude, point.longitude) if point else (None, None)
    if place is None:
        return Location(latitude=latitude, longitude=longitude)
    return Location(place.full_name or place.name, place.id, place.country, latitude, longitude)


def _medium(part: ScrapedMedium, session: Session) -> Media:
    files = [one for one in part.variants or () if one.url and "mpegurl" not in (one.content_type or "").lower()]
    best = max(files, key=lambda one: one.bitrate or 0, default=None)
    source = (best.url if best else None) or part.full_url or part.thumbnail_url
    return Media(
        _KINDS.get((part.type or "").rpartition(".")[2], "unknown"),
        path=session.files.find(None, (source,)),
        source=source,
        mime=best.content_type if best else None,
        alt=part.alt_text,
        duration=part.duration,
    )
