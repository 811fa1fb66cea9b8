"""Texts and addresses without the people in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sma_plugin.privacy.addresses import Told, tells, told_by, unquoted
from sma_plugin.privacy.folding import Folded, fold, folded_only
from sma_plugin.privacy.names import NOBODY, Met, Names, Scene, counted
from sma_plugin.privacy.particulars import holds_mail, holds_number, initials, particulars
from sma_plugin.privacy.people import People
from sma_plugin.privacy.posts import Posts
from sma_plugin.privacy.pseudonyms import Pseudonyms

_MENTION = re.compile(r"@(?<![\w@/.]@)([\w.-]*\w(?:@[\w-]+(?:\.[\w-]+)+)?)")
_ADDRESS = re.compile(r"(?:https?:/{1,2}|www\.|(?:[\w-]+\.)+[a-z]{2,12}/)[^\s<>\"]+", re.IGNORECASE)
_AROUND = ' \n\t\r"<>'
_AFTER = re.compile(r"[\s<>\"]")
"""What stands around an address."""
_HASHTAG = re.compile(r"(?<!\w)#(\w+)")
_TOKEN = re.compile(r"[\w.:-]{6,}")
_CODE_AT_END = re.compile(r"&#?\w+;$")
_ENDS = ".,;:!?)'\""
MASKED = "···"
"""What stands for initials of staff: they are not told apart from one another."""
_SHORT, _MANY = 60, 4096
"""Characters of texts, and number of texts and addresses, that are remembered to name nobody."""
_OFTEN_OURS = ("youtube",)
"""Platforms whose addresses of posts name nobody, and are mostly of films that organisations made."""


class Piece(NamedTuple):
    """A stretch of text that is replaced."""

    start: int
    end: int
    instead: str
    sort: str


class Masker:
    """Takes third parties out of texts. ``counts`` tells how many of each sort, ``doubtful`` the words for review.

    ``decided`` are words and particulars on which a role decided, by their folded form: ``mask`` or ``keep``.
    """

    def __init__(
        self,
        pseudonyms: Pseudonyms,
        people: People,
        posts: Posts | None = None,
        decided: Mapping[str, str] | None = None,
    ) -> None:
        self._pseudonyms, self._people, self._posts = pseudonyms, people, posts or Posts(pseudonyms)
        self._decided = decided or {}
        self._names = Names(people.names())
        self._plain: dict[str, bool] = {}
        self._nobodys: set[tuple[str, str, bool]] = set()
        """Addresses that name nobody, whoever is around: the same are shown, linked and said again and again."""
        self.counts: Counter[str] = Counter()
        self.doubtful: Counter[str] = Counter()
        self.particulars: Counter[str] = Counter()
        """E-mail addresses and numbers in posts of the account itself: its own, it may be."""

    def text(self, text: str, platform: str, scene: Scene = NOBODY, *, own: bool = False) -> str:
        """A text with pseudonyms for people. ``own``: the account itself says it."""
        pieces = self._pieces(text, platform, scene, own=own)
        return self._replaced(text, pieces) if pieces else text

    def hashtag(self, word: str, platform: str, scene: Scene = NOBODY) -> str:
        """A hashtag without people in it; its words have nothing between them."""
        folded = fold(word)
        pieces = self._named(self._names.met(folded.text, address=True), word, folded, platform, scene, address=True)
        return self._replaced(word, pieces) if pieces else word

    def address(self, url: str, platform: str, scene: Scene = NOBODY, *, ours: bool = False) -> str:
        """An address without people in it, in whatever spelling; one that names nobody stays as it is.

        ``ours``: it is known for a page of an account whose name may stay.
        """
        key = platform, url, ours
        if key in self._nobodys:
            return url
        folded = fold(url)
        told = told_by(unquoted(url)) if not ours and tells(folded.text) else None
        if told is not None and (instead := self._instead(told)):
            self.counts["address"] += 1
            return f"https://{told.host}/{instead}"
        met = self._names.met(folded.text, address=True)
        pieces = self._named(met, url, folded, platform, scene, address=True)
        if not ours:
            if holds_number(folded.text) or holds_mail(folded.text):
                pieces += self._particular(folded, platform)
            pieces += self._of_posts(folded, platform)
            if "xn--" in folded.text:
                pieces += self._in_host(url, platform, scene)
        if pieces:
            return self._replaced(url, pieces)
        if not met and "xn--" not in folded.text:
            if len(self._nobodys) >= _MANY:
                self._nobodys.clear()
            self._nobodys.add(key)
        return url

    def is_plain(self, text: str) -> bool:
        """Whether a text, such as a language or the name of a tool, is known to name nobody."""
        known = self._plain.get(text)
        if known is None:
            counted = self.counts.copy()  # nothing is replaced here
            known = len(text) < _SHORT and not self._names.any_in(text) and self.text(text, "", NOBODY) == text
            self.counts = counted
            if len(self._plain) < _MANY:
                self._plain[text] = known
        return known

    # --- pieces ------------------------------------------------------------------------------------------------------

    def _replaced(self, text: str, pieces: list[Piece]) -> str:
        """The text with each piece replaced; what overlaps is one piece."""
        made, reached = [], 0
        for piece in sorted(pieces):
            if piece.start < reached:
                reached = max(reached, piece.end)
                continue
            made += [text[reached : piece.start], piece.instead]
            reached = piece.end
            self.counts[piece.sort] += 1
        return "".join((*made, text[reached:]))

    def _pieces(self, text: str, platform: str, scene: Scene, *, own: bool) -> list[Piece]:
        folded = fold(text)
        plain = folded.text
        found = self._named(self._names.met(plain), text, folded, platform, scene)
        if "@" in plain:
            found += self._mentions(folded, platform, scene)
        if "#" in plain:
            found += self._hashtags(text, folded, platform, scene)
        numbered = holds_number(plain)
        if numbered or holds_mail(plain):
            found += self._particular(folded, platform, own=own)
        if numbered:
            found += self._of_posts(folded, platform)
        if "/" in plain or "www" in plain:
            addresses = list(self._addresses(text, platform, scene))
            found = [one for one in found if not any(at.start <= one.start and one.end <= at.end for at in addresses)]
            found += [one for one in addresses if one.instead]
        if own:
            found += [Piece(one.start, one.end, MASKED, one.sort) for one in initials(text)]
        return found

    def _named(
        self, met: list[Met], text: str, folded: Folded, platform: str, scene: Scene, *, address: bool = False
    ) -> list[Piece]:
        if not met:
            return []
        hits = counted(met, text, folded.at, scene, address=address)
        found = [Piece(hit.start, hit.end, hit.bearer, "name") for hit in hits if hit.bearer is not None]
        sure = len(found)
        if sure < len(hits):
            for hit in hits:
                if hit.bearer is None and not any(one.start < hit.end and hit.start < one.end for one in found[:sure]):
                    found += self._doubtful(platform, folded_only(text[hit.start : hit.end]), hit.start, hit.end)
        return found

    def _doubtful(self, platform: str, word: str, start: int, end: int) -> Iterator[Piece]:
        """A common word that is somebody's name elsewhere: as decided, else left and told."""
        decided = self._decided.get(word)
        if decided == "mask":
            yield Piece(start, end, self._pseudonyms.of("text", platform, word), "word")
        elif decided is None:
            self.doubtful[word] += 1

    def _mentions(self, folded: Folded, platform: str, scene: Scene) -> Iterator[Piece]:
        """Everybody called with an at sign, whether known or not."""
        at = folded.at
        for found in _MENTION.finditer(folded.text):
            called = found[1]
            short = scene.short
            instead = short[called] if called in short else self._people.shown(platform, None, called, None)
            if instead is not None and instead not in scene.free:
                yield Piece(at[found.start()], at[found.end()], f"@{instead}", "mention")

    def _hashtags(self, text: str, folded: Folded, platform: str, scene: Scene) -> Iterator[Piece]:
        for found in _HASHTAG.finditer(folded.text):
            start, end = folded.at[found.start(1)], folded.at[found.end(1)]
            said = text[start:end]
            if (masked := self.hashtag(said, platform, scene)) != said:
                yield Piece(start, end, masked, "hashtag")

    def _particular(self, folded: Folded, platform: str, *, own: bool = False) -> Iterator[Piece]:
        at = folded.at
        for one in particulars(folded.text):
            if self._decided.get(one.identity) == "keep":
                continue
            if one.sort == "email" and self._people.shown(platform, None, one.identity, None) is None:
                continue  # in the fediverse a handle with its server is written as an address is
            if own:
                self.particulars[one.identity] += 1
            instead = self._pseudonyms.of("text", one.sort, one.identity)
            yield Piece(at[one.start], at[one.end], instead, one.sort)

    # --- addresses ---------------------------------------------------------------------------------------------------

    def _addresses(self, text: str, platform: str, scene: Scene) -> Iterator[Piece]:
        """Every address within a text; one that names nobody with nothing instead."""
        for start, end in _words_of_addresses(text):
            found = _ADDRESS.search(text, start, end)
            if found:
                url = found.group() if _CODE_AT_END.search(found.group()) else found.group().rstrip(_ENDS)
                masked = self.address(url, platform, scene)
                yield Piece(found.start(), found.start() + len(url), masked if masked != url else "", "address")

    def _instead(self, told: Told) -> str | None:
        """What stands for the page of a third party: who, and which post. ``None`` where nobody is to be hidden."""
        account, post = told.account, told.post
        other = post and self._posts.other(told.platform, post)
        if account.native_id or account.handle:
            whose = self._people.shown(told.platform, account.native_id, account.handle, None)
            return "/".join(part for part in (whose, other) if part) or None
        if post and not other and told.platform not in _OFTEN_OURS and not self._posts.own(told.platform, post):
            return self._pseudonyms.of("post", told.platform, post)  # it does not say whose it is, and it is not ours
        return other or None

    def _of_posts(self, folded: Folded, platform: str) -> Iterator[Piece]:
        """Identifiers of other people's posts."""
        at = folded.at
        if not self._posts.any_other(platform, _TOKEN.findall(folded.text)):
            return
        for found in _TOKEN.finditer(folded.text):
            instead = self._posts.other(platform, found.group())
            if instead:
                yield Piece(at[found.start()], at[found.end()], instead, "post")

    def _in_host(self, url: str, platform: str, scene: Scene) -> Iterator[Piece]:
        """A name in a host that is written in ASCII (RFC 3492)."""
        for found in re.finditer(r"xn--[a-z0-9-]+", url, re.IGNORECASE):
            try:
                plain = found.group().encode().decode("idna")
            except UnicodeError:
                continue
            folded = fold(plain)
            met = self._names.met(folded.text, address=True)
            if any(self._named(met, plain, folded, platform, scene, address=True)):
                yield Piece(*found.span(), self._pseudonyms.of("text", "host", plain), "name")


def _words_of_addresses(text: str) -> Iterator[tuple[int, int]]:
    """From and until where words stand that may hold an address."""
    found: dict[int, int] = {}
    for mark in ("/", "www."):
        at = text.find(mark)
        while at >= 0:
            start, after = max(text.rfind(one, 0, at) for one in _AROUND) + 1, _AFTER.search(text, at)
            found[start] = after.start() if after else len(text)
            at = text.find(mark, found[start])
    yield from found.items()
