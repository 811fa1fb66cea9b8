"""The parts of one JSON object and the items of one array, with their offsets: fast, and still when they are odd."""

from __future__ import annotations

import io
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Annotated

import msgspec

from sma_plugin.readers.depth import shallow
from sma_plugin.readers.json_items import ArrayItems, Piece
from sma_plugin.readers.json_members import members, split_array

Whole = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
"""A number that the store can hold; a larger one counts nothing, and the ladder leaves it out."""
_FIRST = 64
Parts = dict[str, tuple[int, bytes]]
"""Offset and bytes of each member of an object, by name."""
_decode_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def parts(data: bytes) -> Parts:
    """Offset and bytes of each member of one JSON object. Raises ``ValueError`` when it is none, or cut off.

    msgspec is fast but refuses lone surrogates and NaN; the standard library's scanner takes over then.
    """
    try:
        raws = _decode_parts(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _scanned(data)
    found: Parts = {}
    position = 0
    for name, raw in raws.items():
        value = bytes(raw)
        # Members come in order, so each is looked for behind the one before it; a repeated name breaks the order.
        start = locate(data, value, position)
        start = start if start >= 0 else locate(data, value)
        found[name] = (start, value)
        position = max(position, start + len(value))
    return found


def _scanned(data: bytes) -> dict[str, tuple[int, bytes]]:
    try:
        found = {name: (value, data[value:end]) for name, _, value, end in members(data)}
    except RecursionError:
        found = {name: (value, data[value:end]) for name, _, value, end in members(shallow(data))}
    end = max((start + len(value) for start, value in found.values()), default=0)
    if data[end:].strip() != b"}":
        raise ValueError("the object is cut off")
    return found


def locate(data: bytes, part: bytes, start: int = 0) -> int:
    """Where ``part`` stands in ``data``, -1 when nowhere. For long parts far faster than ``bytes.find``."""
    first = part[:_FIRST]
    while (start := data.find(first, start)) >= 0 and not data.startswith(part, start):
        start += 1
    return start


def names(data: bytes) -> AbstractSet[str]:
    """The names in one JSON object. Raises ``ValueError`` when it is none, or cut off."""
    try:
        return _decode_parts(data).keys()
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return parts(data).keys()


def whole(data: bytes) -> bool:
    """Whether the bytes are one complete JSON value."""
    try:
        msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
    return True


def items(data: bytes) -> Iterator[Piece]:
    """Offset and bytes of each item of one array that fills ``data``; broken ones are not ``whole``."""
    found = split_array(data, 0)
    if found is None:
        yield from ArrayItems(io.BytesIO(data), opening=r"^\[")
    else:
        for offset, item in found:
            yield Piece(offset, item)
