"""What else is in a file beside what was chosen, under scenario C: all of it is cut, known to a reader or not.

Elsewhere a package keeps what no reader knows (lists of users in an answer, pages and pictures of a harvest). Where a
role chose posts of a hybrid or personal account, the rest never enters. Of a WARC only records stay that are evidence
of what was chosen, with their requests and what describes the file; of JSON only such items and what they name; of a
feed its frame and such items; of a table its heading and such rows. A file that cannot be taken apart is held.
"""

from __future__ import annotations

import io
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, BinaryIO

from sma_plugin.bundle.delivery import MemberRecord
from sma_plugin.bundle.view import Delivery
from sma_plugin.bundle.wacz import WaczFile
from sma_plugin.bundle.warc import WarcWalk
from sma_plugin.compose.companions import seen
from sma_plugin.compose.cuts import OTHERS, Extent, Layout
from sma_plugin.compose.extract import Cut
from sma_plugin.compose.only_feed import feed_items
from sma_plugin.readers.feeds.names import text_of
from sma_plugin.readers.json_items import lines
from sma_plugin.readers.json_members import members, split_array

_LARGEST = 512 << 20
"""A file of JSON is taken apart in memory."""
_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"WARC/", b"BZh", b"\xfd7zXZ")
_NAMES = ("id", "id_str", "media_key", "key", "uri", "urn", "rest_id", "did")
"""Members by which an item that was kept names another one: the author, a picture."""
_ASSIGNED = re.compile(rb"\A\s*(?:window\.[\w.$]+|var \w+|const \w+)\s*=\s*")
_STRING = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SHORTEST = 3
_BEGINNING = 64


def strangers(
    delivery: Delivery, member: MemberRecord, layout: Layout, ours: Iterable[Extent], others: Iterable[Extent]
) -> list[Cut] | None:
    """Cuts of everything in a member that is not ours; ``None`` when that cannot be told apart."""
    kept, foreign = sorted(ours), sorted(others)
    head = delivery.heads.get(member.path, b"")
    if not kept:  # the file as a whole is evidence
        return None if head.startswith(_PACKED) or layout in ("records", "wacz") else []
    if layout == "records":
        with delivery.container(member).open(member.entry) as stream:
            return list(_records(stream, dict.fromkeys(kept), 0))
    if layout == "wacz":
        return list(_of_wacz(delivery, member, dict.fromkeys(kept)))
    if layout == "whole" or member.entry.size > _LARGEST or head.startswith(_PACKED):
        return None
    with delivery.container(member).open(member.entry) as stream:
        data = stream.read(member.entry.size + 1)
    return items(data, kept, foreign)


def items(data: bytes, ours: Sequence[Extent], others: Sequence[Extent]) -> list[Cut] | None:
    """Cuts of everything in a text that is not one of ``ours``; ``None`` for a form that cannot be taken apart.

    >>> [tuple(cut)[:2] for cut in items(b'{"n":2,"items":[{"id":"a"},{"id":"b"}]}', [(16, 10)], []) or ()]
    [(1, 5), (27, 10)]
    """
    start = len(data) - len(data.removeprefix(b"\xef\xbb\xbf"))
    if assigned := _ASSIGNED.match(data, start):
        start = assigned.end()
    body = data[start:].lstrip()
    if body[:1] == b"<":
        return feed_items(data, ours)
    if b"\0" in data[:4] and text_of(data[:_BEGINNING]).lstrip("\ufeff \t\r\n")[:1] in ("<", "{", "["):
        return None  # of UTF-16 only rows are told apart
    if body[:1] not in b"{[" or not body:
        return list(_rows(data, ours))
    found = _Items(data, ours, others)
    return list(found.document(start))


