"""Parts of an MDTO record: concepts from lists, references, events, terms, restrictions (MDTO 1.0.1)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from lxml import etree

from sma_plugin.describe.context import Subject
from sma_plugin.describe.moments import day_of, is_date, is_duration, time_of
from sma_plugin.describe.premis_rights import restrictions
from sma_plugin.describe.xml import MDTO, element, optional
from sma_plugin.model import Agent, Capture, Event
from sma_plugin.selection.records import Reference, Restriction, Term


@cache
def lists() -> dict[str, dict[str, str]]:
    """``mdto_lists.toml``."""
    return tomllib.loads(files(__package__).joinpath("mdto_lists.toml").read_text(encoding="utf-8"))


def new_record(kind: str) -> tuple[etree._Element, etree._Element]:
    """An empty MDTO document and its ``informatieobject`` or ``bestand``."""
    root = etree.XML(f'<MDTO xmlns="{MDTO}"/>')
    return root, element(root, kind)


def concept(parent: etree._Element, name: str, label: str, source: str, code: str | None = None) -> None:
    """A concept: label, code if it has one, and the list that it comes from."""
    begrip = element(parent, name)
    element(begrip, "begripLabel", label)
    optional(begrip, "begripCode", code)
    element(element(begrip, "begripBegrippenlijst"), "verwijzingNaam", source)


def identification(parent: etree._Element, name: str, identifier: str, source: str) -> None:
    """An identifier and where it comes from."""
    known = element(parent, name)
    element(known, "identificatieKenmerk", identifier)
    element(known, "identificatieBron", source)


def reference(parent: etree._Element, name: str, to: Reference, source: str = "") -> None:
    """A reference by name, and by identifier where there is one with a source."""
    link = element(parent, name)
    element(link, "verwijzingNaam", to.name)
    origin = to.source or source
    if to.identifier and origin:
        identification(link, "verwijzingIdentificatie", to.identifier, origin)


def coverage(parent: etree._Element, first: str | None, last: str | None) -> None:
    """The period of the posts that are here; nothing when none has a date."""
    begin = first or last
    if begin is None:
        return
    covered = element(parent, "dekkingInTijd")
    concept(covered, "dekkingInTijdType", lists()["texts"]["coverage"], lists()["lists"]["own"])
    element(covered, "dekkingInTijdBegindatum", begin)
    optional(covered, "dekkingInTijdEinddatum", last)


def add_events(parent: etree._Element, subject: Subject) -> None:
    """What MDTO has an event type for, each kind of event once per moment, with who answers for it."""
    seen = set()
    for event in subject.events:
        label, technique = event_label(event, subject)
        if label is None:
            continue
        at = _moment(event, subject)
        actor = _actor(event, subject)
        key = (label, at, actor and actor.name, technique, event.outcome)
        if key in seen:
            continue
        seen.add(key)
        made = element(parent, "event")
        concept(made, "eventType", label, lists()["lists"]["events"])
        optional(made, "eventTijd", at)
        if actor:
            reference(made, "eventVerantwoordelijkeActor", actor)
        result = lists()["outcomes"][event.outcome]
        element(made, "eventResultaat", f"{lists()['techniques'][technique]}: {result}" if technique else result)


def event_label(event: Event, subject: Subject) -> tuple[str | None, str | None]:
    """MDTO's event type for an event, and the technique where it is about one capture."""
    table = lists()["events"]
    capture = _capture(event, subject)
    technique = capture.technique if capture else None
    label = table.get(f"{event.type} {technique}") or table.get(event.type)
    return label, technique if event.type in _BEFORE else None


_BEFORE = ("capture", "creation")
"""Events that may lie before the delivery: when and by whom is known only where the capture says so."""


def _capture(event: Event, subject: Subject) -> Capture | None:
    name = next((name.removeprefix("capture:") for name in event.objects if name.startswith("capture:")), "")
    one = subject.captures.get(name)
    return one.capture if one else None


def _moment(event: Event, subject: Subject) -> str | None:
    capture = _capture(event, subject) if event.type in _BEFORE else None
    return None if capture and not capture.captured else time_of(event.at, subject.made).text


def _actor(event: Event, subject: Subject) -> Reference | None:
    """The organisation or function that answers for an event: never software, never a person's name."""
    found = next((agent for agent in event.agents if _answers(agent)), None)
    if found:
        return Reference(found.name)
    return None if event.type in _BEFORE else subject.context.custodian


def _answers(agent: Agent) -> bool:
    """Whether an agent is an organisation, or a function on record as what decided."""
    return agent.kind == "organization" or (agent.kind == "person" and agent.role == "authorizer")


def add_term(parent: etree._Element, term: Term, source: str) -> None:
    """A retention term; only what MDTO's types can hold."""
    made = element(parent, "bewaartermijn")
    if term.trigger:
        concept(made, "termijnTriggerStartLooptijd", term.trigger, source)
    if is_date(term.starts):
        element(made, "termijnStartdatumLooptijd", term.starts)
    if is_duration(term.duration):
        element(made, "termijnLooptijd", term.duration)
    optional(made, "termijnEinddatum", day_of(term.ends))


def add_restrictions(parent: etree._Element, subject: Subject) -> None:
    """Every ground on which use is restricted; at least one stands, as MDTO demands."""
    for restriction in restrictions(subject):
        limited = element(parent, "beperkingGebruik")
        source = restriction.list_name or lists()["lists"]["restrictions"]
        concept(limited, "beperkingGebruikType", restriction.label, source, restriction.code)
        optional(limited, "beperkingGebruikNadereBeschrijving", _explained(restriction))
        until = day_of(restriction.until)
        if until:
            element(element(limited, "beperkingGebruikTermijn"), "termijnEinddatum", until)


def _explained(restriction: Restriction) -> str | None:
    """The note and citation; type "Overig" may not stand without."""
    said = "; ".join(part for part in (restriction.note, restriction.citation) if part)
    return said or (lists()["texts"]["overig"] if restriction.label.casefold() == "overig" else None)
