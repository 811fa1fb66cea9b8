"""How a CSV file is written: its character encoding, delimiter and line ends, told from its first bytes.

Offsets must be exact, so a file is not decoded as a whole. Its bytes are *carried* as text in which every character
stands for known bytes: one each (Latin-1) for encodings that extend ASCII, the code units of UTF-16. Rows and cells
are found there, for delimiters, quotes and line ends are the same in all of them; only cells are decoded.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

DELIMITERS = ",;\t|"
_UTF16: dict[bytes, Literal["utf-16-le", "utf-16-be"]] = {
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+(?:"|\Z)')
_DECLARED = re.compile(r'"?sep=([^"\r\n])"?[\r\n]', re.IGNORECASE)
"""The first line by which spreadsheet programs tell each other the delimiter."""
_LINE_END = re.compile(r"\r*\n|\r")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNWRITTEN = re.compile(r"[\W_]+")
_LOOKED_THROUGH = 20
"""In so many lines a delimiter is looked for: a preamble may stand before the header."""


@dataclass(slots=True)
class Form:
    """How one CSV file is written. ``bom`` is the length of its byte order mark; ``line_end`` is LF also for CR LF.

    ``encoding`` is ``None`` for a file of which nothing but ASCII was seen yet; the first cell with more decides.
    """

    carrier: Literal["latin-1", "utf-16-le", "utf-16-be"]
    bom: int
    delimiter: str
    line_end: Literal["\n", "\r"]
    encoding: str | None = None

    def carried(self, data: bytes) -> str:
        """Bytes as carried text; half a character at the end is left out."""
        return data.decode(self.carrier, "ignore" if self.carrier == "latin-1" else "surrogatepass")

    def length(self, text: str) -> int:
        """How many bytes a piece of carried text stands for."""
        return len(text) if self.carrier == "latin-1" else len(text.encode(self.carrier, "surrogatepass"))

    def decoded(self, cell: str) -> str:
        """A cell as text. What its encoding does not know becomes U+FFFD; the bytes stay in the evidence.

        A file that is no UTF-8 at its first character beyond ASCII is taken for Windows-1252.
        """
        if self.carrier != "latin-1":
            return _SURROGATE.sub("\ufffd", cell)
        if cell.isascii():
            return cell
        data = cell.encode("latin-1")
        if self.encoding is None:
            self.encoding = "utf-8" if _is_utf8(data) else "windows-1252"
        return data.decode(self.encoding, "replace")


def form_of(head: bytes, wanted: Iterable[str] = ()) -> Form:
    """The form of the file that begins with ``head``.

    The delimiter is the one between ``wanted`` headings (``plain``) where there are some, else the most frequent.
    """
    carrier, bom = _carrier(head)
    form = Form(carrier, bom, ",", "\n")
    if bom == len(codecs.BOM_UTF8):
        form.encoding = "utf-8"
    even = len(head) - (len(head) - bom) % (1 if carrier == "latin-1" else 2)
    text = form.carried(head[bom:even])
    outside = _QUOTED.sub("", text)
    ends = _LINE_END.search(outside)
    form.line_end = "\r" if ends and ends.group() == "\r" and ends.end() < len(outside) else "\n"
    form.delimiter = _delimiter(text, outside, form.line_end, frozenset(wanted))
    return form


def plain(heading: str) -> str:
    """A heading without what writers change: capitals, spaces, underscores, other marks, a byte order mark.

    >>> plain('"Date/Time"'), plain("Reactie-ID"), plain("share_link")
    ('datetime', 'reactieid', 'sharelink')
    """
    return _UNWRITTEN.sub("", heading.casefold())


def _carrier(head: bytes) -> tuple[Literal["latin-1", "utf-16-le", "utf-16-be"], int]:
    if head.startswith(codecs.BOM_UTF8):
        return "latin-1", len(codecs.BOM_UTF8)
    if head[:2] in _UTF16:
        return _UTF16[head[:2]], 2
    zeros = head[:200].count(0)
    if zeros * 3 > len(head[:200]):
        return ("utf-16-le" if head[1::2][:100].count(0) * 2 > zeros else "utf-16-be"), 0
    return "latin-1", 0


def _delimiter(text: str, outside: str, line_end: str, wanted: frozenset[str]) -> str:
    if declared := _DECLARED.match(text):
        return declared.group(1)
    named = {
        candidate: max(
            (
                sum(plain(cell) in wanted for cell in line.split(candidate))
                for line in text.split(line_end)[:_LOOKED_THROUGH]
            ),
            default=0,
        )
        for candidate in DELIMITERS
    }
    if max(named.values()) > 1:
        return max(DELIMITERS, key=named.__getitem__)
    lines = [line for line in outside.split(line_end)[:_LOOKED_THROUGH] if line.strip()]
    return max(DELIMITERS, key=lambda one: (sum(one in line for line in lines), sum(line.count(one) for line in lines)))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
