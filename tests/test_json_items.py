"""Items of JSON documents with their exact byte ranges, whatever state the document is in."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sma_plugin.readers import json_items
from sma_plugin.readers.json_items import ArrayItems, lines
from sma_plugin.readers.json_members import members, split_array
from sma_plugin.readers.ladder import Ladder, tolerant

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def pieces(data: bytes, **options: Any) -> list[tuple[bytes, bool]]:
    items = list(ArrayItems(io.BytesIO(data), **options))
    for item in items:
        assert data[item.offset : item.offset + len(item.data)] == item.data
    return [(item.data, item.whole) for item in items]


@settings(max_examples=60, deadline=None)
@given(st.lists(VALUES, max_size=6), st.sampled_from(["", "window.YTD.tweets.part0 = "]), st.sampled_from([None, 2]))
def test_every_item_of_an_array_comes_back_with_its_own_bytes(
    values: list[Any], prefix: str, indent: int | None
) -> None:
    data = (prefix + json.dumps(values, indent=indent, ensure_ascii=False) + ";").encode("utf-8", "surrogatepass")
    assert [json.loads(item) for item, whole in pieces(data) if whole] == values


@settings(max_examples=30, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=5), st.integers(min_value=1, max_value=40))
def test_windows_may_end_anywhere(values: list[Any], window: int) -> None:
    data = json.dumps(values).encode()
    before = json_items.WINDOW
    json_items.WINDOW = window
    try:
        assert [json.loads(item) for item, _ in pieces(data)] == values
    finally:
        json_items.WINDOW = before


@settings(max_examples=40, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=5), VALUES, max_size=3), max_size=5))
def test_splitting_fast_gives_the_same_items_as_streaming(values: list[Any]) -> None:
    data = json.dumps(values).encode()
    split = split_array(data, 0)
    assert split is not None
    assert [(item, True) for _, item in split] == pieces(data)


def test_an_array_that_is_cut_off_gives_what_stands_before_the_cut() -> None:
    items = ArrayItems(io.BytesIO(b'[{"a":1},{"a":2},{"a":'))
    assert [(item.data, item.whole) for item in items] == [(b'{"a":1}', True), (b'{"a":2}', True), (b'{"a":', False)]
    assert not items.closed


@pytest.mark.parametrize(
    ("broken", "good"),
    [
        (b'{"id":nope}', [b'{"id":1}', b'{"id":3}']),
        (b'{"id":"no end}', [b'{"id":1}', b'{"id":3}']),
        (b'{"id":{"x":[1,}}', [b'{"id":1}', b'{"id":3}']),
        (b'{"id":2', [b'{"id":1}', b'{"id":3}']),
    ],
)
def test_one_broken_item_costs_one_item(broken: bytes, good: list[bytes]) -> None:
    found = pieces(b'[{"id":1},' + broken + b',{"id":3}]')
    assert [item for item, whole in found if whole] == good
    assert sum(not whole for _, whole in found) == 1


@pytest.mark.parametrize(
    "broken",
    [b'"{"id":2}', b'{"id":2,"x":[{"y":1}}]}', b']{"id":2}', b'{"id":}{"z":1},"t":["h"],"u":[]}', b'{"id":"2}'],
)
@pytest.mark.parametrize("number", [0, 1])
def test_a_broken_item_leaves_no_bracket_that_ends_the_list(broken: bytes, number: int) -> None:
    items = [b'{"id":1}', b'{"id":3}']
    items.insert(number, broken)
    found = pieces(b"[" + b",".join(items) + b"]")
    assert [item for item, whole in found if whole and b'"id"' in item] == [b'{"id":1}', b'{"id":3}']
    assert any(not whole for _, whole in found)


def test_the_array_that_is_meant_is_found_behind_others() -> None:
    data = b'{"@context":["x",{"y":[]}],"orderedItems" : [ {"id":1} ],"totalItems":1}'
    items = ArrayItems(io.BytesIO(data), opening=r'"orderedItems"\s*:\s*\[')
    assert [item.data for item in items] == [b'{"id":1}']
    assert items.closed
    assert b'"totalItems":1' in items.suffix


def test_very_deep_nesting_is_one_broken_item() -> None:
    deep = b"[" * 200_000 + b"]" * 200_000
    found = pieces(b'[{"a":1},' + deep + b',{"a":2}]')
    assert [item for item, whole in found if whole] == [b'{"a":1}', b'{"a":2}']


def test_lines_have_offsets_and_the_last_one_needs_no_line_end() -> None:
    data = b'\xef\xbb\xbf{"a":1}\r\n\n  \n{"b":"\xe2\x80\xa8"}\n{"c":'
    assert [(piece.offset, piece.data) for piece in lines(io.BytesIO(data))] == [
        (3, b'{"a":1}'),
        (16, b'{"b":"\xe2\x80\xa8"}'),
        (28, b'{"c":'),
    ]


def test_members_of_an_object_have_places() -> None:
    data = b' { "a" : [1, 2], "b":{"c":"}"} } '
    assert [(name, data[start:end]) for name, start, _, end in members(data)] == [
        ("a", b'"a" : [1, 2]'),
        ("b", b'"b":{"c":"}"}'),
    ]
    with pytest.raises(ValueError, match="cut off"):
        list(members(b'{"a": [1'))


def test_json_that_strict_decoders_refuse_is_read() -> None:
    value = tolerant(b'{"a":"\\ud800x","n":NaN,"c":"\xff"}')
    assert isinstance(value, dict)
    assert value["a"] == "\ufffdx"
    assert math.isnan(value["n"])
    assert value["c"] == "\ufffd"
    with pytest.raises(ValueError, match="Expecting"):
        tolerant(b'{"a":')
    with pytest.raises(ValueError, match="nested without end"):
        tolerant(b'{"a":' + b"[" * 5000 + b"1}")


class Form(msgspec.Struct):
    id: str
    count: int | None = None
    users: dict[str, int] | None = None
    names: list[str] = []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"id":"1","count":2}', Form("1", 2)),
        (b'{"id":1,"count":"2"}', Form("1", 2)),
        (b'{"id":1,"count":"many"}', Form("1", None)),
        (b'{"id":"1","users":{"a":"x","b":2}}', Form("1", None, {"b": 2})),
        (b'{"id":"1","names":[1,"b"]}', Form("1", None, None, ["1", "b"])),
        (b'{"id":"1","count":null,"unknown":{"x":[1]}}', Form("1")),
    ],
)
def test_the_ladder_reads_fields_of_another_form(data: bytes, expected: Form) -> None:
    assert Ladder(Form).decode(data).value == expected


def test_the_ladder_gives_up_with_a_reason() -> None:
    with pytest.raises(ValueError, match="id"):
        Ladder(Form).decode(b'{"count":1}')
