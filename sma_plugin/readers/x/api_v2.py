"""One post of X's API, second version, in the words of the model; of a page and flattened alike.

Nothing here reads bytes: see x_api_pages.py. Facts: formats/PLATFORM_FORMATS.md 2.2.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sma_plugin.model import (
    AccountRef,
    Counts,
    Evidence,
    Link,
    Location,
    Media,
    Moment,
    Poll,
    Post,
    PostState,
    Relation,
    RelationKind,
)
from sma_plugin.readers.values import MOST, iso_moment
from sma_plugin.readers.x.api_parts import Entities, Geo, PollPart, Tweet, Withheld
from sma_plugin.readers.x.api_profiles import Known
from sma_plugin.readers.x.common import PLATFORM, native, permalink, tool_name, unescape

_EPOCH_MS = 1_288_834_974_657
"""The moment that ids count from, in milliseconds: ids since November 2010 hold the moment of posting."""
_FIRST_SNOWFLAKE = 29_700_000_000
_COUNTS = (
    ("retweet_count", "reposts"),
    ("reply_count", "replies"),
    ("like_count", "likes"),
    ("quote_count", "quotes"),
    ("impression_count", "views"),
    ("bookmark_count", "bookmarks"),
)
_RELATIONS: dict[str | None, RelationKind] = {"retweeted": "repost", "quoted": "quote", "replied_to": "reply"}


class Context(msgspec.Struct):
    """What came with a post: its page's expansions, or those within a flattened post."""

    at: Moment | None = None
    author: str | None = None
    """Whose posts the request asked for, when the posts do not say."""
    users: dict[str, Known] = {}
    media: dict[str, Media] = {}
    authors: dict[str, str] = {}
    """Ids of the authors of the posts that came along, by the id of the post."""
    polls: dict[str, PollPart] = {}
    places: dict[str, Geo] = {}


class Reference(msgspec.Struct, gc=False):
    """A post that another one refers to: how, which, and whose if that is known."""

    kind: RelationKind
    target: str
    account: AccountRef | None = None


def id_moment(native_id: str) -> Moment:
    """When a post was made, told from its id, for captures that did not ask for the time.

    >>> id_moment("1170025343920402432").us
    1567790754667000
    """
    if not (native_id.isascii() and native_id.isdigit() and len(native_id) < 20):
        return Moment()
    number = int(native_id)
    return Moment(((number >> 22) + _EPOCH_MS) * 1000, None, "id") if number > _FIRST_SNOWFLAKE else Moment()


def relation_kind(name: str | None) -> RelationKind | None:
    """The relation that ``referenced_tweets[].type`` names."""
    return _RELATIONS.get(name)


def post_of(
    tweet: Tweet,
    author: Known,
    context: Context,
    references: list[Reference],
    media: tuple[Media, ...] | None,
    evidence: Evidence,
    *,
    included: bool = False,
) -> Post:
    """The post with its state, counts and relations."""
    created = (iso_moment(tweet.created_at) or Moment()) if tweet.created_at else id_moment(tweet.id)
    kind = "repost" if references and any(one.kind == "repost" for one in references) else "note"
    revisions = tweet.edit_history_tweet_ids or ()
    first = revisions[0] if len(revisions) > 1 else tweet.id
    poll = poll_of(tweet, context)
    return Post(
        PLATFORM,
        author.ref,
        tweet.id,
        created,
        _state(tweet, context, media, poll, repost=kind == "repost"),
        kind,  # type: ignore[arg-type]
        permalink(author.ref.handle, tweet.id),
        relations=_relations(tweet, references),
        counts=_counts(tweet, poll, context.at),
        audience="followers" if author.protected else "public",
        edited=created if first != tweet.id else None,
        revision_of=first if first != tweet.id else None,
        revisions=revisions if len(revisions) > 1 else None,
        pinned=True if author.pinned == tweet.id else None,
        included=included,
        evidence=(evidence,),
    )


def _state(
    tweet: Tweet, context: Context, media: tuple[Media, ...] | None, poll: PollPart | None, *, repost: bool
) -> PostState:
    note = tweet.note_tweet
    delivered = note.text if note and note.text is not None else tweet.text
    text = unescape(delivered) if delivered is not None else None
    entities = (note.entities if note else None) or tweet.entities
    return PostState(
        text=text,
        sensitive=tweet.possibly_sensitive,
        language=tweet.lang,
        hashtags=tuple([tag.tag for tag in entities.hashtags or () if tag.tag]) if entities else None,
        mentions=_mentions(entities, context) if entities else None,
        links=_links(entities) if entities else None,
        media=media,
        location=location_of(tweet.geo, context) if tweet.geo else None,
        poll=_poll(poll) if poll else None,
        tool=tool_name(tweet.source) if tweet.source else None,
        truncated=repost and text is not None and text.endswith("…"),
        raw=_raw(tweet, text),
    )


