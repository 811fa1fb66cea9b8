"""Files of yt-dlp and youtube-dl: generations, lists, comments, other platforms, what lies beside, damage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from finding_cases import CHANNEL
from items import kinds
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import ingest
from sma_plugin.model import Account, Item, Observation, Post, PostHistory, Problem, ProfileVersion, Tally
from sma_plugin.package import Package
from sma_plugin.readers.youtube import info as reader
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.testing import capture, listing
from test_youtube_api import page, thread, video

VIDEO = "Raad2025_01"
ADDRESS = "https://rr1.googlevideo.com/videoplayback?ip=192.0.2.7&sig=geheim"
FORMATS = [{"format_id": "137", "url": ADDRESS, "ext": "mp4"}]
MODERN: dict[str, Any] = {
    "id": VIDEO,
    "title": "Raadsvergadering",
    "formats": FORMATS,
    "description": "De raad vergadert",
    "uploader": "Gemeente Voorbeeldstad",
    "uploader_id": "@voorbeeldstad",
    "channel": "Gemeente Voorbeeldstad",
    "channel_id": CHANNEL,
    "channel_follower_count": 310,
    "upload_date": "20250301",
    "timestamp": 1740823200,
    "duration": 60,
    "width": 1920,
    "height": 1080,
    "view_count": 12,
    "like_count": 3,
    "availability": "unlisted",
    "tags": ["raad"],
    "webpage_url": f"https://www.youtube.com/watch?v={VIDEO}",
    "extractor": "youtube",
    "extractor_key": "Youtube",
    "epoch": 1743508800,
    "requested_formats": FORMATS,
}
COMMENTS = [
    {
        "id": "Ugx1",
        "parent": "root",
        "text": "Mooi",
        "author": "@inwoner",
        "author_id": "UCinwoner0000000000000001"[:24],
        "timestamp": 1700000000,
        "_time_text": "1 year ago",
        "like_count": 2,
        "author_is_uploader": False,
        "is_pinned": True,
    },
    {
        "id": "Ugx1.a",
        "parent": "Ugx1",
        "text": "Dank",
        "author": "@voorbeeldstad",
        "author_id": CHANNEL,
        "timestamp": 1700000100,
        "like_count": None,
        "author_is_uploader": True,
    },
]
OLD = {
    "id": VIDEO,
    "uploader": "Gemeente Voorbeeldstad",
    "uploader_id": "gemeentevoorbeeld",
    "upload_date": "20120301",
    "title": "Raadsvergadering",
    "description": "De raad",
    "extractor": "youtube",
    "extractor_key": "Youtube",
    "average_rating": 4.5,
    "dislike_count": 1,
    "like_count": None,
    "formats": None,
    "ext": "mp4",
}


def read(body: Any, name: str = "Raad [Raad2025_01].info.json", **beside: bytes) -> list[Item]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(reader.read(capture({name: data, **beside}, reader)))


def test_a_video_of_today_is_a_post_without_signed_addresses() -> None:
    items = read(MODERN)
    (post,), (account,), (seen,) = (kinds(items, kind) for kind in (Post, Account, Observation))
    assert (post.native_id, post.kind, post.audience, post.created.us) == (
        VIDEO,
        "video",
        "unlisted",
        1740823200_000_000,
    )
    assert (post.author.native_id, post.author.handle, account.ref) == (CHANNEL, "voorbeeldstad", post.author)
    assert (post.counts.values, post.counts.at.us) == ({"views": 12, "likes": 3}, 1743508800_000_000)
    assert seen.counts == {"followers": 310}
    assert [(one.native_id, one.width, one.duration) for one in post.state.media] == [(VIDEO, 1920, 60.0)]
    assert "geheim" not in repr(items)
    assert "192.0.2.7" not in repr(items)


def test_an_old_file_knows_the_day_only_and_a_name_of_before_handles() -> None:
    (post,) = kinds(read(OLD), Post)
    assert (post.created.raw, post.created.assumed, post.counts.values) == ("20120301", "date", {"dislikes": 1})
    assert [(one.scheme, one.value) for one in post.author.aliases] == [("username", "gemeentevoorbeeld")]


@pytest.mark.parametrize(
    "body",
    [
        {"channel_id": CHANNEL, "thumbnail": "https://voorbeeld.example/a.jpg", "formats": FORMATS},
        {
            "title": "Raad",
            "fulltitle": "Raad",
            "upload_date": "20240317",
            "uploader": "u",
            "epoch": 1,
            "formats": FORMATS,
        },
        {"_format_sort_fields": ["res"], "abr": 1.5, "channel_id": CHANNEL, "id": VIDEO},
    ],
)
def test_files_that_lack_most_fields_are_posts_too(body: dict[str, Any]) -> None:
    assert len(kinds(read(body, "metadata.json"), Post)) == 1


def test_comments_are_replies_with_their_own_bytes_and_relative_moments() -> None:
    data = json.dumps(MODERN | {"comments": COMMENTS, "comment_count": 5}).encode()
    items = read(data)
    video, citizen, own = kinds(items, Post)
    assert [(one.kind, one.target) for one in citizen.relations] == [("reply", VIDEO)]
    assert [(one.kind, one.target) for one in own.relations] == [("reply", "Ugx1"), ("thread", VIDEO)]
    assert (citizen.created.assumed, citizen.created.raw, citizen.pinned) == ("relative", "1 year ago", True)
    assert (citizen.placed_on, own.placed_on, own.author) == (video.author, None, video.author)
    for post, given in ((citizen, COMMENTS[0]), (own, COMMENTS[1])):
        (evidence,) = post.evidence
        assert json.loads(data[evidence.offset :][: evidence.length]) == given
    assert [(one.unit, one.stated, one.counted) for one in kinds(items, Tally)] == [("comments", 5, 2)]


def test_the_video_file_is_found_by_its_name_and_everything_beside_it_is_claimed() -> None:
    stem = "kanaal/Raad: 1.2 [Raad2025_01]"
    beside = {
        f"{stem}.mp4": b"video",
        f"{stem}.f251.webm": b"geluid dat groter is",
        f"{stem}.webp": b"plaatje",
        f"{stem}.nl.vtt": b"WEBVTT",
        f"{stem}.description": b"De raad",
    }
    others = {"kanaal/Raad: 1.mp4": b"ander", "kanaal/nota.pdf": b"pdf"}
    view = capture({f"{stem}.info.json": json.dumps(MODERN).encode(), **beside, **others}, reader)
    assert set(view.match.paths) == {f"{stem}.info.json", *beside}
    (post,) = kinds(list(reader.read(view)), Post)
    assert post.state.media[0].path == f"{stem}.mp4"


def test_of_parts_that_were_not_joined_the_largest_is_the_medium() -> None:
    beside = {"Raad [Raad2025_01].f137.mp4": b"beeld" * 9, "Raad [Raad2025_01].f140.m4a": b"geluid"}
    (post,) = kinds(read(MODERN, **beside), Post)
    assert post.state.media[0].path == "Raad [Raad2025_01].f137.mp4"


def test_a_list_of_a_channel_is_its_profile_and_its_entries_are_posts() -> None:
    flat = {
        "_type": "url",
        "ie_key": "Youtube",
        "id": "Raad2025_02",
        "title": "Flits",
        "duration": 5,
        "view_count": None,
    }
    body = {
        "_type": "playlist",
        "id": CHANNEL,
        "channel_id": CHANNEL,
        "channel": "Gemeente Voorbeeldstad",
        "title": "Gemeente Voorbeeldstad - Videos",
        "description": "Nieuws uit de stad",
        "uploader_id": "@voorbeeldstad",
        "extractor": "youtube:tab",
        "extractor_key": "YoutubeTab",
        "entries": [MODERN, flat, None, {"_type": "playlist", "entries": [MODERN | {"id": "Raad2025_03"}]}],
    }
    items = read(body, "kanaal.info.json")
    assert [post.native_id for post in kinds(items, Post)] == [VIDEO, "Raad2025_02", "Raad2025_03"]
    assert kinds(items, Post)[1].author.native_id == CHANNEL
    (profile,) = kinds(items, ProfileVersion)
    assert (profile.bio, profile.handle) == ("Nieuws uit de stad", "voorbeeldstad")
    assert kinds(items, Account)[0].owner is True


def test_one_video_a_line_and_one_list_of_videos_are_read() -> None:
    videos = [MODERN | {"id": f"Raad2025_{number:02d}"} for number in range(3)]
    lines = b"\n".join(json.dumps(one).encode() for one in videos)
    for body in (lines, json.dumps(videos).encode()):
        assert len(kinds(read(body, "alles.json"), Post)) == 3


OTHERS = [
    (
        "tiktok",
        {
            "extractor": "TikTok",
            "id": "7400000000000000148",
            "uploader": "voorbeeldstad",
            "uploader_id": "69000",
            "description": "Markt",
            "title": "Markt",
        },
        ("7400000000000000148", "69000", "voorbeeldstad", "Markt"),
    ),
    (
        "x",
        {
            "extractor": "twitter",
            "id": "15001",
            "display_id": "16001",
            "uploader": "Gemeente",
            "uploader_id": "voorbeeldstad",
            "webpage_url": "https://x.com/voorbeeldstad/status/16001",
            "description": "Markt",
            "title": "Gemeente - Markt",
        },
        ("16001", None, "voorbeeldstad", "Markt"),
    ),
    (
        "instagram",
        {
            "extractor": "Instagram",
            "id": "C0de",
            "webpage_url": "https://www.instagram.com/reel/C0de/",
            "channel": "voorbeeldstad",
            "uploader_id": "700",
            "description": "Markt",
            "title": "Video by voorbeeldstad",
        },
        (None, "700", "voorbeeldstad", "Markt"),
    ),
    (
        "facebook",
        {"extractor": "facebook", "id": "9001", "uploader_id": "109999", "uploader": "Gemeente", "title": "Markt"},
        (None, "109999", None, "Markt"),
    ),
]


@pytest.mark.parametrize(("platform", "body", "expected"), OTHERS, ids=lambda one: one if isinstance(one, str) else "")
def test_files_of_other_platforms_give_their_ids(
    platform: str, body: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    body = {**body, "extractor_key": body["extractor"], "formats": FORMATS, "upload_date": "20250301"}
    (post,) = kinds(read(body, "a.info.json"), Post)
    assert (post.native_id, post.author.native_id, post.author.handle, post.state.text) == expected
    assert (post.platform, post.state.title) == (platform, None)


def test_a_service_that_is_no_platform_is_refused_by_name() -> None:
    items = read(MODERN | {"extractor": "vimeo", "extractor_key": "Vimeo"})
    assert [(one.code, one.params["value"]) for one in kinds(items, Problem)] == [("SMA-R164", "vimeo")]
    assert kinds(items, Post) == []


def test_what_was_said_in_the_chat_of_a_broadcast_is_a_reply() -> None:
    message = {
        "id": "chat1",
        "timestampUsec": "1740823200000000",
        "authorExternalChannelId": "UCinwoner0000000000000001"[:24],
        "authorName": {"simpleText": "@inwoner"},
        "message": {"runs": [{"text": "Goed "}, {"emoji": {"emojiId": "👏"}}]},
    }
    actions = [{"addChatItemAction": {"item": {"liveChatTextMessageRenderer": message}}}]
    lines = [{"replayChatItemAction": {"actions": actions}}, {"replayChatItemAction": {"actions": [{"iets": 1}]}}]
    chat = b"\n".join(json.dumps(line).encode() for line in lines)
    items = read(MODERN, **{"Raad [Raad2025_01].live_chat.json": chat})
    _, said = kinds(items, Post)
    assert (said.native_id, said.state.text, said.relations[0].target) == ("chat1", "Goed 👏", VIDEO)
    assert [problem.code for problem in kinds(items, Problem)] == ["SMA-R060"]


@pytest.mark.parametrize(("cut", "comments"), [(b'"Ugx1.a"', 1), (b'"duration"', 0)])
def test_a_file_that_is_cut_off_gives_the_video_and_what_was_said_before(cut: bytes, comments: int) -> None:
    data = json.dumps(MODERN | {"comments": COMMENTS}).encode()
    items = read(data[: data.index(cut)])
    video, *said = kinds(items, Post)
    assert (video.native_id, len(said)) == (VIDEO, comments)
    assert [problem.code for problem in kinds(items, Problem)] == ["SMA-R003"]


def test_odd_values_cost_nothing() -> None:
    odd = {
        "id": 7,
        "title": None,
        "timestamp": "x",
        "upload_date": "gisteren",
        "view_count": "12",
        "tags": "raad",
        "comments": [None, {"text": 7}, *COMMENTS],
        "description": 3,
        "duration": None,
        "epoch": "x",
    }
    items = read(MODERN | odd)
    assert len(kinds(items, Post)) == 4
    assert [problem.code for problem in kinds(items, Problem)] == ["SMA-R005"]


def test_of_which_platform_a_capture_is_shows_by_its_addresses_too() -> None:
    formats = [{"format_id": "137", "url": ADDRESS}] * 60
    late = {"id": VIDEO, "title": "Raad", "formats": formats, "extractor": "youtube", "extractor_key": "Youtube"}
    bare = {"id": VIDEO, "title": "Raad", "formats": [{"format_id": "1", "ext": "mp4"}], "upload_date": "20250301"}
    for body, platform in ((late, "youtube"), (bare, None)):
        (found,) = reader.recognise_all(listing({"a.info.json": json.dumps(body).encode()}))
        assert found.platform == platform


def test_json_of_other_tools_is_not_claimed() -> None:
    others = {
        "a.json": {"category": "instagram", "subcategory": "post", "description": "x", "username": "y"},
        "b.json": {"kind": "youtube#videoListResponse", "items": []},
        "c.info.json": {"naam": 1},
        "d.json": {"id": 1, "title": "Boek", "description": "x"},
    }
    assert reader.recognise(listing({name: json.dumps(one).encode() for name, one in others.items()})) is None


def test_what_two_techniques_tell_of_a_video_is_one_post_with_the_more_exact_moment(tmp_path: Path) -> None:
    same = MODERN | {"title": "Raadsvergadering 1", "description": "De raad vergadert & besluit", "comments": COMMENTS}
    del same["timestamp"]
    delivered = {"a.info.json": same, "pagina.json": [page("video", video()), page("commentThread", thread())]}
    for name, body in delivered.items():
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_text(json.dumps(body), encoding="utf-8")
    result = ingest([tmp_path / "in"], tmp_path / "out", Settings(undecided=True), Quiet())
    (made,) = result.packages
    posts = [line.item for line in read_lines(Package(made.path).posts) if isinstance(line.item, PostHistory)]
    assert (posts[0].native_id, posts[0].klass, len(posts[0].versions)) == (VIDEO, "own", 1)
    assert {(post.native_id, post.klass) for post in posts[1:]} == {("Ugx1", "reply"), ("Ugx1.a", "own")}
    assert posts[0].created.raw == "2025-03-01T10:00:00Z"
