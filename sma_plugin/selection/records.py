"""Decisions and what they decide, as they stand in ``decisions.json`` and feed MDTO, PREMIS rights and the METS."""

from __future__ import annotations

from typing import Literal

import msgspec

from sma_plugin.selection.choosing import Choice

AppraisalValue = Literal["B", "V", "N"]


class Reference(msgspec.Struct, frozen=True, omit_defaults=True):
    """A name with an identifier and where that identifier comes from (MDTO verwijzingGegevens)."""

    name: str
    identifier: str | None = None
    source: str | None = None


class Category(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of a selection list: the list with its version, the category, and what it says."""

    list_name: str
    list_version: str
    code: str
    label: str
    value: AppraisalValue
    process: str | None = None
    term: str | None = None
    """ISO 8601 duration; only with V."""
    trigger: str | None = None
    ground: str | None = None
    place: str | None = None
    """Where the list is to be found."""
    less_suited: bool = False
    """Of a list by key function: it may be used, and is not what the field advises for social media."""


class Hotspot(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event for which what would be destroyed is kept: its name, the list that it is on, its days, the ground."""

    name: str
    list_name: str
    list_version: str | None = None
    code: str | None = None
    since: str | None = None
    until: str | None = None
    ground: str | None = None


class Hold(msgspec.Struct, frozen=True, omit_defaults=True):
    """A legal hold: nothing of what it is about is destroyed from ``since`` until ``until`` (MDTO Bevriezing)."""

    name: str
    ground: str
    since: str
    until: str | None = None
    role: str | None = None
    date: str | None = None
    """When the role placed it."""


class Term(msgspec.Struct, frozen=True, omit_defaults=True):
    """How long, from when, until when (dates ISO 8601)."""

    duration: str
    trigger: str | None = None
    starts: str | None = None
    ends: str | None = None


class Restriction(msgspec.Struct, frozen=True, omit_defaults=True):
    """One ground on which use is restricted (MDTO beperkingGebruik), and the PREMIS rights basis it gives."""

    label: str
    list_name: str
    code: str | None = None
    note: str | None = None
    basis: Literal["statute", "copyright", "license", "other", "institutional policy"] = "other"
    citation: str | None = None
    until: str | None = None


class AccountRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the register says of the account. ``registered`` is false when it stands in no register."""

    platform: str
    native_id: str
    handle: str | None = None
    name: str | None = None
    url: str | None = None
    kind: Literal["corporate", "hybrid", "personal", "unknown"] = "unknown"
    scenario: Literal["A", "B", "C"] | None = None
    status: Literal["in use", "unused", "closed", "unknown"] = "unknown"
    custodian: Reference | None = None
    creator: Reference | None = None
    administrator: str | None = None
    """A function, never a person's name."""
    process: str | None = None
    registered: bool = False


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """One decision: what was proposed and why, what was decided, by which role, when, on which ground."""

    subject: str
    proposal: str
    reason: str
    decided: str | None = None
    role: str | None = None
    at: str | None = None
    ground: str | None = None
    question: str | None = None
    """The identifier of the question that it answers."""


class PackageDecisions(msgspec.Struct, frozen=True, omit_defaults=True):
    """``metadata/sma/decisions.json``: everything that was decided for one package."""

    account: AccountRecord
    value: AppraisalValue
    series: Reference
    category: Category | None = None
    term: Term | None = None
    restrictions: tuple[Restriction, ...] = ()
    decisions: tuple[Decision, ...] = ()
    hotspots: tuple[Hotspot, ...] = ()
    """Confirmed by a role: the value is B and there is no term; ``category`` is still that of the selection list."""
    holds: tuple[Hold, ...] = ()
    """Legal holds that the package fell under when it was made."""
    chosen: Choice | None = None
    """Which of the account's posts these are, where a role chose among them."""
    schema: int = 1
