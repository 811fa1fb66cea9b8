"""Finding people's names in texts: every name of a history at once, however it is spelt.

An automaton (Aho and Corasick) holds all names; what it finds counts only where a word begins and ends. A name that is
one common word ("Jan", "Roos") says too little by itself: it counts where its bearer takes part in the conversation,
and is told as *doubtful* elsewhere, so that ordinary words are not taken out of texts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from sma_plugin.privacy.folding import Folded, folded_only

if TYPE_CHECKING:
    import ahocorasick

_SHORTEST = 2
"""Characters below which a name is not looked for: it would be found everywhere."""


class Name(NamedTuple):
    """A name as it was met, and whose it is: a pseudonym. ``alone`` when it says enough by itself."""

    text: str
    bearer: str
    alone: bool


class Hit(NamedTuple):
    """A name found: from and until where in the original text, whose it may be, whether it says enough by itself."""

    start: int
    end: int
    bearers: tuple[str, ...]
    alone: bool


class Names:
    """All names of a history, ready to be looked for."""

    def __init__(self, names: Iterable[Name]) -> None:
        import ahocorasick  # noqa: PLC0415 -- an extra

        self._automaton: ahocorasick.Automaton | None = ahocorasick.Automaton()
        known: dict[str, tuple[dict[str, None], bool]] = {}
        for name in names:
            told = folded_only(name.text).strip()
            if len(told) >= _SHORTEST:
                bearers, alone = known.setdefault(told, ({}, False))
                bearers[name.bearer] = None
                known[told] = bearers, alone or name.alone
        for told, (bearers, alone) in known.items():
            self._automaton.add_word(told, (len(told), tuple(bearers), alone))
        if known:
            self._automaton.make_automaton()
        else:
            self._automaton = None

    def find(self, folded: Folded) -> Iterator[Hit]:
        """Names in a text from left to right; where names overlap, the one that begins first and is longest."""
        if self._automaton is None:
            return
        text, at = folded
        found = []
        for last, (length, bearers, alone) in self._automaton.iter(text):
            start, end = last - length + 1, last + 1
            if _stands_alone(text, start, end):
                found.append((start, -end, bearers, alone))
        reached = 0
        for start, minus_end, bearers, alone in sorted(found):
            if start >= reached:
                reached = -minus_end
                yield Hit(at[start], at[reached], bearers, alone)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether what is found is no part of a longer word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not ((_in_word(before) and _in_word(text[start])) or (_in_word(after) and _in_word(text[end - 1])))


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def says_enough(name: str) -> bool:
    """Whether a name tells of one person by itself: several words, or a word that no dictionary has.

    >>> says_enough("Jan Jansen"), says_enough("jan_1984"), says_enough("Roos")
    (True, True, False)
    """
    return len(name.split()) > 1 or any(not character.isalpha() for character in name.strip())


def counted(hits: Iterable[Hit], present: Collection[str]) -> Iterator[tuple[Hit, str | None]]:
    """Each hit with whose name it is; ``None`` where that is doubtful.

    ``present`` are the pseudonyms of those who take part in the conversation.
    """
    for hit in hits:
        here = [bearer for bearer in hit.bearers if bearer in present]
        if here:
            yield hit, here[0]
        else:
            yield hit, hit.bearers[0] if hit.alone else None
