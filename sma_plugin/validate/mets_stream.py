"""A METS in one streamed pass: the profile's rules per file, per post and on references, with sets.

What the rules for the document as a whole ask for is kept, and given to Schematron at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lxml import etree

from sma_plugin.findings import make
from sma_plugin.selection.decision_events import APPRAISAL, POLICY
from sma_plugin.validate.mets_agreement import (
    FOLDED,
    content_digest,
    counts_apart,
    fold,
    take_account,
    whole_number,
    without_uuids,
)
from sma_plugin.validate.mets_divisions import Divisions
from sma_plugin.validate.mets_document import MDTO, METS, PREMIS, Document, MetsFile, PremisFile
from sma_plugin.validate.name_set import NameSet
from sma_plugin.validate.profile import Form, broken, check_document, rules
from sma_plugin.validate.xml_stream import XmlError, drop, elements, forget

XLINK = "{http://www.w3.org/1999/xlink}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_TAGS = (*(METS + name for name in ("mets", "dmdSec", "amdSec", "file", "structMap", "div")), *FOLDED)


class MetsReader:
    """Reads one METS document and checks the streamed rules on the way.

    ``form`` is whose METS it is. ``keep``: whether divisions are kept for later checks.
    """

    def __init__(self, path: Path, name: str, form: Form = "package", *, keep: bool = True) -> None:
        self._path, self._name, self._form = path, name, form
        self.document = Document()
        self._ids = NameSet()
        """What can be referred to: posts too."""
        self._open_references: list[tuple[str, str]] = []
        self._premis_files: dict[str, PremisFile] = {}
        self._bestand, self._objects = NameSet(), NameSet()
        self._agents: set[str] = set()
        self._representations: set[str] = set()
        self._included: set[str] = set()
        self._linked: list[tuple[str, str, str]] = []
        self._outcomes: set[str] = set()
        self._root: etree._Element | None = None
        self._divisions = Divisions(self.document, self._tell, self._refer, keep=keep)
        self._handlers: dict[str, Callable[[etree._Element], None]] = {
            f"{METS}amdSec": self._administrative,
            f"{METS}dmdSec": self._descriptive,
            f"{METS}file": self._file,
            f"{METS}div": self._divisions.end,
            f"{METS}structMap": lambda element: drop(element, element),
            f"{PREMIS}relatedObjectIdentifier": self._related,
            f"{MDTO}heeftRepresentatie": fold,
        }

    def read(self) -> Document:
        """Every finding of the rules, with the files and pointers that later checks need."""
        try:
            return self._read()
        finally:
            # They lead back here: what was gathered would stay until the collector of cycles came by.
            del self._handlers, self._divisions

    def _read(self) -> Document:
        try:
            self._pass()
        except XmlError as error:
            self.document.findings = [make("SMA-V001", path=self._name, reason=str(error))]
            return self.document
        if self._root is not None:
            self.document.findings += check_document(self._root.getroottree(), self._name, self._form)
        self._references_exist()
        self._files_agree()
        self._events_agree()
        for rule, item in counts_apart(self.document):
            self._tell(rule, item)
        if self.document.kinds["account"] != 1:
            self._tell("Q02")
        self.document.structure = self._divisions.said
        return self.document

    def _tell(self, rule: str, item: str | None = None) -> None:
        if self._form in rules()[rule].forms:
            self.document.findings.append(broken(rule, self._name, item))

    def _refer(self, identifier: str, item: str) -> None:
        """A reference; what it leads to comes before it, as a rule."""
        if identifier not in self._ids:
            self._open_references.append((identifier, item))

    def _pass(self) -> None:
        # What a document of another root holds is no METS, and says so by its root.
        for event, element in elements(self._path, ("start", "end"), _TAGS):
            if event == "start":
                self._start(element)
            elif handler := self._handlers.get(element.tag):
                handler(element)

    def _start(self, element: etree._Element) -> None:
        if self._root is None:
            self._root = element
        if element.tag != f"{METS}file" and (identifier := element.get("ID")):
            self._ids.add(identifier)
        if element.tag in (f"{METS}structMap", f"{METS}div"):
            self._divisions.begin(element)

    # --- sections ----------------------------------------------------------------------------------------------------

    def _administrative(self, section: etree._Element) -> None:
        kinds = {self._object(thing, section) for thing in section.iter(f"{PREMIS}object")}
        own = kinds != {"file"}
        if own or self._form == "package":
            for one in section:
                self._ids.add(one.get("ID", ""))
            for agent in section.iter(f"{PREMIS}agentIdentifierValue"):
                self._agents.add(agent.text or "")
            for event in section.iter(f"{PREMIS}event"):
                self._event(event)
        if not own:
            forget(section)
            return
        for one in section.iterfind(f"*/{METS}mdWrap/{METS}xmlData/*"):
            self.document.said[content_digest(one, without_uuids)] = etree.QName(one).localname

    def _related(self, element: etree._Element) -> None:
        """What an object is related to; a file to little, a representation to each of its files."""
        ties = element.getparent()
        thing = ties.getparent() if ties is not None else None
        if ties is None or thing is None or _kind(thing) == "file":
            return
        if ties.findtext(f"{PREMIS}relationshipSubType") == "includes":
            self._included.add(element.findtext(f"{PREMIS}relatedObjectIdentifierValue", ""))
        fold(element, without_uuids)

    def _object(self, thing: etree._Element, section: etree._Element) -> str:
        """Take in a PREMIS object; gives its kind."""
        identifier = thing.findtext(f"{PREMIS}objectIdentifier/{PREMIS}objectIdentifierValue", "")
        self._objects.add(identifier)
        kind = _kind(thing)
        if kind == "file":
            digest, size = thing.findtext(f".//{PREMIS}messageDigest", ""), thing.findtext(f".//{PREMIS}size", "")
            algorithm = thing.findtext(f".//{PREMIS}messageDigestAlgorithm", "").casefold().replace("-", "")
            known = PremisFile(identifier, digest, size, is_sha256=algorithm == "sha256")
            self._premis_files[section.get("ID", "")] = known
        elif kind == "representation":
            self._representations.add(identifier)
        return kind

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
            forget(section)
            return
        for record in section.iterfind(f"{METS}mdWrap/{METS}xmlData/*"):
            if self._form == "aip" and record.tag == f"{PREMIS}object":  # a folder, as Archivematica describes it
                forget(section)
                return
            self.document.records[name] = content_digest(record)
            take_account(record, self.document)

    def _file(self, element: etree._Element) -> None:
        identifier = element.get("ID", "")
        location = element.find(f"{METS}FLocat")
        path = location.get(f"{XLINK}href", "") if location is not None else ""
        size = element.get("SIZE", "")
        known = MetsFile(identifier, path, element.get("CHECKSUM", ""), whole_number(size))
        stated = (known.sha256, size)
        typed = element.get("CHECKSUMTYPE") == "SHA-256" and element.get("MIMETYPE")
        if not typed or not known.sha256 or known.size is None:
            self._tell("F01", path)
        for name in ("ADMID", "DMDID"):
            for one in element.get(name, "").split():
                self._refer(one, path)
        premis = [self._premis_files[one] for one in element.get("ADMID", "").split() if one in self._premis_files]
        if not premis:
            self._tell("F02", path)
        elif (premis[0].digest, premis[0].size) != stated:
            self._tell("F03", path)
        known.described = any(one in self._bestand for one in element.get("DMDID", "").split())
        if self._form == "aip" and premis:
            known.uuid, known.size = premis[0].uuid, whole_number(premis[0].size)
            known.sha256 = premis[0].digest if premis[0].is_sha256 else ""
        self.document.files[identifier] = known
        forget(element)

    # --- at the end --------------------------------------------------------------------------------------------------

    def _references_exist(self) -> None:
        for identifier, item in self._open_references:
            if identifier not in self._ids:
                self._tell("I01", f"{item}: {identifier}")
        for identifier, item in self._divisions.astray:
            if identifier not in self.document.files:
                self._tell("B03", item)

    def _files_agree(self) -> None:
        paths: set[str] = set()
        found: set[str] = set()
        for file in self.document.files.values():
            if file.path in paths and file.path:
                self._tell("I02", file.path)
            paths.add(file.path)
            if file.id not in self._divisions.pointed["physical"] and file.path:
                self._tell("F04", file.path)
            if self._form == "aip" and file.uuid not in self._included:
                continue
            found.add(file.uuid if file.size is not None else "")
            if file.id not in self._divisions.pointed["logical"]:
                self._tell("F05", file.path)
            if not file.described:
                self._tell("F06", file.path)
        for uuid in sorted(self._included - found) if self._form == "aip" else ():
            self._tell("Q01", uuid)

    def _events_agree(self) -> None:
        for rule, identifier, event in self._linked:
            known = self._agents if rule == "E04" else self._objects
            if identifier not in known:
                self._tell(rule, f"{event}: {identifier}")
        for representation in sorted(self._representations - self._outcomes):
            self._tell("E06", representation)


def _kind(thing: etree._Element) -> str:
    return thing.get(XSI_TYPE, "").rpartition(":")[2]


def read_mets(path: Path, name: str | None = None, form: Form = "package", *, keep: bool = True) -> Document:
    """Read a METS document with every rule of the profile that is about a METS of this form."""
    return MetsReader(path, name or path.name, form, keep=keep).read()
