"""The divisions of a METS' structMaps in one streamed pass: each post and its pointers, as they come."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from lxml import etree

from sma_plugin.describe.structmap_writer import PART
from sma_plugin.validate.mets_agreement import pointers_apart, whole_number
from sma_plugin.validate.mets_document import KINDS, METS, POST_KINDS, Division, Document, Pointer
from sma_plugin.validate.xml_stream import drop

_LABEL = "{http://www.w3.org/1999/xlink}label"
_ANSWERS = "in-reply-to:"


class Divisions:
    """Follows the structMaps. ``tell`` takes a rule that breaks, ``refer`` a reference to a section or division.

    ``keep``: whether every division is kept for later checks; else memory does not grow with posts.
    """

    def __init__(
        self,
        document: Document,
        tell: Callable[[str, str | None], None],
        refer: Callable[[str, str], None],
        *,
        keep: bool,
    ) -> None:
        self._document, self._tell, self._refer, self._keep = document, tell, refer, keep
        self._map = ""
        self._open: list[etree._Element] = []
        self._said = hashlib.sha256()
        self.pointed: dict[str, set[str]] = {"physical": set(), "logical": set()}
        """IDs of files that structMaps of a type point at."""
        self.astray: list[tuple[str, str]] = []
        """Files that were pointed at before they were known, with the division."""

    def begin(self, element: etree._Element) -> None:
        """A structMap or a division begins."""
        if element.tag == f"{METS}structMap":
            self._map = element.get("TYPE", "")
            return
        if element.get("TYPE") == PART:
            return
        self._open.append(element)
        for name in ("ADMID", "DMDID"):
            for one in element.get(name, "").split():
                self._refer(one, element.get("LABEL", ""))

    def end(self, div: etree._Element) -> None:
        """A division ends, with everything below it."""
        kind = div.get("TYPE", "")
        if kind != PART:
            self._open.pop()
            pointers = tuple(self._pointer(div, one) for one in div.iterfind(f"{METS}fptr"))
            if self._map == "logical":
                self._logical(div, Division(div.get("ID", ""), kind, div.get("LABEL", ""), pointers))
        # What is below is done with, and so is the division before this one. This one stays while the parser is at it.
        drop(div, div)
        before, parent = div.getprevious(), div.getparent()
        if before is not None and parent is not None and before.tag == div.tag:
            parent.remove(before)

    @property
    def said(self) -> str:
        """A digest of what the logical structure says: kinds, labels, and which bytes of which files."""
        return self._said.hexdigest()

    def _logical(self, div: etree._Element, division: Division) -> None:
        self._document.kinds[division.kind] += 1
        files = self._document.files
        places = [(files[file].path if file in files else file, *area) for file, *area in division.pointers]
        self._said.update(repr((len(self._open), division.kind, division.label, places)).encode())
        if division.kind in KINDS:
            for rule in pointers_apart(division, files):
                self._tell(rule, division.id or division.label)
            if self._keep:
                self._document.divisions.append(division)
        if division.kind in POST_KINDS:
            self._post(div, division)

    def _post(self, div: etree._Element, division: Division) -> None:
        if not division.id or not division.label:
            self._tell("S01", division.id or division.label)
        parent = self._open[-1].get("TYPE", "") if self._open else ""
        answers = div.get(_LABEL, "")
        if answers:
            self._refer(answers.removeprefix(_ANSWERS), division.id)
        if division.kind == "reply" and parent not in POST_KINDS and not answers.startswith(_ANSWERS):
            self._tell("S03", division.id)

    def _pointer(self, div: etree._Element, pointer: etree._Element) -> Pointer:
        area = pointer.find(f"{METS}area")
        file = (area if area is not None else pointer).get("FILEID", "")
        known = self._document.files.get(file)
        file = known.id if known else file
        self.pointed.setdefault(self._map, set()).add(file)
        item = div.get("ID", div.get("LABEL", ""))
        if known is None:
            self.astray.append((file, item))
        if area is None:
            return Pointer(file)
        begin, extent = whole_number(area.get("BEGIN", "")), whole_number(area.get("EXTENT", ""))
        in_bytes = area.get("BETYPE") == area.get("EXTTYPE") == "BYTE"
        if begin is None or extent is None or not in_bytes:
            self._tell("B01", item)
            return Pointer(file, 0, 0)
        return Pointer(file, begin, extent)
