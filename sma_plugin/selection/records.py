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
    chosen: Choice | None = None
    """Which of the account's posts these are, where a role chose among them."""
    schema: int = 1
