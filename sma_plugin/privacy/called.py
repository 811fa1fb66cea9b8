"""What people are called, in all the forms that are looked for, and what each form says by itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple

Weight = Literal["sure", "word", "part", "joined"]
"""``sure``: tells of one person by itself. ``word``: one common word; counts where its bearer takes part, and is told
as doubtful elsewhere, so that ordinary words are not taken out of texts. ``part``: one word of a longer name; counts
where its bearer takes part and it is written as a name. ``joined``: words of a name with nothing between them; counts
in hashtags and addresses, and where it has capitals inside."""
_SHORTEST_APART = 8
"""Characters below which a handle is not looked for with other signs between its words, as file names and addresses of
pages have them."""
_LONG = 14
"""Letters from which a handle that is one word is taken for no common word."""
_SMALL = re.compile(r"van|de|der|den|het|ter|ten|te|von|in|op|aan|bij|la|le|du|da|el|al|bin|ibn|and|en|the")
"""Words of names that are no name by themselves."""
_EDGES = re.compile(r"[^\w]*(.*?)[^\w.]*", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\s._-]+")
_SEGMENT = re.compile(r"\s*[|/()\[\]{},;:•·–—\"“”<>]\s*|\s-\s")


class Name(NamedTuple):
    """A name that was met, folded, whose it is (a pseudonym), and what it says."""

    text: str
    bearer: str
    weight: Weight


def spelt(text: str, bearer: str, *, technical: bool, joined: Collection[str] = ()) -> Iterator[Name]:
    """A folded name in all its forms: as it is, without what people put around it, joined, and its parts.

    ``joined`` are the person's names without spaces: a handle that is one of them is no common word.

    >>> [(one.text, one.weight) for one in spelt("jan jansen | arts", "p", technical=False)][:3]
    [('jan jansen | arts', 'sure'), ('jan jansen', 'sure'), ('janjansen', 'joined')]
    """
    if technical:
        yield Name(text, bearer, "sure" if len(text) >= _LONG or text in joined else says(text))
        words = _WORD.findall(text)
        if len(words) > 1 and "/" not in text and len(together := "".join(words)) >= _SHORTEST_APART:
            weight: Weight = "joined" if "@" not in text and together.isalpha() else "sure"
            yield Name(" ".join(words), bearer, weight)
            yield Name(together, bearer, weight)
        return
    yield Name(text, bearer, says(text))
    first = next((one for one in _SEGMENT.split(text) if any(character.isalpha() for character in one)), text)
    edges = _EDGES.fullmatch(first)
    core = edges[1] if edges else first
    if core and core != text:
        yield Name(core, bearer, says(core))
    words = [word for word in _GAP.split(core) if word]
    if len(words) > 1:
        if (spaced := " ".join(words)) != core:
            yield Name(spaced, bearer, "sure")
        yield Name("".join(words), bearer, "joined")
        for word in words:
            if word.isalpha() and not _SMALL.fullmatch(word):
                yield Name(word, bearer, "part")


def says(name: str) -> Weight:
    """What a folded name says by itself: several words, or a word that no dictionary has, tell of one person.

    >>> says("jan jansen"), says("jan_1984"), says("roos")
    ('sure', 'sure', 'word')
    """
    if "_" in name or name.isalnum():
        return "word" if name.isalpha() else "sure"
    words = _WORD.findall(name)
    return "word" if len(words) == 1 and words[0].isalpha() else "sure"
