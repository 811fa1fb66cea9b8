"""The words of the field as typed, immutable structs. No I/O, no platform, no package layout.

Two groups live here. *Items* are what a reader yields, one at a time, in the order of the source. *Histories* are
what the account history gives back: everything known of one account or one post over all captures. Every struct
encodes to and from JSON and MessagePack with msgspec, unchanged.

Times are microseconds since 1970-01-01T00:00:00Z (``us``) with the text as it was delivered beside them. ``None``
always means "this source cannot say"; an empty string or tuple means "this source says that there is none".
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Technique = Literal["api", "platform-export", "screen-capture", "web-harvest", "unknown"]
PostKind = Literal["note", "repost", "question", "article", "event", "video", "image", "page"]
RelationKind = Literal["reply", "quote", "repost", "thread"]
Audience = Literal["public", "unlisted", "followers", "circle", "community", "direct", "limited"]
ItemClass = Literal["own", "reply", "by-others", "answered", "mention", "context", "incidental"]
EvidenceKind = Literal["bytes", "file"]
EventOutcome = Literal["success", "warning", "fail"]


class Moment(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A moment as understood (``us``), as delivered (``raw``), and what had to be assumed between the two."""

    us: int | None = None
    raw: str | None = None
    assumed: str | None = None


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
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
    """A hyperlink: the address it leads to, the shortened or shown form, the title of a preview."""

    url: str
    shown: str | None = None
    title: str | None = None
    description: str | None = None


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
    ``source`` is the address the capture gives. ``duration`` is in seconds.
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


class Relation(msgspec.Struct, frozen=True, omit_defaults=True):
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


# --- items: what a reader yields -------------------------------------------------------------------------------------


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
    ``edited`` is when this state came to be, if it is not the first. ``included`` is true for posts that came along
    only because another post refers to them.
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
    429 where a page was expected).
    """

    role: Literal["page", "screenshot", "document", "failure"]
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


class Tally(msgspec.Struct, frozen=True, omit_defaults=True, tag="tally"):
    """A number that a source states about itself, kept beside what was counted (``totalItems``, manifest counts).

    ``unit`` is what is counted (``posts``, ``requests``, ``pages``); ``counted`` what the reader really met.
    """

    unit: str
    stated: int | None
    counted: int
    path: str


Item = Account | ProfileVersion | Post | Observation | Resource | Exclusion | Problem | Tally


# --- histories: what the account history gives back ------------------------------------------------------------------


class Handle(msgspec.Struct, frozen=True, omit_defaults=True):
    """A handle that an account bore, with the first and last moment it was seen (microseconds UTC)."""

    value: str
    first_seen: int | None = None
    last_seen: int | None = None


class AccountHistory(msgspec.Struct, frozen=True, omit_defaults=True, tag="account-history"):
    """Everything known of one account: who it is, the handles it bore, every profile version, its counts."""

    platform: str
    native_id: str
    own: bool = False
    url: str | None = None
    created: Moment | None = None
    aliases: tuple[Alias, ...] = ()
    handles: tuple[Handle, ...] = ()
    profiles: tuple[ProfileVersion, ...] = ()
    observations: tuple[Observation, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class PostVersion(msgspec.Struct, frozen=True, omit_defaults=True):
    """One version of a post, with every piece of evidence for it, in the order of capture."""

    state: PostState
    native_id: str | None = None
    edited: Moment | None = None
    evidence: tuple[Evidence, ...] = ()


class PostHistory(msgspec.Struct, frozen=True, omit_defaults=True, tag="post-history"):
    """Everything known of one post over all captures.

    ``depth`` is 0 for a post that answers nothing kept here, else one more than what it answers; ``thread`` is the
    native id of the post at depth 0. Histories are given thread by thread, each post before its replies.
    """

    platform: str
    author: AccountRef
    native_id: str
    created: Moment
    kind: PostKind
    klass: ItemClass
    versions: tuple[PostVersion, ...]
    derived_id: bool = False
    url: str | None = None
    audience: Audience | None = None
    aliases: tuple[Alias, ...] = ()
    relations: tuple[Relation, ...] = ()
    observations: tuple[Observation, ...] = ()
    revisions: tuple[str, ...] | None = None
    withdrawn: Withdrawal | None = None
    pinned: bool | None = None
    thread: str | None = None
    parent: str | None = None
    depth: int = 0

    @property
    def latest(self) -> PostState:
        """The state of the newest version."""
        return self.versions[-1].state


HistoryItem = AccountHistory | PostHistory | Resource


# --- provenance ------------------------------------------------------------------------------------------------------


class Agent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who or what carried something out: an organisation, a function (never a person's name), software, hardware."""

    name: str
    kind: Literal["organization", "person", "software", "hardware"] = "organization"
    role: str | None = None
    version: str | None = None


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event in the Library of Congress's terms (describe/premis_terms.toml); PREMIS and MDTO derive from it.

    ``at`` is ISO 8601 with zone. ``objects`` are package paths, ``capture:<id>``, ``representation:<id>`` or
    ``package``.
    """

    id: str
    type: str
    at: str
    detail: str
    outcome: EventOutcome = "success"
    note: str | None = None
    agents: tuple[Agent, ...] = ()
    objects: tuple[str, ...] = ("package",)
    step: str | None = None


class Capture(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One run of one technique at one time by one agent: what ``capture.toml`` says, filled in by recognition.

    Times are ISO 8601 texts. ``id`` is short and ASCII and names the folder in the package; ``uuid`` names the PREMIS
    representation. ``delivered`` names the delivered files that hold this capture.
    """

    id: str = ""
    uuid: str | None = None
    technique: Technique = "unknown"
    platform: str | None = None
    reader: str | None = None
    account: AccountRef | None = None
    captured: str | None = None
    captured_until: str | None = None
    period_from: str | None = None
    period_until: str | None = None
    agent: str | None = None
    on_behalf_of: str | None = None
    authorised_by: str | None = None
    ground: str | None = None
    access_level: Literal["anonymous", "logged-in", "account-owner", "supplier"] | None = None
    tool: str | None = None
    tool_version: str | None = None
    tool_settings: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    viewport: str | None = None
    storage_location: str | None = None
    delivered_by: Literal["supplier", "owner", "archive"] | None = None
    delivered: tuple[str, ...] = ()
    recognised: dict[str, str] = {}
    """Which of these values recognition filled in, and from what; the rest was declared."""
