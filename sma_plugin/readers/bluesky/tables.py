"""What is done with each collection of a repository, and with labels: data (collections.toml)."""

from __future__ import annotations

from functools import cache

import msgspec

from sma_plugin.facts import facts


class Labels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Labels that make a post sensitive, and those by which a server withholds it."""

    sensitive: frozenset[str]
    withheld: frozenset[str]


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Collections that are read, those that are counted by a rule of exclusion, labels, and the words of gates."""

    read: dict[str, str]
    counted: dict[str, str]
    labels: Labels
    gates: dict[str, str]


@cache
def tables() -> Tables:
    """The tables as shipped."""
    return facts(__package__, "collections.toml", Tables)
