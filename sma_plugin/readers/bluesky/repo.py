"""The repository of a Bluesky account: a CAR file, with the DID document and the media beside it.

It is the account's own data, signed by it: posts, reposts, profile, and also whom it likes and follows. Its handle and
its media are not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from sma_plugin.model import AccountRef, Item, Problem
from sma_plugin.readers.bluesky.car import decoder, is_car
from sma_plugin.readers.bluesky.car_repo import Repository
from sma_plugin.readers.bluesky.common import PLATFORM, kind_of
from sma_plugin.readers.bluesky.embeds import Blobs
from sma_plugin.readers.bluesky.identity import Identity, identity_of, is_did_document
from sma_plugin.readers.bluesky.people import People
from sma_plugin.readers.bluesky.tables import tables
from sma_plugin.readers.bluesky.views import Place, Views
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Source
from sma_plugin.readers.documents import peek, unreadable
from sma_plugin.readers.json_items import Piece
from sma_plugin.readers.left_out import whole_left_out
from sma_plugin.readers.values import gzip_head

NAME = "bluesky-repo"
CONTENT_TYPE = "application/vnd.ipld.car"
_CAR_NAME = re.compile(r".*\.(?:car|repo)(?:\.gz)?", re.IGNORECASE)
BLOB = re.compile(r"(?:.*/)?(?:bafkrei[a-z2-7]{52})(?:\.\w{1,5})?")
"""A medium that is named after its content identifier."""
_TYPED = re.compile(rb"\x65\$type[\x60-\x7b](?:app|chat)\.bsky\.|\x65\$type\x78.(?:app|chat)\.bsky\.", re.DOTALL)
"""The type of a record in CBOR: a text of its length."""
_MAX_DOCUMENT = 1 << 20


def recognise(listing: Listing) -> Match | None:
    """The CAR files of the listing, with DID documents and media named by content identifier."""
    held = {member.path for member in listing.members if _is_repository(member) or _is_record(member)}
    if not held:
        return None
    paths = [one.path for one in listing.members if one.path in held or _is_beside(one)]
    return Match(NAME, PLATFORM, "platform-export", tuple(paths), confidence=60)


def _is_repository(member: Member) -> bool:
    """By the first bytes; by the name what is empty or damaged."""
    head = gzip_head(member.head, 100) if member.head[:2] == b"\x1f\x8b" else member.head
    named = _CAR_NAME.fullmatch(member.path) is not None and head.lstrip()[:1] not in (b"{", b"[", b"<")
    return named or is_car(head)


def _is_record(member: Member) -> bool:
    """A record by itself, in the form in which repositories hold it."""
    return 0xA0 < (member.head or b"\0")[0] < 0xBC and _TYPED.search(member.head) is not None


def _is_beside(member: Member) -> bool:
    return BLOB.fullmatch(member.path) is not None or _is_did_document(member)


def _is_did_document(member: Member) -> bool:
    seen = peek(member.head)
    return seen is not None and not seen.array and is_did_document(seen.names, seen.fields.get("id"))


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of every repository, in the order of the delivery."""
    members = [capture.listing.by_path[path] for path in capture.match.paths]
    known: dict[str, Identity] = {}
    for member in members:
        if _is_did_document(member):
            yield from _learn(capture.open(member.path), known)
    blobs = Blobs(tuple(member for member in members if BLOB.fullmatch(member.path)))
    for member in members:
        if _is_repository(member):
            yield from _items(capture.open(member.path), blobs, known)
        elif _is_record(member):
            yield from _lone(capture.open(member.path), blobs, capture.match.account)


def _learn(source: Source, known: dict[str, Identity]) -> Iterator[Problem]:
    """Learn the handle and the key of an account from its DID document."""
    data = source.stream.read(_MAX_DOCUMENT)
    try:
        identity = identity_of(msgspec.json.decode(data, type=dict))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        yield unreadable(source.path, Piece(0, data), str(error))
        return
    known[identity.did] = identity


def _items(source: Source, blobs: Blobs, known: dict[str, Identity]) -> Iterator[Item]:
    decode = decoder()
    if decode is None:
        yield Problem("SMA-R201", source.path, params={"path": source.path})
        return
    yield from Repository(source, decode, blobs, known).items()


def _lone(source: Source, blobs: Blobs, declared: AccountRef | None) -> Iterator[Item]:
    """The items of a record by itself: whose it is, only the declaration of the capture can say."""
    decode, data = decoder(), source.stream.read(_MAX_DOCUMENT)
    params: dict[str, str | int] = {"path": source.path, "count": 1}
    if decode is None:
        yield Problem("SMA-R201", source.path, params=params)
        return
    try:
        record = decode(data)
    except (ValueError, RecursionError) as error:
        yield unreadable(source.path, Piece(0, data), str(error))
        return
    rule = tables().counted.get(kind_of(record))
    if rule:
        yield from whole_left_out(f"{NAME}.{rule}", source)
        return
    views = Views(People(blobs), blobs, declared)
    yield from views.record(record, Place(source.evidence(0, len(data)), source.path, 0, len(data), source.fetched_at))
    if views.nameless:
        yield Problem("SMA-R203", source.path, params=params)


def accepts(source: Source) -> bool:
    """Whether a response is a repository, by its content type."""
    return source.media_type == CONTENT_TYPE and source.status in (None, 200)


def read_source(source: Source) -> Iterator[Item]:
    """The items of one repository."""
    yield from _items(source, Blobs(), {})
