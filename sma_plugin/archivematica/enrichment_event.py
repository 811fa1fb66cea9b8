"""The event that Archivematica's METS of an AIP got the package's description, with the software that wrote it."""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.describe.premis import VERSION, identifier, linking
from sma_plugin.describe.terms import term
from sma_plugin.describe.xml import escaped
from sma_plugin.package.records import PackageRecord
from sma_plugin.provenance import SOFTWARE, Stamps

STEP = "aip-mets"
_DETAIL = "the description of the package written into the METS of the AIP"


def recorded(record: PackageRecord, name: str, declared: str, stamps: Stamps) -> Iterator[bytes]:
    """An amdSec of this name with the event and its agent. ``declared`` are namespace declarations that it needs."""
    event = stamps.event("metadata modification", _DETAIL, step=STEP, key=record.package.name)
    agent = Stamps(record.package.id).identifier(f"agent/{STEP}/{SOFTWARE.name}/{SOFTWARE.version}")
    outcome = term("eventOutcome", "eventOutcome", event.outcome)
    told = (
        f'<premis:event version="{VERSION}">{identifier("event", event.id)}'
        f"{term('eventType', 'eventType', event.type)}<premis:eventDateTime>{event.at}</premis:eventDateTime>"
        f"<premis:eventDetailInformation><premis:eventDetail>{escaped(event.detail)}</premis:eventDetail>"
        f"</premis:eventDetailInformation><premis:eventOutcomeInformation>{outcome}</premis:eventOutcomeInformation>"
        f"{linking('Agent', agent, term('linkingAgentRole', 'eventRelatedAgentRole', SOFTWARE.role or ''))}"
        f"{linking('Object', record.package.entity_id)}</premis:event>"
    )
    software = (
        f'<premis:agent version="{VERSION}">{identifier("agent", agent)}'
        f"<premis:agentName>{escaped(SOFTWARE.name)}</premis:agentName>{term('agentType', 'agentType', SOFTWARE.kind)}"
        f"<premis:agentVersion>{escaped(SOFTWARE.version or '')}</premis:agentVersion></premis:agent>"
    )
    yield f'<mets:amdSec{declared} ID="{name}">'.encode()
    for part, kind, body in (("event", "EVENT", told), ("agent", "AGENT", software)):
        yield (
            f'<mets:digiprovMD ID="{name}-{part}"><mets:mdWrap MDTYPE="PREMIS:{kind}" MDTYPEVERSION="3.0">'
            f"<mets:xmlData>{body}</mets:xmlData></mets:mdWrap></mets:digiprovMD>"
        ).encode()
    yield b"</mets:amdSec>\n"
