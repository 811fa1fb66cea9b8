"""What was measured, as it stands in ``characteristics.json`` and feeds PREMIS significantProperties."""

from __future__ import annotations

from typing import Literal

import msgspec

from sma_plugin.model import Evidence

Score = Literal["+", "-", "?", "niet vastgesteld"]
Standing = Literal["met", "below target", "below minimum", "not established"]
"""Measured against the profile: ``not established`` where nobody said what is wanted, or nothing can be counted."""
Feature = Literal["vindbaar", "beschikbaar", "leesbaar", "interpreteerbaar", "betrouwbaar", "toekomstbestendig"]
"""The features that DUTO asks of information; what is short of a characteristic, is short of one of these."""


class Pointer(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where something was seen that was counted, or where it was looked for in vain.

    ``post`` is the native id of an own post; posts of others are pointed at by their bytes alone.
    """

    evidence: Evidence
    post: str | None = None
    address: str | None = None
    """The address of a link that was counted, where it is no platform's own page: that may be of a person."""


class Measured(msgspec.Struct, frozen=True, omit_defaults=True):
    """One characteristic of one capture, one account, or the whole package: declared, measured, and what is wanted.

    ``category`` and ``name`` are ids of kenmerken.toml. ``declared`` is the guideline's judgement of the technique, of
    several the best; ``score`` is measured here: ``+`` when there is some and nothing that was expected is missing,
    ``-`` when something is, ``?`` when there is none at all. ``count`` is how many were counted of ``expected``, which
    is left out where nothing tells how many there should be. ``note`` says both in one.
    """

    category: str
    name: str
    score: Score
    declared: Score | None = None
    count: int | None = None
    note: str | None = None
    expected: int | None = None
    declared_by: dict[str, Score] = {}
    """The judgement of each technique that took part, by technique."""
    target: float | None = None
    """The share that is aimed at, in percent of what is expected; ``None`` is "niet vastgesteld"."""
    minimum: float | None = None
    """The share below which it may not come, in percent; ``None`` is "niet vastgesteld"."""
    standing: Standing = "not established"
    feature: Feature | None = None
    """What an archive's user misses where it is short, by DUTO."""
    label: dict[str, str] = {}
    """What the archive calls it, by language, where its own file names it."""
    decoded: int | None = None
    """Of media: how many of those counted were decoded; the others were looked at only."""
    evidence: tuple[Pointer, ...] = ()
    """Where the first few of those counted stand; of links what they lead to."""
    missing: tuple[Pointer, ...] = ()
    """Where the first few of those that are short are told of; how many there are is ``expected`` less ``count``."""


class Share(msgspec.Struct, frozen=True):
    """So many ``of`` so many have an aspect of completeness.toml; ``posts`` is those that lack nothing at all.

    In a capture, ``posts`` is how many of the account's own posts that are known it holds.
    """

    name: str
    complete: int
    of: int


class CaptureAssessment(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one capture holds of the account: numbers by unit, and each characteristic."""

    capture: str
    counts: dict[str, int]
    characteristics: tuple[Measured, ...]
    first: str | None = None
    last: str | None = None
    completeness: tuple[Share, ...] = ()


class AccountAssessment(msgspec.Struct, frozen=True, omit_defaults=True):
    """What all captures together hold of one own account. A package has one; a delivery may have many."""

    platform: str
    native_id: str
    counts: dict[str, int]
    characteristics: tuple[Measured, ...]
    handle: str | None = None


class ChosenProfile(msgspec.Struct, frozen=True, omit_defaults=True):
    """The profile whose targets and minimums hold: its id in the data, its label by language, who established it."""

    name: str
    label: dict[str, str]
    source: str


class Assessment(msgspec.Struct, frozen=True, omit_defaults=True):
    """``characteristics.json``: the target profile, the whole account, and each capture."""

    target: tuple[str, ...]
    counts: dict[str, int]
    captures: tuple[CaptureAssessment, ...]
    months: dict[str, dict[str, int]] = {}
    """Posts per month (``YYYY-MM``, ``undated``) and class."""
    days: dict[str, dict[str, int]] = {}
    """The same per day (``YYYY-MM-DD``), for a short period only."""
    completeness: tuple[Share, ...] = ()
    complete_months: dict[str, dict[str, int]] = {}
    """Own posts per month (``YYYY-MM``, ``undated``): how many are ``complete``, how many ``lacking``."""
    techniques: dict[str, int] = {}
    """Own posts by the combination of techniques that hold them (``api + platform-export``)."""
    schema: int = 1
    characteristics: tuple[Measured, ...] = ()
    """Each characteristic over all that is here: the whole package, or in the working area the whole delivery."""
    accounts: tuple[AccountAssessment, ...] = ()
    profile: ChosenProfile | None = None
