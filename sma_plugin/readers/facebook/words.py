"""What pages of Facebook say in words, and in numbers of their own (``pages.toml``)."""

from __future__ import annotations

from functools import cache

import msgspec

from sma_plugin.facts import facts
from sma_plugin.model import Audience


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """``pages.toml``."""

    audiences: dict[Audience, tuple[str, ...]]
    scopes: dict[str, Audience]
    reactions: dict[str, str]
    reaction_ids: dict[str, str]


@cache
def words() -> Words:
    """What pages say in words and numbers of their own."""
    return facts(__package__, "pages.toml", Words)


@cache
def _audiences() -> dict[str, Audience]:
    return {word.casefold(): audience for audience, named_so in words().audiences.items() for word in named_so}


def audience_named(word: str) -> Audience | None:
    """For whom, by the word that a page has for it.

    >>> audience_named("Openbaar")
    'public'
    """
    return _audiences().get(word.strip().casefold())


def reaction_kind(number: str | None) -> str | None:
    """The kind of a reaction by its number in addresses."""
    return words().reactions.get(number or "")
