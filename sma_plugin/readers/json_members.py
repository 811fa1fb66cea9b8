"""The members of one JSON object and the items of one array that are in memory, with their exact byte ranges."""

from __future__ import annotations

import json
import json.scanner
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

SPACE = " \t\r\n"
# Python refuses to read a whole number of thousands of digits; where values end does not depend on what they are.
_DECODER = json.JSONDecoder(strict=False, parse_int=float)
scan: Callable[[str, int], tuple[Any, int]] = json.scanner.make_scanner(_DECODER)  # type: ignore[arg-type]
"""Value and end of the JSON value at a position. Raises ``StopIteration``, ``ValueError``, ``RecursionError``."""


def members(data: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Name, start of the pair, start of the value, and end of each member of one JSON object, at its first level.

    Positions are byte offsets in ``data``. Raises ``ValueError`` when ``data`` is no JSON object.
    """
    text = data.decode("latin-1")
    position = _blank(text, 0)
    if text[position : position + 1] != "{":
        raise ValueError("no JSON object")
    position = _blank(text, position + 1)
    while text[position : position + 1] == '"':
        start = position
        try:
            _, position = scan(text, position)
            name = json.loads(text[start:position].encode("latin-1").decode("utf-8", "replace"), strict=False)
            position = _blank(text, position)
            if text[position] != ":":
                raise ValueError("no colon after a name")
            value = _blank(text, position + 1)
            _, position = scan(text, value)
        except (StopIteration, IndexError, json.JSONDecodeError) as error:
            raise ValueError("the object is cut off") from error
        yield name, start, value, position
        position = _blank(text, position)
        if text[position : position + 1] == ",":
            position = _blank(text, position + 1)


def _blank(text: str, position: int) -> int:
    while position < len(text) and text[position] in SPACE:
        position += 1
    return position


def split_array(data: bytes, start: int) -> Iterator[tuple[int, bytes]] | None:
    """Offset and bytes of each item of the array at ``data[start]``, fast; ``None`` when it is not well-formed.

    ``start`` is the offset of the ``[``. msgspec finds where the items end; only white space and commas stand between.
    """
    try:
        raws = msgspec.json.decode(data[start:] if start else data, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return None
    return _positions(data, start + 1, raws)


def _positions(data: bytes, position: int, raws: list[msgspec.Raw]) -> Iterator[tuple[int, bytes]]:
    for raw in raws:
        item = bytes(raw)
        while not data.startswith(item[:1], position):
            position += 1
        yield position, item
        position += len(item)
