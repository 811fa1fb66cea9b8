"""Values inside a JSON value, each with its own bytes and their offset: comments within a post, items of a page."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from sma_plugin.readers.depth import shallow
from sma_plugin.readers.json_items import ArrayItems, Piece
from sma_plugin.readers.json_members import members


def pairs(piece: Piece) -> Iterator[tuple[str, Piece, Piece]]:
    """Name, name-value pair and value of each member of an object; none for what is no readable object."""
    try:
        found = _members(piece.data)
    except (ValueError, RecursionError):
        return
    for name, start, value, end in found:
        pair = Piece(piece.offset + start, piece.data[start:end])
        yield name, pair, Piece(piece.offset + value, piece.data[value:end])


def _members(data: bytes) -> list[tuple[str, int, int, int]]:
    try:
        return list(members(data))
    except RecursionError:
        return list(members(shallow(data)))  # every byte stays in its place


def value_at(piece: Piece, *names: str) -> Piece | None:
    """The value that these names lead to; ``None`` when there is none."""
    for name in names:
        found = next((value for one, _, value in pairs(piece) if one == name), None)
        if found is None:
            return None
        piece = found
    return piece


def pair_at(piece: Piece, *names: str) -> Piece | None:
    """The name-value pair that these names lead to; ``None`` when there is none."""
    holder = value_at(piece, *names[:-1])
    return next((pair for one, pair, _ in pairs(holder) if one == names[-1]), None) if holder else None


def items_of(piece: Piece) -> Iterator[Piece]:
    """The items of an array; none for any other value."""
    if piece.data[:1] == b"[":
        yield from ArrayItems(io.BytesIO(piece.data), opening=r"^\[", start=piece.offset)


Pointer = tuple[str | int, ...]
"""Names and numbers that lead to a value inside a document."""


def written(pointer: Pointer) -> str:
    """A pointer as text (RFC 6901).

    >>> written(("data", 0, "a/b"))
    '/data/0/a~1b'
    """
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


def places(piece: Piece, pointers: Iterable[Pointer]) -> dict[Pointer, Piece]:
    """The bytes of the values that pointers lead to, in one going through; none of what stands in damaged JSON."""
    return dict(_places(piece, list(pointers), ()))


def _places(piece: Piece, pointers: list[Pointer], before: Pointer) -> Iterator[tuple[Pointer, Piece]]:
    below: dict[str | int, list[Pointer]] = {}
    for pointer in pointers:
        if len(pointer) == len(before):
            yield pointer, piece
        else:
            below.setdefault(pointer[len(before)], []).append(pointer)
    if not below:
        return
    inner: Iterable[tuple[str | int, Piece]]
    inner = enumerate(items_of(piece)) if piece.data[:1] == b"[" else ((one[0], one[2]) for one in pairs(piece))
    for step, value in inner:
        if step in below:
            yield from _places(value, below[step], (*before, step))
