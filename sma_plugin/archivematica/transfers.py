"""What ``sma-step`` does for the links of a transfer: a delivery becomes a package in its place, or goes back.

Exit codes lead the transfer on in Archivematica's workflow: 0 go on, 1 failed, 3 a decision is open, 4 a package
already, 6 rejected.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from sma_plugin.archivematica.examining import Examined, examine
from sma_plugin.archivematica.operator_choice import (
    HOLD,
    REJECT,
    by_whom,
    forget_preset,
    keep_choice,
    keep_preset,
    not_standing,
    unusable,
    was_preset,
    with_choice,
)
from sma_plugin.archivematica.swapping import finish, is_swapping, swap
from sma_plugin.archivematica.swapping import give_back as give_all_back
from sma_plugin.archivematica.unit import DELIVERY, Kind, Unit, kind_of, returned_to, strange_in, unit_of, work_area
from sma_plugin.compose.permits import REJECTION
from sma_plugin.findings import Finding, gather, make, worst
from sma_plugin.json_lines import JsonLines
from sma_plugin.package import PACKAGE_STEPS, Package, WorkArea
from sma_plugin.pipeline import ON_WORK_AREA, STEPS, composed_packages, locked, prepare, run, run_held
from sma_plugin.reporting import Outcome
from sma_plugin.selection.lists import load_lists
from sma_plugin.settings import Settings
from sma_plugin.texts import text

_PATIENCE = 30.0
"""Seconds that a run has to end in whose worker is gone: Archivematica gives its job to another one at once."""
DONE, FAILED, OPEN, PACKAGE, REJECTED = 0, 1, 3, 4, 6
_LATER = [name for name in STEPS if name not in ON_WORK_AREA]


class _Progress(JsonLines):
    """Tells what is being done; findings are told at the end, those of a kind together."""

    def finding(self, finding: Finding) -> None:
        """Kept by the step's own log."""


def receive(words: list[str], settings: Settings, report: JsonLines) -> int:
    """From receive to select: everything decided, or something open.

    A transfer of our type that is neither a delivery nor a package is refused like a delivery that is laid out wrong:
    whoever chose the type wants nothing of it taken in as it is.
    """
    unit = unit_of(words)
    if kind_of(unit) is Kind.PACKAGE:
        return PACKAGE if _is_valid(unit, settings, report) else FAILED
    returned, place = returned_to(unit, settings), work_area(unit, settings)
    with locked(place, wait=_PATIENCE):
        if place.record.is_file():  # it was received before: since then none but Archivematica put anything beside it
            forget_preset(place, unit)
        if not _is_delivery(unit, report):
            return FAILED
        prepare(place, [unit.root])
        settings = with_choice(place, settings)
        found = examine(place, unit, returned, settings, _Progress(report.language))
    _tell(report, found.findings)
    ended = _ended(found, place, settings, report)
    if not ended:
        report.say("transfer_decided")
    return ended


def compose(words: list[str], settings: Settings, report: JsonLines) -> int:
    """From compose to validate, by what was decided: the package in the place of the delivery."""
    unit = unit_of(words)
    returned, place = returned_to(unit, settings), work_area(unit, settings)
    with locked(place, wait=_PATIENCE):
        if is_swapping(place):
            finish(place, unit)
            return DONE
        kind = kind_of(unit)
        if kind is Kind.OTHER:  # a job that is done again: the delivery went back
            return REJECTED
        if kind is Kind.PACKAGE:
            return DONE if _is_valid(unit, settings, report) else FAILED
        prepare(place, [unit.root])
        keep_preset(place, unit)
        if was_preset(place):
            if refused := not_standing(unit, settings):
                return _told(report, refused, OPEN)
            unit = unit._replace(decision=None)  # the policy decides, and not on more than a policy may
        return _compose(place, unit, returned, with_choice(place, settings), report)


def _compose(place: WorkArea, unit: Unit, returned: Path, settings: Settings, report: JsonLines) -> int:
    progress = _Progress(report.language)
    found = examine(place, unit, returned, settings, progress)
    if unit.decision:
        if refused := unusable(unit, settings):
            return _told(report, refused, OPEN)
        if unit.decision == REJECT:
            return _rejected(place, unit, returned, settings, report)
        if unit.decision != HOLD:
            settings = keep_choice(place, unit, settings)
            found = examine(place, unit, returned, settings, progress)
    if found.failed or found.waiting or found.rejected:
        _tell(report, found.findings)
        ended = _ended(found, place, settings, report)
        return ended or _rejected(place, unit, returned, settings, report, found.findings)
    if unit.decision == HOLD:
        report.say("transfer_hold_over")
    return _package(place, unit, returned, settings, report)


