"""Emoji that a page shows as pictures: the characters that stand for them, from the picture's text or its address."""

from __future__ import annotations

import html
import re
import unicodedata

_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_CODES = re.compile(r"(?:^|/)(?:emoji_)?u?((?:[0-9a-f]{2,6}[-_])*[0-9a-f]{2,6})\.(?:png|svg|gif|webp)$", re.IGNORECASE)
_SIGNS = {"So", "Sk"}
_BETWEEN = {"Mn", "Me", "Cf"}
"""Selectors, the frame of a key, joiners, tags: what emoji are made of beside signs."""
_KEYS, _FRAME = "0123456789#*", "\u20e3"
_LONGEST = 40


def emoji_of(alt: str | None, address: str | None, names: str | None = None) -> str:
    """What a picture says in a text, from its alternative text, its address and its classes; nothing when it is none.

    >>> emoji_of("", "https://static.example/images/emoji.php/v9/t6d/1/16/1f610.png"), emoji_of("❤️", None)
    ('😐', '❤️')
    >>> emoji_of("a map of the town", "https://static.example/1.png"), emoji_of(":stad:", "/e/1.png", "custom-emoji")
    ('', ':stad:')
    """
    alt = (alt or "").strip()
    if is_emoji(alt):
        return alt
    path = (address or "").partition("?")[0]
    if "emoji" not in f"{path} {names or ''}".casefold():
        return ""
    codes = _CODES.search(path)
    named = "".join(map(_character, re.split("[-_]", codes[1]))) if codes else ""
    return named if is_emoji(named) else alt[:_LONGEST]


def is_emoji(text: str) -> bool:
    """Whether a text is nothing but emoji."""
    kinds = [unicodedata.category(one) for one in text]
    framed = _FRAME in text
    fits = (kind in _SIGNS | _BETWEEN or (framed and one in _KEYS) for one, kind in zip(text, kinds, strict=True))
    return 0 < len(text) <= _LONGEST and (framed or not _SIGNS.isdisjoint(kinds)) and all(fits)


def with_emoji(markup: str) -> str:
    """Markup with emoji instead of pictures of them.

    >>> with_emoji('Dag <img class="emoji" alt="👋" src="x.png"><img src="plein.jpg">')
    'Dag 👋<img src="plein.jpg">'
    """
    return _IMAGE.sub(lambda found: _in_place_of(found[0]), markup)


def _in_place_of(image: str) -> str:
    told = {name.lower(): html.unescape(one or two or bare) for name, one, two, bare in _ATTRIBUTE.findall(image)}
    found = emoji_of(told.get("alt"), told.get("src"), told.get("class"))
    return html.escape(found, quote=False) or image


def _character(code: str) -> str:
    number = int(code, 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""
