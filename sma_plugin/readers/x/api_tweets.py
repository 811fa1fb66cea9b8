"""Posts of the second version from their bytes: what is inside them is found, told and pointed at."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sma_plugin.model import AccountRef, Item, Media, Observation
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x.api_json import locate
from sma_plugin.readers.x.api_media import medium
from sma_plugin.readers.x.api_parts import Tweet
from sma_plugin.readers.x.api_profiles import Known
from sma_plugin.readers.x.api_session import Session, Spot
from sma_plugin.readers.x.api_urls import author_of
from sma_plugin.readers.x.api_v2 import Context, Reference, post_of, relation_kind, withheld_detail
from sma_plugin.readers.x.common import PLATFORM

_LADDER = Ladder(Tweet)
_DECODE = msgspec.json.Decoder(Tweet).decode
_DECODE_ALL = msgspec.json.Decoder(list[Tweet]).decode
_NOBODY = (b"", b"null")
_DEPTH = 8


def typed(data: bytes) -> Tweet | None:
    """A flattened post of the usual form; ``None`` for anything else."""
    try:
        tweet = _DECODE(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return tweet if _usual(tweet) else None


def all_typed(data: bytes) -> list[Tweet]:
    """The posts of an array when every one is of the usual form, decoded at once; else none, to be read one by one."""
    try:
        tweets = _DECODE_ALL(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return []
    return tweets if all(map(_usual, tweets)) else []


def _usual(tweet: Tweet) -> bool:
    known = tweet.author_id or tweet.edit_history_tweet_ids
    return bool(known) and tweet.text is not None and tweet.dm_conversation_id is None


def flattened(session: Session, spot: Spot, data: bytes, tweet: Tweet | None = None) -> Iterator[Item]:
    """A post with everything that belongs to it inside. Raises ``ValueError`` when it cannot be decoded."""
    if tweet is None:
        tweet, rung = _LADDER.decode(data)
        if rung:
            yield spot.problem("SMA-R002")
    twarc = tweet.twarc
    at = session.moment(twarc.retrieved_at) if twarc and twarc.retrieved_at else spot.source.fetched_at
    url = (twarc.url if twarc else None) or spot.source.url
    rule = session.excluded(twarc.url) if twarc and twarc.url else None
    if rule:
        yield spot.exclusion(rule)
        return
    context = Context(at, author_of(url) if not tweet.author_id else None)
    yield from told(session, spot, data, tweet, context)


def decoded(data: bytes) -> tuple[Tweet, int]:
    """A post and the rung of the ladder that decoded it. Raises ``ValueError``."""
    return _LADDER.decode(data)


def told(session: Session, spot: Spot, data: bytes, tweet: Tweet, context: Context, depth: int = 0) -> Iterator[Item]:
    """A post, what is new of its author, and the posts inside it; at any ``depth`` it came along with another one."""
    if data:
        session.fields.look(data)
    raw = bytes(tweet.author)
    author = session.users.find(raw)
    if author is None:
        if raw not in _NOBODY:
            yield from _user(session, spot, data, raw, "/author", context)
            author = session.users.find(raw)
        author = author or _by_id(session, tweet, context)
    raw = bytes(tweet.in_reply_to_user)
    if raw not in _NOBODY and session.users.find(raw) is None:
        yield from _user(session, spot, data, raw, "/in_reply_to_user", context)
    references: list[Reference] = []
    inner: list[tuple[Spot, bytes, Tweet]] = []
    if tweet.referenced_tweets:
        yield from _referenced(session, spot, data, tweet, context, references, inner)
    evidence = spot.whole()
    media = _media(tweet, context, session)
    yield post_of(tweet, author, context, references, media, evidence, included=depth > 0)
    if tweet.withheld is not None:
        detail = withheld_detail(tweet.withheld) or None
        yield Observation(PLATFORM, tweet.id, at=context.at, status="withheld", detail=detail, evidence=(evidence,))
    for place, part, other in inner:
        if depth == _DEPTH:
            yield place.problem("SMA-R052")
            return
        yield from told(session, place, part, other, context, depth + 1)


def _referenced(
    session: Session,
    spot: Spot,
    data: bytes,
    tweet: Tweet,
    context: Context,
    references: list[Reference],
    inner: list[tuple[Spot, bytes, Tweet]],
) -> Iterator[Item]:
    """Fill in what a post refers to, and which of those posts came inside it."""
    for number, raw in enumerate(tweet.referenced_tweets or ()):
        part = bytes(raw)
        try:
            other, rung = _LADDER.decode(part)
        except ValueError:
            yield spot.problem("SMA-R002")
            continue
        kind = relation_kind(other.type)
        account = _account(session, other, context)
        if account is None and kind == "reply":
            account = _answered(session, tweet, context)
        if kind:
            references.append(Reference(kind, other.id, account))
        if other.text is not None:
            place = spot.inside(locate(data, part), len(part), f"/referenced_tweets/{number}")
            inner.append((place, part, other))
            if rung:
                yield place.problem("SMA-R002")


def _account(session: Session, tweet: Tweet, context: Context) -> AccountRef | None:
    native_id = tweet.author_id or context.authors.get(tweet.id, "")
    known = context.users.get(native_id) or session.users.find(bytes(tweet.author))
    if known:
        return known.ref
    return session.users.by_id(native_id) if native_id else None


def _answered(session: Session, tweet: Tweet, context: Context) -> AccountRef | None:
    """Whom a post answers, when the post that it answers did not come along."""
    known = session.users.find(bytes(tweet.in_reply_to_user)) or context.users.get(tweet.in_reply_to_user_id or "")
    return known.ref if known else None


def _user(session: Session, spot: Spot, data: bytes, raw: bytes, pointer: str, context: Context) -> Iterator[Item]:
    try:
        yield from session.users.learn(raw, spot.at(locate(data, raw), len(raw), pointer), context.at)
    except ValueError:
        yield spot.problem("SMA-R002")


def _by_id(session: Session, tweet: Tweet, context: Context) -> Known:
    native_id = tweet.author_id or context.author or ""
    known = context.users.get(native_id)
    return known or Known(session.users.by_id(native_id) if native_id else session.users.nobody)


def _media(tweet: Tweet, context: Context, session: Session) -> tuple[Media, ...] | None:
    """The media that are described, else those that are only named; ``None`` when nothing is said of any."""
    attachments = tweet.attachments
    if attachments is None:
        return None
    if attachments.media is not None:
        return tuple([medium(part, session.files) for part in attachments.media])
    if attachments.media_keys is None:
        return None
    return tuple([context.media.get(key) or Media(native_id=key.rpartition("_")[2]) for key in attachments.media_keys])
