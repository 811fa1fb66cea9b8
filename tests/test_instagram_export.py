"""Instagram's own export: every generation, JSON and HTML."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from meta_exports import JPEG, NOW, PAGE, SECOND, codes, items_of, labelled, medium, meta, posts, texts
from sma_plugin.model import (
    Account,
    AccountRef,
    Alias,
    Exclusion,
    Moment,
    Observation,
    ProfileVersion,
    Relation,
    Tally,
    Withdrawal,
)
from sma_plugin.readers.exclusion import class_of, rule_for
from sma_plugin.readers.instagram import export
from sma_plugin.testing import listing

READER = "instagram-export"
ACTIVITY = "your_instagram_activity/"
PROFILE_PATH = "personal_information/personal_information/personal_information.json"
NL = {
    "Gebruikersnaam": "voorbeeldstad",
    "Naam": "Gemeente Voorbeeldstad",
    "Biografie": "Nieuws – café",
    "E-mailadres": "beheer@voorbeeldstad.example",
    "Geboortedatum": "1980-01-02",
    "Website": "https://voorbeeldstad.example",
}
PROFILE = {
    "profile_user": [
        {"media_map_data": {"Profielfoto": {"uri": "media/other/p.jpg", "creation_timestamp": NOW}}}
        | labelled(**{label: {"value": value} for label, value in NL.items()})
    ]
}


def read(contents: dict[str, Any]) -> list[Any]:
    given = {PROFILE_PATH: PROFILE, "media/other/p.jpg": JPEG} | contents
    return items_of({path: one if isinstance(one, bytes) else meta(one) for path, one in given.items()}, READER)


@pytest.mark.parametrize(
    "path",
    [
        "content/posts_1.json",
        ACTIVITY + "content/posts_1.json",
        ACTIVITY + "media/posts_2.json",
        "instagram-voorbeeldstad-2026-09-15-AbCd/" + ACTIVITY + "media/posts_1.json",
        "hernoemd.json",
    ],
)
def test_posts_are_found_in_every_generation_of_paths(path: str) -> None:
    found = items_of({path: meta([{"media": [medium("media/posts/202311/a.jpg", "Café 👍")]}])}, READER)
    assert [(one.state.text, one.created.us) for one in posts(found)] == [("Café 👍", NOW * SECOND)]


@pytest.mark.parametrize(
    ("name", "listed", "kind", "withdrawn"),
    [
        ("reels", "ig_reels_media", "note", None),
        ("igtv_videos", "ig_igtv_media", "note", None),
        ("archived_posts", "ig_archived_post_media", "note", Withdrawal("archived")),
        ("recently_deleted_content", "ig_recently_deleted_media", "note", Withdrawal("deleted")),
        ("stories", "ig_stories", "story", None),
        ("hernoemd", "ig_stories", "story", None),
    ],
)
def test_each_list_is_read_for_what_it_is(name: str, listed: str, kind: str, withdrawn: Withdrawal | None) -> None:
    one = medium("media/x/a.mp4", "Dag #markt met @wijkraad.oost")
    item = one if listed == "ig_stories" else {"media": [one]}
    (found,) = posts(read({f"{ACTIVITY}media/{name}.json": {listed: [item]}}))
    assert (found.kind, found.withdrawn, found.audience) == (kind, withdrawn, None)
    assert found.state.hashtags == ("markt",)
    assert found.state.mentions == (AccountRef(handle="wijkraad.oost"),)


@pytest.mark.parametrize(
    ("item", "text", "at"),
    [
        ({"media": [medium("a.jpg", "bij het beeld", NOW)]}, "bij het beeld", NOW),
        (
            {
                "media": [medium("a.jpg", "", NOW), medium("b.jpg", "", NOW + 1)],
                "title": "bij het bericht",
                "creation_timestamp": NOW + 9,
            },
            "bij het bericht",
            NOW + 9,
        ),
        ({"media": [medium("a.jpg", "", NOW), medium("b.jpg", "", NOW)], "title": ""}, "", NOW),
        ({"media": [medium("a.jpg", "één"), medium("b.jpg", "twee")], "creation_timestamp": NOW}, "één\n\ntwee", NOW),
        ({"media": [], "title": "alleen tekst", "creation_timestamp": NOW}, "alleen tekst", NOW),
        (
            {
                "timestamp": NOW,
                "media": [medium("a.jpg")],
                "label_values": [{"label": "Bijschrift", "value": "nieuwste vorm"}],
                "fbid": "17900000000000001",
            },
            "nieuwste vorm",
            NOW,
        ),
    ],
)
def test_caption_and_moment_are_the_posts_or_its_mediums(item: dict[str, Any], text: str, at: int) -> None:
    name = "posts" if "label_values" in item else "posts_1"
    (one,) = posts(read({f"{ACTIVITY}media/{name}.json": [item]}))
    assert (one.state.text, one.created.us) == (text, at * SECOND)
    assert one.aliases == ((Alias("fbid", "17900000000000001"),) if "fbid" in item else ())
    assert len(one.state.media or ()) == len(item["media"])


@pytest.mark.parametrize(
    "document",
    [
        {"ig_posts_of_2027": [{"media": [medium("a.jpg", "a")]}]},
        [None, {"media": [medium("a.jpg", "a")]}],
        [{"title": "", "media": []}, {"media": [medium("a.jpg", "a")]}],
    ],
)
def test_a_new_name_or_an_odd_first_item_hides_no_posts(document: Any) -> None:
    assert texts(read({ACTIVITY + "media/posts_1.json": document}))[-1:] == ["a"]


def test_names_that_are_the_same_in_every_language_are_known() -> None:
    value = [{"label": "Matn", "ent_field_name": "Caption", "value": "nieuw"}]
    item = {"timestamp": NOW, "media": [medium("a.jpg")], "label_values": value}
    assert texts(read({ACTIVITY + "media/posts.json": [item]})) == ["nieuw"]


def test_every_post_points_at_its_own_bytes() -> None:
    data = meta({"ig_stories": [medium("a.jpg", "één"), medium("b.jpg", "twee", NOW + 1)]})
    for one in posts(read({ACTIVITY + "media/stories.json": data})):
        (evidence,) = one.evidence
        assert evidence.offset is not None
        assert evidence.length is not None
        assert (
            json.loads(data[evidence.offset : evidence.offset + evidence.length])["creation_timestamp"] * SECOND
            == one.created.us
        )


@pytest.mark.parametrize(
    "labels",
    [
        ("Comment", "Media Owner", "Time"),
        ("Opmerking", "Media-eigenaar", "Tijd"),
        ("Kommentar", "Medieninhaber", "Zeit"),
    ],
)
@pytest.mark.parametrize("listed", ["", "comments_media_comments"])
def test_comments_are_read_in_the_language_of_the_account(labels: tuple[str, str, str], listed: str) -> None:
    text, owner, time = labels
    item = labelled(**{owner: {"value": "wijkraad.oost"}, text: {"value": "Tot morgen 👋"}, time: {"timestamp": NOW}})
    found = read({ACTIVITY + "comments/post_comments_1.json": {listed: [item]} if listed else [item]})
    (one,) = posts(found)
    assert one.state.text == "Tot morgen 👋"
    assert one.created.us == NOW * SECOND
    assert one.relations == (Relation("reply", target_account=AccountRef(handle="wijkraad.oost")),)
    assert codes(found) == []


def test_a_comment_in_a_language_that_is_not_known_is_kept_and_told() -> None:
    item = labelled(Sharh={"value": "Rahmat"}, Egasi={"value": "wijkraad.oost"}, Vaqt={"timestamp": NOW})
    found = read({ACTIVITY + "comments/post_comments_1.json": [item, item | {"x": 1}]})
    assert texts(found) == ["Rahmat", "Rahmat"]
    assert posts(found)[0].created.us == NOW * SECOND
    assert posts(found)[0].relations[0].target_account == AccountRef(handle="wijkraad.oost")
    assert codes(found) == ["SMA-R101"]


def test_of_the_profile_only_what_it_says_to_everyone_is_left() -> None:
    data = meta(PROFILE)
    found = read({PROFILE_PATH: data, "content/posts_1.json": []})
    left = data
    for cut in sorted((one for one in found if isinstance(one, Exclusion)), key=lambda one: -(one.offset or 0)):
        assert cut.offset is not None
        assert cut.length is not None
        left = left[: cut.offset] + left[cut.offset + cut.length :]
    for kept_out in (b"beheer@", b"1980"):
        assert kept_out in data
        assert kept_out not in left
    (account,) = [one for one in found if isinstance(one, Account)]
    assert account.ref == AccountRef(
        handle="voorbeeldstad", name="Gemeente Voorbeeldstad", url="https://www.instagram.com/voorbeeldstad/"
    )
    (profile,) = [one for one in found if isinstance(one, ProfileVersion)]
    assert (profile.bio, profile.avatar and profile.avatar.path) == ("Nieuws – café", "media/other/p.jpg")


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-40],
        lambda data: data.replace(b'"Gebruikersnaam"', b'"Gebruikersnaam', 1),
        lambda data: data[:-1] + b', "meer": {"email": "beheer@voorbeeldstad.example"}}',
        lambda data: data.replace(
            b'"profile_user"', b'"oud": [{"email": "beheer@voorbeeldstad.example"}], "profile_user"'
        ),
    ],
)
def test_of_a_profile_that_is_damaged_or_larger_nothing_personal_is_left(damage: Callable[[bytes], bytes]) -> None:
    data = damage(meta(PROFILE))
    found = read({PROFILE_PATH: data, "content/posts_1.json": [{"media": [medium("media/other/p.jpg")]}]})
    cuts = [one for one in found if isinstance(one, Exclusion)]
    left = b"" if Exclusion("instagram-export.profile", PROFILE_PATH) in cuts else data
    for cut in sorted(cuts, key=lambda one: -(one.offset or 0)):
        left = left[: cut.offset or 0] + left[(cut.offset or 0) + (cut.length or 0) :]
    assert b"beheer@" not in left


def test_posts_of_a_private_account_are_for_followers() -> None:
    private = {"profile_user": [labelled(Username={"value": "v"}, **{"Private Account": {"value": "True"}})]}
    (one,) = posts(read({PROFILE_PATH: private, "content/posts_1.json": [{"media": [medium("a.jpg")]}]}))
    assert one.audience == "followers"


def test_profile_pictures_are_versions_of_the_profile_and_no_posts() -> None:
    found = read({ACTIVITY + "media/profile_photos.json": {"ig_profile_picture": [medium("media/other/p.jpg")]}})
    assert posts(found) == []
    assert [one.at for one in found if isinstance(one, ProfileVersion)] == [None, Moment(NOW * SECOND, str(NOW))]


def test_other_content_is_kept_and_told() -> None:
    found = read(
        {ACTIVITY + "media/other_content.json": {"ig_other_media": [{"media": [medium("media/other/p.jpg", "los")]}]}}
    )
    assert texts(found) == ["los"]
    assert codes(found) == ["SMA-R105"]


def test_what_is_liked_and_followed_is_counted() -> None:
    found = read(
        {
            ACTIVITY + "likes/liked_posts.json": {"likes_media_likes": [{}, {}]},
            ACTIVITY + "likes/liked_comments.json": [{"timestamp": 1, "media": [], "label_values": []}],
            "connections/followers_and_following/followers_1.json": [{}, {}, {}],
            "connections/followers_and_following/following.json": {"relationships_following": [{}]},
            ACTIVITY + "media/stories.json": {"ig_stories": []},
        }
    )
    assert sorted(one.counted for one in found if isinstance(one, Tally)) == [1, 2]
    assert [one.counts for one in found if isinstance(one, Observation)] == [{"followers": 3, "following": 1}]


def test_the_export_of_the_first_generation_is_read() -> None:
    media = {
        "stories": [{"caption": "", "taken_at": "2019-01-05T12:00:00+00:00", "path": "stories/201901/s.jpg"}],
        "photos": [
            {
                "caption": "Café",
                "taken_at": "2019-01-06T12:00:00",
                "location": "Stadhuis",
                "path": "photos/201901/a.jpg",
            }
        ],
        "direct": [{"taken_at": "2019-01-06T12:00:00", "path": "direct/201901/d.jpg"}],
        "profile": [{"caption": "", "taken_at": "2019-01-07T12:00:00", "path": "profile/201901/p.jpg"}],
    }
    comments = {"media_comments": [["2019-01-08T12:00:00", "Mooi 👍", "wijkraad.oost"], ["stuk"]], "live_comments": []}
    profile = {
        "biography": "Nieuws",
        "date_joined": "2012-01-01T00:00:00",
        "email": "beheer@voorbeeldstad.example",
        "name": "Gemeente",
        "username": "voorbeeldstad",
    }
    contents = {"media.json": media, "comments.json": comments, "profile.json": profile, "photos/201901/a.jpg": JPEG}
    found = items_of({path: one if isinstance(one, bytes) else meta(one) for path, one in contents.items()}, READER)
    assert [(one.kind, one.state.text, one.author.handle) for one in posts(found)] == [
        ("story", "", "voorbeeldstad"),
        ("note", "Café", "voorbeeldstad"),
        ("note", "Mooi 👍", "voorbeeldstad"),
    ]
    assert {one.rule for one in found if isinstance(one, Exclusion)} == {
        "instagram-export.direct",
        "instagram-export.profile",
    }
    assert codes(found) == ["SMA-R001", "SMA-R007", "SMA-R007"]


def test_what_is_threads_is_left_to_its_own_reader() -> None:
    threads = ACTIVITY + "threads/threads_and_replies.json"
    contents = {
        threads: meta({"text_post_app_text_posts": [{"media": [medium("", "a")]}]}),
        "content/posts_1.json": meta([{"media": [medium("a.jpg")]}]),
    }
    (match,) = export.recognise_all(listing(contents))
    assert threads not in match.paths


def card(caption: str, body: str, date: str) -> str:
    return (
        f'<div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder"><h2 class="_3-95 _2pim _a6-h _a6-i">{caption}</h2>'
        f'<div class="_3-95 _a6-p"><div><div>{body}</div></div></div><div class="_3-94 _a6-o">{date}</div></div>'
    )


def test_pages_are_read_with_the_caption_as_the_text() -> None:
    shown = (
        '<div class="pam _a6-g uiBoxWhite noborder"><a href="media/posts/1/{0}.jpg">'
        '<img src="media/posts/1/{0}.jpg"/></a>'
        '<table><tr><td class="_a6_q">Breedtegraad</td><td class="_a6_r">52.1</td></tr></table></div>'
    )
    cards = (
        card("Café &#064;wijkraad<br/>open", shown.format("a") + shown.format("b"), "Sep 28, 2020, 3:08 PM"),
        card("", shown.format("c"), "okt. 4, 2026 12:49 p.m."),
    )
    body = PAGE.format(f'<main class="_a706" role="main">{"".join(cards)}</main>')
    comment = PAGE.format(
        '<main role="main"><div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder"><div class="_a6-p"><table>'
        '<tr><td colspan="2" class="_a6_q">Opmerking<div><div>Tot morgen</div></div></td></tr>'
        '<tr><td colspan="2" class="_a6_q">Media-eigenaar<div><div>wijkraad.oost</div></div></td></tr>'
        '<tr><td class="_a6_q">Tijd</td><td class="_2piu _a6_r">Oct 04, 2026 12:50 pm</td></tr>'
        "</table></div></div></main>"
    )
    found = items_of(
        {
            ACTIVITY + "media/posts_1.html": body.encode(),
            ACTIVITY + "comments/post_comments_1.html": comment.encode(),
            **{f"media/posts/1/{name}.jpg": JPEG for name in "abc"},
        },
        READER,
    )
    first, second, third = posts(found)
    assert first.state.text == "Café @wijkraad\nopen"
    assert [one.path for one in first.state.media or ()] == ["media/posts/1/a.jpg", "media/posts/1/b.jpg"]
    assert first.created == Moment(1_601_305_680 * SECOND, "Sep 28, 2020, 3:08 PM", "zone:UTC")
    assert second.state.text == ""
    assert (third.state.text, third.relations) == (
        "Tot morgen",
        (Relation("reply", target_account=AccountRef(handle="wijkraad.oost")),),
    )
    assert codes(found) == ["SMA-R100", "SMA-R104"]


def test_one_bad_item_costs_one_item() -> None:
    data = meta([{"media": [medium(f"{name}.jpg", name)]} for name in "abc"]).replace(b'"b"', b'"b', 1)
    found = read({"content/posts_1.json": data})
    assert texts(found) == ["a", "c"]
    assert "SMA-R001" in codes(found)
    assert "SMA-R003" in codes(read({"content/posts_1.json": data[:-60]}))


@pytest.mark.parametrize(
    "odd",
    [
        {"media": medium("a.jpg", "a")},
        {"media": [medium("a.jpg", "a") | {"creation_timestamp": str(NOW)}, None, 3]},
        {"media": [medium("a.jpg", "a") | {"media_metadata": None, "cross_post_source": []}], "title": None},
    ],
)
def test_odd_values_cost_no_post(odd: dict[str, Any]) -> None:
    found = posts(read({"content/posts_1.json": [{"media": [medium("b.jpg", "voor")]}, odd]}))
    assert [(one.state.text, one.created.us) for one in found] == [("voor", NOW * SECOND), ("a", NOW * SECOND)]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("messages/inbox/a_1/message_1.json", "direct-messages"),
        (ACTIVITY + "messages/inbox/a_1/photos/a.jpg", "direct-messages"),
        (ACTIVITY + "saved/saved_posts.json", "own-likes"),
        (ACTIVITY + "story_interactions/polls.json", "own-likes"),
        ("connections/contacts/synced_contacts.json", "contacts"),
        ("followers_and_following/close_friends.json", "contacts"),
        ("security_and_login_information/login_and_account_creation/login_activity.json", "account-security"),
        ("personal_information/device_information/devices.json", "account-security"),
        ("personal_information/personal_information/profile_changes.json", "account-security"),
        ("account_information/account_information.json", "account-security"),
        ("logged_information/recent_searches/account_searches.json", "history"),
        ("ads_information/ads_and_topics/ads_viewed.json", "ad-interests"),
        ("preferences/media_settings/consents.json", "account-security"),
    ],
)
def test_what_is_out_of_scope_is_left_out_by_path(path: str, kind: str) -> None:
    rule = rule_for(READER, path)
    assert rule is not None
    assert class_of(rule) == kind


@pytest.mark.parametrize(
    "path",
    [
        "content/posts_1.json",
        ACTIVITY + "comments/reels_comments.json",
        PROFILE_PATH,
        "account_information/personal_information.json",
        "personal_information/personal_information.json",
        "media/posts/1/a.jpg",
    ],
)
def test_what_is_in_scope_is_not_left_out(path: str) -> None:
    assert rule_for(READER, path) is None


@pytest.mark.parametrize(
    "contents",
    [
        {"posts/your_posts_1.json": [{"timestamp": 1, "data": [{"post": "a"}], "title": ""}]},
        {"media.json": [{"id": "1", "caption": "a", "media_type": "IMAGE"}]},
        {"media.json": {"photos": [], "albums": []}},
        {"posts.json": {"data": [{"id": "1", "caption": "a", "timestamp": "2020-01-01T00:00:00+0000"}]}},
        {"site/posts_1.html": b"<html><body>a</body></html>"},
    ],
)
def test_what_is_no_export_of_instagram_is_not_taken_for_one(contents: dict[str, Any]) -> None:
    found = {path: one if isinstance(one, bytes) else meta(one) for path, one in contents.items()}
    assert export.recognise_all(listing(found)) == []
