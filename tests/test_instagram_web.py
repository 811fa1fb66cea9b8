"""What Instagram's and Threads' pages load, and what collectors make of it: recognised, read, left out."""

from __future__ import annotations

import io
import json
import lzma
from typing import Any

import pytest

from items import codes, posts
from sma_plugin.model import Account, AccountRef, Evidence, Exclusion, Item, Observation, ProfileVersion
from sma_plugin.readers.contract import Source
from sma_plugin.readers.instagram import tools, web
from sma_plugin.readers.instagram.codes import code_of
from sma_plugin.testing import capture, listing

OWNER = {"pk": "4200000001", "id": "4200000001", "username": "voorbeeldstad", "full_name": "Gemeente Voorbeeldstad"}
NUMBER = "3050942580514966245"
CODE = code_of(NUMBER) or ""
ADDRESS = "https://www.instagram.com"
PICTURE = {"candidates": [{"url": "https://scontent.example/1.jpg?oh=geheim", "width": 1080, "height": 1350}]}


def item(number: str = NUMBER, **told: Any) -> dict[str, Any]:
    return {
        "pk": number,
        "id": f"{number}_{OWNER['pk']}",
        "code": code_of(number),
        "taken_at": 1740823200,
        "media_type": 1,
        "image_versions2": PICTURE,
        "caption": {"pk": "1", "text": "De markt is open #markt", "created_at": 1740823200},
        "user": OWNER,
        "like_count": 5,
        "comment_count": 2,
        **told,
    }


def node(number: str = NUMBER, **told: Any) -> dict[str, Any]:
    return {
        "__typename": "GraphImage",
        "id": number,
        "shortcode": code_of(number),
        "taken_at_timestamp": 1740823200,
        "display_url": "https://scontent.example/1.jpg",
        "edge_media_to_caption": {"edges": [{"node": {"text": "De markt is open #markt"}}]},
        "edge_media_preview_like": {"count": 5},
        "owner": {"id": OWNER["pk"], "username": "voorbeeldstad"},
        **told,
    }


def comment(number: str = "17900000000000001", **told: Any) -> dict[str, Any]:
    writer = {"pk": "77", "username": "inwoner"}
    return {
        "pk": number,
        "text": "Hoe laat?",
        "created_at": 1740826800,
        "user": writer,
        "comment_like_count": 1,
        **told,
    }


def answer(body: Any, path: str, kind: str = "application/json; charset=utf-8", host: str = ADDRESS) -> Source:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    base = Evidence("a.warc", "bytes", 100, 900)
    return Source("a.warc", io.BytesIO(data), base, url=host + path, status=200, content_type=kind, exact=False)


def loaded(body: Any, path: str = "/graphql/query", **given: str) -> list[Item]:
    source = answer(body, path, **given)
    assert web.accepts(source)
    return list(web.read_source(source))


def timeline(*items: Any) -> dict[str, Any]:
    edges = [{"node": one} for one in items]
    return {"data": {"xdt_api__v1__feed__user_timeline_graphql_connection": {"edges": edges}}}


@pytest.mark.parametrize("form", [item(), node()])
def test_a_post_of_either_form_is_one_post(form: dict[str, Any]) -> None:
    (one,) = posts(loaded(timeline(form)))
    assert (one.platform, one.native_id, one.author.native_id) == ("instagram", NUMBER, "4200000001")
    assert one.state.text == "De markt is open #markt"
    assert one.created.us == 1740823200_000_000
    assert {(alias.scheme, alias.value) for alias in one.aliases} == {
        ("shortcode", CODE),
        ("url", f"https://www.instagram.com/p/{CODE}/"),
    }
    assert one.counts is not None
    assert one.counts.values["likes"] == 5
    assert one.evidence == (
        Evidence(
            "a.warc",
            "bytes",
            100,
            900,
            "/data/xdt_api__v1__feed__user_timeline_graphql_connection/edges/0/node",
        ),
    )


def test_signatures_of_media_are_not_told() -> None:
    assert "geheim" not in repr(loaded(timeline(item())))


def test_a_carousel_is_one_post() -> None:
    parts = [{"pk": f"{number}", "media_type": 1, "image_versions2": PICTURE, "taken_at": 1} for number in range(3)]
    (one,) = posts(loaded(timeline(item(media_type=8, carousel_media=parts))))
    assert len(one.state.media or ()) == 3


