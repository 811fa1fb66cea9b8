"""What can be checked of a PDF/A file here: its text, and what ISO 19005 asks that shows in its structure.

This is no full validation: colour, glyph widths and the grammar of font programs need a validator such as veraPDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from sma_plugin.formats.conversion import MissingToolError

_PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
_MAPPED = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
_DEEPEST = 50
_FORBIDDEN = {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/Rendition"}
"""Actions that a PDF/A file may not have (ISO 19005-2, 6.5.1)."""


def _library() -> Any:
    try:
        import pikepdf  # noqa: PLC0415
    except ImportError:
        raise MissingToolError("pikepdf") from None
    return pikepdf


def faults(path: Path, part: int, conformance: str) -> list[str]:
    """What is wrong with a file that should be PDF/A of this part and conformance level (``A``, ``B`` or ``U``)."""
    pikepdf = _library()
    with pikepdf.open(path) as pdf:
        root = pdf.Root
        checks = {
            "encryption": not pdf.is_encrypted,
            "no identifier": "/ID" in pdf.trailer,
            "no output intent": any(_is_intent(one) for one in root.get("/OutputIntents", [])),
            "no statement of PDF/A": _stated(root) == (str(part), conformance),
            "embedded files": "/EmbeddedFiles" not in root.get("/Names", {}) and "/AF" not in root,
            "scripts": "/JavaScript" not in root.get("/Names", {}) and "/AA" not in root,
            "forms that change": "/XFA" not in root.get("/AcroForm", {}),
            "no structure": conformance != "A" or _is_tagged(root),
            "a version after 1.4": part > 1 or pdf.pdf_version <= "1.4",
        }
        found = {name for name, passed in checks.items() if not passed}
        for one in _dictionaries(pikepdf, pdf):
            found.update(_faults_of(pikepdf, one, conformance))
            if part == 1 and _is_transparent(one):
                found.add("transparent parts")
    return sorted(found)


def _is_intent(intent: Any) -> bool:
    return intent.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in intent


def _is_tagged(root: Any) -> bool:
    return "/StructTreeRoot" in root and bool(root.get("/MarkInfo", {}).get("/Marked", False))


def _stated(root: Any) -> tuple[str, str]:
    """Part and conformance that the file's own metadata state (ISO 19005-2, 6.6.4)."""
    if "/Metadata" not in root:
        return "", ""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    told: dict[str, str] = {}
    for element in etree.fromstring(root.Metadata.read_bytes(), parser).iter():
        told |= {str(name): str(value) for name, value in element.attrib.items()}
        if isinstance(element.tag, str):
            told[element.tag] = element.text or ""
    return told.get(f"{_PDFAID}part", ""), told.get(f"{_PDFAID}conformance", "")


def _dictionaries(pikepdf: Any, pdf: Any) -> Iterator[Any]:
    """Every dictionary and stream of a file: its objects, and what stands within them."""
    open_ones = list(pdf.objects)
    while open_ones:
        one = open_ones.pop()
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield one
            inside = [value for _, value in one.items()]
        else:
            inside = list(one) if isinstance(one, pikepdf.Array) else []
        open_ones += [value for value in inside if isinstance(value, pikepdf.Object) and not value.is_indirect]


def _is_transparent(one: Any) -> bool:
    """Whether something lets through what is behind it (ISO 19005-1, 6.4)."""
    masked = str(one.get("/SMask", "/None")) != "/None"
    return masked or one.get("/S") == "/Transparency" or min(one.get("/CA", 1), one.get("/ca", 1)) < 1


def _faults_of(pikepdf: Any, one: Any, conformance: str) -> Iterator[str]:
    """What one dictionary or stream of a file may not be."""
    if isinstance(one, pikepdf.Stream) and ("/F" in one or "/LZWDecode" in _names(one.get("/Filter", []))):
        yield "streams outside the file"
    if str(one.get("/S", "")) in _FORBIDDEN or "/JS" in one:
        yield "scripts"
    if one.get("/Type") == "/Font":
        yield from _font_faults(one, conformance)


