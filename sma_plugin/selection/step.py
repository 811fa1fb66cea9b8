"""The step *select*: link each account to its category, decide or hold, plan the packages."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial

from sma_plugin.bundle.view import MemberFixity
from sma_plugin.findings import Finding, worst
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json_lines, read_only, write_json
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.selection.asking import Asking
from sma_plugin.selection.deciding import Deciding
from sma_plugin.selection.desk import Desk
from sma_plugin.selection.holds import load_holds
from sma_plugin.selection.hotspots import load_hotspots
from sma_plugin.selection.lists import load_lists
from sma_plugin.selection.naming import unknown
from sma_plugin.selection.parts import Parts
from sma_plugin.selection.plan import Plan
from sma_plugin.selection.proposals import proposals_in
from sma_plugin.selection.register import load_register
from sma_plugin.selection.rights import load_rights
from sma_plugin.selection.storage import stored
from sma_plugin.selection.weighing import captures_of
from sma_plugin.settings import Settings

STEP = "select"


def select(place: WorkArea, settings: Settings, report: Reporter) -> Outcome:
    """Decide per account from the register; what needs a role is held and the others go on."""
    report.start(STEP)
    register, lists = load_register(settings), load_lists(settings)
    hotspots, holds = load_hotspots(settings), load_holds(settings)
    rights = load_rights(settings, register, lists)
    with (
        closing(sqlite3.connect(read_only(place.history), uri=True)) as history,
        closing(Parts(place.chosen)) as parts,
    ):
        sizes = partial(_sizes, place)
        desk = Desk(settings, register, lists, hotspots, holds, rights, history, parts, Asking(settings), sizes)
        plan = Plan(tuple(Deciding(desk).accounts()))
        desk.told.extend(stored(settings, captures_of(history)))
    write_json(place.decisions, plan)
    write_json(place.questions, desk.asking.questions)
    tables = (*register.findings, *lists.findings, *hotspots.findings, *holds.findings, *rights.findings)
    named = unknown((*hotspots.spots, *holds.held), register)
    wrong = [*tables, *named, *desk.asking.findings]
    findings = [*wrong, *proposals_in(place), *desk.told]
    for finding in findings:
        report.finding(finding)
    place.log(STEP, [], findings)
    return _outcome(plan, wrong)


def _sizes(place: WorkArea) -> dict[str, int]:
    return {one.path: one.size for one in read_json_lines(place.members, MemberFixity)}


def _outcome(plan: Plan, wrong: list[Finding]) -> Outcome:
    if worst(wrong) == "error":
        return Outcome.ERRORS
    return Outcome.NEEDS_DECISION if any(account.held for account in plan.accounts) else Outcome.OK
