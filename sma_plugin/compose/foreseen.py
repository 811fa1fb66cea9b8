"""What compose will need a role for, told before anything is copied."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field

from sma_plugin.bundle.delivery import DeliveryRecord
from sma_plugin.bundle.view import Delivery, MemberFixity
from sma_plugin.compose.composing import nothing_taken, waiting
from sma_plugin.compose.permits import Permits
from sma_plugin.compose.planning import Planned, Planner
from sma_plugin.compose.previous import Previous
from sma_plugin.compose.step import questions_put
from sma_plugin.findings import Finding
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json, read_json_lines, write_json
from sma_plugin.selection.plan import Plan
from sma_plugin.settings import Settings


@dataclass
class Foreseen:
    """What is told of planned packages; the accounts that wait for a role, and those that a role rejected."""

    findings: list[Finding] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)


def foresee(place: WorkArea, settings: Settings) -> Foreseen:
    """Plan every package as compose does, and leave the questions that it puts where compose leaves them."""
    record = read_json(place.delivery, DeliveryRecord)
    fixity = {row.path: row for row in read_json_lines(place.members, MemberFixity)}
    found, permits = Foreseen(), Permits(settings)
    with closing(Delivery(record, place.step("receive") / "spool", lambda _count: None)) as delivery:
        planner = Planner(place, settings, delivery, fixity, Previous(place.beside_earlier), permits)
        for account in read_json(place.decisions, Plan).accounts:
            for package in account.packages:
                _note(planner.plan(account, package), found)
    write_json(place.asked_by_compose, questions_put(place, permits))
    return found


def _note(one: Planned, found: Foreseen) -> None:
    label = one.account.label
    if one.stopped:
        found.findings.append(one.stopped)
        (found.waiting if one.stopped.severity == "decision" else found.rejected).append(label)
    elif one.lone:
        found.findings.extend(waiting(one))
        found.waiting.append(label)
    elif one.is_empty:
        found.findings.extend(nothing_taken(one))
        (found.waiting if one.held else found.empty).append(label)