def _names(value: Any) -> set[str]:
    return {str(value)} if str(value).startswith("/") else {str(one) for one in value}


def _font_faults(font: Any, conformance: str) -> Iterator[str]:
    descriptor = font.get("/FontDescriptor", {})
    own = font.get("/Subtype") in ("/Type0", "/Type3")
    if not own and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
        yield "fonts that are not embedded"
    if conformance != "B" and font.get("/Subtype") == "/Type0" and "/ToUnicode" not in font:
        yield "characters without a meaning"


def pages_of(path: Path) -> int:
    """How many pages a PDF has."""
    with _library().open(path) as pdf:
        return len(pdf.pages)


def text_of(path: Path) -> str:
    """The text of a PDF in the order in which it is drawn, by what its fonts say that their characters mean.

    Only of fonts with a ``ToUnicode`` table (ISO 32000-1, 9.10.3), as those of PDF/A level U and A have.
    """
    pikepdf = _library()
    with pikepdf.open(path) as pdf:
        reading = _Text(pikepdf)
        return "".join(part for page in pdf.pages for part in reading.drawn(page.obj, page.obj.get("/Resources")))


class _Text:
    """The text of the pages of one file."""

    def __init__(self, pikepdf: Any) -> None:
        self._pikepdf = pikepdf
        self._tables: dict[tuple[int, int], dict[bytes, str]] = {}

    def drawn(self, content: Any, resources: Any, depth: int = 0) -> Iterator[str]:
        """What a page or a form draws."""
        table: dict[bytes, str] = {}
        for operands, operator in self._pikepdf.parse_content_stream(content):
            name = str(operator)
            if name == "Tf":
                table = self._table(resources.Font[str(operands[0])])
            elif name in ("Tj", "TJ", "'", '"'):
                yield from self._shown(operands[-1], table)
            elif name == "Do" and depth < _DEEPEST:
                form = resources.XObject[str(operands[0])]
                if form.get("/Subtype") == "/Form":
                    yield from self.drawn(form, form.get("/Resources", resources), depth + 1)

    def _table(self, font: Any) -> dict[bytes, str]:
        """What the codes of a font mean."""
        known = self._tables.get(font.objgen)
        if known is None:
            known = self._tables[font.objgen] = _meanings(font.ToUnicode.read_bytes()) if "/ToUnicode" in font else {}
        return known

    def _shown(self, operand: Any, table: dict[bytes, str]) -> Iterator[str]:
        width = len(next(iter(table), b"  "))
        for one in operand if isinstance(operand, self._pikepdf.Array) else [operand]:
            if isinstance(one, self._pikepdf.String):
                codes = bytes(one)
                yield from (table.get(codes[at : at + width], "") for at in range(0, len(codes), width))


def _meanings(cmap: bytes) -> dict[bytes, str]:
    r"""The table that a ``ToUnicode`` stream holds: characters by code.

    >>> _meanings(b"1 beginbfchar <0dc8> <d83ddeb2> endbfchar 1 beginbfrange <0001> <0002> <0041> endbfrange")
    {b'\r\xc8': '🚲', b'\x00\x01': 'A', b'\x00\x02': 'B'}
    """
    found: dict[bytes, str] = {}
    for part in _CHARS.findall(cmap):
        found |= {bytes.fromhex(code.decode()): _character(value) for code, value in _MAPPED.findall(part)}
    for part in _RANGES.findall(cmap):
        for first, last, value in _RANGE.findall(part):
            start, width = int(first, 16), len(first) // 2
            for number in range(min(int(last, 16) - start + 1, 1 << 16)):
                found[(start + number).to_bytes(width, "big")] = chr(ord(_character(value)[-1]) + number)
    return found


def _character(value: bytes) -> str:
    return bytes.fromhex(value.decode()).decode("utf-16-be", "replace")