def test_comments_stand_under_the_post_of_their_address() -> None:
    inner = comment("17900000000000002", text="Tot 17 uur", user=OWNER)
    body = {"comments": [comment(preview_child_comments=[inner], child_comment_count=1)], "status": "ok"}
    one, other = posts(loaded(body, f"/api/v1/media/{NUMBER}_4200000001/comments/?can_support_threading=true"))
    assert (one.relations[0].target, one.author.native_id) == (NUMBER, "77")
    assert other.relations[0].target == one.native_id == "17900000000000001"


def test_an_account_is_a_profile_with_its_other_number() -> None:
    user = {**OWNER, "biography": "Uw gemeente", "follower_count": 10, "media_count": 3, "fbid_v2": "17841400000000001"}
    found = loaded({"data": {"user": user}}, "/api/v1/users/web_profile_info/?username=voorbeeldstad")
    (profile,) = [one for one in found if isinstance(one, ProfileVersion)]
    assert profile.bio == "Uw gemeente"
    assert [alias.value for alias in profile.account.aliases] == ["17841400000000001"]
    assert [one.counts for one in found if isinstance(one, Observation)] == [{"followers": 10, "posts": 3}]


def test_who_looked_at_the_page_is_not_read() -> None:
    viewer = {"pk": "9", "username": "vastlegger", "biography": "x", "media_count": 1}
    assert loaded({"config": {"viewer": viewer}}) == []


def test_a_page_gives_the_answers_it_begins_with() -> None:
    inner = json.dumps({"require": [["x", "next", [], [{"__bbox": {"result": timeline(item())}}]]]})
    page = f'<html><script>var a = 1;</script><script type="application/json" data-sjs>{inner}</script></html>'
    (one,) = posts(loaded(page.encode(), "/voorbeeldstad/", kind="text/html; charset=utf-8"))
    assert (one.evidence[0].locator or "").startswith("script 1#/require/0/3/0/__bbox/result/data/")


def test_comments_on_the_page_of_a_post_are_on_that_post() -> None:
    inner = json.dumps(
        {"data": {"xdt_api__v1__media__media_id__comments__connection": {"edges": [{"node": comment()}]}}}
    )
    page = f'<script type="application/json" data-sjs>{inner}</script>'
    (one,) = posts(loaded(page.encode(), f"/p/{CODE}/", kind="text/html"))
    assert one.relations[0].target == NUMBER


def test_a_page_without_posts_says_nothing() -> None:
    assert loaded(b"<html><body>Inloggen</body></html>", "/accounts/login/", kind="text/html") == []


def test_a_story_is_a_story() -> None:
    (one,) = posts(loaded({"reels_media": [{"items": [item(expiring_at=1740909600, product_type="story")]}]}))
    assert (one.kind, one.url) == ("story", None)


def test_threads_are_posts_of_threads() -> None:
    info = {
        "is_reply": True,
        "reply_to_author": {"pk": "77", "username": "inwoner"},
        "direct_reply_count": 2,
        "repost_count": 1,
        "share_info": {"quoted_post": item("3050942580514966200")},
    }
    chunk = json.dumps({"data": {"edges": [{"node": {"thread_items": [{"post": item(text_post_app_info=info)}]}}]}})
    found = loaded(f"for (;;);{chunk}\n{chunk}".encode(), "/api/graphql", host="https://www.threads.com")
    first = posts(found)[0]
    assert (first.platform, first.url) == ("threads", f"https://www.threads.com/@voorbeeldstad/post/{CODE}")
    assert [relation.kind for relation in first.relations] == ["reply", "quote"]
    assert first.counts is not None
    assert first.counts.values == {"likes": 5, "replies": 2, "reposts": 1}
    assert [one.native_id for one in posts(found)] == [NUMBER, "3050942580514966200"] * 2


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/direct_v2/inbox/", {"inbox": {}}),
        ("/api/v1/accounts/edit/web_form_data/", {"form_data": {"email": "x"}}),
        ("/api/v1/friendships/4200000001/followers/", {"users": []}),
        (f"/api/v1/media/{NUMBER}/likers/", {"users": []}),
        ("/graphql/query", {"data": {"get_slide_mailbox_for_iris_subscription": {"threads": []}}}),
    ],
)
def test_what_is_out_of_scope_goes_with_its_record(path: str, body: Any) -> None:
    (one,) = loaded(body, path)
    assert isinstance(one, Exclusion)
    assert (one.path, one.offset, one.length) == ("a.warc", 100, 900)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://static.cdninstagram.com/rsrc.php/x.js", "application/x-javascript"),
        ("https://graph.instagram.com/me/media", "application/json"),
        ("https://www.facebook.com/api/graphql/", "application/json"),
        ("https://voorbeeldstad.example/instagram.com", "application/json"),
        ("https://www.instagram.com/p/x/media.jpg", "image/jpeg"),
    ],
)
def test_other_responses_are_for_others(url: str, kind: str) -> None:
    assert not web.accepts(Source("a", io.BytesIO(), Evidence("a"), url=url, content_type=kind))


