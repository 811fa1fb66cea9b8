"""Each decision as an event: what was proposed and why, what was decided, by which role, when, on which ground."""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.model import Agent, Event
from sma_plugin.selection.records import Decision, PackageDecisions
from sma_plugin.settings import Settings

STEP = "select"
POLICY, APPRAISAL = "policy assignment", "appraisal"
_POLICY_SUBJECTS = ("category", "restriction", "platform-terms")
"""What assigns a package to what was laid down before; the rest is appraisal of what is at hand."""


def decision_events(decided: PackageDecisions, settings: Settings, name: str) -> Iterator[Event]:
    """One event per decision on a package of this name, and one that says what value came of them."""
    first = decided.decisions[0] if decided.decisions else Decision("value", decided.value, "")
    yield _event(settings, APPRAISAL, f"value {decided.value}: {first.reason}", f"{name}/value", first)
    for one in decided.decisions:
        yield _event(settings, kind_of(one), detail_of(one), f"{name}/{one.question or one.subject}", one)


def kind_of(decision: Decision) -> str:
    """The type of event that a decision is."""
    return POLICY if decision.subject in _POLICY_SUBJECTS else APPRAISAL


def detail_of(decision: Decision) -> str:
    """What the event of a decision says.

    >>> detail_of(Decision("values", "longest", "B: 1; V: 2", "split", "archivist", "2026-01-31", "Decision 12"))
    'values: decided split; proposed longest, because B: 1; V: 2; ground: Decision 12'
    """
    decided = f"decided {decision.decided}" if decision.decided else "not decided"
    ground = f"; ground: {decision.ground}" if decision.ground else ""
    return f"{decision.subject}: {decided}; proposed {decision.proposal}, because {decision.reason}{ground}"


def moment_of(at: str | None) -> str | None:
    """A decision's moment with zone; a date alone is its midnight UTC."""
    return f"{at}T00:00:00+00:00" if at and len(at) == len("2026-01-31") else at


def _event(settings: Settings, kind: str, detail: str, key: str, by: Decision) -> Event:
    agents = (Agent(by.role, "person", "authorizer"),) if by.role else ()
    return settings.stamps.event(kind, detail, step=STEP, key=key, at=moment_of(by.at), agents=agents, ours=not agents)
