"""The step *compose*: write each planned package, with in-scope evidence only.

Works in ``packages/<name>`` of the working area and can be killed and run again at any point. What later steps need
and nobody should receive stands beside the package, in ``packages/<name>.steps``.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import closing
from dataclasses import replace
from itertools import chain

import msgspec

from sma_plugin.bundle.delivery import DeliveryRecord
from sma_plugin.bundle.view import Delivery, MemberFixity
from sma_plugin.compose.composing import STEP, Composing, nothing_taken, waiting
from sma_plugin.compose.copy import clone
from sma_plugin.compose.permits import Permits
from sma_plugin.compose.planning import Planned, Planner
from sma_plugin.compose.played import to_play
from sma_plugin.compose.previous import Previous
from sma_plugin.findings import Finding, make
from sma_plugin.package import Package, WorkArea
from sma_plugin.package.files import PART, read_json, read_json_lines, write_json
from sma_plugin.package.records import Composed
from sma_plugin.preferred.policy import key_of
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.selection.asking import Question
from sma_plugin.selection.plan import Plan, PlannedPackage
from sma_plugin.settings import Settings

_SPARE = 64 << 20


def compose(place: WorkArea, settings: Settings, report: Reporter) -> Outcome:
    """Compose every planned package; one that waits or cannot be composed does not hold up the others.

    A package that an earlier run delivered as it is planned now is left alone. Leaves ``steps/compose/composed.json``.
    """
    record = read_json(place.delivery, DeliveryRecord)
    plan = read_json(place.decisions, Plan)
    fixity = {row.path: row for row in read_json_lines(place.members, MemberFixity)}
    with closing(Delivery(record, place.step("receive") / "spool", lambda _count: None)) as delivery:
        permits = Permits(settings)
        run = _Run(Planner(place, settings, delivery, fixity, Previous(place.beside_earlier), permits), report)
        outcome = run.compose(plan)
        write_json(place.asked_by_compose, questions_put(place, permits))
    place.log(STEP, [], run.findings)
    return outcome


class _Run:
    def __init__(self, planner: Planner, report: Reporter) -> None:
        self._planner, self._report = planner, report
        self.findings: list[Finding] = []

    def compose(self, plan: Plan) -> Outcome:
        """Plan every package before the first is written, so that what needs room or a role is told at once."""
        place = self._planner.place
        keys = _keys(plan, self._planner)
        delivered = read_json(place.delivered, dict[str, str]) if place.delivered.is_file() else {}
        todo = [
            (account, package)
            for account in plan.accounts
            for package in account.packages
            if delivered.get(package.name) != keys[package.name]
        ]
        if not self._has_room(2 * place.history.stat().st_size):
            return Outcome.ERRORS
        cloning = self._can_clone()
        ready: list[Planned] = []
        waits: list[Planned] = []
        empty: list[Planned] = []
        stopped: list[Planned] = []
        size = needed = 0
        for account, package in todo:
            one = self._planner.plan(account, package)
            if one.lone or one.is_empty or one.stopped:
                (waits if one.lone else empty if one.is_empty else stopped).append(one)
                continue
            size += one.size + to_play(one, self._planner.settings)
            needed += self._needed(one, cloning=cloning)
            ready.append(self._planner.put_by(one))
        self._report.start(STEP, size)
        if not self._has_room(needed):
            return Outcome.ERRORS
        told = (waiting(one) if one.lone else nothing_taken(one) for one in (*waits, *empty))
        for finding in chain.from_iterable(told):
            self._note(finding)
        for one in ready:
            composing = Composing(self._planner.take_up(one), self._planner, self._report)
            if found := composing.compose():
                stopped.append(replace(one, stopped=found))
            self.findings.extend(composing.findings)
        of_accounts = {one.account.label: one.stopped for one in stopped if one.stopped}  # each once, as put last
        for finding in of_accounts.values():
            self._note(finding)
        for one in (*waits, *empty, *stopped):
            del keys[one.planned.name]
        _remove_others(place, {one.planned.name for one in ready} & set(keys))
        held = {label for label, finding in of_accounts.items() if finding.severity == "decision"}
        write_json(place.composed, Composed(keys, tuple(sorted(held | {one.account.label for one in waits}))))
        return _outcome(self.findings)

    def _note(self, finding: Finding) -> None:
        self.findings.append(finding)
        self._report.finding(finding)

    def _has_room(self, needed: int) -> bool:
        place = self._planner.place
        free = shutil.disk_usage(place.root).free
        if free >= needed + _SPARE:
            return True
        self._note(make("SMA-B020", path=str(place.root), needed=(needed + _SPARE) >> 20, free=free >> 20))
        return False

    def _needed(self, planned: Planned, *, cloning: bool) -> int:
        """How many bytes a package will still take. Files that can be cloned take none."""
        left = Composing(planned, self._planner, self._report).remaining()
        return sum(size for take, size in left if not cloning or take.cuts or not self._cloned(take.member.unit))

    def _cloned(self, unit: int) -> bool:
        return self._planner.delivery.record.units[unit].form in ("folder", "file", "tar.gz")

    def _can_clone(self) -> bool:
        """Whether the delivered files can be cloned into the working area: tried on each place they come from."""
        delivery = self._planner.delivery
        first = {member.unit: member for member in delivery.record.members if self._cloned(member.unit)}
        probe = self._planner.place.step(STEP) / f"clone{PART}"
        on_disk = [where for member in first.values() if (where := delivery.on_disk(member))]
        cloned = all(clone(where.path, probe) for where in on_disk if where.path.is_file())
        probe.unlink(missing_ok=True)
        return bool(on_disk) and cloned


def questions_put(place: WorkArea, permits: Permits) -> list[Question]:
    """What was put, and what was put before of packages that were left alone."""
    path = place.asked_by_compose
    known = read_json(path, list[Question]) if path.is_file() else []
    return list({one.id: one for one in (*known, *permits.questions)}.values())


def _keys(plan: Plan, planner: Planner) -> dict[str, str]:
    """A digest per package of everything that decides what is in it, moments excepted."""
    place, settings = planner.place, planner.settings
    fixity = [(row.path, row.sha256) for row in planner.fixity.values()]
    common = (place.delivery.read_bytes(), fixity, [one.label for one in plan.accounts])
    digest = hashlib.sha256(msgspec.json.encode((*common, settings.defaults, planner.previous.key)))
    if formats := key_of(settings):
        digest.update(formats.encode())
    keys = {}
    for account in plan.accounts:
        removed = planner.removed_near(account)
        for package in account.packages:
            own = digest.copy()
            if removed:
                own.update(msgspec.json.encode(removed))
            own.update(msgspec.json.encode((_untimed(package), planner.permits.key(account))))
            keys[package.name] = own.hexdigest()
    return keys


def _untimed(package: PlannedPackage) -> PlannedPackage:
    """A planned package without the moments of its decisions."""
    decided = package.decisions
    untimed = tuple(msgspec.structs.replace(one, at=None) for one in decided.decisions)
    return msgspec.structs.replace(package, decisions=msgspec.structs.replace(decided, decisions=untimed))


def _remove_others(place: WorkArea, names: set[str]) -> None:
    """Take away what an earlier run with other decisions left among the packages."""
    for root in sorted(place.packages.glob("*/metadata/sma")) if place.packages.is_dir() else ():
        package = Package(root.parent.parent)
        if package.root.name not in names:
            shutil.rmtree(package.root)
            shutil.rmtree(package.steps_root, ignore_errors=True)


def _outcome(findings: list[Finding]) -> Outcome:
    if any(finding.severity == "error" for finding in findings):
        return Outcome.ERRORS
    held = any(finding.severity == "decision" for finding in findings)
    return Outcome.NEEDS_DECISION if held else Outcome.OK
