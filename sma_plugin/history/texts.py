"""Text for comparison: the same words, however a technique wrote them (``texts.toml``). Never for keeping."""

from __future__ import annotations

import html
import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import unquote

_SPACE = re.compile(r"[\s\u200b\u200c\u200e\u200f\u2060\ufeff]+")
_MARKUP = re.compile(r"</[a-z]|<br\b", re.IGNORECASE)
"""What tells markup from a text with angle brackets in it."""
_TAGS = re.compile(r"</?(?:a|b|br|div|em|i|img|li|p|span|strong|u|ul|wbr)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BREAKS = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SHOWN = re.compile(r"\b(?:[\w-]+\.)+[a-z]{2,}/\S*|\b(?:[\w-]+\.)+[a-z]{2,}\S*…", re.IGNORECASE)
_NOT_THE_ADDRESS = ".,;:!?)\"'"


class Platform(NamedTuple):
    """What is known of one platform's texts, ready for use."""

    rewritten: tuple[tuple[re.Pattern[str], str], ...]
    wrapped: re.Pattern[str]
    short: re.Pattern[str]
    tail: re.Pattern[str]


@cache
def _known() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files(__package__).joinpath("texts.toml").read_text(encoding="utf-8"))


@cache
def of_platform(platform: str) -> Platform:
    """The forms of a platform, with those of every platform."""
    every, own = _known()["every"], _known().get(platform, {})
    both = {name: (*every[name], *own.get(name, ())) for name in every}
    tails = "|".join(re.escape(tail) for tail in both["tails"])
    return Platform(
        tuple((re.compile(one[0]), one[1]) for one in both["rewritten"]),
        re.compile(rf"https?://(?:{'|'.join(both['wrapped'])})", re.IGNORECASE),
        re.compile(rf"https?://(?:{'|'.join(both['short'])})/\S+", re.IGNORECASE),
        re.compile(rf"\s*(?:…|\.\.\.)\s*(?:(?:{tails})\s*(?:…|\.\.\.)?)?$", re.IGNORECASE),
    )


def canonical(text: str, platform: str = "") -> str:
    """Text for comparison: markup and entities resolved, NFC, mentions as shown, links as they lead, space levelled.

    >>> canonical("a &amp; b  https://t.co/x")
    'a & b'
    >>> canonical("Dank @[100:2048:Voorbeeldstad]", "facebook")
    'Dank Voorbeeldstad'
    """
    forms = of_platform(platform)
    if "<" in text and _MARKUP.search(text):
        text = _TAGS.sub("", _BREAKS.sub(" ", text))
    if "&" in text:
        text = html.unescape(text)
    for pattern, by in forms.rewritten:
        text = pattern.sub(by, text)
    if "://" in text:
        text = forms.short.sub("", forms.wrapped.sub(_led_to, text))
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _led_to(found: re.Match[str]) -> str:
    return unquote(next(filter(None, found.groups()), ""))


def without_links(text: str) -> str:
    """A canonical text without addresses, whole or as shown: what is left is the same whoever wrote the links.

    >>> without_links("Lees https://voorbeeldstad.example/werk, nu")
    'Lees , nu'
    """
    text = _ADDRESS.sub(_punctuation, text)
    return _SPACE.sub(" ", _SHOWN.sub(_punctuation, text)).strip()


def _punctuation(found: re.Match[str]) -> str:
    address = found.group()
    return address[len(address.rstrip(_NOT_THE_ADDRESS)) :]


def cut_off(text: str, platform: str = "") -> str | None:
    """What stands before the mark of a text that was cut off; ``None`` for a text without such a mark.

    >>> cut_off("De Stationsweg is dicht… Meer weergeven")
    'De Stationsweg is dicht'
    """
    found = of_platform(platform).tail.search(text)
    return text[: found.start()] if found else None


def same_text(one: str, other: str, platform: str = "", *, cut: tuple[bool, bool] = (False, False)) -> bool:
    """Whether two texts are the same words. ``cut`` says of each whether its source calls it cut off."""
    if one == other:
        return True
    first, second = canonical(one, platform), canonical(other, platform)
    if _agree(first, second, platform, cut):
        return True
    addresses, others = _addresses(one, first, platform), _addresses(other, second, platform)
    for mine, theirs in ((addresses, others), (others, addresses)):
        if mine.shortened and mine.shortened + mine.whole >= theirs.shortened + theirs.whole:
            return _agree(without_links(first), without_links(second), platform, cut)
    return False


class _Addresses(NamedTuple):
    """How many addresses a text holds whole, and how many as a short link or as they are shown."""

    whole: int
    shortened: int


def _addresses(text: str, plain: str, platform: str) -> _Addresses:
    bare = _ADDRESS.sub("", plain)
    shortened = len(of_platform(platform).short.findall(text)) + len(_SHOWN.findall(bare))
    return _Addresses(len(_ADDRESS.findall(plain)), shortened)


def _agree(first: str, second: str, platform: str, cut: tuple[bool, bool]) -> bool:
    if first == second:
        return True
    ways = ((first, second, cut[0]), (second, first, cut[1]))
    return any(_begins(short, long, platform, called_so=called_so) for short, long, called_so in ways)


def _begins(short: str, long: str, platform: str, *, called_so: bool) -> bool:
    """Whether a text is the other one cut off: its source says so, or it ends in a page's own words for more."""
    begun = cut_off(short, platform)
    if begun is None:
        return called_so and short != "" and long.startswith(short)
    says_so = short[len(begun) :].strip(" .…") != ""
    return (called_so or says_so) and begun != "" and long.startswith(begun)
