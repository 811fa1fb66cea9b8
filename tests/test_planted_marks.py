"""Deliveries with a mark in every place that is out of scope: none is anywhere in the package, and all are counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from making import tree
from meta_exports import JPEG, NOW, labelled, medium, meta, post, shows
from planting import PUBLIC, SECRET, made_of, placed, words
from sma_plugin.ingest import ingest
from sma_plugin.readers.facebook.export_layout import root_of
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings

FACEBOOK = words(
    """
messages/inbox/jan_1/message_1.json berichten/inbox/jan_1/message_1.json Messages/Inbox/Jan_1/Message_1.JSON
connections/friends/your_friends.json friends_and_followers/friends.json blocking/blocked_people.json
logged_information/search/your_search_history.json search/your_search_history.json
logged_information/notifications/notifications.json logged_information/activity_messages/people_you_may_know.json
ads_information/ads_interests.json apps_and_websites_off_of_facebook/connected_apps_and_websites.json
security_and_login_information/account_activity.json security_and_login_information/browser_cookies.json
personal_information/phone_numbers.json personal_information/facebook_accounts_center/accounts_center.json
preferences/language_and_locale.json your_places/places_you_created.json payment_history/payment_history.json
your_facebook_activity/saved_items_and_collections/your_saved_items.json
your_facebook_activity/facebook_marketplace/items_sold.json your_facebook_activity/dating/dating_messages.json
your_facebook_activity/posts/drafts.json your_facebook_activity/posts/scheduled_posts.json
your_facebook_activity/posts/unpublished_posts.json your_facebook_activity/stories/story_drafts.json
your_facebook_activity/posts/shared_memories.json your_facebook_activity/comments_and_reactions/reactions.json
"""
)
INSTAGRAM = words(
    """
