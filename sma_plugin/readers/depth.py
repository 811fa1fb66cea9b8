"""JSON nested beyond what decoders bear: what lies too deep is blanked out, and everything else stays where it is."""

from __future__ import annotations

import re

MAX_DEPTH = 200
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)


def shallow(data: bytes, depth: int = MAX_DEPTH) -> bytes:
    """The same JSON with values nested deeper than ``depth`` as ``null``; every other byte keeps its offset.

    >>> shallow(b'{"a": [[[1, "]"]]], "b": 2}', 3)
    b'{"a": [null      ], "b": 2}'
    """
    found = bytearray(data)
    level = start = 0
    for token in _TOKEN.finditer(data):
        kind = data[token.start()]
        if kind in b"[{":
            level += 1
            start = token.start() if level == depth else start
        elif kind in b"]}":
            if level == depth:
                size = token.end() - start
                found[start : token.end()] = (b"null" if size > 3 else b"0").ljust(size)
            level -= 1
    return bytes(found)
