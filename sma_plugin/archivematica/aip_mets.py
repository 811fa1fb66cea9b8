"""The METS of an AIP with the whole description of the package in it: what Archivematica wrote stays byte for byte.

Sections of the package's own METS go in before Archivematica's next kind of section, and attributes that lead to them
into tags that are there. Nothing goes in twice, so that a METS that was described already stays as it is, and one that
Archivematica wrote anew from it (reingest) gets back what it lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from heapq import merge
from operator import attrgetter
from typing import BinaryIO

from lxml import etree

from sma_plugin.archivematica.enrichment_event import recorded
from sma_plugin.archivematica.insertions import Insertion, attributes_in
from sma_plugin.archivematica.mets_outline import ADMINISTRATIVE, DESCRIPTIVE, FILES, MAP, Outline, Section
from sma_plugin.archivematica.mets_sections import Sections
from sma_plugin.describe.import_files import COPY_METADATA, SOURCE_METADATA
from sma_plugin.describe.mets import TYPE
from sma_plugin.describe.xml import METS, safe_parser, xml_id
from sma_plugin.namespaces import PROFILE
from sma_plugin.package.records import PackageRecord
from sma_plugin.provenance import Stamps
from sma_plugin.validate.mets_agreement import content_digest

_OBJECTS = "objects"
_PACKAGE, _REPRESENTATION = "amd-package", "amd-rep-"
_FILE = "dmd-file-"
_EVENT = "amd-aip-mets"
_DUBLIN_CORE, _MAP = "dmd-dc", "structMap-logical"
_AT = attrgetter("at")
_DERIVED = ("normalised", "access", "masked")
_DIVISIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "series": {"DMDID": ("dmd-serie",)},
    "account": {"DMDID": ("dmd-dossier", "dmd-account"), "ADMID": (_PACKAGE,)},
    "timeline": {"DMDID": ("dmd-archiefstuk",)},
}
"""The sections of ours that divisions of an imported structMap belong to."""
_IMPORTED = {
    f"dmd-{path.partition('/')[2].partition('.')[0]}": kind
    for path, kind in (*SOURCE_METADATA, *COPY_METADATA.values())
}
"""By our section the type under which Archivematica puts the same record into its METS, where it validates XML."""


def prefix_of(record: PackageRecord) -> str:
    """What our IDs in an AIP's METS begin with: the same as in the structMap that Archivematica imports."""
    return f"sma-{record.package.id[:8]}-"


