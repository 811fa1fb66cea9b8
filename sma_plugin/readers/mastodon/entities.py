"""The entities of Mastodon's REST interface, as far as they are read; fields of every generation since 2017.

Ids are text in all but the oldest servers. Source: docs.joinmastodon.org/entities, and the cassettes of Mastodon.py.
"""

from __future__ import annotations

from typing import Any

import msgspec


class AccountEntity(msgspec.Struct, frozen=True):
    """An account. ``uri`` is given since 4.2."""

    id: str | int | None = None
    username: str | None = None
    acct: str | None = None
    display_name: str | None = None
    note: str | None = None
    url: str | None = None
    uri: str | None = None
    avatar: str | None = None
    avatar_description: str | None = None
    header: str | None = None
    header_description: str | None = None
    created_at: str | None = None
    fields: list[dict[str, Any]] | None = None
    bot: bool | None = None
    group: bool | None = None
    locked: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    memorial: bool | None = None
    suspended: bool | None = None
    limited: bool | None = None
    moved: Any = None
    roles: Any = None
    followers_count: int | None = None
    following_count: int | None = None
    statuses_count: int | None = None


class MediaEntity(msgspec.Struct, frozen=True):
    """A media attachment."""

    id: str | int | None = None
    type: str | None = None
    url: str | None = None
    remote_url: str | None = None
    preview_url: str | None = None
    description: str | None = None
    blurhash: str | None = None
    meta: dict[str, Any] | None = None


class MentionEntity(msgspec.Struct, frozen=True):
    """An account that is mentioned."""

    id: str | int | None = None
    username: str | None = None
    acct: str | None = None
    url: str | None = None


class CardEntity(msgspec.Struct, frozen=True):
    """The preview of a link."""

    url: str | None = None
    title: str | None = None
    description: str | None = None
    image: str | None = None


class PollEntity(msgspec.Struct, frozen=True):
    """A poll. In the history of a post only the options are given."""

    options: list[dict[str, Any]] | None = None
    multiple: bool | None = None
    expires_at: str | None = None
    voters_count: int | None = None


class StatusEntity(msgspec.Struct, frozen=True):
    """A status, or one revision in its history (which has no id).

    ``text`` is the source text, which only the answer to a deletion has, in place of ``content``.
    """

    id: str | int | None = None
    uri: str | None = None
    url: str | None = None
    created_at: str | None = None
    edited_at: str | None = None
    account: AccountEntity | None = None
    content: str | None = None
    text: str | None = None
    spoiler_text: str | None = None
    sensitive: bool | None = None
    visibility: str | None = None
    language: str | None = None
    in_reply_to_id: str | int | None = None
    in_reply_to_account_id: str | int | None = None
    reblog: StatusEntity | None = None
    quote: Any = None
    quote_id: str | int | None = None
    quote_approval: dict[str, Any] | None = None
    pleroma: dict[str, Any] | None = None
    reactions: Any = None
    emoji_reactions: Any = None
    media_attachments: list[MediaEntity] | None = None
    mentions: list[MentionEntity] | None = None
    tags: list[dict[str, Any]] | None = None
    emojis: list[dict[str, Any]] | None = None
    card: CardEntity | None = None
    poll: PollEntity | None = None
    application: dict[str, Any] | None = None
    pinned: bool | None = None
    replies_count: int | None = None
    reblogs_count: int | None = None
    favourites_count: int | None = None
    quotes_count: int | None = None
