"""Reader of X's web interface: what its own pages load, captured as files or inside WARC, WACZ and HAR.

GraphQL responses since 2021, ``globalObjects`` before that, the JSON of embedded posts, and pages as the server made
them until 2020. Facts: formats/PLATFORM_FORMATS.md 2.2.
"""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator

from msgspec.structs import replace

from sma_plugin.model import Item
from sma_plugin.readers.collected import as_collected
from sma_plugin.readers.contract import DAMAGE, CaptureView, Listing, Match, Member, Source, alone
from sma_plugin.readers.documents import Values
from sma_plugin.readers.left_out import Unread
from sma_plugin.readers.remarks import nothing_read
from sma_plugin.readers.x.api_json import names
from sma_plugin.readers.x.api_media import is_media_file
from sma_plugin.readers.x.api_session import Session, Spot, excluded_source
from sma_plugin.readers.x.api_urls import may_be_ours
from sma_plugin.readers.x.common import PLATFORM
from sma_plugin.readers.x.web_document import Walk, left_out_by
from sma_plugin.readers.x.web_errors import told_errors
from sma_plugin.readers.x.web_objects import Objects
from sma_plugin.readers.x.web_urls import READER, excluded, is_page, is_script, is_web

__all__ = ["accepts", "read", "read_source", "reading", "recognise"]

_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]")
_DATA = re.compile(
    rb'"(?:tweet_results|tweetResult|globalObjects|threaded_conversation_with_injections(?:_v2)?)"\s*:\s*[{\[]'
    rb'|"data"\s*:\s*\{\s*"user"\s*:\s*\{\s*"result"\s*:\s*\{\s*"__typename"\s*:\s*"User'
    rb'|"__typename"\s*:\s*"Tweet(?:Tombstone)?"|"mediaDetails"\s*:\s*\['
    rb'|"type"\s*:\s*"Timeline(?:AddEntries|ClearCache|PinEntry)"|"entryType"\s*:\s*"TimelineTimeline'
)
_CALL = re.compile(rb"^[^{(]{0,200}\(\s*(\{.*\})\s*\)\s*;?\s*$", re.DOTALL)
_HOLDING_HTML = frozenset({"items_html", "module_html", "inner", "descendants", "body", "tweet_html", "page", "html"})
_LISTS = "entries|tweets"


def recognise(listing: Listing) -> Match | None:
    """The files that hold responses of the web interface, with the media that lie beside them."""
    told = [member.path for member in listing.members if _is_response(member)]
    if not told:
        return None
    folders = tuple({path[: path.rfind("/") + 1] for path in told})
    known = set(told)
    paths = tuple(
        member.path
        for member in listing.members
        if member.path in known or (is_media_file(member) and member.path.startswith(folders))
    )
    return Match(READER, PLATFORM, "web-harvest", paths, confidence=60)


def _is_response(member: Member) -> bool:
    return bool(_BEGINS.match(member.head) and _DATA.search(member.head))


_UNREAD = Unread(READER, _is_response)


def read(capture: CaptureView) -> Iterator[Item]:
    """Every account, post and notice of the capture, file by file."""
    responses = Responses(capture.listing)
    for path in capture.match.paths:
        if not is_media_file(capture.listing.by_path[path]):
            try:
                yield from responses.read_source(capture.open(path))
            except DAMAGE as error:
                yield nothing_read(path, error)
    yield from responses.end()


def accepts(source: Source) -> bool:
    """Whether a response is one of the web interface's, or one that may not enter a package."""
    if not may_be_ours(source.url):
        return False
    if excluded(source.url):
        return True
    kind = source.media_type or "application/json"
    if source.is_page:
        return is_page(source.url) and source.was_given
    told = kind.endswith(("json", "/plain")) or (kind.endswith("javascript") and is_script(source.url))
    return is_web(source.url) and told and not source.is_redirect


def reading() -> Responses:
    """The reading of responses that belong together: accounts are told once, page chains are followed."""
    return Responses()


read_source = alone(reading)


class Responses:
    """Responses of one capture."""

    def __init__(self, listing: Listing | None = None) -> None:
        self._session = Session(listing)

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one response."""
        rule = excluded(source.url)
        if rule:
            yield excluded_source(source, rule)
            return
        if source.is_page:
            from sma_plugin.readers.x.page import page_items  # noqa: PLC0415 -- it loads lxml

            yield from page_items(self._session, source)
        elif source.media_type.endswith("javascript"):
            yield from self._called_back(source)
        else:
            yield from self._json(source)

    def _called_back(self, source: Source) -> Iterator[Item]:
        """JSON that says it is a script, or is handed to a function, as embedded timelines fetched it."""
        data = source.stream.read()
        called = None if _BEGINS.match(data) else _CALL.search(data)
        if called or _BEGINS.match(data):
            stream = io.BytesIO(called.group(1) if called else data)
            yield from self._json(dataclasses.replace(source, stream=stream, exact=False))

    def _json(self, source: Source) -> Iterator[Item]:
        values = Values(source, _LISTS)
        for value in values:
            data = value.piece.data
            known = as_collected(source, value.decoded)
            spot = Spot(known, value.piece.offset, len(data), value.locator, alone=values.form == "single")
            if isinstance(value.decoded, dict):
                found = self._whole(spot, data, value.decoded)
                alone = not values.several
                yield from _UNREAD.items(source, value.piece, value.decoded, found, alone=alone)
        for problem in values.problems():
            base = source.base
            yield problem if source.exact else replace(problem, offset=base.offset, length=base.length)
        yield from self._session.end_of(source.path)

    def _whole(self, spot: Spot, data: bytes, decoded: object) -> Iterator[Item]:
        try:
            yield from self._document(spot, data, decoded)
        except ValueError as error:
            yield spot.problem("SMA-R001", reason=str(error))

    def _document(self, spot: Spot, data: bytes, decoded: object) -> Iterator[Item]:
        found = names(data)
        if "globalObjects" in found and (rule := left_out_by(data)):
            yield spot.exclusion(rule)
        elif "globalObjects" in found:
            yield from Objects(self._session, spot.source.url).items(spot, data)
        elif "data" not in found and any(name in _HOLDING_HTML or name.isdecimal() for name in found):
            from sma_plugin.readers.x.page import fragment_items  # noqa: PLC0415 -- it loads lxml

            yield from fragment_items(self._session, spot.source, decoded)
        else:
            yield from told_errors(spot, data, found)
            yield from Walk(self._session, spot.source.url).items(spot, data)

    def end(self) -> Iterator[Item]:
        """Pages that were announced and never asked for."""
        yield from self._session.chain.open_ends()
        yield from self._session.timelines.spans()
