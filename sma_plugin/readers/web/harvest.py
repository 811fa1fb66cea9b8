"""Captures of the web (WARC, ARC, WACZ, HAR, saved pages) read as such: pages, failures, and pictures of pages.

A response of a platform's API goes to the reader of that platform; a page is recorded as the page that it is, and goes
to every reader that knows pages of its host. Images, scripts and the like are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sma_plugin.model import Exclusion, Item, Problem, Resource, Tally
from sma_plugin.readers.addresses import host_of, path_of
from sma_plugin.readers.contract import CaptureView, Listing, Match, Source
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.left_out import whole_left_out
from sma_plugin.readers.web import mhtml, recognition, resources
from sma_plugin.readers.web import pages as web_pages
from sma_plugin.readers.web.platforms import Platforms
from sma_plugin.readers.web.saved import is_saved_page, saved_source

NAME = recognition.NAME
_NEAR = 10_000_000
"""A page list gives the time of the visit, the record that of the response: up to so many microseconds apart."""


def recognise(listing: Listing) -> Match | None:
    """The first of the captures of the web in a bundle."""
    return next(recognition.matches(listing), None)


def recognise_all(listing: Listing) -> list[Match]:
    """The captures of the web in a bundle, one for each technique."""
    return list(recognition.matches(listing))


def read(capture: CaptureView) -> Iterator[Item]:
    """Posts and profiles from API responses, pages, failures, pictures of pages, and a count of captured addresses."""
    platforms = Platforms()
    for path in capture.match.paths:
        yield from _Member(capture, path, platforms).items()
    yield from platforms.end()


def _rule(url: str | None) -> str | None:
    """The rule by which a response stays out, wherever it came from."""
    return rule_for(NAME, f"//{host_of(url)}{path_of(url)}")


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
        """What the member holds, in its order; then the pages of its list without a response, and the count of all."""
        for source in self._sources():
            if isinstance(source, Problem):
                yield source
            elif source.notes.get("type") == "page":
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

    def _sources(self) -> Iterator[Source | Problem]:
        member = self.capture.listing.by_path[self.path]
        if mhtml.is_mhtml(member):
            yield from mhtml.parts(self.capture.open(self.path))
            return
        saved = is_saved_page(member)
        for source in self.capture.sources(self.path):
            yield saved_source(source, member) if saved else source

    def _problems(self) -> Iterator[Problem | Exclusion]:
        """What the walk over the records found so far; it is taken out, so that nobody tells it twice."""
        problems: list[Problem | Exclusion] = getattr(self.capture, "problems", [])
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
        rule = _rule(source.url)
        if rule:
            source.stream.read(1)  # a record's place is known once its body is begun
            yield from whole_left_out(rule, source)
        elif source.notes.get("type") == "revisit":
            yield from self._resource(source)
        elif source.notes.get("content") == "none":
            yield from self._without_content(source)
        elif source.is_page:
            yield from self.platforms.page(source, self._resource)
        else:
            found = self.platforms.response(source)
            yield from self._resource(source) if found is None else found

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
        if source.is_redirect:
            if web_pages.leads_to_login(location):
                yield resources.made("failure", source, url)
        elif source.is_page and source.was_given:
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
