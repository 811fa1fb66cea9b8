"""Every value in the delivered items of a capture, and whether it came through: asked without any reader's help."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sma_plugin.model import Covered, Evidence, Exclusion, Item, Problem, Tally

_NO_CONTENT = (Covered, Exclusion, Problem, Tally)
_LONG_ENOUGH = 3
"""Characters from which a value may be found inside another."""


class Value(NamedTuple):
    """A value at a path in a delivered item; indexes of lists are left out of the path."""

    field: str
    value: str | float


def values(document: Any, path: str = "") -> Iterator[Value]:
    """Every text and number in a JSON document; members named by a number are one field."""
    if isinstance(document, dict):
        for name, part in document.items():
            yield from values(part, f"{path}.{'*' if re.fullmatch(r'[0-9_]{4,}', name) else name}")
    elif isinstance(document, list):
        for part in document:
            yield from values(part, path)
    elif document not in (None, "") and not isinstance(document, bool):
        yield Value(path.removeprefix("."), document)


def plain(value: str) -> str:
    """A text as it can be compared: without markup and entities, with repaired characters, in small letters."""
    text = html.unescape(value)
    if any("\x80" <= one <= "\xff" for one in text):
        with suppress(UnicodeError):
            text = text.encode("latin-1").decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", text)).strip().casefold()


def texts(value: Any) -> Iterator[str]:
    """Every text, number and name in a structure, as text."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield str(name)
            yield from texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts(part)
    elif value is not None:
        yield str(value)


class Kept:
    """What the items of a capture say, wherever they say it."""

    def __init__(self, items: Iterable[Item]) -> None:
        said: list[str] = []
        for item in items:
            if not isinstance(item, _NO_CONTENT):
                said += texts({**msgspec.to_builtins(item), "evidence": None})
        self._exact = set(map(plain, said))
        self._all = "\x01".join(self._exact)

    def holds(self, value: str | float) -> bool:
        """Whether a value came through: by itself, inside a text, without what signs an address, or as a moment."""
        if not isinstance(value, str):
            forms = {
                str(value),
                str(float(value)),
                str(int(value)),
                str(int(value * 1000)),
                str(int(value * 1_000_000)),
            }
            return not forms.isdisjoint(self._exact)
        text = plain(value).removeprefix("@")
        if re.match(r"https?://", text):
            text = text.split("?")[0].partition("://")[2]
        return not text or text in self._exact or (len(text) >= _LONG_ENOUGH and text in self._all)


def pointers_of(items: Iterable[Item]) -> Iterator[Evidence]:
    """Where items were read from, each piece once."""
    seen: set[tuple[object, ...]] = set()
    for item in items:
        for pointer in getattr(item, "evidence", ()):
            key = (pointer.path, pointer.offset, pointer.locator if pointer.offset is not None else None)
            if key not in seen:
                seen.add(key)
                yield pointer


def json_told_by(pointer: Evidence, folder: Path) -> Iterator[Value]:
    """Every value in the bytes that a pointer points at, where these are JSON."""
    data = (folder / pointer.path).read_bytes()
    if pointer.offset is not None and pointer.length is not None:
        data = data[pointer.offset : pointer.offset + pointer.length]
    if data.lstrip()[:1] in (b"{", b"["):
        yield from values(json.loads(data))


Told = Callable[[Evidence, Path], Iterator[Value]]


def passed_over(items: list[Item], folder: Path, told_by: Told = json_told_by) -> dict[str, str | float]:
    """The fields with a value that did not come through, with one of those values."""
    kept = Kept(items)
    found: dict[str, str | float] = {}
    for pointer in pointers_of(items):
        for field, value in told_by(pointer, folder):
            if field not in found and not kept.holds(value):
                found[field] = value
    return found
