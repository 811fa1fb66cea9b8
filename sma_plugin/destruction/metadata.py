"""The declaration as PREMIS and MDTO: event data that stays when the packages are gone, kept outside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml import etree

from sma_plugin.describe.mdto_parts import concept, lists, reference
from sma_plugin.describe.premis import VERSION, identifier, linking
from sma_plugin.describe.terms import term
from sma_plugin.describe.xml import DECLARATION, MDTO, PREMIS, XSI, element, escaped
from sma_plugin.destruction.records import Declaration, Item
from sma_plugin.selection.records import Reference
from sma_plugin.settings import Settings

_MIDNIGHT = "T00:00:00+00:00"


def premis(made: Declaration, settings: Settings) -> bytes:
    """One ``deletion`` event per package, with who decided and who carried it out."""
    agents = list(_agents(made, settings))
    pieces = [
        f'<premis:premis xmlns:premis="{PREMIS}" xmlns:xsi="{XSI}" version="{VERSION}">',
        *(_entity(one.item) for one in made.approval.approved),
        *(_event(made, one.item, agents, settings) for one in made.approval.approved),
        *map(_agent, agents),
        "</premis:premis>",
    ]
    return DECLARATION + "\n".join(pieces).encode() + b"\n"


def _entity(item: Item) -> str:
    """The account in its period, which the package was of, by the identifier that it had there."""
    return (
        f'<premis:object xsi:type="premis:intellectualEntity" version="{VERSION}">'
        f"{identifier('object', item.entity_id or item.id)}</premis:object>"
    )


class _Party(NamedTuple):
    """Who decided or carried it out, by the identifier that it has in this document."""

    uuid: str
    name: str
    kind: str
    role: str


def _event(made: Declaration, item: Item, agents: Iterable[_Party], settings: Settings) -> str:
    approval, done = made.approval, made.executed
    covered = ", ".join(f"{name}: {answer}" for name, answer in done.covered.items())
    decided = f"decided by {approval.role} on {approval.date}, ground: {approval.ground}"
    detail = f"destroyed: {done.manner}; {decided}; {covered}; declaration {made.id}"
    linked = (linking("Agent", one.uuid, term("linkingAgentRole", "eventRelatedAgentRole", one.role)) for one in agents)
    return (
        f'<premis:event version="{VERSION}">{identifier("event", settings.stamps.identifier(f"deletion/{item.id}"))}'
        f"{term('eventType', 'eventType', 'deletion')}"
        f"<premis:eventDateTime>{done.date}{_MIDNIGHT}</premis:eventDateTime>"
        f"<premis:eventDetailInformation><premis:eventDetail>{escaped(detail)}</premis:eventDetail>"
        "</premis:eventDetailInformation><premis:eventOutcomeInformation>"
        f"{term('eventOutcome', 'eventOutcome', 'success')}</premis:eventOutcomeInformation>"
        f"{''.join(linked)}{linking('Object', item.entity_id or item.id)}</premis:event>"
    )


def _agents(made: Declaration, settings: Settings) -> Iterator[_Party]:
    for name, kind, role in (
        (made.approval.role, "person", "authorizer"),
        (made.executed.executor, "organization", "implementer"),
    ):
        yield _Party(settings.stamps.identifier(f"agent/{made.id}/{role}"), name, kind, role)


def _agent(one: _Party) -> str:
    kind = term("agentType", "agentType", one.kind)
    return (
        f'<premis:agent version="{VERSION}">{identifier("agent", one.uuid)}'
        f"<premis:agentName>{escaped(one.name)}</premis:agentName>{kind}</premis:agent>"
    )


def mdto(record: str, made: Declaration) -> bytes | None:
    """The package's own MDTO record with the event Vernietigen; ``None`` when the record is none.

    Raises ``etree.XMLSyntaxError`` for what is no XML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True)
    root = etree.fromstring(record.encode(), parser)
    value = root.find(f".//{{{MDTO}}}waardering")
    holder = root.find(f"{{{MDTO}}}informatieobject")
    if value is None or holder is None:
        return None
    event = element(holder, "event")
    concept(event, "eventType", lists()["events"]["deletion"], lists()["lists"]["events"])
    element(event, "eventTijd", made.executed.date)
    reference(event, "eventVerantwoordelijkeActor", Reference(made.approval.role))
    element(event, "eventResultaat", f"{made.executed.manner}; {made.approval.ground}")
    value.addprevious(event)
    return DECLARATION + etree.tostring(root, encoding="utf-8", pretty_print=True)
