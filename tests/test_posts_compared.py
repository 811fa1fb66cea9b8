"""What is read back of normalised posts is held against what they were; a seeded loss is found, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from history_values import EXAMPLES, RARE, simple, struct
from sma_plugin.formats.activitystreams import decode, encode
from sma_plugin.formats.comparing import TRAITS, Before, Difference
from sma_plugin.model import (
    AccountHistory,
    AccountRef,
    HistoryItem,
    Media,
    Moment,
    PostHistory,
    PostState,
    PostVersion,
    Resource,
)

HARD = (
    "👩‍👩‍👧‍👦 🇳🇱 👍🏽 ❤️",  # joined, a flag, a skin tone, a variation selector
    "שלום \u202bمرحبا\u202c \u200f!",  # right to left, with its marks
    "e\u0301 a\u0308 Z\u0351\u036b\u0343",  # combining characters, not composed
    "\u200bnul\u200d breed\u200c\u2060",
    "&amp;lt;b&amp;gt; &eacute; &#128512; <b>vet</b>",
    "regel\r\n\tregel\u2028\u2029\x0b\x00",
    "\ud83d los",
    "＃brede＃tekens ١٢٣ ﷺ",
)
"""Texts that a careless hand changes."""


def compared(before: list[HistoryItem], after: list[HistoryItem]) -> list[Difference]:
    known = Before()
    for item in before:
        known.add(item)
    return list(known.differences(decode(encode(item)) for item in after))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(struct(PostHistory) | struct(AccountHistory) | struct(Resource), max_size=4))
def test_whatever_is_written_comes_back_without_a_difference(items: list[HistoryItem]) -> None:
    assert compared(items, items) == []


@pytest.mark.parametrize("text", HARD)
def test_hard_texts_are_the_same_wherever_they_stand(text: str) -> None:
    state = PostState(
        text=text,
        html=text,
        title=text,
        content_warning=text,
        hashtags=(text,),
        mentions=(AccountRef("1", text, text),),
        media=(Media("image", alt=text),),
        raw={"text": text},
    )
    item = simple(versions=(PostVersion(state), PostVersion(replace(state, text=text + "!"))))
    assert decode(encode(item)) == item
    assert compared([item], [item]) == []


@pytest.mark.parametrize("text", HARD)
def test_a_hard_text_is_told_from_one_that_is_nearly_it(text: str) -> None:
    near = text.replace("\u200d", "").replace("e\u0301", "\u00e9").replace("&amp;", "&").replace("\r", "")
    near = near if near != text else text[:-1]
    found = compared([simple(state=PostState(text=text))], [simple(state=PostState(text=near))])
    assert [one.traits for one in found] == [("text",)]


@pytest.mark.parametrize(
    ("other", "trait"),
    [
        (simple(state=PostState(text="anders")), "text"),
        (simple(state=PostState(), created=Moment(1)), "time"),
        (simple(state=PostState(), author=AccountRef("iemand")), "author"),
        (simple(state=PostState(media=(Media("image"),))), "media"),
        (simple(state=PostState(), parent="12"), "thread"),
        (simple(state=PostState(raw={"a": 1})), "other"),
    ],
)
def test_a_seeded_loss_is_found_by_what_it_is(other: PostHistory, trait: str) -> None:
    (found,) = compared([simple(state=PostState())], [other])
    assert found.traits == (trait,)


def test_what_is_gone_is_told_by_name_and_the_rest_is_still_compared() -> None:
    first, second, third = (simple(native_id=number) for number in "123")
    found = compared([first, second, third], [first, replace(third, pinned=True)])
    assert found == [Difference("2", TRAITS, gone=True), Difference("3", ("other",))]


def test_what_came_from_nowhere_is_told() -> None:
    first, second = simple(native_id="1"), simple(native_id="2")
    assert compared([first], [first, second]) == [Difference("2", TRAITS)]


def test_rare_values_are_equal_to_themselves() -> None:
    items = [*EXAMPLES, *RARE]
    assert compared(items, items) == []


def test_the_hard_texts_are_valid_lines(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(b"".join(encode(simple(state=PostState(text=text))) for text in HARD))
    assert [json.loads(line)["type"] for line in path.read_bytes().split(b"\n")[:-1]] == ["Note"] * len(HARD)
