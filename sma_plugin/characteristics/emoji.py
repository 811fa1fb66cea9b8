"""Emoji by Unicode's own data (the library *emoji*, extra ``characteristics``), not by ranges of code points."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from types import ModuleType

from sma_plugin.model import PostState

_LETTERLIKE = 0x2190
"""Signs below it, such as © and ™, are text unless a variation selector makes a picture of them."""

_MAY_BE = re.compile("[\u20e3\u2190-\U0010ffff]")
"""Every emoji has such a sign: the keycap, or one that is not letterlike."""


@cache
def library() -> ModuleType | None:
    """The library; ``None`` where it is not installed, and emoji cannot be told."""
    try:
        return import_module("emoji")
    except ImportError:
        return None


def has_emoji(text: str) -> bool:
    """Whether a text holds an emoji; sequences (families, flags, skin tones, keycaps) are one each.

    >>> [has_emoji(text) for text in ("Voorbeeldstad © 2024", "Fijn 👩‍👩‍👧", "1️⃣", "❤")]
    [False, True, True, True]
    """
    known = library()
    first = None if known is None or text.isascii() else _MAY_BE.search(text)
    if known is None or first is None:
        return False
    # The sign may be the last of three, as in a keycap.
    rest = text[max(0, first.start() - 2) :]
    return any(len(one.chars) > 1 or ord(one.chars) >= _LETTERLIKE for one in known.analyze(rest))


def says_emoji(state: PostState) -> bool:
    """Whether a post has an emoji in its text or in its title."""
    return has_emoji("".join(filter(None, (state.text or state.html, state.title))))
