"""What items and histories are made of: moments, evidence, references, media, what a post says."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

PostKind = Literal["note", "repost", "question", "article", "event", "video", "image", "page", "story"]
RelationKind = Literal["reply", "quote", "repost", "thread"]
Audience = Literal["public", "unlisted", "followers", "circle", "community", "direct", "limited"]
ItemClass = Literal["own", "reply", "by-others", "answered", "mention", "context", "incidental"]
EvidenceKind = Literal["bytes", "file"]


class Moment(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A moment as understood (``us``), as delivered (``raw``), and what had to be assumed between the two."""

    us: int | None = None
    raw: str | None = None
    assumed: str | None = None


class Evidence(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where the bytes are that something was read from (CONTRACTS.md, "Evidence pointers").

    ``kind`` is ``bytes`` when ``offset`` and ``length`` (both in bytes) delimit the item in the kept file at ``path``,
    or the WARC record or compressed member that holds it; ``file`` when only the whole file can be named.
    ``locator`` says where inside that: a JSON pointer within the payload, a record id, a sheet and row, a selector.
    """

    path: str
    kind: EvidenceKind = "file"
    offset: int | None = None
    length: int | None = None
    locator: str | None = None
    capture: str | None = None


class Alias(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Another identifier of the same post or account, in a named scheme; ``derived`` when no source states it."""

    scheme: str
    value: str
    derived: bool = False


class AccountRef(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whose something is: a native id in the platform's canonical scheme where the source gives one."""

    native_id: str | None = None
    handle: str | None = None
    name: str | None = None
    url: str | None = None
    aliases: tuple[Alias, ...] = ()


class Link(msgspec.Struct, frozen=True, omit_defaults=True):
    """A hyperlink: the address it leads to, the shortened or shown form, what its preview said and showed.

    ``preview`` is the address of the picture that was shown with it.
    """

    url: str
    shown: str | None = None
    title: str | None = None
    description: str | None = None
    preview: str | None = None


class Location(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place named with a post."""

    name: str | None = None
    native_id: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class Poll(msgspec.Struct, frozen=True, omit_defaults=True):
    """A poll's question side. Votes are counts, and counts are observations."""

    options: tuple[str, ...]
    multiple: bool | None = None
    ends: Moment | None = None


class Media(msgspec.Struct, frozen=True, omit_defaults=True):
    """One image, video, sound or document of a post or profile.

    ``path`` is the file in the bundle (in the package, once composed); ``None`` when the capture only refers to it.
    ``source`` is the address the capture gives. ``duration`` is in seconds. ``preview`` is the address of the picture
    that stood for a film before it was played.
    """

    kind: Literal["image", "video", "audio", "animation", "document", "unknown"] = "unknown"
    native_id: str | None = None
    path: str | None = None
    source: str | None = None
    mime: str | None = None
    alt: str | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    blurhash: str | None = None
    preview: str | None = None


class PostState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a post says in one version. Counts are not part of it: they are observations."""

    text: str | None = None
    html: str | None = None
    title: str | None = None
    content_warning: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    hashtags: tuple[str, ...] | None = None
    mentions: tuple[AccountRef, ...] | None = None
    links: tuple[Link, ...] | None = None
    media: tuple[Media, ...] | None = None
    location: Location | None = None
    poll: Poll | None = None
    tool: str | None = None
    truncated: bool = False
    raw: dict[str, Any] | None = None
    """Values as delivered, by the platform's field name, where the interpreted value differs."""


class Relation(msgspec.Struct, frozen=True, array_like=True):
    """A post's tie to another post: what it answers, quotes, repeats or continues."""

    kind: RelationKind
    target: str | None = None
    target_url: str | None = None
    target_account: AccountRef | None = None
    state: str | None = None
    """What the platform says of the other side: ``revoked``, ``pending``, ``deleted``."""


class Withdrawal(msgspec.Struct, frozen=True, omit_defaults=True):
    """A post taken back after publication, with the evidence class that says so."""

    ground: Literal["deleted", "archived", "hidden", "withheld"]
    at: Moment | None = None
    by: str | None = None


class Counts(msgspec.Struct, frozen=True, omit_defaults=True):
    """Numbers seen at one moment: action buttons of a post, followers of an account, votes of a poll."""

    values: dict[str, int]
    at: Moment | None = None


class Handle(msgspec.Struct, frozen=True, omit_defaults=True):
    """A handle that an account bore, with the first and last moment it was seen (microseconds UTC)."""

    value: str
    first_seen: int | None = None
    last_seen: int | None = None
