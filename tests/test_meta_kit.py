"""What the readers of Meta's exports share: text, documents, dates, cards; and that damage never breaks a reading."""

from __future__ import annotations

import doctest
import json
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meta_exports import JPEG, NOW, medium, meta, post, posts
from sma_plugin.model import Evidence, Exclusion, Post, Problem
from sma_plugin.readers.contract import Match
from sma_plugin.readers.facebook import export as facebook
from sma_plugin.readers.facebook import export_layout, export_owner
from sma_plugin.readers.instagram import export as instagram
from sma_plugin.readers.instagram import export_layout as instagram_layout
from sma_plugin.readers.meta import cards, dates, documents, labels, profile, text, tree
from sma_plugin.readers.meta import media as media_files
from sma_plugin.readers.threads import export as threads
from sma_plugin.testing import MemoryCapture, listing
from test_facebook_export_html import POSTS, page, said, section

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["timestamp", "data", "post", "media", "uri", "title", "attachments"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
WHOLE: dict[str, bytes] = {
    "posts/your_posts_1.json": meta([post("a"), post("b", NOW + 1), post("c", NOW + 2)]),
    "comments/comments.json": meta(
        {"comments": [{"timestamp": NOW, "data": [{"comment": {"comment": "d", "timestamp": NOW}}]}]}
    ),
    "content/posts_1.json": meta([{"media": [medium("media/a.jpg", "e")]}]),
    "content/stories.json": meta({"ig_stories": [medium("media/a.jpg", "f")]}),
    "your_instagram_activity/threads/threads_and_replies.json": meta(
        {"text_post_app_text_posts": [{"media": [medium("", "g")]}]}
    ),
    POSTS: page(section("kop", said("h"), "Dec 25, 2020 11:30:00 pm")),
    "media/a.jpg": JPEG,
}


@pytest.mark.parametrize(
    "module",
    [export_layout, export_owner, instagram_layout, dates, documents, labels, media_files, profile, text, tree],
)
def test_examples_in_the_kit_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@given(st.text())
def test_what_meta_mangles_is_repaired(said_before: str) -> None:
    mangled = said_before.encode("utf-8", "replace").decode("latin-1")
    assert text.repaired(mangled) == said_before.encode("utf-8", "replace").decode()


@given(st.text())
def test_repairing_what_was_right_changes_it_only_when_it_looks_mangled(said_before: str) -> None:
    once = text.repaired(said_before)
    assert once == said_before or once.encode().decode("latin-1") == said_before


def document(data: bytes, lists: tuple[str, ...] = ()) -> list[Any]:
    match = Match("facebook-export", "facebook", "platform-export", ("a.json",))
    return list(documents.Document(MemoryCapture(match, listing({"a.json": data}), {"a.json": data}), "a.json", lists))


@given(st.lists(st.dictionaries(st.text(max_size=5), JSON, min_size=1, max_size=3), min_size=1, max_size=5), st.data())
def test_every_item_of_a_list_has_its_own_bytes(items: list[dict[str, Any]], chosen: st.DataObject) -> None:
    data = meta(chosen.draw(st.sampled_from([items, {"kop": 1, "photos": items, "voet": [2]}])))
    found = document(data, ("photos",))
    assert [type(one) for one in found] == [documents.Record] * len(items)
    for one, item in zip(found, items, strict=True):
        evidence: Evidence = one.evidence
        assert evidence.offset is not None
        assert evidence.length is not None
        assert json.loads(data[evidence.offset : evidence.offset + evidence.length]) == json.loads(meta(item))


def test_several_lists_of_one_document_are_read_in_order() -> None:
    data = b'{"a": 1, "photos": [{"n": 1}], "tussen": {"x": [9]}, "videos": [], "stories": [{"n": 2}, {"n": 3}]}'
    found = document(data, ("photos", "videos", "stories"))
    assert [(one.listed, one.value["n"]) for one in found] == [("photos", 1), ("stories", 2), ("stories", 3)]
    spans = [(one.evidence.offset, one.evidence.offset + one.evidence.length) for one in found]
    assert [data[start:end] for start, end in spans] == [b'{"n": 1}', b'{"n": 2}', b'{"n": 3}']


@pytest.mark.parametrize("data", [b"", b"\0" * 40, b"geen json", b'"tekst"', b"12"])
def test_what_holds_no_items_is_told(data: bytes) -> None:
    (problem,) = document(data)
    assert isinstance(problem, Problem)
    assert problem.code == "SMA-R006"


def everything(contents: dict[str, bytes]) -> list[Any]:
    members = listing(contents)
    found: list[Any] = []
    for reader in (facebook, instagram, threads):
        for match in reader.recognise_all(members):
            found.extend(reader.read(MemoryCapture(match, members, contents)))
    return found


def test_the_whole_is_read() -> None:
    assert sorted(one.state.text or "" for one in posts(everything(WHOLE))) == list("abcdefgh")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 400), st.integers(0, 40), st.binary(max_size=6))
def test_damage_breaks_no_reading_and_points_at_no_bytes_that_are_not_there(
    path: str, at: int, cut: int, put: bytes
) -> None:
    data = WHOLE[path]
    damaged = {**WHOLE, path: data[:at] + put + data[at + cut :]}
    for one in everything(damaged):
        spans = [(two.offset, two.length, two.path) for two in one.evidence] if isinstance(one, Post) else []
        spans += [(one.offset, one.length, one.path)] if isinstance(one, Exclusion) else []
        for offset, length, where in spans:
            assert offset is None or offset + (length or 0) <= len(damaged[where])


@settings(max_examples=100, deadline=None)
@given(st.lists(JSON, max_size=4))
def test_items_of_any_form_cost_no_neighbour(odd: list[Any]) -> None:
    contents = {"posts/your_posts_1.json": meta([post("voor"), *odd, post("na", NOW + 9)])}
    said_there = [one.state.text for one in posts(everything(contents))]
    assert said_there[:1] + said_there[-1:] == ["voor", "na"]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_gone_through_as_a_page(data: bytes) -> None:
    assert all(card.number > 0 for card in cards.cards(b'<main role="main"><div class="_a6-g">' + data))