class _Items:
    """Takes JSON apart into what holds something of ours and what does not."""

    def __init__(self, data: bytes, ours: Sequence[Extent], others: Sequence[Extent]) -> None:
        self._data, self._ours, self._others = data, ours, others
        kept = b"\n".join(data[offset : offset + length] for offset, length in ours)
        self._named = frozenset(text for text in _STRING.findall(kept) if len(text) >= _SHORTEST)

    def document(self, start: int) -> Iterator[Cut]:
        """The cuts of one document, or of JSON Lines."""
        if self._is_one(start):
            yield from self.value(start, len(self._data))
            return
        for piece in lines(io.BytesIO(self._data[start:])):
            offset = start + piece.offset
            if self._meets(offset, offset + len(piece.data)):
                yield from self.value(offset, offset + len(piece.data))
            else:
                yield Cut(offset, len(piece.data), OTHERS)

    def _is_one(self, start: int) -> bool:
        try:
            json.loads(self._data[start:].rstrip().rstrip(b";"))
        except (ValueError, RecursionError):
            return False
        return True

    def value(self, start: int, end: int) -> Iterator[Cut]:
        """The cuts within one value that holds something of ours."""
        start += len(self._data[start:end]) - len(self._data[start:end].lstrip())
        if self._is_ours(start, end):
            return
        head = self._data[start : start + 1]
        if head == b"{":
            for _, begin, value, stop in members(self._data[start:end]):
                yield from self._part(start + begin, start + value, start + stop)
        elif head == b"[":
            for offset, item in split_array(self._data[:end], start) or ():
                yield from self._part(offset, offset, offset + len(item))

    def _part(self, begin: int, value: int, stop: int) -> Iterator[Cut]:
        if self._meets(value, stop):
            yield from self.value(value, stop)
        elif begin != value and self._holds_named(value, stop):
            yield from self._of_named(value, stop)
        elif begin != value or not self._is_named(value, stop):
            yield Cut(begin, stop - begin, OTHERS)

    def _holds_named(self, start: int, end: int) -> bool:
        """Whether a value is a list, or an object of lists, with items that ours name."""
        return any(True for _ in self._named_items(start, end))

    def _named_items(self, start: int, end: int) -> Iterator[Extent]:
        for offset, item in self._listed(start, end):
            if self._is_named(offset, offset + len(item)):
                yield offset, len(item)

    def _listed(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        head = self._data[start : start + 1]
        if head == b"[":
            yield from split_array(self._data[:end], start) or ()
        elif head == b"{":
            for _, _, value, stop in members(self._data[start:end]):
                yield from self._listed(start + value, start + stop)

    def _of_named(self, start: int, end: int) -> Iterator[Cut]:
        """The cuts of all items in a value that ours do not name, and of what is in no list."""
        if self._data[start : start + 1] == b"[":
            for offset, item in split_array(self._data[:end], start) or ():
                if not self._is_named(offset, offset + len(item)):
                    yield Cut(offset, len(item), OTHERS)
            return
        for _, begin, value, stop in members(self._data[start:end]):
            if self._holds_named(start + value, start + stop):
                yield from self._of_named(start + value, start + stop)
            else:
                yield Cut(start + begin, stop - begin, OTHERS)

    def _is_named(self, start: int, end: int) -> bool:
        """Whether ours name this item, and it is no post that belongs elsewhere."""
        if self._data[start : start + 1] != b"{" or _within(self._others, start, end):
            return False
        try:
            told: Mapping[str, Any] = json.loads(self._data[start:end])
        except (ValueError, RecursionError):
            return False
        names = (told.get(name) for name in _NAMES)
        return any(isinstance(one, str) and one.encode("utf-8", "replace") in self._named for one in names)

    def _meets(self, start: int, end: int) -> bool:
        """Whether something of ours is in a stretch, or holds it."""
        return self._is_ours(start, end) or _within(self._ours, start, end)

    def _is_ours(self, start: int, end: int) -> bool:
        at = bisect_left(self._ours, (start + 1, 0))
        return any(offset <= start and end <= offset + length for offset, length in self._ours[max(0, at - 2) : at])


def _within(extents: Sequence[Extent], start: int, end: int) -> bool:
    """Whether one of these stands within a stretch."""
    at = bisect_left(extents, (start, 0))
    return at < len(extents) and extents[at][0] + extents[at][1] <= end


def _rows(data: bytes, ours: Sequence[Extent]) -> Iterator[Cut]:
    """Everything between rows of ours, the heading excepted."""
    first = data.find(b"\n") + 1
    at = first
    for offset, length in [*ours, (len(data), 0)]:
        between = data[at:offset]
        gone = between.strip()
        if gone and offset > at:
            yield Cut(at + between.index(gone[:1]), len(gone), OTHERS)
        at = max(at, offset + length)


def _of_wacz(delivery: Delivery, member: MemberRecord, ours: Mapping[Extent, None]) -> Iterator[Cut]:
    with closing(delivery.seekable(member.path)) as file:
        package = WaczFile(file)
        for warc in package.warcs:
            with package.open(warc.name) as stream:
                yield from _records(stream, ours, warc.offset)


def _records(stream: BinaryIO, ours: Mapping[Extent, None], base: int) -> Iterator[Cut]:
    """Records that are neither ours nor the request of one, by their place from ``base`` on."""
    found = [one for record in WarcWalk(stream) if (one := seen(record))]
    kept = [one for one in found if (one.offset + base, one.length) in ours]
    named = {name for one in kept for name in (one.id, *one.related) if name}
    for one in found:
        stays = one in kept or one.kind == "warcinfo"
        if not stays and not (one.kind == "request" and (one.id in named or one.related & named)):
            yield Cut(one.offset + base, one.length, OTHERS)
