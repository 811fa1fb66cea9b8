"""YouTube's Data API: what is recognised, read, left out and reported."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from finding_cases import CHANNEL
from items import kinds
from sma_plugin.model import Account, Evidence, Exclusion, Item, Observation, Post, Problem, ProfileVersion, Tally
from sma_plugin.readers import exclusion
from sma_plugin.readers.contract import Source
from sma_plugin.readers.youtube import api as reader
from sma_plugin.testing import capture, listing

CITIZEN = "UCinwoner0000000000000001"[:24]
VIDEO = "Raad2025_01"
API = "https://youtube.googleapis.com/youtube/v3"


def video(number: int = 1, **parts: Any) -> dict[str, Any]:
    native_id = f"Raad2025_{number:02d}"
    return {
        "kind": "youtube#video",
        "etag": "x",
        "id": native_id,
        "snippet": {
            "publishedAt": "2025-03-01T10:00:00Z",
            "channelId": CHANNEL,
            "channelTitle": "Gemeente Voorbeeldstad",
            "title": f"Raadsvergadering {number}",
            "description": "De raad vergadert & besluit",
            "tags": ["raad"],
        },
        "contentDetails": {"duration": "PT1H2M3S"},
        "status": {"privacyStatus": "public", "uploadStatus": "processed"},
        "statistics": {"viewCount": "1200", "likeCount": "7", "commentCount": "2"},
        **parts,
    }


def comment(native_id: str = "Ugx1", author: str = CITIZEN, **told: Any) -> dict[str, Any]:
    return {
        "kind": "youtube#comment",
        "id": native_id,
        "snippet": {
            "textDisplay": "Mooi!<br>Dank &amp; groet",
            "textOriginal": "Mooi!\nDank & groet",
            "authorDisplayName": "@inwoner",
            "authorChannelId": {"value": author},
            "likeCount": 3,
            "publishedAt": "2025-03-02T10:00:00Z",
            "updatedAt": "2025-03-02T10:00:00Z",
            **told,
        },
    }


def thread(native_id: str = "Ugx1", total: int = 0, replies: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    told = {"videoId": VIDEO, "topLevelComment": comment(native_id), "totalReplyCount": total, "channelId": CHANNEL}
    found: dict[str, Any] = {"kind": "youtube#commentThread", "id": native_id, "snippet": told}
    return found | ({"replies": {"comments": replies}} if replies else {})


def page(kind: str, *items: Any, **more: Any) -> dict[str, Any]:
    return {"kind": f"youtube#{kind}ListResponse", "etag": "y", **more, "items": list(items)}


def source(body: Any, url: str | None = None, status: int | None = None) -> Source:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    base = Evidence("a.json") if url is None else Evidence("a.warc", "bytes", 10, 20)
    return Source(
        "a.json", io.BytesIO(data), base, url=url, status=status, exact=url is None, content_type="application/json"
    )


def read(body: Any, url: str | None = None, status: int | None = None) -> list[Item]:
    return list(reader.read_source(source(body, url, status)))


def codes(items: list[Item]) -> list[str]:
    return [problem.code for problem in kinds(items, Problem)]


def test_a_video_is_a_post_with_its_counts_and_one_medium() -> None:
    (post,) = read(page("video", video()))
    assert isinstance(post, Post)
    assert (post.native_id, post.kind, post.audience, post.author.native_id) == (VIDEO, "video", "public", CHANNEL)
    assert (post.state.title, post.state.text) == ("Raadsvergadering 1", "De raad vergadert & besluit")
    assert post.counts is not None
    assert post.counts.values == {"views": 1200, "likes": 7, "replies": 2}
    assert post.state.media is not None
    assert [(one.native_id, one.duration) for one in post.state.media] == [(VIDEO, 3723.0)]


@pytest.mark.parametrize("indent", [None, 2])
def test_the_evidence_of_every_post_is_its_own_bytes(indent: int | None) -> None:
    body = json.dumps(page("video", video(1), video(2)), indent=indent).encode()
    for post in kinds(read(body), Post):
        (evidence,) = post.evidence
        assert json.loads(body[evidence.offset :][: evidence.length])["id"] == post.native_id


def test_when_a_video_was_added_to_a_list_is_not_when_it_was_published() -> None:
    told = {"publishedAt": "2025-05-05T00:00:00Z", "playlistId": f"UU{CHANNEL[2:]}", "channelId": CHANNEL}
    item = {
        "kind": "youtube#playlistItem",
        "id": "VVU",
        "snippet": {**told, "title": "Raad", "resourceId": {"kind": "youtube#video", "videoId": VIDEO}},
    }
    owner, post = read(page("playlistItem", item))
    assert isinstance(owner, Account)
    assert (owner.owner, owner.ref.native_id) == (True, CHANNEL)
    assert isinstance(post, Post)
    assert (post.native_id, post.created.us, post.author.native_id) == (VIDEO, None, CHANNEL)
    item["contentDetails"] = {"videoId": VIDEO, "videoPublishedAt": "2025-03-01T10:00:00Z"}
    assert kinds(read(page("playlistItem", item)), Post)[0].created.raw == "2025-03-01T10:00:00Z"


@pytest.mark.parametrize(("title", "status"), [("Deleted video", "deleted"), ("Private video", "protected")])
def test_what_is_listed_and_gone_is_word_of_it(title: str, status: str) -> None:
    told = {"title": title, "playlistId": "PL1", "channelId": CHANNEL, "resourceId": {"videoId": VIDEO}}
    (seen,) = read(page("playlistItem", {"kind": "youtube#playlistItem", "id": "x", "snippet": told}))
    assert isinstance(seen, Observation)
    assert (seen.post, seen.status) == (VIDEO, status)


def test_a_search_result_is_a_video_with_a_title_in_html_and_a_cut_description() -> None:
    told = video()["snippet"] | {"title": "Raad &amp; daad", "description": "De raad ..."}
    named = {"kind": "youtube#video", "videoId": VIDEO}
    channel = {"kind": "youtube#searchResult", "id": {"kind": "youtube#channel", "channelId": CHANNEL}, "snippet": told}
    items = read(page("search", {"kind": "youtube#searchResult", "id": named, "snippet": told}, channel))
    (post,) = kinds(items, Post)
    assert (post.state.title, post.state.truncated) == ("Raad & daad", True)
    assert [account.ref.native_id for account in kinds(items, Account)] == [CHANNEL]


def test_a_thread_gives_the_comment_its_answers_and_what_is_missing_of_them() -> None:
    answer = comment("Ugx1.a", CHANNEL, parentId="Ugx1", updatedAt="2025-03-03T10:00:00Z")
    items = read(page("commentThread", thread(total=3, replies=[answer])))
    top, reply = kinds(items, Post)
    assert (top.state.text, top.state.html) == ("Mooi!\nDank & groet", "Mooi!<br>Dank &amp; groet")
    assert [(one.kind, one.target) for one in top.relations] == [("reply", VIDEO)]
    assert (top.author.handle, top.placed_on.native_id, reply.placed_on) == ("inwoner", CHANNEL, None)
    assert [(one.kind, one.target) for one in reply.relations] == [("reply", "Ugx1"), ("thread", VIDEO)]
    assert (top.edited, reply.edited.raw) == (None, "2025-03-03T10:00:00Z")
    (problem,) = kinds(items, Problem)
    assert (problem.code, problem.params) == ("SMA-R160", {"missing": 2, "stated": 3})


def test_answers_that_come_in_another_response_are_not_missing() -> None:
    responses = reader.reading()
    answers = page("comment", comment("Ugx1.a"), comment("Ugx1.b", parentId="Ugx1"))
    items = list(responses.read_source(source(page("commentThread", thread(total=2, replies=[comment("Ugx1.a")])))))
    items += [*responses.read_source(source(answers)), *responses.end()]
    assert len(kinds(items, Post)) == 4
    assert codes(items) == []


def test_a_channel_has_a_profile_with_counts() -> None:
    told = {"title": "Gemeente", "description": "Nieuws", "customUrl": "@voorbeeldstad", "country": "NL"}
    counts = {"viewCount": "5", "subscriberCount": "0", "hiddenSubscriberCount": True, "videoCount": "4"}
    body = page("channel", {"kind": "youtube#channel", "id": CHANNEL, "snippet": told, "statistics": counts})
    account, profile, seen = read(body, f"{API}/channels?part=snippet&id={CHANNEL}&key=geheim", 200)
    assert isinstance(account, Account)
    assert (account.owner, account.ref.handle) == (True, "voorbeeldstad")
    assert isinstance(profile, ProfileVersion)
    assert (profile.bio, profile.location) == ("Nieuws", "NL")
    assert isinstance(seen, Observation)
    assert seen.counts == {"views": 5, "posts": 4}


OWN_ACTIVITY = {"publishedAt": "2025-03-01T10:00:00Z", "channelId": CHANNEL, "title": "Raad"}


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (page("subscription", {"kind": "youtube#subscription", "id": "s"}), "youtube-api.contacts"),
        (page("member", {"kind": "youtube#member", "snippet": {}}), "youtube-api.members"),
        (
            {"kind": "youtube#videoGetRatingResponse", "items": [{"videoId": VIDEO, "rating": "like"}]},
            "youtube-api.own-likes",
        ),
        (page("liveStream", {"kind": "youtube#liveStream", "id": "l", "cdn": {}}), "youtube-api.stream-keys"),
        (
            page("video", video(status={"privacyStatus": "private", "publishAt": "2030-01-01T00:00:00Z"})),
            "youtube-api.scheduled",
        ),
        (
            page("activity", {"kind": "youtube#activity", "id": "a", "snippet": {**OWN_ACTIVITY, "type": "like"}}),
            "youtube-api.own-likes",
        ),
    ],
)
def test_what_may_not_enter_is_left_out_and_is_no_post(body: Any, rule: str) -> None:
    (left_out,) = read(body)
    assert isinstance(left_out, Exclusion)
    assert left_out.rule == rule
    assert exclusion.class_of(rule)


def test_an_upload_among_activities_is_a_post_by_the_id_in_its_thumbnail() -> None:
    thumbnails = {"default": {"url": f"https://i.ytimg.com/vi/{VIDEO}/default.jpg"}}
    told = {**OWN_ACTIVITY, "type": "upload", "thumbnails": thumbnails}
    (post,) = read(page("activity", {"kind": "youtube#activity", "id": "a", "snippet": told}))
    assert isinstance(post, Post)
    assert (post.native_id, post.created.raw) == (VIDEO, OWN_ACTIVITY["publishedAt"])


def test_kinds_that_are_no_posts_are_counted_and_errors_told() -> None:
    items = read(page("playlist", {"kind": "youtube#playlist", "id": "PL1", "snippet": {"title": "Raad"}}))
    assert [(one.code, one.params["type"]) for one in kinds(items, Problem)] == [("SMA-R060", "playlist")]
    error = {"error": {"code": 403, "message": "quotaExceeded", "errors": [{"domain": "youtube.quota"}]}}
    (problem,) = read(error)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.params["status"], problem.params["reason"]) == ("SMA-R062", 403, "quotaExceeded")


def test_pages_follow_each_other_by_token_without_address() -> None:
    first = page("playlistItem", nextPageToken="CAUQAA", pageInfo={"totalResults": 8})
    last = page("playlistItem", prevPageToken="CAUQAQ", pageInfo={"totalResults": 8})
    whole = reader.reading()
    items = [item for body in (first, last) for item in whole.read_source(source(body))]
    assert codes([*items, *whole.end()]) == []
    assert codes(read(first)) == ["SMA-R049"]
    assert [(one.stated, one.counted) for one in kinds(read(first), Tally)] == [(8, 0)]


def test_pages_follow_each_other_by_address_and_no_key_is_told() -> None:
    address = f"{API}/commentThreads?part=snippet&videoId={VIDEO}&key=geheim"
    bodies = (
        (address, page("commentThread", thread("Ugx1"), nextPageToken="abc")),
        (f"{address}&pageToken=abc", page("commentThread", thread("Ugx2"))),
    )
    responses = reader.reading()
    items = [item for url, body in bodies for item in responses.read_source(source(body, url, 200))]
    items += responses.end()
    assert codes(items) == []
    assert len(kinds(items, Post)) == 2
    assert "geheim" not in repr(items)
    assert codes(read(bodies[0][1], address, 200)) == ["SMA-R049"]


def test_a_video_that_was_asked_for_and_not_given_is_told() -> None:
    items = read(page("video", video(1)), f"{API}/videos?id={VIDEO},Raad2025_09&key=geheim", 200)
    assert [(one.post, one.status) for one in kinds(items, Observation)] == [("Raad2025_09", "not-found")]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda items: items,
        lambda items: [page("video", *items)],
        lambda items: {"pages": [page("video", items[0]), page("video", *items[1:])]},
        lambda items: {"items": [{name: one[name] for name in ("id", "snippet")} for one in items]},
    ],
)
def test_whatever_a_tool_puts_around_them_the_videos_are_read(wrap: Any) -> None:
    body = json.dumps(wrap([video(1), video(2), video(3)])).encode()
    found = reader.recognise(listing({"map/videos.json": body, "map/iets.json": b'{"a": 1}'}))
    assert found is not None
    assert found.paths == ("map/videos.json",)
    items = list(reader.read(capture({"map/videos.json": body}, reader)))
    assert [post.native_id for post in kinds(items, Post)] == ["Raad2025_01", "Raad2025_02", "Raad2025_03"]


def test_one_bad_item_costs_one_item_and_odd_values_none() -> None:
    odd = video(2) | {"statistics": {"viewCount": None, "likeCount": 7}, "nieuw": [1], "etag": None}
    odd["snippet"] = odd["snippet"] | {"tags": "raad", "title": 7}
    body = json.dumps(page("video", video(1), odd, video(3))).encode()
    items = read(body)
    assert [post.native_id for post in kinds(items, Post)] == ["Raad2025_01", "Raad2025_02", "Raad2025_03"]
    assert codes(items) == ["SMA-R002"]
    broken = read(body.replace(b'"id": "Raad2025_02",', b'"id" "Raad2025_02",'))
    assert [post.native_id for post in kinds(broken, Post)] == ["Raad2025_01", "Raad2025_03"]
    assert codes(broken) == ["SMA-R001"]


def test_only_the_api_of_youtube_is_accepted() -> None:
    assert reader.accepts(source({}, f"{API}/videos?id=1", 200))
    assert reader.accepts(source({}, "https://www.googleapis.com/youtube/v3/search", 403))
    assert not reader.accepts(source({}, "https://www.googleapis.com/drive/v3/files", 200))
    assert not reader.accepts(source({}, "https://youtube.googleapis.com.voorbeeld.example/youtube/v3/videos", 200))
