"""Facebook's own export in JSON: profile and Page, every generation of paths and roots."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from meta_exports import JPEG, NOW, SECOND, codes, items_of, meta, post, posts, shows, texts
from sma_plugin.model import (
    Account,
    AccountRef,
    Alias,
    Exclusion,
    Link,
    Location,
    Moment,
    Observation,
    Poll,
    Post,
    ProfileVersion,
    Relation,
    Tally,
    Withdrawal,
)
from sma_plugin.readers.exclusion import class_of, rule_for, rules
from sma_plugin.readers.facebook import export
from sma_plugin.readers.facebook.export_posts import named
from sma_plugin.testing import MemoryCapture, listing

READER = "facebook-export"
PROFILE = {
    "profile_v2": {
        "name": {"full_name": "Gemeente Voorbeeldstad", "first_name": "Gemeente"},
        "emails": {"emails": ["beheer@voorbeeldstad.example"]},
        "birthday": {"year": 1980, "month": 1, "day": 2},
        "username": "voorbeeldstad",
        "registration_timestamp": 1_300_000_000,
        "websites": [{"address": "https://voorbeeldstad.example"}],
        "about_me": "Nieuws uit de gemeente – café en al",
        "phone_numbers": [{"phone_number": "+31 10 000 00 00"}],
    }
}
NEW, ACROSS, OF_PAGE = (
    "your_facebook_activity/",
    "your_activity_across_facebook/",
    "this_profile's_activity_across_facebook/",
)


def read(contents: dict[str, Any]) -> list[Any]:
    return items_of({path: one if isinstance(one, bytes) else meta(one) for path, one in contents.items()}, READER)


@pytest.mark.parametrize(
    "path",
    [
        "posts/your_posts.json",
        "posts/your_posts_1.json",
        "facebook-voorbeeldstad/posts/your_posts_2.json",
        NEW + "posts/your_posts__check_ins__photos_and_videos_1.json",
        ACROSS + "posts/your_posts__check_ins__photos_and_videos_1.json",
        OF_PAGE + "posts/profile_posts_1.json",
        "this_profile_s_activity_across_facebook/posts/profile_posts_2.json",
        "personal_information/profile_information/" + NEW + "posts/your_posts__check_ins__photos_and_videos_1.json",
        "uit de export/hernoemd.json",
        "hernoemd.json",
    ],
)
def test_posts_are_found_in_every_generation_of_paths(path: str) -> None:
    found = posts(read({path: [post("Eén"), post("twee", NOW + 5)]}))
    assert [one.state.text for one in found] == ["Eén", "twee"]
    assert [one.created.us for one in found] == [NOW * SECOND, (NOW + 5) * SECOND]


@pytest.mark.parametrize(
    "document",
    [
        [post("a"), post("b")],
        {"status_updates": [post("a"), post("b")]},
        {"status_updates": {"activity_log_data": [post("a"), post("b")]}},
        {"profile_posts_v3": [post("a"), post("b")], "something": {"else": [1]}},
        [[post("a")], post("b")],
    ],
)
def test_posts_are_found_under_every_root(document: Any) -> None:
    assert texts(read({"posts/your_posts_1.json": document})) == ["a", "b"]


@pytest.mark.parametrize(
    "document",
    [
        {"profile_posts_of_2027": [post("a"), post("b")]},
        [None, post("a"), post("b")],
        [{}, post("a"), post("b")],
        [{"data": [{"post": "lang " * 2000}], "timestamp": NOW}, post("a"), post("b")],
    ],
)
def test_a_new_name_or_an_odd_first_item_hides_no_posts(document: Any) -> None:
    assert texts(read({NEW + "posts/your_posts_1.json": document}))[-2:] == ["a", "b"]


@pytest.mark.parametrize("name", ["draft_posts_v2", "your_scheduled_posts", "unpublished_page_posts_v2"])
def test_lists_of_what_was_not_published_are_left_out_by_their_names(name: str) -> None:
    found = read({NEW + "posts/your_posts_1.json": [post()], NEW + "posts/los.json": {name: [post("concept")]}})
    assert texts(found) == ["De markt is open"]
    assert [class_of(one.rule) for one in found if isinstance(one, Exclusion)] == ["drafts"]


def test_a_single_post_can_be_the_document_itself() -> None:
    assert texts(read({OF_PAGE + "posts/profile_posts_1.json": post("alleen")})) == ["alleen"]


def test_every_post_points_at_its_own_bytes() -> None:
    data = meta([post("Café ☕"), post("b", NOW + 1)])
    for one in posts(read({"posts/your_posts_1.json": b"\xef\xbb\xbf" + data})):
        (evidence,) = one.evidence
        assert evidence.offset is not None
        assert evidence.length is not None
        item = json.loads((b"\xef\xbb\xbf" + data)[evidence.offset : evidence.offset + evidence.length])
        assert item["timestamp"] * SECOND == one.created.us
        assert item["data"][0]["post"].encode("latin-1").decode() == one.state.text


def test_text_is_repaired_once_and_what_needs_no_repair_is_left() -> None:
    right = json.dumps([post("Café 👍 al goed")]).encode()
    assert texts(read({"posts/your_posts_1.json": right})) == ["Café 👍 al goed"]
    twice = "Ã©".encode().decode("latin-1")
    assert texts(read({"posts/your_posts_1.json": json.dumps([post(twice)]).encode()})) == ["Ã©"]
    # A letter that stands alone is no UTF-8 in disguise.
    assert texts(read({"posts/your_posts_1.json": json.dumps([post("\u00e9én")]).encode()})) == ["één"]


def test_what_a_post_carries_along_is_read() -> None:
    attachments = [
        {"data": [{"external_context": {"url": "https://voorbeeldstad.example/a", "name": "A", "source": "Site"}}]},
        {
            "data": [
                {"place": {"name": "Stadhuis", "coordinate": {"latitude": 52.0, "longitude": 4.5}, "address": "Plein"}}
            ]
        },
        {"data": [{"poll": {"question": "Wat?", "options": [{"option": "ja", "voted": True}, {"option": "nee"}]}}]},
    ]
    data = [
        {"post": "Kom #langs bij @[100012:2048:Wijkraad Oost] https://x.example/b."},
        {"update_timestamp": NOW + 60},
    ]
    tags = [{"name": "Buurtvereniging"}, "Speeltuin"]
    (one,) = posts(read({"posts/your_posts_1.json": [post(None, attachments=attachments, tags=tags) | {"data": data}]}))
    assert one.state.text == "Kom #langs bij Wijkraad Oost https://x.example/b."
    assert one.state.hashtags == ("langs",)
    assert one.state.links == (
        Link("https://voorbeeldstad.example/a", title="A", description="Site"),
        Link("https://x.example/b"),
    )
    assert one.state.location == Location("Stadhuis", latitude=52.0, longitude=4.5)
    assert one.state.poll == Poll(("ja", "nee"))
    assert one.kind == "question"
    assert one.state.mentions == (
        AccountRef("100012", name="Wijkraad Oost"),
        AccountRef(name="Buurtvereniging"),
        AccountRef(name="Speeltuin"),
    )
    assert one.edited == Moment((NOW + 60) * SECOND, str(NOW + 60))
    assert one.state.raw is not None
    assert one.state.raw["title"] == "Gemeente Voorbeeldstad"
    assert "@[100012" in one.state.raw["text"]


def test_a_medium_is_found_by_its_path_whatever_was_done_to_it() -> None:
    uri = OF_PAGE + "posts/media/Markt_12/a b.jpg"
    for delivered in (
        uri,
        "los/this_profile_s_activity_across_facebook/posts/media/Markt_12/a b.jpg",
        "los/Markt_12/a b.jpg",
    ):
        root = delivered.partition("this_profile")[0].partition("Markt")[0]
        found = read({root + OF_PAGE + "posts/profile_posts_1.json": [post(**shows(uri))], delivered: JPEG})
        assert [one.path for one in posts(found)[0].state.media or ()] == [delivered]
        assert codes(found) == ["SMA-R100"]


def test_a_medium_that_is_missing_is_told_once() -> None:
    found = read(
        {
            "posts/your_posts_1.json": [
                post(**shows("posts/media/a_1/x.jpg")),
                post("b", **shows("posts/media/a_1/x.jpg")),
            ]
        }
    )
    assert codes(found) == ["SMA-R007", "SMA-R100"]
    assert [medium.source for one in posts(found) for medium in one.state.media or ()] == ["posts/media/a_1/x.jpg"] * 2


def test_a_photo_of_a_post_is_no_second_post_and_what_was_uploaded_together_is_one() -> None:
    def photo(name: str, at: int = NOW, **more: Any) -> dict[str, Any]:
        return {"uri": f"posts/media/Feest_1/{name}.jpg", "creation_timestamp": at, "title": "Feest"} | more

    found = read(
        {
            "posts/album/0.json": {"name": "Feest", "photos": [photo("a"), photo("b", NOW + 9), photo("c", NOW + 9)]},
            "posts/your_uncategorized_photos.json": {"other_photos_v2": [photo("d", description="Oud stadhuis")]},
            "posts/your_videos.json": {"videos_v2": [photo("e") | {"uri": "posts/media/videos/e.mp4"}]},
            "posts/your_posts_1.json": [post("Feest!", **shows("posts/media/Feest_1/a.jpg"))],
            **{f"posts/media/Feest_1/{name}.jpg": JPEG for name in "abcd"},
            "posts/media/videos/e.mp4": JPEG,
        }
    )
    assert [(one.kind, one.state.text, len(one.state.media or ())) for one in posts(found)] == [
        ("note", "Feest!", 1),
        ("image", "", 2),
        ("image", "Oud stadhuis", 1),
        ("video", "", 1),
    ]
    assert len(posts(found)[1].evidence) == 2
    assert posts(found)[1].state.raw == {"album": "Feest", "title": "Feest"}


def test_comments_below_a_photo_are_of_who_wrote_them_and_stand_on_the_account() -> None:
    said = [
        {"timestamp": NOW + 1, "comment": "Mooi", "author": "Jan Voorbeeld"},
        {"timestamp": NOW + 2, "comment": "Dank", "author": "Gemeente Voorbeeldstad"},
    ]
    album = {
        "name": "Feest",
        "photos": [{"uri": "photos_and_videos/F_1/a.jpg", "creation_timestamp": NOW, "comments": said}],
    }
    found = posts(
        read({"photos_and_videos/album/0.json": album, "profile_information/profile_information.json": PROFILE})
    )
    by_text = {one.state.text: one for one in found}
    assert by_text["Mooi"].author == AccountRef(
        name="Jan Voorbeeld", aliases=(Alias("name", "Jan Voorbeeld", derived=True),)
    )
    assert by_text["Mooi"].placed_on is not None
    assert by_text["Mooi"].placed_on.handle == "voorbeeldstad"
    assert by_text["Dank"].author.handle == "voorbeeldstad"
    assert by_text["Dank"].placed_on is None


@pytest.mark.parametrize(
    ("sentence", "to"),
    [
        ("Gemeente Voorbeeldstad replied to Jan Voorbeeld's comment.", "Jan Voorbeeld"),
        ("Gemeente Voorbeeldstad commented on Jan Voorbeeld’s post.", "Jan Voorbeeld"),
        ("Gemeente Voorbeeldstad heeft gereageerd op een bericht van Jan Voorbeeld.", "Jan Voorbeeld"),
        ("Iets in een taal zonder patroon", None),
    ],
)
def test_a_comment_answers_who_the_sentence_names(sentence: str, to: str | None) -> None:
    comment = {
        "comment": {
            "timestamp": NOW,
            "comment": "Bedankt! 👍",
            "author": "Gemeente Voorbeeldstad",
            "group": "Wijk Oost",
        }
    }
    for path, name in (
        ("comments/comments.json", "comments"),
        (NEW + "comments_and_reactions/comments.json", "comments_v2"),
    ):
        (one,) = posts(read({path: {name: [{"timestamp": NOW, "data": [comment], "title": sentence}]}}))
        assert one.state.text == "Bedankt! 👍"
        assert one.relations == (Relation("reply", target_account=AccountRef(name=to) if to else None),)
        assert one.audience == "community"
        assert one.author.name == "Gemeente Voorbeeldstad"


def test_posts_in_groups_and_on_pages_of_others_are_own_posts() -> None:
    found = posts(
        read(
            {
                NEW + "groups/group_posts_and_comments.json": {
                    "group_posts_v2": [post("in de groep", title="Gemeente heeft in Wijk Oost geplaatst.")]
                },
                "groups/your_posts_in_groups.json": {"group_posts": {"activity_log_data": [post("oud", NOW + 1)]}},
                NEW + "posts/your_posts_1.json": [
                    post("gefeliciteerd", NOW + 2, title="Gemeente wrote on Wijkraad Oost's timeline.")
                ],
                NEW + "posts/posts_on_other_pages_and_profiles.json": [
                    {
                        "timestamp": NOW + 3,
                        "media": [],
                        "label_values": [
                            {"label": "Bericht", "value": "op jullie pagina"},
                            {"label": "Target", "value": "Speeltuin"},
                        ],
                        "fbid": "9007199254740993",
                    }
                ],
            }
        )
    )
    by_text = {one.state.text: one for one in found}
    assert set(by_text) == {"in de groep", "oud", "gefeliciteerd", "op jullie pagina"}
    assert by_text["in de groep"].audience == by_text["oud"].audience == "community"
    assert by_text["in de groep"].state.raw == {"title": "Gemeente heeft in Wijk Oost geplaatst.", "group": "Wijk Oost"}
    assert by_text["gefeliciteerd"].placed_on == named("Wijkraad Oost")
    assert by_text["op jullie pagina"].aliases == (Alias("fbid", "9007199254740993"),)


def test_what_a_program_placed_for_the_account_is_an_own_post() -> None:
    placed = {
        "app_posts_v2": [post(None, title="via een programma", attachments=[{"data": [{"text": "Afvalkalender"}]}])]
    }
    path = "apps_and_websites_off_of_facebook/posts_from_apps_and_websites.json"
    assert texts(read({path: placed})) == ["Afvalkalender"]


def test_a_visitor_is_the_author_of_what_was_written_on_the_account() -> None:
    visit = {
        "wall_posts_sent_to_you": {
            "activity_log_data": [post("Complimenten!", title="Jan Voorbeeld wrote on your timeline.")]
        }
    }
    (one,) = posts(
        read(
            {
                "posts/other_people's_posts_to_your_timeline.json": visit,
                "profile_information/profile_information.json": PROFILE,
            }
        )
    )
    assert one.author.name == "Jan Voorbeeld"
    assert one.placed_on is not None
    assert one.placed_on.handle == "voorbeeldstad"


def test_archived_and_deleted_posts_are_kept_as_withdrawn_and_drafts_are_not_read() -> None:
    found = read(
        {
            NEW + "posts/archive.json": {"archive_v2": [post("gearchiveerd")]},
            NEW + "posts/trash.json": {"trash_v2": [post("weggegooid", NOW + 1)]},
            NEW + "posts/renamed.json": {"pending_posts_v2": [post("wacht op de groep", NOW + 2)]},
            NEW + "stories/archived_stories.json": {
                "archived_stories_v2": [post(None, NOW + 3, **shows("posts/media/s_1/a.jpg"))]
            },
            NEW + "reels/your_reels.json": {"lasso_videos_v2": [post("reel", NOW + 4)]},
        }
    )
    assert {one.state.text: one.withdrawn for one in posts(found)} == {
        "gearchiveerd": Withdrawal("archived"),
        "weggegooid": Withdrawal("deleted"),
        "": None,
        "reel": None,
    }
    assert [one.kind for one in posts(found)] == ["note", "note", "video", "story"]


def test_events_and_notes_are_posts_with_a_title() -> None:
    event = {
        "name": "Open dag",
        "start_timestamp": NOW + 100,
        "end_timestamp": NOW + 200,
        "description": "Kom!",
        "create_timestamp": NOW,
        "place": {"name": "Stadhuis"},
    }
    note = {
        "title": "Lang verhaal",
        "text": "Er was eens",
        "created_timestamp": NOW,
        "updated_timestamp": NOW + 5,
        "tags": [],
    }
    first, second = posts(
        read(
            {
                NEW + "events/your_events.json": {"your_events_v2": [event]},
                "other_activity/notes.json": {"notes_v2": [note]},
            }
        )
    )
    assert (first.kind, first.state.title, first.state.text, first.created.us) == (
        "event",
        "Open dag",
        "Kom!",
        NOW * SECOND,
    )
    assert first.state.location == Location("Stadhuis")
    assert (second.kind, second.state.title, second.state.text) == ("article", "Lang verhaal", "Er was eens")
    assert second.edited == Moment((NOW + 5) * SECOND, str(NOW + 5))


def test_own_likes_are_counted_in_every_form_and_followers_too() -> None:
    like = {
        "timestamp": NOW,
        "data": [{"reaction": {"reaction": "LIKE", "actor": "Gemeente"}}],
        "title": "Gemeente likes x",
    }
    newest = {
        "timestamp": NOW,
        "media": [],
        "label_values": [{"label": "Reactie", "value": "Vind ik leuk"}],
        "fbid": "1",
    }
    found = read(
        {
            "posts/your_posts_1.json": [post(), like],
            "likes_and_reactions/posts_and_comments.json": {"reactions": [like, like]},
            NEW + "comments_and_reactions/likes_and_reactions_1.json": [like, like, like],
            NEW + "comments_and_reactions/likes_and_reactions.json": [newest],
            "connections/followers/people_who_followed_you.json": {"followers_v3": [{"name": "a"}, {"name": "b"}]},
        }
    )
    assert len(posts(found)) == 1
    assert sorted(one.counted for one in found if isinstance(one, Tally)) == [1, 1, 2, 3]
    (cut,) = [one for one in found if isinstance(one, Exclusion)]
    assert (cut.rule, class_of(cut.rule)) == ("facebook-export.like", "own-likes")
    (seen,) = [one for one in found if isinstance(one, Observation)]
    assert seen.counts == {"followers": 2}


def test_of_the_profile_only_what_it_says_to_everyone_is_left() -> None:
    path = "personal_information/profile_information/profile_information.json"
    data = meta(PROFILE | {"recent_viewers": ["Jan"]})
    found = read({path: data, "posts/your_posts_1.json": [post()]})
    cuts = [one for one in found if isinstance(one, Exclusion)]
    left = data
    for cut in sorted(cuts, key=lambda one: -(one.offset or 0)):
        assert cut.offset is not None
        assert cut.length is not None
        left = left[: cut.offset] + left[cut.offset + cut.length :]
    for kept_out in (b"beheer@", b"+31", b"1980", b"viewers"):
        assert kept_out in data
        assert kept_out not in left
    for kept in (b"Gemeente Voorbeeldstad", b"voorbeeldstad.example", b"about_me", b"1300000000"):
        assert kept in left
    (account,) = [one for one in found if isinstance(one, Account)]
    assert account.ref == AccountRef(
        handle="voorbeeldstad", name="Gemeente Voorbeeldstad", url="https://www.facebook.com/voorbeeldstad"
    )
    assert account.created == Moment(1_300_000_000 * SECOND, "1300000000")
    (profile,) = [one for one in found if isinstance(one, ProfileVersion)]
    assert profile.bio == "Nieuws uit de gemeente – café en al"


def test_a_profile_that_cannot_be_read_is_left_out_whole() -> None:
    path = "profile_information/profile_information.json"
    found = read({path: meta(PROFILE)[:-40], "posts/your_posts_1.json": [post()]})
    assert Exclusion("facebook-export.profile", path) in found
    assert "SMA-R003" in codes(found)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-40],
        lambda data: data.replace(b'"username"', b'"username', 1),
        lambda data: data + b' {"emails": ["x@voorbeeldstad.example"]}',
        lambda data: b"[" + data,
    ],
)
def test_of_a_profile_that_is_damaged_nothing_personal_is_left(damage: Callable[[bytes], bytes]) -> None:
    path = "profile_information/profile_information.json"
    data = damage(meta(PROFILE))
    contents = {path: data, "posts/your_posts_1.json": meta([post()])}
    match = export.recognise(listing(contents))
    assert match is not None
    found = items_of(contents, READER)
    assert path not in match.paths or Exclusion("facebook-export.profile", path) in found


def test_lists_that_stay_out_do_so_whatever_their_file_is_called() -> None:
    like = {"timestamp": NOW, "data": [{"reaction": {"reaction": "LIKE", "actor": "a"}}], "title": "t"}
    found = read(
        {
            NEW + "posts/your_posts_1.json": [post()],
            NEW + "los/a.json": {"reactions_v2": [like, like]},
            NEW + "los/b.json": {"followers_v3": [{"name": "Jan", "timestamp": NOW}]},
            NEW + "los/c.json": {"pending_posts_v2": [post("niet geplaatst")]},
        }
    )
    assert texts(found) == ["De markt is open"]
    cuts = {one.path: (class_of(one.rule), one.count) for one in found if isinstance(one, Exclusion)}
    assert cuts == {
        NEW + "los/a.json": ("own-likes", 2),
        NEW + "los/b.json": ("contacts", 1),
        NEW + "los/c.json": ("drafts", 1),
    }
    assert [one.counts for one in found if isinstance(one, Observation)] == [{"followers": 1}]


def test_a_comment_among_posts_is_a_comment() -> None:
    comment = {"timestamp": NOW, "data": [{"comment": {"timestamp": NOW, "comment": "Dank", "author": "G"}}]}
    (one,) = posts(read({"posts/your_posts_1.json": [comment]}))
    assert (one.state.text, one.relations) == ("Dank", (Relation("reply"),))


def test_whose_export_it_is_can_stand_in_the_name_of_the_folder_only() -> None:
    for folder, ref in (
        (
            "facebook-voorbeeldstad-2026-3-6-AbCd",
            AccountRef(handle="voorbeeldstad", url="https://www.facebook.com/voorbeeldstad"),
        ),
        ("facebook-100064000000001-06-03-2026-AbCd", AccountRef("100064000000001")),
    ):
        (account,) = [one for one in read({f"{folder}/posts/your_posts_1.json": [post()]}) if isinstance(one, Account)]
        assert (account.ref.native_id, account.ref.handle) == (ref.native_id, ref.handle)
    assert codes(read({"posts/your_posts_1.json": [post()]})) == ["SMA-R100"]


def test_parts_are_one_export_and_what_is_there_twice_is_read_once() -> None:
    parts = [f"facebook-voorbeeldstad-2026-3-6-{code}/" for code in ("AbCd", "EfGh")]
    same = meta([post("a")])
    contents = {
        parts[0] + "posts/your_posts_1.json": same,
        parts[1] + "posts/your_posts_1.json": same,
        parts[1] + "posts/your_posts_2.json": meta([post("b", **shows("posts/media/x_1/a.jpg"))]),
        parts[0] + "posts/media/x_1/a.jpg": JPEG,
        parts[1] + "profile_information/profile_information.json": meta(PROFILE),
    }
    (match,) = export.recognise_all(listing(contents))
    assert match.roots == tuple(parts)
    found = read(contents)
    assert texts(found) == ["a", "b"]
    assert codes(found) == []


def test_exports_of_two_accounts_stay_apart() -> None:
    contents = {
        f"account{number}/{path}": meta(document)
        for number in (1, 2)
        for path, document in (
            ("posts/your_posts_1.json", [post()]),
            ("profile_information/profile_information.json", PROFILE),
        )
    }
    assert [match.roots for match in export.recognise_all(listing(contents))] == [("account1/",), ("account2/",)]


def test_one_bad_item_costs_one_item() -> None:
    data = meta([post("a"), post("b"), post("c")]).replace(b'"b"', b'"b', 1)
    found = read({"posts/your_posts_1.json": data})
    assert texts(found) == ["a", "c"]
    assert codes(found) == ["SMA-R001", "SMA-R100"]
    cut = meta([post("a"), post("b")])[:-30]
    assert codes(read({"posts/your_posts_1.json": cut})) == ["SMA-R003", "SMA-R100"]


@pytest.mark.parametrize(
    "odd",
    [
        {"timestamp": str(NOW), "data": {"post": "a"}, "attachments": None, "tags": 7},
        {
            "timestamp": NOW,
            "data": [{"post": "a"}, None, 3, [], {}],
            "attachments": [None, {"data": None}, {"data": [4]}],
        },
        {
            "timestamp": NOW,
            "data": [{"post": "a"}],
            "attachments": [{"data": [{"media": None}, {"poll": []}, {"place": "x"}]}],
        },
        {"timestamp": NOW, "data": [{"post": "a", "update_timestamp": "later"}], "nieuw": {"a": [1] * 3}, "fbid": 12},
    ],
)
def test_odd_values_cost_no_post(odd: dict[str, Any]) -> None:
    assert texts(read({"posts/your_posts_1.json": [post("voor"), odd]})) == ["voor", "a"]


def test_a_moment_that_cannot_be_read_is_told_and_the_post_kept() -> None:
    found = read({"posts/your_posts_1.json": [post("a"), post("b") | {"timestamp": "gisteren"}]})
    assert texts(found) == ["a", "b"]
    assert codes(found) == ["SMA-R005", "SMA-R100"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("messages/inbox/jan_1/message_1.json", "direct-messages"),
        (NEW + "messages/e2ee_cutover/jan_1/photos/a.jpg", "direct-messages"),
        ("friends/friends.json", "contacts"),
        ("connections/friends/your_friends.json", "contacts"),
        ("search/your_search_history.json", "history"),
        ("logged_information/search/your_search_history.html", "history"),
        ("ads_information/advertisers_you've_interacted_with.json", "ad-interests"),
        ("apps_and_websites_off_of_facebook/your_apps.json", "ad-interests"),
        ("pages_and_profiles/your_pages.json", "account-security"),
        ("security_and_login_information/logins_and_logouts.json", "account-security"),
        ("location/device_location.json", "account-security"),
        ("logged_information/location/primary_location.json", "history"),
        ("personal_information/other_personal_information/your_address_books.json", "contacts"),
        ("profile_information/profile_information.html", "account-security"),
        (NEW + "posts/shared_memories.json", "memories"),
        (NEW + "groups/your_pending_posts_in_groups.json", "drafts"),
        (NEW + "saved_items_and_collections/your_saved_items.json", "own-likes"),
    ],
)
def test_what_is_out_of_scope_is_left_out_by_path(path: str, kind: str) -> None:
    rule = rule_for(READER, path)
    assert rule is not None
    assert class_of(rule) == kind


@pytest.mark.parametrize(
    "path",
    [
        "posts/your_posts_1.json",
        NEW + "posts/media/Mobileuploads_12/a.jpg",
        "logged_information/location/timezone.json",
        "comments_and_reactions/comments.json",
        "ads_information/your_ads.json",
        "apps_and_websites_off_of_facebook/posts_from_apps_and_websites.json",
        "stories/archived_stories.json",
        "profile_information/profile_information.json",
    ],
)
def test_what_is_in_scope_is_not_left_out(path: str) -> None:
    assert rule_for(READER, path) is None


def test_every_rule_has_a_class() -> None:
    assert len(rules(READER)) >= 10


@pytest.mark.parametrize(
    "contents",
    [
        {"tweets.json": [{"id": "1", "text": "a", "created_at": "2020"}]},
        {"tweets.json": [{"id": 1, "tweet": "a", "date": "2020-01-01", "photos": []}]},
        {"outbox.json": {"type": "OrderedCollection", "orderedItems": []}},
        {"posts.json": {"posts": [{"uri": "at://x", "record": {}}]}},
        {
            "posts.json": {
                "data": [{"id": "1_2", "message": "a", "created_time": "2020-01-01T00:00:00+0000"}],
                "paging": {},
            }
        },
        {"content/posts_1.json": [{"media": [{"uri": "a.jpg", "creation_timestamp": 1, "title": ""}]}]},
        {"messages/inbox/a/message_1.json": {"participants": [], "messages": [], "title": "a"}},
        {"user_data.json": {"Comment": {}, "Video": {"Videos": {"VideoList": []}}}},
        {"index.html": b"<html><body><main><div>Hallo</div></main></body></html>"},
    ],
)
def test_what_is_no_export_of_facebook_is_not_taken_for_one(contents: dict[str, Any]) -> None:
    found = {path: one if isinstance(one, bytes) else meta(one) for path, one in contents.items()}
    assert export.recognise_all(listing(found)) == []


def test_a_reader_is_given_no_more_than_it_claims() -> None:
    contents = {"posts/your_posts_1.json": meta([post()]), "vreemd/lijst.json": b'{"onbekend": 1}'}
    match = export.recognise(listing(contents))
    assert match is not None
    assert match.personal_export
    assert match.paths == ("posts/your_posts_1.json",)
    assert isinstance(
        next(one for one in export.read(MemoryCapture(match, listing(contents), contents)) if isinstance(one, Post)),
        Post,
    )


def test_what_a_post_without_words_is_about_tells_it_from_others_of_its_second() -> None:
    def told(name: str) -> dict[str, Any]:
        return {"attachments": [{"data": [{"external_context": {"name": name}}]}]}

    document = [
        post(None, **told("De stad in 1900")),
        post(None, **told("De haven")),
        post(None, title="Gemeente Voorbeeldstad beveelt De kade aan."),
        post("Kom kijken"),
    ]
    found = posts(read({"posts/your_posts_1.json": meta(document)}))
    titles = [one.state.title for one in found]
    assert titles == ["De stad in 1900", "De haven", "Gemeente Voorbeeldstad beveelt De kade aan.", None]
