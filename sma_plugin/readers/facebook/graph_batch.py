"""Answers of a Graph API to several requests at once: a list of a code and a body, which is JSON written as a text.

What stands in a body has no bytes of its own in the file, for there it is escaped: evidence is the text of the body,
with the place within it. What may not enter goes with the whole answer that it stands in.
Source: Meta, Graph API, "Batch Requests".
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from sma_plugin.model import Exclusion, Item
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import Value
from sma_plugin.readers.nested import value_at

_MEMBERS = frozenset({"code", "headers", "body"})
_BEGINS = re.compile(rb'(?:\xef\xbb\xbf)?\s*\[\s*(?:null\s*,\s*)*\{\s*"(?:code|headers|body)"\s*:')
_BODY = re.compile(rb'"body"\s*:\s*("(?:[^"\\]|\\.)*)', re.DOTALL)
_HALF = re.compile(rb"((?:^|[^\\])(?:\\\\)*)\\u[0-9A-Fa-f]{0,3}\Z", re.DOTALL)
"""A character written by its number, of which the end is not there."""


def is_part(value: Any) -> bool:
    """Whether an object is the answer to one of several requests."""
    return isinstance(value, dict) and {"code", "body"} <= value.keys() <= _MEMBERS and isinstance(value["code"], int)


def unpacked(source: Source, part: Value) -> Source:
    """The body of such an answer as a response; what is no text gives an empty one."""
    text, piece = part.decoded["body"], value_at(part.piece, "body") or part.piece
    data = text.encode("utf-8", "replace") if isinstance(text, str) else b""
    base = source.evidence(piece.offset, len(piece.data), f"{part.locator}/body")
    if base.kind == "bytes" and base.locator is None:
        base = msgspec.structs.replace(base, locator=f"{part.locator}/body")
    status, at = part.decoded["code"], source.fetched_at
    return Source(source.path, io.BytesIO(data), base, len(data), status=status, fetched_at=at, exact=False)


def whole(source: Source, part: Value, items: Iterator[Item]) -> Iterator[Item]:
    """The items of a body; one that may not enter takes the whole answer with it, for a text cannot be cut."""
    inside = value_at(part.piece, "body") or part.piece
    for item in items:
        if isinstance(item, Exclusion) and source.exact and item.offset == inside.offset:
            yield msgspec.structs.replace(item, offset=part.piece.offset, length=len(part.piece.data))
        else:
            yield item


def bodies_in(head: bytes) -> Iterator[bytes]:
    """The bodies in the first bytes of such a list, as far as they go; none in any other document."""
    for found in _BODY.findall(head) if _BEGINS.match(head) else ():
        try:
            yield json.loads(_HALF.sub(rb"\1", found) + b'"').encode("utf-8", "replace")
        except ValueError:
            continue
