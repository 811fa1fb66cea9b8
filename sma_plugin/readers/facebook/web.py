"""Reader of captured pages of Facebook: mobile pages, the JSON that large ones load, and e-mails about comments.

Pages and answers come out of captures of the web; pages, e-mails and lists by Zeeschuimer also as files. What is not
beyond doubt a post or a comment is not read. Facts: formats/PLATFORM_FORMATS.md 2.3 and 2.14.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from sma_plugin.model import Evidence, Item, Post, Problem
from sma_plugin.readers.addresses import path_of
from sma_plugin.readers.contract import CaptureView, Source, alone
from sma_plugin.readers.documents import Values, unreadable
from sma_plugin.readers.exclusion import rule_for, rule_for_answer
from sma_plugin.readers.facebook import stories
from sma_plugin.readers.facebook.addresses import is_facebook
from sma_plugin.readers.facebook.web_recognise import NAME, is_list, recognise
from sma_plugin.readers.json_items import MAX_ITEM, Piece
from sma_plugin.readers.left_out import Unread, part_left_out, whole_left_out
from sma_plugin.readers.meta.chunks import Broken, Chunk, chunks, is_answer, markup_in, scripts
from sma_plugin.readers.meta.open_ends import OpenEnds
from sma_plugin.readers.nested import located, written
from sma_plugin.readers.remarks import error_given, no_posts, unknown_form, unread_times

__all__ = ["accepts", "read", "read_source", "reading", "recognise"]
_REACTORS = f"{NAME}.reactors"
_ADDRESS = re.compile(rb"<!--\s*(https://[\w.]*facebook\.com/[^\s>]{1,3000})")
_HEAD = 1 << 16
_UNREAD = Unread(NAME, is_list)


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of every file, in the order of the delivery."""
    for path in capture.match.paths:
        source = capture.open(path)
        if is_list(capture.listing.by_path[path]):
            yield from _list(source)
        else:
            data = source.stream.read(MAX_ITEM)
            found = _ADDRESS.search(data, 0, _HEAD)
            url = found.group(1).decode("utf-8", "replace") if found else None
            yield from _page(source, data, url, alone=True)


def _list(source: Source) -> Iterator[Item]:
    values = Values(source, "data|edges")
    counted = 0
    for value in values:
        alone = not values.several
        if rule := _rule_of_query(value.decoded):
            yield from part_left_out(rule, source, value.piece, alone=alone)
            counted += 1
            continue
        found = _of_value(source, Chunk(value.piece, value.decoded, value.locator))
        for item in _UNREAD.items(source, value.piece, value.decoded, found, alone=alone):
            counted += 1
            yield item
    yield from values.told(counted)


def accepts(source: Source) -> bool:
    """Whether a response comes from Facebook and can hold posts, or may not enter a package."""
    url = source.url or ""
    if not url.startswith("http") or not is_facebook(url) or "://graph" in url:
        return False
    if rule_for(NAME, path_of(url)):
        return True
    if _shows_a_page(source):
        return source.was_given
    told = (source.is_page or is_answer(source)) and not source.is_redirect
    return told and path_of(url).startswith(("/api/graphql", "/ajax/"))


def _shows_a_page(source: Source) -> bool:
    """Whether a response is a page; answers say that they are one, too."""
    return source.is_page and not path_of(source.url).startswith(("/api/", "/ajax/"))


def reading() -> Pages:
    """The reading of the responses of one capture."""
    return Pages()


read_source = alone(reading)