def test_saved_answers_are_read_with_their_own_bytes() -> None:
    data = json.dumps(timeline(item(), node("3050942580514966200"))).encode()
    found = posts(list(web.read(capture({"feed.json": data}, web))))
    assert len(found) == 2
    for one in found:
        evidence = one.evidence[0]
        raw = json.loads(data[evidence.offset :][: evidence.length])
        assert str(raw["id"]).startswith(str(one.native_id))


def test_what_zeeschuimer_collected_is_read_line_by_line() -> None:
    row = {
        "timestamp_collected": 1_767_268_800_000,
        "source_platform": "threads.net",
        "item_id": "x",
        "data": item(text_post_app_info={"is_reply": False}),
    }
    files = {
        "lijst.ndjson": b"\n".join([json.dumps(row).encode()] * 2),
        "ander.ndjson": b'{"source_platform": "linkedin.com"}\n',
    }
    (match,) = web.recognise_all(listing(files))
    assert (match.platform, match.paths) == ("threads", ("lijst.ndjson",))
    found = posts(list(web.read(capture(files, web))))
    assert [one.counts and one.counts.at and one.counts.at.us for one in found] == [1_767_268_800_000_000] * 2


def test_errors_are_told() -> None:
    assert codes(loaded({"message": "login_required", "status": "fail"})) == ["SMA-R062"]
    assert codes(loaded(b'{"data": {"xdt', "/graphql/query")) == ["SMA-R001"]


@pytest.mark.parametrize(
    ("parts", "told"), [((True, False), []), ((False, True), ["SMA-R049"]), ((True,), ["SMA-R049"])]
)
def test_a_list_of_which_more_followed_is_told(parts: tuple[bool, ...], told: list[str]) -> None:
    reading = web.reading()
    for number, more in enumerate(parts):
        body = timeline(item(f"305094258051496620{number}"))
        (connection,) = body["data"].values()
        connection["page_info"] = {"has_next_page": more, "end_cursor": "geheim"}
        list(reading.read_source(answer(body, "/graphql/query")))
    assert codes(list(reading.end())) == told


def test_a_list_of_comments_that_goes_on_is_told() -> None:
    reading = web.reading()
    body = {"comments": [comment()], "has_more_comments": True}
    list(reading.read_source(answer(body, f"/api/v1/media/{NUMBER}/comments/")))
    assert codes(list(reading.end())) == ["SMA-R049"]


# --- collectors ------------------------------------------------------------------------------------------------------

TOLD = {
    "category": "instagram",
    "subcategory": "posts",
    "type": "post",
    "post_id": NUMBER,
    "post_shortcode": CODE,
    "post_url": f"{ADDRESS}/p/{CODE}/",
    "date": "2025-03-01 10:00:00",
    "description": "De markt is open #markt",
    "likes": 5,
    "owner_id": "4200000001",
    "username": "voorbeeldstad",
    "fullname": "Gemeente Voorbeeldstad",
    "user": OWNER,
}


def file(number: int, **told: Any) -> dict[str, Any]:
    return {
        **TOLD,
        "num": number,
        "media_id": f"{NUMBER[:-1]}{number}",
        "extension": "jpg",
        "width": 2,
        "height": 3,
        **told,
    }


def collected(**files: bytes) -> list[Item]:
    named = {name.replace("__", "."): data for name, data in files.items()}
    return list(tools.read(capture(named, tools)))


MESSAGES = [
    [2, TOLD],
    [3, "https://scontent.example/1.jpg?oh=geheim", file(1)],
    [3, "https://scontent.example/2.jpg", file(2)],
]
OTHER = {**TOLD, "post_id": "3050942580514966200", "post_shortcode": code_of("3050942580514966200")}


