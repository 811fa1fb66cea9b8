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
from pathlib import Path
from typing import Any

from sma_plugin.formats.conversion import Converted, MissingToolError, NotConvertibleError, tools
from sma_plugin.formats.page_rendering import SECONDS
from sma_plugin.formats.pdf_checks import faults
from sma_plugin.formats.printed_text import printed

_LARGEST = 64 << 20
"""Bytes of a page."""


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
    before, after = printed(told["text"], target)
    return Converted(
        "WeasyPrint",
        told["version"],
        f"page laid out as PDF/A-2{conformance.lower()}; only files that the package holds",
        before | {"files": told["asked"]},
        after | {"files": told["given"]},
        "text of the page met in the PDF; output intent, statement of PDF/A, embedded fonts, no scripts and no "
        "encryption checked; not validated in full",
    )


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
