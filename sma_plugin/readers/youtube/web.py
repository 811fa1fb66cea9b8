"""Reader of what YouTube's pages load: answers of its own interface, and the data that pages start with.

What is not beyond doubt a video, a comment, a post or a channel is not read, and what YouTube recommends beside it is
passed over. Facts: formats/PLATFORM_FORMATS.md 2.7.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sma_plugin.model import AccountRef, Evidence, Item, Moment, Post
from sma_plugin.readers.addresses import host_of, path_of, query_of
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Source, alone
from sma_plugin.readers.documents import Values
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.json_items import MAX_ITEM, Piece
from sma_plugin.readers.left_out import Unread, part_left_out, whole_left_out
from sma_plugin.readers.nested import Found, located
from sma_plugin.readers.page_data import assigned
from sma_plugin.readers.youtube import web_posts, web_said
from sma_plugin.readers.youtube.common import PLATFORM, channel, handle_of, video_in
from sma_plugin.readers.youtube.runs import text_at
from sma_plugin.readers.youtube.web_posts import Context
from sma_plugin.readers.youtube.web_walk import Kind, found_in

NAME = "youtube-web"
_HOST = re.compile(r"(?:(?:www|m|music|studio)\.)?youtube(?:-nocookie)?\.com", re.IGNORECASE)
_ANSWERS = re.compile(r"/youtubei/v\d/(?:browse|next|player|search|reel|live_chat|navigation|updated_metadata)\b.*")
_NAMES = "ytInitialPlayerResponse|ytInitialData"
_MARK = re.compile(rb'"responseContext"\s*:')
_MARKS = re.compile(
    rb'"(?:serviceTrackingParams|visitorData|playabilityStatus|videoDetails|frameworkUpdates)"\s*:|Renderer"'
)
_BROWSED = re.compile(rb'"key"\s*:\s*"browse_id"\s*,\s*"value"\s*:\s*"(UC[\w-]{22})"')
_OWN_LISTS = re.compile(rb'"key"\s*:\s*"browse_id"\s*,\s*"value"\s*:\s*"((?:FE|VL)\w+)"')
_COMMENT_LINK = re.compile(rb"watch\?v=([\w-]{11})(?:&|\\u0026|&amp;)lc=")


def recognise(listing: Listing) -> Match | None:
    """The saved answers in the listing as one capture."""
    paths = tuple(member.path for member in listing.members if _is_answer(member))
    return Match(NAME, PLATFORM, "web-harvest", paths, confidence=42) if paths else None


def _is_answer(member: Member) -> bool:
    head = member.head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return head[:1] in (b"{", b"[") and bool(_MARK.search(head)) and bool(_MARKS.search(head))


_UNREAD = Unread(NAME, _is_answer)


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of every file, in the order of the delivery."""
    answers = Answers()
    for path in capture.match.paths:
        yield from answers.file(capture.open(path))


def accepts(source: Source) -> bool:
    """Whether a response comes from YouTube and can hold posts, or may not enter a package."""
    if not _HOST.fullmatch(host_of(source.url)):
        return False
    if _rule(source.url):
        return True
    asked = _ANSWERS.fullmatch(path_of(source.url)) is not None or "pbj=1" in (source.url or "")
    return source.was_given and (source.is_page or (source.is_json and asked))


def _rule(url: str | None) -> str | None:
    """The rule that keeps a response out. The studio is where a channel is run from."""
    is_studio = host_of(url).startswith("studio.")
    return f"{NAME}.account-security" if is_studio else rule_for(NAME, path_of(url))


def reading() -> Answers:
    """The reading of responses that belong together: who owns a video is known for the comments that follow."""
    return Answers()


read_source = alone(reading)


