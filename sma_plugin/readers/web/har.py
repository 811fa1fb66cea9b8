"""How a HAR file (HTTP Archive 1.2) begins: one object ``log`` with ``entries``, in whatever order it was written."""

from __future__ import annotations

import re

from sma_plugin.model import Moment
from sma_plugin.readers.documents import Peek, peek
from sma_plugin.readers.values import iso_moment

_BEGINS = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:[A-Za-z_]\w{0,60}\s*\(\s*)?(?=\{\s*"log"\s*:)')
"""Some are handed to a function (HARP), for viewers that load them as a script."""
_NAMES = frozenset({"version", "creator", "browser", "pages", "entries", "comment"})
_TELLING = frozenset({"creator", "pages", "entries"})
_SURE = frozenset({"version", "creator"})
"""With these, members that the format does not know make it no other thing."""
_STARTED = re.compile(rb'"startedDateTime"\s*:\s*"([\d:.TZ+-]{10,40})"')


def is_har(head: bytes) -> bool:
    """Whether a file that begins like this is a HAR file.

    >>> is_har(b'{"log": {"version": "1.2", "creator": {"name": "WebInspector"}, "entr')
    True
    """
    log = _log(head)
    names = log.names if log else frozenset()
    known = all(name in _NAMES or name.startswith("_") for name in names)
    return bool(names & _TELLING) and (known or names >= _SURE)


def made_by(head: bytes) -> str | None:
    """The program that wrote a HAR file, with its version, where it says so at its beginning."""
    log = _log(head)
    told = [log.fields.get(name) for name in ("browser", "creator")] if log else []
    maker = next((one for one in told if isinstance(one, dict) and one.get("name")), None)
    return " ".join(str(maker[name]) for name in ("name", "version") if maker.get(name))[:100] if maker else None


def begun(head: bytes) -> Moment | None:
    """When the first request that a HAR file tells of was sent, as far as its beginning goes."""
    found = _STARTED.search(head)
    return iso_moment(found.group(1).decode("ascii")) if found else None


def _log(content: bytes) -> Peek | None:
    begins = _BEGINS.match(content)
    seen = peek(content[begins.end() :]) if begins else None
    if seen is None:
        return None
    log = seen.fields.get("log")
    whole = Peek(log, None, b"", array=False) if isinstance(log, dict) else None
    return peek(seen.rest) if seen.cut == "log" else whole
