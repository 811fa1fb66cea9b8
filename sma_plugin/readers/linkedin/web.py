"""What LinkedIn's pages are made of, as captured: the JSON that they load (Voyager), and the JSON-LD within them.

Responses as files or inside WARC, WACZ and HAR, and items of Zeeschuimer and 4CAT, one a line, in which what an object
refers to stands in its place. Facts: formats/PLATFORM_FORMATS.md 2.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple

from sma_plugin.model import Exclusion, Item, Moment, Problem
from sma_plugin.readers.addresses import host_of, query_of, split_address
from sma_plugin.readers.collected import collected_at
from sma_plugin.readers.contract import DAMAGE, CaptureView, Listing, Match, Member, Source
from sma_plugin.readers.documents import Value, Values
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.json_items import Piece
from sma_plugin.readers.json_members import members, split_array
from sma_plugin.readers.left_out import Unread, whole_left_out
from sma_plugin.readers.linkedin.common import PLATFORM
from sma_plugin.readers.linkedin.web_pages import page_items
from sma_plugin.readers.linkedin.web_parts import at
from sma_plugin.readers.linkedin.web_posts import (
    Place,
    comment,
    is_comment,
    is_organisation,
    is_update,
    organisation,
    update,
)
from sma_plugin.readers.remarks import nothing_read
from sma_plugin.readers.values import gzip_head

NAME = "linkedin-web"
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]")
_OURS = re.compile(
    rb'"\$type"\s*:\s*"com\.linkedin\.|"(?:entityUrn|dashEntityUrn|preDashEntityUrn)"\s*:\s*"urn:li:fsd?_update'
    rb'|"source_platform"\s*:\s*"linkedin\.com"|"updateMetadata"\s*:\s*\{'
)
_HOST = re.compile(r"(?:[a-z]{2,3}\.|www\.)?linkedin\.com", re.IGNORECASE)


class Part(NamedTuple):
    """One object of a document by itself: its value, where its bytes are, its place in the document."""

    value: Any
    offset: int
    length: int
    locator: str


def recognise(listing: Listing) -> Match | None:
    """The files that hold what LinkedIn's pages loaded."""
    paths = tuple(member.path for member in listing.members if _is_capture(member))
    return Match(NAME, PLATFORM, "web-harvest", paths, confidence=60) if paths else None


def _is_capture(member: Member) -> bool:
    head = gzip_head(member.head, 1 << 14) if member.head.startswith(b"\x1f\x8b") else member.head
    return bool(_BEGINS.match(head) and _OURS.search(head))


_UNREAD = Unread(NAME, lambda _: False, lambda decoded: bool(at(decoded, "included")))


def read(capture: CaptureView) -> Iterator[Item]:
    """The posts and comments of the capture, file by file."""
    for path in capture.match.paths:
        try:
            source = capture.open(path)
            with closing(source.stream):
                yield from read_source(source)
        except DAMAGE as error:
            yield nothing_read(path, error)


def accepts(source: Source) -> bool:
    """Whether a response is of LinkedIn: JSON of its interface, one that may not enter a package, or a page of it."""
    parts = split_address(source.url or "")
    if not _HOST.fullmatch(host_of(source.url)):
        return False
    if _rule(source) is not None:
        return True
    if not source.was_given:
        return False
    kind = (source.content_type or "").lower()
    return parts.path.startswith("/voyager/api/") if "json" in kind else "html" in kind


def _rule(source: Source) -> str | None:
    """The rule by which a response stays out, by its path and the name of its query."""
    parts = split_address(source.url or "")
    query = query_of(source.url).get("queryId", "")
    named = f"{parts.path.rstrip('/')}/{query.partition('.')[0]}" if query else parts.path
    return rule_for(NAME, named) or rule_for(NAME, parts.path)


def read_source(source: Source) -> Iterator[Item]:
    """The posts and comments of one response or file."""
    rule = _rule(source) if source.url else None
    if rule is not None:
        yield from whole_left_out(rule, source)
    elif "html" in (source.content_type or "").lower():
        yield from page_items(source)
    else:
        yield from _json(source)


def _json(source: Source) -> Iterator[Item | Exclusion]:
    values = Values(source)
    for value in values:
        found = _document(source, value)
        yield from _UNREAD.items(source, value.piece, value.decoded, found, alone=not values.several)
    yield from values.problems()


def _document(source: Source, value: Value) -> Iterator[Item]:
    """One document: a response with its objects side by side, or an item of a collection."""
    decoded, when = _unwrapped(value.decoded, source.fetched_at)
    parts = list(_parts(value, decoded))
    known = {urn: one.value for one in parts for urn in _names(one.value)}
    for part in parts:
        evidence = source.evidence(part.offset, part.length, part.locator)
        place = Place(known, evidence, when)
        for one in _found(part.value):
            yield from _told(one, place)


def _unwrapped(decoded: Any, fetched: Moment | None) -> tuple[Any, Moment | None]:
    """An item without what the tool that collected it put around it, and when it did."""
    meta = at(decoded, "__import_meta")
    if isinstance(meta, dict):
        return decoded, collected_at(decoded) or fetched
    if at(decoded, "source_platform") == "linkedin.com" and isinstance(at(decoded, "data"), dict):
        return decoded["data"], collected_at(decoded) or fetched
    return decoded, fetched


def _parts(value: Value, decoded: Any) -> Iterator[Part]:
    """The objects of a normalised response, each with its own bytes; else the document as one."""
    offset, data = value.piece.offset, value.piece.data
    listed = at(decoded, "included")
    spans = _spans(value.piece) if isinstance(listed, list) and decoded is value.decoded else None
    if spans is None or len(spans) != len(listed):
        yield Part(decoded, offset, len(data), value.locator)
        return
    for number, (one, (begin, length)) in enumerate(zip(listed, spans, strict=True)):
        yield Part(one, offset + begin, length, f"{value.locator}/included/{number}")
    rest = {name: one for name, one in decoded.items() if name != "included"}
    yield Part(rest, offset, len(data), value.locator)


def _spans(piece: Piece) -> list[tuple[int, int]] | None:
    """Offset and length of each object under ``included``; ``None`` where the document is not well-formed."""
    try:
        found = next((start, end) for name, _, start, end in members(piece.data) if name == "included")
        items = split_array(piece.data[found[0] : found[1]], 0)
        return [(found[0] + at_, len(data)) for at_, data in items] if items is not None else None
    except (StopIteration, ValueError, RecursionError):
        return None


def _names(value: Any) -> Iterator[str]:
    for name in ("entityUrn", "dashEntityUrn", "preDashEntityUrn"):
        urn = at(value, name)
        if isinstance(urn, str):
            yield urn


def _found(value: Any) -> Iterator[dict[str, Any]]:
    """The posts, comments and pages of organisations below a value; what a post passes on is told with it."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo += reversed(one)
        elif isinstance(one, dict):
            if is_update(one):
                yield one
                todo += [inner for name, inner in one.items() if name not in ("resharedUpdate", "*resharedUpdate")]
            else:
                if is_comment(one) or is_organisation(one):
                    yield one
                todo += reversed(one.values())


def _told(value: dict[str, Any], place: Place) -> Iterator[Item]:
    if is_update(value):
        yield from list(update(value, place)) or _unnamed(place)
    elif is_comment(value):
        yield comment(value, place)
    else:
        yield from organisation(value, place)


def _unnamed(place: Place) -> list[Problem]:
    """An object that looks like a post and bears no URN of one."""
    evidence = place.evidence
    return [Problem("SMA-R001", evidence.path, evidence.offset, evidence.length, {"reason": "no post"})]
