"""Responses of YouTube's Data API (version 3): files that make one capture, or single responses in a container.

What a response is follows from the kinds that it states, or from its shape where only certain fields were asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import Item
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Source, alone
from sma_plugin.readers.documents import Peek, peek
from sma_plugin.readers.youtube.api_asked import is_endpoint
from sma_plugin.readers.youtube.api_kinds import kind_of
from sma_plugin.readers.youtube.api_responses import Responses
from sma_plugin.readers.youtube.common import PLATFORM

NAME = "youtube-api"
_KIND = re.compile(rb'"kind"\s*:\s*"youtube#\w+"')
_ERROR = re.compile(rb'"domain"\s*:\s*"(?:youtube\.|usageLimits|global)')
_OWN_ERROR = re.compile(rb'"domain"\s*:\s*"youtube\.')
_NAMES = re.compile(r".*\.(?:json|jsonl|ndjson)(?:\.gz)?", re.IGNORECASE)


def recognise(listing: Listing) -> Match | None:
    """All responses in the listing as one capture; error bodies only in their company."""
    strong = {member.path for member in listing.members if _is_response(member)}
    folders = {_folder(path) for path in strong}
    paths = tuple(
        member.path
        for member in listing.members
        if member.path in strong or (_folder(member.path) in folders and _is_error(member))
    )
    return Match(NAME, PLATFORM, "api", paths) if strong else None


def _folder(path: str) -> str:
    return path[: path.rfind("/") + 1]


def _is_error(member: Member) -> bool:
    seen = peek(member.head)
    return seen is not None and "error" in seen.names and bool(_ERROR.search(member.head))


def _is_response(member: Member) -> bool:
    seen = peek(member.head)
    if seen is None:
        return False
    known = _OWN_ERROR if "error" in seen.names else _KIND
    return bool(known.search(member.head)) or _has_shape(seen)


def _has_shape(seen: Peek) -> bool:
    """Whether the first object, or the first of its items, has the shape of a resource without a kind."""
    if kind_of(seen.fields):
        return True
    first = peek(seen.rest) if seen.cut == "items" else None
    whole = seen.fields.get("items")
    item = whole[0] if isinstance(whole, list) and whole else first.fields if first else {}
    return isinstance(item, dict) and kind_of(item) is not None


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of every response, in the order of the delivery."""
    responses = Responses()
    for path in capture.match.paths:
        yield from responses.read_source(capture.open(path))
    yield from responses.end()


def accepts(source: Source) -> bool:
    """Whether a response comes from an address of the Data API and is JSON."""
    return is_endpoint(source.url) and source.is_json


def reading() -> Responses:
    """The reading of responses that belong together: answers are counted, page chains are followed."""
    return Responses()


read_source = alone(reading)
