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
from sma_plugin.readers.bluesky.repo import BLOB
from sma_plugin.readers.bluesky.responses import Responses
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Source, alone
from sma_plugin.readers.documents import peek
from sma_plugin.readers.values import MEDIA_FILE

NAME = "bluesky-api"
_UNPACKED = re.compile(r"(.*/)?((?:[a-z][\w-]*\.){2,}\w+)/([\w.~:-]+)\.json")
"""The path of a record in a repository that was unpacked: its collection and its key."""
_COMMIT = "_commit.json"
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
    return member.path.startswith(folders) and _is_medium(member)


def _is_medium(member: Member) -> bool:
    return (re.fullmatch(MEDIA_FILE, member.path, re.IGNORECASE) or BLOB.fullmatch(member.path)) is not None


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
    media = tuple(member for member in members if _is_medium(member))
    responses = Responses(Blobs(media), capture.match.account)
    whose = dict(_unpacked(members))
    for member in members:
        found = _UNPACKED.fullmatch(member.path)
        if found and (found[1] or "") in whose:
            uri = f"at://{whose[found[1] or '']}/{found[2]}/{found[3]}"
            yield from responses.read_source(capture.open(member.path), uri)
        elif _kind(member) is not None:
            yield from responses.read_source(capture.open(member.path))
    yield from responses.end()


def _unpacked(members: list[Member]) -> Iterator[tuple[str, str]]:
    """The folders into which a repository was unpacked, with the account that its commit names."""
    for member in members:
        folder, _, name = member.path.rpartition("/")
        seen = peek(member.head) if name == _COMMIT else None
        did = seen.fields.get("did") if seen else None
        if isinstance(did, str):
            yield (f"{folder}/" if folder else ""), did


def accepts(source: Source) -> bool:
    """Whether a response comes from an address of the API and is JSON."""
    return method_of(source.url) is not None and source.is_json


def reading() -> Responses:
    """The reading of responses that belong together: page chains are followed, profiles told once."""
    return Responses(Blobs())


read_source = alone(reading)
