"""The platform readers over the responses of one capture of the web: who reads which response, and pages for many."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO, cast

import msgspec

from sma_plugin.model import Exclusion, Item, Post, Problem
from sma_plugin.readers.addresses import host_of
from sma_plugin.readers.contract import Reading, Source
from sma_plugin.readers.web.hosts import platform_at
from sma_plugin.readers.web.structured import structured_items

MAX_PAGE = 32 << 20
"""A page longer than this many bytes is given to readers up to there."""
_CALL = re.compile(
    rb"\s*(?:/\*.{0,20}?\*/)?\s*(?:typeof [^(;]{1,200}&&\s*)?[A-Za-z_$][\w$.\[\]'\"]{0,200}\(\s*(?=[{\[])"
)
"""JSON that is handed to a function (JSONP), as pages fetch it from other hosts."""
_CALLED = re.compile(rb"\)\s*;?\s*$")


class Platforms:
    """The platform readers of one capture, each with what it remembers from response to response."""

    def __init__(self) -> None:
        from sma_plugin.readers.registry import reading_of, response_readers  # noqa: PLC0415 -- it imports this module

        self._readers = [(reader, reading_of(reader)) for reader in response_readers()]

    def reading(self, source: Source) -> Reading | None:
        """The reading of the first platform reader that accepts a response."""
        return next(self._accepting(source), None)

    def response(self, source: Source) -> Iterator[Item] | None:
        """What the first platform reader that accepts a response finds in it; ``None`` when none does."""
        reading = self.reading(source)
        return _placed(reading.read_source(_uncalled(source)), source) if reading else None

    def page(self, source: Source, itself: Callable[[Source], Iterable[Item]]) -> Iterator[Item]:
        """A page as the resource that it is (``itself``), then what every reader that accepts it finds in it.

        Where none finds a post, what the page describes in structured data is read. Nothing is told of a page that a
        reader leaves out whole. A page of no platform, that nobody reads, is not held in memory.
        """
        readings = list(self._accepting(source))
        if not readings and _platform_of(source) is None:
            yield from itself(source)
            return
        data = source.stream.read(MAX_PAGE)
        rest = source.stream.read(1) if len(data) == MAX_PAGE else b""
        if rest:
            yield Problem("SMA-R210", source.path, source.base.offset, source.base.length, {"size": MAX_PAGE >> 20})
        read = (item for one in readings for item in one.read_source(_with(source, io.BytesIO(data))))
        found = list(_placed(read, source))
        if not any(_leaves_out(item, source) for item in found):
            whole = io.BytesIO(data) if not rest else _Joined(io.BytesIO(data + rest), source.stream)
            yield from itself(_with(source, whole))
            if not any(isinstance(item, Post) for item in found) and _is_given(source):
                found += structured_items(source, data)
        yield from found

    def end(self) -> Iterator[Item]:
        """What shows when all was read."""
        for _, reading in self._readers:
            yield from reading.end()

    def _accepting(self, source: Source) -> Iterator[Reading]:
        return (reading for reader, reading in self._readers if reader.accepts(source))


def _with(source: Source, stream: io.BytesIO | _Joined) -> Source:
    return replace(source, stream=cast("BinaryIO", stream))


def _uncalled(source: Source) -> Source:
    """A script that is one call, as the JSON that is handed to the function; anything else as it is."""
    if "javascript" not in (source.content_type or "").lower():
        return source
    data = source.stream.read(MAX_PAGE)
    call = _CALL.match(data)
    if call and len(data) < MAX_PAGE:
        data = _CALLED.sub(b"", data[call.end() :])
    return _with(source, _Joined(io.BytesIO(data), source.stream))


def _placed(items: Iterable[Item], source: Source) -> Iterator[Item]:
    """What a reader found, with its problems where they are: in a response that stands in a file, not at its start."""
    for item in items:
        if isinstance(item, Problem) and item.path == source.path and not source.exact:
            code = "SMA-R270" if item.code == "SMA-R003" else item.code
            yield msgspec.structs.replace(item, code=code, offset=source.base.offset, length=source.base.length)
        else:
            yield item


def _platform_of(source: Source) -> str | None:
    return platform_at(host_of(source.url))


def _is_given(source: Source) -> bool:
    """Whether this is a page of a platform, and not a failure or a redirect."""
    return _platform_of(source) is not None and source.was_given


def _leaves_out(item: Item, source: Source) -> bool:
    """Whether an item says that the whole of a response may not enter."""
    base = source.base
    return isinstance(item, Exclusion) and (item.path, item.offset) in ((base.path, base.offset), (source.path, None))


class _Joined:
    """Bytes that were read ahead, with the rest of the stream behind them."""

    def __init__(self, first: io.BytesIO, rest: BinaryIO) -> None:
        self._first, self._rest = first, rest

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        return self._first.read(size) or self._rest.read(size)
