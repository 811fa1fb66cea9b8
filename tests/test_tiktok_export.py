"""TikTok's export in its generations: what is read, what is cut, what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from items import kinds
from sma_plugin.model import Account, Exclusion, Item, Observation, Post, Problem, ProfileVersion
from sma_plugin.readers.exclusion import class_of
from sma_plugin.readers.tiktok import export as reader
from sma_plugin.readers.tiktok.common import moment
from sma_plugin.testing import capture, listing

PRIVATE = "vertrouwelijk"
NUMBER = (1_741_000_000 << 32) + 5
WHEN = "2025-03-03 11:06:40"
"""The moment that NUMBER holds."""


def post(number: int = 0, **fields: Any) -> dict[str, Any]:
    return {
        "Date": WHEN,
        "Link": f"https://www.tiktokv.com/share/video/{NUMBER + number}/",
        "Likes": "12",
        "Title": f"De markt gaat door {number} #voorbeeldstad",
        "WhoCanView": "Everyone",
        "AllowComments": "Yes",
        "Location": "",
        "AlternateText": "een plein",
        **fields,
    }


COMMENT = {
    "date": WHEN,
    "comment": "Dank voor uw vraag",
    "photo": "N/A",
    "url": "",
    "original post link": f"https://www.tiktokv.com/share/video/{NUMBER + 50}/",
}
PROFILE = {
    "userName": "voorbeeldstad",
    "displayName": "Gemeente Voorbeeldstad",
    "bioDescription": "Nieuws",
    "emailAddress": f"{PRIVATE}@voorbeeldstad.example",
    "telephoneNumber": PRIVATE,
    "birthDate": PRIVATE,
    "likesReceived": "7",
    "PlatformInfo": [{"Name": PRIVATE}],
    "nieuwVeld": PRIVATE,
}
CHATS = {"ChatHistory": {f"Chat History with {PRIVATE}:": [{"Date": WHEN, "From": PRIVATE, "Content": PRIVATE}]}}
WATCHED = {"VideoList": [{"Date": WHEN, "Link": f"https://www.tiktokv.com/share/video/{NUMBER + 90}/?{PRIVATE}"}] * 3}
LOGINS = {"LoginHistoryList": [{"Date": WHEN, "IP": PRIVATE}] * 3}


def old(posts: Any, comments: Any = None) -> dict[str, Any]:
    """The export until 2024."""
    return {
        "Activity": {
            "Favorite Videos": {"FavoriteVideoList": [{"Date": WHEN, "Link": PRIVATE}]},
            "Follower List": {"FansList": [{"Date": WHEN, "UserName": PRIVATE}]},
            "Like List": {"ItemFavoriteList": [{"date": WHEN, "link": PRIVATE}]},
            "Login History": LOGINS,
            "Status": {"Status List": [{"IDFA": PRIVATE}]},
            "Video Browsing History": WATCHED,
        },
        "App Settings": {"Block": {"BlockList": [{"UserName": PRIVATE}]}, "Settings": {"SettingsMap": {"a": PRIVATE}}},
        "Comment": {"Comments": {"CommentsList": comments}},
        "Direct Messages": {"Chat History": CHATS},
        "Profile": {"Profile Information": {"ProfileMap": PROFILE}, "Auto Fill": {"Email": PRIVATE}},
        "Tiktok Shopping": {"Saved Address Information": {"SavedAddress": [PRIVATE]}},
        "Video": {"Videos": {"VideoList": posts}, "RecentlyDeletedPosts": {"PostList": None}},
    }


def new(posts: Any, comments: Any = None) -> dict[str, Any]:
    """The export since 2025."""
    return {
        "Ads and data": {"Ad Interests": {"AdInterestCategories": PRIVATE}},
        "Comment": {"Comments": {"App": 1, "CommentsList": comments}},
        "Direct Message": {"Direct Messages": CHATS, "Group Chat": {"GroupChat": {PRIVATE: [PRIVATE]}}},
        "Income+ Wallet": {"Transaction History": {"TransactionsList": [{"a": PRIVATE}]}},
        "Likes and Favorites": {"Like List": {"ItemFavoriteList": [{"link": PRIVATE}]}},
        "Post": {"Posts": {"VideoList": posts}},
        "Profile And Settings": {
            "Autofill": {"FirstName": PRIVATE},
            "Profile Info": {"App": 1, "ProfileMap": PROFILE},
            "Follower": {"FansList": [{"UserName": PRIVATE}]},
            "Settings": {"SettingsMap": {"Keyword filters": [PRIVATE]}},
        },
        "Tiktok Live": {
            "Go Live History": {"GoLiveList": None},
            "Watch Live History": {"WatchLiveMap": {"7": {"Link": PRIVATE}}},
        },
        "TikTok Shop": {"Order History": {"OrderHistories": [PRIVATE]}},
        "Your Activity": {"Login History": LOGINS, "Searches": {"SearchList": [PRIVATE]}, "Watch History": WATCHED},
    }


def of_march(posts: Any, comments: Any = None) -> dict[str, Any]:
    """A variant of the newer export with the old names of activities."""
    found = new(posts, comments)
    activity = found.pop("Your Activity")
    return {**found, "Activity": {**activity, "Video Browsing History": WATCHED}}


def lower(value: Any) -> Any:
    """The same export with the fields of items in small letters."""
    if isinstance(value, list):
        return [{name.lower(): one for name, one in item.items()} if isinstance(item, dict) else item for item in value]
    return {name: lower(one) for name, one in value.items()} if isinstance(value, dict) else value


GENERATIONS = [old, new, of_march, lambda *given: lower(new(*given))]


def read(document: Any, **members: bytes) -> list[Item]:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return list(reader.read(capture({"export/gegevens.json": data, **members}, reader)))


def codes(items: list[Item]) -> list[str]:
    return [problem.code for problem in kinds(items, Problem)]


def remains(data: bytes, items: list[Item]) -> bytes:
    """What is not cut of the document."""
    out = bytearray(data)
    for one in kinds(items, Exclusion):
        start, length = (0, len(data)) if one.offset is None else (one.offset, one.length)
        out[start : start + length] = b" " * length
    return bytes(out)


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("indent", [None, 2])
def test_every_generation_gives_posts_comments_and_profile_and_nothing_private(
    generation: Any, indent: int | None
) -> None:
    data = json.dumps(generation([post(0), post(1)], [COMMENT]), indent=indent).encode()
    items = read(data)
    first, second, comment = sorted(kinds(items, Post), key=lambda one: one.native_id or "9")
    assert (first.native_id, second.native_id, comment.native_id) == (str(NUMBER), str(NUMBER + 1), None)
    assert (first.kind, first.audience, first.counts.values) == ("video", "public", {"likes": 12})
    assert (first.created.assumed, first.state.text) == ("zone:UTC", "De markt gaat door 0 #voorbeeldstad")
    assert [(one.native_id, one.alt) for one in first.state.media] == [(str(NUMBER), "een plein")]
    assert [(one.kind, one.target) for one in comment.relations] == [("reply", str(NUMBER + 50))]
    assert {one.author.handle for one in kinds(items, Post)} == {"voorbeeldstad"}
    for one in kinds(items, Post):
        (evidence,) = one.evidence
        assert isinstance(json.loads(data[evidence.offset :][: evidence.length]), dict)
    assert PRIVATE.encode() in data
    assert PRIVATE.encode() not in remains(data, items)
    assert PRIVATE not in repr([one for one in items if not isinstance(one, Exclusion)])
    assert codes(items) == []


def test_the_profile_is_kept_without_data_of_who_runs_the_account() -> None:
    items = read(new([]))
    (account,), (profile,), (seen,) = (kinds(items, kind) for kind in (Account, ProfileVersion, Observation))
    assert (account.owner, account.ref.handle, profile.name, profile.bio) == (
        True,
        "voorbeeldstad",
        "Gemeente Voorbeeldstad",
        "Nieuws",
    )
    assert seen.counts == {"likes": 7}


def test_deleted_posts_are_withdrawn_stories_are_stories_and_drafts_stay_out() -> None:
    document = new([])
    document["Post"] |= {
        "Recently Deleted Posts": {"PostList": [post(1, DateDeleted="2025-04-01 00:00:00")]},
        "Story": {"StoryList": [post(2)]},
        "Drafts": {"DraftList": [post(3, Title=PRIVATE)]},
    }
    data = json.dumps(document).encode()
    items = read(data)
    deleted, story = kinds(items, Post)
    assert (deleted.withdrawn.ground, deleted.withdrawn.at.raw) == ("deleted", "2025-04-01 00:00:00")
    assert (story.kind, story.withdrawn) == ("story", None)
    assert PRIVATE.encode() not in remains(data, items)
    assert "drafts" in {class_of(one.rule) for one in kinds(items, Exclusion)}


def test_broadcasts_reposts_and_reviews_are_posts_of_the_account() -> None:
    document = new([])
    live = {"LiveStartTime": WHEN, "RoomId": "77", "RoomTitle": "Raad live", "TotalView": "9", "MutedList": [PRIVATE]}
    document["Tiktok Live"]["Go Live History"]["GoLiveList"] = [live]
    document["Your Activity"]["Reposts"] = {"RepostList": [{"Date": WHEN, "Link": post(9)["Link"]}]}
    document["Location Review"] = {
        "Location Reviews": {"ReviewsList": [{"Date": WHEN, "PlaceName": "Markt", "ReviewText": "Fijn"}]}
    }
    data = json.dumps(document).encode()
    items = read(data)
    broadcast, again, review = kinds(items, Post)
    assert (broadcast.kind, broadcast.state.title, broadcast.counts.values) == ("video", "Raad live", {"views": 9})
    assert [(one.kind, one.target) for one in again.relations] == [("repost", str(NUMBER + 9))]
    assert (review.state.text, review.state.location.name) == ("Fijn", "Markt")
    assert PRIVATE.encode() not in remains(data, items)


@pytest.mark.parametrize(
    ("value", "us", "assumed"),
    [
        (WHEN, 1_741_000_000_000_000, "zone:UTC"),
        ("2025-03-03 11:06:40 UTC", 1_741_000_000_000_000, None),
        ("2025-03-03T11:06:40Z", 1_741_000_000_000_000, None),
        (1_741_000_000, 1_741_000_000_000_000, None),
        ("1741000000000", 1_741_000_000_000_000, None),
        (None, 1_741_000_000_000_000, "id"),
        ("gisteren", 1_741_000_000_000_000, "id"),
    ],
)
def test_a_moment_in_any_form_or_by_the_id(value: Any, us: int, assumed: str | None) -> None:
    (one,) = kinds(read(new([post(Date=value)])), Post)
    assert (one.created.us, one.created.assumed) == (us, assumed)


def test_a_date_far_from_the_id_is_told_once() -> None:
    items = read(new([post(0, Date="2024-01-01 00:00:00"), post(1, Date="2024-01-01 00:00:00"), post(2)]))
    assert [(one.code, one.params["count"]) for one in kinds(items, Problem)] == [("SMA-R163", 2)]
    assert moment("gisteren") is not None


def test_an_unknown_section_is_cut_and_pointed_out() -> None:
    document = new([post()]) | {"Nieuw Onderdeel": {"Lijst": [{"a": PRIVATE}, {"a": PRIVATE}]}}
    data = json.dumps(document).encode()
    items = read(data)
    assert [(one.code, one.params) for one in kinds(items, Problem)] == [
        ("SMA-R162", {"value": "/nieuwonderdeel", "items": 2})
    ]
    assert PRIVATE.encode() not in remains(data, items)


@pytest.mark.parametrize("posts", [None, [], {}, ""])
def test_lists_may_be_null_or_empty(posts: Any) -> None:
    items = read(old(posts, posts))
    assert kinds(items, Post) == []
    assert codes(items) == []


def test_audiences_are_told_and_what_is_unknown_is_counted() -> None:
    said = ("Everyone", "Friends", "Only me", "Followers", "iets anders")
    items = read(new([post(number, WhoCanView=one) for number, one in enumerate(said)]))
    assert [one.audience for one in kinds(items, Post)] == ["public", "limited", "limited", "followers", None]
    assert codes(items) == ["SMA-R063"]


def test_media_beside_it_are_found_by_id_or_moment_and_no_other_file_is_claimed() -> None:
    media = {
        f"export/videos/{NUMBER}.mp4": b"a",
        "export/videos/2025-03-04 00-00-00.mp4": b"b",
        "export/chat/vakantie.mp4": b"c",
        f"export/videos/{NUMBER + 40}.mp4": b"van een ander",
    }
    data = json.dumps(new([post(0), post(1, Date="2025-03-04 00:00:00")])).encode()
    view = capture({"export/gegevens.json": data, **media}, reader)
    assert "export/chat/vakantie.mp4" not in view.match.paths
    items = list(reader.read(view))
    assert [one.state.media[0].path for one in kinds(items, Post)] == list(media)[:2]
    left_out = [(one.path, class_of(one.rule)) for one in kinds(items, Exclusion) if one.offset is None]
    assert left_out == [(f"export/videos/{NUMBER + 40}.mp4", "others-items")]


def test_a_photo_post_has_no_video() -> None:
    link = f"https://www.tiktok.com/@voorbeeldstad/photo/{NUMBER}"
    (one,) = kinds(read(new([post(Link=link)])), Post)
    assert (one.kind, one.native_id, one.state.media) == ("image", str(NUMBER), None)


def test_a_signed_address_is_nowhere_in_what_is_told() -> None:
    link = f"https://v16m.tiktokcdn.com/abc/video.mp4?x-signature={PRIVATE}&x-expires=1"
    picture = f"https://p16-sign.tiktokcdn.com/a.jpeg?x-signature={PRIVATE}"
    items = read(new([post(Link=link, CoverImage=picture)], [COMMENT | {"photo": picture}]))
    assert PRIVATE not in repr(kinds(items, Post))
    assert len(kinds(items, Post)) == 2


TEXT = f"Date: {WHEN} UTC\nLink: https://www.tiktokv.com/share/video/{NUMBER}/\nLike(s): 3\n\n".encode()


@pytest.mark.parametrize("name", ["user_data.txt", "TikTok/Post/Posts.txt"])
def test_the_text_form_is_refused_with_what_to_ask_for(name: str) -> None:
    view = capture({name: TEXT, "TikTok/Activity/Login History.txt": b"Date: x\nIP: 1"}, reader)
    assert view.match.personal_export
    assert view.match.paths == (name,)
    problem, left_out = list(reader.read(view))
    assert isinstance(problem, Problem)
    assert isinstance(left_out, Exclusion)
    assert (problem.code, left_out.offset, class_of(left_out.rule)) == ("SMA-R161", None, "account-security")


def test_other_documents_are_no_export() -> None:
    others: dict[str, Any] = {
        "a.json": {"Post": {"Posts": []}},
        "b.json": [{"Activity": {}}],
        "c.json": {"Profile": {"name": "VideoList"}},
        "d.txt": "Date: vandaag\nOnderwerp: TikTok",
    }
    assert reader.recognise(listing({name: json.dumps(one).encode() for name, one in others.items()})) is None


def test_two_exports_are_two_captures() -> None:
    data = json.dumps(new([post()])).encode()
    found = reader.recognise_all(listing({"maart/user_data.json": data, "juni/user_data_tiktok.json": data}))
    assert [(one.paths, one.roots) for one in found] == [
        (("maart/user_data.json",), ("maart/",)),
        (("juni/user_data_tiktok.json",), ("juni/",)),
    ]


def damaged() -> Iterator[tuple[bytes, list[int], str]]:
    """Damage, the numbers of the posts that can still be read, and what is told."""
    data = json.dumps(new([post(number) for number in range(4)], [COMMENT])).encode()
    yield data[: data.index(str(NUMBER + 2).encode())], [0, 1], "SMA-R003"
    yield data.replace(b'"Likes": "12"', b'"Likes" "12"', 1), [1, 2, 3], "SMA-R001"
    yield data.replace(b'"Ads and data":', b'"Ads and data"', 1), [0, 1, 2, 3], "SMA-R001"
    yield data[:-40], [0, 1, 2, 3], "SMA-R003"
    last = data.index(str(NUMBER + 3).encode())
    yield data[:last] + data[last:].replace(b"}", b"", 1), [0, 1, 2], "SMA-R001"
    yield data[:last] + data[last:].replace(b"]", b"", 1), [0, 1, 2, 3], "SMA-R001"


@pytest.mark.parametrize(("data", "numbers", "code"), list(damaged()))
def test_of_a_damaged_export_the_posts_are_saved_and_everything_else_goes(
    data: bytes, numbers: list[int], code: str
) -> None:
    items = read(data)
    posts = [one for one in kinds(items, Post) if one.native_id]
    assert [int(one.native_id) - NUMBER for one in posts] == numbers
    assert set(codes(items)) == {code}
    assert PRIVATE.encode() not in remains(data, items)
    for one in kinds(items, Post):
        (evidence,) = one.evidence
        assert data[evidence.offset :][: evidence.length] in remains(data, items)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_happens_to_the_bytes_nothing_private_remains_and_nothing_raises(chosen: st.DataObject) -> None:
    data = bytearray(json.dumps(new([post(0), post(1)], [COMMENT])).encode())
    for _ in range(chosen.draw(st.integers(1, 4))):
        at = chosen.draw(st.integers(0, len(data) - 1))
        size = chosen.draw(st.integers(0, 30))
        data[at : at + size] = chosen.draw(st.binary(max_size=4))
    if reader.recognise(listing({"export/gegevens.json": bytes(data)})):
        items = read(bytes(data))
        assert PRIVATE.encode() not in remains(bytes(data), items)


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from(GENERATIONS))
def test_however_brackets_and_quotes_are_lost_nothing_private_remains(chosen: st.DataObject, generation: Any) -> None:
    data = bytearray(json.dumps(generation([post(0), post(1), post(2)], [COMMENT, COMMENT])).encode())
    for _ in range(chosen.draw(st.integers(1, 3))):
        places = [number for number, one in enumerate(data) if one in b'{}[],:"']
        del data[chosen.draw(st.sampled_from(places))]
    if reader.recognise(listing({"export/gegevens.json": bytes(data)})):
        items = read(bytes(data))
        assert PRIVATE.encode() not in remains(bytes(data), items)
        assert all(one.native_id is None or int(one.native_id) - NUMBER < 3 for one in kinds(items, Post))


def test_odd_values_cost_no_post() -> None:
    odd = post(1, Likes=None, Title=7, Date=True, WhoCanView=["x"], Nieuw={"a": [1]})
    data = json.dumps(new([post(0), odd, None, post(2)])).encode().replace(b'"Location": ""', b'"Location": NaN', 1)
    items = read(data)
    assert [int(one.native_id) - NUMBER for one in kinds(items, Post)] == [0, 1, 2]
