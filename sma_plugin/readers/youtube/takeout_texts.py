"""Texts of comments in a Takeout: pieces of JSON side by side, an object that holds them, or plain text."""

from __future__ import annotations

from typing import Any, NamedTuple

from sma_plugin.model import AccountRef, Link
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.youtube.common import channel


class Text(NamedTuple):
    """What a comment says, whom it mentions, where it links to."""

    text: str
    mentions: tuple[AccountRef, ...] = ()
    links: tuple[Link, ...] = ()
    read: bool = True
    """False when what begins like pieces could not be read as such: it is text then, as delivered."""


def text_of(cell: str) -> Text:
    """The text of a cell.

    >>> text_of('{"text":"Mooi"},{"text":"!"}').text, text_of("zo maar").text
    ('Mooi!', 'zo maar')
    """
    bare = cell.strip()
    if not bare.startswith(("{", "[")):
        return Text(cell)
    try:
        value: Any = tolerant((bare if bare.startswith("[") else f"[{bare}]").encode("utf-8", "surrogatepass"))
    except ValueError:
        return Text(cell, read=False)
    pieces = [piece for one in value for piece in _pieces(one)]
    if not any("text" in piece or "link" in piece for piece in pieces):
        return Text(cell, read=bare.startswith("["))
    return Text(
        "".join(_words(piece) for piece in pieces),
        tuple(filter(None, (_mention(piece) for piece in pieces))),
        tuple(filter(None, (_link(piece) for piece in pieces))),
    )


def _pieces(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, dict):
        return []
    held = value.get("takeoutSegments")
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else [value]


def _words(piece: dict[str, Any]) -> str:
    text = piece.get("text")
    found = _link(piece) if text is None else None
    return text if isinstance(text, str) else found.url if found else ""


def _mention(piece: dict[str, Any]) -> AccountRef | None:
    held = piece.get("mention")
    native = held.get("externalChannelId") if isinstance(held, dict) else None
    name = piece.get("text")
    return channel(native, name.strip() if isinstance(name, str) else None) if isinstance(native, str) else None


def _link(piece: dict[str, Any]) -> Link | None:
    held = piece.get("link")
    url = held.get("linkUrl") if isinstance(held, dict) else None
    shown = piece.get("text")
    return Link(url, shown if isinstance(shown, str) and shown != url else None) if isinstance(url, str) else None
