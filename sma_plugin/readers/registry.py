"""The readers there are: built-in ones and others come in through the same door, an entry-point group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol, cast

from sma_plugin.model import Item
from sma_plugin.readers.contract import Listing, Match, Reader, Reading, Source

GROUP = "sma_plugin.readers"


class ResponseReader(Protocol):
    """A reader that understands single API responses wherever they come from."""

    def accepts(self, source: Source) -> bool:
        """Whether this response is one of its platform's, by URL, status and content type."""

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one response."""


class OneByOne:
    """The reading of a reader that remembers nothing from one response to the next."""

    def __init__(self, reader: ResponseReader) -> None:
        self.read_source = reader.read_source

    def end(self) -> Iterator[Item]:
        """Nothing is left to tell."""
        return iter(())


def reading_of(reader: ResponseReader) -> Reading:
    """A reading of responses that belong together, by one reader."""
    begin = getattr(reader, "reading", None)
    return cast("Reading", begin() if begin else OneByOne(reader))


@cache
def readers() -> dict[str, Reader]:
    """Every installed reader by name, in name order. Raises ``ImportError`` when one cannot be loaded."""
    return {entry.name: entry.load() for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name)}


@cache
def response_readers() -> list[ResponseReader]:
    """The readers that take single responses."""
    able = [reader for reader in readers().values() if hasattr(reader, "accepts") and hasattr(reader, "read_source")]
    return cast("list[ResponseReader]", able)


def recognise(listing: Listing) -> list[Match]:
    """The captures in a bundle. Where two readers claim a member, the more confident one has it."""
    matches = [match for reader in readers().values() for match in _matches(reader, listing)]
    matches.sort(key=lambda match: -match.confidence)
    taken: set[str] = set()
    kept: list[Match] = []
    for match in matches:
        closed = tuple(root for other in kept if other.personal_export for root in other.roots) if match.beside else ()
        free = tuple(path for path in match.paths if path not in taken and not path.startswith(closed))
        if free:
            taken.update(free)
            kept.append(replace(match, paths=free))
    order = {member.path: number for number, member in enumerate(listing.members)}
    return sorted(kept, key=lambda match: order[match.paths[0]])


def _matches(reader: Reader, listing: Listing) -> list[Match]:
    if hasattr(reader, "recognise_all"):
        return list(reader.recognise_all(listing))
    match = reader.recognise(listing)
    return [match] if match else []
