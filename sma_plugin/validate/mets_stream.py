"""A METS in one streamed pass: the profile's rules per file, per post and on references, with sets.

What the rules for the document as a whole ask for is kept, and given to Schematron at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lxml import etree

from sma_plugin.findings import make
from sma_plugin.selection.decision_events import APPRAISAL, POLICY
from sma_plugin.validate.mets_agreement import content_digest, counts_apart, pointers_apart, take_account, whole_number
from sma_plugin.validate.mets_document import KINDS, POST_KINDS, Division, Document, MetsFile, Pointer
from sma_plugin.validate.profile import broken, check_document
from sma_plugin.validate.xml_stream import XmlError, drop, elements

METS = "{http://www.loc.gov/METS/}"
PREMIS = "{http://www.loc.gov/premis/v3}"
MDTO = "{https://www.nationaalarchief.nl/mdto}"
XLINK = "{http://www.w3.org/1999/xlink}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


class MetsReader:
    """Reads one METS document and checks the streamed rules on the way."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self.document = Document()
        self._ids: set[str] = set()
        self._references: list[tuple[str, str]] = []
        self._premis_files: dict[str, tuple[str, str]] = {}
        self._bestand: set[str] = set()
        self._maps: dict[str, set[str]] = {"physical": set(), "logical": set()}
        self._pointed: list[tuple[str, str]] = []
        self._objects: set[str] = set()
        self._agents: set[str] = set()
        self._representations: set[str] = set()
        self._linked: list[tuple[str, str, str]] = []
        self._outcomes: set[str] = set()
        self._map = ""
        self._root: etree._Element | None = None
        self._divs: list[etree._Element] = []
        self._handlers: dict[str, Callable[[etree._Element], None]] = {
            f"{METS}amdSec": self._administrative,
            f"{METS}dmdSec": self._descriptive,
            f"{METS}file": self._file,
        }

    def read(self) -> Document:
        """Every finding of the rules, with the files and pointers that later checks need."""
        try:
            self._pass()
        except XmlError as error:
            self.document.findings = [make("SMA-V001", path=self._name, reason=str(error))]
            return self.document
        if self._root is not None:
            self.document.findings += check_document(self._root.getroottree(), self._name)
        self._references_exist()
        self._files_agree()
        self._events_agree()
        for rule, item in (*pointers_apart(self.document), *counts_apart(self.document)):
            self._tell(rule, item)
        return self.document

    def _tell(self, rule: str, item: str | None = None) -> None:
        self.document.findings.append(broken(rule, self._name, item))

    def _pass(self) -> None:
        for event, element in elements(self._path, ("start", "end")):
            if event == "start":
                self._start(element)
                continue
            handler = self._handlers.get(element.tag)
            if handler:
                handler(element)
            elif element.tag == f"{METS}div":
                self._end_of_div(element)
            elif element.tag == f"{METS}structMap":
                drop(element, element)

    def _start(self, element: etree._Element) -> None:
        if self._root is None:
            self._root = element
        identifier = element.get("ID")
        if identifier:
            self._ids.add(identifier)
        if element.tag == f"{METS}structMap":
            self._map = element.get("TYPE", "")
        elif element.tag == f"{METS}div":
            self._divs.append(element)
            for name in ("ADMID", "DMDID"):
                self._references += [(one, element.get("LABEL", "")) for one in element.get(name, "").split()]

    # --- sections ----------------------------------------------------------------------------------------------------

    def _administrative(self, section: etree._Element) -> None:
        kinds = set()
        for thing in section.iter(f"{PREMIS}object"):
            identifier = thing.findtext(f"{PREMIS}objectIdentifier/{PREMIS}objectIdentifierValue", "")
            self._objects.add(identifier)
            kind = thing.get(XSI_TYPE, "").rpartition(":")[2]
            kinds.add(kind)
            if kind == "file":
                digest = thing.findtext(f".//{PREMIS}messageDigest", "")
                self._premis_files[section.get("ID", "")] = (digest, thing.findtext(f".//{PREMIS}size", ""))
            elif kind == "representation":
                self._representations.add(identifier)
        for agent in section.iter(f"{PREMIS}agentIdentifierValue"):
            self._agents.add(agent.text or "")
        for event in section.iter(f"{PREMIS}event"):
            self._event(event)
        if kinds == {"file"}:
            section.clear()
        for ties in section.iter(f"{PREMIS}relationship"):
            drop(ties, ties.iterfind(f"{PREMIS}relatedObjectIdentifier"))

    def _event(self, event: etree._Element) -> None:
        identifier = event.findtext(f"{PREMIS}eventIdentifier/{PREMIS}eventIdentifierValue", "")
        kind = event.find(f"{PREMIS}eventType")
        if kind is None or not (kind.get("valueURI") or "").startswith("http://id.loc.gov/vocabulary/preservation/"):
            self._tell("E03", identifier)
        elif kind.text in (POLICY, APPRAISAL):
            self.document.decided.append((kind.text, event.findtext(f".//{PREMIS}eventDetail", "")))
        agents = [one.text or "" for one in event.iter(f"{PREMIS}linkingAgentIdentifierValue")]
        objects = [one.text or "" for one in event.iter(f"{PREMIS}linkingObjectIdentifierValue")]
        if not agents:
            self._tell("E01", identifier)
        if not objects:
            self._tell("E02", identifier)
        self._linked += [("E04", one, identifier) for one in agents] + [("E05", one, identifier) for one in objects]
        for link in event.iterfind(f"{PREMIS}linkingObjectIdentifier"):
            if link.findtext(f"{PREMIS}linkingObjectRole") == "outcome":
                self._outcomes.add(link.findtext(f"{PREMIS}linkingObjectIdentifierValue", ""))

    def _descriptive(self, section: etree._Element) -> None:
        name = section.get("ID", "")
        if section.find(f".//{MDTO}bestand") is not None:
            self._bestand.add(name)
            section.clear()
            return
        for record in section.iterfind(f"{METS}mdWrap/{METS}xmlData/*"):
            self.document.records[name] = content_digest(record)
            take_account(record, self.document)
        for record in section.iter(f"{MDTO}informatieobject"):
            drop(record, record.iterfind(f"{MDTO}heeftRepresentatie"))

    def _file(self, element: etree._Element) -> None:
        identifier = element.get("ID", "")
        location = element.find(f"{METS}FLocat")
        path = location.get(f"{XLINK}href", "") if location is not None else ""
        size = element.get("SIZE", "")
        known = MetsFile(identifier, path, element.get("CHECKSUM", ""), whole_number(size))
        if (
            element.get("CHECKSUMTYPE") != "SHA-256"
            or not known.sha256
            or known.size is None
            or not element.get("MIMETYPE")
        ):
            self._tell("F01", path)
        if not set(element.get("DMDID", "").split()) & self._bestand:
            self._tell("F06", path)
        self._references += [(one, path) for name in ("ADMID", "DMDID") for one in element.get(name, "").split()]
        premis = [self._premis_files[one] for one in element.get("ADMID", "").split() if one in self._premis_files]
        if not premis:
            self._tell("F02", path)
        elif premis[0] != (known.sha256, size):
            self._tell("F03", path)
        self.document.files[identifier] = known
        element.clear()

    # --- divs --------------------------------------------------------------------------------------------------------

    def _end_of_div(self, div: etree._Element) -> None:
        self._divs.pop()
        kind = div.get("TYPE", "")
        identifier, label = div.get("ID", ""), div.get("LABEL", "")
        pointers = tuple(self._pointer(div, one) for one in div.iterfind(f"{METS}fptr"))
        if self._map == "logical":
            self.document.kinds[kind] += 1
            if kind in KINDS:
                self.document.divisions.append(Division(identifier, kind, label, pointers))
            if kind in POST_KINDS:
                self._post(div, kind)
        # What is below is done with; the element itself stays until its parent is, so that the parent can be asked.
        drop(div, div)

    def _post(self, div: etree._Element, kind: str) -> None:
        label = div.get("LABEL", "")
        if not div.get("ID") or not label:
            self._tell("S01", div.get("ID") or label)
        parent = self._divs[-1].get("TYPE", "") if self._divs else ""
        answers = div.get(f"{XLINK}label", "")
        if answers:
            self._references.append((answers.removeprefix("in-reply-to:"), div.get("ID", "")))
        if kind == "reply" and parent not in POST_KINDS and not answers.startswith("in-reply-to:"):
            self._tell("S03", div.get("ID"))

    def _pointer(self, div: etree._Element, pointer: etree._Element) -> Pointer:
        area = pointer.find(f"{METS}area")
        file = (area if area is not None else pointer).get("FILEID", "")
        self._maps.setdefault(self._map, set()).add(file)
        item = div.get("ID", div.get("LABEL", ""))
        self._pointed.append((file, item))
        if area is None:
            return Pointer(file)
        begin, extent = whole_number(area.get("BEGIN", "")), whole_number(area.get("EXTENT", ""))
        in_bytes = area.get("BETYPE") == area.get("EXTTYPE") == "BYTE"
        if begin is None or extent is None or not in_bytes:
            self._tell("B01", item)
            return Pointer(file, 0, 0)
        return Pointer(file, begin, extent)

    # --- at the end --------------------------------------------------------------------------------------------------

    def _references_exist(self) -> None:
        for identifier, item in self._references:
            if identifier not in self._ids:
                self._tell("I01", f"{item}: {identifier}")
        for identifier, item in self._pointed:
            if identifier not in self.document.files:
                self._tell("B03", item)

    def _files_agree(self) -> None:
        paths: set[str] = set()
        for file in self.document.files.values():
            if file.path in paths:
                self._tell("I02", file.path)
            paths.add(file.path)
            if file.id not in self._maps["physical"]:
                self._tell("F04", file.path)
            if file.id not in self._maps["logical"]:
                self._tell("F05", file.path)

    def _events_agree(self) -> None:
        for rule, identifier, event in self._linked:
            known = self._agents if rule == "E04" else self._objects
            if identifier not in known:
                self._tell(rule, f"{event}: {identifier}")
        for representation in sorted(self._representations - self._outcomes):
            self._tell("E06", representation)


def read_mets(path: Path, name: str | None = None) -> Document:
    """Read a METS document with every rule of the profile."""
    return MetsReader(path, name or path.name).read()
