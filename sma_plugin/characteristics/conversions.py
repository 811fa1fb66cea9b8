"""Which feature of DUTO suffers from what a conversion loses, as data (``conversions.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from sma_plugin.characteristics.records import Feature

_OTHER = "other"


@cache
def _features() -> dict[str, Feature]:
    text = files(__package__).joinpath("conversions.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Feature])


def feature_of(measure: str) -> Feature:
    """By the name of what was measured before and after (``pixels``, ``words``).

    >>> feature_of("chapters"), feature_of("something new")
    ('vindbaar', 'betrouwbaar')
    """
    return _features().get(measure, _features()[_OTHER])
