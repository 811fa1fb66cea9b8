"""The parts of posts in X's web interface, as far as version 1.1 does not have them too.

Facts: formats/PLATFORM_FORMATS.md 2.2.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sma_plugin.readers.x.api_v1_parts import Status
from sma_plugin.readers.x.common_parts import Entities, Number

_NOTHING = msgspec.Raw(b"")


class Result(msgspec.Struct, gc=False):
    """``*_result`` and ``*_results``: what was asked for, or word that it is not to be had."""

    result: msgspec.Raw = _NOTHING


class Author(msgspec.Struct, gc=False):
    """``core`` of a post."""

    user_results: Result | None = None


class Scopes(msgspec.Struct, gc=False):
    """``scopes``: whether a post is for followers only."""

    followers: bool | None = None


class Views(msgspec.Struct, gc=False):
    """``views`` and ``ext_views``."""

    count: Number = None


class EditControl(msgspec.Struct, gc=False):
    """``edit_control``: the revisions of a post, first to last; of later revisions in an object of its own."""

    edit_tweet_ids: tuple[str, ...] | None = None
    initial_tweet_id: str | None = None
    edit_control_initial: EditControl | None = None

    @property
    def revisions(self) -> tuple[str, ...]:
        """All ids that are told."""
        return self.edit_tweet_ids or (self.edit_control_initial.revisions if self.edit_control_initial else ())


class Legacy(Status, kw_only=True):
    """``legacy`` of a post, and a post of the web interface before 2021 (``globalObjects``)."""

    id_str: str = ""
    user_id_str: str | None = None
    conversation_id_str: str | None = None
    bookmark_count: Number = None
    retweeted_status_result: Result | None = None
    retweeted_status_id_str: str | None = None
    scopes: Scopes | None = None
    limited_actions: str | None = None
    card: msgspec.Raw = _NOTHING
    ext_views: Views | None = None
    ext_edit_control: EditControl | None = None


class Note(msgspec.Struct, gc=False):
    """``note_tweet.note_tweet_results.result``: the whole of a long post."""

    text: str | None = None
    entity_set: Entities | None = None


class NoteResult(msgspec.Struct, gc=False):
    """``note_tweet.note_tweet_results``."""

    result: Note | None = None


class NoteTweet(msgspec.Struct, gc=False):
    """``note_tweet``."""

    note_tweet_results: NoteResult | None = None


class Text(msgspec.Struct, gc=False):
    """Any text with entities."""

    text: str | None = None


class CommunityNote(msgspec.Struct, gc=False):
    """``birdwatch_pivot``: what readers wrote below a post."""

    subtitle: Text | None = None


class Article(msgspec.Struct, gc=False):
    """``article.article_results.result``."""

    title: str | None = None
    preview_text: str | None = None


class ArticleResult(msgspec.Struct, gc=False):
    """``article.article_results``."""

    result: Article | None = None


class ArticleTweet(msgspec.Struct, gc=False):
    """``article``."""

    article_results: ArticleResult | None = None


class QuotedId(msgspec.Struct, gc=False):
    """``quotedRefResult.result``: a quoted post of which only the id is given."""

    rest_id: str | None = None


class QuotedRef(msgspec.Struct, gc=False):
    """``quotedRefResult``."""

    result: QuotedId | None = None


class CardResult(msgspec.Struct, gc=False):
    """``card``."""

    legacy: msgspec.Raw = _NOTHING


class WebTweet(msgspec.Struct, gc=False):
    """One post."""

    rest_id: str | None = None
    core: Author | None = None
    legacy: Legacy | None = None
    note_tweet: NoteTweet | None = None
    quoted_status_result: Result | None = None
    quoted_ref: QuotedRef | None = msgspec.field(default=None, name="quotedRefResult")
    views: Views | None = None
    edit_control: EditControl | None = None
    card: CardResult | None = None
    source: str | None = None
    community_results: Result | None = None
    birdwatch_pivot: CommunityNote | None = None
    article: ArticleTweet | None = None


class CardValue(msgspec.Struct, gc=False):
    """The value of one of a card's ``binding_values``."""

    string_value: str | None = None


class Binding(msgspec.Struct, gc=False):
    """One of a card's ``binding_values``."""

    key: str = ""
    value: CardValue | None = None


class Card(msgspec.Struct, gc=False):
    """A preview of a link, or a poll. The values are a list, or, before 2021, an object."""

    name: str | None = None
    url: str | None = None
    binding_values: list[Binding] | dict[str, Any] | None = None
