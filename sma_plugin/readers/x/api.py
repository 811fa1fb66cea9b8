"""Reader of X's API: versions 1.1 and 2 as JSON and JSON Lines, pages and flattened posts, streams, and snscrape.

Counts, lists and compliance files are no posts: they are told as what they are. The same responses inside WARC or HAR
come in through :func:`read_source`. Facts: formats/PLATFORM_FORMATS.md 2.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.model import Item
from sma_plugin.readers.contract import DAMAGE, CaptureView, Source, alone
from sma_plugin.readers.remarks import nothing_read
from sma_plugin.readers.x.api_body import read_body
from sma_plugin.readers.x.api_media import is_media_file
from sma_plugin.readers.x.api_recognise import recognise
from sma_plugin.readers.x.api_session import Session, excluded_source
from sma_plugin.readers.x.api_urls import excluded, is_api, may_be_ours

__all__ = ["accepts", "read", "read_source", "reading", "recognise"]


def read(capture: CaptureView) -> Iterator[Item]:
    """Every account, post and observation of the capture, file by file, and what is missing between pages."""
    session = Session(capture.listing)
    for path in capture.match.paths:
        member = capture.listing.by_path.get(path)
        if member and is_media_file(member):
            continue
        yield from _file(session, capture, path)
    yield from session.chain.open_ends()
    yield from session.timelines.spans()


def _file(session: Session, capture: CaptureView, path: str) -> Iterator[Item]:
    try:
        yield from read_body(session, capture.open(path))
    except DAMAGE as error:
        # A compressed file that breaks off: what came before was read.
        yield nothing_read(path, error)


def accepts(source: Source) -> bool:
    """Whether a response is one of the API's, or one that may not enter a package; by address and content type.

    A redirect has nothing to read. A refusal in plain text is a failed page, as one in HTML is.
    """
    if not may_be_ours(source.url):
        return False
    if excluded(source.url):
        return True
    if source.size == 0 and not source.content_type:
        return False  # a browser asked whether it might ask
    kind = source.media_type or "application/json"
    told = kind.endswith("json") or (kind == "text/plain" and (source.status or 200) < 400)
    return is_api(source.url) and told and not source.is_redirect


def reading() -> Responses:
    """The reading of responses that belong together: accounts are told once, page chains are followed."""
    return Responses()


read_source = alone(reading)


class Responses:
    """Responses of one capture."""

    def __init__(self) -> None:
        self._session = Session()

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one response."""
        rule = excluded(source.url)
        if rule:
            yield excluded_source(source, rule)
            return
        if source.status is None or source.status < 400:
            yield from self._session.asked(source.url)
        yield from read_body(self._session, source)

    def end(self) -> Iterator[Item]:
        """Pages that were announced and never asked for."""
        yield from self._session.chain.open_ends()
        yield from self._session.timelines.spans()