messages/inbox/jan_1/message_1.json your_instagram_activity/messages/secret_conversations.json
your_instagram_activity/berichten/inbox/jan/message_1.json connections/followers_and_following/followers_1.json
connections/followers_and_following/blocked_profiles.json connections/contacts/synced_contacts.json
your_instagram_activity/likes/liked_posts.json your_instagram_activity/saved/saved_posts.json
your_instagram_activity/media/drafts.json your_instagram_activity/media/scheduled_posts.json
security_and_login_information/login_and_profile_creation/login_activity.json
personal_information/device_information/devices.json logged_information/recent_searches/profile_searches.json
ads_information/ads_and_topics/videos_watched.json your_instagram_activity/nieuw/heel_nieuw.json
your_instagram_activity/threads/liked_threads.json your_instagram_activity/threads/drafts.json
"""
)


def facebook() -> dict[str, bytes]:
    """Every list that is out of scope looks as posts do, so that only its place tells what it is."""
    said = {"post": SECRET, "comment": {"timestamp": NOW, "comment": SECRET, "author": SECRET}}
    trace = {"photo_metadata": {"exif_data": [{"upload_ip": SECRET, "taken_timestamp": NOW}]}}
    photo = shows("your_facebook_activity/posts/media/a.jpg", media_metadata=trace)
    about: dict[str, Any] = {
        "name": {"full_name": "Gemeente Voorbeeldstad"},
        "username": "voorbeeldstad",
        "emails": {"emails": [SECRET]},
        "phone_numbers": [{"phone_number": SECRET}],
        "nieuw_veld": SECRET,
    }
    own = "your_facebook_activity/posts/"
    return {path: meta([post(None, title=SECRET, data=[said])]) for path in FACEBOOK} | {
        "personal_information/profile_information/profile_information.json": meta({"profile_v2": about}),
        f"{own}your_posts_1.json": meta([post(f"{PUBLIC}-1"), post(f"{PUBLIC}-2", NOW + 1, **photo)]),
        f"{own}archive.json": meta({"archive_v2": [post(f"{PUBLIC}-3", NOW + 2)]}),
        f"{own}trash.json": meta({"trash_v2": [post(f"{PUBLIC}-4", NOW + 3)]}),
        f"{own}media/a.jpg": JPEG,
    }


def instagram() -> dict[str, bytes]:
    """As for Facebook; lists of people and likes have the form that they have."""
    hidden = labelled(Waarde={"value": SECRET, "href": SECRET, "timestamp": NOW}) | {"title": SECRET}
    trace = {"photo_metadata": {"exif_data": [{"device_id": SECRET}]}}
    profile = {"Gebruikersnaam": "voorbeeldstad", "E-mail": SECRET, "Telefoonnummer": SECRET, "Nieuw": SECRET}
    fields = labelled(**{label: {"value": value} for label, value in profile.items()})
    shown = [{"media": [medium("media/posts/a.jpg", f"{PUBLIC}-1", media_metadata=trace)]}]
    old = {"ig_archived_post_media": [{"media": [medium("media/posts/b.jpg", f"{PUBLIC}-2", NOW + 9)]}]}
    own = "your_instagram_activity/media/"
    return {path: meta([hidden]) for path in INSTAGRAM} | {
        "personal_information/personal_information/personal_information.json": meta({"profile_user": [fields]}),
        f"{own}posts_1.json": meta(shown),
        f"{own}archived_posts.json": meta(old),
        "media/posts/a.jpg": JPEG,
        "media/posts/b.jpg": JPEG,
    }


@pytest.mark.parametrize(("parts", "wrapper"), [(1, ""), (1, "voorbeeldstad-2026/"), (3, "")])
@pytest.mark.parametrize(
    ("members", "texts", "kinds"),
    [
        (
            facebook(),
            4,
            {"direct-messages", "contacts", "own-likes", "memories", "others-items", "history", "ad-interests"}
            | {"account-security", "drafts"},
        ),
        (instagram(), 2, {"direct-messages", "contacts", "own-likes", "history", "ad-interests", "account-security"}),
    ],
    ids=["facebook", "instagram"],
)
def test_no_mark_is_in_the_package_and_every_class_is_counted(
    members: dict[str, bytes], texts: int, kinds: set[str], parts: int, wrapper: str, tmp_path: Path
) -> None:
    made = made_of(placed(tmp_path / "in", members, parts, wrapper), tmp_path / "out")
    assert made.marked() == []
    assert made.unread([f"{PUBLIC}-{number}" for number in range(1, texts + 1)]) == []
    assert made.errors() == []
    assert kinds <= made.kinds


def test_a_wrapper_named_after_a_section_is_no_section() -> None:
    assert root_of("messages/facebook-voorbeeldstad/posts/your_posts_1.json") == "messages/facebook-voorbeeldstad/"
    assert root_of("security_and_login_information/account_activity.json") == ""


IG_POST = {
    "id": "17900000000000001",
    "caption": PUBLIC,
    "media_type": "IMAGE",
    "permalink": "https://www.instagram.com/p/CRyZpmrjYC4/",
    "timestamp": "2024-03-01T10:00:00+0000",
    "username": "vbs",
    "owner": {"id": "17841400000000001"},
}
MESSAGE = {"id": "aWdfbWVzZA1", "created_time": "2024-03-01T10:00:00+0000", "from": {"id": "5"}, "message": SECRET}
TALK = {"id": "aWdfZAG06MTp", "updated_time": "2024-03-01T10:00:00+0000", "messages": {"data": [MESSAGE]}}
WEB_POST = {
    "pk": "2626274342904627384",
    "code": "CRyZpmrjYC4",
    "taken_at": 1709287200,
    "media_type": 1,
    "image_versions2": {"candidates": []},
    "caption": {"text": PUBLIC},
    "user": {"pk": "7", "username": "vbs"},
}
TWEET = {"id": "1", "text": PUBLIC, "author_id": "7", "created_at": "2024-03-01T10:00:00.000Z"}
INBOX = {"inbox": {"threads": [{"thread_id": "1", "items": [{"text": SECRET, "user_id": 5}]}]}, "status": "ok"}


@pytest.mark.parametrize(
    ("posts", "beside"),
    [
        ({"data": [IG_POST]}, {"data": [TALK]}),
        ({"data": [IG_POST]}, TALK),
        ({"data": [IG_POST]}, MESSAGE),
        ({"data": [IG_POST]}, {"data": [MESSAGE]}),
        ({"items": [WEB_POST]}, INBOX),
        ({"items": [WEB_POST]}, {"users": [{"pk": "9", "username": SECRET}], "status": "ok"}),
        ({"data": [TWEET], "meta": {"result_count": 1}}, {"berichten": [{"tekst": SECRET}]}),
    ],
)
def test_what_lies_beside_answers_and_is_no_post_does_not_enter(
    posts: dict[str, Any], beside: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "berichten.json").write_text(json.dumps(posts), encoding="utf-8")
    (tmp_path / "in" / "iets.json").write_text(json.dumps(beside), encoding="utf-8")
    (made,) = ingest([tmp_path / "in"], tmp_path / "out", Settings(undecided=True), Quiet()).packages
    files = tree(made.path)
    assert [path for path, data in files.items() if SECRET.encode() in data] == []
    assert any(PUBLIC.encode() in data for path, data in files.items() if path.endswith("posts.jsonl"))


def test_an_explanation_beside_answers_is_kept(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "berichten.json").write_text(json.dumps({"data": [TWEET], "meta": {"result_count": 1}}))
    (tmp_path / "in" / "toelichting.txt").write_text("zo is het vastgelegd")
    (made,) = ingest([tmp_path / "in"], tmp_path / "out", Settings(undecided=True), Quiet()).packages
    assert any(path.endswith("toelichting.txt") for path in tree(made.path))
