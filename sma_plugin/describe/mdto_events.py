"""MDTO events: what happened to a package, as far as MDTO has an event type for it, and who answers for it.

PREMIS and MDTO events come from one log. Which MDTO type a PREMIS event is, is data (``mdto_lists.toml``); legal holds
and the act that gave an accession its legal position come from the decisions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from sma_plugin.describe.context import DERIVED, Subject
from sma_plugin.describe.mdto_parts import concept, lists, reference
from sma_plugin.describe.moments import day_of, time_of
from sma_plugin.describe.xml import element, optional
from sma_plugin.model import Agent, Capture, Event
from sma_plugin.selection.records import Reference

_BEFORE = ("capture", "creation")
"""Events that may lie before the delivery: when and by whom is known only where the capture says so."""


class Told(NamedTuple):
    """One MDTO event: its type, its moment, the organisation or function that answers for it, what came of it."""

    label: str
    at: str | None
    actor: str | None
    result: str | None


def add_events(parent: etree._Element, found: Iterator[Told]) -> None:
    """Events as MDTO elements, each once."""
    for one in dict.fromkeys(found):
        made = element(parent, "event")
        concept(made, "eventType", one.label, lists()["lists"]["events"])
        optional(made, "eventTijd", one.at)
        if one.actor:
            reference(made, "eventVerantwoordelijkeActor", Reference(one.actor))
        optional(made, "eventResultaat", one.result)


def of_package(subject: Subject) -> Iterator[Told]:
    """What happened to what was captured: the log, then what was decided about all of it.

    What was done to make a copy is told there, where that copy has a record of its own.
    """
    elsewhere = {made_by(use) for use in subject.apart}
    for event in subject.events:
        if not elsewhere.intersection(event.objects):
            yield from _of_event(event, subject)
    yield from decided(subject)


def of_copy(subject: Subject, use: str) -> Iterator[Told]:
    """What was done to make the copy of which the files have this use."""
    for event in subject.events:
        if made_by(use) in event.objects:
            yield from _of_event(event, subject)


def made_by(use: str) -> str:
    """By what name an event knows the representation that files with a use make up."""
    return f"representation:{DERIVED[use]}"


def decided(subject: Subject) -> Iterator[Told]:
    """Legal holds, and the transfer or placing out, which are about the account's archive as a whole."""
    decisions, texts = subject.decisions, lists()["texts"]
    for hold in decisions.holds:
        ended = texts["hold_ended"].format(until=hold.until) if hold.until else None
        result = "; ".join(part for part in (hold.name, hold.ground, ended) if part)
        yield Told(texts["hold"], day_of(hold.since), hold.role or subject.context.custodian.name, result)
    if known := decisions.legal_position:
        actor = known.role or subject.context.custodian.name
        yield Told(lists()["positions"][known.position], day_of(known.date), actor, known.number)


def _of_event(event: Event, subject: Subject) -> Iterator[Told]:
    table = lists()["events"]
    capture = _capture(event, subject)
    technique = capture.technique if capture else None
    label = table.get(f"{event.type} {technique}") or table.get(event.type)
    if label is None:
        return
    before = event.type in _BEFORE
    at = None if before and capture and not capture.captured else time_of(event.at, subject.made).text
    result = lists()["outcomes"][event.outcome]
    shown = f"{lists()['techniques'][technique]}: {result}" if before and technique else result
    yield Told(label, at, _actor(event, subject), shown)


def _capture(event: Event, subject: Subject) -> Capture | None:
    name = next((name.removeprefix("capture:") for name in event.objects if name.startswith("capture:")), "")
    one = subject.captures.get(name)
    return one.capture if one else None


def _actor(event: Event, subject: Subject) -> str | None:
    """The organisation or function that answers for an event: never software, never a person's name."""
    found = next((agent.name for agent in event.agents if _answers(agent)), None)
    return found or (None if event.type in _BEFORE else subject.context.custodian.name)


def _answers(agent: Agent) -> bool:
    """Whether an agent is an organisation, or a function on record as what decided."""
    return agent.kind == "organization" or (agent.kind == "person" and agent.role == "authorizer")