class Pages:
    """Reads responses and pages, one after another."""

    def __init__(self) -> None:
        self._ends = OpenEnds()

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one response; of one that may not enter a package only the numbers that it tells."""
        url = source.url or ""
        is_page = _shows_a_page(source)
        rule = rule_for(NAME, path_of(url))
        if rule and not (is_page and rule == _REACTORS):
            yield from whole_left_out(rule, source)
            return
        data = source.stream.read(MAX_ITEM)
        if is_page:
            yield from _page(source, data, url, alone=False)
        else:
            yield from _answer(source, data, self._ends)

    def end(self) -> Iterator[Item]:
        """Lists that were not captured to their end."""
        yield from self._ends.end()


def _answer(source: Source, data: bytes, ends: OpenEnds) -> Iterator[Item]:
    found = list(chunks(data))
    rule = next((rule for one in found if isinstance(one, Chunk) and (rule := _rule_of_query(one.decoded))), None)
    if rule:
        yield from whole_left_out(rule, source)
        return
    for one in found:
        if isinstance(one, Broken):
            yield unreadable(source.path, one.piece, one.reason)
            continue
        told = chain(_error(source, one.decoded), _of_value(source, one), _of_markup(source, one))
        alone = len(found) == 1
        yield from _UNREAD.items(source, one.piece, one.decoded, told, alone=True) if alone else told
        _note(source, one.decoded, ends)


def _of_markup(source: Source, chunk: Chunk) -> Iterator[Item]:
    """What stands in pieces of a page that an answer brings: so large pages went on until 2020."""
    found = list(markup_in(chunk.decoded))
    if not found:
        return
    from sma_plugin.readers.facebook import markup, old_pages  # noqa: PLC0415 -- they load lxml
    from sma_plugin.readers.facebook.page_parts import Page  # noqa: PLC0415

    for pointer, text in found:
        tree = markup.parsed(text.encode("utf-8", "replace"), "text/html; charset=utf-8")
        locator = f"{chunk.locator}#{written(pointer)}" if chunk.locator else written(pointer)
        if tree is not None:
            yield from old_pages.items_of(tree, Page(source.url, source.fetched_at, source.evidence(0, 0, locator)))


def _note(source: Source, decoded: Any, ends: OpenEnds) -> None:
    """How far the list of an account's posts was captured: that comes in a chunk of its own, named after the list."""
    label = decoded.get("label") if isinstance(decoded, dict) else None
    data = decoded.get("data") if isinstance(decoded, dict) else None
    info = data.get("page_info") if isinstance(data, dict) else None
    if isinstance(label, str) and isinstance(info, dict) and isinstance(info.get("has_next_page"), bool):
        ends.note(source, label, "", more=info["has_next_page"])


def _page(source: Source, data: bytes, url: str | None, *, alone: bool) -> Iterator[Item]:
    """What stands on a page, and in the scripts of one. A file that is ``alone`` says when it gives nothing."""
    from sma_plugin.readers.facebook import mails, markup, mobile_lists, mobile_pages, old_pages  # noqa: PLC0415 -- they load lxml
    from sma_plugin.readers.facebook.page_parts import Page  # noqa: PLC0415

    found: list[Item] = []
    for chunk in scripts(data):
        found.extend(_of_value(source, chunk))
    tree = markup.parsed(data, source.content_type or "text/html") if not found else None
    if tree is not None:
        base = Evidence(source.path) if alone else source.base
        page = Page(url, source.fetched_at, base)
        if mobile_lists.names_people(tree, url):
            yield from whole_left_out(_REACTORS, source)
        kind = old_pages if old_pages.MARK.encode() in data or b"UFICommentBody" in data else mobile_pages
        found.extend(kind.items_of(tree, page))
        found.extend(mails.comments_in(tree, page))
        if alone and not found:
            yield _nothing(source, data)
    for item in found:
        yield item
        if isinstance(item, Post) and tree is not None:
            yield from unread_times(item, source.path, Piece(0, b""))


def _nothing(source: Source, data: bytes) -> Problem:
    """That a file gives no post: an e-mail about something else, or a page of an unknown form."""
    if b'id="email_table"' in data:
        return no_posts(source.path, "e-mail")
    return unknown_form(source.path)


def _of_value(source: Source, chunk: Chunk) -> Iterator[Item]:
    """What stands in one JSON value."""
    found = list(stories.found_in(chunk.decoded))
    before = f"{chunk.locator}#" if chunk.locator else ""
    for one, _, evidence in located(source, chunk.piece, found, before, whole=before.startswith("script")):
        make = stories.comment if one.kind == "comment" else stories.story
        yield make(one, evidence, source.fetched_at)


def _error(source: Source, decoded: Any) -> Iterator[Problem]:
    """That an answer gives an error and nothing else."""
    if isinstance(decoded, dict) and ("errors" in decoded or "error" in decoded) and not decoded.get("data"):
        yield error_given(source, decoded.get("errorSummary") or decoded.get("errors") or decoded.get("error"))


def _rule_of_query(decoded: Any) -> str | None:
    """The rule by which the answer to a query stays out, by the name of what it gives."""
    data = decoded.get("data") if isinstance(decoded, dict) else None
    return rule_for_answer(NAME, data if isinstance(data, dict) else ())
