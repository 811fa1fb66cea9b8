"""The Page export of the samples, with numbers worked out from its files by other means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from meta_exports import posts
from sma_plugin.model import Item, Observation, Post, Problem, Tally
from sma_plugin.readers.facebook import export
from sma_plugin.testing import capture, folder

ROOT = "facebook-examplepage-2026-3-6-AbCd/"
ACTIVITY = ROOT + "this_profile's_activity_across_facebook/"


@pytest.fixture(scope="module")
def contents(samples: Path) -> dict[str, bytes]:
    return folder(samples / "facebook" / "page-export-2025")


@pytest.fixture(scope="module")
def items(contents: dict[str, bytes]) -> list[Item]:
    return list(export.read(capture(contents, export)))


def document(contents: dict[str, bytes], path: str) -> Any:
    return json.loads(contents[ACTIVITY + path])


def test_every_post_comment_photo_and_video_is_there_once(contents: dict[str, bytes], items: list[Item]) -> None:
    given = document(contents, "posts/profile_posts_1.json")
    comments = document(contents, "comments_and_reactions/comments.json")["comments_v2"]
    loose = document(contents, "posts/uncategorized_photos.json")["other_photos_v2"]
    videos = document(contents, "posts/videos.json")["videos_v2"]
    shown = json.dumps(given)
    album = [one for one in document(contents, "posts/album/0.json")["photos"] if one["uri"] not in shown]
    stated = [one["timestamp"] for one in (*given, *comments)]
    stated += [one["creation_timestamp"] for one in (*album, *loose, *videos)]
    assert sorted((one.created.us or 0) // 1_000_000 for one in posts(items)) == sorted(stated)
    assert len(stated) == 6


def test_text_is_repaired_and_its_bytes_are_pointed_at(contents: dict[str, bytes], items: list[Item]) -> None:
    for one in posts(items):
        (evidence,) = one.evidence
        assert evidence.offset is not None
        assert evidence.length is not None
        bytes_of = contents[evidence.path][evidence.offset : evidence.offset + evidence.length]
        item = json.loads(bytes_of)
        assert (item.get("timestamp") or item["creation_timestamp"]) * 1_000_000 == one.created.us
    assert "Great game today! #ARCH – Café Night 🎉" in [one.state.text for one in posts(items)]


def test_messages_followers_and_likes_are_not_kept(contents: dict[str, bytes], items: list[Item]) -> None:
    assert "Vraag aan de gemeente" not in repr(items)
    likes = document(contents, "comments_and_reactions/likes_and_reactions_1.json")
    assert [one.counted for one in items if isinstance(one, Tally)] == [len(likes)]
    followers = json.loads(contents[ROOT + "connections/followers/people_who_followed_you.json"])["followers_v3"]
    assert [one.counts for one in items if isinstance(one, Observation)] == [{"followers": len(followers)}]


def test_a_medium_is_missing_when_no_file_has_its_path(contents: dict[str, bytes], items: list[Item]) -> None:
    named = {medium.source: medium.path for one in items if isinstance(one, Post) for medium in one.state.media or ()}
    assert named == {uri: ROOT + uri if ROOT + uri in contents else None for uri in named if uri is not None}
    assert len([one for one in items if isinstance(one, Problem) and one.code == "SMA-R007"]) == 1
