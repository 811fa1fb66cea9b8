"""The data that pages start with: JSON in a script that has an id, or that is given to a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sma_plugin.readers.json_items import Piece
from sma_plugin.readers.json_members import scan
from sma_plugin.readers.ladder import tolerant

_ESCAPED = re.compile(rb"\\x([0-9a-fA-F]{2})|\\(.)", re.DOTALL)


class PageData(NamedTuple):
    """A JSON value of a page, what it is called there, and its bytes."""

    name: str
    piece: Piece
    decoded: Any


def scripts(data: bytes, ids: str) -> Iterator[PageData]:
    """The JSON in scripts of which the id matches ``ids`` (a regular expression)."""
    form = rb'<script\b[^>]*?\bid=["\']?(' + ids.encode() + rb')["\']?[^>]*>(.*?)</script'
    for found in re.finditer(form, data, re.DOTALL | re.IGNORECASE):
        yield from _decoded(found[1].decode(), found.start(2), found[2])


def assigned(data: bytes, names: str) -> Iterator[PageData]:
    """The JSON objects that are given to variables of which the name matches ``names`` (a regular expression).

    Pages for telephones give them as a string in which all that is no letter is escaped.
    """
    form = rb"\b(" + names.encode() + rb')["\']?\]?\s*=\s*(?:(?=\{)|\'((?:[^\'\\]|\\.)*)\')'
    for found in re.finditer(form, data, re.DOTALL):
        if found[2] is not None:
            yield from _decoded(found[1].decode(), found.start(2), _ESCAPED.sub(_unescaped, found[2]))
            continue
        text = data[found.end() :].decode("latin-1")
        try:
            end = scan(text, 0)[1]
        except (StopIteration, ValueError, RecursionError):
            continue
        yield from _decoded(found[1].decode(), found.end(), data[found.end() : found.end() + end])


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes((int(found[1], 16),)) if found[1] else found[0] if found[2] in b'"\\/bfnrtu' else found[2]


def _decoded(name: str, start: int, body: bytes) -> Iterator[PageData]:
    try:
        yield PageData(name, Piece(start, body), tolerant(body))
    except ValueError:
        # A script that is no JSON is a script for something else.
        return
