"""Who is met in a history, read from normalised posts without reading the rest of them.

Posts are many and those who write them are few: every account is told once, and each post by the account's place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import msgspec

from sma_plugin.formats.activitystreams import stretches
from sma_plugin.formats.activitystreams.lines import AccountLine
from sma_plugin.formats.activitystreams.read import account as account_of
from sma_plugin.formats.activitystreams.read_parts import account_ref, mention
from sma_plugin.formats.activitystreams.wire import AccountPart, ObservationPart, Part, RelationPart, TagPart
from sma_plugin.model import AccountHistory, AccountRef, HistoryItem, PostHistory
from sma_plugin.package.files import AT_ONCE
from sma_plugin.processes import shared_out, worth


class MetPost(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A post: whose it is (a place in :attr:`Met.accounts`), the thread that it belongs to, its other identifiers."""

    platform: str
    native_id: str
    thread: str | None
    author: int
    aliases: tuple[str, ...] = ()


class Met(msgspec.Struct, frozen=True, array_like=True):
    """Whom a history names, with the platform, each once as it names them; and its posts."""

    accounts: list[tuple[str, AccountRef]]
    posts: list[MetPost]


class _Tags(Part, kw_only=True):
    tag: tuple[TagPart, ...] = ()


class _Alias(Part, kw_only=True):
    value: str = msgspec.field(name="sma:value")


class _Post(_Tags, tag_field="sma:record", tag="post", kw_only=True):
    exact: str | None = None
    platform: str
    native_id: str
    attributed_to: AccountPart
    versions: tuple[_Tags, ...] = ()
    relations: tuple[RelationPart, ...] = ()
    observations: tuple[ObservationPart, ...] = ()
    aliases: tuple[_Alias, ...] = ()
    thread: str | None = None
    placed_on: AccountPart | None = None


class _Resource(Part, tag_field="sma:record", tag="resource", kw_only=True):
    exact: str | None = None


_Line = _Post | AccountLine | _Resource
_decode = msgspec.json.Decoder(_Line).decode
_packed, _unpacked = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(Met).decode


def met_in(path: Path) -> list[Met]:
    """Who is met in a file of normalised posts, by stretches of it that are read beside each other."""
    parts = stretches(path, worth(path.stat().st_size))
    works = [partial(_packed_stretch, path, *part) for part in parts]
    packed = shared_out(works, lambda _: None) if len(works) > 1 else None
    return [_met(_lines(path))] if packed is None else [_unpacked(one) for one in packed]


def met_among(items: Iterable[HistoryItem]) -> list[Met]:
    """Who is met in items of a history."""
    return [_met(items)]


def _packed_stretch(path: Path, start: int, end: int, _: object) -> bytes:
    """What is met in a stretch, in the form in which processes tell each other of it fastest."""
    return _packed(_met(_lines(path, start, end)))


def _lines(path: Path, start: int = 0, end: int | None = None) -> Iterator[_Post | AccountHistory]:
    with path.open("rb", buffering=AT_ONCE) as stream:
        stream.seek(start)
        for line in stream:
            found = _decode(line)
            if found.exact is not None:
                found = msgspec.convert(json.loads(found.exact), _Line)
            if isinstance(found, _Post):
                yield found
            elif isinstance(found, AccountLine):
                yield account_of(found)
            start += len(line)
            if start == end:
                return


def _met(items: Iterable[_Post | HistoryItem]) -> Met:
    places: dict[tuple[str, AccountRef], int] = {}
    posts: list[MetPost] = []
    for one in items:
        if isinstance(one, AccountHistory):
            for told in _of_account(one):
                places.setdefault(told, len(places))
        elif isinstance(one, _Post | PostHistory):
            author, others = _of_line(one) if isinstance(one, _Post) else _of_post(one)
            platform = one.platform
            place = places.setdefault((platform, author), len(places))
            for other in others:
                places.setdefault((platform, other), len(places))
            aliases = tuple([other.value for other in one.aliases]) if one.aliases else ()
            posts.append(MetPost(platform, one.native_id, one.thread, place, aliases))
    return Met(list(places), posts)


def _of_line(line: _Post) -> tuple[AccountRef, list[AccountRef]]:
    """Who wrote a post, and who else it names."""
    others = [mention(tag) for tag in line.tag if tag.type == "Mention"]
    for version in line.versions:
        if version.tag:
            others += [mention(tag) for tag in version.tag if tag.type == "Mention"]
    others += [account_ref(tie.target_account) for tie in line.relations if tie.target_account]
    others += [account_ref(seen.account) for seen in line.observations if seen.account]
    if line.placed_on:
        others.append(account_ref(line.placed_on))
    return account_ref(line.attributed_to), others


def _of_post(item: PostHistory) -> tuple[AccountRef, list[AccountRef]]:
    """The same, of a post as it is in the model."""
    others = [ref for version in reversed(item.versions) for ref in version.state.mentions or ()]
    others += [tie.target_account for tie in item.relations if tie.target_account]
    others += [seen.account for seen in item.observations if seen.account]
    if item.placed_on:
        others.append(item.placed_on)
    return item.author, others


def _of_account(one: AccountHistory) -> Iterator[tuple[str, AccountRef]]:
    """Everything that an account is called, with its platform, and by whom it was seen."""
    platform, native = one.platform, one.native_id
    yield platform, AccountRef(native, url=one.url, aliases=one.aliases)
    for handle in one.handles:
        yield platform, AccountRef(native, handle.value)
    for profile in one.profiles:
        yield platform, AccountRef(native, profile.handle, profile.name, profile.url)
        if profile.account.native_id != native or profile.account.handle or profile.account.name:
            yield platform, profile.account
    for seen in one.observations:
        if seen.account:
            yield platform, seen.account
