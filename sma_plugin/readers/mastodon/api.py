"""Responses of Mastodon's REST interface: files of a folder that make one capture, or single responses in a container.

Every generation since 2017, one response a file or one status a line. What a response is follows from its members
(mastodon_kinds); its address, where known, tells what lists of accounts and statuses are for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import Item
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Source, alone
from sma_plugin.readers.documents import peek
from sma_plugin.readers.mastodon.common import MEDIA_NAME, PLATFORM, Files
from sma_plugin.readers.mastodon.kinds import STRONG, is_endpoint, kind_of_peek
from sma_plugin.readers.mastodon.responses import Responses

NAME = "mastodon-api"
_EMPTY = (b"[]", b"{}")


def recognise(listing: Listing) -> Match | None:
    """All responses in the listing as one capture, with the media beside them."""
    kinds = {member.path: _kind(member) for member in listing.members}
    folders = tuple({_folder(path) for path, kind in kinds.items() if kind in STRONG})
    if not folders:
        return None
    paths = tuple(member.path for member in listing.members if _claimed(member, kinds[member.path], folders))
    return Match(NAME, PLATFORM, "api", paths)


def _claimed(member: Member, kind: str | None, folders: tuple[str, ...]) -> bool:
    """Responses that show what they are; others (errors, empty lists) and media only in their company."""
    if kind in STRONG:
        return True
    if kind is not None:
        return _folder(member.path) in folders
    return member.path.startswith(folders) and re.fullmatch(MEDIA_NAME, member.path, re.IGNORECASE) is not None


def _folder(path: str) -> str:
    return path[: path.rfind("/") + 1]


def _kind(member: Member) -> str | None:
    seen = peek(member.head)
    if seen is not None and (seen.fields or seen.cut):
        return kind_of_peek(seen)
    return "empty" if member.head.strip() in _EMPTY else None


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of every response, in the order of the delivery."""
    members = [capture.listing.by_path[path] for path in capture.match.paths]
    responses = Responses(Files(members))
    for member in members:
        if _kind(member) is not None:
            yield from responses.read_source(capture.open(member.path))
    yield from responses.end()


def accepts(source: Source) -> bool:
    """Whether a response comes from an address of the REST interface and is JSON."""
    return is_endpoint(source) and source.is_json


def reading() -> Responses:
    """The reading of responses that belong together: histories find their post, page chains are followed."""
    return Responses(None)


read_source = alone(reading)
