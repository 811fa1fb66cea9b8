"""Reader of what TikTok's pages and app load: answers in JSON, the data that pages start with, lists of collectors.

What is not beyond doubt a post, a comment or a profile is not read. Facts: formats/PLATFORM_FORMATS.md 2.9, 2.14.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Evidence, Item, Moment, Observation, Post, Problem
from sma_plugin.readers.addresses import host_of, path_of, query_of
from sma_plugin.readers.collected import collected_at
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Source, alone
from sma_plugin.readers.documents import Values
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.json_items import MAX_ITEM, Piece
from sma_plugin.readers.left_out import Unread, whole_left_out
from sma_plugin.readers.nested import Found, located
from sma_plugin.readers.page_chain import Chain
from sma_plugin.readers.page_data import scripts
from sma_plugin.readers.remarks import with_remarks
from sma_plugin.readers.tiktok import web_posts
from sma_plugin.readers.tiktok.common import PLATFORM, post_in
from sma_plugin.readers.tiktok.web_walk import Kind, found_in

NAME = "tiktok-web"
_HOST = re.compile(r"(?:[\w-]+\.)*(?:tiktok|tiktokv)\.com", re.IGNORECASE)
_MARKS = re.compile(
    rb'"(?:itemList|aweme_list|itemStruct|ItemModule|aweme_id|diggCount|digg_count|secUid|authorStats|webapp\.[\w-]+)"\s*:'
    rb"|tiktokcdn(?:-\w+)?\.com"
)
_COLLECTED = re.compile(rb'"source_platform"\s*:\s*"(?:www\.)?([\w.-]+)"')
_IDS = "__UNIVERSAL_DATA_FOR_REHYDRATION__|SIGI_STATE|__NEXT_DATA__|sigi-persisted-data"
_CHAIN = ("cursor", "max_cursor", "secUid", "aweme_id", "comment_id", "item_id")
_LISTS = "itemList|aweme_list|comments|items|data"
_GONE = {10204: "not-found", 10215: "protected", 10216: "protected", 10222: "protected", 10231: "forbidden"}
"""Codes by which a page says why a post or an account is not shown."""


def recognise(listing: Listing) -> Match | None:
    """The saved answers in the listing as one capture."""
    paths = tuple(member.path for member in listing.members if _is_answer(member))
    return Match(NAME, PLATFORM, "web-harvest", paths, confidence=42) if paths else None


def _is_answer(member: Member) -> bool:
    head = member.head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] not in (b"{", b"["):
        return False
    collected = _COLLECTED.search(head)
    return collected[1].startswith(b"tiktok") if collected else len(set(_MARKS.findall(head))) >= 2


_UNREAD = Unread(NAME, _is_answer)


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of every file, in the order of the delivery."""
    answers = Answers()
    for path in capture.match.paths:
        yield from answers.file(capture.open(path))
    yield from answers.end()


def accepts(source: Source) -> bool:
    """Whether a response comes from TikTok and can hold posts, or may not enter a package."""
    if not _HOST.fullmatch(host_of(source.url)):
        return False
    path = path_of(source.url)
    if rule_for(NAME, path):
        return True
    return source.was_given and (source.is_page or (source.is_json and ("/api/" in path or "/aweme/" in path)))


def reading() -> Answers:
    """The reading of responses that belong together: answers to comments are counted, page chains are followed."""
    return Answers()


read_source = alone(reading)


class Answers:
    """Reads responses, pages and files, one after another."""

    def __init__(self) -> None:
        self._chain = Chain(_CHAIN)
        self._stated: dict[str, tuple[int, Problem]] = {}
        self._answers: dict[str, set[str]] = {}

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one response; nothing of one that may not enter a package."""
        if rule := rule_for(NAME, path_of(source.url)):
            yield from whole_left_out(rule, source)
            return
        if source.is_page:
            for one in scripts(source.stream.read(MAX_ITEM), _IDS):
                yield from self._value(source, one.piece, one.decoded, f"script#{one.name}")
            return
        yield from self.file(source)

    def file(self, source: Source) -> Iterator[Item]:
        """The items of an answer, or of a list of answers."""
        values, counted = Values(source, _LISTS), 0
        for value in values:
            self._page(source, value.decoded)
            found = self._value(source, value.piece, value.decoded, value.locator)
            alone = not values.several
            for item in _UNREAD.items(source, value.piece, value.decoded, found, alone=alone):
                counted += 1
                yield item
        yield from values.told(counted) if source.url is None else values.problems()

    def end(self) -> Iterator[Problem]:
        """Pages that were announced and not captured; answers that are not there."""
        yield from self._chain.open_ends()
        for comment, (stated, problem) in self._stated.items():
            missing = stated - len(self._answers.get(comment, ()))
            if missing > 0:
                params: dict[str, str | int] = {"missing": missing, "stated": stated}
                yield Problem("SMA-R160", problem.path, problem.offset, problem.length, params)

    def _page(self, source: Source, decoded: Any) -> None:
        """A page of a list says where the next begins."""
        given = Fields(decoded)
        cursor = given.text("cursor", "max_cursor")
        more = given.raw("hasMore") or given.raw("has_more")
        if source.url and cursor is not None:
            base = re.sub(r"([?&])(?:max_)?cursor=[^&]*&?", r"\1", source.url).rstrip("?&")
            name = "max_cursor" if "max_cursor" in given else "cursor"
            joint = "&" if "?" in base else "?"
            self._chain.page(source, source.url, f"{base}{joint}{name}={cursor}" if more else None)

    def _value(self, source: Source, piece: Piece, decoded: Any, locator: str) -> Iterator[Item]:
        """Everything in one value, each with its own bytes where these count."""
        found = list(found_in(decoded))
        for one, own, evidence in located(source, piece, found, locator):
            yield from self._item(source, one, own, evidence, collected_at(decoded) or source.fetched_at)
        yield from _gone(source, decoded, source.evidence(piece.offset, len(piece.data), locator))

    def _item(
        self, source: Source, one: Found[Kind], own: Piece, evidence: Evidence, at: Moment | None
    ) -> Iterator[Item]:
        if one.kind == "profile":
            yield from web_posts.profile(one.value, evidence, at)
        elif one.kind == "users":
            yield from web_posts.users(one.value, evidence, at)
        else:
            post = self._post(source, one, own, evidence, at)
            yield from with_remarks(post, source.path, own)

    def _post(self, source: Source, one: Found[Kind], own: Piece, evidence: Evidence, at: Moment | None) -> Post:
        if one.kind == "post":
            return web_posts.post(one.value, evidence, at)
        given = query_of(source.url)
        asked = given.get("aweme_id") or given.get("item_id") or post_in(source.url)
        post = web_posts.comment(one.value, evidence, at, asked, one.under)
        total = Fields(one.value).whole("reply_comment_total")
        if total and post.native_id:
            self._stated[post.native_id] = (total, Problem("SMA-R160", source.path, own.offset, len(own.data)))
        parent = next((tie.target for tie in post.relations if tie.kind == "reply"), None)
        if parent and post.native_id:
            self._answers.setdefault(parent, set()).add(post.native_id)
        return post


def _gone(source: Source, decoded: Any, evidence: Evidence) -> Iterator[Observation]:
    """Word that the post of a page is not there, or not for who looked."""
    detail = Fields(decoded).object("__DEFAULT_SCOPE__", "webapp.video-detail")
    code, post = detail.whole("statusCode"), post_in(source.url)
    if code in _GONE and post:
        said = detail.text("statusMsg")
        yield Observation(PLATFORM, post, at=source.fetched_at, status=_GONE[code], detail=said, evidence=(evidence,))
