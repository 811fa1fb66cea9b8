"""The parts of a line as strict structs: what is read from a file is untrusted, and is checked while it is decoded.

Only the terms that carry something are named here; those that only repeat it in ActivityStreams' own words (``id``,
``inReplyTo``, ``to``) are left alone, and so are terms of others.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from sma_plugin.formats.activitystreams.parts import MediaKind
from sma_plugin.model import EvidenceKind, RelationKind

AS2_TERMS = frozenset(
    {
        "anyOf",
        "attachment",
        "attributedTo",
        "blurhash",
        "content",
        "duration",
        "endTime",
        "generator",
        "height",
        "href",
        "icon",
        "image",
        "latitude",
        "location",
        "longitude",
        "mediaType",
        "name",
        "oneOf",
        "preview",
        "preferredUsername",
        "published",
        "sensitive",
        "summary",
        "tag",
        "type",
        "updated",
        "url",
        "value",
        "width",
    }
)
"""The terms read here that are not our own."""


def term(field: str) -> str:
    """The term of a struct's field: ``native_id`` is ``sma:nativeId``, ``in_reply_to`` is ``inReplyTo``.

    >>> term("native_id"), term("media_type")
    ('sma:nativeId', 'mediaType')
    """
    first, *rest = field.split("_")
    camel = first + "".join(part.capitalize() for part in rest)
    return camel if camel in AS2_TERMS else f"sma:{camel}"


class Part(msgspec.Struct, rename=term, kw_only=True, gc=False):
    """Anything in a line."""


class MomentDetail(Part, kw_only=True):
    """What a time in UTC cannot say of a moment."""

    as_delivered: str | None = None
    assumed: str | None = None
    microseconds: int | None = None


class EvidencePart(Part, kw_only=True):
    """An evidence pointer."""

    path: str = msgspec.field(name="sma:path")
    kind: EvidenceKind = "file"
    offset: int | None = None
    length: int | None = None
    locator: str | None = None
    capture: str | None = None


class AliasPart(Part, kw_only=True):
    """Another identifier."""

    scheme: str
    value: str = msgspec.field(name="sma:value")
    derived: bool = False


class AccountPart(Part, kw_only=True):
    """An account as far as it is named."""

    native_id: str | None = None
    preferred_username: str | None = None
    name: str | None = None
    url: str | None = None
    aliases: tuple[AliasPart, ...] = ()


class TagPart(Part, kw_only=True):
    """A hashtag or a mention."""

    type: Literal["Hashtag", "Mention"]
    name: str | None = None
    href: str | None = None
    native_id: str | None = None
    display_name: str | None = None
    aliases: tuple[AliasPart, ...] = ()


class AttachmentPart(Part, kw_only=True):
    """A medium, a link or a statement on a profile."""

    type: Literal["Image", "Video", "Audio", "Document", "Link", "PropertyValue"]
    kind: MediaKind | None = None
    url: str | None = None
    href: str | None = None
    name: str | None = None
    value: str | None = None
    shown: str | None = None
    description: str | None = None
    native_id: str | None = None
    source: str | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    duration: str | None = None
    exact_duration: str | None = None
    blurhash: str | None = None
    preview: str | None = None


class PlacePart(Part, kw_only=True):
    """A place; numbers that JSON has no form for are text under our own term."""

    name: str | None = None
    native_id: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    exact_latitude: str | None = None
    exact_longitude: str | None = None


class NamedPart(Part, kw_only=True):
    """A poll's option, or a tool."""

    name: str


class RelationPart(Part, kw_only=True):
    """A tie to another post."""

    kind: RelationKind
    target: str | None = None
    target_url: str | None = None
    state: str | None = None
    target_account: AccountPart | None = None


class WithdrawalPart(Part, kw_only=True):
    """A post taken back."""

    ground: Literal["deleted", "archived", "hidden", "withheld"]
    at: str | None = None
    at_detail: MomentDetail | None = None
    by: str | None = None


class ObservationPart(Part, kw_only=True):
    """What was seen; the platform and post are the line's own where they are not given."""

    platform: str | UnsetType = UNSET
    post: str | UnsetType | None = UNSET
    account: AccountPart | None = None
    at: str | None = None
    at_detail: MomentDetail | None = None
    counts: dict[str, int] | None = None
    status: str | None = None
    detail: str | None = None
    evidence: tuple[EvidencePart, ...] = ()
