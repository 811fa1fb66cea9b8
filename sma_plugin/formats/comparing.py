"""What mattered of every post before it was normalised, held against what is read back from the file.

Of each item a few numbers are kept, not the item: a package of a million posts costs some 60 MB.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from sma_plugin.model import HistoryItem, Observation, PostHistory, PostState, Resource

TRAITS = ("text", "time", "author", "media", "thread", "other")
"""What is held against each other, by name; of accounts and web resources everything is ``other``."""
_WIDTH = 1 + len(TRAITS)
_MASK = (1 << 64) - 1


class Difference(NamedTuple):
    """A post, account or resource that came out otherwise: which, and in what. All of it, when it is gone."""

    item: str
    traits: tuple[str, ...]
    gone: bool = False


class Before:
    """What items were before they were written. They are read back in the same order."""

    def __init__(self) -> None:
        self._numbers = array("Q")
        self._names: list[str] = []

    def add(self, item: HistoryItem) -> None:
        """Take note of an item."""
        self._numbers.extend(_numbers(item))
        self._names.append(name_of(item))

    def differences(self, after: Iterable[HistoryItem]) -> Iterator[Difference]:
        """The items that were read back otherwise than they were, in order; then those that came from nowhere."""
        at = 0
        strange: list[Difference] = []
        for item in after:
            numbers = _numbers(item)
            place = self._place(numbers[0], at)
            if place is None:
                strange.append(Difference(name_of(item), TRAITS))
                continue
            yield from self._gone(at, place)
            known = self._numbers[place * _WIDTH + 1 : (place + 1) * _WIDTH].tolist()
            if known != numbers[1:]:
                pairs = zip(TRAITS, known, numbers[1:], strict=True)
                yield Difference(name_of(item), tuple(name for name, one, other in pairs if one != other))
            at = place + 1
        yield from self._gone(at, len(self._names))
        yield from strange

    def _place(self, identity: int, start: int) -> int | None:
        """Where the item with this identity stood: nearly always the next."""
        return next((place for place in range(start, len(self._names)) if self._identity(place) == identity), None)

    def _identity(self, place: int) -> int:
        return self._numbers[place * _WIDTH]

    def _gone(self, start: int, end: int) -> Iterator[Difference]:
        return (Difference(self._names[place], TRAITS, gone=True) for place in range(start, end))


def name_of(item: HistoryItem) -> str:
    """By what an item is called in a finding."""
    return item.url if isinstance(item, Resource) else item.native_id


def _numbers(item: HistoryItem) -> list[int]:
    """What an item is known by, and its traits, as numbers."""
    if not isinstance(item, PostHistory):
        kind = type(item).__name__
        whole = _number(json.dumps(msgspec.to_builtins(item), sort_keys=True))
        identity = _number((kind, name_of(item), item.evidence))
        return [identity, 0, 0, 0, 0, 0, whole]
    states = [version.state for version in item.versions]
    return [
        _number((item.platform, item.native_id)),
        _number(tuple([(one.text, one.html, one.title, one.content_warning) for one in states])),
        _number((item.created, *[version.edited for version in item.versions])),
        _number(item.author),
        _number(repr([one.media for one in states])),
        _number((item.relations, item.thread, item.parent, item.depth, item.placed_on)),
        _number(_other(item, states)),
    ]


def _other(item: PostHistory, states: list[PostState]) -> tuple[Any, ...]:
    """Everything else; numbers that are not equal to themselves are, as text."""
    said = [
        (
            one.sensitive,
            one.language,
            one.hashtags,
            one.mentions,
            one.links,
            repr(one.location) if one.location else None,
            one.poll,
            one.tool,
            one.truncated,
            json.dumps(one.raw, sort_keys=True) if one.raw else one.raw is None,
        )
        for one in states
    ]
    seen = [
        (one.platform, one.post, one.account, one.at, one.status, one.detail, one.evidence, _counted(one))
        for one in item.observations
    ]
    told = (item.kind, item.klass, item.url, item.audience, item.aliases, item.revisions, item.withdrawn, item.pinned)
    versions = [(version.native_id, version.evidence) for version in item.versions]
    return (*told, item.derived_id, tuple(versions), tuple(said), tuple(seen))


def _counted(seen: Observation) -> tuple[tuple[str, int], ...] | None:
    return None if seen.counts is None else tuple(sorted(seen.counts.items()))


def _number(value: object) -> int:
    """One process writes and reads back, so Python's own number for a value will do."""
    return hash(value) & _MASK
