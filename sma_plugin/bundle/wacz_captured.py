"""What the WARCs of a WACZ were found to hold, and whether its page lists speak of the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import unquote, urldefrag

from sma_plugin.bundle.warc import Record
from sma_plugin.model import Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.values import iso_moment

MAX_RECORDS = 3_000_000
"""So many records of one WACZ are remembered; about 200 bytes each."""
_STATUS = re.compile(rb"HTTP/\S{1,3} (\d{3})\b")
_DAY = 86_400_000_000
_INDEXED = frozenset({"response", "resource", "revisit"})


class Captured(NamedTuple):
    """One record: its length in the file (``None`` when it shares its place), hashes of its address and digest.

    ``closing`` is how many bytes of the length close the record: some indexes leave them out.
    """

    length: int | None
    closing: int
    url: int
    second: str
    digest: int | None
    status: str | None


class Captures:
    """Every record of the WARCs, by member and offset."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, int], Captured] = {}
        self.unindexed: set[tuple[str, int]] = set()
        """Responses and the like, until an index names them."""
        self._times: dict[int, tuple[int, int]] = {}
        self._pages: list[tuple[int, int | None]] = []
        self._untimed = 0

    def notes(self, member: str) -> Callable[[Record], None]:
        """A function that remembers the records of one member."""
        name = member.rpartition("/")[2]

        def note(record: Record) -> None:
            if record.target_uri and len(self.records) < MAX_RECORDS:
                self._note((name, record.offset), record)

        return note

    def _note(self, place: tuple[str, int], record: Record) -> None:
        url = url_key(record.target_uri or "")
        length = None if record.layout == "single" else record.length
        digest = record.get("warc-payload-digest")
        answered = _STATUS.match(record.data or record.begins)
        status = answered.group(1).decode() if answered else None
        second = "".join(filter(str.isdigit, record.date or ""))[:14]
        closing = 4 if record.layout == "plain" else 0
        self.records[place] = Captured(length, closing, url, second, digest_key(digest) if digest else None, status)
        if record.type in _INDEXED and (record.target_uri or "").lower().startswith("http"):
            self.unindexed.add(place)
        moment = iso_moment(record.date)
        if moment and moment.us is not None:
            first, last = self._times.get(url, (moment.us, moment.us))
            self._times[url] = (min(first, moment.us), max(last, moment.us))

    def visit(self, page: Source) -> None:
        """Remember an entry of a page list."""
        at = page.fetched_at.us if page.fetched_at else None
        self._untimed += at is None
        self._pages.append((url_key(page.url or ""), at))

    def check_pages(self, path: str) -> Iterator[Problem]:
        """Pages that were not captured, or at another time than the list says (SMA-Z030, Z031, Z032)."""
        found = Counter[str]()
        for url, at in self._pages:
            times = self._times.get(url)
            if times is None:
                found["SMA-Z030"] += 1
            elif at is not None and not times[0] - _DAY <= at <= times[1] + _DAY:
                found["SMA-Z031"] += 1
        found["SMA-Z032"] = self._untimed
        return (Problem(code, path, params={"number": number}) for code, number in found.items() if number)


def url_key(url: str) -> int:
    """Addresses that differ in their fragment, their encoding or a last slash are one."""
    return hash(unquote(urldefrag(url).url).rstrip("/")) if url.isprintable() else hash(url)


def digest_key(digest: str) -> int:
    """A digest without its label, in whichever case."""
    return hash(digest.rpartition(":")[2].rstrip("=").lower())
