"""The text of office documents that are XML in a zip: OOXML (ISO/IEC 29500) and OpenDocument (ISO/IEC 26300)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from sma_plugin.formats.conversion import NotConvertibleError
from sma_plugin.formats.office import UNREADABLE

_PARTS = {
    "docx": r"word/(?:document|footnotes|endnotes|(?:header|footer)\d*)\.xml",
    "xlsx": r"xl/(?:sharedStrings|worksheets/[^/]+)\.xml",
    "pptx": r"ppt/slides/slide\d+\.xml",
}
_COMMENTS = {
    "docx": r"word/comments\.xml",
    "xlsx": r"xl/comments(?:\d*|/[^/]+)\.xml",
    "pptx": r"ppt/comments/[^/]+\.xml",
}
_NOTES = r"ppt/notesSlides/notesSlide\d+\.xml"
_OPEN = r"content\.xml"
_PARAGRAPHS = {"p", "h", "si", "is"}
_SPACES = {"s", "tab", "br", "cr", "line-break"}
_UNSHOWN = {"annotation", "notes", "tracked-changes", "Fallback", "rPh", "forms"}
"""Comments, notes of a speaker, deleted text, a second form of the same text, how it is pronounced."""
_MOST = 256 << 20
"""Bytes of one part."""


class Held(NamedTuple):
    """What a document holds: its text, and how many comments, notes of a speaker, slides and filled cells."""

    text: str
    comments: int = 0
    notes: int = 0
    slides: int = 0
    cells: int = 0


def held(path: Path, form: str) -> Held:
    """What is in a document of a form (``docx``, ``odt``...). Raises :class:`NotConvertibleError` for a damaged one."""
    try:
        with zipfile.ZipFile(path) as whole:
            return _open_document(whole) if form in ("odt", "ods", "odp") else _office_open(whole, form)
    except (*UNREADABLE, KeyError, etree.XMLSyntaxError) as error:
        raise NotConvertibleError("damaged") from error


def _open_document(whole: zipfile.ZipFile) -> Held:
    (content,) = _roots(whole, _OPEN)
    names = [_local(one) for one in content.iter()]
    cells = [one for one in content.iter() if _local(one) in ("table-cell", "covered-table-cell") and _filled(one)]
    return Held(
        "".join(_texts(content, everything=True)),
        names.count("annotation"),
        sum(_local(one) == "notes" and bool(_all_text(one)) for one in content.iter()),
        sum(_local(one) == "page" for one in content.iter()),
        sum(_times(one) for one in cells),
    )


def _filled(cell: Any) -> bool:
    return any(etree.QName(name).localname == "value-type" for name in cell.attrib)


def _times(cell: Any) -> int:
    """How many cells an element stands for; equal ones beside each other, and rows of them, are written once."""
    count = 1
    for element, name in ((cell, "number-columns-repeated"), (cell.getparent(), "number-rows-repeated")):
        told = [value for key, value in element.attrib.items() if etree.QName(key).localname == name]
        count *= int(told[0]) if told else 1
    return count


def _office_open(whole: zipfile.ZipFile, form: str) -> Held:
    parts = list(_roots(whole, _PARTS[form]))
    comments = [one for root in _roots(whole, _COMMENTS[form]) for one in root.iter()]
    slides = [one for one in parts if _local(one) == "sld" and one.get("show") not in ("0", "false")]
    cells = [one for root in parts for one in root.iter() if _local(one) == "c"] if form == "xlsx" else []
    return Held(
        "".join(text for root in parts for text in _texts(root)),
        sum(_local(one) in ("comment", "cm") for one in comments),
        sum(bool(_all_text(one)) for one in _roots(whole, _NOTES)),
        len(slides),
        sum(any(_local(inner) in ("v", "is", "f") and _all_text(inner, "") for inner in cell) for cell in cells),
    )


def _roots(whole: zipfile.ZipFile, pattern: str) -> Iterator[Any]:
    """The parts of a name, parsed; none that is out of proportion."""
    for row in whole.infolist():
        if not re.fullmatch(pattern, row.filename):
            continue
        if row.file_size > _MOST:
            raise NotConvertibleError("too-large")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        yield etree.fromstring(whole.read(row), parser)


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _all_text(element: Any, only: str = "t") -> str:
    return "".join(one.text or "" for one in element.iter() if not only or _local(one) in (only, "p", "span")).strip()


def _texts(element: Any, *, everything: bool = False) -> Iterator[str]:
    """The text of a part: of OOXML what stands in ``t``, of OpenDocument all of a paragraph (``everything``)."""
    name = _local(element)
    if name in _UNSHOWN or (name == "c" and element.get("t") != "inlineStr"):
        return
    within = everything and name in _PARAGRAPHS
    if name == "t" or everything:
        yield element.text or ""
    for child in element:
        yield from _texts(child, everything=everything)
        if everything:
            yield child.tail or ""
    if within or name in _PARAGRAPHS or name in _SPACES:
        yield "\n"
