"""A TikTok export with a mark in every section that is out of scope, in all generations: none is in the package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planting import PUBLIC, SECRET, made_of, placed

NUMBER = (1_741_000_000 << 32) + 5
WHEN = "2025-03-03 11:06:40"
LINK = f"https://www.tiktokv.com/share/video/{NUMBER}/"
HIDDEN = {
    "Date": WHEN,
    "Link": f"https://www.tiktokv.com/share/video/{NUMBER + 9}/",
    "UserName": SECRET,
    "Content": SECRET,
    "IP": SECRET,
    "Title": SECRET,
    "WhoCanView": "Everyone",
    "Likes": "3",
    "comment": SECRET,
}
"""An item with the names of all others, so that only its place tells what it is."""

ACTIVITY = {
    "Favorite Effects": "FavoriteEffectsList",
    "Favorite Hashtags": "FavoriteHashtagList",
    "Favorite Sounds": "FavoriteSoundList",
    "Favorite Videos": "FavoriteVideoList",
    "Follower List": "FansList",
    "Following List": "Following",
    "Hashtag": "HashtagList",
    "Like List": "ItemFavoriteList",
    "Login History": "LoginHistoryList",
    "Most Recent Location Data": "LocationData",
    "Purchase History": "SendGifts",
    "Search History": "SearchList",
    "Share History": "ShareHistoryList",
    "Status": "Status List",
    "Video Browsing History": "VideoList",
    "Watch History": "VideoList",
    "Ad Interests": "AdInterestCategories",
    "Ads Based On Data Received From Partners": "DataPartnerList",
    "Instant Form Ads Responses": "ResponseList",
    "Off TikTok Activity": "OffTikTokActivityDataList",
    "Donation": "DonationList",
    "Heel nieuw": "VideoList",
    "Messages": "ChatHistory",
}
TALK = {f"Chat History with {SECRET}:": [HIDDEN | {"From": SECRET}]}
PROFILE = {
    "userName": "voorbeeldstad",
    "displayName": "Gemeente Voorbeeldstad",
    "bioDescription": "Nieuws",
    "emailAddress": SECRET,
    "telephoneNumber": SECRET,
    "birthDate": SECRET,
    "PlatformInfo": [{"Name": SECRET, "Profile Photo": SECRET}],
    "accountRegion": "NL",
    "nieuwVeld": SECRET,
    "deviceId": SECRET,
}


def post(number: int) -> dict[str, str]:
    link = LINK.replace(str(NUMBER), str(NUMBER + number))
    return {"Date": WHEN, "Link": link, "Title": f"{PUBLIC}-{number}", "WhoCanView": "Everyone", "Likes": "3"}


LIVE = {"LiveStartTime": WHEN, "RoomTitle": f"{PUBLIC}-3"}
COMMENT = {"date": WHEN, "comment": f"{PUBLIC}-2", "original post link": LINK}


def section(names: dict[str, str]) -> dict[str, Any]:
    return {name: {inner: [HIDDEN, HIDDEN]} for name, inner in names.items()}


def old() -> dict[str, Any]:
    """The export until 2024."""
    return {
        "Activity": section(ACTIVITY),
        "App Settings": {
            "Block": {"BlockList": [HIDDEN]},
            "Settings": {"SettingsMap": {"Push": SECRET, "Interests": SECRET}},
        },
        "Ads and data": section({"Ad Interests": "AdInterestCategories", "Usage Data": "List"}),
        "Comment": {"Comments": {"CommentsList": [COMMENT]}, "Drafts": {"CommentsList": [HIDDEN]}},
        "Direct Messages": {"Chat History": {"ChatHistory": TALK}, "Group Chat": {"GroupChat": TALK}},
        "Profile": {
            "Profile Information": {"ProfileMap": PROFILE, "Contact": SECRET},
            "Auto Fill": {"Email": SECRET, "PhoneNumber": SECRET, "Address": SECRET},
            "AI-Moji": [SECRET],
        },
        "Tiktok Live": {
            "Go Live History": {"GoLiveList": [LIVE | {"Gifters": [HIDDEN], "Nieuw": SECRET}]},
            "Go Live Settings": {"SettingsMap": {"Moderators": SECRET}},
            "Watch Live History": {"WatchLiveMap": {"1": {"WatchTime": WHEN, "Comments": [HIDDEN]}}},
            "Watch Live Settings": {"Settings": SECRET},
        },
        "Tiktok Shopping": section({"Saved Address Information": "SavedAddress", "Order History": "OrderHistories"}),
        "Video": {
            "Videos": {"VideoList": [post(1)]},
            "Drafts": {"VideoList": [HIDDEN]},
            "Scheduled Posts": {"VideoList": [HIDDEN]},
        },
        "Nieuw": {"Videos": {"VideoList": [HIDDEN]}},
    }


def new(activity: str) -> dict[str, Any]:
    """The export since 2025."""
    shown = {"Posts": {"VideoList": [post(1)]}, "Recently Deleted Posts": {"PostList": None}}
    return {
        activity: section(ACTIVITY),
        "Ads and data": section({"Ad Interests": "AdInterestCategories", "Off TikTok Activity": "List"}),
        "Comment": {"Comments": {"CommentsList": [COMMENT]}},
        "Direct Message": {"Direct Messages": {"ChatHistory": TALK}, "Group Chat": {"GroupChat": TALK}},
        "Income+ Wallet": section({"Transaction History": "TransactionsList"}),
        "Likes and Favorites": section({"Like List": "ItemFavoriteList", "Favorite Comments": "CommentList"}),
        "Location Review": {"Reviews Drafts": {"DraftsList": [HIDDEN]}},
        "Post": shown | {"Drafts": {"DraftsList": [HIDDEN]}, "DraftPosts": [HIDDEN]},
        "Profile And Settings": {
            "Profile Info": {"ProfileMap": PROFILE},
            "Follower": {"FansList": [HIDDEN]},
            "Following": {"Following": [HIDDEN]},
            "Block List": {"BlockList": [HIDDEN]},
            "Settings": {"SettingsMap": {"x": SECRET}},
            "Autofill": {"Email": SECRET},
            "AI Self Image": [SECRET],
        },
        "TikTok Shop": section({"Order History": "OrderHistories", "Communication With Shops": "List"}),
        "Tiktok Live": {
            "Go Live History": {"GoLiveList": [LIVE | {"Moderators": [SECRET]}]},
        },
        "Nieuw": {"Lijst": {SECRET: [HIDDEN]}, "Gesprekken": {SECRET: {SECRET: {"x": HIDDEN}}}},
    }


FORMS = {
    "old": old(),
    "new": new("Your Activity"),
    "2026": new("Activity"),
    "nested": {"Nieuwe bovenlaag": {"Direct Message": {"ChatHistory": TALK}}, **old()},
    "misplaced": old()
    | {
        "Comment": {"Comments": {"CommentsList": [COMMENT]}, "Direct Messages": {"ChatHistory": TALK}},
        "Profile": old()["Profile"]
        | {"Login History": {"LoginHistoryList": [HIDDEN]}, "Video": {"VideoList": [HIDDEN]}},
        "Direct Messages": {"Comments": {"CommentsList": [HIDDEN]}, "Video": {"Videos": {"VideoList": [HIDDEN]}}},
    },
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wrapper", ["", f"tiktok/{NUMBER}/"])
def test_of_an_export_only_what_was_placed_enters(form: str, wrapper: str, tmp_path: Path) -> None:
    document = json.dumps(FORMS[form], indent=wrapper.count("/") or None).encode()
    members = {"user_data_tiktok.json": document, f"{SECRET}/chat.jpg": b"x", f"{SECRET}.json": b'{"a": "b"}'}
    made = made_of(placed(tmp_path / "in", members, len(wrapper) and 1, wrapper), tmp_path / "out")
    assert made.marked() == []
    assert made.unread([f"{PUBLIC}-{number}" for number in (1, 2, 3)]) == []
    assert made.errors() == []
    assert {"direct-messages", "contacts", "own-likes", "history", "ad-interests", "account-security"} <= made.kinds


@pytest.mark.parametrize("form", ["old", "new"])
@pytest.mark.parametrize(
    "damage", [lambda data: data[: data.index(b'"Watch')], lambda data: data.replace(b"}", b"", 3)]
)
def test_of_a_damaged_export_only_posts_that_can_be_read_enter(form: str, damage: Any, tmp_path: Path) -> None:
    document = damage(json.dumps({name: one for name, one in FORMS[form].items() if name != "Nieuw"}).encode())
    made = made_of(placed(tmp_path / "in", {"user_data_tiktok.json": document}), tmp_path / "out")
    assert made.marked() == []
    assert made.errors() == []
