"""The process that lays out one HTML page as PDF/A: apart, with limits, and without a network.

Called as ``python -m sma_plugin.formats.page_rendering SOURCE TARGET VARIANT IDENTIFIER``; prints one JSON object. A
page may name anything; only what lies in its own folder, or in the package around it, is given.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

SECONDS, MEMORY = 600, 6 << 30
"""What laying out a page may cost."""
_HOME = "file:///"
"""Where the page seems to be: no folder of this machine gets into the links of the PDF."""
_LARGEST, _PIXELS = 256 << 20, 100_000_000
_UNSHOWN = {"script", "style", "template", "head", "title", "noscript", "iframe", "object", "audio", "video", "canvas"}
_INLINE = {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "s", "small", "span", "strong"}
_INLINE |= {"sub", "sup", "time", "u", "wbr", ""}
_NOT_DRAWN = ".notdef glyph"
_NO_PICTURE = "Failed to load image"
_WIDTH = "img, svg, video, table, pre { max-width: 100% } pre { white-space: pre-wrap } * { overflow-wrap: anywhere }"
"""What is wider than paper would be cut off at its edge."""


def held(source: Path) -> Path:
    """The folder whose files a page may use: ``objects`` of the package that it is in, else its own folder."""
    source = source.resolve()
    return next((one for one in source.parents if one.name == "objects"), source.parent)


class _Files:
    """Gives the files that a page names, as far as they are held."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self.asked, self.given = set[str](), set[str]()

    def path(self, address: str) -> Path:
        """The file at an address; raises ``ValueError`` for one that is not held."""
        parts = urlsplit(address)
        found = (self._root / unquote(parts.path).lstrip("/")).resolve()
        if parts.scheme != "file" or parts.netloc or not found.is_relative_to(self._root) or not found.is_file():
            raise ValueError("not held")
        if found.stat().st_size > _LARGEST:
            raise ValueError("too large")
        return found

    def fetch(self, address: str) -> bytes:
        """The bytes at an address."""
        self.asked.add(address)
        data = self.path(address).read_bytes()
        self.given.add(address)
        return data


def _fetcher(held_files: _Files) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class Fetcher(URLFetcher):  # type: ignore[misc]
        """Only what is held, and what stands in the page itself."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if urlsplit(url).scheme == "data":
                return super().fetch(url, headers)
            return URLFetcherResponse(url, held_files.fetch(url))

    return Fetcher(allowed_protocols=["data"])


class _Heard(logging.Handler):
    """Characters for which there is no font, and pictures that do not decode, as WeasyPrint tells of them."""

    def __init__(self) -> None:
        super().__init__()
        self.undrawn, self.broken = 0, set[str]()

    def emit(self, record: logging.LogRecord) -> None:
        self.undrawn += record.getMessage().startswith(_NOT_DRAWN)
        if str(record.msg).startswith(_NO_PICTURE) and isinstance(record.args, tuple):
            self.broken.add(str(record.args[0]))


def _texts(element: Any) -> Iterator[str]:
    """The text that stands in a page, but for what is never shown as text; what is no part of a line stands apart."""
    tag = element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
    apart = "" if tag in _INLINE else " "
    yield apart
    if tag and tag not in _UNSHOWN:
        yield element.text or ""
        for child in element:
            yield from _texts(child)
    yield apart
    yield element.tail or ""


def _bare_metadata(_document: Any, pdf: Any) -> None:
    """Leave the metadata unpacked, so that programs which look at bytes alone know the file for PDF/A."""
    for one in pdf.objects:
        if getattr(one, "extra", {}).get("Type") == "/Metadata":
            one.compress = False


def render(source: Path, target: Path, variant: str, identifier: str) -> dict[str, Any]:
    """Lay out a page; gives its text, how many files it asked for and could show, what had no font, the version."""
    import weasyprint  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = _PIXELS
    heard, files = _Heard(), _Files(held(source))
    logger = logging.getLogger("weasyprint")
    logger.handlers, logger.propagate = [heard], False
    inside = quote(source.resolve().relative_to(held(source)).as_posix())
    page = weasyprint.HTML(file_obj=source.open("rb"), base_url=_HOME + inside, url_fetcher=_fetcher(files))
    page.write_pdf(
        target,
        finisher=_bare_metadata,
        stylesheets=[weasyprint.CSS(string=_WIDTH)],
        pdf_variant=variant,
        pdf_tags=True,
        pdf_identifier=identifier.encode(),
    )
    return {
        "version": weasyprint.__version__,
        "text": "".join(_texts(page.etree_element)),
        "asked": len(files.asked),
        "given": len(files.given - heard.broken),
        "undrawn": heard.undrawn,
    }


def main() -> None:
    """Set the limits, lay out, tell."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    source, target, variant, identifier = sys.argv[1:]
    json.dump(render(Path(source), Path(target), variant, identifier), sys.stdout)


if __name__ == "__main__":
    main()
