"""What is asked of a record that holds a response, and what is told of many records together."""

from __future__ import annotations

from collections import Counter

from sma_plugin.bundle import http, warc
from sma_plugin.bundle.warc import Record
from sma_plugin.bundle.warc_checks import Seen
from sma_plugin.model import Exclusion, Problem

Told = Problem | Exclusion
"""What shows of a file while its records are walked: what is wrong with it, and what of it may not enter a package."""
FIRST = 1 << 16
MAX_OF_A_KIND = 10_000
"""So many findings of one code are told for one file; the rest are counted, so that no file fills the memory."""


def should_be_http(record: Record) -> bool:
    """Whether a block has to begin with the head of an HTTP response; ARC states the type of what is in it."""
    stated = "http" if record.version.startswith("ARC") else record.content_type or "http"
    return record.type == "response" and "http" in stated


def first_bytes(record: Record) -> bytes:
    """The beginning of a large block, with the whole HTTP head in it."""
    data = record.stream.read(FIRST)
    while not http.HEAD_END.search(data) and len(data) < http.MAX_HEAD and (more := record.stream.read(FIRST)):
        data += more
    return data


def _concurrent(record: Record) -> list[str]:
    if "warc-concurrent-to" not in record.values:
        return []
    values = (warc.unbracketed(value) for name, value in record.headers if name.lower() == "warc-concurrent-to")
    return [value for value in values if value]


def names_of(record: Record) -> list[str]:
    """The ids of a record and of those that were captured with it."""
    return [name for name in (record.id, *_concurrent(record)) if name]


def unresolved(seen: Seen) -> list[Problem]:
    """A problem for each record that was named, and is in none of the files that shared ``seen``."""
    found = [Problem("SMA-W024", path, offset) for path, offset in seen.unresolved()]
    return found + [Problem("SMA-W043", path, offset, params={"field": name}) for path, offset, name in seen.missing()]


def untold(told: Counter[str], path: str) -> list[Problem]:
    """A problem for each code of which there were too many findings to tell one by one; they are forgotten then."""
    rest = {code: count - MAX_OF_A_KIND for code, count in told.items() if count > MAX_OF_A_KIND}
    told.clear()
    return [Problem("SMA-W040", path, params={"finding": code, "number": number}) for code, number in rest.items()]
