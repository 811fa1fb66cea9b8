"""Documents of platforms as values: pages that are broken give what can be saved of them."""

from __future__ import annotations

import io
import json

import pytest

from sma_plugin.model import Evidence
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import Values

PAGE = {"kind": "lijst", "items": [{"id": number, "text": "één"} for number in range(4)], "next": {"a": [1]}}


def read(data: bytes, lists: str = "items") -> tuple[list[object], list[str], str]:
    values = Values(Source("a.json", io.BytesIO(data), Evidence("a.json")), lists)
    found = []
    for value in values:
        assert json.loads(data[value.piece.offset :][: len(value.piece.data)]) == value.decoded
        found.append(value.decoded.get("id", "page") if isinstance(value.decoded, dict) else value.decoded)
    return found, [problem.code for problem in values.problems()], values.form


@pytest.mark.parametrize("indent", [None, 1])
def test_a_sound_page_is_one_value(indent: int | None) -> None:
    assert read(json.dumps(PAGE, indent=indent).encode()) == (["page"], [], "single")


@pytest.mark.parametrize("indent", [None, 1])
def test_one_bad_item_of_a_page_costs_one_item(indent: int | None) -> None:
    data = json.dumps(PAGE, indent=indent).encode().replace(b'"id": 1,', b'"id": 1', 1)
    assert read(data) == ([0, 2, 3], ["SMA-R001"], "page")
    assert read(data, lists="")[0] == []


def test_a_page_of_one_item_a_line_is_no_document_of_lines() -> None:
    rows = ",\n".join(json.dumps(item) for item in PAGE["items"])  # type: ignore[union-attr]
    assert read(f'{{"items": [\n{rows.replace(": 0", ": nul")}\n]}}'.encode())[0] == [1, 2, 3]


def test_a_page_that_is_cut_off_gives_what_stands_before_the_end() -> None:
    data = json.dumps(PAGE).encode()
    assert read(data[: data.index(b'"id": 2')]) == ([0, 1], ["SMA-R003"], "page")
    assert read(data[:-6]) == ([0, 1, 2, 3], ["SMA-R003"], "page")


def test_damage_around_the_items_is_told() -> None:
    data = json.dumps(PAGE).encode().replace(b'"kind": ', b'"kind" ', 1)
    assert read(data) == ([0, 1, 2, 3], ["SMA-R001"], "page")


def test_lines_of_pages_of_which_one_is_broken_stay_lines() -> None:
    line = json.dumps(PAGE).encode()
    assert read(b"\n".join((line.replace(b":", b" ", 1), line, line))) == (["page", "page"], ["SMA-R001"], "lines")
