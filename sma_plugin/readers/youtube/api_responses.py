"""What each response of the Data API gives: posts, channels, what stays out, what is only counted, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from sma_plugin.model import Account, Evidence, Item, Post, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import Value, Values, unreadable
from sma_plugin.readers.json_members import members
from sma_plugin.readers.ladder import Ladder, tolerant
from sma_plugin.readers.left_out import UNCLAIMED, item_left_out, whole_left_out
from sma_plugin.readers.remarks import no_posts, unknown_form, with_remarks
from sma_plugin.readers.values import number
from sma_plugin.readers.youtube import api_posts
from sma_plugin.readers.youtube.api_asked import Asked
from sma_plugin.readers.youtube.api_channels import channel_items, found_channel
from sma_plugin.readers.youtube.api_kinds import ACTIVITIES_LEFT_OUT, LEFT_OUT, READ, kind_of
from sma_plugin.readers.youtube.api_lists import Lists
from sma_plugin.readers.youtube.api_place import Place, error_of
from sma_plugin.readers.youtube.api_resources import Resource
from sma_plugin.readers.youtube.common import PLATFORM, channel

_LADDER = Ladder(Resource)
_MARK = b'"youtube#'


class _Told:
    """What is told of one response at its end."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.unknown = 0
        self.videos: set[str] = set()


class Responses:
    """Reads the responses of one capture, one after another. What they leave open is told at the end."""

    def __init__(self) -> None:
        self._lists = Lists()
        self._owners: set[str] = set()

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one response."""
        asked, told = Asked(source.url), _Told()
        values = Values(source, "items")
        stream = iter(values)
        first = list(islice(stream, 2))
        rule = _rule_of_whole(first) if values.form == "single" else None
        if rule is not None:
            listed = first[0].decoded.get("items")
            yield from whole_left_out(rule, source, len(listed) if isinstance(listed, list) else 1)
            return
        if (source.status or 200) < 400 and (owner := asked.owner()):
            yield from self._owner(owner.native_id, source.base)
        for value in chain(first, stream):
            yield from self._value(Place(source, value.piece, value.locator), value.decoded, asked, told)
        yield from values.problems()
        yield from _summary(source, told)
        if values.form == "single" and (source.status or 200) < 400:
            yield from asked.not_given(told.videos, source)

    def end(self) -> Iterator[Item]:
        """Pages that were announced and not captured, answers that are not there, lists that are not whole."""
        yield from self._lists.end()

    def _owner(self, native_id: str | None, evidence: Evidence) -> Iterator[Account]:
        """The channel that was asked for, once: it is what the capture is of."""
        if native_id and native_id not in self._owners:
            self._owners.add(native_id)
            yield Account(PLATFORM, channel(native_id), owner=True, evidence=(evidence,))

    def _value(self, place: Place, decoded: Any, asked: Asked, told: _Told) -> Iterator[Item]:
        """One value: a page, a resource, or anything else that may hold them."""
        if not isinstance(decoded, dict):
            yield from self._list(place, asked, told) if isinstance(decoded, list) else ()
            return
        kind = kind_of(decoded)
        if kind in LEFT_OUT:
            yield from item_left_out(LEFT_OUT[kind], place.source, *place.span)
        elif kind in READ:
            yield from self._resource(place, kind or "", asked, told)
        elif kind == "list" or (kind is None and isinstance(decoded.get("items"), list)):
            yield from self._page(place, decoded, asked, told)
        elif "error" in decoded:
            yield error_of(place.source, decoded["error"])
        elif kind is not None:
            told.counted[kind] += 1
        elif _MARK in place.piece.data or '"snippet"' in decoded:
            yield from self._members(place, decoded, asked, told)
        elif decoded:
            yield from self._unknown(place, told)

    def _unknown(self, place: Place, told: _Told) -> Iterator[Item]:
        """Among answers in one file it could be anything; as a file of its own nobody would claim it."""
        told.unknown += 1
        if place.locator and place.source.exact:
            yield from item_left_out(UNCLAIMED, place.source, *place.span)

    def _members(self, place: Place, decoded: dict[str, Any], asked: Asked, told: _Told) -> Iterator[Item]:
        """Resources inside an object that is none of the API's own: a tool put it around them."""
        for name, _, begin, end in members(place.piece.data):
            content = decoded.get(name)
            if isinstance(content, dict | list) and _MARK in place.piece.data[begin:end]:
                yield from self._value(place.inside(begin, end, name), content, asked, told)

    def _page(self, place: Place, page: dict[str, Any], asked: Asked, told: _Told) -> Iterator[Item]:
        self._lists.page(place.source, page)
        items = place.member("items")
        if items is not None:
            yield from self._list(items, asked, told)

    def _list(self, place: Place, asked: Asked, told: _Told) -> Iterator[Item]:
        for index, (start, data) in enumerate(place.items()):
            inner = place.inside(start, start + len(data), str(index))
            try:
                yield from self._value(inner, tolerant(data), asked, told)
            except ValueError as error:
                yield unreadable(place.source.path, inner.piece, str(error))

    def _resource(self, place: Place, kind: str, asked: Asked, told: _Told) -> Iterator[Item]:
        source = place.source
        try:
            resource, rung = _LADDER.decode(place.piece.data)
        except ValueError as error:
            yield unreadable(source.path, place.piece, str(error))
            return
        if rung:
            yield Problem("SMA-R002", source.path, *place.span, {"path": source.path})
        if kind == "commentThread":
            yield from self._thread(place, resource)
        elif kind == "comment":
            yield from self._comment(place, resource, None, None)
        elif kind == "channel":
            owner = asked.is_for_channel()
            self._owners.update({resource.native_id or ""} if owner else ())
            yield from channel_items(resource, place.evidence, source.fetched_at, owner=owner)
        else:
            yield from self._video(place, kind, resource, told)

    def _video(self, place: Place, kind: str, resource: Resource, told: _Told) -> Iterator[Item]:
        source = place.source
        if kind in ("video", "liveBroadcast"):
            told.videos.add(resource.native_id or "")
        rule = _rule(kind, resource)
        if rule:
            yield from item_left_out(rule, source, *place.span)
            return
        made = _MAKERS[kind](resource, place.evidence, source.fetched_at)
        if made is None and kind == "searchResult" and resource.told.channel_id and _names_channel(resource):
            yield from found_channel(resource, place.evidence, source.fetched_at)
        elif made is None:
            told.counted[f"{kind} ({resource.told.type})" if resource.told.type else kind] += 1
        else:
            if kind == "playlistItem" and isinstance(made, Post) and (resource.told.playlist_id or "").startswith("UU"):
                yield from self._owner(resource.told.channel_id, place.evidence)
            yield from with_remarks(made, source.path, place.piece) if isinstance(made, Post) else [made]

    def _thread(self, place: Place, thread: Resource) -> Iterator[Item]:
        """A comment with some or all of its answers. The thread is the evidence of its first comment."""
        top, answers = place.member("snippet", "topLevelComment"), place.member("replies", "comments")
        if top is not None:
            yield from self._top(place, top.piece.data, thread)
        if answers is not None:
            yield from self._replies(answers, thread.told.video_id, thread.told.channel_id)

    def _top(self, place: Place, data: bytes, thread: Resource) -> Iterator[Item]:
        try:
            resource = _LADDER.decode(data).value
        except ValueError as error:
            yield unreadable(place.source.path, place.piece, str(error))
            return
        stated = number(thread.told.total_reply_count)
        problem = Problem("SMA-R160", place.source.path, *place.span)
        self._lists.thread(resource.native_id or thread.native_id, stated, problem)
        yield from self._comment(place, resource, thread.told.video_id, thread.told.channel_id)

    def _replies(self, place: Place, video: str | None, owner: str | None) -> Iterator[Item]:
        for index, (start, data) in enumerate(place.items()):
            inner = place.inside(start, start + len(data), str(index))
            try:
                yield from self._comment(inner, _LADDER.decode(data).value, video, owner)
            except ValueError as error:
                yield unreadable(place.source.path, inner.piece, str(error))

    def _comment(self, place: Place, resource: Resource, video: str | None, owner: str | None) -> Iterator[Item]:
        post = api_posts.comment(resource, place.evidence, place.source.fetched_at, video, owner)
        self._lists.answer(resource.told.parent_id or api_posts.parent_of(post.native_id), post.native_id)
        yield from with_remarks(post, place.source.path, place.piece)


