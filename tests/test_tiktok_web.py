"""What TikTok's pages and app load: answers, pages, lists of collectors, what stays out."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from items import kinds
from sma_plugin.model import Account, Evidence, Exclusion, Observation, Post, Problem, ProfileVersion
from sma_plugin.readers.contract import Source
from sma_plugin.readers.exclusion import class_of
from sma_plugin.readers.tiktok import web as reader
from sma_plugin.testing import capture, listing

NUMBER = (1_741_000_000 << 32) + 5
AUTHOR = {
    "id": "6900",
    "uniqueId": "voorbeeldstad",
    "nickname": "Gemeente Voorbeeldstad",
    "secUid": "MS4w",
    "privateAccount": False,
}
STATS = {"diggCount": 12, "commentCount": 3, "shareCount": 2, "playCount": 900, "collectCount": "4"}


def item(number: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "id": str(NUMBER + number),
        "createTime": 1_741_000_000,
        "desc": "De #markt gaat door @inwoner",
        "author": AUTHOR,
        "stats": STATS,
        "statsV2": {name: str(value) for name, value in STATS.items()} | {"playCount": "901"},
        "video": {
            "duration": 17,
            "width": 576,
            "height": 1024,
            "playAddr": "https://v16.tiktokcdn.com/a?x-signature=geheim",
        },
        "textExtra": [{"hashtagName": "markt"}, {"userUniqueId": "inwoner", "userId": "7100"}],
        "textLanguage": "nl",
        "privateItem": False,
        "duetInfo": {"duetFromId": "0"},
        "music": {"title": "original sound"},
        "isAd": False,
        **more,
    }


def comment(cid: str = "91", **more: Any) -> dict[str, Any]:
    user = {"uid": "7100", "unique_id": "inwoner", "nickname": "Inwoner"}
    told = {
        "cid": cid,
        "aweme_id": str(NUMBER),
        "text": "Mooi",
        "create_time": 1_741_000_100,
        "digg_count": 2,
        "user": user,
    }
    return {**told, "reply_id": "0", "reply_comment_total": 0, **more}


def source(body: Any, path: str = "/api/post/item_list/?secUid=MS4w", kind: str = "application/json") -> Source:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    base = Evidence("a.warc", "bytes", 10, 20)
    url = f"https://www.tiktok.com{path}"
    return Source("a.warc", io.BytesIO(data), base, url=url, status=200, content_type=kind, exact=False)


def page(name: str, body: Any) -> bytes:
    script = f'<script id="{name}" type="application/json">{json.dumps(body)}</script>'
    return f"<!doctype html><html><body><script>var a = 1</script>{script}</body></html>".encode()


def test_a_list_of_posts_gives_posts_with_counts_and_without_signed_addresses() -> None:
    items = list(reader.read_source(source({"itemList": [item(0), item(1)], "hasMore": False, "cursor": "1"})))
    first, second = kinds(items, Post)
    assert (first.native_id, second.native_id) == (str(NUMBER), str(NUMBER + 1))
    assert (first.kind, first.audience, first.created.us) == ("video", "public", 1_741_000_000_000_000)
    assert first.counts.values == {"likes": 12, "replies": 3, "shares": 2, "views": 901, "bookmarks": 4}
    assert (first.author.native_id, first.author.handle) == ("6900", "voorbeeldstad")
    assert (first.state.hashtags, first.state.language) == (("markt",), "nl")
    assert [one.native_id for one in first.state.mentions] == ["7100"]
    assert [(one.native_id, one.duration) for one in first.state.media] == [(str(NUMBER), 17.0)]
    assert [one.locator for post in (first, second) for one in post.evidence] == ["/itemList/0", "/itemList/1"]
    assert "geheim" not in repr(items)


PAGES = [
    (
        "__UNIVERSAL_DATA_FOR_REHYDRATION__",
        {"__DEFAULT_SCOPE__": {"webapp.video-detail": {"itemInfo": {"itemStruct": item()}}}},
    ),
    ("SIGI_STATE", {"ItemModule": {str(NUMBER): item(author="voorbeeldstad", authorId="6900", nickname="Gemeente")}}),
    ("__NEXT_DATA__", {"props": {"pageProps": {"itemInfo": {"itemStruct": item()}}}}),
]


@pytest.mark.parametrize(("name", "body"), PAGES, ids=lambda one: one if isinstance(one, str) else "")
def test_a_page_gives_its_post_whatever_its_generation(name: str, body: Any) -> None:
    found = source(page(name, body), f"/@voorbeeldstad/video/{NUMBER}", "text/html; charset=utf-8")
    assert reader.accepts(found)
    (post,) = kinds(list(reader.read_source(found)), Post)
    assert (post.native_id, post.author.native_id, post.author.handle) == (str(NUMBER), "6900", "voorbeeldstad")
    assert post.evidence[0].locator.startswith(f"script#{name}/")


@pytest.mark.parametrize(
    "body",
    [
        {
            "__DEFAULT_SCOPE__": {
                "webapp.user-detail": {
                    "userInfo": {
                        "user": AUTHOR | {"signature": "Nieuws", "verified": True},
                        "stats": {"followerCount": 5, "videoCount": 2},
                    }
                },
                "webapp.app-context": {"user": {"uniqueId": "medewerker"}, "stats": {}},
            }
        },
        {
            "UserModule": {
                "users": {"voorbeeldstad": AUTHOR | {"signature": "Nieuws", "verified": True}},
                "stats": {"voorbeeldstad": {"followerCount": 5, "videoCount": 2}},
            }
        },
    ],
)
def test_a_page_of_an_account_gives_its_profile_and_not_who_looked(body: Any) -> None:
    found = source(page("__UNIVERSAL_DATA_FOR_REHYDRATION__", body), "/@voorbeeldstad", "text/html")
    items = list(reader.read_source(found))
    (account,), (profile,), (seen,) = (kinds(items, kind) for kind in (Account, ProfileVersion, Observation))
    assert (account.ref.native_id, profile.bio, profile.verified) == ("6900", "Nieuws", "verified")
    assert seen.counts == {"followers": 5, "posts": 2}


def test_comments_answer_their_post_and_missing_answers_are_told() -> None:
    inner = comment("92", reply_id="91")
    body = {
        "comments": [comment(reply_comment_total=3, reply_comment=[inner], author_pin=True)],
        "has_more": 0,
        "cursor": 1,
    }
    items = list(reader.read_source(source(body, f"/api/comment/list/?aweme_id={NUMBER}")))
    top, reply = kinds(items, Post)
    assert ([(one.kind, one.target) for one in top.relations], top.pinned) == ([("reply", str(NUMBER))], True)
    assert [(one.kind, one.target) for one in reply.relations] == [("reply", "91"), ("thread", str(NUMBER))]
    assert [(one.code, one.params) for one in kinds(items, Problem)] == [("SMA-R160", {"missing": 2, "stated": 3})]


def test_answers_in_a_response_of_their_own_are_counted() -> None:
    answers = reader.reading()
    bodies = (
        ({"comments": [comment(reply_comment_total=1)]}, f"/api/comment/list/?aweme_id={NUMBER}"),
        (
            {"comments": [comment("92", reply_id="91", aweme_id=None)]},
            f"/api/comment/list/reply/?item_id={NUMBER}&comment_id=91",
        ),
    )
    items = [one for body, path in bodies for one in answers.read_source(source(body, path))]
    assert kinds([*items, *answers.end()], Problem) == []
    assert len(kinds(items, Post)) == 2


def test_a_chain_of_pages_that_stops_early_is_told() -> None:
    answers = reader.reading()
    first = source(
        {"itemList": [item()], "hasMore": True, "cursor": "17"},
        "/api/post/item_list/?cursor=0&secUid=MS4w&msToken=geheim",
    )
    last = source(
        {"itemList": [item(1)], "hasMore": False, "cursor": "9"}, "/api/post/item_list/?msToken=x&secUid=MS4w&cursor=17"
    )
    list(answers.read_source(first))
    (problem,) = list(answers.end())
    assert problem.code == "SMA-R049"
    list(answers.read_source(last))
    assert list(answers.end()) == []


def test_posts_of_photos_and_of_the_app_are_read() -> None:
    photos = item(
        imagePost={
            "title": "Album",
            "images": [{"imageURL": {"urlList": ["https://p16.tiktokcdn.com/a.jpeg?x-signature=geheim"]}}] * 2,
        }
    )
    app = {
        "aweme_id": str(NUMBER + 1),
        "desc": "Uit de app",
        "create_time": 1_741_000_000,
        "author": {"uid": "6900", "unique_id": "voorbeeldstad", "nickname": "G"},
        "statistics": {"digg_count": 1, "play_count": 2},
        "video": {"duration": 17000},
    }
    album, other = kinds(list(reader.read_source(source({"itemList": [photos], "aweme_list": [app]}))), Post)
    assert (album.kind, len(album.state.media), album.state.media[0].source) == (
        "image",
        2,
        "https://p16.tiktokcdn.com/a.jpeg",
    )
    assert (other.native_id, other.counts.values, other.state.media[0].duration) == (
        str(NUMBER + 1),
        {"likes": 1, "views": 2},
        17.0,
    )


@pytest.mark.parametrize(("code", "status"), [(10204, "not-found"), (10216, "protected")])
def test_a_page_of_a_post_that_is_gone_is_word_of_it(code: int, status: str) -> None:
    body = {"__DEFAULT_SCOPE__": {"webapp.video-detail": {"statusCode": code, "statusMsg": "item doesn't exist"}}}
    found = source(page("__UNIVERSAL_DATA_FOR_REHYDRATION__", body), f"/@voorbeeldstad/video/{NUMBER}", "text/html")
    (seen,) = list(reader.read_source(found))
    assert isinstance(seen, Observation)
    assert (seen.post, seen.status) == (str(NUMBER), status)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/im/conversation/list/", "direct-messages"),
        ("/passport/web/account/info/", "account-security"),
        ("/api/favorite/item_list/?secUid=x", "own-likes"),
        ("/api/user/list/?scene=67", "contacts"),
        ("/api/notice/multi/", "others-items"),
    ],
)
def test_what_may_not_enter_is_left_out_whole(path: str, kind: str) -> None:
    found = source({"itemList": [item()]}, path)
    assert reader.accepts(found)
    (left_out,) = list(reader.read_source(found))
    assert isinstance(left_out, Exclusion)
    assert class_of(left_out.rule) == kind


def test_saved_answers_and_lists_of_collectors_are_files_with_exact_bytes() -> None:
    collected = {
        "source_platform": "tiktok.com",
        "item_id": "1",
        "timestamp_collected": 1_743_508_800_000,
        "data": item(),
    }
    lines = b"\n".join(json.dumps(one).encode() for one in (collected, collected | {"data": item(1)}))
    files = {"zeeschuimer.ndjson": lines, "lijst.json": json.dumps({"itemList": [item(2)]}, indent=1).encode()}
    others = {
        "instagram.ndjson": json.dumps(collected | {"source_platform": "instagram.com"}).encode(),
        "a.json": b'{"id": 1}',
    }
    view = capture({**files, **others}, reader)
    assert set(view.match.paths) == set(files)
    posts = kinds(list(reader.read(view)), Post)
    assert [int(one.native_id) - NUMBER for one in posts] == [0, 1, 2]
    assert posts[0].counts.at.us == 1_743_508_800_000_000
    for post in posts:
        (evidence,) = post.evidence
        assert json.loads(files[evidence.path][evidence.offset :][: evidence.length])["id"] == post.native_id


def test_one_bad_item_among_good_ones_costs_one_and_other_things_are_no_posts() -> None:
    data = json.dumps({"itemList": [item(0), item(1), item(2)]}).encode().replace(b'"desc":', b'"desc"', 1)
    items = list(reader.read(capture({"lijst.json": data}, reader)))
    assert [int(one.native_id) - NUMBER for one in kinds(items, Post)] == [1, 2]
    assert [one.code for one in kinds(items, Problem)] == ["SMA-R001"]
    odd = {
        "itemList": [
            item(createTime=None, stats=7, author=None, textExtra="x", video=None),
            {"id": "1", "desc": "kaal"},
            None,
        ]
    }
    (post,) = kinds(list(reader.read_source(source(odd))), Post)
    assert (post.created.us, post.created.assumed) == (1_741_000_000_000_000, "id")


def test_only_tiktok_is_accepted() -> None:
    assert not reader.accepts(source({}, "/api/post/item_list/", "video/mp4"))
    other = Source(
        "a",
        io.BytesIO(b""),
        Evidence("a"),
        url="https://tiktok.com.voorbeeld.example/api/post/",
        content_type="application/json",
    )
    assert not reader.accepts(other)
    assert reader.recognise(listing({"a.json": json.dumps({"secUid": 1}).encode()})) is None
