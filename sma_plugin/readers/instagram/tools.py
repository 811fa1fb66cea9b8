"""Reader of what collectors of Instagram leave: gallery-dl's messages and metadata, Instaloader's JSON and comments.

gallery-dl: a list of messages in one JSON array or one a line, or a metadata file beside each medium. Instaloader: a
JSON file for each post (mostly packed with xz), its media beside it under the same name, comments in a file of theirs.
"""

from __future__ import annotations

import io
import lzma
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from sma_plugin.model import Account, Evidence, Item, Problem
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Source
from sma_plugin.readers.documents import unreadable
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.instagram import gallery, item_others, items
from sma_plugin.readers.instagram.item_parts import reference
from sma_plugin.readers.instagram.items import Seen
from sma_plugin.readers.json_items import WINDOW, ArrayItems, Piece, lines
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.remarks import nothing_read, unknown_form, with_remarks
from sma_plugin.readers.values import MEDIA_FILE

NAME = "instagram-tools"
_XZ = b"\xfd7zXZ\x00"
_MESSAGES = re.compile(rb'(?:\xef\xbb\xbf)?\s*\[\s*(?:\[\s*)?[236]\s*,(?:\s*(?:"[^"]{0,4000}"|null)\s*,)?\s*\{')
_TOLD = re.compile(rb'"category"\s*:\s*"instagram"')
_INSTALOADER = re.compile(rb'\A\s*\{\s*"(?:instaloader|node)"\s*:\s*\{')
_NODE = re.compile(rb'"(?:node_type|__typename|shortcode|taken_at_timestamp|edge_\w+|iphone_struct|biography)"')
_COMMENTS = re.compile(r"(.+)_comments\.json")
_MOST = 64 << 20


def recognise(listing: Listing) -> Match | None:
    """The files of the collectors as one capture, with the media beside them."""
    kinds = {member.path: _kind(member) for member in listing.members}
    told = {path for path, kind in kinds.items() if kind in ("messages", "metadata", "instaloader")}
    if not told:
        return None
    bases = {_base(path) for path in told}
    folders = {path[: path.rfind("/") + 1] for path in told}
    paths = tuple(path for path in kinds if path in told or _belongs(path, bases, folders))
    messages = any(kinds[path] != "instaloader" for path in told)
    return Match(NAME, "instagram", "api", paths, confidence=49, tool="gallery-dl" if messages else "Instaloader")


def _belongs(path: str, bases: set[str], folders: set[str]) -> bool:
    comments = _COMMENTS.fullmatch(path)
    if comments:
        return comments[1] in bases
    is_medium = re.fullmatch(MEDIA_FILE, path, re.IGNORECASE) is not None or path.endswith(".txt")
    return is_medium and path[: path.rfind("/") + 1] in folders


def _base(path: str) -> str:
    """The name that a post's files share: without ``.json`` and ``.xz``."""
    return path.removesuffix(".xz").removesuffix(".json")


def _kind(member: Member) -> str | None:
    head = member.head
    if head.startswith(_XZ):
        head = _unpacked_head(head)
    if _MESSAGES.match(head) and _TOLD.search(head):
        return "messages"
    if head.lstrip()[:1] == b"{" and _TOLD.search(head):
        return "metadata"
    return "instaloader" if _INSTALOADER.match(head) and _NODE.search(head) else None


def _unpacked_head(head: bytes) -> bytes:
    try:
        return lzma.LZMADecompressor(memlimit=_MOST).decompress(head, 4096)
    except lzma.LZMAError:
        return b""


def read(capture: CaptureView) -> Iterator[Item]:
    """The posts of every file; comments after the posts that they belong to."""
    reading = _Reading(capture)
    paths = capture.match.paths
    for path in sorted(paths, key=lambda path: _COMMENTS.fullmatch(path) is not None):
        yield from reading.file(path)
    yield from reading.flush()


