"""Which feature of DUTO suffers from what a conversion loses, as data (``conversions.toml``)."""

from __future__ import annotations

from functools import cache

from sma_plugin.characteristics.records import Feature
from sma_plugin.facts import facts

_OTHER = "other"


@cache
def _features() -> dict[str, Feature]:
    return facts(__package__, "conversions.toml", dict[str, Feature])


def feature_of(measure: str) -> Feature:
    """By the name of what was measured before and after (``pixels``, ``words``).

    >>> feature_of("chapters"), feature_of("something new")
    ('vindbaar', 'betrouwbaar')
    """
    return _features().get(measure, _features()[_OTHER])
