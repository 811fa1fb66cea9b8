"""The self-service archive of X in all its eras, with fictional accounts of the municipality of Voorbeeldstad."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from items import Read
from sma_plugin.findings import code
from sma_plugin.model import (
    Account,
    AccountRef,
    Exclusion,
    Moment,
    Observation,
    Post,
    Problem,
    ProfileVersion,
    Tally,
)
from sma_plugin.readers.contract import Listing, Match, Member
from sma_plugin.readers.exclusion import class_of, rule_for, rules
from sma_plugin.readers.x import archive as x_archive
from sma_plugin.readers.x import common as x_common
from sma_plugin.testing import MemoryCapture, capture, listing

ID = 1_600_000_000_000_000_000
WHEN = "Sat Feb 18 19:45:15 +0000 2023"
WHEN_US = 1_676_749_515_000_000


def ytd(name: str, items: Iterable[Any], part: int = 0, indent: int | None = 2) -> bytes:
    return f"window.YTD.{name}.part{part} = {json.dumps(list(items), indent=indent, ensure_ascii=False)}".encode()


def tweet(number: int = 0, text: str = "De markt is open", **fields: Any) -> dict[str, Any]:
    body = {
        "id_str": str(ID + number),
        "id": str(ID + number),
        "created_at": WHEN,
        "full_text": text,
        "lang": "nl",
        "source": '<a href="https://example.nl" rel="nofollow">Redactie Web</a>',
        "favorite_count": "3",
        "retweet_count": "2",
        "display_text_range": ["0", "9"],
        "entities": {"hashtags": [], "user_mentions": [], "urls": []},
    }
    return {"tweet": body | fields}


ACCOUNT = ytd(
    "account",
    [
        {
            "account": {
                "email": "webredactie@voorbeeldstad.example",
                "createdVia": "web",
                "username": "voorbeeldstad",
                "accountId": "4242",
                "createdAt": "2010-05-04T03:02:01.000Z",
                "accountDisplayName": "Gemeente Voorbeeldstad",
            }
        }
    ],
)
PROFILE = ytd(
    "profile",
    [
        {
            "profile": {
                "description": {"bio": "Nieuws", "website": "https://t.co/abc", "location": "Voorbeeldstad"},
                "avatarMediaUrl": "https://pbs.twimg.com/profile_images/1/wapen.jpg",
                "headerMediaUrl": "https://pbs.twimg.com/profile_banners/4242/1500000000",
            }
        }
    ],
)


def manifest(types: Mapping[str, Iterable[tuple[str, int]]], date: str = "2023-03-01T10:00:00.000Z") -> bytes:
    found = {
        "userInfo": {"accountId": "4242", "userName": "voorbeeldstad", "displayName": "Gemeente Voorbeeldstad"},
        "archiveInfo": {"sizeBytes": "1", "generationDate": date, "isPartialArchive": False},
        "dataTypes": {
            kind: {"files": [{"fileName": name, "globalName": "x", "count": str(count)} for name, count in files]}
            for kind, files in types.items()
        },
    }
    return f"window.__THAR_CONFIG = {json.dumps(found, indent=1)}".encode()


def archive(**lists: bytes) -> dict[str, bytes]:
    named = {f"data/{name.replace('_', '-')}.js": data for name, data in lists.items()}
    return {"data/account.js": ACCOUNT, "data/profile.js": PROFILE} | named


_read = Read(x_archive)
items, posts, problems, only = _read.items, _read.posts, _read.problems, _read.only


def match_of(contents: Mapping[str, bytes]) -> Match:
    match = x_archive.recognise(listing(contents))
    assert match is not None
    return match


# --- recognition -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "twitter-2023/", "a/b/c/"])
def test_an_archive_is_recognised_at_any_depth(prefix: str) -> None:
    contents = archive(tweets=ytd("tweets", [tweet()]), manifest=manifest({}))
    match = match_of({prefix + path: data for path, data in contents.items()})
    assert (match.reader, match.platform, match.technique, match.personal_export) == (
        "x-archive",
        "x",
        "platform-export",
        True,
    )
    assert match.account == AccountRef("4242", "voorbeeldstad", "Gemeente Voorbeeldstad")
    assert match.captured is not None
    assert match.captured.raw == "2023-03-01T10:00:00.000Z"
    assert match.roots == (prefix,)
    assert len(match.paths) == 4


def test_names_alone_are_not_recognised() -> None:
    assert (
        x_archive.recognise(listing({"data/tweets.js": b"[]", "data/manifest.js": b"{}", "tweets.csv": b"a,b"})) is None
    )


def test_renamed_files_are_recognised_by_their_first_bytes() -> None:
    assert only({"los/berichten (1).txt": ytd("tweets", [tweet()])}).native_id == str(ID)


def test_parts_unpacked_beside_one_another_are_one_capture() -> None:
    contents = {
        "deel-2/data/tweets-part1.js": ytd("tweets", [tweet(1)]),
        "deel-1/data/account.js": ACCOUNT,
        "deel-1/data/tweets.js": ytd("tweets", [tweet(0)]),
        "deel-3/data/tweets_media/1-a.jpg": b"jpeg",
        "deel-3/data/direct_messages_media/1-a.jpg": b"jpeg",
    }
    (match,) = x_archive.recognise_all(listing(contents))
    assert set(match.roots) == {"deel-1/", "deel-2/", "deel-3/"}
    assert "deel-3/data/tweets_media/1-a.jpg" in match.paths
    assert not any("direct_messages" in path for path in match.paths)
    assert [post.native_id for post in posts(contents)] == [str(ID), str(ID + 1)]


def test_two_accounts_and_two_exports_are_captures_of_their_own() -> None:
    other = ACCOUNT.replace(b"4242", b"5151")
    old, new = manifest({}, "2020-01-01T00:00:00.000Z"), manifest({}, "2023-01-01T00:00:00.000Z")
    contents = {
        "oud/data/account.js": ACCOUNT,
        "oud/data/manifest.js": old,
        "nieuw/data/account.js": ACCOUNT,
        "nieuw/data/manifest.js": new,
        "ander/data/account.js": other,
    }
    found = x_archive.recognise_all(listing(contents))
    assert [match.roots for match in found] == [("ander/",), ("nieuw/",), ("oud/",)]


def test_what_is_not_of_posts_or_profile_is_not_claimed() -> None:
    lists = archive(
        tweets=ytd("tweets", []),
        direct_messages=ytd("direct_messages", []),
        ip_audit=ytd("ip_audit", []),
        app=ytd("app", []),
    )
    lists |= {"Your archive.html": b"<html>", "data/README.txt": b"fields", "README.txt": b"van de leverancier"}
    assert set(match_of(lists).paths) == {
        "data/account.js",
        "data/profile.js",
        "data/tweets.js",
        "data/README.txt",
    }


def test_reading_needs_no_first_bytes_and_no_excluded_members() -> None:
    contents = archive(
        tweets=ytd("tweets", [tweet()]),
        like=ytd("like", [{"like": {"tweetId": "1"}}]),
        manifest=manifest({"like": [("data/like.js", 1)]}),
    )
    view = capture(contents, x_archive)
    bare = tuple(Member(path, len(data), b"") for path, data in contents.items() if "like" not in path)
    found = list(x_archive.read(MemoryCapture(view.match, Listing(bare), contents)))
    assert found == items(contents)


# --- exclusion -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("direct-messages.js", "direct-messages"),
        ("direct-messages-part12.js", "direct-messages"),
        ("direct-messages-group-part1.js", "direct-messages"),
        ("direct-message-headers.js", "direct-messages"),
        ("direct-message-group-headers-part2.js", "direct-messages"),
        ("direct-message-mute.js", "direct-messages"),
        ("direct_messages_media/1-a.jpg", "direct-messages"),
        ("direct_messages_group_media/1-a.jpg", "direct-messages"),
        ("grok-chat-item.js", "direct-messages"),
        ("audio-video-calls-in-dm-recipient-sessions.js", "direct-messages"),
        ("contact.js", "contacts"),
        ("follower.js", "contacts"),
        ("following-part1.js", "contacts"),
        ("lists-member.js", "contacts"),
        ("twitter-circle-member.js", "contacts"),
        ("twitter-circle.js", "contacts"),
        ("like.js", "own-likes"),
        ("like-part1.js", "own-likes"),
        ("saved-search.js", "history"),
        ("user-link-clicks.js", "history"),
        ("ad-online-conversions-unattributed.js", "ad-interests"),
        ("personalization.js", "ad-interests"),
        ("ip-audit.js", "account-security"),
        ("account-creation-ip.js", "account-security"),
        ("email-address-change.js", "account-security"),
        ("ni-devices.js", "account-security"),
        ("key-registry.js", "account-security"),
        ("sso.js", "account-security"),
        ("community-note-rating.js", "others-items"),
    ],
)
def test_lists_out_of_scope_are_excluded_with_and_without_data_folder(name: str, kind: str) -> None:
    for path in (f"data/{name}", name):
        rule = rule_for("x-archive", path)
        assert rule is not None, path
        assert class_of(rule) == kind


@pytest.mark.parametrize(
    "name",
    [
        "tweets.js",
        "tweets-part1.js",
        "tweet-headers.js",
        "note-tweet.js",
        "community-tweet.js",
        "twitter-circle-tweet.js",
        "deleted-tweets.js",
        "deleted-tweet-headers.js",
        "account.js",
        "profile.js",
        "screen-name-change.js",
        "protected-history.js",
        "article.js",
        "manifest.js",
        "tweets_media/1-a.jpg",
        "profile_media/1-a.jpg",
    ],
)
def test_lists_in_scope_are_not_excluded(name: str) -> None:
    assert rule_for("x-archive", f"data/{name}") is None


def test_email_and_phone_are_cut_by_their_own_bytes() -> None:
    account = {"account": {"phone": [{"x": 1}], "email": "é@voorbeeldstad.example", "username": "v", "accountId": "1"}}
    data = b"\xef\xbb\xbf" + ytd("account", [{"account": {"device": {"phoneNumber": "0101234567"}}}, account])
    found = [item for item in items({"data/account.js": data}) if isinstance(item, Exclusion)]
    cut = [data[item.offset : (item.offset or 0) + (item.length or 0)].decode() for item in found]
    assert [text.partition(":")[0].strip('" ') for text in cut] == ["device", "phone", "email"]
    assert cut[2] == '"email": "é@voorbeeldstad.example"'
    assert {item.rule for item in found} <= set(rules("x-archive"))


def test_a_broken_account_item_is_cut_whole() -> None:
    data = ACCOUNT[: ACCOUNT.index(b"createdVia")]
    found = items({"data/account.js": data, "data/tweets.js": ytd("tweets", [tweet()])})
    (cut,) = [item for item in found if isinstance(item, Exclusion)]
    assert b"webredactie" in data[cut.offset : (cut.offset or 0) + (cut.length or 0)]
    assert "SMA-R003" in [item.code for item in found if isinstance(item, Problem)]


def test_own_likes_are_counted_and_not_read() -> None:
    contents = archive(
        tweets=ytd("tweets", [tweet()]),
        like=ytd("like", [{"like": {"tweetId": "1", "fullText": "tekst van een ander"}}] * 3),
        manifest=manifest({"like": [("data/like.js", 4)]}),
    )
    found = items(contents)
    assert Tally("own likes", 4, 3, "data/like.js") in found
    assert not any("tekst van een ander" in str(item) for item in found)


# --- account and profile ---------------------------------------------------------------------------------------------


def test_the_account_and_its_profile_come_first() -> None:
    contents = archive(tweets=ytd("tweets", [tweet()]), manifest=manifest({}))
    contents["data/profile_media/4242-wapen.jpg"] = b"jpeg"
    contents["data/profile_media/4242-1500000000.jpg"] = b"jpeg"
    account, profile, *_ = items(contents)
    assert isinstance(account, Account)
    assert account.owner
    assert account.ref.native_id == "4242"
    assert account.created is not None
    assert account.created.us == 1_272_942_121_000_000
    assert isinstance(profile, ProfileVersion)
    assert (profile.name, profile.handle, profile.bio, profile.location) == (
        "Gemeente Voorbeeldstad",
        "voorbeeldstad",
        "Nieuws",
        "Voorbeeldstad",
    )
    assert profile.avatar is not None
    assert profile.avatar.path == "data/profile_media/4242-wapen.jpg"
    assert profile.header is not None
    assert profile.header.path == "data/profile_media/4242-1500000000.jpg"
    assert profile.at is not None
    assert profile.at.raw == "2023-03-01T10:00:00.000Z"


def test_earlier_handles_are_versions_of_the_profile() -> None:
    change = {"changedAt": "2012-01-01T00:00:00.000Z", "changedFrom": "vbstad", "changedTo": "voorbeeldstad"}
    wrapped = {"screenNameChange": {"accountId": "4242", "screenNameChange": change}}
    found = items(archive(screen_name_change=ytd("screen_name_change", [wrapped])))
    assert [item.handle for item in found if isinstance(item, ProfileVersion)] == [
        "vbstad",
        "voorbeeldstad",
        "voorbeeldstad",
    ]


def test_a_loose_file_has_no_known_account_and_says_so() -> None:
    contents = {"los/tweet.js": ytd("tweet", [tweet()])}
    post = only(contents)
    assert post.author == AccountRef()
    assert post.url == f"https://x.com/i/status/{ID}"
    assert problems(contents) == ["SMA-R020"]
    assert not any(isinstance(item, Account) for item in items(contents))


# --- posts -----------------------------------------------------------------------------------------------------------


def test_a_post_has_its_fields_and_its_bytes() -> None:
    entities = {
        "hashtags": [{"text": "markt", "indices": ["0", "5"]}],
        "user_mentions": [
            {"screen_name": "buurt", "name": "Buurt", "id_str": "77"},
            {"screen_name": "weg", "id_str": "-1"},
        ],
        "urls": [{"url": "https://t.co/a", "expanded_url": "https://voorbeeldstad.example/markt"}],
    }
    fields = {"entities": entities, "possibly_sensitive": False}
    data = ytd("tweets", [tweet(0, "Kip &amp; ei &lt;3 https://t.co/a", **fields)])
    contents = archive(tweets=data, manifest=manifest({"tweets": [("data/tweets.js", 1)]}))
    post = only(contents)
    assert post.author.handle == "voorbeeldstad"
    assert post.url == f"https://x.com/voorbeeldstad/status/{ID}"
    assert post.created == Moment(WHEN_US, WHEN)
    assert post.state.text == "Kip & ei <3 https://t.co/a"
    assert post.state.raw is not None
    assert post.state.raw["full_text"] == "Kip &amp; ei &lt;3 https://t.co/a"
    assert post.state.tool == "Redactie Web"
    assert post.state.hashtags == ("markt",)
    assert post.state.mentions == (AccountRef("77", "buurt", "Buurt"), AccountRef(None, "weg"))
    assert post.state.links is not None
    assert post.state.links[0].url == "https://voorbeeldstad.example/markt"
    assert post.state.sensitive is False
    assert post.state.media == ()
    assert post.counts is not None
    assert post.counts.values == {"likes": 3, "reposts": 2}
    assert post.counts.at is not None
    assert post.audience == "public"
    (evidence,) = post.evidence
    assert json.loads(data[evidence.offset : (evidence.offset or 0) + (evidence.length or 0)])["tweet"]["id_str"]
    assert Tally("posts", 1, 1, "data/tweets.js") in items(contents)
    assert problems(contents) == []


@pytest.mark.parametrize("ending", [b"", b";", b" ;\r\n"])
def test_bare_objects_and_statement_ends_are_read(ending: bytes) -> None:
    data = b"\xef\xbb\xbf" + ytd("tweet", [tweet()["tweet"]], indent=None) + ending
    contents = archive(tweet=data)
    assert only(contents).native_id == str(ID)
    assert problems(contents) == []


def test_parts_are_read_in_the_order_of_their_names_whatever_they_say_inside() -> None:
    contents = archive(tweets_part10=ytd("tweets", [tweet(3)]), tweets_part2=ytd("tweets", [tweet(2)]))
    contents["data/tweets.js"] = ytd("tweets", [tweet(1)], part=7)
    assert [post.native_id for post in posts(contents)] == [str(ID + number) for number in (1, 2, 3)]


def test_a_repost_names_whose_post_it_repeats() -> None:
    mention = {"user_mentions": [{"screen_name": "Buurt", "id_str": "77"}]}
    post = only(archive(tweets=ytd("tweets", [tweet(0, "RT @buurt: lang bericht…", entities=mention)])))
    assert post.kind == "repost"
    assert post.state.truncated
    (relation,) = post.relations
    assert (relation.kind, relation.target, relation.target_account) == ("repost", None, AccountRef("77", "Buurt"))


def test_replies_and_quotes_are_relations() -> None:
    reply = tweet(0, in_reply_to_status_id_str="5", in_reply_to_user_id_str="77", in_reply_to_screen_name="buurt")
    nameless = tweet(1, in_reply_to_status_id_str="6", in_reply_to_user_id_str="78")
    linked = tweet(2, entities={"urls": [{"expanded_url": "https://twitter.com/buurt/status/9?s=20"}]})
    quoted = tweet(3, quoted_status_id_str="10")
    found = [post.relations[0] for post in posts(archive(tweets=ytd("tweets", [reply, nameless, linked, quoted])))]
    assert [(one.kind, one.target, one.target_url) for one in found] == [
        ("reply", "5", "https://x.com/buurt/status/5"),
        ("reply", "6", "https://x.com/i/status/6"),
        ("quote", "9", "https://x.com/buurt/status/9"),
        ("quote", "10", "https://x.com/i/status/10"),
    ]
    assert found[1].target_account == AccountRef("78")


@pytest.mark.parametrize("raw", ["gisteren", "", None, "Sat Foo 18 19:45:15 +0000 2023"])
def test_a_time_that_cannot_be_read_keeps_the_post(raw: str | None) -> None:
    contents = archive(tweets=ytd("tweets", [tweet(0, created_at=raw)]))
    assert only(contents).created == Moment(None, raw)
    assert problems(contents) == ["SMA-R005"]


def test_media_are_found_by_post_and_name() -> None:
    photo = {"type": "photo", "id_str": "1", "media_url_https": "https://pbs.twimg.com/media/AAA.jpg"}
    size = {"sizes": {"large": {"w": "800", "h": "600"}}, "ext_alt_text": "De markt"}
    info = {
        "duration_millis": "1500",
        "variants": [
            {"content_type": "application/x-mpegURL", "url": "https://video.twimg.com/a/pl.m3u8"},
            {"bitrate": "256000", "content_type": "video/mp4", "url": "https://video.twimg.com/a/klein.mp4"},
            {"bitrate": "832000", "content_type": "video/mp4", "url": "https://video.twimg.com/a/groot.mp4?tag=1"},
        ],
    }
    video = {"type": "video", "id_str": "-1", "media_url": "http://pbs.twimg.com/thumb.jpg", "video_info": info}
    lost = {"type": "photo", "media_url_https": "https://pbs.twimg.com/media/weg.jpg"}
    one = tweet(0, entities={"media": [photo]}, extended_entities={"media": [photo | size, video, lost]})
    two = tweet(1, entities={"media": [photo]})
    contents = archive(tweets=ytd("tweets", [one, two]))
    contents[f"data/tweets_media/{ID}-AAA.jpg"] = b"jpeg"
    contents[f"data/tweets_media/{ID}-klein.mp4"] = b"mp4"
    contents[f"data/tweet_media/{ID + 1}-AAA.jpg"] = b"jpeg"
    first, second = posts(contents)
    assert first.state.media is not None
    found, film, absent = first.state.media
    assert (found.path, found.alt, found.width, found.height) == (
        f"data/tweets_media/{ID}-AAA.jpg",
        "De markt",
        800,
        600,
    )
    assert (film.kind, film.path, film.native_id, film.duration) == (
        "video",
        f"data/tweets_media/{ID}-klein.mp4",
        None,
        1.5,
    )
    assert absent.path is None
    assert second.state.media is not None
    assert second.state.media[0].path == f"data/tweet_media/{ID + 1}-AAA.jpg"
    (problem,) = [item for item in items(contents) if isinstance(item, Problem)]
    assert (problem.code, problem.params) == ("SMA-R007", {"value": f"{ID}-weg.jpg"})


def test_a_medium_without_a_byte_is_no_medium() -> None:
    photo = {"type": "photo", "media_url_https": "https://pbs.twimg.com/media/AAA.jpg"}
    contents = archive(tweets=ytd("tweets", [tweet(0, extended_entities={"media": [photo]})]))
    contents[f"data/tweets_media/{ID}-AAA.jpg"] = b""
    (medium,) = only(contents).state.media or ()
    assert medium.path is None
    assert problems(contents) == []  # told by whoever reads the file


def test_media_without_a_media_folder_and_of_reposts_are_counted() -> None:
    media = {"media": [{"type": "photo", "media_url_https": "https://pbs.twimg.com/media/AAA.jpg"}]}
    contents = archive(tweets=ytd("tweets", [tweet(0, entities=media), tweet(1, "RT @a: b", entities=media)]))
    assert problems(contents) == ["SMA-R024", "SMA-R025"]


def test_places_are_kept() -> None:
    here = tweet(
        0, coordinates={"type": "Point", "coordinates": ["4.5", "52.1"]}, place={"id": "p", "full_name": "Stad"}
    )
    place = only(archive(tweets=ytd("tweets", [here]))).state.location
    assert place is not None
    assert (place.latitude, place.longitude, place.name) == (52.1, 4.5, "Stad")


# --- edits, long texts, deletions, audience --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (
            {"edit_info": {"initial": {"editTweetIds": [str(ID), str(ID + 1), str(ID + 2)]}}},
            {
                "edit_info": {
                    "edit": {
                        "initialTweetId": str(ID),
                        "editControlInitial": {"editTweetIds": [str(ID), str(ID + 1), str(ID + 2)]},
                    }
                }
            },
        ),
        (
            {"edit_control": {"edit_tweet_ids": [str(ID)]}},
            {"edit_control": {"edit_tweet_ids": [str(ID), str(ID + 1), str(ID + 2)]}},
        ),
    ],
)
def test_revisions_are_chained_and_a_gap_is_reported(first: dict[str, Any], later: dict[str, Any]) -> None:
    contents = archive(
        tweets=ytd("tweets", [tweet(0, **first)]), tweets_part1=ytd("tweets", [tweet(2, "De markt is dicht", **later)])
    )
    one, two = posts(contents)
    assert two.revision_of == str(ID)
    assert two.revisions == (str(ID), str(ID + 1), str(ID + 2))
    assert two.edited == two.created
    assert one.edited is None
    (problem,) = [item for item in items(contents) if isinstance(item, Problem)]
    assert (problem.code, problem.params["missing"]) == ("SMA-R022", 1)


def test_a_post_that_was_never_edited_has_no_revisions() -> None:
    post = only(archive(tweets=ytd("tweets", [tweet(0, edit_info={"initial": {"editTweetIds": [str(ID)]}})])))
    assert (post.revision_of, post.revisions) == (None, None)


LONG = "De gemeente Voorbeeldstad verbouwt het plein. " * 10 + "&amp; #plein"


@pytest.mark.parametrize(
    ("identity", "short", "shape"),
    [
        ("991", LONG[:100] + "… https://t.co/x", "core"),
        ("991", LONG[:100] + "...", "result"),
        ("991", "@buurt @wijk " + LONG[:100] + "…", "direct"),
        (str(ID), "heel iets anders", "core"),
    ],
)
def test_a_long_text_is_joined_to_its_post(identity: str, short: str, shape: str) -> None:
    core = {"text": LONG, "hashtags": [{"text": "plein"}], "mentions": [], "urls": []}
    body: dict[str, Any] = {"noteTweetId": identity, "createdAt": "2023-02-18T19:45:15.000Z"}
    shapes: dict[str, dict[str, Any]] = {
        "core": {"core": core},
        "result": {"noteTweetResults": {"result": core}},
        "direct": {"noteTweetResults": core},
    }
    body |= shapes[shape]
    notes = ytd("note_tweet", [{"noteTweet": body}])
    contents = archive(tweets=ytd("tweets", [tweet(0, short)]), note_tweet=notes)
    post = only(contents)
    assert post.state.text == LONG.replace("&amp;", "&")
    assert post.state.raw is not None
    assert post.state.raw["full_text"] == short
    assert post.state.hashtags == ("plein",)
    assert [evidence.path for evidence in post.evidence] == ["data/tweets.js", "data/note-tweet.js"]
    assert [alias.value for alias in post.aliases] == (["991"] if identity == "991" else [])
    assert problems(contents) == []


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        pytest.param(
            f"{'a ' * 130}&gt;&gt; b… https://t.co/Foto1", f"{'a ' * 130}>> b en meer", id="cut, with a medium"
        ),
        pytest.param("Kort, met foto https://t.co/Foto1", "Kort, met foto", id="whole, with a medium"),
        pytest.param("Kort, met niets", "Kort, met niets", id="whole"),
        pytest.param("Zie https://t.co/Een voor…", "Zie https://t.co/Twee voor alles", id="short links of their own"),
        pytest.param("@buurt @wijk Dat klopt…", "Dat klopt helemaal", id="a reply"),
    ],
)
def test_a_note_joins_its_post_however_their_texts_differ(text: str, whole: str) -> None:
    body = {"noteTweetId": str(ID - 1), "createdAt": "2023-02-18T19:45:14.000Z", "core": {"text": whole}}
    contents = archive(tweets=ytd("tweets", [tweet(0, text)]), note_tweet=ytd("note_tweet", [{"noteTweet": body}]))
    post = only(contents)
    assert (post.state.text, [evidence.path for evidence in post.evidence]) == (
        whole,
        ["data/tweets.js", "data/note-tweet.js"],
    )
    assert problems(contents) == []


def test_a_whole_post_takes_no_note_that_only_begins_like_it_and_equal_notes_go_to_the_nearest() -> None:
    texts = ["Ja", "Ja, en lang", "Ja, en lang"]
    notes = [
        {"noteTweetId": str(ID + number * 10), "createdAt": "2023-02-18T19:45:15.000Z", "core": {"text": "Ja, en lang"}}
        for number in (1, 2)
    ]
    contents = archive(
        tweets=ytd("tweets", [tweet(number * 10 + 1, text) for number, text in enumerate(texts)]),
        note_tweet=ytd("note_tweet", [{"noteTweet": note} for note in notes]),
    )
    assert [[alias.value for alias in post.aliases] for post in posts(contents)] == [[], [str(ID + 10)], [str(ID + 20)]]


def test_a_long_text_without_post_is_kept_under_its_own_id() -> None:
    body = {"noteTweetId": "991", "createdAt": "2023-02-18T19:45:16.000Z", "core": {"text": LONG}}
    contents = archive(
        tweets=ytd("tweets", [tweet(0, LONG[:100] + "…")]), note_tweet=ytd("note_tweet", [{"noteTweet": body}])
    )
    short, lone = posts(contents)
    assert short.state.text == LONG[:100] + "…"
    assert (lone.native_id, lone.aliases[0].scheme) == ("991", "note-tweet")
    assert problems(contents) == ["SMA-R023"]


def test_deleted_posts_are_withdrawn_and_deletions_without_post_observed() -> None:
    contents = archive(
        deleted_tweets=ytd("deleted_tweets", [tweet(0, deletedAt=WHEN), tweet(1, full_text=None, deleted_at=WHEN)]),
        deleted_tweet_headers=ytd(
            "deleted_tweet_headers",
            [
                {"tweet": {"tweet_id": "8", "user_id": "4242", "created_at": WHEN, "deleted_at": WHEN}},
                {"tweet": {"tweetId": "9", "userId": "4242", "createdAt": WHEN}},
            ],
        ),
        deleted_note_tweet=ytd("deleted_note_tweet", [{"noteTweet": {"noteTweetId": "7", "core": {"text": "weg"}}}]),
    )
    first, note = posts(contents)
    assert first.withdrawn is not None
    assert (first.withdrawn.ground, first.withdrawn.by, first.withdrawn.at) == (
        "deleted",
        "account",
        Moment(WHEN_US, WHEN),
    )
    assert note.withdrawn is not None
    seen = [item for item in items(contents) if isinstance(item, Observation)]
    assert [(one.post, one.status, one.at) for one in seen] == [
        (str(ID + 1), "deleted", Moment(WHEN_US, WHEN)),
        ("8", "deleted", Moment(WHEN_US, WHEN)),
        ("9", "deleted", None),
    ]
    assert {(one.account and one.account.native_id, one.created) for one in seen} == {("4242", Moment(WHEN_US, WHEN))}


def test_posts_that_only_have_a_header_are_missing() -> None:
    headers = [{"tweet": {"tweet_id": str(ID + number), "user_id": "4242", "created_at": WHEN}} for number in range(4)]
    contents = archive(
        tweets=ytd("tweets", [tweet(0)]),
        community_tweet=ytd("community_tweet", [tweet(1)]),
        tweet_headers=ytd("tweet_headers", headers),
    )
    (problem,) = [item for item in items(contents) if isinstance(item, Problem)]
    assert (problem.code, problem.path) == ("SMA-R028", "data/tweet-headers.js")
    assert problem.params == {"missing": 2, "named": 4}


def test_audience_follows_the_list_even_when_a_post_stands_among_the_public_ones() -> None:
    contents = archive(
        tweets=ytd("tweets", [tweet(0), tweet(1), tweet(2, community_id_str="55")]),
        # The wrapper of this list has been seen to say "tweet".
        twitter_circle_tweet=ytd("tweet", [tweet(1)]),
        community_tweet=ytd("community_tweet", [tweet(3)]),
    )
    found = [(post.native_id, post.audience) for post in posts(contents)]
    assert found == [
        (str(ID), "public"),
        (str(ID + 1), "circle"),
        (str(ID + 2), "community"),
        (str(ID + 3), "community"),
        (str(ID + 1), "circle"),
    ]


def test_posts_of_a_shielded_account_are_for_followers() -> None:
    history = [
        {"protectedHistory": {"protectedAt": "2020-01-01T00:00:00.000Z", "action": "Unprotect"}},
        {"protectedHistory": {"protectedAt": "2021-01-01T00:00:00.000Z", "action": "Protect"}},
    ]
    contents = archive(tweets=ytd("tweets", [tweet()]), protected_history=ytd("protected_history", history))
    assert only(contents).audience == "followers"


# --- Grailbird -------------------------------------------------------------------------------------------------------


def grailbird(*tweets: dict[str, Any]) -> bytes:
    return f"Grailbird.data.tweets_2013_01 = \n {json.dumps(tweets)}".encode()


def old_tweet(number: int, text: str, **fields: Any) -> dict[str, Any]:
    user = {"id": 4242, "id_str": "4242", "screen_name": "voorbeeldstad", "protected": False}
    body = {"id": number, "id_str": str(number), "created_at": "2013-01-31 12:00:00 +0000", "text": text, "user": user}
    return body | fields


DETAILS = (
    b'var user_details = {"screen_name": "voorbeeldstad", "full_name": "Voorbeeldstad", "bio": "Nieuws", "id": "4242"}'
)
PAYLOAD = b'var payload_details = {"tweets": 3, "created_at": "2013-02-01 00:00:00 +0000", "lang": "nl"}'


def test_grailbird_is_read_with_reposts_and_tally() -> None:
    original = {"id_str": "5", "user": {"id_str": "77", "screen_name": "buurt", "name": "Buurt"}}
    contents = {
        "oud/data/js/user_details.js": DETAILS,
        "oud/data/js/payload_details.js": PAYLOAD,
        "oud/data/js/tweets/2013_01.js": grailbird(
            old_tweet(1, "Kip &amp; ei"), old_tweet(2, "RT @buurt: markt", retweeted_status=original)
        ),
        "oud/tweets.csv": b"tweet_id,timestamp,text\n1,x,y\n",
    }
    match = match_of(contents)
    assert match.account == AccountRef("4242", "voorbeeldstad", "Voorbeeldstad")
    assert match.captured is not None
    found = items(contents)
    first, second = (item for item in found if isinstance(item, Post))
    assert (first.state.text, first.created.us) == ("Kip & ei", 1_359_633_600_000_000)
    assert first.author.native_id == "4242"
    (relation,) = second.relations
    assert (relation.kind, relation.target, relation.target_url) == ("repost", "5", "https://x.com/buurt/status/5")
    assert Tally("posts", 3, 2, "oud/data/js/payload_details.js") in found


def test_sizes_in_grailbird_have_no_names() -> None:
    sizes = [{"h": 150, "resize": "crop", "w": 150}, {"h": 310, "resize": "fit", "w": 500}, {"h": 0, "w": 0}]
    photo = {"id_str": "1", "media_url_https": "https://pbs.twimg.com/media/AAA.jpg", "sizes": sizes}
    contents = {"data/js/tweets/2013_01.js": grailbird(old_tweet(1, "foto", entities={"media": [photo]}))}
    (medium,) = only(contents).state.media or ()
    assert (medium.width, medium.height) == (500, 310)
    assert problems(contents) == ["SMA-R020", "SMA-R024"]


def test_tweets_csv_is_read_where_the_json_is_missing_with_the_bytes_of_each_row() -> None:
    header = '"tweet_id","in_reply_to_status_id","timestamp","source","text","retweeted_status_id","expanded_urls"'
    rows = [
        '"1","","2013-01-31 12:00:00 +0000","web","regel een\nregel ""twee"" é","",""',
        '"2","1","2013-01-31 12:00:01 +0000","web","kort","","https://a.example/x,y,https://b.example"',
    ]
    data = b"\xef\xbb\xbf" + "\r\n".join([header, *rows, '"3","","x']).encode()
    contents = {"tweets.csv": data}
    first, second = posts(contents)
    assert first.state.text == 'regel een\nregel "twee" é'
    spans = [
        data[one.offset : (one.offset or 0) + (one.length or 0)].decode()
        for post in (first, second)
        for one in post.evidence
    ]
    assert spans == rows
    assert second.relations[0].target == "1"
    assert second.state.links is not None
    assert [link.url for link in second.state.links] == ["https://a.example/x,y", "https://b.example"]
    assert problems(contents) == ["SMA-R020", "SMA-R003"]


# --- damage, hostility, unknown forms --------------------------------------------------------------------------------


def test_a_truncated_file_gives_what_stands_before_the_end() -> None:
    data = ytd("tweets", [tweet(number) for number in range(5)])
    contents = archive(tweets=data[: data.index(str(ID + 4).encode())])
    assert len(posts(contents)) == 4
    (problem,) = [item for item in items(contents) if isinstance(item, Problem)]
    assert (problem.code, problem.params) == ("SMA-R003", {"counted": 4})


def test_one_bad_item_costs_one_item() -> None:
    good = json.dumps(tweet(1)).encode()
    odd = json.dumps(tweet(2, favorite_count="veel", lang=7)).encode()
    data = b"window.YTD.tweets.part0 = [" + b", ".join([good, b'{"tweet": {"id_str": oeps}}', b"12", odd]) + b"]"
    contents = archive(tweets=data)
    found = posts(contents)
    assert [post.native_id for post in found] == [str(ID + 1), str(ID + 2)]
    assert found[1].state.language == "7"
    assert sorted(problems(contents)) == ["SMA-R001", "SMA-R001", "SMA-R002"]


def test_an_item_that_is_no_post_is_said_not_to_be() -> None:
    assert problems(archive(tweets=ytd("tweets", [{"iets": "anders"}]))) == ["SMA-R001", "SMA-R027"]


def test_counts_beyond_what_can_be_stored_are_no_counts() -> None:
    post = only(archive(tweets=ytd("tweets", [tweet(0, favorite_count="9" * 30, retweet_count=float("nan"))])))
    assert post.counts is None


def test_files_that_the_manifest_names_and_that_are_missing_are_reported() -> None:
    stated = manifest({"tweets": [("data/tweets.js", 1), ("data/tweets-part1.js", 7)], "like": [("data/like.js", 3)]})
    contents = archive(tweets=ytd("tweets", [tweet()]), manifest=stated)
    (problem,) = [item for item in items(contents) if isinstance(item, Problem)]
    assert (problem.code, problem.params) == ("SMA-R021", {"name": "data/tweets-part1.js", "stated": 7})


def test_a_broken_manifest_costs_only_the_manifest() -> None:
    contents = archive(tweets=ytd("tweets", [tweet()]), manifest=b"window.__THAR_CONFIG = {")
    assert len(posts(contents)) == 1
    assert problems(contents) == ["SMA-R001"]


def test_own_work_that_is_not_read_and_unknown_fields_are_pointed_out() -> None:
    contents = archive(
        tweets=ytd("tweets", [tweet(0, hologram={"x": 1})]),
        article=ytd("article", [{"article": {}}]),
        moment=ytd("moment", []),
    )
    assert problems(contents) == ["SMA-R027", "SMA-R026"]


def test_a_list_with_other_bytes_is_not_passed_over() -> None:
    contents = archive(tweets=b"\0" * 100, tweets_part1=ytd("tweets", [tweet()]))
    assert problems(contents) == ["SMA-R006"]


def test_every_code_that_is_used_has_a_meaning() -> None:
    for number in range(20, 29):
        assert code(f"SMA-R0{number}").text.keys() == {"nl", "en"}


TEXTS = st.text(max_size=40)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["full_text", "created_at", "entities", "extended_entities", "edit_info", "source", "place", "user", "scopes"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4), min_size=1, max_size=4))
def test_whatever_a_field_holds_no_post_is_lost(bodies: list[dict[str, Any]]) -> None:
    listed = [tweet(number, **body) for number, body in enumerate(bodies)]
    contents = archive(tweets=ytd("tweets", listed))
    assert [post.native_id for post in posts(contents)] == [str(ID + number) for number in range(len(bodies))]


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300), st.integers(min_value=0, max_value=2000))
def test_any_bytes_after_the_wrapper_end_in_items_or_problems(noise: bytes, cut: int) -> None:
    data = ytd("tweets", [tweet(0), tweet(1)])
    broken = data[:cut] + noise
    contents = {
        "data/account.js": ACCOUNT,
        "data/tweets.js": b"window.YTD.tweets.part0 = [" + broken,
        "data/note-tweet.js": b"window.YTD.note_tweet.part0 = " + noise,
    }
    found = items(contents)
    assert isinstance(found[0], Account)
    assert any(isinstance(item, Problem) for item in found)


@given(st.text(max_size=80))
@settings(max_examples=50, deadline=None)
def test_escaping_is_undone_once(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert x_common.unescape(escaped) == text
