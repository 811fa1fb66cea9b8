"""The METS of an AIP as Archivematica writes it of a package of ours, small: files, imported events, MDTO records."""

from __future__ import annotations

import uuid
from collections import defaultdict
from pathlib import Path

from lxml import etree

from sma_plugin.archivematica.reconciling import sums_of
from sma_plugin.describe.xml import METS, PREMIS, XLINK, XSI
from sma_plugin.package import Package

_P, _M = f"{{{PREMIS}}}", f"{{{METS}}}"
_ROOT = (
    f'<mets:mets xmlns:mets="{METS}" xmlns:premis="{PREMIS}" xmlns:xlink="{XLINK}" xmlns:xsi="{XSI}">'
    '<mets:metsHdr CREATEDATE="2026-11-27T15:36:34"/>{sections}{files}'
    '<mets:structMap TYPE="physical"><mets:div TYPE="Directory"/></mets:structMap></mets:mets>'
)
_FILE = (
    '<mets:amdSec ID="amdSec_{number}"><mets:techMD ID="techMD_{number}"><mets:mdWrap MDTYPE="PREMIS:OBJECT">'
    '<mets:xmlData><premis:object xsi:type="premis:file" version="3.0"><premis:objectIdentifier>'
    "<premis:objectIdentifierType>UUID</premis:objectIdentifierType>"
    "<premis:objectIdentifierValue>{uuid}</premis:objectIdentifierValue></premis:objectIdentifier>"
    "<premis:objectCharacteristics><premis:compositionLevel>0</premis:compositionLevel><premis:fixity>"
    "<premis:messageDigestAlgorithm>sha256</premis:messageDigestAlgorithm>"
    "<premis:messageDigest>{sha256}</premis:messageDigest></premis:fixity><premis:size>1</premis:size>"
    "<premis:format><premis:formatDesignation><premis:formatName>Unknown</premis:formatName>"
    "</premis:formatDesignation></premis:format></premis:objectCharacteristics>"
    "<premis:originalName>%transferDirectory%{path}</premis:originalName></premis:object></mets:xmlData>"
    "</mets:mdWrap></mets:techMD>{events}</mets:amdSec>"
)
_EVENT = (
    '<mets:digiprovMD ID="digiprovMD_{number}_{index}"><mets:mdWrap MDTYPE="PREMIS:EVENT"><mets:xmlData>{event}'
    "</mets:xmlData></mets:mdWrap></mets:digiprovMD>"
)
_LISTED = (
    '<mets:file ID="file-{uuid}" ADMID="amdSec_{number}"><mets:FLocat xlink:href="{path}" LOCTYPE="OTHER" '
    'OTHERLOCTYPE="SYSTEM"/></mets:file>'
)


def aip_mets(root: Path) -> bytes:
    """The METS; like the real one it knows the events of ``metadata/premis.xml`` on files, with times in UTC."""
    package = Package(root)
    events = _events(package)
    records = etree.parse(package.mets).getroot().findall(f"{_M}dmdSec")
    sections, files = [etree.tostring(one).decode() for one in records if b"mdto" in etree.tostring(one)], []
    for number, (path, digest) in enumerate(sums_of(package)):
        known = {"number": number, "uuid": uuid.uuid5(uuid.NAMESPACE_URL, path), "sha256": digest}
        told = "".join(_EVENT.format(number=number, index=at, event=one) for at, one in enumerate(events[path]))
        sections.append(_FILE.format(**known, path=path, events=told))
        files.append(_LISTED.format(**known, path=_moved(path)))
    listed = f'<mets:fileSec><mets:fileGrp USE="original">{"".join(files)}</mets:fileGrp></mets:fileSec>'
    return _ROOT.format(sections="".join(sections), files=listed).encode()


def _moved(path: str) -> str:
    return path.replace("metadata/", "objects/metadata/transfers/pakket-0b1c/", 1) if path[0] == "m" else path


def _events(package: Package) -> dict[str, list[str]]:
    """The imported events of each file, without their links: they stand in the section of the file."""
    tree = etree.parse(package.metadata / "premis.xml")
    names = {
        one.findtext(f".//{_P}objectIdentifierValue"): one.findtext(f"{_P}originalName") or ""
        for one in tree.iter(f"{_P}object")
    }
    found: dict[str, list[str]] = defaultdict(list)
    for event in tree.iter(f"{_P}event"):
        links = event.findall(f"{_P}linkingObjectIdentifier")
        about = [names[link.findtext(f"{_P}linkingObjectIdentifierValue")] for link in links]
        for link in (*links, *event.findall(f"{_P}linkingAgentIdentifier")):
            event.remove(link)
        for path in about:
            found[path].append(etree.tostring(event).decode())
    return found
