"""The parts of a TikTok export, which is one JSON document: what is read, what is cut, and what nobody knows.

Values are found, not built: an export holds hundreds of thousands of watched videos that are only counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import msgspec

from sma_plugin.facts import facts
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.json_members import members

NAME = "tiktok-export"
UNKNOWN = f"{NAME}.unknown"
_PAIR = re.compile(rb'[\s,]*"((?:[^"\\]|\\.)*)"\s*:\s*', re.DOTALL)
_PUNCTUATION = re.compile(r"[\W_]+")
_BLANK = (b"null", b'""', b"[]", b"{}")
_DEPTH = 6


class Recognise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names that begin an export, and names that only TikTok gives."""

    roots: tuple[str, ...]
    marks: tuple[str, ...]

    def fits(self, head: bytes) -> bool:
        """Whether the first bytes of an object name both."""
        text = head.removeprefix(b"\xef\xbb\xbf").lstrip().decode("utf-8", "replace")
        rooted = text.startswith("{") and any(f'"{root}"' in text for root in self.roots)
        return rooted and any(re.search(rf'"{re.escape(mark)}"\s*:', text) for mark in self.marks)


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list of names of members."""

    names: frozenset[str]


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the text form is known: its lines, and what shows that they are TikTok's."""

    line: str
    address: str


class Saved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a list is found in a damaged document, and what shows that an object is an item of it."""

    list: str
    item: str

    def fits(self, data: bytes) -> bool:
        """Whether the bytes of an object show that it is an item of the list."""
        return re.search(self.item.encode(), data, re.IGNORECASE) is not None


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``export.toml``."""

    sections: dict[str, str]
    kept: Names
    profile: Names
    live: Names
    saved: dict[str, Saved]
    audiences: dict[str, frozenset[str]]
    recognise: Recognise
    text: Text


@cache
def layout() -> Layout:
    """The facts of ``export.toml``."""
    return facts(__package__, "export.toml", Layout)


class Pair(NamedTuple):
    """A name-value pair of the document: its name, where it starts, where its value starts and where both end."""

    name: str
    start: int
    value: int
    end: int


class Part(NamedTuple):
    """What becomes of a pair: it is read (``section``), cut (``rule``), or both are ``None`` for an unknown one."""

    pair: Pair
    path: str
    section: str | None = None
    rule: str | None = None


def plain(name: str) -> str:
    """A name in small letters, without spaces and punctuation.

    >>> plain("Income+ Wallet")
    'incomewallet'
    """
    return _PUNCTUATION.sub("", name).lower()


def pairs(data: bytes, start: int, end: int) -> list[Pair]:
    """The pairs of the object between two offsets. Raises ``ValueError`` when it is no readable object."""
    try:
        values = msgspec.json.decode(memoryview(data)[start:end], type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _tolerated(data, start, end)
    found: list[Pair] = []
    position = data.index(b"{", start) + 1
    for name, value in values.items():
        named = _PAIR.match(data, position)
        if named is None:
            return _tolerated(data, start, end)
        position = named.end() + len(memoryview(value))
        found.append(Pair(name, named.start(1) - 1, named.end(), position))
    # A name that stands twice is one name in what was decoded, and shifts all that follow.
    return found if data[position:end].strip() == b"}" else _tolerated(data, start, end)


def _tolerated(data: bytes, start: int, end: int) -> list[Pair]:
    found = [Pair(name, start + at, start + value, start + last) for name, at, value, last in members(data[start:end])]
    last = found[-1].end if found else data.index(b"{", start) + 1
    if data[last:end].strip(b" \t\r\n,") != b"}":
        raise ValueError("more than one object, or less")
    return found


def count(data: bytes, start: int, end: int) -> int:
    """How many items the lists within a value hold."""
    first = data[start : start + 1]
    if first == b"[":
        try:
            return len(msgspec.json.decode(memoryview(data)[start:end], type=list[msgspec.Raw]))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return 1
    return sum(count(data, one.value, one.end) for one in pairs(data, start, end)) if first == b"{" else 0


def parts(data: bytes, start: int, end: int, path: str = "", depth: int = 0) -> Iterator[Part]:
    """What becomes of each pair of the object between two offsets, those within it included where they differ.

    An object in which nothing is known is one part: the names within it can be those of people.
    """
    for pair in pairs(data, start, end):
        inner = f"{path}/{plain(pair.name)}"
        section, rule = section_of(inner), rule_for(NAME, inner)
        opening = data[pair.value : pair.value + 1]
        if section or rule:
            yield Part(pair, inner, section, rule)
        elif opening == b"{" and depth < _DEPTH:
            within = list(parts(data, pair.value, pair.end, inner, depth + 1))
            known = not within or any(one.section or one.rule for one in within)
            yield from within if known else [Part(pair, inner)]
        elif data[pair.value : pair.end] not in _BLANK and plain(pair.name) not in layout().kept.names:
            yield Part(pair, inner)


@lru_cache(maxsize=4096)
def section_of(path: str) -> str | None:
    """Which section of what is read stands at a path."""
    return next((name for name, form in layout().sections.items() if re.fullmatch(form, path)), None)


def is_blank(data: bytes, start: int, end: int) -> bool:
    """Whether a value holds nothing at all, however deep."""
    if data[start : start + 1] == b"{":
        return all(is_blank(data, one.value, one.end) for one in pairs(data, start, end))
    return data[start:end] in _BLANK
