"""The parts of a post of X's API, second version, as delivered. Every field but the id is optional.

Objects that stand on their own (authors, referenced posts) are kept as bytes: they are decoded once each.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sma_plugin.readers.x.api_json import Whole
from sma_plugin.readers.x.api_media import MediaPart

NOTHING = msgspec.Raw(b"")


class Tag(msgspec.Struct, gc=False):
    """``entities.hashtags[]``."""

    tag: str | None = None


class MentionPart(msgspec.Struct, gc=False):
    """``entities.mentions[]``; flattened posts add what is known of the user."""

    username: str | None = None
    id: str | None = None
    name: str | None = None


class UrlPart(msgspec.Struct, gc=False):
    """``entities.urls[]``."""

    url: str | None = None
    expanded_url: str | None = None
    unwound_url: str | None = None
    display_url: str | None = None
    title: str | None = None
    description: str | None = None
    media_key: str | None = None


class Entities(msgspec.Struct, gc=False):
    """``entities``."""

    hashtags: tuple[Tag, ...] | None = None
    mentions: tuple[MentionPart, ...] | None = None
    urls: tuple[UrlPart, ...] | None = None


class PollOption(msgspec.Struct, gc=False):
    """``polls[].options[]``."""

    position: Whole | None = None
    label: str | None = None
    votes: Whole | None = None


class PollPart(msgspec.Struct, gc=False):
    """``includes.polls[]`` and ``attachments.poll``."""

    id: str | None = None
    options: tuple[PollOption, ...] | None = None
    end_datetime: str | None = None


class Attachments(msgspec.Struct, gc=False):
    """``attachments``; ``media`` and ``poll`` only in flattened posts."""

    media_keys: tuple[str, ...] | None = None
    poll_ids: tuple[str, ...] | None = None
    media: tuple[MediaPart, ...] | None = None
    poll: PollPart | None = None


class PointPart(msgspec.Struct, gc=False):
    """GeoJSON: longitude, latitude."""

    coordinates: tuple[float, ...] | None = None


class Geo(msgspec.Struct, gc=False):
    """``geo`` of a post (flattened: with its place in it) and ``includes.places[]``."""

    place_id: str | None = None
    coordinates: PointPart | None = None
    id: str | None = None
    name: str | None = None
    full_name: str | None = None
    country: str | None = None


class NoteTweet(msgspec.Struct, gc=False):
    """``note_tweet``: the whole of a long post."""

    text: str | None = None
    entities: Entities | None = None


class Withheld(msgspec.Struct, omit_defaults=True):
    """``withheld``."""

    copyright: bool | None = None
    country_codes: list[str] | None = None
    scope: str | None = None


class Twarc(msgspec.Struct, gc=False):
    """``__twarc``: how twarc got it. The address can hold tokens."""

    url: str | None = None
    version: str | None = None
    retrieved_at: str | None = None


class Tweet(msgspec.Struct, gc=False):
    """A post: in a page's ``data`` or ``includes.tweets``, flattened, or in another's ``referenced_tweets``."""

    id: str
    text: str | None = None
    type: str | None = None
    created_at: str | None = None
    author_id: str | None = None
    author: msgspec.Raw = NOTHING
    conversation_id: str | None = None
    in_reply_to_user_id: str | None = None
    in_reply_to_user: msgspec.Raw = NOTHING
    referenced_tweets: tuple[msgspec.Raw, ...] | None = None
    lang: str | None = None
    source: str | None = None
    possibly_sensitive: bool | None = None
    entities: Entities | None = None
    attachments: Attachments | None = None
    geo: Geo | None = None
    public_metrics: dict[str, int | None] | None = None
    note_tweet: NoteTweet | None = None
    withheld: Withheld | None = None
    reply_settings: str | None = None
    edit_history_tweet_ids: tuple[str, ...] | None = None
    dm_conversation_id: Any = None
    """Of a direct message, which otherwise looks like a post."""
    twarc: Twarc | None = msgspec.field(default=None, name="__twarc")
