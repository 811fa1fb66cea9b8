"""Cards of posts in X's web interface: polls, and previews of links."""

from __future__ import annotations

import re
from typing import Any

from sma_plugin.model import Link, Poll
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.values import iso_moment, number
from sma_plugin.readers.x.common import unescape
from sma_plugin.readers.x.web_parts import Card

_CARD = Ladder(Card)
_POLL = re.compile(r"(?:\d+:)?poll\d+choice_.*")
_MOST_CHOICES = 10


def card_of(data: bytes) -> Card | None:
    """A card; ``None`` when there is none that can be read."""
    if not data.startswith(b"{"):
        return None
    try:
        return _CARD.decode(data).value
    except ValueError:
        return None


def values(card: Card) -> dict[str, str]:
    """The texts of a card by their names."""
    given = card.binding_values or {}
    if isinstance(given, dict):
        return {key: text for key, value in given.items() if (text := _text(value)) is not None}
    return {one.key: one.value.string_value for one in given if one.value and one.value.string_value is not None}


def _text(value: Any) -> str | None:
    text = value.get("string_value") if isinstance(value, dict) else None
    return text if isinstance(text, str) else None


def poll_of(card: Card) -> tuple[Poll, dict[str, int]] | None:
    """The poll that a card is, and its votes; ``None`` for another card."""
    if not _POLL.fullmatch(card.name or ""):
        return None
    given = values(card)
    numbers = [at for at in range(1, _MOST_CHOICES + 1) if f"choice{at}_label" in given]
    votes = {f"votes:{at}": count for at in numbers if (count := number(given.get(f"choice{at}_count"))) is not None}
    return Poll(
        tuple(given[f"choice{at}_label"] for at in numbers), None, iso_moment(given.get("end_datetime_utc"))
    ), votes


def with_preview(links: tuple[Link, ...], card: Card) -> tuple[Link, ...]:
    """The links of a post, the one that a card previews with the title and description that it shows."""
    given = values(card)
    title, description = given.get("title"), given.get("description")
    if not (title or description) or _POLL.fullmatch(card.name or ""):
        return links
    shown = {card.url, given.get("card_url")}
    return tuple(
        Link(link.url, link.shown, unescape(title) if title else None, unescape(description) if description else None)
        if shown & {link.shown, link.url}
        else link
        for link in links
    )
