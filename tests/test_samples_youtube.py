"""Real responses of YouTube's Data API: numbers worked out from the raw files by other means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sma_plugin.model import Account, Exclusion, Item, Observation, Post, Problem, Tally
from sma_plugin.readers.youtube import api
from sma_plugin.testing import capture, folder

API = "youtube/python-youtube-dataapi"
VIDEOS = {"youtube#video", "youtube#playlistItem", "youtube#searchResult", "youtube#activity"}


@pytest.fixture(scope="module")
def responses(samples: Path) -> dict[str, bytes]:
    return {path: data for path, data in folder(samples / API).items() if path.endswith(".json")}


@pytest.fixture(scope="module")
def items(responses: dict[str, bytes]) -> list[Item]:
    return list(api.read(capture(responses, api)))


def resources(responses: dict[str, bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, data in responses.items():
        body = json.loads(data)
        yield from ((path, one) for one in body.get("items", [body]))


def test_every_response_is_recognised(responses: dict[str, bytes]) -> None:
    assert set(capture(responses, api).match.paths) == set(responses)


def test_every_video_in_any_kind_of_list_is_a_post_and_nothing_else_is(
    responses: dict[str, bytes], items: list[Item]
) -> None:
    expected = []
    for path, one in resources(responses):
        named = one["id"].get("kind") if isinstance(one.get("id"), dict) else "youtube#video"
        if one.get("kind") in VIDEOS and named == "youtube#video":
            expected.append((path, one["snippet"]["title"]))
    posts = [item for item in items if isinstance(item, Post)]
    assert len(expected) == 145
    assert [post.evidence[0].path for post in posts] == [path for path, _ in expected]
    for post in posts:
        evidence = post.evidence[0]
        raw = json.loads(responses[evidence.path][evidence.offset :][: evidence.length])
        assert raw["snippet"]["channelId"] == post.author.native_id or raw["kind"] == "youtube#playlistItem"
        assert str(post.native_id) in json.dumps(raw)


def test_channels_are_accounts_with_their_numbers(responses: dict[str, bytes], items: list[Item]) -> None:
    channels = [one for _, one in resources(responses) if one.get("kind") == "youtube#channel"]
    found = [one for _, one in resources(responses) if isinstance(one.get("id"), dict) and "channelId" in one["id"]]
    accounts = [item for item in items if isinstance(item, Account)]
    assert {one.ref.native_id for one in accounts} >= {one["id"] for one in channels}
    assert len([one for one in accounts if not one.owner]) == len(channels) + len(found)
    counts = [one.counts for one in items if isinstance(one, Observation) and one.counts]
    assert [one["posts"] for one in counts] == [
        int(one["statistics"]["videoCount"]) for one in channels if "statistics" in one
    ]


def test_members_and_ratings_stay_out(items: list[Item]) -> None:
    left_out = [(one.path, one.rule, one.count) for one in items if isinstance(one, Exclusion)]
    assert left_out == [
        ("members/members_data.json", "youtube-api.members", 2),
        ("videos/get_rating_response.json", "youtube-api.own-likes", 1),
    ]


def test_open_chains_are_told_and_closed_ones_are_not(items: list[Item]) -> None:
    open_ends = {one.path for one in items if isinstance(one, Problem) and one.code == "SMA-R049"}
    assert open_ends == {
        # Searches of which no later page is here, and that have no end: the numbers that they state are guesses.
        "search/search_by_developer.json",
        "search/search_by_event.json",
        "search/search_by_keywords_p2.json",
        "search/search_by_location.json",
        "search/search_by_mine.json",
        "search/search_by_related_video.json",
        "search/search_channels.json",
        "search/search_videos_by_channel.json",
    }
    tallies = {(one.unit, one.stated, one.counted) for one in items if isinstance(one, Tally)}
    assert ("videos", 13, 13) in tallies
    assert all(one.stated == one.counted for one in items if isinstance(one, Tally))
