"""Values inside a JSON value, wherever they stand, each with its own bytes: comments within a post, items of a page."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar

from sma_plugin.model import Evidence
from sma_plugin.readers.contract import Source
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
Kind = TypeVar("Kind", bound=str)
_MAX_DEPTH = 100


class Found(NamedTuple, Generic[Kind]):
    """An object, what it is, where it stands, and the id of the post or comment that it stands under."""

    kind: Kind
    value: Mapping[str, Any]
    pointer: Pointer
    under: str | None = None


def objects_in(value: Any, pointer: Pointer = ()) -> Iterable[tuple[dict[str, Any], Pointer]]:
    """The object that a value is, or those of its list, and where each stands; none of what is nested too deep.

    >>> list(objects_in([{"a": 1}, [{"b": 2}], "c"], ("data",)))
    [({'a': 1}, ('data', 0)), ({'b': 2}, ('data', 1, 0))]
    """
    if len(pointer) > _MAX_DEPTH:
        return ()
    if isinstance(value, dict):
        return ((value, pointer),)
    if isinstance(value, list):
        return chain.from_iterable(objects_in(one, (*pointer, index)) for index, one in enumerate(value))
    return ()


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


def located(
    source: Source, piece: Piece, found: list[Found[Kind]], before: str, *, whole: bool = False
) -> Iterator[tuple[Found[Kind], Piece, Evidence]]:
    """What was found in a JSON value, with its own bytes where these count, and its evidence.

    ``before`` is what stands before the pointer in a locator. With ``whole`` each has the bytes of the value.
    """
    own = places(piece, (one.pointer for one in found)) if found and source.exact and not whole else {}
    for one in found:
        part = own.get(one.pointer, piece)
        yield one, part, source.evidence(part.offset, len(part.data), before + written(one.pointer))
