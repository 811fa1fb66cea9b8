"""Which identity stands behind each pseudonym of a history: found by making an access copy again and looking on.

So what is found is what access copies have, whatever they come to mask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from sma_plugin.model import AccountHistory, AccountRef, HistoryItem, PostHistory, Resource
from sma_plugin.privacy.access import prepared
from sma_plugin.privacy.keys import Key
from sma_plugin.privacy.known import Known
from sma_plugin.privacy.met import met_among
from sma_plugin.privacy.people import People
from sma_plugin.privacy.pseudonyms import Kind, Pseudonyms


class Identity(NamedTuple):
    """What a pseudonym was made from: a person, a post or something in a text, where, and what it is called there."""

    kind: Kind
    platform: str
    identity: str


class Recording(Pseudonyms):
    """Makes pseudonyms and remembers what each was made from."""

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self.made: dict[str, Identity] = {}
        make = self.of

        def of(kind: Kind, platform: str, identity: str) -> str:
            pseudonym = make(kind, platform, identity)
            self.made[pseudonym] = Identity(kind, platform, identity)
            return pseudonym

        self.of = of  # type: ignore[assignment]


def identities(read: Callable[[], Iterator[HistoryItem]], key: Key, known: Known) -> dict[str, Identity]:
    """Every pseudonym that copies of a history have under a key, nobody exempt; ``read`` gives the items anew.

    ``known`` says who is called by what was made of another capture.
    """
    recording = Recording(key)
    people = People(recording, (), known)
    for _ in prepared(met_among(read()), recording, people).items(read()):
        pass
    for made, identity in list(recording.made.items()):
        recording.made.setdefault(known.canonical(made), identity)
    for item in read():
        if isinstance(item, PostHistory):
            recording.of("post", item.platform, item.native_id)
    return recording.made


def called(read: Callable[[], Iterator[HistoryItem]], key: Key, known: Known, pseudonym: str) -> list[AccountRef]:
    """By which numbers, handles and names the bearer of a pseudonym is met in a history."""
    people = People(Pseudonyms(key), (), known)
    people.meet(met_among(read()))
    refs = ((item.platform, ref) for item in read() if not isinstance(item, Resource) for ref in refs_in(item))
    return list(dict.fromkeys(ref for platform, ref in refs if people.pseudonym(platform, ref) == pseudonym))


def refs_in(item: AccountHistory | PostHistory) -> Iterator[AccountRef]:
    """Every account that an item names, wherever in it."""
    if isinstance(item, AccountHistory):
        yield AccountRef(item.native_id)
        yield from (AccountRef(item.native_id, handle.value) for handle in item.handles)
        yield from (AccountRef(item.native_id, one.handle, one.name) for one in item.profiles)
    found: list[AccountRef] = []
    _find(item, found)
    yield from found


def _find(value: Any, found: list[AccountRef]) -> None:
    """Every account in a value, in order; a list and no generators, for every post has many values."""
    inside = value if isinstance(value, tuple) else [getattr(value, name) for name in value.__struct_fields__]
    for one in inside:
        if isinstance(one, AccountRef):
            found.append(one)
        elif isinstance(one, msgspec.Struct | tuple):
            _find(one, found)
