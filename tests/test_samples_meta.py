"""Real answers of the Graph APIs: numbers worked out from the raw files by other means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from items import posts
from sma_plugin.model import AccountRef, Exclusion, Item, Observation, Problem
from sma_plugin.readers.facebook import graph, web
from sma_plugin.readers.instagram import graph as instagram_graph
from sma_plugin.testing import capture, folder

FACEBOOK = "facebook/python-facebook-graph"
INSTAGRAM = "instagram/python-facebook-iggraph"
PAGES = "facebook/apidata/pages/"


def answers(path: Path) -> dict[str, bytes]:
    return {name: data for name, data in folder(path).items() if name.endswith(".json")}


@pytest.fixture(scope="module")
def raw(samples: Path) -> dict[str, bytes]:
    return answers(samples / FACEBOOK)


@pytest.fixture(scope="module")
def items(raw: dict[str, bytes]) -> list[Item]:
    return list(graph.read(capture(raw, graph)))


@pytest.fixture(scope="module")
def raw_instagram(samples: Path) -> dict[str, bytes]:
    return answers(samples / INSTAGRAM)


@pytest.fixture(scope="module")
def instagram(raw_instagram: dict[str, bytes]) -> list[Item]:
    return list(instagram_graph.read(capture(raw_instagram, instagram_graph)))


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object that has an id, however deep; not those that only stand for something else."""
    if isinstance(value, dict):
        if "id" in value:
            yield value
        for name, one in value.items():
            if name not in ("from", "album", "cover_photo", "cover", "place", "video", "event_times", "owner"):
                yield from objects(one)
    elif isinstance(value, list):
        for one in value:
            yield from objects(one)


def posts_in(raw: dict[str, bytes], *below: str) -> list[str]:
    """The ids of what was published, file by file, by its times; groups and companies have times too."""
    found = []
    for path, data in raw.items():
        if path.startswith(below) and "groups/group" not in path and "business" not in path:
            found += [
                one["id"].split("_", 1)[1] if one["id"].count("_") == 2 else one["id"]
                for one in objects(json.loads(data))
                if {"created_time", "creation_time", "start_time", "updated_time", "embed_html"} & one.keys()
            ]
    return found


def test_everything_published_is_a_post_and_nothing_else_is(raw: dict[str, bytes], items: list[Item]) -> None:
    below = tuple(
        f"facebook/apidata/{kind}/" for kind in ("posts", "albums", "videos", "live_videos", "events", "photos")
    )
    expected = posts_in(raw, *below, "facebook/apidata/groups/feed")
    found = [
        post.native_id
        for post in posts(items)
        if post.evidence[0].path.startswith((*below, "facebook/apidata/groups/"))
    ]
    assert len(expected) == 101
    assert sorted(found) == sorted(expected)
    assert len(posts(items)) == 101 + 8 + 6
    others = ("users", "business", "applications", "pages")
    assert not [
        one
        for one in posts(items)
        if one.evidence[0].path.startswith(tuple(f"facebook/apidata/{kind}/" for kind in others))
    ]


def test_every_post_points_at_its_own_bytes(raw: dict[str, bytes], items: list[Item]) -> None:
    for post in posts(items):
        (evidence,) = post.evidence
        item = json.loads(raw[evidence.path][evidence.offset :][: evidence.length])
        names = {item["id"], item.get("page_story_id")} | {one.value for one in post.aliases}
        assert post.native_id in names or item["id"].endswith(str(post.native_id))


def test_comments_stand_under_their_post_with_who_wrote_them(raw: dict[str, bytes], items: list[Item]) -> None:
    stated = json.loads(raw["facebook/apidata/posts/multi_posts_data.json"])
    expected = {
        (comment["id"].split("_", 1)[1], comment["from"]["id"], post["id"])
        for post in stated.values()
        for comment in post["comments"]["data"]
    }
    found = {
        (one.native_id, one.author.native_id, one.relations[0].target)
        for one in posts(items)
        if one.relations and one.relations[0].kind == "reply"
    }
    assert len(expected) == 16
    assert found == expected


def test_reactions_are_counted(raw: dict[str, bytes], items: list[Item]) -> None:
    stated = json.loads(raw["facebook/models/post.json"])
    (post,) = [one for one in posts(items) if one.native_id == stated["id"]]
    assert post.counts is not None
    assert post.counts.values == {
        "reactions": stated["reactions"]["summary"]["total_count"],
        "replies": stated["comments"]["summary"]["total_count"],
        **{
            f"reactions:{kind}": stated[kind]["summary"]["total_count"]
            for kind in ("like", "love", "wow", "haha", "sad", "angry", "thankful")
        },
    }
    assert len(post.state.media or ()) == len(stated["attachments"]["data"][0]["subattachments"]["data"]) == 7