def _raw(tweet: Tweet, text: str | None) -> dict[str, Any] | None:
    limited = tweet.reply_settings not in (None, "everyone")
    if tweet.text == text and tweet.withheld is None and tweet.note_tweet is None and not limited:
        return None
    raw: dict[str, Any] = {"text": tweet.text} if tweet.text != text and tweet.text is not None else {}
    note = tweet.note_tweet
    if note and note.text is not None and note.text != text:
        raw["note_tweet"] = {"text": note.text}
    if tweet.withheld is not None:
        raw["withheld"] = msgspec.to_builtins(tweet.withheld)
    if limited:
        raw["reply_settings"] = tweet.reply_settings
    return raw or None


def _mentions(entities: Entities, context: Context) -> tuple[AccountRef, ...]:
    users = context.users
    return tuple(
        [
            known.ref if (known := users.get(one.id or "")) else AccountRef(native(one.id), one.username, one.name)
            for one in entities.mentions or ()
        ]
    )


def _links(entities: Entities) -> tuple[Link, ...]:
    """The links; those that only stand for the post's own media are no links of their own."""
    return tuple(
        [
            Link(address, one.url, one.title, one.description)
            for one in entities.urls or ()
            if one.media_key is None
            and not (one.display_url or "").startswith(("pic.twitter.com/", "pic.x.com/"))
            and (address := one.unwound_url or one.expanded_url or one.url)
        ]
    )


def location_of(geo: Geo, context: Context) -> Location | None:
    """The place of a post: a point, a named place, or both. A place's bounding box is no point and is left alone."""
    place = context.places.get(geo.place_id or "", geo)
    latitude = longitude = None
    point = geo.coordinates.coordinates if geo.coordinates else None
    if point is not None and len(point) == 2:
        longitude, latitude = point
    if latitude is None and geo.place_id is None and place.full_name is None:
        return None
    return Location(place.full_name or place.name, geo.place_id or place.id, place.country, latitude, longitude)


def poll_of(tweet: Tweet, context: Context) -> PollPart | None:
    """The poll of a post: within it when it is flattened, else from its page."""
    attachments = tweet.attachments
    if attachments is None:
        return None
    if attachments.poll is not None:
        return attachments.poll
    return next((context.polls[key] for key in attachments.poll_ids or () if key in context.polls), None)


def _poll(part: PollPart) -> Poll:
    return Poll(tuple(option.label or "" for option in part.options or ()), None, iso_moment(part.end_datetime))


def _relations(tweet: Tweet, references: list[Reference]) -> tuple[Relation, ...]:
    found = [
        Relation(
            one.kind,
            one.target,
            target_account=AccountRef(tweet.in_reply_to_user_id)
            if one.kind == "reply" and one.account is None and tweet.in_reply_to_user_id
            else one.account,
        )
        for one in references
    ]
    if tweet.in_reply_to_user_id is not None and not any(one.kind == "reply" for one in references):
        # It answers someone, though no post of theirs is named.
        found.append(Relation("reply", target_account=AccountRef(tweet.in_reply_to_user_id)))
    if tweet.conversation_id is not None and tweet.conversation_id != tweet.id:
        found.append(Relation("thread", tweet.conversation_id))
    return tuple(found)


def _counts(tweet: Tweet, poll: PollPart | None, at: Moment | None) -> Counts | None:
    metrics = tweet.public_metrics
    if metrics is None and poll is None:
        return None
    values: dict[str, int] = {}
    if metrics:
        stated = metrics.get
        values = {name: value for key, name in _COUNTS if (value := stated(key)) is not None and value < MOST}
    for number, option in enumerate((poll.options or ()) if poll else (), 1):
        if option.votes is not None:
            values[f"votes:{option.position or number}"] = option.votes
    return Counts(values, at) if values else None


def withheld_detail(withheld: Withheld) -> str:
    """Where a post is withheld, and whether for copyright, as text for an observation."""
    ground = "copyright: " if withheld.copyright else ""
    return ground + ", ".join(withheld.country_codes or ())
