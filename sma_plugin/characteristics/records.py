"""What was measured, as it stands in ``characteristics.json`` and feeds PREMIS significantProperties."""

from __future__ import annotations

from typing import Literal

import msgspec

Score = Literal["+", "-", "?", "niet vastgesteld"]


class Measured(msgspec.Struct, frozen=True, omit_defaults=True):
    """One characteristic of one capture: what its technique is said to deliver, and what this capture holds.

    ``category`` and ``name`` are ids of kenmerken.toml. ``declared`` is the guideline's judgement of the technique;
    ``score`` is measured here; ``count`` is how many were counted, when counting applies.
    """

    category: str
    name: str
    score: Score
    declared: Score | None = None
    count: int | None = None
    note: str | None = None


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
