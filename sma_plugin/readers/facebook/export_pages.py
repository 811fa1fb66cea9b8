"""Facebook's export in HTML: every card of a page is an item; where its bytes are cannot be told, so the page is named.

Times are by the clock of the account, in its language; the zone stands in a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Post, Problem
from sma_plugin.readers.facebook.export_layout import Role
from sma_plugin.readers.facebook.export_posts import Posts
from sma_plugin.readers.meta.cards import Card
from sma_plugin.readers.meta.labels import Meaning, means
from sma_plugin.readers.meta.pages import Pages, items_of
from sma_plugin.readers.meta.tree import Place


def page_items(pages: Pages, place: Place, role: Role, posts: Posts) -> Iterator[Post | Problem]:
    """The posts on one page; on the page of an album those that show what no post has shown."""
    found = pages.cards(place.path)
    if role == "photos":
        found = (one for one in found if isinstance(one, Problem) or _unshown(one.card, posts))
    return items_of(found, lambda card: _as_item(card, role), lambda record: posts.items(record, role, place.path))


def _unshown(card: Card, posts: Posts) -> bool:
    """Whether a card shows a file that no post has shown."""
    found = (posts.media.find(uri) for uri in card.media)
    return any(member is None or member.path not in posts.shown for member in found)


def _as_item(card: Card, role: Role) -> dict[str, Any]:
    """What the export in JSON would have in the place of a card."""
    text = "\n".join(card.texts) or _row(card, "text") or _row(card, "comment")
    parts: list[dict[str, Any]] = [{"media": {"uri": uri}} for uri in dict.fromkeys(card.media)]
    parts += [{"external_context": {"url": url, "name": shown if shown != url else None}} for url, shown in card.links]
    place = _row(card, "place")
    parts += [{"place": {"name": place}}] if place else []
    item: dict[str, Any] = {"title": card.heading, "attachments": [{"data": parts}]}
    if role in ("comments", "group-comments"):
        return item | {"data": [{"comment": {"comment": text}}], "timestamp": 0}
    if role == "events":
        return item | {"name": card.heading, "description": text}
    return item | {"text": text, "data": [{"post": text}]}


def _row(card: Card, meaning: Meaning) -> str | None:
    return next((value for label, value in card.rows if means(label, meaning)), None)
