"""A fictional export of TikTok that others made: numbers worked out from the raw document by other means."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sma_plugin.ingest import ingest
from sma_plugin.model import Exclusion, Post, ProfileVersion
from sma_plugin.readers.exclusion import class_of
from sma_plugin.readers.tiktok import export
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from sma_plugin.testing import capture

EXPORT = "tiktok/ddptracker-fictional/TikTok_Data_2026-09.zip"
NAME = "user_data_tiktok.json"


@pytest.fixture(scope="module")
def data(samples: Path) -> bytes:
    with zipfile.ZipFile(samples / EXPORT) as archive:
        return archive.read(NAME)


@pytest.fixture(scope="module")
def document(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data)
    return found


def test_posts_and_comments_are_what_the_document_lists(data: bytes, document: dict[str, Any]) -> None:
    items = list(export.read(capture({NAME: data}, export)))
    posts = [item for item in items if isinstance(item, Post)]
    videos = document["Post"]["Posts"]["VideoList"]
    comments = document["Comment"]["Comments"]["CommentsList"]
    assert [one.state.text for one in posts] == [one["comment"] for one in comments] + [one["Title"] for one in videos]
    assert [one.native_id for one in posts if one.kind == "video"] == [one["Link"].split("/")[-2] for one in videos]
    (profile,) = [item for item in items if isinstance(item, ProfileVersion)]
    assert profile.handle == document["Profile And Settings"]["Profile Info"]["ProfileMap"]["userName"]


def test_what_is_cut_is_counted_by_class(data: bytes, document: dict[str, Any]) -> None:
    counted: dict[str, int] = {}
    for item in export.read(capture({NAME: data}, export)):
        if isinstance(item, Exclusion):
            counted[class_of(item.rule)] = counted.get(class_of(item.rule), 0) + item.count
    chats = document["Direct Message"]["Direct Messages"]["ChatHistory"]
    liked = document["Likes and Favorites"].values()
    assert counted["direct-messages"] == sum(len(one) for one in chats.values())
    assert counted["own-likes"] == sum(len(one) for part in liked for one in part.values() if isinstance(one, list))


def test_a_package_holds_nothing_private(samples: Path, document: dict[str, Any], tmp_path: Path) -> None:
    result = ingest([samples / EXPORT], tmp_path / "out", Settings(undecided=True), Quiet())
    assert result.outcome is Outcome.OK
    (package,) = result.packages
    kept = b"".join(path.read_bytes() for path in package.path.rglob("*") if path.is_file())
    profile = document["Profile And Settings"]["Profile Info"]["ProfileMap"]
    logins = document["Your Activity"]["Login History"]["LoginHistoryList"]
    private = [
        profile["emailAddress"],
        profile["telephoneNumber"],
        profile["birthDate"],
        *(one["IP"] for one in logins),
    ]
    assert [value for value in private if value.encode() in kept] == []
    (extract,) = package.path.rglob(NAME)
    assert json.loads(extract.read_bytes())["Post"] == document["Post"]
