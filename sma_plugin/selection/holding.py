"""What holds from one day until another: values of the register with their periods, and how periods meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec


class Dated(Protocol):
    """Something that holds from and until a day (ISO 8601, both included); ``None`` is open."""

    @property
    def since(self) -> str | None:
        """The first day."""

    @property
    def until(self) -> str | None:
        """The last day."""


class Held(msgspec.Struct, frozen=True, omit_defaults=True):
    """A value that an account has in the register, from and until when, by which row."""

    value: str
    place: str
    since: str | None = None
    until: str | None = None


def meet(one: Dated, other: Dated) -> bool:
    """Whether there is a day on which both hold."""
    return within(one, other.since, other.until)


def within(one: Dated, first: str | None, last: str | None) -> bool:
    """Whether something holds on a day from the first to the last; an open end reaches everywhere."""
    return (one.since or "") <= (last or "9") and (first or "") <= (one.until or "9")


def covers(one: Dated, other: Dated) -> bool:
    """Whether the first holds on every day on which the other does."""
    return (one.since or "") <= (other.since or "") and (other.until or "9") <= (one.until or "9")


def begun(one: Dated) -> tuple[str, str]:
    """For sorting: what began earlier goes first."""
    return one.since or "", one.until or "9"


def in_period(held: Sequence[Held], first: str | None, last: str | None) -> list[Held]:
    """Those that hold in a period, oldest first."""
    return [one for one in held if within(one, first, last)]
