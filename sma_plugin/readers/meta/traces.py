"""What of who runs the account stands among the facts of a photo or film in Meta's exports: cut by its own bytes.

Facebook writes the IP address that a file was uploaded from beside it, Instagram the number of the device too. Source:
formats/PLATFORM_FORMATS.md 2.3, "exif upload_ip is personal data".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

from sma_plugin.model import Exclusion
from sma_plugin.readers.contract import DAMAGE, CaptureView

_CHUNK, _OVERLAP = 1 << 20, 512
# Within a text of JSON quotes are escaped, so that what somebody wrote about these names is never taken for them.
_PAIR = re.compile(rb'"(?:upload_ip|device_id)"\s{0,9}:\s{0,9}"[^"\\]{0,200}"')
_ROW = re.compile(
    rb"\bIP\b[^<>]{0,60}(?:<[^<>]{1,99}>\s{0,9}){1,6}(?P<address>[0-9A-Fa-f]{0,4}(?:[.:][0-9A-Fa-f]{0,4}){2,7})<"
)
"""A row of a page: IP in its label, in whatever language, and the address in the next cell."""


def traces(capture: CaptureView, path: str, rule: str) -> Iterator[Exclusion]:
    """Each address and device number in a document, in the order of the bytes. A damaged one is told by its reader."""
    pattern, group = (_PAIR, 0) if path.lower().endswith(".json") else (_ROW, "address")
    try:
        with closing(capture.open(path).stream) as stream:
            base, done, data = 0, 0, b""
            while chunk := stream.read(_CHUNK):
                data += chunk
                for found in pattern.finditer(data):
                    if base + found.start(group) >= done:
                        done = base + found.end(group)
                        yield Exclusion(rule, path, base + found.start(group), len(found[group]))
                base, data = base + max(len(data) - _OVERLAP, 0), data[-_OVERLAP:]
    except (KeyError, *DAMAGE):
        return
