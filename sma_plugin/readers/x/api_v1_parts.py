"""The parts of a status of X's API, version 1.1, as delivered, as far as the archive does not have them too."""

from __future__ import annotations

import msgspec

from sma_plugin.readers.x.common_parts import Entities, Number, Place, Point

_NOTHING = msgspec.Raw(b"")


class ExtendedTweet(msgspec.Struct, gc=False):
    """``extended_tweet``: the whole of a post of more than 140 characters, in streams."""

    full_text: str | None = None
    entities: Entities | None = None
    extended_entities: Entities | None = None


class EditHistory(msgspec.Struct, gc=False):
    """``edit_history``: the revisions, first to last."""

    edit_tweet_ids: tuple[str, ...] | None = None
    initial_tweet_id: str | None = None


class Status(msgspec.Struct, gc=False):
    """One status. Its user and the statuses inside it are kept as bytes."""

    id_str: str
    created_at: str | None = None
    timestamp_ms: str | None = None
    text: str | None = None
    full_text: str | None = None
    truncated: bool | None = None
    extended_tweet: ExtendedTweet | None = None
    user: msgspec.Raw = _NOTHING
    retweeted_status: msgspec.Raw = _NOTHING
    quoted_status: msgspec.Raw = _NOTHING
    quoted_status_id_str: str | None = None
    in_reply_to_status_id_str: str | None = None
    in_reply_to_user_id_str: str | None = None
    in_reply_to_screen_name: str | None = None
    entities: Entities | None = None
    extended_entities: Entities | None = None
    lang: str | None = None
    source: str | None = None
    possibly_sensitive: bool | None = None
    coordinates: Point | None = None
    geo: Point | None = None
    place: Place | None = None
    retweet_count: Number = None
    reply_count: Number = None
    favorite_count: Number = None
    quote_count: Number = None
    edit_history: EditHistory | None = None
    withheld_in_countries: tuple[str, ...] | None = None
    withheld_copyright: bool | None = None


class Head(msgspec.Struct, gc=False):
    """As much of a status as a relation to it needs."""

    id_str: str | None = None
    user: HeadUser | None = None


class HeadUser(msgspec.Struct, gc=False):
    """As much of a user as a relation needs."""

    id_str: str | None = None
    screen_name: str | None = None
    name: str | None = None
