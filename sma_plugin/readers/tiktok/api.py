"""Reader of TikTok's own interfaces: the Display API of an account, and the Research API."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from sma_plugin.model import Evidence, Item, Problem
from sma_plugin.readers.addresses import host_of
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Source, alone
from sma_plugin.readers.documents import Value, Values
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.json_items import Piece
from sma_plugin.readers.nested import Found, located
from sma_plugin.readers.remarks import error_given, with_remarks
from sma_plugin.readers.tiktok import api_posts
from sma_plugin.readers.tiktok.api_posts import Kind, found_in
from sma_plugin.readers.tiktok.common import PLATFORM

NAME = "tiktok-api"
_HOSTS = ("open.tiktokapis.com", "open-api.tiktok.com", "business-api.tiktok.com")
_MARKS = (
    rb'"video_description"\s*:|"parent_comment_id"\s*:|"bio_description"\s*:',
    rb'"(?:create_time|open_id|share_url)"\s*:',
)
_LISTS = "videos|comments"


def recognise(listing: Listing) -> Match | None:
    """The saved answers in the listing as one capture."""
    paths = tuple(member.path for member in listing.members if _is_answer(member))
    return Match(NAME, PLATFORM, "api", paths, confidence=45) if paths else None


def _is_answer(member: Member) -> bool:
    head = member.head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return head[:1] in (b"{", b"[") and all(re.search(mark, head) for mark in _MARKS)


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of every file, in the order of the delivery."""
    answers = Answers()
    for path in capture.match.paths:
        yield from answers.read_source(capture.open(path))
    yield from answers.end()


def accepts(source: Source) -> bool:
    """Whether a response comes from one of the interfaces and is JSON."""
    return host_of(source.url) in _HOSTS and source.is_json


def reading() -> Answers:
    """The reading of responses that belong together, so that an open end of their pages shows."""
    return Answers()


read_source = alone(reading)


class Answers:
    """Reads responses, one after another."""

    def __init__(self) -> None:
        self._pages: Counter[str] = Counter()
        self._open: dict[str, list[Problem]] = {}

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one response."""
        values = Values(source, _LISTS)
        for value in values:
            yield from self._value(source, value)
        yield from values.problems()

    def end(self) -> Iterator[Problem]:
        """A list of which every page says that there is more is not whole: where it goes on stands in the request."""
        for kind, problems in self._open.items():
            if len(problems) == self._pages[kind]:
                yield problems[-1]

    def _value(self, source: Source, value: Value) -> Iterator[Item]:
        given = Fields(value.decoded)
        data, error = given.object("data"), given.object("error")
        code = error.text("code")
        if code and code.lower() not in ("ok", "0"):
            yield error_given(source, error.text("message") or code, code)
        kind = next((name for name in _LISTS.split("|") if name in data), None)
        if kind is not None:
            self._pages[kind] += 1
            if data.flag("has_more"):
                base = source.base
                self._open.setdefault(kind, []).append(Problem("SMA-R049", source.path, base.offset, base.length))
        found = list(found_in(value.decoded))
        for one, own, evidence in located(source, value.piece, found, value.locator):
            yield from self._item(source, one, own, evidence)

    def _item(self, source: Source, one: Found[Kind], own: Piece, evidence: Evidence) -> Iterator[Item]:
        if one.kind == "user":
            yield from api_posts.user(one.value, evidence, source.fetched_at)
            return
        make = api_posts.video if one.kind == "video" else api_posts.comment
        post = make(one.value, evidence, source.fetched_at)
        yield from with_remarks(post, source.path, own)