def test_keys_and_lists_of_managed_pages_stay_out(raw: dict[str, bytes], items: list[Item]) -> None:
    with_keys = {path for path, data in raw.items() if b'"access_token":' in data} | {"base/token_info.json"}
    left_out = {one.path for one in items if isinstance(one, Exclusion) and one.offset is None}
    assert left_out == with_keys
    assert "access_token=" not in repr([one for one in items if not isinstance(one, Exclusion)])


def test_errors_are_told(items: list[Item]) -> None:
    found = [one for one in items if isinstance(one, Problem) and one.code == "SMA-R062"]
    assert [one.path for one in found] == ["base/error_data.json", "error.json"]
    assert "SMA-R001" not in {one.code for one in items if isinstance(one, Problem)}


def test_pages_have_their_numbers(raw: dict[str, bytes], items: list[Item]) -> None:
    stated = {
        (one["id"], one["fan_count"])
        for path, data in raw.items()
        if path.startswith(PAGES)
        for one in objects(json.loads(data))
        if "fan_count" in one
    }
    found = {
        (one.account.native_id, (one.counts or {}).get("likes"))
        for one in items
        if isinstance(one, Observation) and one.account and one.evidence[0].path.startswith(PAGES)
    }
    assert found == stated


def test_media_and_comments_of_instagram_are_posts(raw_instagram: dict[str, bytes], instagram: list[Item]) -> None:
    expected = [
        one["id"]
        for path, data in raw_instagram.items()
        for one in objects(without_children(json.loads(data)))
        if ({"media_type", "like_count"} & one.keys() or {"text", "timestamp"} <= one.keys()) and "insights" not in path
    ]
    found = [
        next((alias.value for alias in one.aliases if alias.scheme == "graph-id"), one.native_id)
        for one in posts(instagram)
    ]
    assert len(expected) == 104
    assert sorted(map(str, found)) == sorted(expected)


def without_children(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_children(one) for name, one in value.items() if name != "children"}
    return [without_children(one) for one in value] if isinstance(value, list) else value


def test_one_story_is_one_whatever_the_fields(instagram: list[Item]) -> None:
    stories = [one for one in posts(instagram) if one.kind == "story"]
    told = {one.native_id for one in stories for alias in one.aliases if alias.value == "18168273289049440"}
    assert told == {"2421239445800645437", "18168273289049440"}
    assert {one.author for one in stories} <= {
        one.author for one in stories if isinstance(one.author, AccountRef) and one.author.handle == "ikroskun"
    }


def test_captured_pages_give_the_posts_that_their_links_name(samples: Path) -> None:
    pages = {name: data for name, data in folder(samples / "facebook/granary-html").items() if name.endswith(".html")}
    found = list(web.read(capture(pages, web)))
    named = {
        f"{owner.decode()}_{post.decode()}"
        for name in ("facebook.m.timeline.html", "facebook.m.post.html")
        for post, owner in re.findall(rb"/story\.php\?story_fbid=(\d+)&(?:amp;)?id=(\d+)", pages[name])
    }
    comments = {one.decode() for one in re.findall(rb'<div class="dk" id="(\d+)"', pages["facebook.m.post.html"])}
    numbers = {one.native_id for one in posts(found) if one.native_id}
    assert numbers == named | {f"456_{one}" for one in comments}
    (mail,) = [one for one in posts(found) if one.native_id is None]
    assert mail.state.text == "test comment foo bar baz"


def test_who_reacted_is_counted_and_not_named(samples: Path) -> None:
    pages = folder(samples / "facebook/granary-html")
    stated = dict(re.findall(rb"reaction_type=(\d+)&amp;total_count=(\d+)", pages["facebook.m.reactions.html"]))
    found = list(web.read(capture(pages, web)))
    (counted,) = [one for one in found if isinstance(one, Observation)]
    assert counted.counts == {
        "reactions": 13,
        "reactions:like": int(stated[b"1"]),
        "reactions:wow": int(stated[b"3"]),
        "reactions:haha": int(stated[b"4"]),
    }
    assert [one.path for one in found if isinstance(one, Exclusion)] == ["facebook.m.reactions.html"]
    assert "Alice" not in repr(counted)
