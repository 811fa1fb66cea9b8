"""The Instagram Graph API and the Threads API: what is recognised, read and left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from items import codes, posts
from sma_plugin.model import AccountRef, Exclusion, Item, ProfileVersion
from sma_plugin.readers.facebook import graph as facebook
from sma_plugin.readers.instagram import graph
from sma_plugin.readers.instagram.codes import code_of, number_of
from sma_plugin.testing import capture, listing

OWNER = "17841400000000001"
ADDRESS = "https://graph.facebook.com/v19.0"
CODE = "C1a2b3C4d5E"


def media(native: str = "18000000000000001", **told: Any) -> dict[str, Any]:
    return {
        "id": native,
        "caption": "De markt is open #markt @inwoner.een",
        "media_type": "IMAGE",
        "media_url": "https://cdn.example/1.jpg",
        "permalink": f"https://www.instagram.com/p/{CODE}/",
        "timestamp": "2025-03-01T10:00:00+0000",
        "like_count": 3,
        "comments_count": 1,
        **told,
    }


def read(*bodies: Any) -> list[Item]:
    files = {f"{number:03d}.json": json.dumps(one).encode() for number, one in enumerate(bodies)}
    return list(graph.read(capture(files, graph)))


def test_a_post_is_known_by_the_number_in_its_short_code() -> None:
    (one,) = posts(read(media()))
    assert one.native_id == number_of(CODE)
    assert code_of(one.native_id) == CODE
    assert {(alias.scheme, alias.value) for alias in one.aliases} == {
        ("graph-id", "18000000000000001"),
        ("shortcode", CODE),
        ("url", f"https://www.instagram.com/p/{CODE}/"),
    }
    assert one.state.hashtags == ("markt",)
    assert one.state.mentions == (AccountRef(None, "inwoner.een"),)
    assert one.counts is not None
    assert one.counts.values == {"likes": 3, "replies": 1}


def test_the_pictures_of_a_carousel_are_media_of_one_post() -> None:
    children = [{"id": f"1800000000000001{number}", "media_type": "IMAGE", "media_url": "x"} for number in range(3)]
    found = read(media(media_type="CAROUSEL_ALBUM", children={"data": children}), {"data": children})
    (one,) = posts(found)
    assert len(one.state.media or ()) == 3
    assert codes(found) == ["SMA-R060"]


def test_whose_list_it_is_tells_whose_posts_they_are() -> None:
    paging = {"next": f"{ADDRESS}/{OWNER}/media?access_token=geheim&after=b"}
    found = read({"data": [media()], "paging": paging})
    assert posts(found)[0].author.native_id == OWNER
    assert "geheim" not in repr(found)


def test_posts_that_only_tag_the_account_are_not_its_own() -> None:
    paging = {"next": f"{ADDRESS}/{OWNER}/tags?after=b"}
    (one,) = posts(read({"data": [media(username="inwoner")], "paging": paging}))
    assert (one.author.native_id, one.author.handle) == (None, "inwoner")


def test_comments_and_answers_stand_under_their_post() -> None:
    answer = {"id": "17900000000000002", "text": "Tot 17 uur", "timestamp": "2025-03-01T12:00:00+0000"}
    comment = {
        "id": "17900000000000001",
        "text": "Hoe laat?",
        "timestamp": "2025-03-01T11:00:00+0000",
        "username": "inwoner",
        "hidden": True,
        "replies": {"data": [answer]},
    }
    post, first, second = posts(read(media(comments={"data": [comment]})))
    assert [one.relations[0].target for one in (first, second)] == ["18000000000000001", "17900000000000001"]
    assert first.relations[0].target in {alias.value for alias in post.aliases}
    assert first.withdrawn is not None


def test_a_story_is_a_story_of_whom_its_address_names() -> None:
    address = "https://instagram.com/stories/voorbeeldstad/2643655939345226184"
    (one,) = posts(read(media(permalink=address, media_type="VIDEO")))
    assert (one.kind, one.native_id, one.author.handle) == ("story", "2643655939345226184", "voorbeeldstad")


def test_what_was_found_of_another_account_is_that_accounts() -> None:
    other = {"id": "17841400000000009", "username": "buurgemeente", "media": {"data": [media(username="buurgemeente")]}}
    found = read({"business_discovery": other, "id": OWNER})
    assert [one.account.native_id for one in found if isinstance(one, ProfileVersion)] == ["17841400000000009"]
    assert posts(found)[0].author.native_id == "17841400000000009"


def test_threads_are_posts_of_threads_with_what_they_answer_and_quote() -> None:
    thread = {
        "id": "18100000000000001",
        "media_product_type": "THREADS",
        "media_type": "TEXT_POST",
        "permalink": f"https://www.threads.net/@voorbeeldstad/post/{CODE}",
        "owner": {"id": OWNER},
        "username": "voorbeeldstad",
        "text": "De raad vergadert #raad",
        "timestamp": "2025-03-01T10:00:00+0000",
        "is_quote_post": True,
        "quoted_post": {"id": "18100000000000009"},
        "replied_to": {"id": "18100000000000008"},
    }
    files = {"threads.json": json.dumps({"data": [thread]}).encode(), "media.json": json.dumps(media()).encode()}
    matches = list(graph.recognise_all(listing(files)))
    assert [(one.platform, one.paths) for one in matches] == [
        ("instagram", ("media.json",)),
        ("threads", ("threads.json",)),
    ]
    (one,) = posts(read({"data": [thread]}))
    assert (one.platform, one.native_id, one.author.native_id) == ("threads", number_of(CODE), OWNER)
    assert [(relation.kind, relation.target) for relation in one.relations] == [
        ("reply", "18100000000000008"),
        ("quote", "18100000000000009"),
    ]
    assert one.state.media == ()


def test_a_list_of_threads_is_of_threads_whatever_is_given_of_a_post() -> None:
    first = {"id": "1", "media_type": "TEXT_POST", "text": "Raad", "timestamp": "2025-03-01T10:00:00+0000"}
    second = {"id": "2", "media_type": "IMAGE", "text": "Markt", "timestamp": "2025-03-02T10:00:00+0000"}
    assert {(one.platform, one.state.text) for one in posts(read({"data": [first, second]}))} == {
        ("threads", "Raad"),
        ("threads", "Markt"),
    }


def test_the_first_api_of_instagram_is_no_facebook() -> None:
    owner = {"id": "42", "username": "voorbeeldstad", "full_name": "Gemeente Voorbeeldstad"}
    citizen = {"id": "77", "username": "inwoner"}
    remark = {"id": "110", "created_time": "1740826800", "text": "Hoe laat?", "from": citizen}
    old = {
        "id": f"{number_of(CODE)}_42",
        "created_time": "1740823200",
        "link": f"https://www.instagram.com/p/{CODE}/",
        "user": owner,
        "images": {"standard_resolution": {"url": "https://scontent.example/1.jpg", "width": 612, "height": 612}},
        "caption": {"id": "1", "created_time": "1740823200", "text": "De markt is open #markt", "from": owner},
        "comments": {"count": 1, "data": [remark]},
        "likes": {"count": 3, "data": [citizen]},
    }
    found = read({"pagination": {}, "meta": {"code": 200}, "data": [old]}, {"data": {**owner, "counts": {"media": 1}}})
    one, other = posts(found)
    assert (one.platform, one.native_id, one.author.native_id) == ("instagram", number_of(CODE), "42")
    assert (one.state.text, one.created.us) == ("De markt is open #markt", 1740823200_000_000)
    assert (other.native_id, other.author.native_id, other.relations[0].target) == ("110", "77", one.native_id)
    assert [cut.rule for cut in found if isinstance(cut, Exclusion)] == ["facebook-graph.reactors"]
    assert [profile.handle for profile in found if isinstance(profile, ProfileVersion)] == ["voorbeeldstad"]


@pytest.mark.parametrize(("ends", "told"), [(True, []), (False, ["SMA-R049"])])
def test_a_list_in_one_direction_is_whole_with_its_last_page(*, ends: bool, told: list[str]) -> None:
    pages = [
        {"data": [media(str(number))], "paging": {"next": f"{ADDRESS}/17/top_media?after={number}"}}
        for number in (1, 2)
    ]
    assert codes(read(*pages, *([{"data": [media("3")]}] if ends else []))) == told


@pytest.mark.parametrize("beside", ["instagram", "facebook", "nothing"])
def test_conversations_are_of_the_platform_that_they_came_with(beside: str) -> None:
    talk = {"data": [{"id": "t_1", "participants": {"data": []}, "messages": {"data": [{"id": "m_1"}]}}]}
    answers = {
        "instagram": {"data": [media()]},
        "facebook": {"data": [{"id": "109_1", "message": "a", "created_time": "2025-03-01T10:00:00+0000"}]},
    }
    given = {"talk.json": talk} | ({"posts.json": answers[beside]} if beside in answers else {})
    members = listing({path: json.dumps(one).encode() for path, one in given.items()})
    of_instagram, of_facebook = graph.recognise(members), facebook.recognise(members)
    assert (of_instagram is not None, of_facebook is not None) == (beside == "instagram", beside != "instagram")
    found = of_instagram or of_facebook
    assert found is not None
    assert set(found.paths) == set(given)


def test_a_conversation_beside_posts_of_instagram_stays_out_and_is_no_capture_of_its_own() -> None:
    talk = {"data": [{"id": "aWdfZG06MQ", "updated_time": "2025-03-01T10:00:00+0000", "messages": {"data": []}}]}
    items = read({"data": [media()]}, talk)
    assert [one.path for one in items if isinstance(one, Exclusion)] == ["001.json"]
    assert len(posts(items)) == 1
