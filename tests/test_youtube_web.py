"""What YouTube's pages load: pages of videos and channels, answers of its interface, comments, what stays out."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from finding_cases import CHANNEL
from items import kinds
from sma_plugin.model import Account, Evidence, Exclusion, Observation, Post, Problem, ProfileVersion
from sma_plugin.readers.contract import Source
from sma_plugin.readers.exclusion import class_of
from sma_plugin.readers.youtube import web as reader
from sma_plugin.testing import capture, listing

VIDEO, OTHER = "Raad2025_01", "UCelders000000000000000a"[:24].ljust(24, "0")
CITIZEN = "UCinwoner0000000000000001"[:24]
PLAYER: dict[str, Any] = {
    "responseContext": {},
    "playabilityStatus": {"status": "OK"},
    "streamingData": {"formats": [{"url": "https://rr1.googlevideo.com/videoplayback?ip=192.0.2.7&sig=geheim"}]},
    "videoDetails": {
        "videoId": VIDEO,
        "title": "Raadsvergadering",
        "lengthSeconds": "60",
        "channelId": CHANNEL,
        "shortDescription": "De raad vergadert",
        "viewCount": "1200",
        "author": "Gemeente Voorbeeldstad",
        "isPrivate": False,
    },
    "microformat": {
        "playerMicroformatRenderer": {
            "publishDate": "2025-03-01T03:00:00-07:00",
            "isUnlisted": False,
            "ownerProfileUrl": "http://www.youtube.com/@voorbeeldstad",
            "likeCount": "7",
        }
    },
}
METADATA = {
    "title": "Gemeente Voorbeeldstad",
    "description": "Nieuws",
    "externalId": CHANNEL,
    "vanityChannelUrl": "http://www.youtube.com/@voorbeeldstad",
    "avatar": {"thumbnails": [{"url": "https://yt3.googleusercontent.com/a=s900"}]},
}


def byline(native_id: str) -> dict[str, Any]:
    return {"runs": [{"text": "Kanaal", "navigationEndpoint": {"browseEndpoint": {"browseId": native_id}}}]}


def grid(number: int, **more: Any) -> dict[str, Any]:
    told = {"videoId": f"Raad2025_{number:02d}", "title": {"runs": [{"text": f"Raad {number}"}]}}
    return {"gridVideoRenderer": {**told, "publishedTimeText": {"simpleText": "2 jaar geleden"}, **more}}


def lockup(number: int) -> dict[str, Any]:
    rows = [{"metadataParts": [{"text": {"content": "6 weergaven"}}, {"text": {"content": "1 maand geleden"}}]}]
    metadata = {
        "title": {"content": f"Raad {number}"},
        "metadata": {"contentMetadataViewModel": {"metadataRows": rows}},
    }
    kind = "LOCKUP_CONTENT_TYPE_VIDEO"
    return {
        "lockupViewModel": {
            "contentId": f"Raad2025_{number:02d}",
            "contentType": kind,
            "metadata": {"lockupMetadataViewModel": metadata},
        }
    }


def short(number: int) -> dict[str, Any]:
    tap = {"innertubeCommand": {"reelWatchEndpoint": {"videoId": f"Raad2025_{number:02d}"}}}
    return {"shortsLockupViewModel": {"onTap": tap, "overlayMetadata": {"primaryText": {"content": f"Raad {number}"}}}}


def source(body: Any, url: str, kind: str = "text/html; charset=utf-8") -> Source:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    base = Evidence("a.warc", "bytes", 10, 20)
    return Source("a.warc", io.BytesIO(data), base, url=url, status=200, content_type=kind, exact=False)


def page(**data: Any) -> bytes:
    scripts = "".join(
        f"<script nonce='x'>var {name} = {json.dumps(one)};var a = 1;</script>" for name, one in data.items()
    )
    return f"<!doctype html><html><body>{scripts}</body></html>".encode()


WATCH = f"https://www.youtube.com/watch?v={VIDEO}"


def test_the_page_of_a_video_is_its_post_and_recommendations_are_none() -> None:
    beside = {"contents": {"twoColumnWatchNextResults": {"secondaryResults": {"results": [lockup(9)]}}}}
    found = source(page(ytInitialPlayerResponse=PLAYER, ytInitialData=beside), WATCH)
    assert reader.accepts(found)
    items = list(reader.read_source(found))
    (post,) = kinds(items, Post)
    assert (post.native_id, post.author.native_id, post.author.handle) == (VIDEO, CHANNEL, "voorbeeldstad")
    assert (post.created.us, post.created.assumed, post.audience) == (1740823200_000_000, None, "public")
    assert (post.counts.values, post.state.text) == ({"views": 1200, "likes": 7}, "De raad vergadert")
    assert post.evidence[0].locator == "script ytInitialPlayerResponse"
    assert "geheim" not in repr(items)


def test_of_older_pages_only_the_day_is_known() -> None:
    old = {**PLAYER, "microformat": {"playerMicroformatRenderer": {"publishDate": "2020-03-01"}}}
    (post,) = kinds(list(reader.read_source(source(page(ytInitialPlayerResponse=old), WATCH))), Post)
    assert (post.created.raw, post.created.assumed) == ("2020-03-01", "date")


def test_a_video_that_is_gone_is_word_of_it() -> None:
    gone = {"playabilityStatus": {"status": "ERROR", "reason": "Video niet beschikbaar"}}
    (seen,) = list(reader.read_source(source(page(ytInitialPlayerResponse=gone), WATCH)))
    assert isinstance(seen, Observation)
    assert (seen.post, seen.status, seen.detail) == (VIDEO, "not-found", "Video niet beschikbaar")


def test_the_page_of_a_channel_gives_its_profile_and_its_videos_with_relative_moments() -> None:
    data = {"metadata": {"channelMetadataRenderer": METADATA}, "contents": [grid(1), lockup(2), short(3), grid(1)]}
    items = list(reader.read_source(source(page(ytInitialData=data), "https://www.youtube.com/@voorbeeldstad/videos")))
    assert [post.native_id for post in kinds(items, Post)] == ["Raad2025_01", "Raad2025_02", "Raad2025_03"]
    assert {(post.author.native_id, post.included) for post in kinds(items, Post)} == {(CHANNEL, False)}
    first, second, _ = kinds(items, Post)
    assert (first.created.us, first.created.raw, first.created.assumed) == (None, "2 jaar geleden", "relative")
    assert second.created.raw == "1 maand geleden"
    (account,), (profile,) = kinds(items, Account), kinds(items, ProfileVersion)
    assert (account.ref.native_id, profile.bio, profile.handle) == (CHANNEL, "Nieuws", "voorbeeldstad")
    assert kinds(items, Problem) == []


def test_more_videos_of_a_channel_are_known_by_what_was_asked_for() -> None:
    context = {"serviceTrackingParams": [{"params": [{"key": "browse_id", "value": CHANNEL}]}]}
    body = {"responseContext": context, "onResponseReceivedActions": [{"items": [lockup(4)]}]}
    found = source(body, "https://www.youtube.com/youtubei/v1/browse?key=geheim", "application/json; charset=UTF-8")
    assert reader.accepts(found)
    (post,) = kinds(list(reader.read_source(found)), Post)
    assert (post.author.native_id, post.included) == (CHANNEL, False)


def test_videos_of_others_came_along() -> None:
    found = source(
        {"contents": [{"videoRenderer": {**grid(5)["gridVideoRenderer"], "ownerText": byline(OTHER)}}]},
        "https://www.youtube.com/youtubei/v1/search",
        "application/json",
    )
    (post,) = kinds(list(reader.read_source(found)), Post)
    assert (post.author.native_id, post.included) == (OTHER, True)


OLD_COMMENT = {
    "commentRenderer": {
        "commentId": "Ugx1",
        "contentText": {"runs": [{"text": "Mooi "}, {"emoji": {"emojiId": "👏"}}]},
        "authorText": {"simpleText": "@inwoner"},
        "authorEndpoint": {"browseEndpoint": {"browseId": CITIZEN}},
        "publishedTimeText": {"runs": [{"text": "1 jaar geleden"}]},
        "voteCount": {"simpleText": "3"},
        "authorIsChannelOwner": False,
    }
}
NEW_COMMENT = {
    "payload": {
        "commentEntityPayload": {
            "properties": {"commentId": "Ugx1.a", "content": {"content": "Dank"}, "publishedTime": "1 jaar geleden"},
            "author": {"channelId": CHANNEL, "displayName": "@voorbeeldstad", "isCreator": True},
            "toolbar": {"likeCountNotliked": "1,2K"},
        }
    }
}


def test_comments_in_either_form_answer_the_video_that_the_page_was_of() -> None:
    answers = reader.reading()
    list(answers.read_source(source(page(ytInitialPlayerResponse=PLAYER), WATCH)))
    link = {"url": f"/watch?v={VIDEO}\u0026lc=Ugx1"}
    body = {"responseContext": {}, "items": [OLD_COMMENT, link], "frameworkUpdates": {"mutations": [NEW_COMMENT]}}
    found = source(body, "https://www.youtube.com/youtubei/v1/next", "application/json")
    citizen, own = kinds(list(answers.read_source(found)), Post)
    assert (citizen.state.text, citizen.counts.values, citizen.author.handle) == ("Mooi 👏", {"likes": 3}, "inwoner")
    assert [(one.kind, one.target) for one in citizen.relations] == [("reply", VIDEO)]
    assert [(one.kind, one.target) for one in own.relations] == [("reply", "Ugx1"), ("thread", VIDEO)]
    assert (citizen.placed_on.native_id, own.placed_on, own.counts) == (CHANNEL, None, None)


def test_what_is_loaded_beside_a_player_tells_whose_video_it_is() -> None:
    owner = {"owner": {"videoOwnerRenderer": {"title": byline(CHANNEL)}}}
    first = {"title": {"runs": [{"text": "Raadsvergadering"}]}, "dateText": {"simpleText": "1 mrt 2025"}}
    parts = [{"videoPrimaryInfoRenderer": first}, {"videoSecondaryInfoRenderer": owner}, {"shelf": [short(8)]}]
    about = {"currentVideoEndpoint": {"watchEndpoint": {"videoId": VIDEO}}}
    body = {**about, "contents": {"twoColumnWatchNextResults": {"results": {"results": {"contents": parts}}}}}
    answers = reader.reading()
    next_page = "https://www.youtube.com/youtubei/v1/next"
    (post,) = kinds(list(answers.read_source(source(body, next_page, "application/json"))), Post)
    assert (post.native_id, post.state.title, post.author.native_id) == (VIDEO, "Raadsvergadering", CHANNEL)
    assert (post.created.us, post.created.raw, post.included) == (None, "1 mrt 2025", False)
    comments = {"items": [OLD_COMMENT, {"url": f"/watch?v={VIDEO}&lc=Ugx1"}]}
    (said,) = kinds(list(answers.read_source(source(comments, next_page, "application/json"))), Post)
    assert said.placed_on.native_id == CHANNEL


def test_posts_of_a_channel_with_a_poll_or_pictures_are_read() -> None:
    told = {"authorEndpoint": {"browseEndpoint": {"browseId": CHANNEL}}, "authorText": {"runs": [{"text": "G"}]}}
    poll = {"pollRenderer": {"choices": [{"text": {"runs": [{"text": "Ja"}]}}, {"text": {"runs": [{"text": "Nee"}]}}]}}
    image = {"backstageImageRenderer": {"image": {"thumbnails": [{"url": "https://yt3.ggpht.com/a=s288"}]}}}
    posts = [
        {
            "backstagePostRenderer": {
                **told,
                "postId": "Ugkx1",
                "contentText": {"runs": [{"text": "Kiest u mee?"}]},
                "backstageAttachment": poll,
            }
        },
        {"backstagePostRenderer": {**told, "postId": "Ugkx2", "backstageAttachment": image}},
    ]
    data = {"metadata": {"channelMetadataRenderer": METADATA}, "contents": posts}
    items = list(reader.read_source(source(page(ytInitialData=data), "https://www.youtube.com/@voorbeeldstad/posts")))
    first, second = kinds(items, Post)
    assert (first.kind, first.state.text, first.state.poll.options) == ("note", "Kiest u mee?", ("Ja", "Nee"))
    assert [one.source for one in second.state.media] == ["https://yt3.ggpht.com/a=s288"]


def test_pages_for_telephones_hold_their_data_as_an_escaped_string() -> None:
    data = {"metadata": {"channelMetadataRenderer": METADATA}, "contents": [grid(1)]}
    escaped = "".join(f"\\x{byte:02x}" if not chr(byte).isalnum() else chr(byte) for byte in json.dumps(data).encode())
    body = f"<!doctype html><script>var ytInitialData = '{escaped}';</script>".encode()
    items = list(reader.read_source(source(body, "https://m.youtube.com/@voorbeeldstad")))
    assert [post.native_id for post in kinds(items, Post)] == ["Raad2025_01"]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.youtube.com/youtubei/v1/account/account_menu", "account-security"),
        ("https://studio.youtube.com/youtubei/v1/creator/get_creator_videos", "account-security"),
        ("https://www.youtube.com/youtubei/v1/guide", "contacts"),
        ("https://www.youtube.com/feed/history", "history"),
        ("https://www.youtube.com/youtubei/v1/notification/get_notification_menu", "others-items"),
    ],
)
def test_what_may_not_enter_is_left_out_whole(url: str, kind: str) -> None:
    found = source({"contents": [grid(1)]}, url, "application/json")
    assert reader.accepts(found)
    (left_out,) = list(reader.read_source(found))
    assert isinstance(left_out, Exclusion)
    assert class_of(left_out.rule) == kind


def test_saved_answers_are_files_with_exact_bytes() -> None:
    context = {"serviceTrackingParams": [{"params": [{"key": "browse_id", "value": CHANNEL}]}], "visitorData": "x"}
    files = {
        "browse.json": json.dumps({"responseContext": context, "contents": [grid(1), lockup(2)]}, indent=1).encode(),
        "player.json": json.dumps(PLAYER | {"responseContext": context}).encode(),
    }
    view = capture({**files, "a.json": b'{"kind": "iets anders"}'}, reader)
    assert set(view.match.paths) == set(files)
    posts = kinds(list(reader.read(view)), Post)
    assert [post.native_id for post in posts] == ["Raad2025_01", "Raad2025_02", VIDEO]
    for post in posts:
        (evidence,) = post.evidence
        value = json.loads(files[evidence.path][evidence.offset :][: evidence.length])
        assert post.native_id in json.dumps(value)
        assert (value.get("videoId") or value.get("contentId") or value["videoDetails"]["videoId"]) == post.native_id


@pytest.mark.parametrize(
    "broken", [b"<html>", b"var ytInitialData = {oeps;", b'var ytInitialData = {"a": [1', b"\xff\xfe"]
)
def test_pages_without_data_or_with_broken_data_give_nothing(broken: bytes) -> None:
    assert list(reader.read_source(source(broken, WATCH))) == []


def test_odd_forms_cost_no_other_video() -> None:
    odd = [
        {"gridVideoRenderer": 7},
        {"lockupViewModel": {"contentId": 1, "contentType": 2}},
        grid(1, title=None),
        grid(2),
    ]
    data = {"metadata": {"channelMetadataRenderer": {"externalId": 7}}, "contents": odd, "playabilityStatus": "x"}
    items = list(reader.read_source(source(page(ytInitialData=data), "https://www.youtube.com/@voorbeeldstad")))
    assert [post.native_id for post in kinds(items, Post)] == ["Raad2025_02"]
    assert reader.recognise(listing({"a.json": b"[1]"})) is None
