"""JSON as the pages of Facebook, Instagram and Threads load it: whole, in chunks of a line each, or inside the page.

An answer may begin with ``for (;;);`` against being run as a script. Pages hold the answers that they start with in
``<script type="application/json">``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sma_plugin.readers.contract import Source
from sma_plugin.readers.json_items import Piece
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.nested import Pointer

_GUARD = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:for\s*\(;;\);|while\s*\(1\);)?\s*")
_OPENING = re.compile(
    rb"<script\b[^>]{0,2000}?\btype=[\"']?application/json[\"']?[^>]{0,2000}>"
    rb"|window\._sharedData\s{0,20}=\s{0,20}(?=\{)"
    rb"|window\.__additionalDataLoaded\(\s{0,20}'[^']{0,2000}'\s{0,20},\s{0,20}(?=\{)",
    re.IGNORECASE,
)
_CLOSING = re.compile(rb"</script", re.IGNORECASE)
_DATA = re.compile(r"(?:application|text)/(?:[\w.+-]+\+)?(?:x-)?(?:json|javascript)\b", re.IGNORECASE)
_MAX_DEPTH = 60
_AROUND = b" \t\r\n;"


class Chunk(NamedTuple):
    """One JSON value with its bytes, and where it stands: a line, or a script of a page."""

    piece: Piece
    decoded: Any
    locator: str


class Broken(NamedTuple):
    """Bytes that should be a JSON value and are none."""

    piece: Piece
    reason: str


def is_answer(source: Source) -> bool:
    """Whether a response is said to be JSON, or a script, as Meta's servers say of JSON too."""
    return _DATA.match(source.media_type) is not None


def chunks(data: bytes) -> Iterator[Chunk | Broken]:
    """The values of an answer: one, or one a line."""
    start = _GUARD.match(data).end()  # type: ignore[union-attr]  # it matches nothing, too
    whole = _decoded(Piece(start, data[start:].rstrip()), "")
    if isinstance(whole, Chunk) or b"\n" not in data[start:].strip():
        yield whole
        return
    offset = start
    for number, line in enumerate(data[start:].split(b"\n")):
        body = line.strip()
        if body:
            yield _decoded(Piece(offset + line.index(body[:1]), body), f"line {number + 1}")
        offset += len(line) + 1


def scripts(data: bytes) -> Iterator[Chunk]:
    """The values that a page holds in scripts. What is no JSON is a script for something else."""
    position = number = 0
    while opening := _OPENING.search(data, position):
        closing = _CLOSING.search(data, opening.end())
        if closing is None:
            return
        position, number = closing.end(), number + 1
        body = data[opening.end() : closing.start()].strip(_AROUND)
        if opening.group().startswith(b"window.__"):
            body = body.removesuffix(b")")
        chunk = _decoded(Piece(data.index(body[:1], opening.end()), body), f"script {number}") if body else None
        if isinstance(chunk, Broken) and b"&quot;" in body:
            unescaped = html.unescape(body.decode("utf-8", "replace")).encode()
            chunk = _decoded(Piece(opening.end(), unescaped), f"script {number}")
        if isinstance(chunk, Chunk):
            yield chunk


def _decoded(piece: Piece, locator: str) -> Chunk | Broken:
    try:
        return Chunk(piece, tolerant(piece.data), locator)
    except ValueError as error:
        return Broken(piece, str(error))


def markup_in(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Texts in a value that are HTML with posts in it, and where they stand."""
    if isinstance(value, str):
        if "userContent" in value or "UFICommentBody" in value:
            yield pointer, value
    elif len(pointer) < _MAX_DEPTH and isinstance(value, dict | list):
        for step, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from markup_in(one, (*pointer, step))