class Answers:
    """Reads responses, pages and files, one after another."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one response; nothing of one that may not enter a package."""
        if rule := _rule(source.url):
            yield from whole_left_out(rule, source)
        elif source.is_page:
            data = source.stream.read(MAX_ITEM)
            # Whose video it is stands with the player, and what is said of it beside.
            for one in sorted(assigned(data, _NAMES), key=lambda one: one.name == "ytInitialData"):
                yield from self._value(source, one.piece, one.decoded, f"script {one.name}")
        else:
            yield from self.file(source)

    def end(self) -> Iterator[Item]:
        """Nothing is left to tell."""
        return iter(())

    def file(self, source: Source) -> Iterator[Item]:
        """The items of an answer, or of a list of answers."""
        values, counted = Values(source), 0
        for value in values:
            found = self._value(source, value.piece, value.decoded, value.locator)
            alone = not values.several
            for item in _UNREAD.items(source, value.piece, value.decoded, found, alone=alone):
                counted += 1
                yield item
        yield from values.told(counted) if source.url is None else values.problems()

    def _value(self, source: Source, piece: Piece, decoded: Any, locator: str) -> Iterator[Item]:
        """Everything in one value once, each with its own bytes where these count.

        An answer says which list was asked for: that can be one that is only for who is logged in.
        """
        asked = _OWN_LISTS.search(piece.data)
        if asked and (rule := rule_for(NAME, f"/browse/{asked[1].decode()}")):
            yield from part_left_out(rule, source, piece, alone=not locator)
            return
        found = list(found_in(decoded))
        if any(one.kind == "watched" for one in found):
            # Beside a video that is looked at, others are recommended.
            found = [one for one in found if one.kind != "video"]
        context = self._context(source, piece, found)
        told: set[str] = set()
        for one, _, evidence in located(source, piece, found, locator):
            for item in _items(one, evidence, context):
                key = item.native_id if isinstance(item, Post) else None
                if key is None or key not in told:
                    told.update((key,) if key else ())
                    yield item

    def _context(self, source: Source, piece: Piece, found: list[Found[Kind]]) -> Context:
        """The video and the channel that a document is about."""
        asked = query_of(source.url).get("v") or video_in(source.url)
        about = [shown for one in found if (shown := _about(one))]
        linked = _COMMENT_LINK.search(piece.data)
        video = asked or next((shown for shown, _ in about), None) or (linked[1].decode() if linked else None)
        self._owners.update({shown: whose for shown, whose in about if whose})
        at: Moment | None = source.fetched_at
        return Context(video, self._owners.get(video or ""), _shown(piece, found), at)


def _about(one: Found[Kind]) -> tuple[str, str | None] | None:
    """The video that a document says it is about, and whose it is."""
    if one.kind == "player":
        shown, whose = (text_at(one.value, "videoDetails", name) for name in ("videoId", "channelId"))
        return (shown, whose) if shown else None
    if one.kind == "watched":
        shown, owner = (
            text_at(one.value, "currentVideoEndpoint", "watchEndpoint", "videoId"),
            web_posts.owner_of(one.value),
        )
        return (shown, owner.native_id if owner else None) if shown else None
    return None


def _shown(piece: Piece, found: list[Found[Kind]]) -> AccountRef:
    """The channel that a page is of: as it says, or, where more of it is loaded, as was asked for."""
    told = next((one.value for one in found if one.kind == "channel"), None)
    if told is not None:
        handle = handle_of(text_at(told, "vanityChannelUrl"))
        return channel(text_at(told, "externalId"), text_at(told, "title"), handle)
    browsed = _BROWSED.search(piece.data)
    return channel(browsed[1].decode()) if browsed else AccountRef()


def _items(one: Found[Kind], evidence: Evidence, context: Context) -> Iterator[Item]:
    if one.kind == "player":
        yield from web_posts.played(one.value, evidence, context)
    elif one.kind == "channel":
        yield from web_posts.channel_profile(one.value, evidence, context)
    else:
        post = _post(one, evidence, context)
        if post is not None:
            yield post


def _post(one: Found[Kind], evidence: Evidence, context: Context) -> Post | None:
    if one.kind == "watched":
        return web_posts.watched(one.value, evidence, context)
    if one.kind == "video":
        return web_posts.listed(one.value, evidence, context)
    if one.kind in ("post", "shared"):
        return web_said.channel_post(one.value, evidence, context, shared=one.kind == "shared")
    return web_said.comment(one.value, evidence, context, entity=one.kind == "entity")
