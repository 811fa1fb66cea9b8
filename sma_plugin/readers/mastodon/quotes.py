"""What servers add to a status in ways of their own: quotes, and reactions with an emoji."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.mastodon.entities import StatusEntity

_ladder = Ladder(StatusEntity)


class Quote(NamedTuple):
    """What a status quotes: the status, or its ActivityPub id, or its number on the server; the state of the quote."""

    quoted: StatusEntity | None = None
    state: str | None = None
    number: str | int | None = None
    target: str | None = None


def quote_of(status: StatusEntity) -> Quote:
    """What a status quotes.

    Since 4.4 a quote is ``{state, quoted_status}``, or ``{state, quoted_status_id}`` within another; forks of the
    server give the status itself, Pleroma among its own members, with the ActivityPub id where it may not be shown.
    """
    own = status.pleroma or {}
    number, target = _identifier(status.quote_id or own.get("quote_id")), own.get("quote_url")
    found = Quote(None, None, number, target if isinstance(target, str) and target else None)
    quote = status.quote if isinstance(status.quote, dict) else own.get("quote")
    if not isinstance(quote, dict):
        return found
    inner: Any = quote
    if "state" in quote or "quoted_status" in quote:
        state, inner = quote.get("state"), quote.get("quoted_status")
        number = _identifier(quote.get("quoted_status_id"))
        found = found._replace(state=state if isinstance(state, str) else None, number=number)
    if not isinstance(inner, dict):
        return found
    try:
        return found._replace(quoted=_ladder.decode(msgspec.json.encode(inner)).value)
    except ValueError:
        return found._replace(state=found.state or "unreadable")


def _identifier(value: Any) -> str | int | None:
    return value if isinstance(value, str | int) and value not in ("", False) else None


def reactions(status: StatusEntity) -> list[dict[str, Any]]:
    """Reactions with an emoji: how many there are of each, never by whom."""
    given = status.reactions or status.emoji_reactions or (status.pleroma or {}).get("emoji_reactions")
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
