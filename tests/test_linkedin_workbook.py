"""Workbooks of numbers and posts that LinkedIn gives a page, of the fictional municipality of Voorbeeldstad."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from items import Read
from planting import SECRET, made_of, placed
from sma_plugin.model import Moment, Post, Tally
from sma_plugin.readers import workbooks
from sma_plugin.readers.linkedin import workbook
from sma_plugin.testing import listing
from test_linkedin_export import NUMBER

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("python_calamine")

NAME = "voorbeeldstad_content_1719828474284.xlsx"
HEADER = [
    "Post title",
    "Post link",
    "Post type",
    "Campaign name",
    "Posted by",
    "Created date",
    "Impressions",
    "Clicks",
    "Likes",
    "Comments",
    "Reposts",
    "Follows",
    "Engagement rate",
    "Content Type",
]
LINK = f"https://www.linkedin.com/feed/update/urn:li:activity:{NUMBER}"
ROW = [
    "De kade is open #kade",
    LINK,
    "Organic",
    "",
    "Een beheerder",
    "10/26/2023",
    1200,
    30,
    12,
    3,
    1,
    0,
    0.04,
    "Image",
]


def book(**sheets: Sequence[Sequence[Any]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


POSTS = book(Metrics=[["Aggregated"], ["Date", "Impressions (total)"]], All_posts=[["Toelichting"], HEADER, ROW])


_read = Read(workbook)
items, problems = _read.items, _read.problems


def test_every_row_of_the_sheet_with_posts_is_a_post_with_its_numbers() -> None:
    post, tally = items({NAME: POSTS})
    assert isinstance(post, Post)
    assert isinstance(tally, Tally)
    assert (post.native_id, post.state.text, post.state.hashtags) == (
        f"urn:li:activity:{NUMBER}",
        "De kade is open #kade",
        ("kade",),
    )
    assert post.created == Moment((NUMBER >> 22) * 1000, "10/26/2023", f"from urn:li:activity:{NUMBER}")
    assert post.counts is not None
    assert post.counts.values == {
        "impressions": 1200,
        "clicks": 30,
        "reactions": 12,
        "replies": 3,
        "reposts": 1,
        "follows": 0,
    }
    assert post.counts.at == Moment(1_719_828_474_284_000, "1719828474284")
    assert [(one.kind, one.locator) for one in post.evidence] == [("file", "All posts!3:3")]
    assert "Een beheerder" not in str(post)
    assert tally.counted == 1


def test_a_post_without_a_number_has_the_day_that_is_told() -> None:
    row = ["Oud", "https://lnkd.in/x", "", "", "", date(2023, 10, 26), *ROW[6:]]
    post, _ = items({NAME: book(All_posts=[HEADER, row])})
    assert isinstance(post, Post)
    assert (post.native_id, post.created.us, post.created.raw) == (None, 1_698_278_400_000_000, "2023-10-26")


@pytest.mark.parametrize("name", ["voorbeeldstad_followers_1719828474284.xlsx", NAME])
def test_a_workbook_without_posts_is_said_to_have_none(name: str) -> None:
    assert problems({name: book(New_followers=[["Date", "Total followers"], ["10/26/2023", 4]])}) == ["SMA-R143"]


@pytest.mark.parametrize("data", [POSTS[:200], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000, POSTS[:-900]])
def test_a_damaged_workbook_is_refused(data: bytes) -> None:
    assert problems({NAME: data}) == ["SMA-R006"]


def test_a_workbook_that_grows_beyond_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_WORKBOOK", len(POSTS) + 1)
    assert problems({NAME: POSTS}) == ["SMA-R006"]


def test_without_the_library_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    assert problems({NAME: POSTS}) == ["SMA-R142"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("lijst.xlsx", POSTS), (NAME, b"geen werkmap"), ("x_content_12.xlsx", POSTS), ("a/content.docx", POSTS)],
)
def test_other_files_are_not_taken_for_one(name: str, data: bytes) -> None:
    assert workbook.recognise(listing({name: data})) is None


@pytest.mark.parametrize(
    "name", [NAME, "a/b/voorbeeldstad_updates_1719828474284.xls", "voorbeeldstad_content_1719828474284 (1).xls"]
)
def test_workbooks_are_known_by_first_bytes_and_the_moment_in_their_name(name: str) -> None:
    match = workbook.recognise(listing({name: POSTS}))
    assert match is not None
    assert match.captured == Moment(1_719_828_474_284_000, "1719828474284")
    assert match.account is not None
    assert match.account.name == "voorbeeldstad"


def test_who_of_the_administrators_placed_a_post_stands_in_the_workbook_alone(tmp_path: Path) -> None:
    made = made_of(
        placed(tmp_path / "in", {NAME: book(Posts=[HEADER, [*ROW[:4], f"Beheerder {SECRET}", *ROW[5:]]])}),
        tmp_path / "out",
    )
    assert made.marked() == [path for path in made.marked() if ".xlsx!" in path]
    assert made.unread(["De kade is open"]) == []