def _package(place: WorkArea, unit: Unit, returned: Path, settings: Settings, report: JsonLines) -> int:
    """Make the package and put it in its place."""
    progress = _Progress(report.language)
    run_held(("compose",), place, settings, progress, resume=True)
    packages = list(composed_packages(place))
    if len(packages) != 1:
        return _not_made(place, unit, returned, settings, report)
    package = packages[0]
    outcome = run(_LATER, package, settings, progress)
    _tell(report, package.findings(*PACKAGE_STEPS))
    if outcome is Outcome.ERRORS:
        report.say("transfer_not_valid", name=package.root.name)
        return FAILED
    swap(place, package, unit, returned)
    report.say("transfer_composed", name=package.root.name, returned=returned)
    return DONE


def _not_made(place: WorkArea, unit: Unit, returned: Path, settings: Settings, report: JsonLines) -> int:
    """Why compose made nothing: it met something that a role has to decide, or that one has rejected, or it failed."""
    findings = list(place.findings("compose"))
    _tell(report, findings)
    found = Examined(failed=worst(findings) == "error")
    found.waiting = [one.account or "-" for one in findings if one.severity == "decision"]
    found.rejected = any(one.code == REJECTION for one in findings)
    if not (found.failed or found.waiting or found.rejected):
        found.failed = True
    return _ended(found, place, settings, report) or _rejected(place, unit, returned, settings, report, findings)


def give_back(words: list[str], settings: Settings, report: JsonLines) -> int:
    """All of a delivery back where it came from."""
    unit = unit_of(words)
    returned, place = returned_to(unit, settings), work_area(unit, settings)
    with locked(place, wait=_PATIENCE):
        if place.record.is_file():
            forget_preset(place, unit)
        moved = give_all_back(place, unit, returned)
    report.say("transfer_returned" if moved else "transfer_nothing_left", returned=returned)
    return DONE


def check(words: list[str], settings: Settings, report: JsonLines) -> int:
    """A package of ours that came by another way is checked; anything else passes."""
    unit = unit_of(words)
    if kind_of(unit) is not Kind.PACKAGE:
        report.say("transfer_other", name=unit.name)
        return DONE
    return DONE if _is_valid(unit, settings, report) else FAILED


def _is_delivery(unit: Unit, report: JsonLines) -> bool:
    """Whether a delivery lies as it should."""
    strange = strange_in(unit)
    if strange or not unit.delivery.is_dir():
        report.finding(make("SMA-A090", names=", ".join(strange) or "-"))
        return False
    if not any(one.is_file() for one in unit.delivery.rglob("*")):
        report.finding(make("SMA-A095", path=DELIVERY))
        return False
    return True


def _is_valid(unit: Unit, settings: Settings, report: JsonLines) -> bool:
    """Whether a package is as it was made; nothing of it is written anew."""
    from sma_plugin.validate.step import validate_package  # noqa: PLC0415 -- a delivery needs none of it yet

    findings = gather(validate_package(Package(unit.root), load_lists(settings).categories))
    _tell(report, findings)
    valid = worst(findings) != "error"
    report.say("transfer_valid" if valid else "transfer_not_valid", name=unit.name)
    return valid


def _ended(found: Examined, place: WorkArea, settings: Settings, report: JsonLines) -> int:
    """The exit code of what does not go on; 0 when it does."""
    if found.failed:
        report.say("transfer_failed")
        return FAILED
    if found.waiting:
        config = ["--config", settings.file] if settings.file else []
        command = shlex.join(["sma", "decide", str(place.root), *config])
        report.say("transfer_open", accounts=", ".join(found.waiting), command=command)
        return OPEN
    return DONE


def _rejected(
    place: WorkArea, unit: Unit, returned: Path, settings: Settings, report: JsonLines, found: Iterable[Finding] = ()
) -> int:
    """The delivery goes back, with a line beside it on who rejected it and when: whoever did, else the operator."""
    give_all_back(place, unit, returned)
    today = date.today().isoformat()  # noqa: DTZ011 -- the day as the operator's calendar has it
    before: dict[str, Any] | None = next((dict(one.params) for one in found if one.code == REJECTION), None)
    by = before or {"date": today, **by_whom(settings)}
    said = {"returned": returned, "date": by["date"], "role": by[f"role_{report.language}"]}
    report.say("transfer_rejected", **said)
    note = text("transfer_rejected", report.language, **said)
    returned.with_name(f"{returned.name}.txt").write_text(f"{note}\n", encoding="utf-8")
    return REJECTED


def _told(report: JsonLines, finding: Finding, code: int) -> int:
    report.finding(finding)
    return code


def _tell(report: JsonLines, findings: Iterable[Finding]) -> None:
    for finding in gather(list(findings)):
        report.finding(finding)
