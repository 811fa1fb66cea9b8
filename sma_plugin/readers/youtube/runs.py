"""Texts as YouTube's pages hold them, and values at the end of a way through objects."""

from __future__ import annotations

from typing import Any


def at(value: Any, *names: str | int) -> Any:
    """The value that names and numbers lead to; ``None`` where the way ends."""
    for name in names:
        if isinstance(name, int):
            value = value[name] if isinstance(value, list) and -len(value) <= name < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value


def text_at(value: Any, *names: str | int) -> str | None:
    """The same, where it is a text that says anything."""
    found = at(value, *names)
    return found if isinstance(found, str) and found else None


def runs(value: Any) -> str | None:
    """A text: whole, or in pieces, pictures in it by their names.

    >>> runs({"runs": [{"text": "Goed "}, {"emoji": {"emojiId": "👏"}}]})
    'Goed 👏'
    """
    if not isinstance(value, dict):
        return None
    for name in ("simpleText", "content"):
        if isinstance(value.get(name), str):
            return str(value[name])
    parts = value.get("runs")
    if not isinstance(parts, list):
        return None
    return "".join(text_at(one, "text") or text_at(one, "emoji", "emojiId") or "" for one in parts)
