"""Normalised posts: what is written is read back, and what the terms of ActivityStreams say."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from history_values import ACCOUNT, EXAMPLES, FULL, RESOURCE, US, line_of, simple, struct
from sma_plugin import model
from sma_plugin.formats import activitystreams
from sma_plugin.formats.activitystreams import MalformedLineError, decode, encode, read_lines
from sma_plugin.model import (
    AccountHistory,
    AccountRef,
    HistoryItem,
    Media,
    Moment,
    Poll,
    PostHistory,
    PostState,
    PostVersion,
    ProfileVersion,
    Relation,
    Resource,
)
from sma_plugin.namespaces import BASE

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


# --- the round trip --------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(struct(PostHistory) | struct(AccountHistory) | struct(Resource))
def test_a_line_read_back_is_what_was_written(item: HistoryItem) -> None:
    line = encode(item)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode(line) == item


@settings(deadline=None, max_examples=80)
@given(struct(PostState))
def test_any_state_comes_back_as_the_last_version_and_as_an_earlier_one(state: PostState) -> None:
    item = simple(versions=(PostVersion(state), PostVersion(PostState(text="later")), PostVersion(state)))
    line = encode(item)
    assert decode(line) == item


@pytest.mark.parametrize("item", EXAMPLES)
def test_an_item_with_everything_comes_back(item: HistoryItem) -> None:
    assert decode(encode(item)) == item
    assert decode(encode(item).rstrip(b"\n")) == item


@pytest.mark.parametrize("field", ["hashtags", "mentions", "links", "media"])
def test_that_there_are_none_is_told_from_that_nothing_is_known(field: str) -> None:
    none, unknown = simple(state=PostState(**{field: ()})), simple(state=PostState())
    assert line_of(none)["sma:empty"] == [field]
    assert "sma:empty" not in line_of(unknown)
    assert (decode(encode(none)), decode(encode(unknown))) == (none, unknown)


def test_a_lone_surrogate_is_kept_in_a_line_that_every_parser_reads() -> None:
    item = simple(state=PostState(text="a\ud83d\\ud83d", raw={"text": "\udc00"}))
    line = encode(item)
    assert orjson.loads(line)["content"] == "a\ufffd\\ud83d"
    assert decode(line) == item


def test_raw_numbers_that_json_cannot_hold_are_kept_as_text() -> None:
    item = simple(state=PostState(raw={"score": math.inf, "id": 10**40}))
    line = line_of(item)
    assert "sma:raw" not in line
    assert json.loads(line["sma:rawText"]) == {"score": math.inf, "id": 10**40}
    assert decode(encode(item)) == item


def test_raw_values_nested_too_deep_for_parsers_are_kept_as_text() -> None:
    deep: dict[str, Any] = {}
    for _ in range(300):
        deep = {"a": deep}
    item = simple(state=PostState(raw=deep))
    assert decode(encode(item)) == item
    assert orjson.loads(encode(item))["sma:rawText"].startswith('{"a": {"a"')


def test_keys_are_sorted_and_the_same_item_gives_the_same_bytes() -> None:
    line = encode(FULL)
    assert line == orjson.dumps(orjson.loads(line), option=orjson.OPT_SORT_KEYS) + b"\n"
    assert encode(decode(line)) == line


# --- what the terms of ActivityStreams say ---------------------------------------------------------------------------


def test_the_newest_version_stands_on_the_object_and_its_text_only_there() -> None:
    versions = (PostVersion(PostState(text="Open tot 17 uur")), PostVersion(PostState(text="tot 18"), None, Moment(US)))
    line = line_of(simple(versions=versions))
    assert (line["content"], line["mediaType"], line["updated"]) == ("tot 18", "text/plain", "2025-03-03T11:06:40Z")
    assert [version.get("content") for version in line["sma:versions"]] == ["Open tot 17 uur", None]


def test_html_of_the_platform_is_the_content() -> None:
    line = line_of(simple(state=PostState(text="a & b", html="<p>a &amp; b</p>")))
    assert (line["content"], line["sma:text"]) == ("<p>a &amp; b</p>", "a & b")
    assert "mediaType" not in line


@pytest.mark.parametrize(
    ("kind", "as_type"),
    [("note", "Note"), ("repost", "Announce"), ("question", "Question"), ("article", "Article"), ("event", "Event")],
)
def test_the_kind_of_post_is_its_type(kind: model.PostKind, as_type: str) -> None:
    item = simple(kind=kind)
    assert line_of(item)["type"] == as_type
    assert decode(encode(item)) == item


def test_a_repost_announces_the_line_of_the_post_that_it_repeats() -> None:
    repeated = line_of(simple(native_id="7"))
    line = line_of(simple(kind="repost", relations=(Relation("repost", "7", "https://x.com/i/status/7"),)))
    assert line["object"] == repeated["id"]
    assert line["actor"] == line["attributedTo"]["id"] == line_of(ACCOUNT)["id"]


def test_a_reply_and_a_quote_name_what_they_answer_and_quote() -> None:
    line = line_of(FULL)
    assert (line["inReplyTo"], line["quote"]) == (f"{BASE}/id/x/post/12", "https://b.example/9")


@pytest.mark.parametrize(
    ("native_id", "identifier"),
    [
        ("https://social.voorbeeldstad.example/users/g/1", "https://social.voorbeeldstad.example/users/g/1"),
        ("at://did:plc:abc/app.bsky.feed.post/3k", "at://did:plc:abc/app.bsky.feed.post/3k"),
        ("1627", f"{BASE}/id/x/post/1627"),
        ("1/2 é", f"{BASE}/id/x/post/1%2F2%20%C3%A9"),
        ("https://a b", f"{BASE}/id/x/post/https%3A%2F%2Fa%20b"),
    ],
)
def test_an_identifier_follows_from_the_native_id_alone(native_id: str, identifier: str) -> None:
    assert line_of(simple(native_id=native_id))["id"] == identifier
    assert line_of(simple(native_id=native_id, url="https://elders.example", klass="reply"))["id"] == identifier


@pytest.mark.parametrize(
    ("audience", "to", "cc"), [("public", [PUBLIC], None), ("unlisted", None, [PUBLIC]), ("followers", None, None)]
)
def test_only_what_is_public_is_addressed_to_the_public(
    audience: model.Audience, to: list[str] | None, cc: list[str] | None
) -> None:
    line = line_of(simple(audience=audience))
    assert (line.get("to"), line.get("cc"), line["sma:audience"]) == (to, cc, audience)


@pytest.mark.parametrize(("multiple", "term"), [(True, "anyOf"), (False, "oneOf"), (None, "sma:options")])
def test_a_poll_says_how_many_may_be_chosen_only_when_that_is_known(*, multiple: bool | None, term: str) -> None:
    item = simple(state=PostState(poll=Poll(("ja",), multiple)))
    assert line_of(item)[term] == [{"type": "Note", "name": "ja"}]
    assert decode(encode(item)) == item


def test_a_medium_that_was_not_captured_has_no_url() -> None:
    kept, referred = Media("image", path="objects/a.png"), Media("image", source="https://a.example/a.png")
    first, second = line_of(simple(state=PostState(media=(kept, referred))))["attachment"]
    assert first["url"] == "objects/a.png"
    assert "url" not in second


@pytest.mark.parametrize(
    ("kind", "as_type"),
    [("Organization", "Organization"), ("bot", "Service"), ("Application", "Application"), (None, "Person")],
)
def test_an_actor_has_the_type_that_its_profile_states(kind: str | None, as_type: str) -> None:
    item = AccountHistory("x", "1", profiles=(ProfileVersion("x", AccountRef("1"), kind=kind),))
    assert line_of(item)["type"] == as_type


def test_an_actor_says_what_was_stated_last() -> None:
    line = line_of(ACCOUNT)
    assert (line["preferredUsername"], line["name"]) == ("vbstad", "Gemeente Voorbeeldstad")
    assert line["summary"] == "Wegen &amp; water"
    assert line["icon"] == {"type": "Image", "url": "avatar.png"}


# --- files -----------------------------------------------------------------------------------------------------------


def test_lines_are_read_with_their_exact_place(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(b"".join(map(encode, EXAMPLES)).rstrip(b"\n"))
    data = path.read_bytes()
    lines = list(read_lines(path))
    assert [line.item for line in lines] == list(EXAMPLES)
    assert [data[line.offset : line.offset + line.length] + b"\n" for line in lines] == [
        encode(one) for one in EXAMPLES
    ]


@pytest.mark.parametrize(
    "bad",
    [
        b"\n",
        b"[]",
        b'{"sma:record":"post"',
        b'{"sma:record":"other"}',
        b'{"sma:record":"resource","url":5,"sma:role":"page"}',
        b'{"sma:record":"resource","url":"a","sma:role":"page","sma:at":"gisteren"}',
        b'{"sma:record":"resource","url":"a","sma:role":"page","sma:at":"2025-01-01T00:00:00+01:00"}',
        b'{"sma:record":"resource","url":"a","sma:role":"page","sma:exact":"{}"}',
        b'{"sma:record":"resource","url":"a","sma:role":"page","sma:exact":"' + b"[" * 100_000 + b'"}',
        b"\xff\xfe",
    ],
)
def test_a_line_that_is_none_is_refused_with_its_place(tmp_path: Path, bad: bytes) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(encode(RESOURCE) + bad)
    lines = read_lines(path)
    assert next(lines).item == RESOURCE
    with pytest.raises(MalformedLineError) as caught:
        next(lines)
    assert caught.value.offset == len(encode(RESOURCE))


@given(
    st.binary(max_size=40)
    | st.builds(
        lambda at, byte: encode(FULL)[:at] + byte + encode(FULL)[at + 1 :],
        st.integers(0, 3000),
        st.binary(min_size=1, max_size=1),
    )
)
@settings(deadline=None, max_examples=100)
def test_damaged_lines_are_refused_or_read_never_anything_else(line: bytes) -> None:
    try:
        found = decode(line)
    except MalformedLineError:
        return
    assert isinstance(found, PostHistory | AccountHistory | Resource)


def test_a_line_without_end_is_refused_and_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activitystreams, "LONGEST_LINE", len(encode(FULL)) - 2)
    path = tmp_path / "posts.jsonl"
    path.write_bytes(encode(RESOURCE) + encode(FULL))
    lines = read_lines(path)
    assert next(lines).item == RESOURCE
    with pytest.raises(MalformedLineError):
        next(lines)
