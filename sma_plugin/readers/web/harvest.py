"""Captures of the web (WARC, ARC, WACZ) read as such: which pages were captured and how, what failed, what was shown.

A response of a platform's API in it goes to the reader of that platform. Images, scripts and the like are counted.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from sma_plugin.model import Item, Problem, Resource, Tally
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Reading, Source
from sma_plugin.readers.values import gzip_head
from sma_plugin.readers.web import pages as web_pages

NAME = "web-harvest"
_WARC_NAMES = re.compile(r".*\.(?:w?arc(?:\.(?:gz|zst|lz4|bz2|xz))?|wacz)", re.IGNORECASE)
_PACKED = (b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"BZh", b"\xfd7zXZ")
_WACZ_MEMBERS = re.compile(
    rb"datapackage\.json|archive/.+\.w?arc(?:\.gz)?|pages/.+\.jsonl|indexes/index\.(?:cdxj?|idx).*"
)
_HTML = ("text/html", "application/xhtml+xml")
_CHUNK = 1 << 16
_NEAR = 10_000_000
"""A page list gives the time of the visit, the record that of the response: up to so many microseconds apart."""


def recognise(listing: Listing) -> Match | None:
    """The members that are captures of the web by their first bytes; damaged ones by their name."""
    paths = tuple(member.path for member in listing.members if _is_harvest(member))
    return Match(NAME, None, "web-harvest", paths, confidence=40) if paths else None


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
    platforms = _Platforms()
    for path in capture.match.paths:
        yield from _Member(capture, path, platforms).items()
    yield from platforms.end()


class _Platforms:
    """The platform readers of one capture, each with what it remembers from response to response."""

    def __init__(self) -> None:
        from sma_plugin.readers.registry import reading_of, response_readers  # noqa: PLC0415 -- it imports this module

        self._readers = [(reader, reading_of(reader)) for reader in response_readers()]

    def reading(self, source: Source) -> Reading | None:
        """The reading of the first platform reader that accepts a response."""
        return next((reading for reader, reading in self._readers if reader.accepts(source)), None)

    def end(self) -> Iterator[Item]:
        """What shows when all was read."""
        for _, reading in self._readers:
            yield from reading.end()


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
    platforms: _Platforms
    counted: int = 0
    listed: dict[str, list[_Listed]] = field(default_factory=dict)

    def items(self) -> Iterator[Item]:
        for source in self.capture.sources(self.path):
            if source.notes.get("type") == "page":
                self.listed.setdefault(source.url or "", []).append(_Listed(source))
            else:
                self.counted += 1
                yield from self._response(source)
            yield from self._problems()
        yield from self._pages_not_met()
        yield from self._problems()
        yield Tally("captured URLs", None, self.counted, self.path)

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
                    yield _made("page", source, source.url or "", title=source.notes.get("title") or None)

    def _response(self, source: Source) -> Iterator[Item]:
        """What one response gives; the first platform reader that accepts it has it."""
        reading = None if source.notes.get("type") == "revisit" else self.platforms.reading(source)
        yield from reading.read_source(source) if reading else self._resource(source)

    def _resource(self, source: Source) -> Iterator[Resource | Problem]:
        made = _picture(source) if source.notes.get("type") == "resource" else None
        if made:
            yield made
            return
        url, status = source.url or "", source.status
        location = source.notes.get("location", "")
        if status is not None and 300 <= status < 400:
            if web_pages.leads_to_login(location):
                yield _made("failure", source, url)
        elif _is_html(source) and (status is None or 200 <= status < 300):
            yield self._page(source)
        elif status is not None and web_pages.is_failure(status):
            yield _read_page("failure", source, None) if _was_page(source) else self._absent_part(source, status)

    def _absent_part(self, source: Source, status: int) -> Problem:
        """An image, script or the like that did not come in."""
        params: dict[str, str | int] = {"status": status, "value": web_pages.without_secrets(source.url or "")}
        return Problem("SMA-R090", self.path, source.base.offset, None, params)

    def _page(self, source: Source) -> Resource:
        listed = self._listed(source)
        if listed:
            listed.met = True
        return _read_page("page", source, listed.source.notes.get("title") if listed else None)

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


def _is_html(source: Source) -> bool:
    return (source.content_type or "").partition(";")[0].strip().lower() in _HTML


def _was_page(source: Source) -> bool:
    """Whether a page, or an answer without which the capture is incomplete, was expected where a failure came."""
    expected = _mime(source) in (None, "text/plain", *_HTML) or web_pages.is_refusal(source.status or 0)
    return expected and not web_pages.is_part(source.url or "")


def _picture(source: Source) -> Resource | None:
    """A resource record that is a picture of a page or a document made of it."""
    url = source.url or ""
    mime = _mime(source) or ""
    resources = web_pages.rules().resources
    for role, prefixes in (("screenshot", resources.screenshots), ("document", resources.documents)):
        prefix = next((prefix for prefix in prefixes if url.lower().startswith(prefix)), None)
        if prefix is not None:
            kind: Role = "document" if mime == "application/pdf" or role == "document" else "screenshot"
            return _made(kind, source, url[len(prefix) :])
    if mime == "application/pdf":
        return _made("document", source, url)
    if mime.startswith("image/") and not web_pages.is_part(url):
        return _made("screenshot", source, url)
    return None


Role = Literal["page", "screenshot", "document", "failure"]


def _read_page(role: Role, source: Source, listed_title: str | None) -> Resource:
    """A page read to its end, so that its length is what was captured and its damage is found."""
    head = source.stream.read(web_pages.TITLE_BYTES)
    length = len(head)
    while data := source.stream.read(_CHUNK):
        length += len(data)
    url = source.url or ""
    if web_pages.leads_to_login(url) or web_pages.shows_wall(url, head):
        role = "failure"
    is_revisit = source.notes.get("type") == "revisit"
    title = listed_title or (web_pages.title(head, source.content_type) if _is_html(source) else None)
    return _made(role, source, url, title=title, length=None if is_revisit else length)


def _made(role: Role, source: Source, url: str, *, title: str | None = None, length: int | None = None) -> Resource:
    return Resource(
        role,
        web_pages.without_secrets(url),
        source.fetched_at,
        title,
        source.status,
        _mime(source),
        source.size if length is None else length,
        (source.base,),
    )


def _mime(source: Source) -> str | None:
    return (source.content_type or "").partition(";")[0].strip().lower()[:100] or None
