"""Who did what when: agents, events, and the captures that a delivery holds."""

from __future__ import annotations

from typing import Literal

import msgspec

from sma_plugin.model.parts import AccountRef, PostKind

Technique = Literal["api", "platform-export", "screen-capture", "web-harvest", "unknown"]
EventOutcome = Literal["success", "warning", "fail"]


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


class Span(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A part of an account's timeline that a capture holds without a gap: pages of its list that join up.

    ``account`` is the account's native id; ``first`` and ``last`` are the moments (ISO 8601) of the oldest and newest
    post on those pages. ``kinds`` are the kinds of posts that they show, ``replies`` whether replies are among them.
    """

    platform: str
    account: str
    first: str
    last: str
    kinds: tuple[PostKind, ...] = ()
    replies: bool = False


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
    covered: tuple[Span, ...] = ()
    """What it proves to hold without a gap, as its readers saw; nobody declares this."""

    recognised: dict[str, str] = {}
    """Which of these values recognition filled in, and from what; the rest was declared."""
