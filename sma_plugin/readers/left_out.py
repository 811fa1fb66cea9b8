"""What a reader leaves out of a document (PRODUCT.md 4.5): the whole of it, or one item by its own bytes."""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.model import Evidence, Exclusion, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.exclusion import class_of, classes


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


def _undecided(rule: str, base: Evidence) -> Problem:
    label = classes()[class_of(rule)].label
    params: dict[str, str | int] = {"rule": rule, "label_nl": label["nl"], "label_en": label["en"]}
    return Problem("SMA-R064", base.path, base.offset, base.length, params)
