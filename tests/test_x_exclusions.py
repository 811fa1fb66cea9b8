"""A whole X archive with a mark in every member: what may not enter a package is nowhere in what comes out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from making import PNG, tree, zipped
from planting import PUBLIC, SECRET, made_of, placed, words
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.model import PostHistory
from sma_plugin.readers.exclusion import class_of, rule_for
from sma_plugin.readers.x.archive_layout import LIKES, LISTS, OWN_WORK, list_name

ID = 1_600_000_000_000_000_000
WHEN = "Sat Feb 18 19:45:15 +0000 2023"


OUT_OF_SCOPE = words(
    """
    account-creation-ip account-label account-suspension account-timezone ad-engagements ad-free-article-visits
    ad-impressions ad-mobile-conversions-attributed ad-mobile-conversions-unattributed
    ad-online-conversions-attributed ad-online-conversions-unattributed ads-revenue-sharing ageinfo app
    audio-video-calls-in-dm audio-video-calls-in-dm-recipient-sessions birdwatch-note-rating
    birdwatch-note-tombstone block bookmark branch-links catalog-item commerce-catalog community-note-batsignal
    community-note-rating community-note-tombstone connected-application contact device-token
    direct-message-group-headers direct-message-headers direct-message-mute direct-messages direct-messages-group
    direct-messages-part1 email-address-change expanded-profile follower following grok-chat-item ip-audit
    key-registry like like-part1 lists-created lists-member lists-subscribed message-event mute ni-devices
    periscope-account-information periscope-ban-information periscope-comments-made-by-user
    periscope-expired-broadcasts periscope-followers periscope-profile-description personalization phone-number
    product-drop product-set professional-data reply-prompt saved-search shop-module shopify-account smartblock sso
    tweetdeck twitter-circle twitter-circle-member twitter-shop user-link-clicks verified-organization
    """
)
UNDECIDED = words(
    """
    article article-metadata birdwatch-note community-note community-note-api-test-note moment
    periscope-broadcast-metadata spaces-metadata twitter-article twitter-article-metadata
    """
)
SECRET_FOLDERS = words(
    """
    direct_messages_group_media direct_messages_media grok_chat_media moments_media moments_tweets_media
    periscope_broadcast_media spaces_media
    """
)
"""Lists and folders that X's own description of its archives, and archives of 2020 to 2026, name."""


def ytd(name: str, *items: Any) -> bytes:
    return f"window.YTD.{name}.part0 = {json.dumps(items, indent=2)}".encode()


def tweet(number: int, text: str, **values: Any) -> dict[str, Any]:
    entities: dict[str, Any] = {"hashtags": [], "user_mentions": [], "urls": []}
    return {"tweet": {"id_str": str(ID + number), "created_at": WHEN, "full_text": text, "entities": entities} | values}


def secret(name: str) -> bytes:
    return ytd(list_name(f"{name}.js"), {"x": {"accountId": "4242", "text": f"{SECRET}-{name}"}})


CHANGE = {
    "accountId": "4242",
    "screenNameChange": {"changedAt": WHEN, "changedFrom": "vbs", "changedTo": "voorbeeldstad", "changedBy": SECRET},
}
MANIFEST = {
    "userInfo": {"accountId": "4242", "userName": "voorbeeldstad", "displayName": "Gemeente", "email": SECRET},
    "archiveInfo": {"generationDate": "2023-03-01T00:00:00.000Z", "isPartialArchive": False},
    "dataTypes": {},
    "session": {"ip": SECRET},
}


