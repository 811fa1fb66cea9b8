"""The package's own METS (1.12.1), written as a stream after the project's profile (``mets_profiles/``)."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from sma_plugin import __version__
from sma_plugin.describe import mdto, premis, premis_rights
from sma_plugin.describe.account_record import account_record
from sma_plugin.describe.characteristics_record import characteristics_record
from sma_plugin.describe.context import Subject
from sma_plugin.describe.dublin_core import NAMESPACE as DC
from sma_plugin.describe.dublin_core import dublin_core
from sma_plugin.describe.mdto_files import FileRecords
from sma_plugin.describe.mdto_references import archival_item
from sma_plugin.describe.mdto_writing import pieces
from sma_plugin.describe.mets_files import file_section, physical_map
from sma_plugin.describe.mets_structmap import labels
from sma_plugin.describe.premis_events import Events
from sma_plugin.describe.xml import DECLARATION, METS, PREMIS, XLINK, XSI, attributes, escaped, fragment, xml_id
from sma_plugin.model import AccountHistory
from sma_plugin.namespaces import ACCOUNT, CHARACTERISTICS, PROFILE

TYPE = "Social media account"
_NAMESPACES = {
    "xmlns:mets": METS,
    "xmlns:xlink": XLINK,
    "xmlns:xsi": XSI,
    "xmlns:premis": PREMIS,
    "xmlns:dc": DC,
    "xmlns:sma": ACCOUNT,
    "xmlns:smac": CHARACTERISTICS,
}
_BATCH = 500


def write_mets(stream: BinaryIO, subject: Subject, logical: Path, history: AccountHistory | None) -> None:
    """Write the METS. ``logical`` is the logical structMap's divisions, ready made; ``history`` that of the account."""
    _write(stream, _head(subject))
    _write(stream, _descriptive(subject, history))
    _write(stream, _administrative(subject))
    _write(stream, file_section(subject))
    _write(stream, physical_map(subject))
    label = labels()["sections"]["map"]
    _write(stream, ['<mets:structMap ID="structMap-logical" TYPE="logical"', attributes({"LABEL": label}), ">\n"])
    with logical.open("rb") as divisions:
        shutil.copyfileobj(divisions, stream)
    _write(stream, ["</mets:structMap>\n</mets:mets>\n"])


def _write(stream: BinaryIO, pieces: Iterable[str]) -> None:
    pending: list[str] = []
    for piece in pieces:
        pending.append(piece)
        if len(pending) >= _BATCH:
            stream.write("".join(pending).encode())
            pending.clear()
    stream.write("".join(pending).encode())


def _head(subject: Subject) -> Iterator[str]:
    known = subject.record.package
    yield DECLARATION.decode()
    root = {
        **_NAMESPACES,
        "OBJID": f"urn:uuid:{known.id}",
        "TYPE": TYPE,
        "LABEL": archival_item(subject).name,
        "PROFILE": PROFILE,
    }
    yield f"<mets:mets{attributes(root)}>\n"
    yield f"<mets:metsHdr{attributes({'CREATEDATE': subject.created, 'RECORDSTATUS': 'NEW'})}>"
    yield (
        '<mets:agent ROLE="CREATOR" TYPE="OTHER" OTHERTYPE="SOFTWARE"><mets:name>sma-plugin</mets:name>'
        f"<mets:note>{escaped(__version__)}</mets:note></mets:agent>"
    )
    yield _organisation("ARCHIVIST", subject.creator.name)
    yield _organisation("CUSTODIAN", subject.context.archive_name)
    yield "</mets:metsHdr>\n"


def _organisation(role: str, name: str) -> str:
    return f'<mets:agent ROLE="{role}" TYPE="ORGANIZATION"><mets:name>{escaped(name)}</mets:name></mets:agent>'


# --- descriptive metadata ----------------------------------------------------------------------------------------


def _descriptive(subject: Subject, history: AccountHistory | None) -> Iterator[str]:
    made = subject.created
    yield from _dmd("dmd-dc", made, 'MDTYPE="DC"', [dublin_core(subject)])
    for one in mdto.records(subject):
        yield from _dmd(f"dmd-{one.name}", made, _other("MDTO"), pieces(one, subject.source))
    yield from _dmd("dmd-account", made, _other("SMA-ACCOUNT"), [fragment(account_record(subject, history))])
    record = fragment(characteristics_record(subject))
    yield from _dmd("dmd-characteristics", made, _other("SMA-CHARACTERISTICS"), [record])
    files = FileRecords(subject)
    opening = f'" CREATED="{made}"><mets:mdWrap {_other("MDTO")}><mets:xmlData>'
    for record_of_file in subject.files:
        yield (
            f'<mets:dmdSec ID="dmd-file-{record_of_file.id}{opening}{files.render(record_of_file)}'
            "</mets:xmlData></mets:mdWrap></mets:dmdSec>\n"
        )


def _other(kind: str) -> str:
    return f'MDTYPE="OTHER" OTHERMDTYPE="{kind}"'


def _dmd(name: str, created: str, kind: str, pieces: Iterable[str]) -> Iterator[str]:
    yield f'<mets:dmdSec ID="{name}" CREATED="{created}"><mets:mdWrap {kind}><mets:xmlData>'
    yield from pieces
    yield "</mets:xmlData></mets:mdWrap></mets:dmdSec>\n"


# --- administrative metadata ---------------------------------------------------------------------------------------


def _administrative(subject: Subject) -> Iterator[str]:
    yield '<mets:amdSec ID="amd-package">\n'
    yield from _premis("techMD", "tech-package", "OBJECT", premis.entity(subject))
    for number, statement in enumerate(premis_rights.statements(subject), 1):
        yield from _premis("rightsMD", f"rights-{number}", "RIGHTS", [statement])
    events = Events(subject)
    for event in subject.events:
        yield from _premis("digiprovMD", f"event-{xml_id(event.id)}", "EVENT", [events.event(event)])
    for agent in events.agents(subject.events):
        yield from _premis("digiprovMD", f"agent-{events.agent_id(agent)}", "AGENT", [events.agent(agent)])
    yield "</mets:amdSec>\n"
    for one in subject.representations:
        yield f'<mets:amdSec ID="{one.amd}">'
        yield from _premis("techMD", f"tech-rep-{one.key}", "OBJECT", premis.representation(subject, one))
        yield "</mets:amdSec>\n"
    files = premis.FileObjects(subject)
    for record in subject.files:
        yield (
            f'<mets:amdSec ID="amd-file-{record.id}"><mets:techMD ID="tech-file-{record.id}">'
            f'<mets:mdWrap MDTYPE="PREMIS:OBJECT" MDTYPEVERSION="3.0"><mets:xmlData>{files.render(record)}'
            "</mets:xmlData></mets:mdWrap></mets:techMD></mets:amdSec>\n"
        )


def _premis(section: str, name: str, kind: str, pieces: Iterable[str]) -> Iterator[str]:
    yield (f'<mets:{section} ID="{name}"><mets:mdWrap MDTYPE="PREMIS:{kind}" MDTYPEVERSION="3.0"><mets:xmlData>')
    yield from pieces
    yield f"</mets:xmlData></mets:mdWrap></mets:{section}>\n"
