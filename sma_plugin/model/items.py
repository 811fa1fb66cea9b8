"""What a reader yields, one item at a time, in the order of the source."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from sma_plugin.model.parts import (
    AccountRef,
    Alias,
    Audience,
    Counts,
    Evidence,
    Handle,
    Link,
    Media,
    Moment,
    PostKind,
    PostState,
    Relation,
    Withdrawal,
)
from sma_plugin.model.provenance import Span


class Account(msgspec.Struct, frozen=True, omit_defaults=True, tag="account"):
    """An account met in a capture. ``owner``: the capture itself says that it is this account's (an own export).

    ``handles`` are those that the source says it bore, with the moments it was seen under them.
    """

    platform: str
    ref: AccountRef
    owner: bool = False
    created: Moment | None = None
    evidence: tuple[Evidence, ...] = ()
    handles: tuple[Handle, ...] = ()


class ProfileVersion(msgspec.Struct, frozen=True, omit_defaults=True, tag="profile"):
    """A profile as it stood when it was captured."""

    platform: str
    account: AccountRef
    at: Moment | None = None
    name: str | None = None
    handle: str | None = None
    bio: str | None = None
    bio_html: str | None = None
    url: str | None = None
    links: tuple[Link, ...] | None = None
    fields: tuple[tuple[str, str], ...] | None = None
    location: str | None = None
    avatar: Media | None = None
    header: Media | None = None
    verified: str | None = None
    kind: str | None = None
    language: str | None = None
    evidence: tuple[Evidence, ...] = ()
    raw: dict[str, Any] | None = None


class Post(msgspec.Struct, frozen=True, omit_defaults=True, tag="post"):
    """One state of one post, seen in one capture.

    ``native_id`` is in the platform's canonical scheme (readers/platforms.toml); ``None`` when the source gives none,
    and the history derives one. ``revision_of`` names the first revision where revisions have ids of their own.
    ``edited`` is when this state came to be, if it is not the first, or if the source tells all states. ``included``
    is true for posts that came along only because another post refers to them.
    """

    platform: str
    author: AccountRef
    native_id: str | None
    created: Moment
    state: PostState
    kind: PostKind = "note"
    url: str | None = None
    aliases: tuple[Alias, ...] = ()
    relations: tuple[Relation, ...] = ()
    counts: Counts | None = None
    audience: Audience | None = None
    edited: Moment | None = None
    revision_of: str | None = None
    revisions: tuple[str, ...] | None = None
    """All revision ids that the source names, first to last, so that a missing one can be told."""
    withdrawn: Withdrawal | None = None
    pinned: bool | None = None
    included: bool = False
    evidence: tuple[Evidence, ...] = ()
    placed_on: AccountRef | None = None
    """Whose page or wall it was placed on by somebody else: a visitor post, a review."""


class Observation(msgspec.Struct, frozen=True, omit_defaults=True, tag="observation"):
    """Something seen about a post or account that is not a state of it: counts, or word that it is gone.

    ``status`` is what a source states about the post: ``deleted``, ``not-found``, ``forbidden``, ``protected``,
    ``suspended``, ``withheld``. Without ``post`` it is about the account. Beside ``post``, ``account`` is whose post it
    is and ``created`` when it was made, where the source says so: there may be nothing else left of the post. In a
    history that is with the post, not with what was seen of it.
    """

    platform: str
    post: str | None = None
    account: AccountRef | None = None
    at: Moment | None = None
    counts: dict[str, int] | None = None
    status: str | None = None
    detail: str | None = None
    evidence: tuple[Evidence, ...] = ()
    created: Moment | None = None


class Resource(msgspec.Struct, frozen=True, omit_defaults=True, tag="resource"):
    """A captured web resource that is evidence by itself: a page, a screenshot, a rendered document.

    ``role``: ``page`` (a page that was visited), ``screenshot``, ``document``, ``failure`` (a login wall, 403, 404,
    429 where a page was expected), ``medium`` (an image, film or sound that may be one of a post's).
    """

    role: Literal["page", "screenshot", "document", "failure", "medium"]
    url: str
    at: Moment | None = None
    title: str | None = None
    status: int | None = None
    mime: str | None = None
    length: int | None = None
    evidence: tuple[Evidence, ...] = ()


class Exclusion(msgspec.Struct, frozen=True, omit_defaults=True, tag="exclusion"):
    """Something that may not enter a package (PRODUCT.md 4.5): a member, a WARC record, or one item inside a file.

    Without ``offset`` the whole member is left out. With it, ``length`` bytes of one JSON value or name-value pair,
    or of one line or record, are cut from an extract. ``rule`` is the id in readers/exclusions.toml.
    """

    rule: str
    path: str
    offset: int | None = None
    length: int | None = None
    count: int = 1


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, tag="problem"):
    """Something that a reader could not read or that a source contradicts; a finding code with its place."""

    code: str
    path: str | None = None
    offset: int | None = None
    length: int | None = None
    params: dict[str, str | int] = {}


MEDIA_FAULTS = {"empty": "SMA-R008", "cut": "SMA-R009", "damaged": "SMA-R009", "other": "SMA-R010"}
"""What can be wrong with the delivered file of a medium, and the code of the :class:`Problem` that says so."""


class Tally(msgspec.Struct, frozen=True, omit_defaults=True, tag="tally"):
    """A number that a source states about itself, kept beside what was counted (``totalItems``, manifest counts).

    ``unit`` is what is counted (``posts``, ``requests``, ``pages``); ``counted`` what the reader really met.
    """

    unit: str
    stated: int | None
    counted: int
    path: str


class Covered(msgspec.Struct, frozen=True, omit_defaults=True, tag="covered"):
    """A part of an account's timeline that the source holds without a gap."""

    span: Span


Item = Account | ProfileVersion | Post | Observation | Resource | Exclusion | Problem | Tally | Covered
