"""What a METS says of files, events and MDTO records, whoever wrote it: the package's own, or Archivematica's.

Both are read in one streamed pass. Things are named so that the two can be held against each other: a file by its path
in the package, anything else by the identifier that it brought along. Archivematica moves metadata to another folder,
gives files identifiers of its own beside ours, and lets an event stand in the section of the file that it is about.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from sma_plugin.describe.moments import Time, first_day
from sma_plugin.describe.xml import MDTO, METS, PREMIS, XLINK, XSI
from sma_plugin.validate.xml_stream import elements

_METS, _PREMIS, _MDTO = f"{{{METS}}}", f"{{{PREMIS}}}", f"{{{MDTO}}}"
_MOVED = (
    (re.compile(r"objects/metadata/transfers/[^/]+/"), "metadata/"),
    (re.compile(r"objects/submissionDocumentation/transfer-[^/]+/(?!METS\.xml$)"), "metadata/submissionDocumentation/"),
)
"""Where Archivematica keeps what came in the folder ``metadata``; the METS of a transfer is its own."""
_WHERE = re.compile(r"%\w+Directory%")
_TAGS = (f"{_METS}amdSec", f"{_METS}dmdSec", f"{_METS}file", f"{_METS}div")
_URN = "urn:uuid:"
_SOURCE = "source"
_SHA256 = re.compile(r"sha-?256", re.IGNORECASE)

Key = tuple[str, str]
"""Type and moment of an event."""


@dataclass
class Told:
    """What a METS tells. ``events`` counts, of each type and moment, the events about the same things.

    ``sums`` are the SHA-256 of files, ``parts`` the files of each representation, ``records`` the identifiers of MDTO
    records.
    """

    sums: dict[str, str] = field(default_factory=dict)
    events: dict[Key, Counter[frozenset[str]]] = field(default_factory=lambda: defaultdict(Counter))
    parts: dict[str, frozenset[str]] = field(default_factory=dict)
    entities: set[str] = field(default_factory=set)
    records: set[str] = field(default_factory=set)


def told_by(path: Path, keys: Collection[Key] | None = None) -> Told:
    """Read a METS. Raises :class:`~sma_plugin.validate.xml_stream.XmlError` and ``OSError``.

    ``keys`` are the events that are looked for: Archivematica adds dozens of its own to every file.
    """
    return _Reader(keys).read(path)


class _Reader:
    """Gathers sections as they end; names are settled when all files are known."""

    def __init__(self, keys: Collection[Key] | None) -> None:
        self._told, self._keys = Told(), keys
        self._types = None if keys is None else {kind for kind, _ in keys}
        self._names: dict[str, str] = {}  # identifier of a file, to its path
        self._sections: dict[str, tuple[list[str], str]] = {}  # of a file: identifiers, SHA-256
        self._events: list[tuple[Key, str, list[str]]] = []  # with the section it stands in, and what it links to
        self._parts: dict[str, list[str]] = {}

    def read(self, path: Path) -> Told:
        """One pass. Raises as :func:`told_by`."""
        for _, element in elements(path, tags=_TAGS):
            if element.tag == f"{_METS}amdSec":
                self._administrative(element)
            elif element.tag == f"{_METS}dmdSec":
                self._descriptive(element)
            elif element.tag == f"{_METS}file":
                self._file(element)
            element.clear()
            parent = element.getparent()  # an empty element takes room too, where there are many
            while parent is not None and (done := element.getprevious()) is not None:
                parent.remove(done)
        self._settle()
        return self._told

    def _administrative(self, section: etree._Element) -> None:
        name = section.get("ID", "")
        for thing in section.iter(f"{_PREMIS}object"):
            self._object(thing, name)
        for event in section.iter(f"{_PREMIS}event"):
            kind = event.findtext(f"{_PREMIS}eventType", "")
            if self._types is not None and kind not in self._types:
                continue
            key = kind, moment(event.findtext(f"{_PREMIS}eventDateTime", ""))
            if self._keys is not None and key not in self._keys:
                continue
            links = [
                link.findtext(f"{_PREMIS}linkingObjectIdentifierValue", "")
                for link in event.iterfind(f"{_PREMIS}linkingObjectIdentifier")
                if link.findtext(f"{_PREMIS}linkingObjectRole") != _SOURCE
            ]
            self._events.append((key, name, links))

    def _object(self, thing: etree._Element, section: str) -> None:
        kind = thing.get(f"{{{XSI}}}type", "").rpartition(":")[2]
        named = thing.iterfind(f"{_PREMIS}objectIdentifier/{_PREMIS}objectIdentifierValue")
        identifiers = [(one.text or "").removeprefix(_URN) for one in named]
        if kind == "file":
            self._sections[section] = (identifiers, _digest(thing))
        elif kind == "representation" and identifiers:
            self._parts[identifiers[0]] = [
                one.text or "" for one in thing.iter(f"{_PREMIS}relatedObjectIdentifierValue")
            ]
        elif kind == "intellectualEntity":
            self._told.entities.update(identifiers)

    def _descriptive(self, section: etree._Element) -> None:
        for thing in section.iter(f"{_PREMIS}object"):
            self._object(thing, "")
        for kind in ("informatieobject", "bestand"):
            for record in section.iter(f"{_MDTO}{kind}"):
                path = f"{_MDTO}identificatie/{_MDTO}identificatieKenmerk"
                self._told.records.add(record.findtext(path, ""))

    def _file(self, element: etree._Element) -> None:
        location = element.find(f"{_METS}FLocat")
        path = delivered(location.get(f"{{{XLINK}}}href", "") if location is not None else "")
        for section in element.get("ADMID", "").split():
            identifiers, digest = self._sections.get(section, ([], ""))
            self._names.update(dict.fromkeys((*identifiers, section), path))
            if digest:
                self._told.sums[path] = digest

    def _settle(self) -> None:
        paths = set(self._told.sums)
        for identifier, related in self._parts.items():
            self._told.parts[identifier] = frozenset(self._names.get(one, "") for one in related) & paths
        for key, section, links in self._events:
            about = {self._names.get(one, one) for one in (*links, *([section] if section in self._names else ()))}
            self._told.events[key][frozenset(about)] += 1


def delivered(path: str) -> str:
    """The path in the package of a file in an AIP.

    >>> delivered("objects/metadata/transfers/x-0b1c/mdto/serie.MDTO.xml")
    'metadata/mdto/serie.MDTO.xml'
    """
    path = _WHERE.sub("", path)
    for moved, origin in _MOVED:
        path = moved.sub(origin, path)
    return path


def moment(text: str) -> str:
    """A moment in UTC to the second; a day, month or year as its first moment, which is all that databases keep.

    >>> moment("2026-11-27T16:53:40.5+02:00"), moment("2024-05")
    ('2026-11-27T14:53:40+00:00', '2024-05-01T00:00:00+00:00')
    """
    try:
        found = datetime.fromisoformat(first_day(Time(text)).text)
    except ValueError:
        return text
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found.astimezone(UTC).replace(microsecond=0).isoformat()


def _digest(thing: etree._Element) -> str:
    for fixity in thing.iter(f"{_PREMIS}fixity"):
        if _SHA256.fullmatch(fixity.findtext(f"{_PREMIS}messageDigestAlgorithm", "")):
            return fixity.findtext(f"{_PREMIS}messageDigest", "")
    return ""
