"""The improvement plan (verbeterplan) of an account as it is kept in a package (``metadata/sma/plan.json``).

A package holds the plan as it stood when the package was made; a stored package is closed. What goes on is edited
outside, and is carried over into the next package of the account.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

PLAN_SCHEMA = 1
Level = Literal["below minimum", "below target", "lost in conversion", "not established"]
"""How bad a lack is, the worst first; ``not established`` where no profile says what is wanted.

What is ``lost in conversion`` is still in the file that was converted.
"""
LEVELS: tuple[Level, ...] = get_args(Level)
Status = Literal["open", "in progress", "done", "partly", "closed", "accepted"]
"""``partly`` and ``closed`` follow from what was captured; the others are what somebody said."""
SAID: tuple[Status, ...] = ("open", "in progress", "done", "accepted")
"""What may be said of a point."""


class Lack(msgspec.Struct, frozen=True, omit_defaults=True):
    """That one package lacks a characteristic: how much of how much is there, in which period, by which techniques.

    ``posts`` are the native ids of the own posts that lack it, where all of them are known. ``made_good`` is the
    identifier of the package that supplied it afterwards, ``on`` when that was captured (ISO).
    """

    package: str
    name: str
    level: Level
    since: str | None = None
    until: str | None = None
    count: int | None = None
    of: int | None = None
    techniques: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    made_good: str | None = None
    on: str | None = None


class Point(msgspec.Struct, frozen=True, omit_defaults=True):
    """One point of the plan: a characteristic (``id`` is ``category:name``) that packages of the account lack.

    ``proposal`` is the software's own; ``measure`` what somebody wrote instead. ``owner`` is a function, never a name
    of a person. ``role``, ``date`` and ``ground`` are of a decision to accept the lack, else of the last edit.
    """

    id: str
    label: dict[str, str]
    lacks: tuple[Lack, ...]
    found: str
    """The day (ISO) on which the package was made that lacked it first."""
    status: Status = "open"
    duto: tuple[str, ...] = ()
    supplied_by: tuple[str, ...] = ()
    """Techniques that could supply it."""
    proposal: dict[str, str] = {}
    measure: str | None = None
    owner: str | None = None
    due: str | None = None
    role: str | None = None
    date: str | None = None
    ground: str | None = None
    closed: str | None = None
    """The day of the capture that closed it."""
    disproved: str | None = None
    """The table and row that said it was done while the package lacked it still: that does not count once more."""

    @property
    def level(self) -> Level | None:
        """The worst of what is still lacking; ``None`` when nothing is."""
        return min((one.level for one in self.lacks if not one.made_good), key=LEVELS.index, default=None)

    @property
    def rank(self) -> tuple[bool, int, str]:
        """Its place among the points of a plan: what is to be done first, the worst first."""
        return self.ended, LEVELS.index(self.level) if self.level else len(LEVELS), self.id

    @property
    def ended(self) -> bool:
        """Whether nothing is to be done about it any more."""
        return self.status in ("closed", "accepted")

    def late(self, day: str) -> bool:
        """Whether it should have been done before a day (ISO); what is done only waits to be seen in a capture."""
        return bool(self.due and self.due < day and not self.ended and self.status != "done")


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """``plan.json``: of which account, as of which package, and its points; the worst first."""

    platform: str
    native_id: str
    label: str
    package: str
    points: tuple[Point, ...] = ()
    schema: int = PLAN_SCHEMA


class Carried(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the plans of earlier packages bring to a package, left beside it by compose.

    ``absent`` is how many of the account's own posts in the earlier packages are not in this one; ``here`` which of the
    posts that their points name are.
    """

    points: tuple[Point, ...] = ()
    absent: int = 0
    here: tuple[str, ...] = ()


class Kept(msgspec.Struct, frozen=True):
    """Something that conversions measure: by a command, of so many ``files``, in how many it is the ``same`` after it.

    ``feature`` is DUTO's that suffers where it is not.
    """

    command: str
    measure: str
    feature: str
    files: int
    same: int


def joined(plans: Iterable[Plan]) -> tuple[Point, ...]:
    """The points of several plans of one account, oldest first: of each the latest, with what any package lacks."""
    found: dict[str, Point] = {}
    for plan in plans:
        for point in plan.points:
            before = found.get(point.id)
            found[point.id] = _joined(before, point) if before else point
    return tuple(found.values())


def _joined(before: Point, after: Point) -> Point:
    """What both say is lacking; where one of them knows that it was made good, it was."""
    lacks = {lack.package: lack for lack in before.lacks}
    for lack in after.lacks:
        known = lacks.get(lack.package)
        lacks[lack.package] = known if known and known.made_good and not lack.made_good else lack
    told = tuple(lacks.values())
    still = any(not lack.made_good for lack in told)
    status = "partly" if after.status == "closed" and still else after.status
    closed = None if still else after.closed
    found = min(before.found, after.found)
    return msgspec.structs.replace(after, lacks=told, status=status, closed=closed, found=found)
