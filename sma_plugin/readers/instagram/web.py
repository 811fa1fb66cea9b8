"""Reader of what the pages of Instagram and Threads load: answers in JSON, and the answers inside the pages.

The same JSON saved to files is read too, with the lists that Zeeschuimer makes of it. What is not beyond doubt a post,
a comment or an account is not read. Facts: formats/PLATFORM_FORMATS.md 2.4 and 2.14.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from sma_plugin.model import Item, Problem
from sma_plugin.readers.addresses import host_of, path_of
from sma_plugin.readers.collected import as_collected
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Source, alone
from sma_plugin.readers.documents import Values, unreadable
from sma_plugin.readers.exclusion import rule_for, rule_for_answer
from sma_plugin.readers.instagram import item_others, items
from sma_plugin.readers.instagram.codes import code_in, number_of
from sma_plugin.readers.instagram.items import Kind, Platform, Seen
from sma_plugin.readers.instagram.web_walk import found_in, more_of, owner_of
from sma_plugin.readers.json_items import MAX_ITEM, Piece
from sma_plugin.readers.left_out import Unread, part_left_out, whole_left_out
from sma_plugin.readers.meta.chunks import Broken, Chunk, chunks, is_answer, scripts
from sma_plugin.readers.meta.open_ends import OpenEnds, connections
from sma_plugin.readers.nested import Found, located
from sma_plugin.readers.remarks import error_given, with_remarks

__all__ = ["accepts", "read", "read_source", "reading", "recognise", "recognise_all"]
NAME = "instagram-web"
_HOSTS = re.compile(r"(?:[\w-]+\.)*(?P<name>instagram|threads)\.(?:com|net)", re.IGNORECASE)
_MARKS = re.compile(
    rb'"(?:taken_at|taken_at_timestamp|image_versions2|edge_owner_to_timeline_media|edge_sidecar_to_children'
    rb'|text_post_app_info|xdt_api__v1__\w+|edge_media_to_caption|edge_followed_by)"\s*:'
)
_COLLECTED = re.compile(rb'"source_platform"\s*:\s*"(?:www\.)?(instagram|threads)\.(?:com|net)"')
_LISTED = re.compile(r"/api/v1/(?:feed/user/|media/\d+(?:_\d+)?/comments/|clips/user/)")
_COMMENTS = re.compile(r"/api/v1/media/(\d+)(?:_\d+)?/comments/(?:(\d+)/)?")


def recognise_all(listing: Listing) -> Iterator[Match]:
    """The saved answers of Instagram in the listing as one capture, those of Threads as another."""
    kinds = [(member.path, _platform_of(member)) for member in listing.members]
    for platform in ("instagram", "threads"):
        paths = tuple(path for path, kind in kinds if kind == platform)
        if paths:
            yield Match(NAME, platform, "web-harvest", paths, confidence=42)


def recognise(listing: Listing) -> Match | None:
    """The first of them."""
    return next(recognise_all(listing), None)


def _platform_of(member: Member) -> Platform | None:
    head = member.head
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"[") and not head.startswith(b"for (;;);"):
        return None
    collected = _COLLECTED.search(head)
    if collected:
        return "threads" if collected[1] == b"threads" else "instagram"
    if b'"source_platform"' in head or not _MARKS.search(head):
        return None
    return "threads" if b'"text_post_app_info"' in head else "instagram"


_UNREAD = Unread(NAME, lambda member: _platform_of(member) is not None)


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of every file, in the order of the delivery."""
    platform: Platform = "threads" if capture.match.platform == "threads" else "instagram"
    for path in capture.match.paths:
        yield from _of_file(capture.open(path), platform)


def _of_file(source: Source, platform: Platform) -> Iterator[Item]:
    values = Values(source, "items|edges|data")
    counted = 0
    for value in values:
        alone = not values.several
        if rule := _rule_of_query(value.decoded):
            yield from part_left_out(rule, source, value.piece, alone=alone)
            counted += 1
            continue
        known = as_collected(source, value.decoded)
        found = _of_value(known, Chunk(value.piece, value.decoded, value.locator), platform, None)
        for item in _UNREAD.items(source, value.piece, value.decoded, found, alone=alone):
            counted += 1
            yield item
    yield from values.told(counted)


