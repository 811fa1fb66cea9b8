"""Who is met in each post, read from normalised posts without reading the rest of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from sma_plugin.formats.activitystreams.lines import AccountLine
from sma_plugin.formats.activitystreams.read import account as account_of
from sma_plugin.formats.activitystreams.read_parts import account_ref, mention
from sma_plugin.formats.activitystreams.wire import AccountPart, ObservationPart, Part, RelationPart, TagPart
from sma_plugin.model import AccountHistory, AccountRef, HistoryItem, PostHistory
from sma_plugin.package.files import AT_ONCE


class Met(NamedTuple):
    """A post with whose it is, who else it names, and the thread that it belongs to."""

    platform: str
    native_id: str
    thread: str | None
    parent: str | None
    author: AccountRef
    others: tuple[AccountRef, ...]
    aliases: tuple[str, ...]


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
    parent: str | None = None
    placed_on: AccountPart | None = None


class _Resource(Part, tag_field="sma:record", tag="resource", kw_only=True):
    exact: str | None = None


_Line = _Post | AccountLine | _Resource
_decode = msgspec.json.Decoder(_Line).decode


def met_in(path: Path) -> Iterator[AccountHistory | Met]:
    """Who is met in a file of normalised posts, line by line."""
    with path.open("rb", buffering=AT_ONCE) as stream:
        for line in stream:
            found = _decode(line)
            if found.exact is not None:
                found = msgspec.convert(json.loads(found.exact), _Line)
            if isinstance(found, _Post):
                yield _of_line(found)
            elif isinstance(found, AccountLine):
                yield account_of(found)


def _of_line(line: _Post) -> Met:
    others = [mention(tag) for tag in line.tag if tag.type == "Mention"]
    for version in line.versions:
        others += [mention(tag) for tag in version.tag if tag.type == "Mention"]
    others += [account_ref(tie.target_account) for tie in line.relations if tie.target_account]
    others += [account_ref(seen.account) for seen in line.observations if seen.account]
    if line.placed_on:
        others.append(account_ref(line.placed_on))
    aliases = tuple(other.value for other in line.aliases)
    author = account_ref(line.attributed_to)
    return Met(line.platform, line.native_id, line.thread, line.parent, author, tuple(others), aliases)


def met_among(items: Iterable[HistoryItem]) -> Iterator[AccountHistory | Met]:
    """Who is met in items of a history."""
    for item in items:
        if isinstance(item, AccountHistory):
            yield item
        elif isinstance(item, PostHistory):
            others = [tie.target_account for tie in item.relations if tie.target_account]
            others += [seen.account for seen in item.observations if seen.account]
            others += [ref for version in item.versions for ref in version.state.mentions or ()]
            if item.placed_on:
                others.append(item.placed_on)
            aliases = tuple(other.value for other in item.aliases)
            yield Met(item.platform, item.native_id, item.thread, item.parent, item.author, tuple(others), aliases)
