"""The improvement plan of the package that is described: what earlier plans bring, as its own captures change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from sma_plugin.describe.context import Subject
from sma_plugin.findings import Finding
from sma_plugin.improvement.advancing import Here, advanced
from sma_plugin.improvement.edits import ACT, Edit
from sma_plugin.improvement.held import held, held_by_conversions
from sma_plugin.package.files import read_json
from sma_plugin.package.improvement import Carried, Kept, Plan
from sma_plugin.selection.asking import question_id
from sma_plugin.selection.records import ACCEPTED


class PlanOf(NamedTuple):
    """The plan of a package, and what there is to say of its points and of the tables that it was edited in."""

    plan: Plan
    findings: tuple[Finding, ...]


def plan_of(subject: Subject) -> PlanOf:
    """Make the plan; the span of the package's posts must be known."""
    known, carried = subject.decisions.account, _carried(subject)
    edits = subject.context.edits
    first, last = subject.period
    captures = subject.record.capture
    here = Here(
        subject.record.package.id,
        subject.record.package.name,
        subject.made[:10],
        first,
        last,
        max((one.captured[:10] for one in captures if one.captured), default=None),
        tuple(dict.fromkeys(one.technique for one in captures)),
        known.administrator,
        carried.absent,
        frozenset(carried.here),
    )
    here_held = [*held(subject.assessment), *held_by_conversions(_kept(subject))]
    said = edits.of(known.platform, known.native_id)
    found = advanced(carried.points, here_held, {**said, **dict(_accepted(subject, said))}, here)
    plan = Plan(known.platform, known.native_id, subject.label, subject.record.package.id, found.points)
    return PlanOf(plan, (*edits.findings, *found.findings))


def _carried(subject: Subject) -> Carried:
    path = subject.package.carried_plan
    return read_json(path, Carried) if path.is_file() else Carried()


def _accepted(subject: Subject, said: Mapping[str, Edit]) -> Iterator[tuple[str, Edit]]:
    """What was decided on points of the plan, in the package's own decisions."""
    known = subject.decisions.account
    before = question_id(ACT, known.platform, known.native_id, "")
    for one in subject.decisions.decisions:
        if one.subject == ACT and one.decided == ACCEPTED:
            point = (one.question or "").removeprefix(f"{before}/")
            edit = said.get(point, Edit(""))
            yield point, replace(edit, status="accepted", role=one.role, date=one.at, ground=one.ground)


def _kept(subject: Subject) -> list[Kept]:
    path = subject.package.kept_in_converting
    return read_json(path, list[Kept]) if path.is_file() else []
