"""TikTok's own interfaces: the Display API of an account, and the Research API."""

from __future__ import annotations

import io
import json
from typing import Any

from items import kinds
from sma_plugin.model import Account, Evidence, Item, Observation, Post, Problem, ProfileVersion
from sma_plugin.readers.contract import Source
from sma_plugin.readers.tiktok import api as reader
from sma_plugin.testing import capture, listing

NUMBER = (1_741_000_000 << 32) + 5
SHOWN = {
    "id": str(NUMBER),
    "create_time": 1_741_000_000,
    "share_url": f"https://www.tiktok.com/@voorbeeldstad/video/{NUMBER}?utm_campaign=x",
    "video_description": "De markt #voorbeeldstad",
    "title": "De markt",
    "duration": 17,
    "like_count": 3,
    "view_count": 90,
    "cover_image_url": "https://p16.tiktokcdn.com/a?x-signature=geheim",
}
QUERIED = {
    "id": NUMBER + 1,
    "create_time": 1_741_000_000,
    "username": "voorbeeldstad",
    "video_description": "Raad",
    "hashtag_names": ["raad"],
    "share_count": 2,
}
SAID = {
    "id": 91,
    "video_id": NUMBER,
    "parent_comment_id": NUMBER,
    "text": "Mooi",
    "create_time": 1_741_000_100,
    "like_count": 1,
}


def page(kind: str, *items: Any, more: bool = False) -> dict[str, Any]:
    return {"data": {kind: list(items), "cursor": 1, "has_more": more}, "error": {"code": "ok", "message": ""}}


def read(**bodies: Any) -> list[Item]:
    files = {f"{name}.json": json.dumps(body, indent=1).encode() for name, body in bodies.items()}
    return list(reader.read(capture(files, reader)))


def test_videos_of_either_interface_are_posts() -> None:
    items = read(a=page("videos", SHOWN), b=page("videos", QUERIED))
    first, second = kinds(items, Post)
    assert (first.native_id, first.author.handle, first.state.text) == (
        str(NUMBER),
        "voorbeeldstad",
        "De markt #voorbeeldstad",
    )
    assert (first.counts.values, first.state.media[0].duration) == ({"likes": 3, "views": 90}, 17.0)
    assert (second.native_id, second.author.handle, second.state.hashtags) == (
        str(NUMBER + 1),
        "voorbeeldstad",
        ("raad",),
    )
    assert "geheim" not in repr(items)


def test_comments_answer_their_video_or_each_other() -> None:
    items = read(a=page("comments", SAID, SAID | {"id": 92, "parent_comment_id": 91}))
    top, reply = kinds(items, Post)
    assert [(one.kind, one.target) for one in top.relations] == [("reply", str(NUMBER))]
    assert [(one.kind, one.target) for one in reply.relations] == [("reply", "91"), ("thread", str(NUMBER))]


def test_the_account_that_asked_is_whose_capture_it_is() -> None:
    told = {
        "open_id": "o1",
        "display_name": "Gemeente",
        "bio_description": "Nieuws",
        "username": "voorbeeldstad",
        "follower_count": 4,
    }
    items = read(a={"data": {"user": told}, "error": {"code": "ok"}})
    (account,), (profile,), (seen,) = (kinds(items, kind) for kind in (Account, ProfileVersion, Observation))
    assert (account.owner, account.ref.handle, profile.bio, seen.counts) == (
        True,
        "voorbeeldstad",
        "Nieuws",
        {"followers": 4},
    )


def test_pages_that_all_announce_more_are_an_open_end() -> None:
    assert [one.code for one in kinds(read(a=page("videos", SHOWN, more=True)), Problem)] == ["SMA-R049"]
    assert kinds(read(a=page("videos", SHOWN, more=True), b=page("videos", QUERIED)), Problem) == []


def test_an_error_is_told() -> None:
    body = json.dumps({"data": {}, "error": {"code": "access_token_invalid", "message": "ongeldig"}}).encode()
    url = "https://open.tiktokapis.com/v2/video/list/"
    source = Source("a", io.BytesIO(body), Evidence("a"), url=url, status=401, content_type="application/json")
    assert reader.accepts(source)
    assert [(one.code, one.params["status"]) for one in kinds(list(reader.read_source(source)), Problem)] == [
        ("SMA-R062", 401)
    ]


def test_one_bad_item_costs_one_item_and_each_post_has_its_own_bytes() -> None:
    data = json.dumps(page("videos", SHOWN, QUERIED, SHOWN | {"id": str(NUMBER + 2)})).encode()
    files = {"a.json": data.replace(b'"username":', b'"username"', 1)}
    items = list(reader.read(capture(files, reader)))
    assert [int(one.native_id) - NUMBER for one in kinds(items, Post)] == [0, 2]
    for post in kinds(items, Post):
        (evidence,) = post.evidence
        assert json.loads(files["a.json"][evidence.offset :][: evidence.length])["id"] == post.native_id


def test_other_documents_are_not_claimed() -> None:
    others = {"a.json": {"video_description": "x"}, "b.json": {"create_time": 1, "open_id": 2}}
    assert reader.recognise(listing({name: json.dumps(one).encode() for name, one in others.items()})) is None
