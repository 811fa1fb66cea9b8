"""Responses of Bluesky's API: files of a folder that make one capture, or single responses in a container.

Lists and threads of posts, records with their addresses, profiles, the stream of all changes, and captures by
Bluesky's own tools; one document a file or one a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import Item
from sma_plugin.readers.bluesky.common import PLATFORM
from sma_plugin.readers.bluesky.embeds import Blobs
from sma_plugin.readers.bluesky.kinds import MARK, kind_of_peek, method_of
from sma_plugin.readers.bluesky.responses import Responses
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Source
from sma_plugin.readers.documents import peek
from sma_plugin.readers.values import MEDIA_FILE

NAME = "bluesky-api"
_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json\b|text/json\b", re.IGNORECASE)
_WEAK = (None, "error", "did-document")
"""Kinds that do not show by themselves that a capture is of the API."""


def recognise(listing: Listing) -> Match | None:
    """All responses in the listing as one capture, with the media beside them."""
    kinds = {member.path: _kind(member) for member in listing.members}
    folders = tuple({_folder(path) for path, kind in kinds.items() if kind not in _WEAK})
    if not folders:
        return None
    paths = tuple(member.path for member in listing.members if _claimed(member, kinds[member.path], folders))
    return Match(NAME, PLATFORM, "api", paths, confidence=45)


def _claimed(member: Member, kind: str | None, folders: tuple[str, ...]) -> bool:
    if kind is not None:
        return kind not in _WEAK or _folder(member.path) in folders
    return member.path.startswith(folders) and re.fullmatch(MEDIA_FILE, member.path, re.IGNORECASE) is not None


def _folder(path: str) -> str:
    return path[: path.rfind("/") + 1]


def _kind(member: Member) -> str | None:
    seen = peek(member.head)
    if seen is None:
        return None
    kind = kind_of_peek(seen)
    return kind if MARK.search(member.head) or kind in ("error", "frame") else None


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of every response, in the order of the delivery."""
    members = [capture.listing.by_path[path] for path in capture.match.paths]
    media = tuple(member for member in members if re.fullmatch(MEDIA_FILE, member.path, re.IGNORECASE))
    responses = Responses(Blobs(media), capture.match.account)
    for member in members:
        if _kind(member) is not None:
            yield from responses.read_source(capture.open(member.path))
    yield from responses.end()


def accepts(source: Source) -> bool:
    """Whether a response comes from an address of the API and is JSON."""
    return method_of(source.url) is not None and _JSON.match(source.content_type or "") is not None


def read_source(source: Source) -> Iterator[Item]:
    """The items of one response."""
    responses = Responses(Blobs())
    yield from responses.read_source(source)
    yield from responses.end()


def reading() -> Responses:
    """The reading of responses that belong together: page chains are followed, profiles told once."""
    return Responses(Blobs())
