"""Texts and addresses without the people in them."""

from __future__ import annotations

import html
import re
import urllib.parse
from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple

from sma_plugin.privacy.folding import fold
from sma_plugin.privacy.names import Names, counted
from sma_plugin.privacy.particulars import initials, particulars
from sma_plugin.privacy.people import People
from sma_plugin.privacy.pseudonyms import Pseudonyms

_MENTION = re.compile(r"(?<![\w@/.])@([\w.-]*\w(?:@[\w-]+(?:\.[\w-]+)+)?)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
MASKED = "···"
"""What stands for initials of staff: they are not told apart from one another."""


class Piece(NamedTuple):
    """A stretch of text that is replaced."""

    start: int
    end: int
    instead: str
    sort: str


class Masker:
    """Takes third parties out of texts. ``counts`` tells how many of each sort, ``doubtful`` the words for review."""

    def __init__(self, pseudonyms: Pseudonyms, people: People) -> None:
        self._pseudonyms, self._people = pseudonyms, people
        self._names = Names(people.names())
        self.counts: Counter[str] = Counter()
        self.doubtful: Counter[str] = Counter()

    def text(self, text: str, platform: str, present: Collection[str] = (), *, by_staff: bool = False) -> str:
        """A text with pseudonyms for people; ``present`` are the pseudonyms of those in the conversation."""
        pieces = sorted(self._pieces(text, platform, present, by_staff=by_staff))
        made, reached = [], 0
        for piece in pieces:
            if piece.start < reached:
                reached = max(reached, piece.end)
                continue
            made += [text[reached : piece.start], piece.instead]
            reached = piece.end
            self.counts[piece.sort] += 1
        return "".join((*made, text[reached:])) if made else text

    def address(self, url: str, platform: str, present: Collection[str] = ()) -> str:
        """An address without people in it, in whatever spelling; one that names nobody stays as it is."""
        plain = _unquoted(url)
        masked = self.text(plain, platform, present)
        return url if masked == plain else urllib.parse.quote(masked, safe=":/?#[]@!$&'()*+,;=%~·")

    def _pieces(self, text: str, platform: str, present: Collection[str], *, by_staff: bool) -> Iterator[Piece]:
        if "@" in text:
            yield from self._mentions(text, platform)
        for one in particulars(text):
            yield Piece(one.start, one.end, self._pseudonyms.of("text", one.sort, one.identity), one.sort)
        for hit, bearer in counted(self._names.find(fold(text)), present):
            if bearer is None:
                self.doubtful[text[hit.start : hit.end]] += 1
            else:
                yield Piece(hit.start, hit.end, bearer, "name")
        if by_staff:
            yield from (Piece(one.start, one.end, MASKED, one.sort) for one in initials(text))
        if "%" in text or "&" in text:
            yield from self._encoded(text, platform, present)

    def _mentions(self, text: str, platform: str) -> Iterator[Piece]:
        """Everybody called with an at sign, whether known or not."""
        for found in _MENTION.finditer(text):
            instead = self._people.shown(platform, None, found[1], None)
            if instead is not None:
                yield Piece(*found.span(), f"@{instead}", "mention")

    def _encoded(self, text: str, platform: str, present: Collection[str]) -> Iterator[Piece]:
        """Addresses within the text that name somebody in an encoded spelling."""
        for found in _ADDRESS.finditer(text):
            plain = _unquoted(found.group())
            if plain != found.group() and (masked := self.address(found.group(), platform, present)) != found.group():
                yield Piece(*found.span(), masked, "address")


def _unquoted(url: str) -> str:
    """An address with what is encoded in it made plain, however often it was encoded."""
    for _ in range(4):
        plain = html.unescape(urllib.parse.unquote(url, errors="replace"))
        if plain == url:
            break
        url = plain
    return url
