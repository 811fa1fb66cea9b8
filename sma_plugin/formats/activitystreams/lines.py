"""The three kinds of line as strict structs; their parts are in ``activitystreams_wire``."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from sma_plugin.formats.activitystreams.wire import (
    AccountPart,
    AliasPart,
    AttachmentPart,
    EvidencePart,
    MomentDetail,
    NamedPart,
    ObservationPart,
    Part,
    PlacePart,
    RelationPart,
    TagPart,
    WithdrawalPart,
)
from sma_plugin.model import Audience, ItemClass


class HandlePart(Part, kw_only=True):
    """A handle, with the times it was seen."""

    value: str = msgspec.field(name="sma:value")
    first_seen: str | None = None
    first_seen_microseconds: int | None = None
    last_seen: str | None = None
    last_seen_microseconds: int | None = None


class ProfilePart(Part, kw_only=True):
    """One version of a profile."""

    account: AccountPart
    platform: str | UnsetType = UNSET
    at: str | None = None
    at_detail: MomentDetail | None = None
    name: str | None = None
    preferred_username: str | None = None
    bio: str | None = None
    summary: str | None = None
    url: str | None = None
    attachment: tuple[AttachmentPart, ...] = ()
    location: PlacePart | None = None
    icon: AttachmentPart | None = None
    image: AttachmentPart | None = None
    verified: str | None = None
    kind: str | None = None
    language: str | None = None
    evidence: tuple[EvidencePart, ...] = ()
    raw: dict[str, Any] | None = None
    raw_text: str | None = None
    empty: tuple[Literal["links", "fields"], ...] = ()


class StatePart(Part, kw_only=True):
    """What a post says in one version."""

    content: str | None = None
    media_type: str | None = None
    text: str | None = None
    name: str | None = None
    summary: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    tag: tuple[TagPart, ...] = ()
    attachment: tuple[AttachmentPart, ...] = ()
    location: PlacePart | None = None
    any_of: tuple[NamedPart, ...] | None = None
    one_of: tuple[NamedPart, ...] | None = None
    options: tuple[NamedPart, ...] | None = None
    end_time: str | None = None
    end_time_detail: MomentDetail | None = None
    generator: NamedPart | None = None
    truncated: bool = False
    raw: dict[str, Any] | None = None
    raw_text: str | None = None
    empty: tuple[Literal["hashtags", "mentions", "media", "links"], ...] = ()


class VersionPart(StatePart, kw_only=True):
    """One version of a post; of the last, what it says stands on the line itself."""

    native_id: str | None = None
    updated: str | None = None
    updated_detail: MomentDetail | None = None
    evidence: tuple[EvidencePart, ...] = ()


class PostLine(StatePart, tag_field="sma:record", tag="post", kw_only=True):
    """A post history."""

    exact: str | None = None
    type: Literal["Note", "Announce", "Question", "Article", "Event", "Video", "Image", "Page"]
    platform: str
    native_id: str
    attributed_to: AccountPart
    published: str | None = None
    published_detail: MomentDetail | None = None
    klass: ItemClass = msgspec.field(name="sma:class")
    versions: tuple[VersionPart, ...]
    derived_id: bool = False
    url: str | None = None
    audience: Audience | None = None
    aliases: tuple[AliasPart, ...] = ()
    relations: tuple[RelationPart, ...] = ()
    observations: tuple[ObservationPart, ...] = ()
    revisions: tuple[str, ...] | None = None
    withdrawn: WithdrawalPart | None = None
    pinned: bool | None = None
    thread: str | None = None
    parent: str | None = None
    depth: int = 0
    placed_on: AccountPart | None = None
    kind: Literal["story"] | None = None


class AccountLine(Part, tag_field="sma:record", tag="account", kw_only=True):
    """An account history."""

    exact: str | None = None
    platform: str
    native_id: str
    own: bool = False
    url: str | None = None
    published: str | None = None
    published_detail: MomentDetail | None = None
    aliases: tuple[AliasPart, ...] = ()
    handles: tuple[HandlePart, ...] = ()
    profiles: tuple[ProfilePart, ...] = ()
    observations: tuple[ObservationPart, ...] = ()
    evidence: tuple[EvidencePart, ...] = ()


class ResourceLine(Part, tag_field="sma:record", tag="resource", kw_only=True):
    """A captured web resource."""

    exact: str | None = None
    role: Literal["page", "screenshot", "document", "failure", "medium"]
    url: str
    at: str | None = None
    at_detail: MomentDetail | None = None
    name: str | None = None
    http_status: int | None = None
    media_type: str | None = None
    content_length: int | None = None
    evidence: tuple[EvidencePart, ...] = ()


AnyLine = PostLine | AccountLine | ResourceLine
