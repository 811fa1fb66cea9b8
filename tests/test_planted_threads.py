"""The export of Threads with a mark in every list that is out of scope: only posts and what a profile shows enter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from meta_exports import JPEG, NOW, labelled, medium, meta
from planting import PUBLIC, SECRET, made_of, placed, words

FOLDER = "your_instagram_activity/threads/"
LISTS = words(
    """
liked_threads.json=text_post_app_media_likes saved_threads.json=text_post_app_saved_media
followers_1.json=text_post_app_text_post_app_followers following.json=text_post_app_text_post_app_following
blocked_profiles.json=text_post_app_text_post_app_blocked_users muted_profiles.json=text_post_app_muted_users
restricted_profiles.json=text_post_app_restricted_users pending_follow_requests.json=text_post_app_follow_requests_sent
recent_follow_requests.json=text_post_app_recent_follow_requests
recently_unfollowed_profiles.json=text_post_app_unfollowed_users threads_viewed.json=text_post_app_text_app_viewed_posts
apps_and_websites.json=text_post_app_apps_and_websites your_topics.json=text_post_app_your_topics
word_searches.json=text_post_app_searches notifications.json=text_post_app_notifications
login_activity.json=text_post_app_login_activity consents.json=text_post_app_consents devices.json=text_post_app_devices
polls.json=text_post_app_poll_votes drafts.json=text_post_app_text_post_drafts
scheduled_posts.json=text_post_app_scheduled_posts message_1.json=messages messages/inbox.json=messages
settings.json=text_post_app_settings heel_nieuw.json=text_post_app_text_app_brand_new
hernoemd_1.json=text_post_app_media_likes hernoemd_2.json=text_post_app_text_post_app_blocked_users
hernoemd_3.json=text_post_app_login_activity time_spent.json=text_post_app_time_spent
hidden_words.json=text_post_app_hidden_words profiles_hidden.json=text_post_app_hidden_profiles
"""
)
"""Each list that Threads gives beside the posts, and some that nobody knows, as file and name of the list."""


def thread(number: int, **more: Any) -> dict[str, Any]:
    told = {"is_reply": number > 1, "reply_control": "everyone"}
    return {"media": [medium("media/posts/a.jpg", f"{PUBLIC}-{number}", NOW + number, text_app_post=told, **more)]}


def threads(folder: str = FOLDER) -> dict[str, bytes]:
    """The export, in the folder of Instagram's or by itself."""
    trace = {"photo_metadata": {"exif_data": [{"device_id": SECRET, "upload_ip": SECRET}]}}
    hidden = labelled(Waarde={"value": SECRET, "href": SECRET}) | {"title": SECRET, "media": [medium("", SECRET)]}
    profile = {"Gebruikersnaam": "voorbeeldstad", "Naam": "Gemeente", "Biografie": "Nieuws", "E-mail": SECRET}
    private = {"Telefoonnummer": SECRET, "Geboortedatum": SECRET, "Nieuw": SECRET}
    about = labelled(**{label: {"value": value} for label, value in (profile | private).items()}) | {"nieuw": SECRET}
    beside = {name: {of: [hidden]} for name, _, of in (one.partition("=") for one in LISTS)}
    pages = {f"{folder}{name}": f"<html><p>{SECRET}</p></html>".encode() for name in ("liked_threads.html", "x.html")}
    own = {
        "threads_and_replies.json": {"text_post_app_text_posts": [thread(1, media_metadata=trace), thread(2)]},
        "personal_information.json": {"text_post_app_text_post_app_profile": [about], "nieuw": [SECRET]},
    }
    media = {"media/posts/a.jpg": JPEG, f"media/{SECRET}/b.txt": SECRET.encode()}
    return {folder + name: meta(body) for name, body in (beside | own).items()} | pages | media


@pytest.mark.parametrize(
    ("folder", "wrapper"),
    [(FOLDER, ""), (FOLDER, "instagram-voorbeeldstad-2026-09-15-AbCd/"), ("threads/", ""), ("", "uit/")],
)
def test_of_an_export_of_threads_only_posts_enter(folder: str, wrapper: str, tmp_path: Path) -> None:
    made = made_of(placed(tmp_path / "in", threads(folder), 1, wrapper), tmp_path / "out")
    assert made.marked() == []
    assert made.unread([f"{PUBLIC}-1", f"{PUBLIC}-2"]) == []
    assert made.errors() == []
    assert {"contacts", "own-likes", "history", "account-security", "drafts", "unclaimed"} <= made.kinds


def test_beside_posts_of_instagram_too(tmp_path: Path) -> None:
    post = {"media": [medium("media/posts/c.jpg", f"{PUBLIC}-3", NOW)]}
    members = threads() | {"your_instagram_activity/media/posts_1.json": meta([post]), "media/posts/c.jpg": JPEG}
    made = made_of(placed(tmp_path / "in", members), tmp_path / "out")
    assert (made.marked(), made.unread([f"{PUBLIC}-{number}" for number in (1, 2, 3)])) == ([], [])
    assert "brand_new" not in json.dumps(sorted(made.kept))
