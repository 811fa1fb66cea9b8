"""The Instagram export of the samples, with numbers worked out from its files by other means."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from meta_exports import posts
from sma_plugin.model import AccountRef, Exclusion, Item, Observation, Problem, ProfileVersion, Tally
from sma_plugin.readers.instagram import export
from sma_plugin.testing import capture

ACTIVITY = "your_instagram_activity/"


@pytest.fixture(scope="module")
def contents(samples: Path) -> dict[str, bytes]:
    (path,) = (samples / "instagram" / "ddptracker-fictional").glob("*.zip")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def items(contents: dict[str, bytes]) -> list[Item]:
    return list(export.read(capture(contents, export)))


def document(contents: dict[str, bytes], path: str) -> Any:
    return json.loads(contents[path])


def test_every_story_and_comment_is_a_post_with_its_own_bytes(contents: dict[str, bytes], items: list[Item]) -> None:
    stories = document(contents, ACTIVITY + "media/stories.json")["ig_stories"]
    comments = document(contents, ACTIVITY + "comments/post_comments_1.json")
    moments = [one["creation_timestamp"] for one in stories]
    moments += [one["string_map_data"]["Time"]["timestamp"] for one in comments]
    assert [(one.created.us or 0) // 1_000_000 for one in posts(items)] == moments
    assert [one.kind for one in posts(items)] == ["story"] * len(stories) + ["note"] * len(comments)
    for one in posts(items):
        (evidence,) = one.evidence
        assert evidence.offset is not None
        assert evidence.length is not None
        item = contents[evidence.path][evidence.offset : evidence.offset + evidence.length]
        assert json.loads(item) in (*stories, *comments)


def test_comments_are_repaired_and_say_whose_medium_they_are_of(contents: dict[str, bytes], items: list[Item]) -> None:
    comments = [one["string_map_data"] for one in document(contents, ACTIVITY + "comments/post_comments_1.json")]
    said = [one["Comment"]["value"].encode("latin-1").decode() for one in comments]
    answers = [one for one in posts(items) if one.relations]
    assert [one.state.text for one in answers] == said
    handles = [one.relations[0].target_account for one in answers]
    assert handles == [AccountRef(handle=one["Media Owner"]["value"]) for one in comments]


def test_media_are_those_that_were_delivered(contents: dict[str, bytes], items: list[Item]) -> None:
    shown = {medium.path for one in posts(items) for medium in one.state.media or ()}
    assert shown == {path for path in contents if path.startswith("media/stories/")}
    assert [one for one in items if isinstance(one, Problem)] == []


def test_the_administrators_data_are_cut_and_the_profile_is_left(contents: dict[str, bytes], items: list[Item]) -> None:
    path = "personal_information/personal_information/personal_information.json"
    left = contents[path]
    of_profile = (one for one in items if isinstance(one, Exclusion) and one.path == path)
    for cut in sorted(of_profile, key=lambda one: -(one.offset or 0)):
        assert cut.offset is not None
        assert cut.length is not None
        left = left[: cut.offset] + left[cut.offset + cut.length :]
    (said,) = document(contents, path)["profile_user"]
    for label, value in said["string_map_data"].items():
        kept = label in ("Username", "Name", "Bio", "Private Account")
        assert (f'"{label}"'.encode() in left) is kept
        assert (value["value"].encode() in left) is kept or value["value"] in ("True", "False")
    version = next(one for one in items if isinstance(one, ProfileVersion))
    assert version.bio == said["string_map_data"]["Bio"]["value"]


def test_likes_and_followers_are_counted_and_messages_are_not_read(
    contents: dict[str, bytes], items: list[Item]
) -> None:
    likes = document(contents, ACTIVITY + "likes/liked_posts.json")
    assert [one.counted for one in items if isinstance(one, Tally)] == [len(likes)]
    connections = "connections/followers_and_following/"
    followers = document(contents, connections + "followers_1.json")
    following = document(contents, connections + "following.json")["relationships_following"]
    counts = {"followers": len(followers), "following": len(following)}
    assert [one.counts for one in items if isinstance(one, Observation)] == [counts]
    assert "Zie je morgen?" not in repr(items)