def members() -> dict[str, bytes]:
    photo = {"media": [{"type": "photo", "media_url_https": "https://pbs.twimg.com/media/AAA.jpg"}]}
    owner = {
        "email": f"{SECRET}@voorbeeldstad.example",
        "createdVia": "web",
        "username": "voorbeeldstad",
        "accountId": "4242",
        "createdAt": "2010-05-04T03:02:01.000Z",
        "accountDisplayName": "Gemeente Voorbeeldstad",
        "phoneNumber": f"+31 20 {SECRET}",
        "birthDate": SECRET,
        "devices": [{"ip": SECRET}],
    }
    said = {"bio": f"{PUBLIC} profiel", "website": "", "location": "Voorbeeldstad", "nieuw": SECRET}
    bio = {"description": said, "avatarMediaUrl": "", "contact": {"email": SECRET}}
    shown = {
        "account": ytd("account", {"account": owner}),
        "profile": ytd("profile", {"profile": bio}),
        "verified": ytd("verified", {"verified": {"accountId": "4242", "verified": True, "document": SECRET}}),
        "screen-name-change": ytd("screen_name_change", {"screenNameChange": CHANGE}),
        "protected-history": ytd("protected_history", {"protectedHistory": {"action": "Unprotect", "ip": SECRET}}),
        "manifest": f"window.__THAR_CONFIG = {json.dumps(MANIFEST)}".encode(),
        "tweets": ytd("tweets", tweet(0, f"{PUBLIC} bericht", extended_entities=photo)),
        "deleted-tweets": ytd("deleted_tweets", tweet(1, f"{PUBLIC} verwijderd", deleted_at=WHEN)),
        "twitter-circle-tweet": ytd("twitter_circle_tweet", tweet(2, f"{PUBLIC} kring")),
        "community-tweet": ytd("community_tweet", tweet(3, f"{PUBLIC} gemeenschap", community_id_str="9")),
    }
    left_out = {name: secret(name) for name in (*OUT_OF_SCOPE, *UNDECIDED)}
    media = {f"data/{folder}/{SECRET}-{folder}.jpg": f"{SECRET}".encode() for folder in SECRET_FOLDERS}
    return {
        "Your archive.html": f"<p>{SECRET}</p>".encode(),
        **{f"data/{name}.js": data for name, data in (shown | left_out).items()},
        **media,
        f"data/tweets_media/{ID}-AAA.jpg": PNG,
    }


