r"""Texts as they are searched: one spelling of every character, with the way back to where it stands.

A name can be written with other code points than it was learnt with: full-width or decorated letters (NFKC), another
case, with or without accents, with characters between its letters that nobody sees, or in the codes of an address
(``%4A``), of HTML (``&#74;``) or of JSON (``\u004a``), also twice over. Folding takes all of that away.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

_DEEPEST = 4
"""How often something may be encoded over again."""
_CODED = re.compile(
    r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});"
    r"|%(?:[0-7][0-9a-f]|[cd][0-9a-f]%[89ab][0-9a-f]|e[0-9a-f](?:%[89ab][0-9a-f]){2}|f[0-7](?:%[89ab][0-9a-f]){3})"
    r"|\\u(?:d[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|[0-9a-f]{4})",
    re.IGNORECASE,
)
"""One character in the codes of HTML, of an address (UTF-8), or of JSON."""
_SPACES = re.compile(r"\s{2,}|[^\S ]")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U000e0000-\U000e0fff]"
)
"""Characters that are not seen: Unicode's Default_Ignorable_Code_Point, and marks of direction."""
_QUOTES = {"’": "'", "‘": "'", "´": "'", "‐": "-", "‑": "-", "–": "-"}


class Folded(NamedTuple):
    """A folded text; ``at`` gives for each of its characters where it begins in the original, and the end."""

    text: str
    at: Sequence[int]


class _Characters(dict[int, str]):
    """Each character as it is folded, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = made = _folded_character(chr(code))
        return made


def _folded_character(character: str) -> str:
    if character in _QUOTES:
        return _QUOTES[character]
    if _UNSEEN.match(character):
        return ""
    told = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    return "".join(one for one in unicodedata.normalize("NFKD", told) if unicodedata.category(one) != "Mn")


_CHARACTERS = _Characters()
_OTHERS = re.compile(r"[^\x00-\x7f]")


def fold(text: str) -> Folded:
    r"""The folded text with its places.

    >>> fold("Jan").text, list(fold("J\u200ban").at)
    ('jan', [0, 2, 3, 4])
    >>> fold("J%25C3%25A1n").text, list(fold("J&aacute;n").at)
    ('jan', [0, 1, 9, 10])
    """
    at: Sequence[int] = range(len(text) + 1)
    if "%" in text or "&" in text or "\\" in text:
        text, at = _decoded(text, at)
    if text.isascii():
        text = text.lower()
    else:
        made = text.translate(_CHARACTERS)
        if len(made) != len(text) or any(len(_CHARACTERS[ord(one)]) != 1 for one in set(_OTHERS.findall(text))):
            made, at = _rewritten(text, at, _OTHERS, lambda found: _CHARACTERS[ord(found.group())])
        text = made.lower()
    if "  " in text or "\n" in text or "\t" in text or "\r" in text:
        text, at = _rewritten(text, at, _SPACES, lambda _: " ")
    return Folded(text, at)


@lru_cache(1 << 16)
def folded_only(text: str) -> str:
    r"""The folded text alone.

    >>> folded_only("ＪＡＮ\u200b"), folded_only("José") == folded_only("Jose\u0301")
    ('jan', True)
    """
    return fold(text).text


def _decoded(text: str, at: Sequence[int]) -> Folded:
    for _ in range(_DEEPEST):
        if not _CODED.search(text):
            break
        text, at = _rewritten(text, at, _CODED, _plain)
    return Folded(text, at)


def _plain(found: re.Match[str]) -> str:
    """The character that a code stands for."""
    code = found.group()
    if code[0] == "&":
        return html.unescape(code)
    if code[0] == "%":
        return unquote(code, errors="replace")
    units = bytes.fromhex(code.replace("\\u", "").replace("\\U", ""))
    return units.decode("utf-16-be", "replace")


def _rewritten(text: str, at: Sequence[int], pattern: re.Pattern[str], made: Callable[[re.Match[str]], str]) -> Folded:
    """A text with other characters for what a pattern finds; those stand where that began."""
    parts: list[str] = []
    places: list[int] = []
    reached = 0
    for found in pattern.finditer(text):
        start = found.start()
        instead = made(found)
        parts += (text[reached:start], instead)
        places += at[reached:start]
        places += [at[start]] * len(instead)
        reached = found.end()
    parts.append(text[reached:])
    places += at[reached:]
    return Folded("".join(parts), places)
