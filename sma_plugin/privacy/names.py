"""Finding people's names in texts: every name of a history at once, however it is spelt.

An automaton (Aho and Corasick) holds all names; what it finds counts only where a word begins and ends, except for
handles that no longer word could hold by chance. What a name says by itself decides when it counts
(:data:`~.called.Weight`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from sma_plugin.privacy.called import Name
from sma_plugin.privacy.folding import folded_only

if TYPE_CHECKING:
    import ahocorasick

_SHORTEST, _SHORTEST_PART, _SHORTEST_INSIDE = 2, 3, 7
"""Characters below which a name, a part of one, or a handle within a longer word is not looked for."""
_BETWEEN = str.maketrans("_-.+", "    ")
_BREAKS = frozenset(" .,!?:;#@/()[]'\"&=")
"""What mostly stands beside a word."""
_APART = re.compile(r"[-_.+](?<=\w[-_.+])[-_.+]*\w")
"""Something else than a space between the parts of a word."""
_ALONE = 0x2E80
"""From here on scripts write words without spaces between them (CJK)."""
_NOBODY: set[str] = set()
"""Of most names nobody is called by it as by a word: one empty set for all of them, which is never added to."""


class Hit(NamedTuple):
    """A name found: from and until where in the original text, and whose it is; ``None`` where that is doubtful."""

    start: int
    end: int
    bearer: str | None


class _Entry:
    """Whose a name is, by what it says of them."""

    __slots__ = ("inside", "joined", "length", "parts", "sure", "words")

    def __init__(self, length: int) -> None:
        self.length = length
        self.sure: str | None = None
        self.joined: str | None = None
        self.words = self.parts = _NOBODY
        self.inside = False

    def add(self, name: Name) -> None:
        """Note somebody who is called so."""
        text, bearer, weight = name
        if weight == "sure":
            self.sure = self.sure or bearer
            self.inside = self.inside or _inside(text)
        elif weight == "joined":
            self.joined = self.joined or bearer
        elif weight == "word":
            self.words = self.words or set()
            self.words.add(bearer)
        else:
            self.parts = self.parts or set()
            self.parts.add(bearer)


Met = tuple[int, int, _Entry]
"""From and until where in the folded text, and whose that may be."""


class Scene(NamedTuple):
    """Who is around where a text stands (pseudonyms): who takes part in it, who in its thread, whose names may stay.

    ``short``: who is meant by a handle without its server, folded; ``None`` for somebody whose name may stay.
    """

    here: Collection[str] = ()
    thread: Collection[str] = ()
    free: frozenset[str] = frozenset()
    short: Mapping[str, str | None] = MappingProxyType({})


NOBODY = Scene()


class Names:
    """All names of a history, ready to be looked for."""

    def __init__(self, names: Iterable[Name]) -> None:
        import ahocorasick  # noqa: PLC0415 -- an extra

        known: dict[str, _Entry] = {}
        for name in names:
            text = name.text
            if len(text) >= (_SHORTEST_PART if name.weight == "part" else _SHORTEST):
                (known.get(text) or known.setdefault(text, _Entry(len(text)))).add(name)
        self._automaton: ahocorasick.Automaton | None = ahocorasick.Automaton() if known else None
        if self._automaton is not None:
            for told, entry in known.items():
                self._automaton.add_word(told, entry)
            self._automaton.make_automaton()

    def met(self, plain: str, *, address: bool = False) -> list[Met]:
        """What may be a name in a folded text, in no order; places may overlap. ``address``: it is one, or a hashtag.

        What is found depends on the text alone: one in which nothing is met names nobody, wherever it stands.
        """
        met = self._met(plain, address=address)
        if _is_joined(plain, address=address):
            spaced = plain.translate(_BETWEEN)
            met += [
                (start, end, entry)
                for start, end, entry in self._met(spaced, address=address)
                if plain[start:end] != spaced[start:end] or not _stands_alone(plain, start, end)
            ]
        return met

    def any_in(self, text: str) -> bool:
        """Whether anything in a text may be somebody's name."""
        return bool(self._met(folded_only(text), address=True))

    def _met(self, plain: str, *, address: bool) -> list[Met]:
        """What stands in a text as a word of its own, or cannot stand in one by chance."""
        length = len(plain)
        met: list[Met] = []
        for last, entry in self._automaton.iter(plain) if self._automaton else ():
            start, end = last - entry.length + 1, last + 1
            if (
                ((start == 0 or plain[start - 1] in _BREAKS) and (end == length or plain[end] in _BREAKS))
                or entry.inside
                or _stands_alone(plain, start, end)
            ):
                met.append((start, end, entry))
            elif entry.sure and _is_genitive(plain, start, end):
                met.append((start, end + 1, entry))
            elif address and entry.joined and entry.length > _SHORTEST_INSIDE:
                met.append((start, end, entry))
        return met


def _is_joined(plain: str, *, address: bool) -> bool:
    """Whether words hang together other than by spaces; addresses and mentions in a text are looked at themselves."""
    for found in _APART.finditer(plain):
        if address:
            return True
        start = plain.rfind(" ", 0, found.start()) + 1
        if plain[start] != "@" and not plain.startswith(("http:", "https:", "www."), start):
            return True
    return False


def counted(met: Iterable[Met], text: str, at: Sequence[int], scene: Scene, *, address: bool) -> list[Hit]:
    """Those of the names met that count here; ``at`` gives their places in the text as it was written."""
    hits: list[Hit] = []
    for start, end, entry in met:
        if (sure := entry.sure) is None:
            hits += _counted(entry, text, at[start], at[end], scene, address)
        elif sure not in scene.free:
            hits.append(Hit(at[start], at[end], sure))
    return hits


def _counted(entry: _Entry, text: str, start: int, end: int, scene: Scene, address: bool) -> Iterator[Hit]:  # noqa: FBT001
    """The hit of a name that is sure of nobody, with whose it is, where it counts as one or is doubtful."""
    here, thread, free, _ = scene
    if (found := _first(entry.words, here, free)) or (
        text[start].isupper() and (found := _first(entry.parts, here, free) or _first(entry.words, thread, free))
    ):
        yield Hit(start, end, found)
    elif entry.joined and entry.joined not in free and (address or any(map(str.isupper, text[start + 1 : end - 1]))):
        yield Hit(start, end, entry.joined)
    elif not entry.words <= free:
        yield Hit(start, end, None)


def _first(some: Collection[str], others: Collection[str], free: Collection[str]) -> str | None:
    """Somebody who is in both, and whose name may not stay."""
    if not some or not others:
        return None
    fewer, more = (some, others) if len(some) < len(others) else (others, some)
    return next((one for one in fewer if one in more and one not in free), None)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether what is found is no part of a longer word or number."""
    return not (_joins(text[start - 1 : start], text[start]) or _joins(text[end : end + 1], text[end - 1]))


def _joins(outside: str, inside: str) -> bool:
    """Whether a character beside a name belongs to the same word as the name's own last one."""
    if not outside or not (outside.isalnum() or outside == "_"):
        return False
    if inside.isdecimal():
        return outside.isdecimal()
    return (inside.isalnum() or inside == "_") and ord(outside) < _ALONE


def _is_genitive(text: str, start: int, end: int) -> bool:
    """Whether only the s of a genitive follows ("Jan Jansens fiets")."""
    return text[end : end + 1] == "s" and _stands_alone(text, start, end + 1)


def _inside(told: str) -> bool:
    """Whether a handle is told from any word it may be found in: it holds a digit or what stands in no word."""
    return len(told) >= _SHORTEST_INSIDE and " " not in told and not told.isalpha() and not told.isdecimal()
