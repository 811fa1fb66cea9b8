"""What of who runs the account stands among the facts of posts in Meta's exports: cut by its own bytes.

Facebook writes the IP address that a file was uploaded from beside it, Instagram the number of the device too; a Page's
export can tell who of its administrators acted. Names and labels: ``traces.toml``. Source: formats/PLATFORM_FORMATS.md
2.3, "exif upload_ip is personal data".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from functools import cache

import msgspec

from sma_plugin.facts import facts
from sma_plugin.model import Exclusion
from sma_plugin.readers.contract import DAMAGE, CaptureView

_CHUNK, _OVERLAP = 1 << 20, 8192
# Within a text of JSON quotes are escaped, so that what somebody wrote about these names is never taken for them.
_TEXT = r'"(?:[^"\\]++|\\.){0,400}"'
_FLAT = rf'(?:{_TEXT}|[^"{{}}\[\]]++){{0,200}}+'
_ADDRESS = r"(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9A-Fa-f:.]{0,39}::|(?:[0-9A-Fa-f]{1,4}:){4})[0-9A-Fa-f:.]{3,45})"
_BETWEEN = r"\s{0,9}(?:<(?!br\b)[^<>]{1,99}>\s{0,9}){1,6}"
"""What stands between a label and its value: ends and beginnings of cells, no new lines within a text."""


class _Traces(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``traces.toml``."""

    names: tuple[str, ...]
    labels: tuple[str, ...]


@cache
def _patterns() -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """What goes from a document and from a page, as the group ``cut``."""
    data = facts(__package__, "traces.toml", _Traces)
    names, labels = "|".join(data.names), f"(?i:{'|'.join(data.labels)})"
    value = rf"(?:{_TEXT}|-?[\d.]{{1,40}}|\{{{_FLAT}\}}|\[{_FLAT}\])(?=\s{{0,99}}[,}}\]])"
    rest = rf'(?:\s{{0,99}},\s{{0,99}}"(?!value")\w{{1,40}}"\s{{0,9}}:\s{{0,9}}{_TEXT})?\s{{0,99}},\s{{0,99}}'
    document = (
        rf'(?P<cut>"(?:{names})"\s{{0,9}}:\s{{0,9}}{value})'
        rf'|(?P<address>"value"\s{{0,9}}:\s{{0,9}}"{_ADDRESS}")'
        rf'|"label"\s{{0,9}}:\s{{0,9}}"{labels}"{rest}(?P<said>"value"\s{{0,9}}:\s{{0,9}}{_TEXT})'
    )
    page = (
        rf"\bIP\b[^<>]{{0,60}}{_BETWEEN}(?P<cut>{_ADDRESS}(?:[\s,;]{{1,9}}{_ADDRESS}){{0,20}})\s{{0,9}}<"
        rf"|>\s{{0,9}}{labels}\s{{0,9}}:?{_BETWEEN}(?P<said>[^<>]{{1,200}})<"
    )
    return re.compile(document.encode()), re.compile(page.encode())


def traces(capture: CaptureView, path: str, rule: str) -> Iterator[Exclusion]:
    """Each trace in a document or page, in the order of the bytes. A damaged one is told by its reader."""
    pattern = _patterns()[0 if path.lower().endswith(".json") else 1]
    try:
        with closing(capture.open(path).stream) as stream:
            base, done, data = 0, 0, b""
            while chunk := stream.read(_CHUNK):
                data += chunk
                for found in pattern.finditer(data):
                    start, end = found.span(found.lastgroup or 0)
                    if base + start >= done:
                        done = base + end
                        yield Exclusion(rule, path, base + start, end - start)
                base, data = base + max(len(data) - _OVERLAP, 0), data[-_OVERLAP:]
    except (KeyError, *DAMAGE):
        return
