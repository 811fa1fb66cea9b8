"""How a package relates to earlier ones of the same account, as it is kept in the package (``previous.json``)."""

from __future__ import annotations

import msgspec

RELATED_SCHEMA = 1


class Predecessor(msgspec.Struct, frozen=True, omit_defaults=True):
    """An earlier package that this one was compared with: which it is, and the digest of its posts as verified."""

    id: str
    name: str
    entity_id: str
    platform: str
    native_id: str
    posts_sha256: str
    period_from: str | None = None
    period_until: str | None = None
    captured: str | None = None
    """When its last capture was made."""


class Changed(msgspec.Struct, frozen=True, omit_defaults=True):
    """An own post that has a version which no earlier package holds, and the fields in which it differs."""

    native_id: str
    fields: tuple[str, ...]


class NotFound(msgspec.Struct, frozen=True, omit_defaults=True):
    """An own post that was not found since: last in the capture of ``last``, not in that of ``since``."""

    native_id: str
    last: str
    since: str


class Related(msgspec.Struct, frozen=True, omit_defaults=True):
    """``metadata/sma/previous.json``.

    ``counts`` are of all posts that are kept: ``known``, ``changed``, ``new``, ``not found``, ``deleted`` (an earlier
    package has it, and a source now says that it is deleted) and ``not covered`` (an earlier package has it, and the
    captures of this one do not claim to). Identifiers are of the account's own posts; those of others stand in
    ``posts.jsonl`` only.
    """

    predecessors: tuple[Predecessor, ...]
    counts: dict[str, int]
    changed: tuple[Changed, ...] = ()
    new: tuple[str, ...] = ()
    not_found: tuple[NotFound, ...] = ()
    deleted: tuple[str, ...] = ()
    absent: int = 0
    """How many of the account's own posts in the earlier packages are not in this one, for whatever reason."""
    schema: int = RELATED_SCHEMA


class Sides(msgspec.Struct, frozen=True):
    """What one history of earlier packages and a delivery is made of: its captures by number, and the packages."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    predecessors: tuple[Predecessor, ...]
