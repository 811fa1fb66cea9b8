"""The share of an account's posts that lack nothing: each aspect by itself, per account, per capture and per month."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sma_plugin.characteristics.completeness import aspects, label
from sma_plugin.characteristics.measure import assess
from sma_plugin.characteristics.records import Assessment
from sma_plugin.history.attribution import classify
from sma_plugin.history.load import Loader
from sma_plugin.history.threads import order_threads
from sma_plugin.model import (
    Account,
    AccountRef,
    Capture,
    Counts,
    Evidence,
    Item,
    Media,
    Moment,
    Post,
    PostState,
    Problem,
    Relation,
    Resource,
    Tally,
)

OWN, OTHER = AccountRef("1"), AccountRef("2")
MONTH = 2_629_800_000_000


def post(number: int, author: AccountRef = OWN, state: PostState | None = None, **told: Any) -> Post:
    return Post(
        "x",
        author,
        str(number),
        told.pop("created", Moment(number * MONTH)),
        state or PostState(text=f"bericht {number}"),
        evidence=(Evidence(told.pop("path", "a.json"), "bytes", number, 1),),
        **told,
    )


def assessed(folder: Path, *captures: Iterable[Item]) -> Assessment:
    """What is measured of captures of one account."""
    loader = Loader(folder / "history.sqlite")
    for number, items in enumerate(captures):
        loader.capture(Capture(id=f"{number + 1:02}", technique="api"))
        loader.add(number, Account("x", OWN, owner=True))
        for item in items:
            loader.add(number, item)
    return measured(loader)


def measured(loader: Loader) -> Assessment:
    """What is measured of what was loaded."""
    with closing(loader.finish()) as db:
        order_threads(db)
        db.execute("BEGIN")
        classify(db)
        db.execute("COMMIT")
        return assess(db)


def shares(assessment: Assessment) -> dict[str, tuple[int, int]]:
    return {one.name: (one.complete, one.of) for one in assessment.completeness}


MEDIUM = Media("image", path="foto.png")
LACKING: dict[str, list[Item]] = {
    "text": [post(2, state=PostState(text="begin…", truncated=True))],
    "time": [post(2, created=Moment(None, "gisteren"))],
    "media": [post(2, state=PostState(text="x", media=(MEDIUM, Media("image", source="https://x.example/b.png"))))],
    "answered": [post(2, relations=(Relation("reply", "99"),))],
    "shared": [post(2, relations=(Relation("quote", "99"),))],
    "versions": [post(2, revisions=("2", "3"), revision_of="2")],
    "replies": [post(2, counts=Counts({"replies": 2}, Moment(9))), post(3, OTHER, relations=(Relation("reply", "2"),))],
}
WHOLE: dict[str, list[Item]] = {
    "media": [post(2, state=PostState(text="x", media=(MEDIUM,)))],
    "answered": [post(2, relations=(Relation("reply", "9"),)), post(9, OTHER)],
    "shared": [post(2, relations=(Relation("quote", "9"),)), post(9, OTHER)],
    "versions": [
        post(2, revisions=("2", "3"), revision_of="2"),
        post(3, state=PostState(text="anders"), revisions=("2", "3"), revision_of="2", edited=Moment(4)),
    ],
    "replies": [
        post(2, counts=Counts({"replies": 5}, Moment(8))),
        post(2, counts=Counts({"replies": 1}, Moment(9))),
        post(3, OTHER, relations=(Relation("reply", "2"),)),
    ],
}


@pytest.mark.parametrize("aspect", LACKING)
def test_a_post_that_lacks_one_thing_is_not_complete(aspect: str, tmp_path: Path) -> None:
    found = shares(assessed(tmp_path, [post(1), *LACKING[aspect]]))
    assert {name for name, (complete, of) in found.items() if complete < of} == {"posts", aspect}
    assert found["posts"] == (1, 2)


@pytest.mark.parametrize("aspect", WHOLE)
def test_a_post_of_which_all_is_there_is_complete(aspect: str, tmp_path: Path) -> None:
    found = shares(assessed(tmp_path, [post(1), *WHOLE[aspect]]))
    assert found["posts"] == (2, 2)
    assert found[aspect] == (1, 1)


def test_a_medium_whose_file_is_broken_is_not_there(tmp_path: Path) -> None:
    broken = Problem("SMA-R009", "foto.png")
    assert shares(assessed(tmp_path, [*WHOLE["media"], broken]))["media"] == (0, 1)


def test_every_aspect_is_tried_here_and_has_a_label_in_both_languages() -> None:
    assert set(LACKING) == {one.name for one in aspects().aspect}
    for name in ("posts", *(one.name for one in (*aspects().aspect, *aspects().request))):
        assert label(name, "nl") != label(name, "en") != name


def test_the_picture_over_time_says_in_which_month_posts_lack_something(tmp_path: Path) -> None:
    found = assessed(tmp_path, [post(1), *LACKING["media"], post(30, created=Moment())])
    assert found.complete_months == {
        "1970-01": {"complete": 1},
        "1970-03": {"lacking": 1},
        "undated": {"lacking": 1},
    }


def test_a_capture_is_held_against_the_posts_known_over_all_captures(tmp_path: Path) -> None:
    pages: list[Item] = [
        Resource("page", "https://x.example/1", evidence=(Evidence("b.warc", "bytes", 1, 1),)),
        Resource("failure", "https://x.example/2", status=403, evidence=(Evidence("b.warc", "bytes", 2, 1),)),
        Tally("posts", 4, 1, "b.warc"),
    ]
    found = assessed(tmp_path, [post(1), post(2), post(3)], [post(1, path="b.warc"), *pages])
    first, second = ({one.name: (one.complete, one.of) for one in capture.completeness} for capture in found.captures)
    assert first == {"posts": (3, 3)}
    assert second == {"posts": (1, 3), "pages": (1, 2), "stated": (1, 4)}
    assert shares(found)["pages"] == (1, 2)


def test_the_queries_leave_nothing_behind(tmp_path: Path) -> None:
    assessed(tmp_path, [post(1)])
    with closing(sqlite3.connect(tmp_path / "history.sqlite")) as db:
        assess(db)
        assert db.execute("SELECT count(*) FROM temp.sqlite_master").fetchone() == (0,)


def test_a_capture_of_unknown_technique_is_measured_as_such(tmp_path: Path) -> None:
    loader = Loader(tmp_path / "history.sqlite")
    loader.capture(Capture(id="01"))
    loader.add(0, Account("x", OWN, owner=True))
    loader.add(0, post(1))
    assert measured(loader).techniques == {"unknown": 1}
