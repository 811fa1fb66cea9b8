"""Extracts: single items are cut with one separator, nothing else changes, and offsets can be moved."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sma_plugin.compose.cuts import Extent, told_apart
from sma_plugin.compose.extract import Cut, Moves, disjoint, extract
from sma_plugin.package.records import Span
from sma_plugin.readers.csv_rows import Rows
from sma_plugin.readers.json_items import ArrayItems, lines
from sma_plugin.readers.json_members import members


def cut(data: bytes, *spans: tuple[int, int]) -> tuple[bytes, list[Span]]:
    out = bytearray()
    digest, size, cuts = extract(io.BytesIO(data), out.extend, [Cut(*span, "rule") for span in spans])
    assert (digest, size) == (hashlib.sha256(data).hexdigest(), len(data))
    return bytes(out), cuts


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=6), max_size=3), max_size=8),
    st.data(),
    st.sampled_from([None, 1]),
)
def test_items_leave_an_array_that_is_still_an_array(
    values: list[Any], data: st.DataObject, indent: int | None
) -> None:
    text = b"window.YTD.tweets.part0 = " + json.dumps(values, indent=indent, ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )
    items = list(ArrayItems(io.BytesIO(text)))
    gone = data.draw(st.sets(st.integers(0, max(len(items) - 1, 0)), max_size=len(items))) if items else set()
    left, spans = cut(text, *[(items[number].offset, len(items[number].data)) for number in sorted(gone)])
    kept = [value for number, value in enumerate(values) if number not in gone]
    assert json.loads(left.split(b"=", 1)[1]) == kept
    for number, item in enumerate(items):
        if number not in gone:
            at = Moves(spans)(item.offset)
            assert left[at : at + len(item.data)] == item.data
    assert sum(span.length for span in spans) == len(text) - len(left)
    for span in spans:
        assert hashlib.sha256(text[span.offset : span.offset + span.length]).hexdigest() == span.sha256


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from([b'{"a":1}', b'{"b":[1,2]}']), min_size=1, max_size=6), st.data(), st.booleans())
def test_lines_leave_with_their_line_end(rows: list[bytes], data: st.DataObject, ended: bool) -> None:  # noqa: FBT001
    text = b"\n".join(rows) + (b"\n" if ended else b"")
    pieces = list(lines(io.BytesIO(text)))
    gone = data.draw(st.sets(st.integers(0, len(pieces) - 1)))
    left, _ = cut(text, *[(pieces[number].offset, len(pieces[number].data)) for number in sorted(gone)])
    assert [piece.data for piece in lines(io.BytesIO(left))] == [
        row for number, row in enumerate(rows) if number not in gone
    ]


@pytest.mark.parametrize("name", ["email", "first", "last"])
def test_a_member_leaves_an_object_that_is_still_an_object(name: str) -> None:
    text = b'{ "first" : 1,\n "email" : "a@voorbeeldstad.example",\n "last":{"x":2} }'
    start, end = next((start, end) for found, start, _, end in members(text) if found == name)
    left, _ = cut(text, (start, end - start))
    assert json.loads(left) == {key: value for key, value in json.loads(text).items() if key != name}


def test_a_cut_may_be_larger_than_any_window() -> None:
    big = b'{"x":"' + b"y" * 3_000_000 + b'"}'
    text = b"[1," + big + b",2]"
    left, spans = cut(text, (3, len(big)))
    assert left == b"[1,2]"
    assert Moves(spans)(text.index(b",2]") + 1) == 3


def test_nothing_to_cut_is_a_copy() -> None:
    assert cut(b"abc") == (b"abc", [])


def test_cuts_within_a_cut_are_one_cut() -> None:
    assert disjoint([Cut(10, 5, "b"), Cut(0, 20, "a"), Cut(30, 2, "c")]) == [Cut(0, 20, "a"), Cut(30, 2, "c")]


@pytest.mark.parametrize(
    ("cut_at", "ours", "side"),
    [
        ((0, 10), {(20, 10): True}, "beside"),
        ((30, 5), {(20, 10): True}, "beside"),
        ((22, 3), {(20, 10): True}, "inside"),
        ((20, 3), {(20, 10): True}, "inside"),
        ((26, 4), {(20, 10): False}, "inside"),
        ((0, 40), {(20, 10): True}, "holding"),
        ((20, 40), {(20, 10): True}, "holding"),
        ((20, 10), {(20, 10): True}, "holding"),
        ((0, 40), {(20, 10): False}, "beside"),
        ((20, 10), {(20, 10): False}, "beside"),
        ((0, 40), {(20, 10): False, (35, 2): True}, "holding"),
        ((12, 2), {(0, 5): True, (10, 20): True}, "inside"),
    ],
)
def test_a_cut_is_inside_a_kept_item_or_beside_all_or_holds_one(
    cut_at: Extent, ours: dict[Extent, bool], side: str
) -> None:
    sides = told_apart([Cut(*cut_at, "r")], ours)
    assert {name: len(getattr(sides, name)) for name in sides._fields if getattr(sides, name)} == {side: 1}


def test_records_side_by_side_are_cut_without_separators() -> None:
    text = b"one,\r\ntwo\r\n\r\nthree"
    out = bytearray()
    extract(io.BytesIO(text), out.extend, [Cut(6, 7, "r")], separators=False)
    assert out == b"one,\r\nthree"


@pytest.mark.parametrize(("offset", "gone"), [(0, False), (4, False), (5, True), (9, True), (10, False), (40, True)])
def test_what_was_cut_is_known(offset: int, gone: bool) -> None:  # noqa: FBT001
    moves = Moves([Span(5, 5, "", "r"), Span(30, 20, "", "r")])
    assert moves.gone(offset) is gone


ROWS = ("1,een,", '"2","twee, ""drie""\nvier",', ",,zonder datum", '{"a",7,}', "5,vijf,x")


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.sampled_from(ROWS), min_size=1, max_size=6),
    st.data(),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16"]),
    st.booleans(),
)
def test_rows_leave_a_csv_file_that_is_still_one(
    kept: list[str],
    data: st.DataObject,
    line_end: str,
    encoding: str,
    ended: bool,  # noqa: FBT001
) -> None:
    text = (line_end.join(["nr,tekst,meer", *kept]) + (line_end if ended else "")).encode(encoding)
    found = Rows(io.BytesIO(text))
    found.width = 3
    rows = list(found)
    gone = data.draw(st.sets(st.integers(1, len(rows) - 1)))
    left, spans = cut(text, *[(rows[number].offset, rows[number].length) for number in sorted(gone)])
    again = Rows(io.BytesIO(left))
    again.width = 3
    assert [row.cells for row in again] == [row.cells for number, row in enumerate(rows) if number not in gone]
    for number, row in enumerate(rows):
        if number not in gone:
            at = Moves(spans)(row.offset)
            assert left[at : at + row.length] == text[row.offset : row.offset + row.length]


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("between", [b",\n", b"\n,", b"\n,\n", b","])
def test_an_array_with_an_item_a_line_stays_one(number: int, between: bytes) -> None:
    items = [b'{"a":1}', b'{"b":[2]}', b'{"c":"x"}']
    text = b"[\n" + between.join(items) + b"\n]\n"
    left, _ = cut(text, (text.index(items[number]), len(items[number])))
    assert json.loads(left) == [json.loads(item) for item in items if item != items[number]]


def test_a_member_on_a_line_of_its_own_takes_its_comma() -> None:
    text = b'{\n"first":1,\n"email":"a@voorbeeldstad.example"\n}'
    start, end = next((start, end) for found, start, _, end in members(text) if found == "email")
    assert json.loads(cut(text, (start, end - start))[0]) == {"first": 1}
