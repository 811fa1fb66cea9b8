"""Whom a role removed on request, in the lists of users that answers and exports hold beside posts."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterator, Sequence

from sma_plugin.compose.cuts import REMOVED, Extent
from sma_plugin.compose.extract import Cut
from sma_plugin.readers.json_items import lines
from sma_plugin.readers.json_members import members, split_array

_NAMES = ("id", "id_str", "rest_id", "did", "uri")
"""Members by which an object says which account it is."""


def users(data: bytes, ids: Collection[str], ours: Sequence[Extent]) -> Iterator[Cut]:
    """Cuts of objects in lists that are these accounts; what stands in something that is kept stays with it.

    A piece that is no whole JSON is not taken apart: it stays in the restricted original as it is.

    >>> data = b'{"users":[{"id":"9","name":"Jan"},{"id":"8"}]}'
    >>> [data[cut.offset :][: cut.length] for cut in users(data, ["9"], [])]
    [b'{"id":"9","name":"Jan"}']
    """
    sought = [one.encode("utf-8", "replace") for one in ids]
    for start, end in _documents(data) if any(one in data for one in sought) else ():
        for offset, item in _whole(data, start, end, sought):
            stop = offset + len(item)
            if _is_one(item, ids) and not any(at < stop and offset < at + length for at, length in ours):
                yield Cut(offset, len(item), REMOVED)


def _documents(data: bytes) -> Iterator[Extent]:
    """Begin and end of the document, or of each line that is one."""
    begins = [at for at in (data.find(b"{"), data.find(b"[")) if at >= 0]
    if not begins:
        return
    start = min(begins)
    try:
        json.loads(data[start:].rstrip().rstrip(b";"))
    except (ValueError, RecursionError):
        for piece in lines(io.BytesIO(data)):
            yield piece.offset, piece.offset + len(piece.data)
    else:
        yield start, len(data)


def _whole(data: bytes, start: int, end: int, sought: Sequence[bytes]) -> list[tuple[int, bytes]]:
    try:
        return list(_listed(data, start, end, sought))
    except (ValueError, RecursionError):  # cut off or broken, as was told when it was read
        return []


def _listed(data: bytes, start: int, end: int, sought: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """Every item of a list, however deep, in which one of these stands."""
    piece = data[start:end]
    if not any(one in piece for one in sought):
        return
    start += len(piece) - len(piece.lstrip())
    piece = piece.lstrip()
    if piece[:1] == b"[":
        for offset, item in split_array(piece, 0) or ():
            if any(one in item for one in sought):
                yield start + offset, item
                yield from _listed(data, start + offset, start + offset + len(item), sought)
    elif piece[:1] == b"{":
        for _, _, value, stop in members(piece):
            yield from _listed(data, start + value, start + stop, sought)


def _is_one(item: bytes, ids: Collection[str]) -> bool:
    try:
        told = json.loads(item)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and any(str(told.get(name)) in ids for name in _NAMES)
