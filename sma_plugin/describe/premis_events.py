"""PREMIS events and agents from the events of every step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sma_plugin.describe.context import NORMALISED, Representation, Subject, without_names
from sma_plugin.describe.mdto_parts import lists
from sma_plugin.describe.moments import first_day, time_of
from sma_plugin.describe.premis import VERSION, identifier, linking
from sma_plugin.describe.terms import term
from sma_plugin.describe.xml import escaped
from sma_plugin.model import Agent, Event

_MAKES = {"capture", "creation", "normalization", "migration", "redaction", "replication"}
"""Events whose objects are their outcome."""
_DERIVES = {"normalization", "migration"}
"""Events that make one representation or file from others: what was captured is their source."""
COPIES, _KEPT = "redaction", "objects/captures/"
"""A copy that something was taken from is made of a kept file; a kept file that was cut is itself what came of it."""
_BEFORE = {"capture", "creation"}
"""Events that others may have carried out before anything came here: not known is not the custodian."""
_PREFIXES = ("capture:", "representation:")


class Events:
    """Events of one package as PREMIS, with the agents that they name. Times and delivered names are made fit."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._names = _delivered_names(subject)
        self._by_key: dict[str, Representation] = {}
        for one in subject.representations:
            self._by_key[one.key] = one
            if one.capture:
                self._by_key[one.capture.id] = one

    def agents(self, events: Iterable[Event]) -> list[Agent]:
        """Every agent of these events once, in the order in which they name them."""
        return list(dict.fromkeys(_bare(agent) for event in events for agent in self.of(event)))

    def of(self, event: Event) -> tuple[Agent, ...]:
        """An event's agents; where none is on record, the custodian answers for it, but not for a capture."""
        if event.agents:
            return event.agents
        unknown = event.type in _BEFORE
        name = lists()["texts"]["unknown_agent"] if unknown else self._subject.context.custodian.name
        return (Agent(name, "organization", "implementer"),)

    def agent_id(self, agent: Agent) -> str:
        """The identifier of an agent: the same for the same name, kind and version."""
        return self._subject.ids.identifier(f"agent/{agent.kind}/{agent.name}/{agent.version or ''}")

    def agent(self, agent: Agent) -> str:
        """One agent."""
        version = f"<premis:agentVersion>{escaped(agent.version)}</premis:agentVersion>" if agent.version else ""
        return (
            f'<premis:agent version="{VERSION}">{identifier("agent", self.agent_id(agent))}'
            f"<premis:agentName>{escaped(agent.name)}</premis:agentName>"
            f"{term('agentType', 'agentType', agent.kind)}{version}</premis:agent>"
        )

    def event(self, event: Event) -> str:
        """One event with the entity, representations and files that it is about."""
        objects = (linking("Object", uuid, *_object_role(role)) for uuid, role in self.objects(event).items())
        return "".join(self.pieces(event, event.id, objects))

    def pieces(self, event: Event, uuid: str, objects: Iterable[str], *, whole_days: bool = False) -> Iterator[str]:
        """One event in pieces, under an identifier and with links of the caller's choice.

        ``whole_days``: a month or year becomes its first day, with a remark, for readers that know no less.
        """
        at = time_of(event.at, self._subject.made)
        at = first_day(at) if whole_days else at
        note = "; ".join(part for part in (self._named(event.note), at.remark) if part)
        yield (
            f'<premis:event version="{VERSION}">{identifier("event", uuid)}'
            f"{term('eventType', 'eventType', event.type)}<premis:eventDateTime>{at.text}</premis:eventDateTime>"
            f"<premis:eventDetailInformation><premis:eventDetail>{escaped(self._named(event.detail))}"
            "</premis:eventDetail></premis:eventDetailInformation>"
            f"<premis:eventOutcomeInformation>{term('eventOutcome', 'eventOutcome', event.outcome)}"
            f"{_outcome_note(note)}</premis:eventOutcomeInformation>"
        )
        for agent in self.of(event):
            yield linking("Agent", self.agent_id(agent), _agent_role(agent))
        yield from objects
        yield "</premis:event>"

    def objects(self, event: Event) -> dict[str, str | None]:
        """UUIDs of what an event is about, with their roles; the entity where nothing more exact is known."""
        found = {self._object(name): role_of(event, name) for name in event.objects}
        if event.type == "normalization" and event.outcome != "fail" and NORMALISED in self._by_key:
            found[self._by_key[NORMALISED].uuid] = "outcome"
        return found or {self._subject.record.package.entity_id: role_of(event, "package")}

    def representation(self, name: str) -> Representation | None:
        """The representation that an event's object names."""
        for prefix in _PREFIXES:
            if name.startswith(prefix):
                return self._by_key.get(name.removeprefix(prefix))
        return None

    def _object(self, name: str) -> str:
        if one := self.representation(name):
            return one.uuid
        uuid = self._subject.files.uuid(name)
        return uuid or self._subject.record.package.entity_id

    def _named(self, text: str | None) -> str:
        return without_names(text or "", self._names)


def _delivered_names(subject: Subject) -> list[str]:
    """Names of delivered files and folders, longest first, each once."""
    names = {delivered.name for delivered in subject.record.delivered}
    names.update(name for capture in subject.record.capture for name in capture.delivered)
    return sorted(names, key=lambda name: (-len(name), name))


def _bare(agent: Agent) -> Agent:
    return Agent(agent.name, agent.kind, None, agent.version)


def _agent_role(agent: Agent) -> str:
    return term("linkingAgentRole", "eventRelatedAgentRole", agent.role) if agent.role else ""


def role_of(event: Event, name: str) -> str | None:
    """What an object is to an event: its source, its outcome, or neither."""
    if event.type in _DERIVES and name.startswith(("capture:", _KEPT)):
        return "source"
    if event.type == COPIES and name.startswith(_KEPT) and any(one.startswith(_PREFIXES[1]) for one in event.objects):
        return "source"
    return "outcome" if event.type in _MAKES else None


def _object_role(role: str | None) -> tuple[str, ...]:
    return (term("linkingObjectRole", "eventRelatedObjectRole", role),) if role else ()


def _outcome_note(note: str) -> str:
    return note and (
        f"<premis:eventOutcomeDetail><premis:eventOutcomeDetailNote>{escaped(note)}</premis:eventOutcomeDetailNote>"
        "</premis:eventOutcomeDetail>"
    )
