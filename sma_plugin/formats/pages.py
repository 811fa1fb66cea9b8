"""HTML pages as PDF/A: what a page shows, fixed on paper, with its text and pictures (ISO 19005-2).

Nothing is fetched: pictures and style sheets are those that the package holds. The result is read again: all text of
the page must be in it, and what ISO 19005-2 asks is checked as far as :mod:`sma_plugin.formats.pdf_checks` can. What a
page hides until somebody clicks is text that paper does not show; it is counted as lost.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

from sma_plugin.formats.conversion import Converted, MissingToolError, NotConvertibleError, tools
from sma_plugin.formats.page_rendering import SECONDS
from sma_plugin.formats.pdf_checks import faults, text_of

_LARGEST = 64 << 20
"""Bytes of a page."""
_LEFTWARD = {"R", "AL", "AN"}
_NEAR = 10_000
_UNSEEN = {"\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2060", "\ufe0e", "\ufe0f", "\ufeff"}
"""Characters without a form of their own: breaks, joiners, directions, choices of form."""


def to_pdfa_2u(source: Path, target: Path) -> Converted:
    """A page as PDF/A-2u: every character keeps its meaning.

    Raises :class:`NotConvertibleError` for what is no page, costs too much to lay out, uses characters for which there
    is no font, or gives a file that is no PDF/A; :class:`MissingToolError`.
    """
    return _converted(source, target, "U")


def to_pdfa_2a(source: Path, target: Path) -> Converted:
    """A page as PDF/A-2a: headings, lists and tables keep their meaning too. Raises as :func:`to_pdfa_2u` does."""
    return _converted(source, target, "A")


def _converted(source: Path, target: Path, conformance: str) -> Converted:
    for name in ("weasyprint", "pikepdf"):
        if not tools()[name].here:
            raise MissingToolError(name)
    if not 0 < (size := source.stat().st_size) <= _LARGEST:
        raise NotConvertibleError("too-large" if size else "empty")
    told = _rendered(source, target, f"pdf/a-2{conformance.lower()}")
    if told["undrawn"]:
        raise NotConvertibleError("no-font")
    if found := faults(target, 2, conformance):
        raise NotConvertibleError("no-pdfa", ", ".join(found))
    text, drawn = told["text"], plain(text_of(target))
    before, words = Counter(plain(text)), _words(text)
    return Converted(
        "WeasyPrint",
        told["version"],
        f"page laid out as PDF/A-2{conformance.lower()}; only files that the package holds",
        {"characters": before.total(), "words": len(words), "files": told["asked"]},
        {"characters": (before & Counter(drawn)).total(), "words": _met(words, drawn), "files": told["given"]},
        "text of the page met in the PDF; output intent, statement of PDF/A, embedded fonts, no scripts and no "
        "encryption checked; not validated in full",
    )


def plain(text: str) -> str:
    """Text as it is compared: one form for each character (Unicode, NFKC), without spaces and what has no form.

    >>> plain("e\u0301 \ufb01n")
    'éfin'
    """
    shown = (one for one in text if not one.isspace() and one not in _UNSEEN)
    return unicodedata.normalize("NFKC", "".join(shown)).replace(" ", "")


def _words(text: str) -> list[str]:
    """The words of a text; those that run from right to left are drawn the other way round, so not them."""
    words = (plain(word) for word in text.split())
    return [word for word in words if word and not any(unicodedata.bidirectional(one) in _LEFTWARD for one in word)]


def _met(words: list[str], drawn: str) -> int:
    """How many of these words were drawn: mostly one after the other, else anywhere."""
    at = met = 0
    for word in words:
        found = drawn.find(word, at, at + _NEAR)
        if found < 0:
            found = drawn.find(word)
        if found >= 0:
            met, at = met + 1, found + len(word)
    return met


def _rendered(source: Path, target: Path, variant: str) -> dict[str, Any]:
    """What the process tells that lays the page out (:mod:`sma_plugin.formats.page_rendering`)."""
    with source.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    command = [
        sys.executable,
        "-P",
        "-m",
        "sma_plugin.formats.page_rendering",
        str(source),
        str(target),
        variant,
        digest,
    ]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=2 * SECONDS, stdin=subprocess.DEVNULL)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NotConvertibleError("no-layout") from error
    told: dict[str, Any] = json.loads(done.stdout)
    return told