class _Reading:
    """One capture: the post that is being gathered, and which post a file is of."""

    def __init__(self, capture: CaptureView) -> None:
        self._capture = capture
        self._gathered: gallery.Gathered | None = None
        self._posts: dict[str, str] = {}
        self._owners: set[str] = set()

    def file(self, path: str) -> Iterator[Item]:
        member = self._capture.listing.by_path[path]
        kind = _kind(member)
        if kind == "messages":
            yield from self._messages(self._capture.open(path))
        elif kind == "metadata":
            yield from self._metadata(self._capture.open(path))
        elif kind == "instaloader":
            yield from self._instaloader(self._capture.open(path), packed=member.head.startswith(_XZ))
        elif found := _COMMENTS.fullmatch(path):
            yield from self._comments(self._capture.open(path), self._posts.get(found[1]))

    def flush(self) -> Iterator[Item]:
        """The post gathered so far."""
        if self._gathered:
            yield from self._gathered.items(None)
        self._gathered = None

    # --- gallery-dl --------------------------------------------------------------------------------------------------

    def _messages(self, source: Source) -> Iterator[Item]:
        for piece in _pieces(source):
            try:
                message = gallery.of_message(tolerant(piece.data))
            except ValueError as error:
                yield unreadable(source.path, piece, str(error))
                continue
            if message is None:
                yield Problem("SMA-R002", source.path, piece.offset, len(piece.data), {"path": source.path})
                continue
            number, told, address = message
            evidence = source.evidence(piece.offset, len(piece.data))
            if told is not None and gallery.is_told(told):
                yield from self._told(told, evidence, address if number == 3 else None, None)
        yield from self.flush()

    def _told(self, told: dict[str, Any], evidence: Evidence, address: str | None, path: str | None) -> Iterator[Item]:
        """What is told of a post or one of its files; the post is given when another one begins."""
        if self._gathered is None or not self._gathered.holds(told):
            yield from self.flush()
            yield from self._owner(told, evidence)
            self._gathered = gallery.Gathered(told)
        self._gathered.add(evidence, told, address, path)

    def _owner(self, told: dict[str, Any], evidence: Evidence) -> Iterator[Account]:
        found = gallery.account(Fields(told), evidence)
        if found and found.ref.native_id not in self._owners:
            self._owners.add(found.ref.native_id or "")
            yield found

    def _metadata(self, source: Source) -> Iterator[Item]:
        data = source.stream.read(_MOST)
        piece = Piece(0, data.rstrip())
        try:
            told = tolerant(piece.data)
        except ValueError as error:
            yield unreadable(source.path, piece, str(error))
            return
        if not isinstance(told, dict) or not gallery.is_told(told):
            yield unknown_form(source.path)
            return
        beside = source.path.removesuffix(".json")
        path = beside if beside in self._capture.listing.by_path else None
        yield from self._told(told, source.evidence(0, len(piece.data)), None, path)

    # --- Instaloader -------------------------------------------------------------------------------------------------

    def _instaloader(self, source: Source, *, packed: bool) -> Iterator[Item]:
        yield from self.flush()
        path = source.path
        try:
            data = _unpacked(source.stream) if packed else source.stream.read(_MOST)
            told = tolerant(data.strip())
        except (ValueError, lzma.LZMAError, EOFError) as error:
            yield nothing_read(path, error)
            return
        node = told.get("node") if isinstance(told, dict) else None
        kind = items.kind_of(node) if isinstance(node, dict) else None
        evidence = Evidence(path, locator="/node") if packed else source.evidence(0, len(data.rstrip()), "/node")
        seen = Seen((evidence,), source.fetched_at)
        if kind == "user" and isinstance(node, dict):
            # Instaloader keeps the profile of the account that it was told to fetch, and of no other.
            yield Account("instagram", reference(Fields(node)), owner=True, evidence=seen.evidence)
            yield from item_others.profile(node, seen, "instagram")
        elif kind == "post" and isinstance(node, dict):
            post = items.post(node, seen, "instagram")
            self._posts[_base(path)] = post.native_id or ""
            yield from with_remarks(items.with_files(post, self._files(_base(path))), path, Piece(0, b""))
        else:
            yield unknown_form(path)

    def _files(self, base: str) -> list[str]:
        """The media beside a post: under its name, or its name with a number."""
        found = re.compile(rf"{re.escape(base)}(?:_(\d+))?\.\w+")
        named = [
            (int(match[1] or 0), path) for path in self._capture.listing.by_path if (match := found.fullmatch(path))
        ]
        return [path for _, path in sorted(named) if re.fullmatch(MEDIA_FILE, path, re.IGNORECASE)]

    def _comments(self, source: Source, under: str | None) -> Iterator[Item]:
        for piece in ArrayItems(source.stream):
            try:
                value = tolerant(piece.data)
            except ValueError as error:
                yield unreadable(source.path, piece, str(error))
                continue
            if isinstance(value, dict):
                seen = Seen((source.evidence(piece.offset, len(piece.data)),), source.fetched_at, under)
                yield from item_others.with_answers(value, seen)


def _pieces(source: Source) -> Iterator[Piece]:
    """The messages of an array, or those of lines of their own."""
    first = source.stream.read(WINDOW)
    stream = cast("BinaryIO", _Again(first, source.stream))
    start = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb"\[\s*\[", start):
        yield from ArrayItems(stream)
    else:
        yield from lines(stream)


class _Again(io.RawIOBase):
    """A stream with the bytes that were already read put back in front."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self._first, self._rest = first, rest

    def read(self, size: int = -1, /) -> bytes:
        """The bytes put back, whole, and then those of the stream."""
        first, self._first = self._first, b""
        return first or self._rest.read(size)


def _unpacked(stream: BinaryIO) -> bytes:
    """The content of an xz file. Raises ``ValueError`` for one that is cut off, or longer than what is read."""
    unpacker = lzma.LZMADecompressor(memlimit=_MOST)
    data = unpacker.decompress(stream.read(_MOST), _MOST)
    if not unpacker.eof:
        raise ValueError("truncated")
    return data
