"""What a post of X's web interface tells beyond version 1.1: views, polls, previews, who may see it, readers' notes."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from sma_plugin.model import Audience, Counts, Moment, Post, PostState, Relation
from sma_plugin.readers.x.common import number
from sma_plugin.readers.x.web_cards import card_of, poll_of, with_preview
from sma_plugin.readers.x.web_parts import Article, Card, Legacy, WebTweet


def finished(post: Post, one: WebTweet, legacy: Legacy, at: Moment | None, *, pinned: bool) -> Post:
    """The post with all that its part ``legacy`` does not tell."""
    card = card_of(bytes(one.card.legacy) if one.card else bytes(legacy.card))
    article = one.article.article_results.result if one.article and one.article.article_results else None
    values = (dict(post.counts.values) if post.counts else {}) | _counts(one, legacy, card)
    return replace(
        post,
        relations=(*post.relations, *_thread(post, legacy)),
        counts=Counts(values, at) if values else None,
        audience=_audience(post, one, legacy),
        pinned=True if pinned else None,
        kind="article" if article and post.kind == "note" else post.kind,
        state=_state(post.state, one, card, article),
    )


def _thread(post: Post, legacy: Legacy) -> tuple[Relation, ...]:
    first = legacy.conversation_id_str
    return (Relation("thread", first),) if first and first != post.native_id else ()


def _counts(one: WebTweet, legacy: Legacy, card: Card | None) -> dict[str, int]:
    views = one.views or legacy.ext_views
    poll = poll_of(card) if card else None
    stated = {"bookmarks": number(legacy.bookmark_count), "views": number(views.count) if views else None}
    return {name: value for name, value in stated.items() if value is not None} | (poll[1] if poll else {})


def _audience(post: Post, one: WebTweet, legacy: Legacy) -> Audience | None:
    if legacy.limited_actions and "trusted_friends" in legacy.limited_actions:
        return "circle"
    if one.community_results:
        return "community"
    return "followers" if legacy.scopes and legacy.scopes.followers else post.audience


def _state(state: PostState, one: WebTweet, card: Card | None, article: Article | None) -> PostState:
    poll = poll_of(card) if card else None
    note = one.birdwatch_pivot.subtitle.text if one.birdwatch_pivot and one.birdwatch_pivot.subtitle else None
    raw: dict[str, Any] = dict(state.raw or {})
    if note:
        raw["birdwatch_pivot"] = {"subtitle": {"text": note}}
    return replace(
        state,
        title=article.title if article else state.title,
        links=with_preview(state.links, card) if state.links and card else state.links,
        poll=poll[0] if poll else state.poll,
        raw=raw or None,
    )