_MAKERS: dict[str, Any] = {
    "video": api_posts.video,
    "liveBroadcast": api_posts.video,
    "playlistItem": api_posts.listed_video,
    "searchResult": api_posts.found_video,
    "activity": api_posts.uploaded_video,
}


def _rule(kind: str, resource: Resource) -> str | None:
    if kind == "activity":
        return ACTIVITIES_LEFT_OUT.get(resource.told.type or "")
    return "youtube-api.scheduled" if kind == "video" and api_posts.is_scheduled(resource) else None


def _names_channel(resource: Resource) -> bool:
    return getattr(resource.id, "channel_id", None) is not None


def _rule_of_whole(first: list[Value]) -> str | None:
    """The rule by which a whole response stays out: every item of a page is of one kind."""
    page = first[0].decoded if len(first) == 1 else None
    if not isinstance(page, dict):
        return None
    kind = kind_of(page)
    if kind == "list":
        kind = str(page["kind"]).removeprefix("youtube#").removesuffix("ListResponse") if "kind" in page else None
        kind = "videoRating" if kind == "videoGetRatingResponse" else kind
    return LEFT_OUT.get(kind or "")


def _summary(source: Source, told: _Told) -> Iterator[Problem]:
    path = source.path
    for kind, count in sorted(told.counted.items()):
        yield no_posts(path, kind, count)
    if told.unknown:
        yield unknown_form(path, told.unknown)
