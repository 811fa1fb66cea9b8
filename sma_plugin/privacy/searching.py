"""Searching texts for names, by other means than those that mask them: a blind spot of theirs is none of these.

A text is taken apart into words after everything that may hide a name was taken away; names are sequences of words.
Handles like no word are looked for within longer words too. Which spellings that finds is told (``checked_spellings``).
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple
from urllib.parse import unquote_plus

Sort = Literal["name", "handle", "id", "page"]
_ROUNDS = 4
_WORDS = re.compile(r"[^\W_]+")
_ESCAPE = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_HOST = re.compile(r"xn--[a-z0-9-]+", re.IGNORECASE)
_FILLERS = dict.fromkeys([0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810)])
_LEAST_INSIDE, _LEAST_JOINED, _LEAST_DIGITS = 7, 8, 5


class Needle(NamedTuple):
    """What is looked for: a text, what it is of a person, and whose it is."""

    text: str
    sort: Sort
    bearer: str


class Found(NamedTuple):
    """A needle in a text. ``common``: it is one ordinary word, and so may be no name here."""

    needle: Needle
    common: bool


class Search:
    """Everything that is looked for. ``counts`` says how many there are of each sort."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._by_first: dict[str, dict[int, dict[tuple[str, ...], Needle]]] = {}
        self.counts: dict[str, int] = {}
        inside: dict[str, Needle] = {}
        for needle in dict.fromkeys(needles):
            words = tuple(_WORDS.findall(plain(needle.text)))
            joined = "".join(words)
            if len(joined) < 2 or (joined.isdecimal() and len(joined) < _LEAST_DIGITS):
                continue
            self.counts[needle.sort] = self.counts.get(needle.sort, 0) + 1
            self._by_first.setdefault(words[0], {}).setdefault(len(words), {}).setdefault(words, needle)
            if _is_like_no_word(needle, words, joined):
                inside.setdefault(joined, needle)
        self._inside = _automaton(inside)

    def found(self, text: str) -> Iterator[Found]:
        """What stands in a text, each once."""
        met: dict[tuple[str, bool], Found] = {}
        for view in dict.fromkeys(views(text)):
            words = _WORDS.findall(view)
            for found in (*self._sequences(words, view), *self._within(view)):
                met.setdefault((found.needle.bearer, found.common), found)
        yield from met.values()

    def _sequences(self, words: list[str], view: str) -> Iterator[Found]:
        for at, word in enumerate(words):
            for length, known in self._by_first.get(word, {}).items():
                needle = known.get(tuple(words[at : at + length]))
                if needle is not None:
                    yield Found(needle, _is_common(needle, words[at : at + length], view) and len(words) > length)

    def _within(self, view: str) -> Iterator[Found]:
        if self._inside is not None:
            for run in view.split():
                squeezed = "".join(_WORDS.findall(run))
                for _, needle in self._inside.iter(squeezed):
                    yield Found(needle, common=False)


class _OneByOne:
    """What the library does, without it: the same, but each handle by itself."""

    def __init__(self, inside: dict[str, Needle]) -> None:
        self._inside = inside

    def iter(self, text: str) -> Iterator[tuple[int, Needle]]:
        """What stands in a text; the places are not told."""
        return ((0, needle) for joined, needle in self._inside.items() if joined in text)


def _automaton(inside: dict[str, Needle]):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- the library has no types
    if not inside:
        return None
    try:
        import ahocorasick  # noqa: PLC0415 -- an extra
    except ImportError:
        return _OneByOne(inside)
    made = ahocorasick.Automaton()
    for joined, needle in inside.items():
        made.add_word(joined, needle)
    made.make_automaton()
    return made


def _is_common(needle: Needle, words: list[str], view: str) -> bool:
    """Whether these may be ordinary words: one, or those of a handle that is written otherwise (``de_stad``)."""
    plainly = all(map(str.isalpha, words))
    if len(words) == 1:
        return plainly
    short = len("".join(words)) < _LEAST_JOINED
    return (plainly or short) and needle.sort == "handle" and plain(needle.text) not in view


def _is_like_no_word(needle: Needle, words: tuple[str, ...], joined: str) -> bool:
    """Whether it is told from any longer word that it may stand in."""
    if joined.isdecimal() or needle.sort == "page":
        return False
    if len(words) > 1:
        return len(joined) >= _LEAST_JOINED
    return len(joined) >= _LEAST_INSIDE and not joined.isalpha()


def views(text: str) -> Iterator[str]:
    """A text as it is and with every code in it made plain, each without what hides a name."""
    yield plain(text)
    decoded = text
    for _ in range(_ROUNDS):
        before = decoded
        decoded = html.unescape(decoded) if "&" in decoded else decoded
        decoded = unquote_plus(decoded, errors="replace") if "%" in decoded or "+" in decoded else decoded
        decoded = _ESCAPE.sub(_unescaped, decoded) if "\\u" in decoded else decoded
        if decoded == before:
            break
        yield plain(decoded)
    if "xn--" in text.lower():
        yield plain(_HOST.sub(_host, text))


def _unescaped(found: re.Match[str]) -> str:
    try:
        return str(json.loads(f'"{found.group()}"'))
    except ValueError:
        return found.group()


def _host(found: re.Match[str]) -> str:
    try:
        return found.group().encode().decode("idna")
    except UnicodeError:
        return found.group()


@lru_cache(4096)
def plain(text: str) -> str:
    r"""A text in one spelling: compatibility forms, one case, no accents, nothing unseen.

    >>> plain("J\u200bÁN")
    'jan'
    """
    if text.isascii():
        return text.lower()
    told = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text.translate(_FILLERS)).casefold())
    return "".join(one for one in told if unicodedata.category(one) not in ("Mn", "Cf", "Me"))
