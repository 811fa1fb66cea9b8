"""What a reader leaves out of a document (PRODUCT.md 4.5): the whole of it, or one item by its own bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from sma_plugin.model import Evidence, Exclusion, Item, Problem
from sma_plugin.readers.contract import HEAD_BYTES, Member, Source
from sma_plugin.readers.exclusion import class_of, classes, rule_of_members
from sma_plugin.readers.json_items import Piece

UNCLAIMED = "package.unclaimed"
"""The rule of what nobody knows: it stays out and is put to a decision."""


def whole_left_out(rule: str, source: Source, count: int = 1) -> Iterator[Exclusion | Problem]:
    """Leave out a whole document: the member, or the record that holds it; else a person decides."""
    base = source.base
    if source.exact or (base.kind == "file" and base.locator is None):
        yield Exclusion(rule, source.path, count=count)
    else:
        yield Exclusion(rule, base.path, base.offset, base.length, count)
        if base.kind != "bytes":
            yield _undecided(rule, base)


def item_left_out(rule: str, source: Source, offset: int, length: int) -> Iterator[Exclusion | Problem]:
    """Leave out one item of a document. Where it cannot be cut, its record goes, or a person decides."""
    base = source.base
    if source.exact:
        yield Exclusion(rule, source.path, offset, length)
        return
    yield Exclusion(rule, base.path, base.offset, base.length)
    yield _undecided(rule, base)


def part_left_out(rule: str, source: Source, piece: Piece, *, alone: bool) -> Iterator[Exclusion | Problem]:
    """Leave out one value of a document: the document itself where it is all there is, or where nothing can be cut."""
    if alone or not source.exact:
        yield from whole_left_out(rule, source)
    else:
        yield from item_left_out(rule, source, piece.offset, len(piece.data))


def stays_in(source: Source) -> Problem:
    """That what only the account itself is shown stands in a record with what is kept, and stays in the original."""
    return Problem("SMA-R276", source.path, source.base.offset, source.base.length, {"count": 1})


class Unread(NamedTuple):
    """What is done with answers in which nothing was read: by the rules of a reader, else by what the reader claims."""

    reader: str
    claims: Callable[[Member], bool]
    """Whether the reader would claim a file that begins like an answer."""
    may_be_any: Callable[[Any], bool] = lambda _: False
    """Whether an answer that stands alone may be anything, where the reader claims whatever is of its platform."""

    def items(
        self, source: Source, piece: Piece, decoded: Any, found: Iterable[Item], *, alone: bool
    ) -> Iterator[Item]:
        """What was found in an answer. One in which nothing was stays out when its members say that it must.

        Of several answers in one file, one that the reader would not claim as a file of its own could hold anything: it
        stays out as such a file does. Records of a capture of the web are kept (CONTRACTS.md, "Readers").
        """
        nothing = True
        for item in found:
            nothing = False
            yield item
        if not nothing or not decoded:
            return
        rule = rule_of_members(self.reader, decoded)
        if rule is None and source.exact and self._is_unknown(source, piece, decoded, alone=alone):
            rule = UNCLAIMED
        if rule:
            yield from part_left_out(rule, source, piece, alone=alone)

    def _is_unknown(self, source: Source, piece: Piece, decoded: Any, *, alone: bool) -> bool:
        if alone:
            return self.may_be_any(decoded)
        return not self.claims(Member(source.path, len(piece.data), piece.data[:HEAD_BYTES]))


def _undecided(rule: str, base: Evidence) -> Problem:
    label = classes()[class_of(rule)].label
    params: dict[str, str | int] = {"rule": rule, "label_nl": label["nl"], "label_en": label["en"]}
    return Problem("SMA-R064", base.path, base.offset, base.length, params)
