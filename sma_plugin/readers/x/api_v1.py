"""Statuses of X's API, version 1.1: of timelines, searches and streams. Facts: formats/PLATFORM_FORMATS.md 2.2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import AccountRef, Counts, Evidence, Item, Media, Moment, Observation, Post, PostState, Relation
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.values import epoch_moment
from sma_plugin.readers.x.api_json import locate
from sma_plugin.readers.x.api_profiles import Known
from sma_plugin.readers.x.api_session import Session, Spot
from sma_plugin.readers.x.api_v1_parts import Head, Status
from sma_plugin.readers.x.common import (
    PLATFORM,
    created,
    hashtags,
    links,
    location,
    media_entities,
    medium,
    mentions,
    native,
    number,
    permalink,
    tool_name,
    unescape,
    variants,
)
from sma_plugin.readers.x.common_parts import MediaEntity

_NOBODY = (b"", b"null")
_DEPTH = 8
_COUNTS = (
    ("retweet_count", "reposts"),
    ("reply_count", "replies"),
    ("favorite_count", "likes"),
    ("quote_count", "quotes"),
)


_LADDER = Ladder(Status)


def status(session: Session, spot: Spot, data: bytes, depth: int = 0, owner: bytes = b"") -> Iterator[Item]:
    """A status, its author, and the statuses inside it; ``owner`` is the user that it came inside of.

    Raises ``ValueError`` when it cannot be decoded.
    """
    one, rung = _LADDER.decode(data)
    if rung:
        yield spot.problem("SMA-R002")
    session.old_fields.look(data)
    at = spot.source.fetched_at
    raw = bytes(one.user) or owner
    if raw not in _NOBODY and session.users.find(raw) is None:
        yield from _user(session, spot, data, raw, at)
    inner = [(name, part) for name in ("retweeted_status", "quoted_status") if (part := bytes(getattr(one, name)))]
    inner = [(name, part) for name, part in inner if part != b"null"]
    heads = {name: status_head(part) for name, part in inner}
    author = session.users.find(raw) or Known(session.users.nobody)
    evidence = spot.whole()
    yield status_post(
        one, author, status_relations(one, heads), status_media(one, session), evidence, at, included=depth > 0
    )
    if one.withheld_in_countries or one.withheld_copyright:
        detail = ", ".join(one.withheld_in_countries or ()) or "copyright"
        yield Observation(PLATFORM, one.id_str, at=at, status="withheld", detail=detail, evidence=(evidence,))
    for name, part in inner:
        yield from _inside(session, spot.inside(locate(data, part), len(part), f"/{name}"), part, depth)


def _inside(session: Session, spot: Spot, data: bytes, depth: int) -> Iterator[Item]:
    if depth == _DEPTH:
        yield spot.problem("SMA-R052")
        return
    try:
        yield from status(session, spot, data, depth + 1)
    except ValueError as error:
        yield spot.problem("SMA-R001", reason=str(error))


def _user(session: Session, spot: Spot, data: bytes, raw: bytes, at: Moment | None) -> Iterator[Item]:
    try:
        yield from session.users.learn(raw, spot.at(locate(data, raw), len(raw), "/user"), at, old=True)
    except ValueError:
        yield spot.problem("SMA-R002")


_HEAD = Ladder(Head)


def status_head(data: bytes) -> tuple[str | None, AccountRef | None]:
    """Id and author of a status inside another one."""
    try:
        head = _HEAD.decode(data).value
    except ValueError:
        return None, None
    user = head.user
    return head.id_str, AccountRef(native(user.id_str), user.screen_name, user.name) if user else None


Heads = dict[str, tuple[str | None, AccountRef | None]]
"""Id and author of the statuses inside one, by the name that they stand under."""


def status_relations(one: Status, heads: Heads) -> tuple[Relation, ...]:
    """What a status repeats, quotes and answers."""
    found = []
    reposted, author = heads.get("retweeted_status", (None, None))
    if "retweeted_status" in heads:
        found.append(Relation("repost", reposted, target_account=author))
    quoted, author = heads.get("quoted_status", (None, None))
    quoted = quoted or native(one.quoted_status_id_str)
    # A repost of a quoting post repeats the quotation; it quotes nothing itself.
    if quoted and not reposted:
        found.append(Relation("quote", quoted, target_account=author))
    answered = native(one.in_reply_to_status_id_str)
    whom = native(one.in_reply_to_user_id_str)
    if answered or whom:
        account = AccountRef(whom, one.in_reply_to_screen_name) if whom or one.in_reply_to_screen_name else None
        found.append(Relation("reply", answered, target_account=account))
    return tuple(found)


def status_post(
    one: Status,
    author: Known,
    relations: tuple[Relation, ...],
    media: tuple[Media, ...] | None,
    evidence: Evidence,
    at: Moment | None,
    *,
    included: bool,
) -> Post:
    """A status as a post; ``included`` when it stands inside another one."""
    moment = created(one.created_at) if one.created_at else epoch_moment(one.timestamp_ms, 1000) or Moment()
    repost = any(relation.kind == "repost" for relation in relations)
    revisions = (one.edit_history.edit_tweet_ids if one.edit_history else None) or ()
    first = revisions[0] if len(revisions) > 1 else one.id_str
    stated: list[tuple[str, Any]] = [(name, getattr(one, key)) for key, name in _COUNTS]
    values = {name: value for name, given in stated if (value := number(given)) is not None}
    return Post(
        PLATFORM,
        author.ref,
        one.id_str,
        moment,
        _state(one, media, repost=repost),
        "repost" if repost else "note",
        permalink(author.ref.handle, one.id_str),
        relations=relations,
        counts=Counts(values, at) if values else None,
        audience="followers" if author.protected else "public",
        edited=moment if first != one.id_str else None,
        revision_of=first if first != one.id_str else None,
        revisions=revisions if len(revisions) > 1 else None,
        included=included,
        evidence=(evidence,),
    )


def _state(one: Status, media: tuple[Media, ...] | None, *, repost: bool) -> PostState:
    extended = one.extended_tweet
    full = (extended.full_text if extended else None) or one.full_text
    delivered = full if full is not None else one.text
    text = unescape(delivered) if delivered is not None else None
    short = one.text if one.text is not None else one.full_text
    entities = (extended.entities if extended else None) or one.entities
    ends = text is not None and text.endswith("…")
    return PostState(
        text=text,
        sensitive=one.possibly_sensitive,
        language=one.lang,
        hashtags=hashtags(entities),
        mentions=mentions(entities),
        links=links(entities),
        media=media,
        location=location(one.coordinates, one.geo, one.place),
        tool=tool_name(one.source),
        truncated=(bool(one.truncated) and full is None) or (repost and ends),
        raw={"text" if one.text is not None else "full_text": short} if short != text else None,
    )


def status_media(one: Status, session: Session) -> tuple[Media, ...] | None:
    """The media of a status; none at all where it says that there are none, ``None`` where it cannot say."""
    extended = one.extended_tweet
    entities = (extended.entities if extended else None) or one.entities
    found = media_entities(entities, (extended.extended_entities if extended else None) or one.extended_entities)
    if found is None:
        known_whole = entities is not None and not one.truncated
        return () if known_whole else None
    return tuple([_medium(entity, session) for entity in found])


def _medium(entity: MediaEntity, session: Session) -> Media:
    best = next(iter(variants(entity)), None)
    path = session.files.find(native(entity.id_str), (best.url if best else None, entity.address))
    return medium(entity, path, best.url if best else None, best.content_type if best else None)
