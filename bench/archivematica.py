"""A SIP and its METS as Archivematica leaves them, of a package of ours: for tests and benchmarks without it.

The METS has the sections, attributes and order of a real one; how many events stand on a file decides how large it is.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sma_plugin.provenance import Stamps

UNIT = "3b4ceac0-948d-44ef-bbeb-41a5ea3f9782"
_IDS = Stamps("archivematica")
_XSI = 'xmlns:premis="http://www.loc.gov/premis/v3"'
_CONTENT = re.compile(rb'CONTENTIDS="([^"]*)"')
_PLACEHOLDER = re.compile(rb' FILEID="[^"]*"')


class Known(NamedTuple):
    """A file as Archivematica knows it: path in the SIP, SHA-256, size, use."""

    path: str
    sha256: str
    size: int
    use: str = "original"

    @property
    def uuid(self) -> str:
        """Its UUID, which is not ours."""
        return _IDS.identifier(self.path)


def sip_of(package: Path, folder: Path, events: int = 2) -> Path:
    """A SIP with its METS: the package's objects, and its metadata among them."""
    sip = folder / f"{package.name}-{UNIT}"
    metadata = sip / "objects" / "metadata" / "transfers" / f"{package.name}-{_IDS.identifier('transfer')}"
    shutil.copytree(package / "objects", sip / "objects")
    shutil.copytree(package / "metadata", metadata)
    with (sip / f"METS.{UNIT}.xml").open("wb") as stream:
        write_mets(stream, sip.name, list(files_of(sip)), metadata / "mets_structmap.xml", events)
    return sip


def files_of(sip: Path) -> Iterator[Known]:
    """The files of a SIP in order."""
    for path in sorted((sip / "objects").rglob("*")):
        if path.is_file():
            data, name = path.read_bytes(), path.relative_to(sip).as_posix()
            use = "metadata" if name.startswith("objects/metadata/") else "original"
            yield Known(name, hashlib.sha256(data).hexdigest(), len(data), use)


def write_mets(stream: BinaryIO, name: str, files: list[Known], structmap: Path | None, events: int) -> None:
    """A METS with an amdSec for each file, with so many events; and the structMap that came with the package."""
    folders = sorted({"/".join(parts[:depth]) for parts in _parts(files) for depth in range(1, len(parts))})
    described = {folder: f"dmdSec_{number}" for number, folder in enumerate(("", *folders), 1)}
    stream.write(
        b"<?xml version='1.0' encoding='UTF-8'?>\n"
        b'<mets:mets xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xlink="http://www.w3.org/1999/xlink"'
        b' xmlns:mets="http://www.loc.gov/METS/" xsi:schemaLocation="http://www.loc.gov/METS/'
        b' http://www.loc.gov/standards/mets/version1121/mets.xsd"><mets:metsHdr CREATEDATE="2026-01-01T00:00:00"/>'
    )
    stream.writelines(_folder(folder, section).encode() for folder, section in described.items())
    stream.writelines(_administrative(file, number, events).encode() for number, file in enumerate(files, 1))
    stream.writelines(_file_section(files))
    stream.write(b'<mets:structMap TYPE="physical" ID="structMap_1" LABEL="Archivematica default">')
    stream.writelines(_physical(name, files, described))
    stream.write(b"</mets:structMap>")
    if structmap:
        stream.writelines(_imported(structmap, files))
    stream.write(b"</mets:mets>\n")


def _parts(files: Iterable[Known]) -> Iterator[list[str]]:
    return (file.path.split("/") for file in files)


def _folder(path: str, section: str) -> str:
    return (
        f'<mets:dmdSec ID="{section}" CREATED="2026-01-01T00:00:00" STATUS="original"><mets:mdWrap'
        f' MDTYPE="PREMIS:OBJECT"><mets:xmlData><premis:object {_XSI} xsi:type="premis:intellectualEntity"'
        f' version="3.0">{_identifier("object", _IDS.identifier(path + "/"))}<premis:originalName>%transferDirectory%'
        f"{path}/</premis:originalName></premis:object></mets:xmlData></mets:mdWrap></mets:dmdSec>"
    )


def _identifier(kind: str, value: str) -> str:
    return (
        f"<premis:{kind}Identifier><premis:{kind}IdentifierType>UUID</premis:{kind}IdentifierType>"
        f"<premis:{kind}IdentifierValue>{value}</premis:{kind}IdentifierValue></premis:{kind}Identifier>"
    )


