"""The text of something held against the text that a PDF draws: how much of it was met there."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

from sma_plugin.formats.pdf_checks import text_of

_LEFTWARD = {"R", "AL", "AN"}
_NEAR = 10_000
_UNSEEN = {"\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2060", "\ufe0e", "\ufe0f", "\ufeff"}
"""Characters without a form of their own: breaks, joiners, directions, choices of form."""
Counts = dict[str, str | int | float]


def printed(text: str, pdf: Path) -> tuple[Counts, Counts]:
    """Characters and words of a text, and how many of them a PDF draws."""
    return met(text, text_of(pdf))


def met(text: str, other: str) -> tuple[Counts, Counts]:
    """Characters and words of a text, and how many of them another text holds."""
    drawn = plain(other)
    characters, words = Counter(plain(text)), _words(text)
    before: Counts = {"characters": characters.total(), "words": len(words)}
    return before, {"characters": (characters & Counter(drawn)).total(), "words": _met(words, drawn)}


def plain(text: str) -> str:
    """Text as it is compared: one form for each character (Unicode, NFKC), without spaces and what has no form.

    >>> plain("e\u0301 \ufb01n")
    'éfin'
    """
    shown = (one for one in text if not one.isspace() and one not in _UNSEEN)
    return unicodedata.normalize("NFKC", "".join(shown)).replace(" ", "")


def _words(text: str) -> list[str]:
    """The words of a text; those that run from right to left are drawn the other way round, so not them."""
    words = (plain(word) for word in text.split())
    return [word for word in words if word and not any(unicodedata.bidirectional(one) in _LEFTWARD for one in word)]


def _met(words: list[str], drawn: str) -> int:
    """How many of these words were drawn: mostly one after the other, else anywhere."""
    at = met = 0
    for word in words:
        found = drawn.find(word, at, at + _NEAR)
        if found < 0:
            found = drawn.find(word)
        if found >= 0:
            met, at = met + 1, found + len(word)
    return met
