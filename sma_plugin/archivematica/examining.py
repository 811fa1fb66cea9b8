"""A delivery in a transfer, looked at from receive to select: what is wrong, what is open, what came of it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sma_plugin.archivematica.unit import Unit
from sma_plugin.compose.foreseen import Foreseen, foresee
from sma_plugin.compose.permits import INCOMPLETE, lacking_codes
from sma_plugin.findings import Finding, gather, make
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json
from sma_plugin.pipeline import ON_WORK_AREA, run_held
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.resume import is_marked
from sma_plugin.selection.answers import load_answers
from sma_plugin.selection.asking import Asking, asked_in, open_in
from sma_plugin.selection.plan import AccountPlan, Plan
from sma_plugin.settings import Settings

_EARLY = ON_WORK_AREA[:-1]


@dataclass
class Examined:
    """What is told of a delivery, and what follows."""

    findings: list[Finding] = field(default_factory=list)
    failed: bool = False
    """Whether something is wrong that no decision makes good."""
    waiting: list[str] = field(default_factory=list)
    """The accounts that wait for a role."""
    rejected: bool = False
    """Whether a role rejected all of it."""


def examine(place: WorkArea, unit: Unit, returned: Path, settings: Settings, report: Reporter) -> Examined:
    """Run the steps up to select, and foresee what compose needs a role for. What is done is not done again."""
    outcome = run_held(_EARLY, place, settings, report, resume=True)
    told = place.findings(*_EARLY)
    if not is_marked(place, "select"):
        return Examined(gather(list(told)), failed=True)
    accounts = [one for one in read_json(place.decisions, Plan).accounts if one.packages or one.held]
    foreseen = foresee(place, settings)
    found = Examined(gather([*told, *foreseen.findings]))
    held = [one.label for one in accounts if one.held]
    found.waiting = list(dict.fromkeys([*held, *foreseen.waiting, *_still_asked(place, settings)]))
    damaged = _damaged(outcome, found.findings)
    found.failed = damaged is None or bool(foreseen.empty) or not accounts
    if sum(max(len(one.packages), 1) for one in accounts) > 1:
        found.findings.append(_several(accounts, unit, returned, settings))
        found.failed = True
    if damaged and not found.failed:
        found.waiting += _by_nobody(place, foreseen, settings)
    found.rejected = bool(foreseen.rejected) and not found.waiting
    return found


def _still_asked(place: WorkArea, settings: Settings) -> list[str]:
    """The accounts that compose put a question about while it was at work, which nobody has answered since."""
    asking = Asking(settings)
    return [one.account for one in open_in(place) if one.blocks and asking.put(one) is None]


def _damaged(outcome: Outcome, findings: Iterable[Finding]) -> bool | None:
    """Whether the capture is damaged, so that a role has to accept it; ``None`` for errors that nobody can accept."""
    errors = [one for one in findings if one.severity == "error"]
    if outcome is Outcome.ERRORS and not errors:
        return None
    return bool(errors) if all(one.code in lacking_codes() for one in errors) else None


def _by_nobody(place: WorkArea, foreseen: Foreseen, settings: Settings) -> list[str]:
    """The accounts whose damaged capture only a standing policy accepted: of damage somebody takes note."""
    given, _ = load_answers(settings)
    asked = [one for one in asked_in(place) if one.subject == INCOMPLETE and one.id not in given]
    return [one.account for one in asked if one.account not in foreseen.waiting]


def _several(accounts: list[AccountPlan], unit: Unit, returned: Path, settings: Settings) -> Finding:
    """That more than one package comes of it, with the command that makes and submits them."""
    names = [one.name for account in accounts for one in account.packages]
    names += [account.label for account in accounts if account.held]
    packages = settings.paths.packages
    out = settings.resolve(packages) / unit.folder if packages else returned.with_name(f"{returned.name}.packages")
    config = ["--config", settings.file] if settings.file else []
    ingest = ["sma", "ingest", str(returned), "--out", str(out), *config]
    submit = ["sma", "submit", "--many", str(out), *config]
    command = f"{shlex.join(ingest)} && {shlex.join(submit)}"
    return make("SMA-A091", count=len(names), names=", ".join(names), command=command)
