"""How a plan goes on with a package: what it lacks becomes a point, what it supplies closes one.

Nothing is closed that was not seen: a lack is made good by a later package of the account that meets the target and
holds the same posts again: those that lacked it, where they are known by name, else all of the period. A package that
meets the target in other posts only leaves the point ``partly``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from sma_plugin.findings import Finding, make
from sma_plugin.improvement.edits import Edit, edited
from sma_plugin.improvement.held import Held
from sma_plugin.improvement.measures import measure_of
from sma_plugin.package.improvement import Lack, Point, Status


class Here(NamedTuple):
    """The package that a plan goes on with: its identifier and name, what its posts cover, when it was captured.

    ``since`` and ``until`` are the days of its own first and last post (ISO). ``made`` is the day it was made.
    ``owner`` is the function that the register names for the account. ``absent`` and ``seen`` say which posts of
    earlier packages are here again (:class:`~sma_plugin.package.improvement.Carried`).
    """

    package: str
    name: str
    made: str
    since: str | None = None
    until: str | None = None
    captured: str | None = None
    techniques: tuple[str, ...] = ()
    owner: str | None = None
    absent: int = 0
    seen: frozenset[str] = frozenset()


class Advanced(NamedTuple):
    """The points of a plan as of one package, and what there is to say of them."""

    points: tuple[Point, ...]
    findings: tuple[Finding, ...]


def advanced(before: Iterable[Point], held: Sequence[Held], edits: Mapping[str, Edit], here: Here) -> Advanced:
    """The plan with one package more. Done twice with the same package it gives the same."""
    known = {point.id: point for point in before}
    findings: list[Finding] = []
    reopened: set[str] = set()
    for one in held:
        point = known.get(one.id)
        if point is None and one.level:
            point = Point(one.id, one.label, (), here.made)
        if point is not None:
            edit = edits.get(one.id)
            stated = edited(point, edit)
            if one.level and stated.status == "done":
                reopened.add(one.id)
            now = _with_package(stated, one, here, findings)
            again = edit and edit.status == "done" and now.status == "open"
            known[one.id] = replace(now, disproved=edit.place) if edit and again else now
    told = {one.id for one in held}
    points = [point if point.id in told else edited(point, edits.get(point.id)) for point in known.values()]
    kept = tuple(sorted((one for one in points if one.lacks), key=lambda one: one.rank))
    # That it was called done and is not says more than that it is late, which the plan itself shows too.
    overdue = _overdue((point for point in kept if point.id not in reopened), here)
    return Advanced(kept, (*findings, *overdue))


def _with_package(point: Point, one: Held, here: Here, findings: list[Finding]) -> Point:
    """The point after a package that lacks the characteristic, holds it, or says nothing of it."""
    others = tuple(lack for lack in point.lacks if lack.package != here.package)
    if one.level:
        lack = Lack(
            here.package, here.name, one.level, here.since, here.until, one.counted, one.of, here.techniques, one.posts
        )
        if point.status == "done":
            findings.append(make("SMA-K032", label_nl=point.label["nl"], label_en=point.label["en"], package=here.name))
        status: Status = "open" if point.status in ("done", "closed", "partly") else point.status
        measure = measure_of(one.id)
        return replace(
            point,
            label=one.label,
            lacks=(*others, lack),
            status=status,
            duto=one.duto,
            supplied_by=measure.supplied_by,
            proposal=measure.text,
            owner=point.owner or here.owner,
            closed=None,
        )
    if one.met and others:
        return _supplied(replace(point, lacks=others), here, findings)
    return replace(point, lacks=others)


def _supplied(point: Point, here: Here, findings: list[Finding]) -> Point:
    """The point once a package holds what was lacking, as far as it covers when that was lacking."""
    lacks = tuple(_made_good(lack, here) for lack in point.lacks)
    if all(lack.made_good for lack in lacks):
        if point.status != "closed":
            findings.append(make("SMA-K031", label_nl=point.label["nl"], label_en=point.label["en"], package=here.name))
        return replace(point, lacks=lacks, status="closed", closed=point.closed or here.captured or here.made)
    return replace(point, lacks=lacks, status="accepted" if point.status == "accepted" else "partly")


def _made_good(lack: Lack, here: Here) -> Lack:
    again = here.seen.issuperset(lack.posts) if lack.posts else not here.absent and _covers(here, lack)
    return (
        replace(lack, made_good=here.package, on=here.captured or here.made) if again and not lack.made_good else lack
    )


def _covers(here: Here, lack: Lack) -> bool:
    """Whether the package's posts reach from before the lack's until after them; what has no date proves nothing."""
    if not (here.since and here.until and lack.since and lack.until):
        return False
    return here.since <= lack.since and lack.until <= here.until


def _overdue(points: Iterable[Point], here: Here) -> Iterator[Finding]:
    for point in points:
        if point.late(here.made):
            yield make(
                "SMA-K030",
                label_nl=point.label["nl"],
                label_en=point.label["en"],
                due=point.due or "",
                owner_nl=point.owner or "niet vastgesteld",
                owner_en=point.owner or "not established",
            )
