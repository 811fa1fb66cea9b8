"""The platform readers over the responses of one capture of the web: who reads which response, and pages for many."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO, cast

from sma_plugin.model import Exclusion, Item, Post, Problem
from sma_plugin.readers.addresses import host_of
from sma_plugin.readers.contract import Reading, Source
from sma_plugin.readers.web.hosts import platform_at
from sma_plugin.readers.web.structured import structured_items

MAX_PAGE = 32 << 20
"""A page longer than this many bytes is given to readers up to there."""


class Platforms:
    """The platform readers of one capture, each with what it remembers from response to response."""

    def __init__(self) -> None:
        from sma_plugin.readers.registry import reading_of, response_readers  # noqa: PLC0415 -- it imports this module

        self._readers = [(reader, reading_of(reader)) for reader in response_readers()]

    def reading(self, source: Source) -> Reading | None:
        """The reading of the first platform reader that accepts a response."""
        return next(self._accepting(source), None)

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
        found = [item for one in readings for item in one.read_source(_with(source, io.BytesIO(data)))]
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
