"""The export of Threads, inside that of Instagram or beside it."""

from __future__ import annotations

from typing import Any

from meta_exports import JPEG, NOW, SECOND, codes, items_of, labelled, medium, meta, posts, texts
from sma_plugin.model import Account, AccountRef, Exclusion, Observation, Relation, Tally
from sma_plugin.readers.contract import Match
from sma_plugin.readers.exclusion import class_of, rule_for
from sma_plugin.readers.registry import recognise
from sma_plugin.readers.threads import export
from sma_plugin.testing import listing
from test_facebook_export_html import page
from test_instagram_export import card

READER = "threads-export"
FOLDER = "instagram-voorbeeldstad-2026-09-15-AbCd/your_instagram_activity/threads/"
ROOT = "instagram-voorbeeldstad-2026-09-15-AbCd/"


def thread(text: str, at: int = NOW, *, reply: bool = False, uri: str = "") -> dict[str, Any]:
    return {"media": [medium(uri, text, at, text_app_post={"is_reply": reply, "reply_control": "everyone"})]}


POSTS = {
    "text_post_app_text_posts": [
        thread("eens – dat is zo @wijkraad.oost", reply=True),
        {
            "title": "Café dag 👍",
            "creation_timestamp": NOW + 5,
            "media": [medium("media/posts/202508/x.jpg", "", NOW + 5)],
        },
    ]
}
PROFILE = {
    "text_post_app_text_post_app_profile": [
        labelled(
            Gebruikersnaam={"value": "voorbeeldstad"},
            Naam={"value": "Gemeente"},
            Email={"value": "beheer@voorbeeldstad.example"},
        )
    ]
}


def contents(**more: Any) -> dict[str, bytes]:
    given = {
        FOLDER + "threads_and_replies.json": POSTS,
        FOLDER + "personal_information.json": PROFILE,
        FOLDER + "liked_threads.json": {"text_post_app_media_likes": [{}, {}]},
        FOLDER + "followers_1.json": {"text_post_app_text_post_app_followers": [{}]},
        FOLDER + "hernoemd.json": {"text_post_app_text_post_app_blocked_users": [{}]},
        FOLDER + "iets_nieuws.json": {"text_post_app_text_app_brand_new": [{}]},
        ROOT + "media/posts/202508/x.jpg": JPEG,
    } | more
    return {path: one if isinstance(one, bytes) else meta(one) for path, one in given.items()}


def matched(given: dict[str, bytes]) -> dict[str, Match]:
    return {match.reader: match for match in recognise(listing(given))}


def test_posts_and_replies_are_read_with_their_media() -> None:
    found = items_of(contents(), READER)
    first, second = posts(found)
    assert (first.state.text, first.created.us, first.platform) == (
        "eens – dat is zo @wijkraad.oost",
        NOW * SECOND,
        "threads",
    )
    assert first.relations == (Relation("reply"),)
    assert first.state.media == ()
    assert (second.state.text, second.relations) == ("Café dag 👍", ())
    assert [one.path for one in second.state.media or ()] == [ROOT + "media/posts/202508/x.jpg"]
    assert codes(found) == []


def test_whose_it_is_is_told_and_the_address_is_cut_out() -> None:
    found = items_of(contents(), READER)
    (account,) = [one for one in found if isinstance(one, Account)]
    assert account.ref == AccountRef(
        handle="voorbeeldstad", name="Gemeente", url="https://www.threads.com/@voorbeeldstad"
    )
    data = contents()[FOLDER + "personal_information.json"]
    (cut,) = [one for one in found if isinstance(one, Exclusion) and one.offset is not None]
    assert cut.offset is not None
    assert cut.length is not None
    assert b"beheer@" in data[cut.offset : cut.offset + cut.length]


def test_likes_and_followers_are_counted_and_lists_of_people_left_out_whatever_their_file_is_called() -> None:
    found = items_of(contents(), READER)
    assert [one.counted for one in found if isinstance(one, Tally)] == [2]
    assert [one.counts for one in found if isinstance(one, Observation)] == [{"followers": 1}]
    assert Exclusion("threads-export.contacts", FOLDER + "hernoemd.json") in found


def test_a_list_that_is_not_known_is_put_to_a_decision() -> None:
    match = matched(contents())[READER]
    assert FOLDER + "iets_nieuws.json" not in match.paths
    assert match.personal_export


def test_media_are_those_of_instagram_where_that_has_posts() -> None:
    alone = matched(contents())
    assert ROOT + "media/posts/202508/x.jpg" in alone[READER].paths
    given = contents(
        **{ROOT + "your_instagram_activity/media/posts_1.json": [{"media": [medium("media/posts/202508/y.jpg")]}]}
    )
    both = matched(given)
    assert set(both) == {READER, "instagram-export"}
    assert ROOT + "media/posts/202508/x.jpg" in both["instagram-export"].paths
    assert not {path for path in both["instagram-export"].paths if "/threads/" in path}
    assert texts(items_of(given, READER)) == ["eens – dat is zo @wijkraad.oost", "Café dag 👍"]


def test_a_lone_file_is_read_too() -> None:
    assert texts(items_of({"export.json": meta(POSTS)}, READER)) == ["eens – dat is zo @wijkraad.oost", "Café dag 👍"]


def test_the_form_in_html_is_read_card_by_card() -> None:
    shown = '<a href="media/posts/202508/x.jpg"><img src="media/posts/202508/x.jpg"/></a>'
    cards = card("Caf&#233; dag", shown, "Sep 28, 2020, 3:08 PM") + card("eens", "", "28 sep 2020 15:09")
    given = {
        FOLDER + "threads_and_replies.html": page(cards),
        ROOT + "media/posts/202508/x.jpg": JPEG,
        FOLDER + "liked_threads.html": page(card("van een ander", "", "Sep 28, 2020, 3:08 PM")),
    }
    found = items_of(given, READER)
    first, second = posts(found)
    assert (first.state.text, second.state.text) == ("Café dag", "eens")
    assert (first.created.us, second.created.us) == (1601305680 * SECOND, 1601305740 * SECOND)
    assert [one.path for one in first.state.media or ()] == [ROOT + "media/posts/202508/x.jpg"]
    assert [one.evidence[0].kind for one in (first, second)] == ["file", "file"]
    (account,) = [one for one in found if isinstance(one, Account)]
    assert account.ref.handle == "voorbeeldstad"
    assert codes(found) == ["SMA-R104"]
    (match,) = recognise(listing(given))
    assert FOLDER + "liked_threads.html" in match.paths
    assert rule_for(READER, "liked_threads.html") == f"{READER}.likes"


def test_a_page_without_posts_is_told_with_what_to_ask_for() -> None:
    found = items_of({FOLDER + "threads_and_replies.html": b"<html><body>posts</body></html>"}, READER)
    assert posts(found) == []
    assert codes(found) == ["SMA-R106"]


def test_what_is_out_of_scope_is_left_out_by_path() -> None:
    for name, kind in (
        ("liked_threads.json", "own-likes"),
        ("blocked_profiles.json", "contacts"),
        ("threads_viewed.json", "history"),
    ):
        rule = rule_for(READER, name)
        assert rule is not None
        assert class_of(rule) == kind


def test_other_documents_are_not_taken_for_threads() -> None:
    assert export.recognise_all(listing({"a.json": b'{"text": "a"}', "threads.html": b"<html></html>"})) == []
