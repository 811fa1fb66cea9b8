"""What follows from a restriction's code: the law that it is of, the basis of rights, what may be done; and statutes.

All of it is data (``laws.toml``): laws change, and an archive has lists of its own.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

import msgspec

from sma_plugin.facts import facts
from sma_plugin.settings import Settings

Grant = Literal["Allow", "Disallow", "Conditional"]
_PART = re.compile(r"[^-/]+")


class Law(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list of codes by how they begin: its name in MDTO, the basis of rights in PREMIS, what is cited."""

    prefix: str
    list_name: str
    basis: Literal["statute", "copyright", "license", "other", "institutional policy"] = "other"
    citation: str | None = None
    statute: str | None = None
    trigger: bool = False
    """Whether its codes are triggers of a term, and no grounds."""


class Statute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of the Archiefwet: from when it is in force, after how long is transferred, how long is restricted."""

    key: str
    name: str
    source: str
    also: tuple[str, ...] = ()
    in_force: str | None = None
    transfer_after: str | None = None
    limited: str | None = None
    limit: str | None = None
    article: str | None = None
    at_transfer: bool = False
    """Whether it restricts at transfer only, so that nothing is restricted by it before."""
    keys: str | None = None
    keys_article: str | None = None
    """The code, and the article, by which files with keys and cookies in them may be restricted."""


class _AtLastPost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    codes: tuple[str, ...]


class Laws(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``laws.toml``."""

    law: tuple[Law, ...]
    grants: dict[str, Grant]
    at_last_post: _AtLastPost
    statute: tuple[Statute, ...]


@cache
def laws() -> Laws:
    """What is known of laws, by the lists of codes."""
    return facts(__package__, "laws.toml", Laws)


def law_of(code: str) -> Law | None:
    """The law that a code is of; ``None`` for a list of the archive's own."""
    return next((one for one in laws().law if code.startswith(one.prefix)), None)


def grant_of(code: str) -> Grant:
    """What may be done with what a code restricts.

    >>> grant_of("Openbaarheid/AW1995/BeperktOpenbaar-Levenssfeer/1.0"), grant_of("Openbaarheid/AW1995/Openbaar/1.0")
    ('Conditional', 'Allow')
    """
    rest = code.removeprefix(law.prefix) if (law := law_of(code)) else code
    found = _PART.match(rest)
    return laws().grants.get(found.group() if found else "", "Conditional")


def statute_named(name: str) -> Statute | None:
    """A statute by its key, its name or another name that it goes by."""
    told = name.strip().casefold()
    known = ((one, (one.key, one.name, *one.also)) for one in laws().statute)
    return next((one for one, names in known if told in [name.casefold() for name in names]), None)


def in_force(statute: Statute, settings: Settings) -> str | None:
    """From which day a statute is in force: what the archive says of it, else what is established."""
    return settings.archive.in_force.get(statute.key, statute.in_force)