def _administrative(file: Known, number: int, events: int) -> str:
    told = "".join(_event(file, one) for one in range(events))
    return (
        f'<mets:amdSec ID="amdSec_{number}"><mets:techMD ID="techMD_{number}"><mets:mdWrap MDTYPE="PREMIS:OBJECT">'
        f'<mets:xmlData><premis:object {_XSI} xsi:type="premis:file" version="3.0">{_identifier("object", file.uuid)}'
        "<premis:objectCharacteristics><premis:compositionLevel>0</premis:compositionLevel><premis:fixity>"
        "<premis:messageDigestAlgorithm>sha256</premis:messageDigestAlgorithm><premis:messageDigest>"
        f"{file.sha256}</premis:messageDigest></premis:fixity><premis:size>{file.size}</premis:size><premis:format>"
        "<premis:formatDesignation><premis:formatName>Unknown</premis:formatName></premis:formatDesignation>"
        f"</premis:format></premis:objectCharacteristics><premis:originalName>%transferDirectory%{file.path}"
        f"</premis:originalName></premis:object></mets:xmlData></mets:mdWrap></mets:techMD>{told}</mets:amdSec>"
    )


def _event(file: Known, number: int) -> str:
    uuid = f"{number:08x}{file.uuid[8:]}"
    return (
        f'<mets:digiprovMD ID="digiprovMD_{uuid}"><mets:mdWrap MDTYPE="PREMIS:EVENT"><mets:xmlData><premis:event'
        f' {_XSI} version="3.0">{_identifier("event", uuid)}<premis:eventType>ingestion</premis:eventType>'
        "<premis:eventDateTime>2026-01-01T00:00:00.493182+00:00</premis:eventDateTime><premis:eventDetailInformation>"
        '<premis:eventDetail>program="python"; module="hashlib.sha256()"</premis:eventDetail>'
        "</premis:eventDetailInformation><premis:eventOutcomeInformation><premis:eventOutcome/>"
        "<premis:eventOutcomeDetail><premis:eventOutcomeDetailNote/></premis:eventOutcomeDetail>"
        "</premis:eventOutcomeInformation><premis:linkingAgentIdentifier><premis:linkingAgentIdentifierType>"
        "preservation system</premis:linkingAgentIdentifierType><premis:linkingAgentIdentifierValue>Archivematica-1.17"
        "</premis:linkingAgentIdentifierValue></premis:linkingAgentIdentifier></premis:event></mets:xmlData>"
        "</mets:mdWrap></mets:digiprovMD>"
    )


def _file_section(files: list[Known]) -> Iterator[bytes]:
    yield b"<mets:fileSec>"
    for use in dict.fromkeys(file.use for file in files):
        yield f'<mets:fileGrp USE="{use}">'.encode()
        for number, file in enumerate(files, 1):
            if file.use == use:
                yield (
                    f'<mets:file ID="file-{file.uuid}" GROUPID="Group-{file.uuid}" ADMID="amdSec_{number}">'
                    f'<mets:FLocat xlink:href="{file.path}" LOCTYPE="OTHER" OTHERLOCTYPE="SYSTEM"/></mets:file>'
                ).encode()
        yield b"</mets:fileGrp>"
    yield b"</mets:fileSec>"


def _physical(name: str, files: list[Known], described: dict[str, str]) -> Iterator[bytes]:
    yield f'<mets:div TYPE="Directory" LABEL="{name}" DMDID="{described[""]}">'.encode()
    inside: list[str] = []
    for file in sorted(files, key=lambda file: file.path.split("/")):
        *folders, label = file.path.split("/")
        shared = next((at for at, pair in enumerate(zip(inside, folders, strict=False)) if pair[0] != pair[1]), None)
        shared = min(len(inside), len(folders)) if shared is None else shared
        yield b"</mets:div>" * (len(inside) - shared)
        for depth in range(shared, len(folders)):
            section = described["/".join(folders[: depth + 1])]
            yield f'<mets:div TYPE="Directory" LABEL="{folders[depth]}" DMDID="{section}">'.encode()
        yield f'<mets:div TYPE="Item" LABEL="{label}"><mets:fptr FILEID="file-{file.uuid}"/></mets:div>'.encode()
        inside = folders
    yield b"</mets:div>" * (len(inside) + 1)


def _imported(path: Path, files: list[Known]) -> Iterator[bytes]:
    """The structMap of ``metadata/mets_structmap.xml``, with the IDs of files filled in."""
    ids = {file.path.encode(): f"file-{file.uuid}".encode() for file in files}
    inside = False
    with path.open("rb") as stream:
        for line in stream:
            inside = inside or line.startswith(b"<mets:structMap")
            if inside and not line.startswith(b"</mets:mets>"):
                filled = _PLACEHOLDER.sub(b"", line)
                yield _CONTENT.sub(lambda found: b'%s FILEID="%s"' % (found.group(), ids[found.group(1)]), filled)