def accepts(source: Source) -> bool:
    """Whether a response comes from Instagram or Threads and can hold posts, or may not enter a package."""
    if _platform(source.url) is None:
        return False
    if rule_for(NAME, path_of(source.url)):
        return True
    if source.is_page:
        return source.was_given
    return is_answer(source) and not source.is_redirect and not path_of(source.url).endswith((".js", ".json"))


def _platform(url: str | None) -> Platform | None:
    found = _HOSTS.fullmatch(host_of(url))
    if found is None or (url or "").startswith(("https://graph.", "http://graph.")):
        return None
    return "threads" if found["name"].lower() == "threads" else "instagram"


def reading() -> WebAnswers:
    """The reading of the responses of one capture."""
    return WebAnswers()


read_source = alone(reading)


class WebAnswers:
    """Reads responses and pages, one after another."""

    def __init__(self) -> None:
        self._ends = OpenEnds()

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one response; nothing of one that may not enter a package."""
        platform = _platform(source.url)
        if platform is None:
            return
        if rule := rule_for(NAME, path_of(source.url)):
            yield from whole_left_out(rule, source)
            return
        data = source.stream.read(MAX_ITEM)
        found = list(scripts(data) if source.is_page else chunks(data))
        rules = [rule for one in found if isinstance(one, Chunk) and (rule := _rule_of_query(one.decoded))]
        if rules and not source.is_page:
            yield from whole_left_out(rules[0], source)
            return
        whole = Piece(0, data)
        for one in found:
            if isinstance(one, Broken):
                yield unreadable(source.path, one.piece, one.reason)
                continue
            told = chain(_error(source, one.decoded), _of_value(source, one, platform, _under(source.url)))
            alone = len(found) == 1
            yield from (
                _UNREAD.items(source, whole, one.decoded, told, alone=True) if alone and not source.is_page else told
            )
            self._note(source, one.decoded)

    def _note(self, source: Source, decoded: Any) -> None:
        """How far lists were captured: those of one account's posts, and the comments on a post."""
        for name, nodes, more in connections(decoded):
            if owner := owner_of(nodes):
                self._ends.note(source, name, owner, more=more)
        follows = more_of(decoded)
        if follows is not None and _LISTED.search(path_of(source.url)):
            self._ends.note(source, path_of(source.url), "", more=follows)

    def end(self) -> Iterator[Item]:
        """Lists that were not captured to their end."""
        yield from self._ends.end()


def _under(url: str | None) -> str | None:
    """The post, or the comment on it, that an address is of: comments that say of no other are on that one."""
    found = _COMMENTS.match(path_of(url))
    return (found[2] or found[1]) if found else number_of(code_in(url))


def _of_value(source: Source, chunk: Chunk, platform: Platform, under: str | None) -> Iterator[Item]:
    """What stands in one JSON value."""
    found = list(found_in(chunk.decoded, under))
    for one, piece, evidence in located(source, chunk.piece, found, f"{chunk.locator}#" if chunk.locator else ""):
        yield from _made(source, one, Seen((evidence,), source.fetched_at, one.under), platform, piece)


def _made(source: Source, one: Found[Kind], seen: Seen, platform: Platform, piece: Piece) -> Iterator[Item]:
    if one.kind == "user":
        yield from item_others.profile(one.value, seen, platform)
        return
    post = items.post(one.value, seen, platform) if one.kind == "post" else item_others.comment(one.value, seen)
    yield from with_remarks(post, source.path, piece)


def _error(source: Source, decoded: Any) -> Iterator[Problem]:
    """That an answer says that it gives nothing."""
    failed = isinstance(decoded, dict) and (decoded.get("status") == "fail" or "errors" in decoded)
    if failed and not decoded.get("data"):
        yield error_given(source, decoded.get("message") or decoded.get("errors"))


def _rule_of_query(decoded: Any) -> str | None:
    """The rule by which the answer to a query stays out, by the name of what it gives."""
    data = decoded.get("data") if isinstance(decoded, dict) else None
    return rule_for_answer(NAME, data if isinstance(data, dict) and not items.kind_of(data) else ())
