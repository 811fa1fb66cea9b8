"""What holds for whatever is delivered as Meta's answers and pages: no crash, evidence within bytes, no silent loss."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sma_plugin.model import Evidence, Exclusion, Item, Post, Problem
from sma_plugin.readers.contract import Listing, Member, Source
from sma_plugin.readers.facebook import graph
from sma_plugin.readers.facebook import web as facebook_web
from sma_plugin.readers.instagram import graph as instagram_graph
from sma_plugin.readers.instagram import tools
from sma_plugin.readers.instagram import web as instagram_web
from sma_plugin.testing import capture
from test_facebook_graph import PAGE, comment, feed, post
from test_facebook_web import article, held_back, old_page, old_post, permalink, story, timeline, written
from test_facebook_web import comment as remark
from test_instagram_graph import media
from test_instagram_web import MESSAGES, TOLD, item, node
from test_instagram_web import comment as answer

Read = Callable[[bytes], Iterator[Item]]


def of_graph(data: bytes) -> Iterator[Item]:
    return graph.read_source(Source("a.json", io.BytesIO(data), Evidence("a.json")))


def response(reader: Any, url: str, kind: str = "application/json") -> Read:
    def read(data: bytes) -> Iterator[Item]:
        base = Evidence("a.warc", "bytes", 0, 9)
        stream = io.BytesIO(data)
        return iter(
            reader.read_source(Source("a.warc", stream, base, url=url, status=200, content_type=kind, exact=False))
        )

    return read


def of_tools(data: bytes) -> Iterator[Item]:
    try:
        return tools.read(capture({"a.json": data}, tools))
    except LookupError:
        return iter(())


FACEBOOK, INSTAGRAM = "https://www.facebook.com", "https://www.instagram.com"
JSON: list[tuple[Read, Any]] = [
    (of_graph, feed(post(1, attachments=feed({"type": "photo", "target": {"id": "1"}}), comments=feed(comment(1))))),
    (of_graph, {**PAGE, "fan_count": 3, "posts": feed(post(1)), "cover": {"source": "x"}, "location": {"city": "V"}}),
    (
        of_graph,
        feed(media(children=feed(media("2"))), paging={"next": "https://graph.facebook.com/v9.0/1/media?after=b"}),
    ),
    (
        response(facebook_web, f"{FACEBOOK}/api/graphql/"),
        {"data": {"a": story(attached_story=story("5")), "b": written()}},
    ),
    (response(instagram_web, f"{INSTAGRAM}/graphql/query"), {"data": [item(), node(), answer()]}),
    (of_tools, [*MESSAGES, [2, TOLD]]),
]
PAGES = [
    timeline(article(), article("9002")),
    permalink(remark("71"), remark("72")),
    old_page(old_post(), held_back(old_post("9002"))),
]
JUNK = st.sampled_from(
    [None, True, -1, 1.5, 10**30, "", "\ud800", "9" * 400, [], {}, [[]], {"data": "x"}, {"data": [1]}, {"id": [1]}]
)


@st.composite
def changed(draw: st.DrawFn, value: Any) -> Any:
    """A value of which some parts have another form."""
    if draw(st.integers(0, 11)) == 0:
        return draw(JUNK)
    if isinstance(value, dict):
        return {name: draw(changed(one)) for name, one in value.items() if draw(st.integers(0, 19))}
    return [draw(changed(one)) for one in value] if isinstance(value, list) else value


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes that were cut, exchanged or repeated in a few places."""
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.integers(0, 60)))
        data = data[:at] + draw(st.sampled_from([b"", b"<", b'"', b"}", b"\xff", data[at:end] * 2])) + data[end:]
    return data


def check(read: Read, data: bytes) -> None:
    items = list(read(data))
    msgspec.msgpack.encode(items)
    for found in items:
        for evidence in found.evidence if isinstance(found, Post) else ():
            assert evidence.path != "a.json" or (evidence.offset or 0) + (evidence.length or 0) <= len(data)


@given(st.data())
def test_members_of_any_form_break_nothing(data: st.DataObject) -> None:
    read, body = data.draw(st.sampled_from(JSON))
    check(read, data.draw(damaged(json.dumps(data.draw(changed(body))).encode())))


@given(st.data())
def test_pages_in_any_state_break_nothing(data: st.DataObject) -> None:
    body = data.draw(damaged(data.draw(st.sampled_from(PAGES))))
    check(response(facebook_web, f"{FACEBOOK}/voorbeeldstad", "text/html"), body)


POSTS = [json.dumps(post(number), indent=1).encode() for number in range(1, 5)]
HARM = st.tuples(st.integers(0, 3), st.floats(0, 1, exclude_max=True), st.integers(0, 40), st.binary(max_size=4))


@settings(max_examples=200, deadline=None)
@given(HARM)
def test_harm_to_one_post_costs_no_other_and_is_told(harm: tuple[int, float, int, bytes]) -> None:
    number, place, length, put = harm
    data = POSTS[number]
    at = 1 + int(place * (len(data) - 2))
    posts = [*POSTS[:number], data[:at] + put + data[min(at + length, len(data) - 1) :], *POSTS[number + 1 :]]
    items = list(of_graph(b'{"data": [' + b", ".join(posts) + b'], "paging": {}}'))
    found = {one.native_id for one in items if isinstance(one, Post)}
    others = {post(other + 1)["id"] for other in range(4) if other != number}
    assert others <= found
    assert len(found) == 4 or any(isinstance(one, Problem | Exclusion) for one in items)


HEADS = [*PAGES, *(json.dumps(body).encode() for _, body in JSON)]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_first_bytes_are_recognised_or_not_without_being_raised(data: st.DataObject) -> None:
    head = data.draw(damaged(data.draw(st.sampled_from(HEADS))))[:4096]
    members = Listing((Member("a/b", 99, head),))
    for reader in (graph, instagram_graph, facebook_web, tools):
        match = reader.recognise(members)
        assert match is None or match.paths == ("a/b",)
    assert all(match.paths == ("a/b",) for match in instagram_web.recognise_all(members))
