"""The step *select*: link each account to its category, decide or hold, plan the packages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby

from sma_plugin.findings import Finding, worst
from sma_plugin.model import Agent, Event
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_only, write_json
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.selection.asking import Asking
from sma_plugin.selection.code_lists import load_codes
from sma_plugin.selection.deciding import Deciding
from sma_plugin.selection.desk import Desk
from sma_plugin.selection.lists import load_lists
from sma_plugin.selection.parts import Parts
from sma_plugin.selection.plan import AccountPlan, Plan
from sma_plugin.selection.records import Decision, PackageDecisions
from sma_plugin.selection.register import load_register
from sma_plugin.settings import Settings

STEP = "select"


def select(place: WorkArea, settings: Settings, report: Reporter) -> Outcome:
    """Decide per account from the register; what needs a role is held and the others go on."""
    report.start(STEP)
    register, lists = load_register(settings), load_lists(settings)
    with (
        closing(sqlite3.connect(read_only(place.history), uri=True)) as history,
        closing(Parts(place.chosen)) as parts,
    ):
        desk = Desk(settings, register, lists, history, parts, Asking(settings))
        plan = Plan(tuple(Deciding(desk).accounts()))
    write_json(place.decisions, plan)
    write_json(place.questions, desk.asking.questions)
    wrong = [*register.findings, *lists.findings, *load_codes(settings)[1], *desk.asking.findings]
    findings = [*wrong, *desk.told]
    for finding in findings:
        report.finding(finding)
    place.log(STEP, list(_events(settings, plan)), findings)
    return _outcome(plan, wrong)


def _outcome(plan: Plan, wrong: list[Finding]) -> Outcome:
    if worst(wrong) == "error":
        return Outcome.ERRORS
    return Outcome.NEEDS_DECISION if any(account.held for account in plan.accounts) else Outcome.OK


_EVENTS = {"category": "policy assignment"}
"""What a decision is in PREMIS terms, by its subject; the others are appraisal."""


def _events(settings: Settings, plan: Plan) -> Iterator[Event]:
    """One event per decision and account, and one that says what value came of them."""
    for account in plan.accounts:
        for value, packages in groupby(account.packages, lambda one: one.decisions.value):
            decided = next(packages).decisions
            yield _event(settings, account, "appraisal", f"value {value}: {decided.decisions[0].reason}", decided)
        told = {decision.question or decision.subject: decision for decision in _decisions(account)}
        for decision in told.values():
            kind = _EVENTS.get(decision.subject, "appraisal")
            detail = f"{decision.subject} {decision.decided or 'not decided'}; {decision.ground or decision.reason}"
            yield _event(settings, account, kind, detail, decision)


def _decisions(account: AccountPlan) -> Iterator[Decision]:
    for package in account.packages:
        yield from package.decisions.decisions


def _event(settings: Settings, account: AccountPlan, kind: str, detail: str, by: Decision | PackageDecisions) -> Event:
    decision = by.decisions[0] if isinstance(by, PackageDecisions) else by
    agents = (Agent(decision.role, "person", "authorizer"),) if decision.role else ()
    return settings.stamps.event(
        kind,
        detail,
        step=STEP,
        key=f"{account.label}/{detail}",
        at=_moment(decision.at),
        agents=agents,
        objects=(f"account:{account.label}",),
        ours=not agents,
    )


def _moment(at: str | None) -> str | None:
    """A decision's moment with zone; a date alone is its midnight UTC."""
    return f"{at}T00:00:00+00:00" if at and len(at) == len("2026-01-31") else at
