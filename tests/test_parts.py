"""Numbered parts of an export of which some were not delivered."""

from __future__ import annotations

import pytest

from sma_plugin.bundle.parts import Series, incomplete


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (["posts/posts_1.json", "posts/posts_3.json"], (2,)),
        (["tweets.js", "tweets-part1.js", "tweets-part3.js"], (2,)),
        (["a/posts_2.html"], (1,)),
        (["takeout-001.zip", "takeout-004.zip", "takeout-002.zip"], (3,)),
        (["export (1).zip", "export (3).zip"], (2,)),
    ],
)
def test_what_is_missing_between_the_first_and_the_last_is_told(names: list[str], missing: tuple[int, ...]) -> None:
    assert [series.missing for series in incomplete(names)] == [missing]


@pytest.mark.parametrize(
    "names",
    [
        ["posts_1.json", "posts_2.json", "posts_10.jpg"],
        ["album/0.json", "album/7.json"],
        ["tweets/2014_01.js", "tweets/2014_07.js"],
        ["Shares_17529409.csv"],
        ["a_0.json", "a_1.json"],
        ["connections.json", "2024.json"],
        ["export-2026-09-15.zip"],
        ["Articles/2026-12-09 04:54:08.html"],
        ["Articles/2026-12-09 04_54_08.html"],
        [],
    ],
)
def test_a_whole_series_and_other_numbers_are_left_alone(names: list[str]) -> None:
    assert list(incomplete(names)) == []


def test_of_many_missing_numbers_the_first_ten_are_named() -> None:
    (series,) = incomplete(["a_1.json", "a_40.json"])
    assert series.numbers == "2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …"
    assert Series("a", (1,)).numbers == "1"


def test_one_archive_by_itself_is_no_series() -> None:
    assert list(incomplete(["export-3.zip"], least=2)) == []
