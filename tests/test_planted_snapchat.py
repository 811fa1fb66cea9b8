"""Snapchat's My Data with a mark in every list, as JSON and as pages: only the account and its stories enter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planting import SECRET, made_of, placed, words

WHEN = "2024-03-01 10:00:07 UTC"
HIDDEN = {
    "From": SECRET,
    "Username": SECRET,
    "Content": SECRET,
    "Created": WHEN,
    "Story Date": WHEN,
    "Story Views": 3,
    "IP": SECRET,
    "Date and time (hourly)": WHEN,
    "Latitude, Longitude": SECRET,
    "Search Term": SECRET,
}
"""An item with the names of all others, so that only its place tells what it is."""

LISTS = words(
    """
account_history bitmoji bitmoji_kit_user cameos_metadata chat_history communications community_lenses connected_apps
contacts custom_stickers email_campaign_history events feature_emails friends geofilters groups in_app_reports
in_app_surveys location_history memories_history my_stickers netsuite_orders places premium_subscriptions
purchase_history ranking scans search_history shared_story shop_history snap_ads snap_games_and_minis snap_history
snap_map_places_history snap_tokens_order_history snapchat_ai snapchat_plus spotlight_history subscriptions
support_note talk_history terms_history user_profile gesprekken heel_nieuw nieuw/iets vrienden chat_history_2
"""
)
MEDIA = words(
    """
memories/2020-03-02_a1-main.jpg memories/2020-03-02_a1-overlay.png memories/2021-01-01_b2-main.mp4
chat_media/2024-03-01_b~x.jpg chat_media/overlay~zip-x.zip cameos/a.jpg stickers/b.png shared_story/2024-03-01_c.mp4
nieuw/vertrouwelijk.jpg html/chat_history/subpage_buur.html
"""
)
TALKS = {
    "chat_history": {SECRET: [HIDDEN], "buur": [HIDDEN]},
    "gesprekken": {"Received Saved Chat History": [HIDDEN], "Sent Saved Chat History": [HIDDEN]},
    "friends": {"Friends": [HIDDEN], "Blocked Users": [HIDDEN]},
    "memories_history": {
        "Saved Media": [{"Date": WHEN, "Media Type": "Image", "Location": SECRET, "Download Link": SECRET}]
    },
}
ACCOUNT = {
    "Basic Information": {
        "Username": "voorbeeldstad",
        "Name": "Gemeente Voorbeeldstad",
        "Creation Date": "2019-06-01 12:00:00 UTC",
        "Registration IP": SECRET,
        "Last Active": SECRET,
        "Email": SECRET,
    },
    "Device Information": {"Make": SECRET, "Device ID": SECRET},
    "Device History": [{"Model": SECRET}],
    "Privacy Policy and Terms of Service Acceptance History": [],
    "Login History": [{"IP": SECRET, "Created": WHEN}],
    "Nieuw onderdeel": [SECRET],
}
STORIES = {
    "Your Story Views": [
        {"Story Date": WHEN, "Story Views": 12, "Story Replies": 1, "Viewers": [SECRET], "Replies": {SECRET: SECRET}}
    ],
    "Friend and Public Story Views": [{"Story Date": WHEN, "View": SECRET}],
    "Nieuw onderdeel": [SECRET],
}
PROFILE = {
    "Profile": {
        "Created": "2020",
        "Profile Title": "Voorbeeldstad",
        "Bio": "Nieuws",
        "Contact Email": SECRET,
        "Administrators": [{"Username": SECRET, "Role": "Admin"}],
    },
    "Roles": [{"Username": SECRET}],
    "Subscribers": [SECRET],
    "Spotlights": [],
    "Saved Stories": [],
}


def mydata(folder: str = "json/") -> dict[str, bytes]:
    """A whole export, each list as JSON and as a page."""
    lists: dict[str, Any] = {name: {name: [HIDDEN]} for name in LISTS} | TALKS
    own = {"account": ACCOUNT, "story_history": STORIES, "snap_pro": PROFILE}
    found = {f"{folder}{name}.json": json.dumps(body, indent=1).encode() for name, body in (lists | own).items()}
    pages = {f"html/{name}.html": f"<html><p>{SECRET}</p></html>".encode() for name in (*lists, *own)}
    media = {path: SECRET.encode() for path in MEDIA}
    return found | pages | media | {"index.html": SECRET.encode(), f"{SECRET}.json": json.dumps([SECRET]).encode()}


@pytest.mark.parametrize(
    ("folder", "parts", "wrapper"),
    [("json/", 1, ""), ("json/", 1, "mydata~1700000000/"), ("", 1, "mijn/"), ("json/", 3, ""), ("", 0, "json/")],
)
def test_of_my_data_only_the_account_and_its_stories_enter(
    folder: str, parts: int, wrapper: str, tmp_path: Path
) -> None:
    made = made_of(placed(tmp_path / "in", mydata(folder), parts, wrapper), tmp_path / "out")
    assert made.marked() == []
    assert made.unread([WHEN]) == []
    assert made.errors() == []
    assert {"direct-messages", "memories", "contacts", "history", "account-security", "unclaimed"} <= made.kinds


def test_of_an_export_of_pages_nothing_enters(tmp_path: Path) -> None:
    pages = {path: data for path, data in mydata().items() if not path.endswith(".json")}
    made = made_of(placed(tmp_path / "in", pages, 1, "mydata~1/"), tmp_path / "out")
    assert (made.files, SECRET in made.told) == ({}, False)
