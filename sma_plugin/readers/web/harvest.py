"""Captures of the web (WARC, ARC, WACZ, HAR, saved pages) read as such: pages, failures, and pictures of pages.

A response of a platform's API goes to the reader of that platform; a page is recorded as the page that it is, and goes
to every reader that knows pages of its host. Images, scripts and the like are counted.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from sma_plugin.model import Exclusion, Item, Problem, Resource, Tally
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Source
from sma_plugin.readers.values import gzip_head
from sma_plugin.readers.web import pages as web_pages
from sma_plugin.readers.web import resources
from sma_plugin.readers.web.har import begun, is_har, made_by
from sma_plugin.readers.web.platforms import Platforms
from sma_plugin.readers.web.saved import is_saved_page, saved_source

NAME = "web-harvest"
_WARC_NAMES = re.compile(r".*\.(?:w?arc(?:\.(?:gz|zst|lz4|bz2|xz))?|wacz)", re.IGNORECASE)
_PACKED = (b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"BZh", b"\xfd7zXZ")
_WACZ_MEMBERS = re.compile(
    rb"datapackage\.json|archive/.+\.w?arc(?:\.gz)?|pages/.+\.jsonl|indexes/index\.(?:cdxj?|idx).*"
)
_NEAR = 10_000_000
"""A page list gives the time of the visit, the record that of the response: up to so many microseconds apart."""


def recognise(listing: Listing) -> Match | None:
    """The members that are captures of the web by their first bytes, and saved pages; damaged ones by their name."""
    found = [member for member in listing.members if _is_capture(member)]
    if not found:
        return None
    paths, first = tuple(member.path for member in found), found[0].head
    tool, moment = (made_by(first), begun(first)) if is_har(first) else (None, None)
    return Match(NAME, None, "web-harvest", paths, confidence=40, captured=moment, tool=tool)


def _is_capture(member: Member) -> bool:
    return _is_harvest(member) or is_har(member.head) or is_saved_page(member)


def _is_harvest(member: Member) -> bool:
    head = member.head
    named = bool(_WARC_NAMES.fullmatch(member.path))
    if head.startswith(b"PK\x03\x04"):
        return (named and member.path.lower().endswith(".wacz")) or _lists_wacz_members(head)
    if head.startswith(b"\x1f\x8b"):
        content = gzip_head(head, 4096)
        return _starts_records(content) or (named and not content)
    return _starts_records(head) or (named and (not head or head.startswith(_PACKED) or not _is_text(head)))


def _starts_records(head: bytes) -> bool:
    return head[:5].upper() == b"WARC/" or head.startswith(b"filedesc:") or bool(_ARC_LINE.match(head))


_ARC_LINE = re.compile(rb"https?://[^\r\n]{1,3000} \d{14} [^\r\n]{1,200} \d+\r?\n")


def _is_text(head: bytes) -> bool:
    return b"\0" not in head and head.lstrip()[:1] in (b"{", b"[", b"<")


def _lists_wacz_members(head: bytes) -> bool:
    """Whether the local headers in the first bytes of a zip name what only a WACZ holds."""
    at = 0
    while head[at : at + 4] == b"PK\x03\x04" and at + 30 <= len(head):
        (flags,) = struct.unpack_from("<H", head, at + 6)
        packed, _, length, extra = struct.unpack_from("<LLHH", head, at + 18)
        if _WACZ_MEMBERS.fullmatch(head[at + 30 : at + 30 + length]):
            return True
        if flags & 8:
            return False
        at += 30 + length + extra + packed
    return False


def read(capture: CaptureView) -> Iterator[Item]:
    """Posts and profiles from API responses, pages, failures, pictures of pages, and a count of captured addresses."""
    platforms = Platforms()
    for path in capture.match.paths:
        yield from _Member(capture, path, platforms).items()
    yield from platforms.end()


@dataclass
class _Listed:
    """A page of a page list, and whether its response was met."""

    source: Source
    met: bool = False


@dataclass
class _Member:
    """The reading of one member."""

    capture: CaptureView
    path: str
    platforms: Platforms
    counted: int = 0
    listed: dict[str, list[_Listed]] = field(default_factory=dict)
    medium: Source | None = None
    """The last response, if it was a medium: its place is known once the next one is reached, without reading it."""

    def items(self) -> Iterator[Item]:
        for source in self._sources():
            if source.notes.get("type") == "page":
                self.listed.setdefault(source.url or "", []).append(_Listed(source))
            else:
                self.counted += source.notes.get("content") != "none"
                yield from self._media()
                yield from self._response(source)
            yield from self._problems()
        yield from self._media()
        yield from self._pages_not_met()
        yield from self._problems()
        yield Tally("captured URLs", None, self.counted, self.path)

    def _media(self) -> Iterator[Resource]:
        source, self.medium = self.medium, None
        if source:
            yield resources.made("medium", source, source.url or "")

    def _sources(self) -> Iterator[Source]:
        member = self.capture.listing.by_path[self.path]
        saved = is_saved_page(member)
        for source in self.capture.sources(self.path):
            yield saved_source(source, member) if saved else source

    def _problems(self) -> Iterator[Problem]:
        """What the walk over the records found so far; it is taken out, so that nobody tells it twice."""
        problems: list[Problem] = getattr(self.capture, "problems", [])
        while problems:
            yield problems.pop(0)

    def _pages_not_met(self) -> Iterator[Resource]:
        for pages in self.listed.values():
            for page in pages:
                if not page.met:
                    source = page.source
                    yield resources.made("page", source, source.url or "", title=source.notes.get("title") or None)

    def _response(self, source: Source) -> Iterator[Item]:
        """What one response gives: a page to all platform readers that accept it, another one to the first."""
        if source.notes.get("type") == "revisit":
            yield from self._resource(source)
        elif source.notes.get("content") == "none":
            yield from self._without_content(source)
        elif resources.is_html(source):
            yield from self.platforms.page(source, self._resource)
        else:
            reading = self.platforms.reading(source)
            yield from reading.read_source(source) if reading else self._resource(source)

    def _without_content(self, source: Source) -> Iterator[Item]:
        """A response of which only the address is there: it can still be one that may not enter, or a failure."""
        reading = self.platforms.reading(source)
        left_out = [item for item in reading.read_source(source) if isinstance(item, Exclusion)] if reading else []
        yield from left_out
        if not left_out and source.status is not None and source.status >= 300:
            yield from self._resource(source)

    def _resource(self, source: Source) -> Iterator[Resource | Problem]:
        made = resources.picture(source) if source.notes.get("type") == "resource" else None
        if made:
            yield made
            return
        url, status = source.url or "", source.status
        location = source.notes.get("location", "")
        if status is not None and 300 <= status < 400:
            if web_pages.leads_to_login(location):
                yield resources.made("failure", source, url)
        elif resources.is_html(source) and (status is None or 200 <= status < 300):
            yield self._page(source)
        elif resources.is_medium(source):
            self.medium = source
        elif status is not None and web_pages.is_failure(status):
            if resources.was_page(source):
                yield resources.read_page("failure", source, None)
            else:
                yield self._absent_part(source, status)

    def _absent_part(self, source: Source, status: int) -> Problem:
        """An image, script or the like that did not come in."""
        params: dict[str, str | int] = {"status": status, "value": web_pages.without_secrets(source.url or "")}
        return Problem("SMA-R090", self.path, source.base.offset, None, params)

    def _page(self, source: Source) -> Resource:
        listed = self._listed(source)
        if listed:
            listed.met = True
        return resources.read_page("page", source, listed.source.notes.get("title") if listed else None)

    def _listed(self, source: Source) -> _Listed | None:
        """The entry of the page list for this response: same address, nearest time."""
        at = source.fetched_at.us if source.fetched_at else None
        best, distance = None, _NEAR + 1
        for page in self.listed.get(source.url or "", []):
            moment = page.source.fetched_at
            apart = 0 if moment is None or moment.us is None or at is None else abs(moment.us - at)
            if not page.met and apart < distance:
                best, distance = page, apart
        return best
