"""Texts as they are searched: one spelling of every character, with the way back to where it stands.

A name can be written with other code points than it was learnt with: full-width or decorated letters (NFKC), another
case, a zero-width space between two letters, an accent as a character of its own. Folding takes all of that away.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

_CLUSTER = re.compile(r"[\s\S][\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]*")
"""A character with the marks that belong to it."""
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U000e0000-\U000e0fff]"
)
"""Characters that are not seen: Unicode's Default_Ignorable_Code_Point, and marks of direction."""


class Folded(NamedTuple):
    """A folded text; ``at`` gives for each of its characters where it begins in the original, and the end."""

    text: str
    at: Sequence[int]


def fold(text: str) -> Folded:
    r"""The folded text with its places.

    >>> fold("Jan").text, list(fold("J\u200ban").at)
    ('jan', [0, 2, 3, 4])
    """
    if text.isascii():
        return Folded(text.lower(), range(len(text) + 1))
    small = text.casefold()
    normal = unicodedata.is_normalized("NFKC", text) and unicodedata.is_normalized("NFKC", small)
    if normal and len(small) == len(text) and not _UNSEEN.search(text):
        return Folded(small, range(len(text) + 1))  # no character became two, and none goes
    parts: list[str] = []
    at: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        folded = folded_only(cluster.group())
        parts.append(folded)
        at.extend([cluster.start()] * len(folded))
    at.append(len(text))
    return Folded("".join(parts), at)


def folded_only(text: str) -> str:
    r"""The folded text alone.

    >>> folded_only("ＪＡＮ\u200b"), folded_only("José") == folded_only("Jose\u0301")
    ('jan', True)
    """
    if text.isascii():
        return text.lower()
    seen = _UNSEEN.sub("", text)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