@pytest.mark.parametrize("form", ["array", "lines", "new"])
def test_messages_of_gallery_dl_are_posts_with_their_media(form: str) -> None:
    messages: list[Any] = [*MESSAGES, [2, OTHER]]
    if form == "new":
        messages = [[number, *([""] if number == 2 else []), *rest] for number, *rest in messages]
    data = (
        b"\n".join(json.dumps(one).encode() for one in messages) if form == "lines" else json.dumps(messages).encode()
    )
    found = collected(posts__json=data)
    one, other = posts(found)
    assert (one.native_id, other.native_id) == (NUMBER, "3050942580514966200")
    assert (one.created.us, one.created.assumed) == (1740823200_000_000, "zone:UTC")
    assert len(one.state.media or ()) == 2
    assert [json.loads(data[at.offset :][: at.length])[0] for at in one.evidence] == [2, 3, 3]
    assert [account.ref.native_id for account in found if isinstance(account, Account) and account.owner] == [
        "4200000001"
    ]
    assert "geheim" not in repr(found)


def test_files_of_metadata_are_one_post_with_the_media_beside_them() -> None:
    found = collected(
        a_1__jpg__json=json.dumps(file(1)).encode(), a_2__jpg__json=json.dumps(file(2)).encode(), a_1__jpg=b"x"
    )
    (one,) = posts(found)
    assert [medium.path for medium in one.state.media or ()] == ["a_1.jpg", None]
    assert len(one.evidence) == 2


def test_a_post_of_a_coauthor_was_placed_on_the_account() -> None:
    told = {**TOLD, "owner_id": "88", "username": "buurgemeente", "coauthors": [{"id": OWNER["pk"]}]}
    (one,) = posts(collected(posts__json=json.dumps([[2, told]]).encode()))
    assert one.author.native_id == "88"
    assert isinstance(one.placed_on, AccountRef)
    assert one.placed_on.native_id == "4200000001"


def test_each_part_of_a_story_is_a_story() -> None:
    told = {**TOLD, "type": "story", "subcategory": "stories", "post_id": "4200000001"}
    parts = [[3, "u", {**told, "num": number, "media_id": f"{NUMBER[:-1]}{number}"}] for number in (1, 2)]
    found = posts(collected(stories__json=json.dumps([[2, told], *parts]).encode()))
    assert [(one.kind, one.native_id) for one in found] == [("story", f"{NUMBER[:-1]}1"), ("story", f"{NUMBER[:-1]}2")]


def test_a_message_that_is_broken_costs_itself() -> None:
    data = b"\n".join([json.dumps(MESSAGES[0]).encode(), b'[3, "u", {', json.dumps([2, OTHER]).encode()])
    found = collected(posts__jsonl=data)
    assert len(posts(found)) == 2
    assert codes(found) == ["SMA-R001"]


@pytest.mark.parametrize("packed", [False, True])
def test_what_instaloader_keeps_of_a_post(packed: bool) -> None:  # noqa: FBT001
    body = json.dumps({"instaloader": {"node_type": "Post", "version": "4.14"}, "node": node()}).encode()
    name = "2025-03-01_10-00-00_UTC"
    written = {
        "id": "17900000000000001",
        "created_at": 1740826800,
        "text": "Hoe laat?",
        "owner": {"id": "77"},
        "likes_count": 1,
    }
    remarks = [{**written, "answers": [{**written, "id": "17900000000000002", "answers": []}]}]
    files = {
        f"{name}_comments.json": json.dumps(remarks).encode(),
        f"{name}.json.xz" if packed else f"{name}.json": lzma.compress(body) if packed else body,
        f"{name}.jpg": b"x",
    }
    one, first, second = posts(list(tools.read(capture(files, tools))))
    assert (one.native_id, [medium.path for medium in one.state.media or ()]) == (NUMBER, [f"{name}.jpg"])
    assert (first.relations[0].target, second.relations[0].target) == (NUMBER, "17900000000000001")
    assert one.evidence[0].kind == ("file" if packed else "bytes")


def test_the_profile_that_instaloader_fetched_is_whose_capture_it_is() -> None:
    profile = {"id": "7", "username": "voorbeeldstad", "biography": "De gemeente", "edge_followed_by": {"count": 3}}
    body = json.dumps({"instaloader": {"node_type": "Profile"}, "node": profile}).encode()
    found = list(tools.read(capture({"voorbeeldstad_7.json": body}, tools)))
    assert [one.ref.native_id for one in found if isinstance(one, Account) and one.owner] == ["7"]


def test_a_packed_file_that_is_cut_off_is_told() -> None:
    body = json.dumps({"instaloader": {"node_type": "Post"}, "node": node(more="x" * 9000)}).encode()
    assert codes(collected(a__json__xz=lzma.compress(body)[:-20])) == ["SMA-R006"]
