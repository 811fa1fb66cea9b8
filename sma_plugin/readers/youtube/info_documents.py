"""Documents of yt-dlp: one video, a list of videos, or one a line; a broken one in what can be saved of it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from sma_plugin.model import AccountRef, Evidence, Item, Moment, Post, Problem, Tally
from sma_plugin.readers.contract import Member, Source
from sma_plugin.readers.documents import Value, Values, peek, unreadable
from sma_plugin.readers.json_items import ArrayItems, Piece
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.remarks import with_remarks
from sma_plugin.readers.values import number
from sma_plugin.readers.youtube import info_posts
from sma_plugin.readers.youtube.info_chat import chat_items
from sma_plugin.readers.youtube.info_files import Files
from sma_plugin.readers.youtube.info_platforms import author_of, platform_of, text

MAX_DOCUMENT = 512 << 20
_LISTS = ("playlist", "multi_video", "channel")
_DEPTH = 4


class Documents:
    """The reading of the files of one capture."""

    def __init__(self, beside: list[Member]) -> None:
        self._files = Files(beside)
        self._told: set[str] = set()
        """Accounts that were told, with what was said of them."""
        self._videos: dict[str, Post] = {}

    def items(self, source: Source, stem: str) -> Iterator[Item]:
        """The videos of one document. ``stem`` is how the files beside it begin."""
        data = source.stream.read(MAX_DOCUMENT)
        values = Values(replace(source, stream=io.BytesIO(data)))
        given = 0
        for value in values:
            if isinstance(value.decoded, dict):
                given += 1
                yield from self._document(source, value, stem)
        if not given and values.form == "single" and (saved := _saved(data)) is not None:
            yield from self._document(source, saved, stem)
        yield from values.problems()

    def chat(self, source: Source) -> Iterator[Item]:
        """What was said in the chat of a broadcast, which lies beside its video."""
        yield from chat_items(source, self._videos.get(self._files.video_of(source.path)))

    def _document(self, source: Source, value: Value, stem: str) -> Iterator[Item]:
        yield from self._info(source, value.piece, value.decoded, value.locator, stem, None, 0)

    def _info(
        self,
        source: Source,
        piece: Piece,
        info: dict[str, Any],
        locator: str,
        stem: str | None,
        owner: AccountRef | None,
        depth: int,
    ) -> Iterator[Item]:
        """One object: a list, or a video. Within a list no file is named by ``stem``."""
        platform = platform_of(info)
        if platform is None:
            named = text(info, "extractor", "extractor_key") or "?"
            yield Problem("SMA-R164", source.path, piece.offset, len(piece.data), {"value": named[:100]})
        elif info.get("_type") in _LISTS or (isinstance(info.get("entries"), list) and "formats" not in info):
            yield from self._list(source, piece, info, locator, platform, depth)
        else:
            yield from self._video(source, piece, info, locator, platform, stem, owner)

    def _list(
        self, source: Source, piece: Piece, info: dict[str, Any], locator: str, platform: str, depth: int
    ) -> Iterator[Item]:
        """A list: of a whole channel it tells the profile. Which videos it has is not always written."""
        whole = _is_of_channel(info)
        evidence = source.evidence(piece.offset, len(piece.data), locator)
        yield from info_posts.profile(platform, info, evidence, owner=whole)
        owner = author_of(platform, info) if whole else None
        # Entries of a list that was not opened do not name the extractor.
        named: dict[str, Any] = {name: info[name] for name in ("extractor", "extractor_key") if name in info}
        for index, inner in enumerate(_listed(piece, "entries") if depth < _DEPTH else ()):
            try:
                entry = tolerant(inner.data)
            except ValueError as error:
                yield unreadable(source.path, inner, str(error))
                continue
            if isinstance(entry, dict):
                told: dict[str, Any] = {**named, **{name: one for name, one in entry.items() if one is not None}}
                place = f"{locator}/entries/{index}"
                yield from self._info(source, inner, told, place, None, owner, depth + 1)

    def _video(
        self,
        source: Source,
        piece: Piece,
        info: dict[str, Any],
        locator: str,
        platform: str,
        stem: str | None,
        owner: AccountRef | None,
    ) -> Iterator[Item]:
        evidence = source.evidence(piece.offset, len(piece.data), locator)
        files = self._files.of(stem, text(info, "id", "display_id"))
        video = info_posts.post(platform, info, evidence, files, owner)
        if stem is not None:
            self._videos[stem] = video
        yield from self._account(platform, info, evidence)
        yield from with_remarks(video, source.path, piece)
        yield from self._comments(source, piece, info, locator, video)

    def _account(self, platform: str, info: dict[str, Any], evidence: Evidence) -> Iterator[Item]:
        for item in info_posts.profile(platform, info, evidence, owner=False):
            key = repr(said_of(item))
            if key not in self._told:
                self._told.add(key)
                yield item

    def _comments(
        self, source: Source, piece: Piece, info: dict[str, Any], locator: str, video: Post
    ) -> Iterator[Item]:
        """The comments, each by its own bytes, and how many there should be."""
        at, counted = info_posts.captured_at(info), 0
        for index, inner in enumerate(_listed(piece, "comments")):
            try:
                given = tolerant(inner.data)
            except ValueError as error:
                yield unreadable(source.path, inner, str(error))
                continue
            if isinstance(given, dict):
                counted += 1
                evidence = source.evidence(inner.offset, len(inner.data), f"{locator}/comments/{index}")
                yield self._comment(given, video, evidence, at)
        stated = number(info.get("comment_count"))
        if counted and stated is not None:
            yield Tally("comments", stated, counted, source.path)

    def _comment(self, given: dict[str, Any], video: Post, evidence: Evidence, at: Moment | None) -> Post:
        return info_posts.comment(video.platform, given, video, evidence, at)


def said_of(item: Item) -> object:
    """What an item says, without where it stands."""
    fields = cast("Any", item).__struct_fields__
    return tuple(getattr(item, name) for name in fields if name not in ("evidence", "at"))


def _is_of_channel(info: dict[str, Any]) -> bool:
    """Whether a list is that of all of a channel's videos, so that its description is the channel's."""
    native_id, whose = text(info, "id"), text(info, "channel_id")
    called = text(info, "uploader_id")
    return native_id is not None and native_id in (whose, called)


def _listed(piece: Piece, name: str) -> Iterator[Piece]:
    """The items of a list in an object, with their own bytes; of one that is cut off, those that are whole."""
    found = re.search(rb'"' + name.encode() + rb'"\s*:\s*(?=\[)', piece.data)
    if found:
        # The bracket in front says that the list is part of an object: nothing is sought behind its end.
        stream = io.BytesIO(b"{" + piece.data[found.end() :])
        items = ArrayItems(stream, opening=r"^\{\[", start=piece.offset + found.end() - 1)
        yield from (one for one in items if one.whole)


def _saved(data: bytes) -> Value | None:
    """What stands before the damage in a document of one object."""
    seen = peek(data)
    if seen is None or seen.array or not seen.fields:
        return None
    start = data.index(b"{")
    return Value(Piece(start, data[start:].rstrip(), whole=False), seen.fields, "")
