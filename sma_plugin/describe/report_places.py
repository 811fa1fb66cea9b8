"""Where a characteristic is short, as the report shows it: the first places, and of links the address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sma_plugin import notation
from sma_plugin.characteristics.catalogue import kenmerk_label
from sma_plugin.characteristics.records import Assessment, Pointer
from sma_plugin.findings import Language


class Short(NamedTuple):
    """A characteristic that is short: how many are missing, and where the first of them are told of."""

    label: str
    number: int
    places: tuple[tuple[str, str], ...]
    """What (an address, an own post, or nothing) and where (file, and position in bytes)."""


def short_of(assessment: Assessment, language: Language) -> Iterator[Short]:
    """Every characteristic of the whole package of which something is missing."""
    for one in assessment.characteristics:
        if one.missing:
            missing = (one.expected or 0) - (one.count or 0)
            places = tuple(
                (pointer.address or pointer.post or "", _where(pointer, language)) for pointer in one.missing
            )
            yield Short(kenmerk_label(one, language), missing, places)


def _where(pointer: Pointer, language: Language) -> str:
    told = pointer.evidence
    return told.path if told.offset is None else f"{told.path} @ {notation.number(told.offset, language)}"
