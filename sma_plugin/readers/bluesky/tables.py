"""What is done with each collection of a repository, and with labels: data (collections.toml)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import msgspec


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
    text = files(__package__).joinpath("collections.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Tables)