@pytest.fixture(scope="module", params=["zip", "folder"])
def ingested(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The package of the archive, and all that the command printed."""
    place = tmp_path_factory.mktemp("x")
    bundle = place / "archief"
    if request.param == "zip":
        bundle = zipped(place / "archief.zip", {f"twitter-2023/{name}": data for name, data in members().items()})
    else:
        for name, data in members().items():
            (bundle / name).parent.mkdir(parents=True, exist_ok=True)
            (bundle / name).write_bytes(data)
    options = ["--undecided", "--out", str(place / "uit"), "--lang", "nl"]
    done = subprocess.run(
        [sys.executable, "-c", "from sma_plugin.cli import main; main()", "ingest", str(bundle), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return place / "uit", done.stdout + done.stderr


@pytest.mark.parametrize("name", OUT_OF_SCOPE)
def test_each_list_that_is_out_of_scope_has_a_rule(name: str) -> None:
    assert rule_for("x-archive", f"data/{name}.js") is not None
    assert list_name(f"{name}.js") not in LISTS


@pytest.mark.parametrize("name", UNDECIDED)
def test_no_list_that_a_person_decides_about_is_read(name: str) -> None:
    assert rule_for("x-archive", f"data/{name}.js") is None
    assert list_name(f"{name}.js") not in LISTS.keys() | LIKES
    assert list_name(f"{name}.js") in OWN_WORK or name.endswith(("-metadata", "-test-note"))


def test_nothing_out_of_scope_is_in_the_package_or_in_what_was_printed(ingested: tuple[Path, str]) -> None:
    out, printed = ingested
    composed = {name: data for name, data in tree(out).items() if not name.startswith("for-depositor/")}
    marked = [name for name, data in composed.items() if SECRET in name or SECRET.encode() in data]
    assert marked == []
    assert SECRET not in printed


def test_what_is_of_the_account_is_in_the_package(ingested: tuple[Path, str]) -> None:
    out, _ = ingested
    (root,) = [path for path in out.iterdir() if path.name != "for-depositor"]
    lines = [line.item for line in read_lines(root / "objects/derived/normalised/posts.jsonl")]
    found = {
        (post.versions[-1].state.text, post.audience, post.withdrawn.ground if post.withdrawn else None)
        for post in lines
        if isinstance(post, PostHistory)
    }
    assert found == {
        (f"{PUBLIC} bericht", "public", None),
        (f"{PUBLIC} verwijderd", "public", "deleted"),
        (f"{PUBLIC} kring", "circle", None),
        (f"{PUBLIC} gemeenschap", "community", None),
    }
    kept = {name.partition("/data/")[2]: data for name, data in tree(root / "objects/captures").items()}
    assert PUBLIC.encode() in kept["profile.js"]
    assert kept[f"tweets_media/{ID}-AAA.jpg"] == PNG
    owner = json.loads(kept["account.js"].partition(b"=")[2])[0]["account"]
    assert owner.keys() == {"createdVia", "username", "accountId", "createdAt", "accountDisplayName"}


def test_every_member_left_out_is_counted_by_class(ingested: tuple[Path, str]) -> None:
    out, _ = ingested
    (record,) = out.glob("*/metadata/sma/excluded.json")
    counted = {kind["kind"]: kind["count"] for kind in json.loads(record.read_text(encoding="utf-8"))["classes"]}
    found = Counter(class_of(rule) if (rule := rule_for("x-archive", name)) else "unclaimed" for name in members())
    kept = ("tweets", "deleted-tweets", "twitter-circle-tweet", "community-tweet", "account", "profile", "verified")
    found["unclaimed"] -= len(kept) + len(("screen-name-change", "protected-history", "manifest")) + 1  # one medium
    found["account-security"] += 4 + 2 + 1 + 1 + 1 + 2  # cut from account.js and the other lists about the account
    assert counted == dict(found)


@pytest.mark.parametrize("change", [str.upper, lambda name: f"Data{name.removeprefix('data')}", lambda name: name[5:]])
def test_lists_in_folders_of_other_names_stay_out_too(change: Callable[[str], str], tmp_path: Path) -> None:
    renamed = {f"export/{change(name)}": data for name, data in members().items() if name.startswith("data/")}
    extra = {"export/berichten.js": secret("direct-messages"), "export/nieuw.js": secret("iets-heel-nieuws")}
    made = made_of(placed(tmp_path / "in", renamed | extra), tmp_path / "out")
    assert made.marked() == []


def test_of_an_archive_until_2018_only_what_the_account_said_enters(tmp_path: Path) -> None:
    details = {"id": "4242", "screen_name": "voorbeeldstad", "full_name": "Gemeente", "email": SECRET, "ip": [SECRET]}
    tweets = [tweet(0, f"{PUBLIC} bericht")["tweet"]]
    old = {
        "data/js/tweets/2013_01.js": f"Grailbird.data.tweets_2013_01 = {json.dumps(tweets)}".encode(),
        "data/js/user_details.js": f"var user_details = {json.dumps(details)}".encode(),
        "data/js/nieuw.js": f"var nieuw = {json.dumps([SECRET])}".encode(),
        "index.html": SECRET.encode(),
    }
    made = made_of(placed(tmp_path / "in", old), tmp_path / "out")
    assert (made.marked(), made.unread([f"{PUBLIC} bericht"])) == ([], [])
    assert made.errors() == []


@pytest.mark.parametrize(
    "account",
    [
        f'window.YTD.account.part0 = [ {{"account": {{"accountId": "4242", "email": "{SECRET}"',
        f'window.YTD.account.part0 = {{"account": {{"accountId": "4242", "email": "{SECRET}"}}}}',
        f'window.YTD.account.part0 = [ {{"account": {{"accountId": "4242"}} }} ] {{"email": "{SECRET}"}}',
        f'window.YTD.account.part0 = [ {{"accountId": "4242" "email": "{SECRET}"}} ]',
        f'window.YTD.account.part0 = [ [{{"accountId": "4242", "email": "{SECRET}"}}], "{SECRET}" ]',
    ],
)
def test_a_damaged_list_about_the_account_keeps_nothing_back(account: str, tmp_path: Path) -> None:
    shown = {name: members()[f"data/{name}.js"] for name in ("profile", "tweets")} | {"account": account.encode()}
    made = made_of(placed(tmp_path / "in", {f"data/{name}.js": data for name, data in shown.items()}), tmp_path / "out")
    assert (made.marked(), made.unread([f"{PUBLIC} bericht"])) == ([], [])
