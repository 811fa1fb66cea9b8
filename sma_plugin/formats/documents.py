"""Office documents as PDF/A or OpenDocument, by LibreOffice.

What came of it is opened again and its text held against that of the document: read from the document itself where it
is XML in a zip, else as LibreOffice reads it. What paper does not show (comments, notes of a speaker) is counted as
lost. That a PDF looks as the document did is not checked.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from sma_plugin.formats import office
from sma_plugin.formats.conversion import Converted, MissingToolError, NotConvertibleError, tools
from sma_plugin.formats.office_text import Held, held
from sma_plugin.formats.pdf_checks import faults, pages_of
from sma_plugin.formats.printed_text import Counts, met, printed

_OPEN: dict[str, str] = {"text": "odt", "sheet": "ods", "slides": "odp"}
_AGAIN: dict[str, str] = {"text": "docx", "sheet": "xlsx", "slides": "pptx"}
"""What a document is written in once more, to hold what was written against."""
_PRINTER = {"text": "writer_pdf_Export", "sheet": "calc_pdf_Export", "slides": "impress_pdf_Export"}


def to_pdfa_1a(source: Path, target: Path) -> Converted:
    """A document as PDF/A-1a: headings, lists and tables keep their meaning.

    Raises :class:`NotConvertibleError` for what is no office document, is damaged or closed, or gives a file that is no
    PDF/A; :class:`MissingToolError`.
    """
    return _pdf(source, target, 1, "A")


def to_pdfa_2b(source: Path, target: Path) -> Converted:
    """A document as PDF/A-2b: transparent parts stay so. Raises as :func:`to_pdfa_1a` does."""
    return _pdf(source, target, 2, "B")


def to_odt(source: Path, target: Path) -> Converted:
    """A text as OpenDocument 1.2. Raises as :func:`to_pdfa_1a` does."""
    return _opened(source, target, "text")


def to_ods(source: Path, target: Path) -> Converted:
    """A spreadsheet as OpenDocument 1.2. Raises as :func:`to_pdfa_1a` does."""
    return _opened(source, target, "sheet")


def to_odp(source: Path, target: Path) -> Converted:
    """Slides as OpenDocument 1.2. Raises as :func:`to_pdfa_1a` does."""
    return _opened(source, target, "slides")


def _pdf(source: Path, target: Path, part: int, conformance: str) -> Converted:
    if not tools()["pikepdf"].here:
        raise MissingToolError("pikepdf")
    kind = office.kind_of(source)
    asked = {"SelectPdfVersion": part, "UseTaggedPDF": True, "ExportNotes": False, "ExportFormFields": False}
    with tempfile.TemporaryDirectory(prefix="sma-", dir=target.parent) as folder:
        before = _held(source, kind, Path(folder))
        made = office.written(source, kind, Path(folder), "pdf", f"{_PRINTER[kind.sort]}:{_told(asked)}")
        if found := faults(made, part, conformance):
            raise NotConvertibleError("no-pdfa", ", ".join(found))
        counted, shown = printed(before.text, made)
        pages = pages_of(made)
        made.rename(target)
    paper = Held("", slides=pages if kind.sort == "slides" else before.slides)
    return _converted(
        kind,
        f"document laid out as PDF/A-{part}{conformance.lower()}",
        counted | _counted(before, kind),
        shown | _counted(paper, kind),
        f"pages: {pages}; {{text}} met in the PDF; output intent, statement of PDF/A, embedded fonts, no scripts and "
        "no encryption checked; not validated in full",
    )


def _told(asked: dict[str, int | bool]) -> str:
    """Options of an export as LibreOffice reads them."""
    rows = {
        name: {"type": "boolean" if isinstance(value, bool) else "long", "value": str(value).lower()}
        for name, value in asked.items()
    }
    return json.dumps(rows, separators=(",", ":"))


def _opened(source: Path, target: Path, sort: Literal["text", "sheet", "slides"]) -> Converted:
    kind = office.kind_of(source)
    if kind.sort != sort:
        raise NotConvertibleError("unknown-form")
    with tempfile.TemporaryDirectory(prefix="sma-", dir=target.parent) as folder:
        made = office.written(source, kind, Path(folder), _OPEN[sort])
        after = held(made, _OPEN[sort])
        before = _held(source, kind, Path(folder), _AGAIN)
        counted, kept = met(before.text, after.text)
        made.rename(target)
    return _converted(
        kind,
        "document written as OpenDocument 1.2",
        counted | _counted(before, kind, everything=True),
        kept | _counted(after, kind, everything=True),
        "{text} met in what was written",
    )


def _held(source: Path, kind: office.Kind, folder: Path, forms: Mapping[str, str] = _OPEN) -> Held:
    """What a document holds; of one that is no XML what LibreOffice reads in it."""
    if kind.form == "zip":
        return held(source, kind.name)
    form = forms[kind.sort]
    return held(office.written(source, kind, folder, form), form)


def _counted(found: Held, kind: office.Kind, *, everything: bool = False) -> Counts:
    """What is counted beside the text: of a spreadsheet its cells where they stay cells (``everything``)."""
    counts: Counts = {"comments": found.comments}
    if kind.sort == "slides":
        counts |= {"pages": found.slides, "notes": found.notes}
    if kind.sort == "sheet" and everything:
        counts["cells"] = found.cells
    return counts


def _converted(kind: office.Kind, how: str, before: Counts, after: Counts, checked: str) -> Converted:
    read = "text of the document" if kind.form == "zip" else "text of the document, as LibreOffice reads it,"
    how = f"{how}; read as {kind.name}, nothing loaded that it refers to, no macros"
    return Converted("LibreOffice", office.version(), how, before, after, checked.replace("{text}", read))
