"""Snapchat's My Data: what little is read, what stays out, what is not guessed at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from items import kinds
from sma_plugin.ingest import ingest
from sma_plugin.model import Account, Exclusion, Item, Observation, Post, Problem, ProfileVersion
from sma_plugin.readers.exclusion import class_of, rule_for
from sma_plugin.readers.snapchat import export as reader
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.testing import capture, listing

PRIVATE = "vertrouwelijk"
ACCOUNT = {
    "Basic Information": {
        "Username": "voorbeeldstad",
        "Name": "Gemeente Voorbeeldstad",
        "Creation Date": "2019-06-01 12:00:00 UTC",
        "Registration IP": PRIVATE,
        "Country": "NL",
    },
    "Device Information": {"Make": PRIVATE},
    "Login History": [{"IP": PRIVATE, "Created": "2024-01-01 00:00:00 UTC"}],
    "Nieuw onderdeel": [PRIVATE],
}
STORIES = {
    "Your Story Views": [
        {"Story Date": "2024-03-01 10:00:07 UTC", "Story Views": 12, "Story Replies": 1},
        {"Story Date": "2024-03-02 10:00:00 UTC", "Story Views": "7"},
    ],
    "Friend and Public Story Views": [{"Story Date": "2024-03-01 10:00:00 UTC", "View": PRIVATE}],
}
PROFILE = {
    "Profile": {
        "Created": "2020",
        "Profile Title": "Voorbeeldstad",
        "Location": "Voorbeeldstad",
        "Profile Website": "https://voorbeeldstad.example",
        "Profile Photo": "https://cf-st.sc-cdn.net/a?sig=geheim",
    },
    "Spotlights": [],
    "Saved Stories": [],
}
MEMORIES = {
    "Saved Media": [
        {"Date": "2020-03-02 21:35:00 UTC", "Media Type": "Image", "Location": PRIVATE, "Download Link": PRIVATE}
    ]
}


def mydata(**more: Any) -> dict[str, bytes]:
    lists = {
        "account": ACCOUNT,
        "story_history": STORIES,
        "snap_pro": PROFILE,
        "memories_history": MEMORIES,
        "chat_history": {"buur": [{"From": "buur", "Content": PRIVATE}]},
        "friends": {"Friends": [{"Username": PRIVATE}]},
        "location_history": {"Location History": [[PRIVATE]]},
        **more,
    }
    found = {f"mydata~1/json/{name}.json": json.dumps(body, indent=1).encode() for name, body in lists.items() if body}
    return {
        **found,
        "mydata~1/memories/2020-03-02_a1-main.jpg": PRIVATE.encode(),
        "mydata~1/html/friends.html": PRIVATE.encode(),
        "mydata~1/chat_media/a.jpg": PRIVATE.encode(),
    }


def read(contents: dict[str, bytes]) -> list[Item]:
    return list(reader.read(capture(contents, reader)))


def test_the_account_its_public_profile_and_its_stories_are_read() -> None:
    items = read(mydata())
    (account,), (profile,), stories = (kinds(items, kind) for kind in (Account, ProfileVersion, Post))
    assert (account.owner, account.ref.native_id, account.created.us) == (True, "voorbeeldstad", 1559390400_000_000)
    assert (profile.name, profile.handle, profile.location) == ("Voorbeeldstad", "voorbeeldstad", "Voorbeeldstad")
    assert profile.avatar.source == "https://cf-st.sc-cdn.net/a"
    assert [one.path.rpartition("/")[2] for one in profile.evidence] == ["account.json", "snap_pro.json"]
    assert [(one.kind, one.author, one.created.raw) for one in stories] == [
        ("story", account.ref, "2024-03-01 10:00:07 UTC"),
        ("story", account.ref, "2024-03-02 10:00:00 UTC"),
    ]
    assert [one.counts.values for one in stories] == [{"views": 12, "replies": 1}, {"views": 7}]
    assert kinds(items, Problem) == []


def test_only_lists_that_are_read_are_claimed_and_nothing_private_remains_in_them() -> None:
    contents = mydata()
    view = capture(contents, reader)
    assert view.match.personal_export
    assert set(view.match.paths) == {f"mydata~1/json/{name}.json" for name in ("account", "story_history", "snap_pro")}
    left = {path: bytearray(contents[path]) for path in view.match.paths}
    for one in kinds(list(reader.read(view)), Exclusion):
        left[one.path][one.offset : one.offset + one.length] = b" " * one.length
    assert [path for path, data in left.items() if PRIVATE.encode() in data] == []
    others = [path for path in contents if path not in view.match.paths]
    assert all(rule_for("snapchat-export", path.removeprefix("mydata~1/")) for path in others)
    assert class_of("snapchat-export.memories") == "memories"


def test_what_the_public_profile_shows_is_published() -> None:
    def shown(at: str, kind: str) -> dict[str, str]:
        return {"Date": f"{at} UTC", "Media Type": kind, "Download URL": "https://cf-st.sc-cdn.net/d?uc=geheim"}

    films = [shown("2024-06-18 22:00:12", "video"), shown("2024-06-18 22:00:13", "image")]
    items = read(mydata(snap_pro=PROFILE | {"Spotlights": films, "Saved Stories": films[:1]}, story_history=None))
    found = kinds(items, Post)
    assert [one.kind for one in found] == ["video", "image", "story"]
    assert {(one.audience, one.state.media[0].source) for one in found} == {("public", "https://cf-st.sc-cdn.net/d")}
    assert found[0].created.raw == "2024-06-18 22:00:12 UTC"
    assert kinds(items, Problem) == []


def test_how_often_stories_were_seen_in_an_hour_is_no_story() -> None:
    hours = [
        {"Story Date": f"2024-03-01 {hour:02d}:00:00 UTC", "Story Views": hour, "Story Replies": 0}
        for hour in (9, 10, 0)
    ]
    items = read(mydata(story_history={"Your Story Views": hours}))
    assert kinds(items, Post) == []
    assert [one.counts for one in kinds(items, Observation)] == [{"views": 9}, {"views": 10}]
    assert [(one.code, one.params["hours"]) for one in kinds(items, Problem)] == [("SMA-R280", 3)]


def test_shared_stories_and_odd_lists_are_pointed_out_and_not_guessed_at() -> None:
    spotlights = PROFILE | {"Spotlights": [{"a": 1}, {"a": 2}], "Saved Stories": "x"}
    contents = mydata(snap_pro=spotlights, shared_story={"Shared Story": [{"Story URL": "x"}]})
    items = read(contents)
    told = {(one.code, one.params["value"], one.params["items"]) for one in kinds(items, Problem)}
    assert told == {
        ("SMA-R165", "Spotlights", 2),
        ("SMA-R165", "Saved Stories", 1),
        ("SMA-R165", "json/shared_story.json", 1),
    }
    assert len(kinds(items, Post)) == 2


def test_an_export_of_pages_only_is_refused() -> None:
    contents = {
        "html/account.html": b"<html>Snapchat</html>",
        "html/chat_history.html": b"<html></html>",
        "index.html": b"x",
    }
    (problem,) = read(contents)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.path) == ("SMA-R166", "html/account.html")


def test_a_further_part_with_recordings_only_belongs_to_the_export_and_stays_out() -> None:
    contents = {**mydata(), "mydata~1-2/memories/2021-01-01_b2-main.mp4": b"x"}
    view = capture(contents, reader)
    assert set(view.match.roots) == {"mydata~1/", "mydata~1-2/"}


def test_renamed_lists_are_known_by_their_content_and_a_damaged_one_stays_out_whole() -> None:
    contents = {
        "export/rekening.json": json.dumps(ACCOUNT).encode(),
        "export/verhalen.json": json.dumps(STORIES).encode()[:-30],
    }
    items = read(contents)
    assert len(kinds(items, Account)) == 1
    assert [one.code for one in kinds(items, Problem)] == ["SMA-R001"]
    assert [one.path for one in kinds(items, Exclusion) if one.offset is None] == ["export/verhalen.json"]


@pytest.mark.parametrize("value", [None, [], {}, "x", 7])
def test_odd_forms_raise_nothing(value: Any) -> None:
    items = read(mydata(story_history={"Your Story Views": value, "Friend and Public Story Views": value}))
    assert kinds(items, Post) == []


def test_other_documents_are_no_export() -> None:
    others = {"a.json": {"Basic Information": {"First Name": "x"}}, "b.json": {"Profile": {}}, "c.json": [1]}
    assert reader.recognise(listing({name: json.dumps(one).encode() for name, one in others.items()})) is None


def test_a_package_holds_nothing_private(tmp_path: Path) -> None:
    for name, data in mydata().items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    result = ingest([tmp_path / "in"], tmp_path / "out", Settings(undecided=True), Quiet())
    (package,) = result.packages
    kept = b"".join(path.read_bytes() for path in package.path.rglob("*") if path.is_file())
    assert PRIVATE.encode() not in kept
    assert b"geheim" not in b"".join(
        path.read_bytes() for path in (package.path / "metadata").rglob("*") if path.is_file()
    )