class Enrichment:
    """What goes into one METS of an AIP, from the METS of the package in it.

    ``own`` and ``stored`` are where things stand in the METS of the package and in that of the AIP, whose files are
    tied to each other (:func:`~sma_plugin.archivematica.stored_files.match`).
    """

    def __init__(self, own: Outline, stored: Outline, record: PackageRecord) -> None:
        self._own, self._stored, self._record = own, stored, record
        self._prefix = prefix_of(record)
        self._known = {one.id for one in stored.sections}

    def insertions(self, own: BinaryIO, stream: BinaryIO, stamps: Stamps) -> Iterator[Insertion]:
        """Everything that the METS lacks, in the order of where it goes; read on as it is asked for.

        ``own`` is the package's METS and ``stream`` that of the AIP, open for reading.
        """
        instead = dict(self._imported(stream, own))
        sections = Sections(own, self._prefix, self._own.files.tied, instead, self._declarations())
        return merge(
            self._led_to_files(stream, sections),
            sorted(self._led_to(stream, sections), key=_AT),
            self._described(sections),
            self._administered(sections, stamps),
            self._mapped(sections),
            key=_AT,
        )

    # --- sections ----------------------------------------------------------------------------------------------------

    def _lacking(self, kind: str, *instead: str) -> Iterator[Section]:
        """Sections of ours of a kind that are not there yet."""
        for one in self._own.of(kind):
            if one.id not in instead and self._prefix + one.id not in self._known:
                yield one

    def _described(self, sections: Sections) -> Iterator[Insertion]:
        at = self._stored.before(ADMINISTRATIVE, FILES, MAP)
        has_dublin_core = any(one.type == "DC" for one in self._stored.of(DESCRIPTIVE))
        for one in self._lacking(DESCRIPTIVE, *([_DUBLIN_CORE] if has_dublin_core else [])):
            if sections.is_ours(one.id):
                yield Insertion(at, sections.render(one))
        for name, start, end in self._own.files.records():
            known = self._own.files.tied(name.removeprefix(_FILE))
            if known and not self._stored.files.has_record(self._prefix + name):
                yield Insertion(at, sections.bestand(Section(DESCRIPTIVE, name, start, end), known))

    def _administered(self, sections: Sections, stamps: Stamps) -> Iterator[Insertion]:
        at = self._stored.before(FILES, MAP)
        for one in self._lacking(ADMINISTRATIVE):
            yield Insertion(at, sections.render(one))
        if sections.named(_EVENT) not in self._known:
            yield Insertion(at, recorded(self._record, sections.named(_EVENT), sections.declared, stamps))

    def _mapped(self, sections: Sections) -> Iterator[Insertion]:
        """The logical structMap, where Archivematica imported none."""
        if self._imported_map is None:
            at = self._stored.before("structLink", "behaviorSec")
            yield from (Insertion(at, sections.render(one)) for one in self._own.of(MAP) if one.id == _MAP)

    @property
    def _imported_map(self) -> dict[str, int] | None:
        name = f"{self._prefix}account"
        return next((one.divisions for one in self._stored.accounts if one.account == name), None)

    def _declarations(self) -> dict[str, str]:
        """Prefixes of ours that the METS does not have."""
        known = self._stored.namespaces
        return {name: uri for name, uri in self._own.namespaces.items() if known.get(name) != uri}

    # --- attributes --------------------------------------------------------------------------------------------------

    def _led_to(self, stream: BinaryIO, sections: Sections) -> Iterator[Insertion]:
        """Attributes that lead to the sections, in tags that are there."""
        put = partial(attributes_in, stream)
        yield from put(self._stored.root, {"TYPE": TYPE, "PROFILE": PROFILE})
        for path, wanted in self._of_folders(sections).items():
            if path in self._stored.folders:
                yield from put(self._stored.folders[path], wanted)
        for kind, at in (self._imported_map or {}).items():
            yield from put(at, {name: _joined(map(sections.named, ids)) for name, ids in _DIVISIONS[kind].items()})

    def _led_to_files(self, stream: BinaryIO, sections: Sections) -> Iterator[Insertion]:
        """The same in the tags of files."""
        for ours, at in self._own.files.places():
            yield from attributes_in(stream, at, {"DMDID": sections.named(_FILE + ours)})

    def _of_folders(self, sections: Sections) -> dict[str, dict[str, str]]:
        """What leads from folders: from the objects to the package's sections, from a part to its representation."""
        whole = [one.id for one in self._own.of(DESCRIPTIVE)]
        about = [name for name in whole if sections.is_ours(name) and name != _DUBLIN_CORE]
        of_whole = [_PACKAGE, _EVENT]
        found: dict[str, dict[str, str]] = {}
        for one in self._own.of(ADMINISTRATIVE):
            key = one.id.removeprefix(_REPRESENTATION)
            if key == one.id:
                continue
            folder = f"objects/derived/{key}" if key in _DERIVED else f"objects/captures/{self._capture(key)}"
            if folder in self._stored.folders:
                found[folder] = {"ADMID": sections.named(one.id)}
            else:
                of_whole.append(one.id)
        names = {"DMDID": about, "ADMID": of_whole}
        return found | {_OBJECTS: {name: _joined(map(sections.named, ids)) for name, ids in names.items()}}

    def _capture(self, key: str) -> str:
        """The capture that a representation is of, by what it is called in XML IDs."""
        return next((one.id for one in self._record.capture if xml_id(one.id) == key), key)

    # --- records that Archivematica has imported ----------------------------------------------------------------------

    def _imported(self, stream: BinaryIO, own: BinaryIO) -> Iterator[tuple[str, str]]:
        """Sections of ours that Archivematica has under an ID of its own, with that ID: the same record."""
        known = {one.type: one for one in self._stored.of(DESCRIPTIVE) if not one.id.startswith(self._prefix)}
        for one in self._own.of(DESCRIPTIVE):
            theirs = known.get(_IMPORTED.get(one.id, ""))
            if theirs and _digest(stream, theirs, self._stored) == _digest(own, one, self._own):
                yield one.id, theirs.id


def _joined(names: Iterable[str]) -> str:
    return " ".join(names)


def _digest(stream: BinaryIO, section: Section, document: Outline) -> list[str]:
    """What the records in a section say: of ours it is one."""
    declared = "".join(f' xmlns:{name}="{uri}"' for name, uri in document.namespaces.items() if name)
    stream.seek(section.start)
    data = stream.read(section.end - section.start)
    root = etree.fromstring(f"<sma{declared}>".encode() + data + b"</sma>", safe_parser())
    return [content_digest(record) for record in root.iterfind(f".//{{{METS}}}xmlData/*")]
