"""What feeds of each platform show and how their posts are known again: data (platforms.toml)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import msgspec

from sma_plugin.facts import facts
from sma_plugin.model import AccountRef, Alias, PostKind


class OtherId(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another id of a post: its scheme, and where it stands in an address."""

    scheme: str
    pattern: str


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The row of one platform; its words are explained in the table itself."""

    marks: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    aliases: tuple[OtherId, ...] = ()
    writer: str = ""
    account: tuple[str, ...] = ()
    title: str = ""
    plain: bool = False
    titled: bool = False
    window: int | None = None
    drop: str = ""
    kind: PostKind = "note"

    def native_id(self, named: Iterable[str]) -> str | None:
        """The id of a post in one of the addresses and identifiers that name it."""
        found = (re.fullmatch(pattern, name) for name in named for pattern in self.ids)
        return next((match[1] for match in found if match), None)

    def writer_of(self, named: Iterable[str]) -> str | None:
        """The id of the account in the id of a post, on platforms where that names it."""
        found = (re.fullmatch(self.writer, name) for name in named if self.writer)
        return next((match[1] for match in found if match), None)

    def other_ids(self, named: Iterable[str]) -> tuple[Alias, ...]:
        """Other ids in the addresses that name a post."""
        found = (
            Alias(one.scheme, match[1])
            for name in named
            for one in self.aliases
            if (match := re.fullmatch(one.pattern, name))
        )
        return tuple(dict.fromkeys(found))

    def owner(self, named: Iterable[str], title: str | None) -> AccountRef:
        """The account that a feed is of, by the addresses it has and its title."""
        matches = (re.fullmatch(pattern, name) for name in named for pattern in self.account)
        groups = [match.groupdict() for match in matches if match]
        told = re.fullmatch(self.title, title or "") if self.title else None
        groups.append(told.groupdict() if told else {})
        native, handle, host, name = (
            next((one[key] for one in groups if one.get(key)), None) for key in ("id", "handle", "host", "name")
        )
        full = f"{handle}@{host}" if handle and host else handle
        return AccountRef(native, full, name or (None if self.title else title))


SITE = Rules(titled=True, kind="article")
"""A feed of a site that is of no known platform."""


@cache
def table() -> dict[str, Rules]:
    """The rows, by platform."""
    return facts(__package__, "platforms.toml", dict[str, Rules])


def rules_of(platform: str | None) -> Rules:
    """The row of a platform."""
    return table().get(platform or "", SITE)


def platform_of(named: Iterable[str]) -> str | None:
    """The platform of a feed that names itself so."""
    given = tuple(named)
    fitting = (
        platform
        for platform, rules in table().items()
        if any(re.fullmatch(mark, name) for mark in rules.marks for name in given)
    )
    return next(fitting, None)
