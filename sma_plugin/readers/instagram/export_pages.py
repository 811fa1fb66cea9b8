"""Instagram's export in HTML: every card of a page is an item, headed by its caption, with its media and a date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Post, Problem
from sma_plugin.readers.instagram.export_layout import Role
from sma_plugin.readers.instagram.export_posts import Posts
from sma_plugin.readers.meta.cards import Card
from sma_plugin.readers.meta.labels import means
from sma_plugin.readers.meta.pages import Pages, items_of
from sma_plugin.readers.meta.tree import Place


def page_items(pages: Pages, place: Place, role: Role, posts: Posts) -> Iterator[Post | Problem]:
    """The posts on one page."""
    found = pages.cards(place.path)
    return items_of(found, lambda card: _as_item(card, role), lambda record: posts.items(record, role, place.path))


def _as_item(card: Card, role: Role) -> dict[str, Any]:
    """What the export in JSON would have in the place of a card."""
    if role in ("comments", "reposts"):
        rows: dict[str, dict[str, Any]] = {label: {"value": value} for label, value in card.rows}
        rows |= {shown or url: {"href": url} for url, shown in card.links}
        media = [{"uri": uri} for uri in dict.fromkeys(card.media)]
        return {"timestamp": 1, "string_map_data": rows, "media_list_data": media}
    return as_media(card)


def as_media(card: Card) -> dict[str, Any]:
    """What the export in JSON would have in the place of a card with media and their caption."""
    media = [{"uri": uri} for uri in dict.fromkeys(card.media)]
    labelled = next((value for label, value in card.rows if means(label, "text")), None)
    return {"title": card.heading or labelled or "\n".join(card.texts) or None, "media": media, "creation_timestamp": 1}
