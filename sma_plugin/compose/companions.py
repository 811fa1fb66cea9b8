"""The records of a WARC that go with one that must go: its request, which can hold what was sent, and its metadata.

Only files from which a record must go are walked for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import BinaryIO, NamedTuple

from sma_plugin.bundle.delivery import MemberRecord
from sma_plugin.bundle.view import Delivery
from sma_plugin.bundle.wacz import WaczFile
from sma_plugin.bundle.warc import WarcWalk
from sma_plugin.bundle.warc_record import Record, unbracketed
from sma_plugin.compose.cuts import Layout
from sma_plugin.compose.extract import Cut
from sma_plugin.secrets.credentials import REQUESTS

_COMPANIONS = ("request", "metadata")
_RELATIONS = ("warc-concurrent-to", "warc-refers-to")


class Seen(NamedTuple):
    """What is remembered of a record: where it is, what it is, which records it says to belong to."""

    offset: int
    length: int
    kind: str
    id: str | None
    uri: str | None
    related: frozenset[str]


def with_companions(delivery: Delivery, member: MemberRecord, cuts: list[Cut], layout: Layout) -> list[Cut]:
    """The cuts in a member with those of the records that go along; items of a list and entries have none."""
    if layout in ("items", "entries") or all(cut.rule == REQUESTS for cut in cuts):
        return cuts
    if layout == "records":
        with delivery.container(member).open(member.entry) as stream:
            return [*cuts, *companions(stream, cuts)]
    found = list(cuts)
    with closing(delivery.seekable(member.path)) as file:
        package = WaczFile(file)
        for warc in package.warcs:
            end = warc.offset + warc.packed
            inside = [Cut(cut.offset - warc.offset, *cut[1:]) for cut in cuts if warc.offset <= cut.offset < end]
            if inside:
                with package.open(warc.name) as stream:
                    found += [Cut(cut.offset + warc.offset, *cut[1:]) for cut in companions(stream, inside)]
    return found


def companions(stream: BinaryIO, cuts: Iterable[Cut]) -> list[Cut]:
    """Cuts of requests and metadata of records that are cut, by the rules of those; a request takes nothing along."""
    rules = {cut.offset: cut.rule for cut in cuts if cut.rule != REQUESTS}
    met = [one for record in WarcWalk(stream) if (one := seen(record))]
    gone = {one.id: rules[one.offset] for one in met if one.id and one.offset in rules}
    named = {name: rules[one.offset] for one in met if one.offset in rules for name in one.related}
    found = []
    for number, one in enumerate(met):
        if one.kind in _COMPANIONS and one.offset not in rules:
            rule = next((gone[name] for name in one.related if name in gone), named.get(one.id or ""))
            rule = rule or _beside(one, met[max(0, number - 1) : number + 2], rules)
            if rule:
                found.append(Cut(one.offset, one.length, rule))
    return found


def _beside(one: Seen, neighbours: Iterable[Seen], rules: dict[int, str]) -> str | None:
    """The rule of a neighbour that goes and has the same address, for records that name no other."""
    if one.related:
        return None
    return next((rules[next_.offset] for next_ in neighbours if next_.offset in rules and next_.uri == one.uri), None)


def seen(record: Record) -> Seen | None:
    """What is remembered of a record; nothing of one whose end is not known."""
    record.close()
    if record.length is None:
        return None
    related = (unbracketed(value) for name, value in record.headers if name.lower() in _RELATIONS)
    return Seen(
        record.offset,
        record.length,
        record.type,
        record.id,
        record.target_uri,
        frozenset(one for one in related if one),
    )
