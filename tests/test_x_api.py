"""X's API as JSON, JSON Lines and single responses, with fictional accounts of the municipality of Voorbeeldstad."""

from __future__ import annotations

import dataclasses
import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from items import kinds
from sma_plugin.findings import code
from sma_plugin.model import (
    Account,
    AccountRef,
    Evidence,
    Exclusion,
    Item,
    Moment,
    Observation,
    Post,
    Problem,
    ProfileVersion,
    Relation,
    Tally,
)
from sma_plugin.readers.contract import Match, Source
from sma_plugin.readers.exclusion import class_of, rules
from sma_plugin.readers.x import api as x_api
from sma_plugin.readers.x import api_body as x_api_body
from sma_plugin.readers.x import api_lines as x_api_lines
from sma_plugin.testing import MemoryCapture, listing

AT = "2023-03-01T12:00:00+00:00"
AT_US = 1_677_672_000_000_000
SEARCH = "https://api.twitter.com/2/tweets/search/all?query=plein"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20


def user(number: int = 7, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "username": f"voorbeeldstad{number}",
        "name": "Gemeente Voorbeeldstad",
        "created_at": "2012-05-01T08:00:00.000Z",
        "description": "Nieuws &amp; vragen",
        "location": "Voorbeeldstad",
        "protected": False,
        "verified": True,
        "verified_type": "government",
        "url": "https://t.co/site",
        "entities": {"url": {"urls": [{"url": "https://t.co/site", "expanded_url": "https://voorbeeldstad.example"}]}},
        "profile_image_url": "https://pbs.twimg.com/profile_images/1/logo_normal.png",
        "public_metrics": {"followers_count": 12, "following_count": 3, "tweet_count": 40, "listed_count": 1},
        **fields,
    }


def tweet(number: int = 100, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "text": "De markt &amp; het plein",
        "created_at": "2023-02-18T19:45:15.000Z",
        "author_id": "7",
        "conversation_id": str(number),
        "lang": "nl",
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "edit_history_tweet_ids": [str(number)],
        "public_metrics": {"retweet_count": 1, "reply_count": 0, "like_count": 3, "quote_count": 4},
        **fields,
    }


def page(*tweets: dict[str, Any], url: str = SEARCH, **fields: Any) -> dict[str, Any]:
    return {
        "data": list(tweets),
        "includes": {"users": [user()]},
        "__twarc": {"url": url, "version": "2.13.0", "retrieved_at": AT},
        **fields,
    }


def flat(number: int = 100, **fields: Any) -> dict[str, Any]:
    return {**tweet(number), "author": user(), "__twarc": {"url": SEARCH, "retrieved_at": AT}, **fields}


def old_user(number: int = 7, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "id_str": str(number),
        "screen_name": "voorbeeldstad",
        "name": "Gemeente Voorbeeldstad",
        "description": "Nieuws",
        "followers_count": 12,
        "friends_count": 3,
        "statuses_count": 40,
        "protected": False,
        "verified": False,
        **fields,
    }


def old(number: int = 100, **fields: Any) -> dict[str, Any]:
    return {
        "created_at": "Sat Feb 18 19:45:15 +0000 2023",
        "id": number,
        "id_str": str(number),
        "text": "De markt &amp; het plein",
        "truncated": False,
        "source": '<a href="https://voorbeeldstad.example">Redactie</a>',
        "in_reply_to_status_id_str": None,
        "user": old_user(),
        "retweet_count": 1,
        "favorite_count": 3,
        "entities": {"hashtags": [{"text": "markt"}], "urls": [], "user_mentions": []},
        "lang": "nl",
        **fields,
    }


def scraped(number: int = 100, **fields: Any) -> dict[str, Any]:
    return {
        "_type": "snscrape.modules.twitter.Tweet",
        "url": f"https://twitter.com/voorbeeldstad/status/{number}",
        "date": "2023-02-18T19:45:15+00:00",
        "rawContent": "De markt",
        "renderedContent": "De markt",
        "id": number,
        "user": {"username": "voorbeeldstad", "id": 7, "displayname": "Gemeente", "followersCount": 12},
        "replyCount": 0,
        "likeCount": 3,
        "conversationId": number,
        "lang": "nl",
        **fields,
    }


def lines(*values: Any) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def read(data: bytes, name: str = "x.jsonl", **others: bytes) -> list[Item]:
    contents = {name: data, **others}
    members = listing(contents)
    match = x_api.recognise(members) or Match("x-api", "x", "api", (name,))
    return list(x_api.read(MemoryCapture(match, members, contents)))


def post(data: bytes) -> Post:
    return next(item for item in read(data) if isinstance(item, Post))


def codes(items: Iterable[Item]) -> list[str]:
    return [item.code for item in kinds(items, Problem)]


def source(body: Any, url: str = SEARCH, status: int = 200, kind: str | None = "application/json") -> Source:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    base = Evidence("a.warc", "bytes", 500, 900)
    moment = Moment(AT_US, AT)
    return Source(
        "a.warc", io.BytesIO(data), base, url=url, status=status, content_type=kind, fetched_at=moment, exact=False
    )


# --- recognition -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "confidence"),
    [
        (page(tweet()), 50),
        ({"data": tweet(), "includes": {"users": [user()]}, "matching_rules": [{"id": 1}]}, 50),
        ({"data": [user()]}, 50),
        (flat(), 50),
        (tweet(), 50),
        ([tweet(), tweet(101)], 50),
        (old(), 50),
        ([old()], 50),
        ({"statuses": [old()], "search_metadata": {"count": 1}}, 50),
        ({"statuses": [], "search_metadata": {"count": 1}}, 50),
        ([old_user()], 50),
        ({"meta": {"result_count": 0}}, 50),
        ({"delete": {"status": {"id": 1, "id_str": "1", "user_id_str": "2"}}}, 50),
        (scraped(), 50),
        ({"data": [{"start": "a", "end": "b", "tweet_count": 4}], "meta": {"total_tweet_count": 4}}, 40),
        ({"data": [{"id": "1", "name": "Raad", "owner_id": "7", "member_count": 3}]}, 40),
        ({"id": "1", "action": "delete", "created_at": AT, "reason": "deleted"}, 40),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_form_is_recognised_by_its_structure(body: Any, confidence: int, pack: Any) -> None:
    match = x_api.recognise(listing({"map/zonder-naam.txt": pack(json.dumps(body).encode())}))
    assert match is not None
    assert (match.reader, match.platform, match.technique, match.confidence) == ("x-api", "x", "api", confidence)


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"user": {"result": {"timeline": {"instructions": [{"type": "TimelineAddEntries"}]}}}}},
        {"data": [{"id": "1_2", "message": "Hallo", "created_time": AT}], "paging": {}},
        {"data": [{"id": "1", "text": "Hallo", "timestamp": AT, "permalink": "https://threads.example/1"}]},
        {"id": "1", "content": "<p>Hallo</p>", "account": {"username": "x"}, "created_at": AT},
        {"errors": [{"code": 88, "message": "Rate limit exceeded"}]},
        {"_type": "snscrape.modules.mastodon.Toot", "content": "x", "id": 1},
        {"type": "FeatureCollection", "features": []},
        [{"tweet": {"id_str": "1"}}],
        [],
        "text",
    ],
)
def test_other_json_is_left_alone(body: Any) -> None:
    assert x_api.recognise(listing({"x.json": json.dumps(body).encode()})) is None


def test_a_head_that_is_cut_off_anywhere_behind_a_telling_name_is_enough() -> None:
    padded = {"data": [{"context_annotations": [{"domain": {"name": "x" * 9000}}], **tweet()}]}
    assert x_api.recognise(listing({"x.json": json.dumps(padded).encode()})) is not None


def test_empty_files_errors_and_media_are_claimed_beside_responses_only() -> None:
    contents = {
        "a/page.json": lines(page(tweet())),
        "a/empty.json": b"",
        "a/error.json": json.dumps({"errors": [{"code": 88}]}).encode(),
        "a/media/3_1377650087799754753.jpg": JPEG,
        "a/media/foto.jpg": JPEG,
        "b/empty.json": b"",
        "a/notes.txt": b"Aantekeningen",
    }
    match = x_api.recognise(listing(contents))
    assert match is not None
    assert match.paths == ("a/page.json", "a/empty.json", "a/error.json", "a/media/3_1377650087799754753.jpg")
    assert x_api.recognise(listing({"empty.json": b""})) is None


# --- second version --------------------------------------------------------------------------------------------------


def test_a_post_of_a_page_has_its_author_text_counts_and_evidence() -> None:
    data = lines(page(tweet()))
    one = post(data)
    assert one.author == AccountRef("7", "voorbeeldstad7", "Gemeente Voorbeeldstad")
    assert (one.native_id, one.created.us, one.audience, one.kind) == ("100", 1_676_749_515_000_000, "public", "note")
    assert (one.state.text, one.state.raw) == ("De markt & het plein", {"text": "De markt &amp; het plein"})
    assert one.counts is not None
    assert (one.counts.values, one.counts.at) == (
        {"reposts": 1, "replies": 0, "likes": 3, "quotes": 4},
        Moment(AT_US, AT),
    )
    (pointer,) = one.evidence
    assert pointer.kind == "bytes"
    assert pointer.offset is not None
    assert pointer.length is not None
    assert json.loads(data[pointer.offset : pointer.offset + pointer.length]) == tweet()


def test_page_and_flattened_line_of_one_post_say_the_same() -> None:
    parts: dict[str, Any] = {
        "in_reply_to_user_id": "7",
        "referenced_tweets": [{"type": "replied_to", "id": "90"}],
        "conversation_id": "90",
        "entities": {"mentions": [{"username": "voorbeeldstad7", "id": "7"}]},
    }
    named = {**parts, "entities": {"mentions": [{**user(), "start": 0}]}, "in_reply_to_user": user()}
    one, other = post(lines(page(tweet(**parts)))), post(lines(flat(**named)))
    assert one.state == other.state
    assert one.relations == other.relations
    assert one.relations[0] == Relation("reply", "90", target_account=one.author)
    assert one.relations[1] == Relation("thread", "90")


def test_a_flattened_line_points_at_itself_its_author_and_the_post_inside_it() -> None:
    inner = {"type": "retweeted", **tweet(50, author_id="8"), "author": user(8, protected=True)}
    data = lines(flat(1), flat(2, text="RT @voorbeeldstad8: De ma…", referenced_tweets=[inner]))
    items = read(data)
    first, repost, original = kinds(items, Post)
    assert (first.kind, repost.kind, original.kind) == ("note", "repost", "note")
    assert (repost.included, original.included, original.audience) == (False, True, "followers")
    assert repost.state.truncated is True
    assert repost.relations == (Relation("repost", "50", target_account=AccountRef("8")),) or (
        repost.relations[0].target_account == original.author
    )
    for item in items:
        for pointer in getattr(item, "evidence", ()):
            piece = json.loads(data[pointer.offset : pointer.offset + pointer.length])
            assert piece["id"] in {"1", "2", "50", "7", "8"}
    assert original.evidence[0].length == len(json.dumps(inner))


def test_what_came_along_with_a_page_is_marked_as_included() -> None:
    quoting = tweet(1, referenced_tweets=[{"type": "quoted", "id": "50"}])
    body = page(quoting, includes={"users": [user(), user(8)], "tweets": [tweet(50, author_id="8")]})
    one, other = kinds(read(lines(body)), Post)
    assert one.relations == (Relation("quote", "50", target_account=other.author),)
    assert (one.included, other.included, other.author.handle) == (False, True, "voorbeeldstad8")


def test_media_polls_and_places_come_from_the_expansions() -> None:
    body = page(
        tweet(
            1,
            attachments={"media_keys": ["3_1377650087799754753", "7_2"], "poll_ids": ["9"]},
            geo={"place_id": "p1", "coordinates": {"type": "Point", "coordinates": [5.1, 52.2]}},
        ),
        includes={
            "users": [user()],
            "media": [
                {
                    "media_key": "3_1377650087799754753",
                    "type": "photo",
                    "url": "https://pbs.twimg.com/media/EtGf3oXXIAAbC12.jpg",
                    "alt_text": "Het plein",
                    "width": 4,
                    "height": 3,
                },
                {
                    "media_key": "7_2",
                    "type": "video",
                    "duration_ms": 1500,
                    "preview_image_url": "https://pbs.twimg.com/x.jpg",
                    "variants": [
                        {"content_type": "application/x-mpegURL", "url": "https://video.twimg.com/a.m3u8"},
                        {"content_type": "video/mp4", "bit_rate": 9, "url": "https://video.twimg.com/b.mp4?tag=1"},
                        {"content_type": "video/mp4", "bit_rate": 2, "url": "https://video.twimg.com/c.mp4"},
                    ],
                },
            ],
            "polls": [
                {"id": "9", "options": [{"position": 1, "label": "Ja", "votes": 5}, {"position": 2, "label": "Nee"}]}
            ],
            "places": [{"id": "p1", "full_name": "Voorbeeldstad, Nederland", "country": "Nederland"}],
        },
    )
    items = read(lines(body), **{"media/EtGf3oXXIAAbC12.jpg": JPEG})
    (one,) = kinds(items, Post)
    photo, video = one.state.media
    assert (photo.kind, photo.native_id, photo.alt) == ("image", "1377650087799754753", "Het plein")
    assert photo.path == "media/EtGf3oXXIAAbC12.jpg"
    assert (video.kind, video.source, video.duration) == ("video", "https://video.twimg.com/b.mp4?tag=1", 1.5)
    assert video.path is None
    assert one.state.poll.options == ("Ja", "Nee")
    assert one.counts.values["votes:1"] == 5
    place = one.state.location
    assert (place.name, place.native_id, place.latitude) == ("Voorbeeldstad, Nederland", "p1", 52.2)


def test_links_are_expanded_and_those_of_media_left_out() -> None:
    urls = [
        {
            "url": "https://t.co/a",
            "expanded_url": "https://s.example/a",
            "unwound_url": "https://voorbeeldstad.example",
        },
        {"url": "https://t.co/b", "expanded_url": "https://x.com/a/status/1/photo/1", "media_key": "3_1"},
        {"url": "https://t.co/c", "expanded_url": "https://x.com/a", "display_url": "pic.twitter.com/c"},
    ]
    state = post(lines(flat(entities={"urls": urls, "hashtags": [{"tag": "raad"}]}))).state
    assert [(link.url, link.shown) for link in state.links or ()] == [
        ("https://voorbeeldstad.example", "https://t.co/a")
    ]
    assert (state.hashtags, state.mentions) == (("raad",), ())
    assert post(lines(flat())).state.hashtags is None


def test_a_long_post_has_its_whole_text() -> None:
    note = {"text": "Een lang bericht &lt;1&gt;", "entities": {"hashtags": [{"tag": "lang"}]}}
    state = post(lines(flat(text="Een lang…", note_tweet=note))).state
    assert (state.text, state.hashtags, state.truncated) == ("Een lang bericht <1>", ("lang",), False)
    assert state.raw == {"text": "Een lang…", "note_tweet": {"text": "Een lang bericht &lt;1&gt;"}}


@pytest.mark.parametrize(
    "data",
    [
        lines(flat(hologram={"x": 1}), flat(2, hologram={"x": 1})),
        json.dumps(page(tweet(hologram=1))).encode(),
        lines(old(hologram=[])),
    ],
)
def test_fields_of_a_newer_generation_are_pointed_out_once(data: bytes) -> None:
    (problem,) = kinds(read(data), Problem)
    assert (problem.code, problem.params) == ("SMA-R027", {"names": "hologram"})


def test_fields_are_looked_at_in_records_too() -> None:
    items = list(x_api.read_source(source(page(tweet(hologram=1), tweet(2)))))
    assert codes(items) == ["SMA-R027"]


def test_a_revision_names_the_first_and_all_of_its_chain() -> None:
    first = post(lines(flat(1, edit_history_tweet_ids=["1", "2"])))
    second = post(lines(flat(2, edit_history_tweet_ids=["1", "2"])))
    assert (first.revision_of, first.edited, first.revisions) == (None, None, ("1", "2"))
    assert (second.revision_of, second.edited, second.revisions) == ("1", second.created, ("1", "2"))


def test_a_post_without_time_takes_it_from_its_id_and_says_so() -> None:
    bare = {"id": "1170025343920402432", "text": "Hallo"}
    url = "https://api.twitter.com/2/users/7/tweets?max_results=5"
    one = post(lines({"data": [bare], "__twarc": {"url": url, "retrieved_at": AT}}))
    assert one.created == Moment(1_567_790_754_667_000, None, "id")
    assert one.author == AccountRef("7")


def test_a_profile_is_told_once_and_again_when_it_changes() -> None:
    items = read(
        lines(flat(1), flat(2), flat(3, author=user(name="Gemeente V.")), flat(4, author=user(name="Gemeente V.")))
    )
    assert len(kinds(items, Account)) == 1
    first, second = kinds(items, ProfileVersion)
    assert (first.bio, first.url, first.verified) == ("Nieuws & vragen", "https://voorbeeldstad.example", "government")
    assert (first.at, second.name) == (Moment(AT_US, AT), "Gemeente V.")
    (counts,) = kinds(items, Observation)
    assert (counts.counts, counts.account.native_id) == (
        {"followers": 12, "following": 3, "posts": 40, "listed": 1},
        "7",
    )


def test_a_withheld_post_is_observed_and_kept() -> None:
    items = read(lines(flat(withheld={"copyright": True, "country_codes": ["NL", "BE"]})))
    (one,) = kinds(items, Post)
    assert one.state.raw["withheld"] == {"copyright": True, "country_codes": ["NL", "BE"]}
    seen = next(item for item in kinds(items, Observation) if item.status)
    assert (seen.post, seen.status, seen.detail) == ("100", "withheld", "copyright: NL, BE")


def test_errors_beside_data_are_observations_with_their_own_bytes() -> None:
    gone = {
        "title": "Not Found Error",
        "resource_type": "tweet",
        "resource_id": "55",
        "detail": "Could not find tweet with referenced_tweets.id: [55].",
    }
    suspended = {
        "title": "Forbidden",
        "resource_type": "user",
        "parameter": "entities.mentions.username",
        "resource_id": "123",
        "detail": "User has been suspended: [123].",
    }
    barred = {"title": "Authorization Error", "resource_type": "user", "resource_id": "9", "detail": "Sorry"}
    odd = {"title": "Not Found Error", "resource_type": "media", "resource_id": "3_1"}
    data = lines(page(tweet(), errors=[gone, suspended, barred, odd]))
    items = read(data)
    seen = [item for item in kinds(items, Observation) if item.status]
    assert [(item.post, item.account, item.status) for item in seen] == [
        ("55", None, "not-found"),
        (None, AccountRef(None, "123"), "suspended"),
        (None, AccountRef("9"), "forbidden"),
    ]
    pointer = seen[0].evidence[0]
    assert json.loads(data[pointer.offset : pointer.offset + pointer.length]) == gone
    assert codes(items) == ["SMA-R055"]


# --- counts, lists, compliance ---------------------------------------------------------------------------------------


def test_counts_and_lists_are_no_posts() -> None:
    counts = lines({"data": [{"start": "a", "end": "b", "tweet_count": 4}] * 3, "meta": {"total_tweet_count": 12}})
    assert read(counts) == [Problem("SMA-R046", "x.jsonl", params={"count": 3})]
    lists = lines({"data": [{"id": "1", "name": "Raad", "owner_id": "7"}], "meta": {"result_count": 1}})
    assert read(lists) == [Problem("SMA-R047", "x.jsonl", params={"count": 1})]


def test_compliance_lines_are_evidence_of_what_is_gone_and_when() -> None:
    data = lines(
        {
            "id": "1170147183095664640",
            "action": "delete",
            "created_at": "2019-09-07T01:30:03.390Z",
            "redacted_at": AT,
            "reason": "deleted",
        },
        {"id": "1482680858", "action": "delete", "created_at": "2013-06-04T16:25:04+00:00", "reason": "protected"},
        {"id": "20", "action": "delete", "created_at": "2006-03-21T20:50:14+00:00", "reason": "suspended"},
    )
    items = read(data)
    gone, shut = kinds(items, Observation)
    assert (gone.post, gone.account, gone.status, gone.at) == (
        "1170147183095664640",
        None,
        "deleted",
        Moment(AT_US, AT),
    )
    assert (shut.post, shut.account, shut.status, shut.at) == (None, AccountRef("1482680858"), "protected", None)
    assert codes(items) == ["SMA-R048", "SMA-R053"]
    assert len(kinds(read(data, "tweets_compliance.jsonl"), Observation)) == 3
    assert kinds(items, Post) == []


# --- pages and what they state ---------------------------------------------------------------------------------------


def test_stated_and_counted_numbers_are_both_given() -> None:
    items = read(lines(page(tweet(1), meta={"result_count": 5}), page(tweet(2), meta={"result_count": 1})))
    assert kinds(items, Tally) == [Tally("posts", 6, 2, "x.jsonl")]
    assert read(lines({"meta": {"result_count": 0}})) == [Tally("posts", 0, 0, "x.jsonl")]


def test_a_chain_of_pages_must_reach_its_end() -> None:
    first = page(tweet(1), meta={"result_count": 1, "next_token": "geheim1"})
    second = page(tweet(2), url=SEARCH + "&next_token=geheim1", meta={"result_count": 1, "next_token": "geheim2"})
    last = page(tweet(3), url=SEARCH + "&pagination_token=geheim2", meta={"result_count": 1})
    assert codes(read(lines(first, second, last))) == []
    open_ended = read(lines(first, second))
    assert codes(open_ended) == ["SMA-R049"]
    assert "geheim" not in str(kinds(open_ended, Problem))
    unknown = {key: value for key, value in first.items() if key != "__twarc"}
    assert codes(read(lines(unknown))) == []


# --- version 1.1 -----------------------------------------------------------------------------------------------------


def test_a_status_is_read_like_a_post() -> None:
    data = lines(old())
    one = post(data)
    assert (one.author.native_id, one.author.handle) == ("7", "voorbeeldstad")
    assert (one.state.text, one.state.tool, one.state.hashtags) == ("De markt & het plein", "Redactie", ("markt",))
    assert one.counts is not None
    assert one.counts.values == {"reposts": 1, "likes": 3}
    assert one.evidence == (Evidence("x.jsonl", "bytes", 0, len(data) - 1),)


def test_the_full_text_of_a_status_is_used_and_its_lack_is_told() -> None:
    whole = post(lines(old(text="Kort…", truncated=True, extended_tweet={"full_text": "Heel lang"})))
    assert (whole.state.text, whole.state.truncated, whole.state.raw) == ("Heel lang", False, {"text": "Kort…"})
    cut = post(lines(old(text="Kort…", truncated=True)))
    assert (cut.state.text, cut.state.truncated) == ("Kort…", True)
    assert post(lines(old(text=None, full_text="Alles"))).state.text == "Alles"


def test_statuses_inside_a_status_are_posts_of_their_own() -> None:
    inner = old(50, user=old_user(8, screen_name="inwoner"))
    data = lines(old(1, retweeted_status=inner), old(2, quoted_status=inner, quoted_status_id_str="50"))
    repost, first, quote, second = kinds(read(data), Post)
    assert (repost.kind, quote.kind) == ("repost", "note")
    assert [relation.kind for relation in repost.relations + quote.relations] == ["repost", "quote"]
    assert quote.relations[0].target_account == AccountRef("8", "inwoner", "Gemeente Voorbeeldstad")
    assert (first.native_id, first.included) == ("50", True)
    for one in (first, second):
        (pointer,) = one.evidence
        assert json.loads(data[pointer.offset : pointer.offset + pointer.length]) == inner


def test_a_reply_and_media_of_a_status() -> None:
    media = [{"id_str": "5", "type": "photo", "media_url_https": "https://pbs.twimg.com/media/EtGf3oXXIAAbC12.jpg"}]
    one = post(
        lines(
            old(
                in_reply_to_status_id_str="90",
                in_reply_to_user_id_str="8",
                in_reply_to_screen_name="inwoner",
                extended_entities={"media": media},
                withheld_in_countries=["DE"],
            )
        )
    )
    assert one.relations == (Relation("reply", "90", target_account=AccountRef("8", "inwoner")),)
    assert one.state.media is not None
    assert (one.state.media[0].native_id, one.state.media[0].kind) == ("5", "image")


def test_notices_in_a_stream_are_told() -> None:
    items = read(
        lines(
            old(),
            {"delete": {"status": {"id": 55, "id_str": "55", "user_id_str": "8"}, "timestamp_ms": "1677672000000"}},
            {"limit": {"track": 3}},
            {"limit": {"track": 9}},
            {"status_withheld": {"id": 56, "user_id": 8, "withheld_in_countries": ["NL"]}},
            {"disconnect": {"code": 4, "stream_name": "x", "reason": "y"}},
        )
    )
    gone, withheld = (item for item in kinds(items, Observation) if item.status)
    assert (gone.post, gone.status, gone.at.us) == ("55", "deleted", AT_US)
    assert (withheld.post, withheld.status, withheld.detail) == ("56", "withheld", "NL")
    assert [(one.code, one.params) for one in kinds(items, Problem)] == [
        ("SMA-R051", {"notice": "disconnect"}),
        ("SMA-R050", {"withheld": 9}),
    ]


def test_keep_alives_and_lengths_in_a_stream_are_passed_over() -> None:
    one, other = json.dumps(old(1)).encode(), json.dumps(old(2)).encode()
    data = b"\r\n\r\n%d\r\n%s\r\n\r\n%d\r\n%s\r\n\r\n" % (len(one) + 2, one, len(other) + 2, other)
    items = read(data)
    assert [item.native_id for item in kinds(items, Post)] == ["1", "2"]
    assert codes(items) == []


# --- snscrape --------------------------------------------------------------------------------------------------------


def test_snscrape_lines_are_read() -> None:
    quoted = scraped(50, user={"username": "inwoner", "id": 8})
    media = [{"_type": "snscrape.modules.twitter.Photo", "fullUrl": "https://pbs.twimg.com/media/a?format=jpg"}]
    data = lines(scraped(1, quotedTweet=quoted, conversationId=9, inReplyToTweetId=9, media=media), scraped(2))
    items = read(data)
    one, inner, _ = kinds(items, Post)
    assert (one.native_id, one.author.native_id, one.counts.values) == ("1", "7", {"replies": 0, "likes": 3})
    assert [(relation.kind, relation.target) for relation in one.relations] == [
        ("quote", "50"),
        ("reply", "9"),
        ("thread", "9"),
    ]
    assert (inner.included, inner.url, one.state.media[0].kind) == (True, quoted["url"], "image")
    assert len(kinds(items, ProfileVersion)) == 2


# --- damage ----------------------------------------------------------------------------------------------------------


def test_a_cut_last_line_is_told_with_its_number_and_the_others_are_kept() -> None:
    items = read(lines(flat(1), flat(2)) + b'\n{"id": "3", "te')
    assert len(kinds(items, Post)) == 2
    (problem,) = kinds(items, Problem)
    assert (problem.code, problem.params, problem.length) == ("SMA-R040", {"line": 4}, 15)


def test_a_broken_line_costs_one_line() -> None:
    items = read(lines(flat(1)) + b'{"id": "2", \n' + lines(flat(3)))
    assert [item.native_id for item in kinds(items, Post)] == ["1", "3"]
    assert codes(items) == ["SMA-R001"]


def test_odd_values_cost_no_post() -> None:
    strange = flat(1, id=1, lang=5, entities={"hashtags": [{"tag": 3}]}, public_metrics={"like_count": "4"})
    strange["author"] = user(id=7, public_metrics={"followers_count": 10**30})
    strange["referenced_tweets"] = [{"type": "quoted", "id": 50}]
    items = read(lines(strange, flat(2, text="Los \ud800 deel")))
    one, other = kinds(items, Post)
    assert (one.native_id, one.author.native_id, one.state.hashtags) == ("1", "7", ("3",))
    assert one.relations[0].target == "50"
    assert other.state.text == "Los \ufffd deel"
    assert "SMA-R002" in codes(items)


def test_a_lone_surrogate_in_a_page_costs_neither_its_page_nor_its_places() -> None:
    data = lines(page(tweet(1), tweet(2, text="\ud800"), tweet(3)))
    one, two, three = kinds(read(data), Post)
    assert one.author.handle == two.author.handle == three.author.handle == "voorbeeldstad7"
    pointer = three.evidence[0]
    assert json.loads(data[pointer.offset : pointer.offset + pointer.length])["id"] == "3"


def test_a_lone_surrogate_in_a_list_is_no_damage_around_it() -> None:
    items = read(json.dumps([flat(1, text="Los \ud800 deel"), flat(2)]).encode())
    assert [one.native_id for one in kinds(items, Post)] == ["1", "2"]
    assert codes(items) == ["SMA-R002"]


def test_a_page_that_is_cut_off_gives_the_posts_before_the_cut() -> None:
    data = lines(page(tweet(1), tweet(2), tweet(3)))
    items = read(data[: data.index(b'"id": "3"') + 40])
    assert [item.native_id for item in kinds(items, Post)] == ["1", "2"]
    assert codes(items) == ["SMA-R001", "SMA-R003"]


def test_an_indented_document_and_a_byte_order_mark_are_read_with_exact_places() -> None:
    data = b"\xef\xbb\xbf" + json.dumps(page(tweet(1), tweet(2)), indent=2).encode()
    for one in kinds(read(data), Post):
        (pointer,) = one.evidence
        assert json.loads(data[pointer.offset : pointer.offset + pointer.length])["id"] == one.native_id


def test_an_empty_file_and_an_unknown_object_are_told() -> None:
    assert codes(read(b"")) == ["SMA-R041"]
    assert codes(read(b" \r\n\r\n")) == ["SMA-R041"]
    assert codes(read(lines({"naam": 1}))) == ["SMA-R052"]
    assert codes(read(lines(flat(1), {"naam": 1}))) == ["SMA-R052"]


def test_a_document_too_large_for_memory_is_read_item_by_item(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x_api_body, "FIRST", 256)
    monkeypatch.setattr(x_api_body, "WHOLE", 1024)
    data = json.dumps([old(number) for number in range(20)]).encode()
    posts = kinds(read(data), Post)
    assert [one.native_id for one in posts] == [str(number) for number in range(20)]
    pointer = posts[-1].evidence[0]
    assert json.loads(data[pointer.offset : pointer.offset + pointer.length])["id_str"] == "19"
    body = page(*(tweet(number) for number in range(20)))
    items = read(json.dumps(body).encode())
    assert len(kinds(items, Post)) == 20
    assert codes(items) == ["SMA-R054"]


def test_gzip_is_read_and_pointed_at_by_line() -> None:
    items = read(gzip.compress(lines(flat(1), page(tweet(2)))), "x.jsonl.gz")
    one, two = kinds(items, Post)
    assert one.evidence == (Evidence("x.jsonl.gz", "file", locator="line 1"),)
    assert two.evidence == (Evidence("x.jsonl.gz", "file", locator="line 2#/data/0"),)


# --- single responses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "kind", "taken"),
    [
        (SEARCH, "application/json; charset=utf-8", True),
        ("https://stream.twitter.com/1.1/statuses/filter.json", "application/json", True),
        ("https://api.x.com/2/users/1/tweets", None, True),
        ("https://api.x.com/2/users/1/tweets", "text/html", False),
        ("https://api.x.com/1.1/guest/activate.json", "application/json", False),
        ("https://api.twitter.com/1.1/videos/tweet/config/1.json", "application/json", False),
        ("https://api.twitter.com/graphql/abc/UserTweets", "application/json", False),
        ("https://x.com/i/api/graphql/abc/UserTweets", "application/json", False),
        ("https://x.com/i/api/1.1/dm/inbox_initial_state.json", "application/json", True),
        ("https://api.example/2/tweets", "application/json", False),
        ("https://[kapot/2/tweets", "application/json", False),
        ("https://api.twitter.com/2/users/1/bookmarks", "text/html", True),
    ],
)
def test_responses_are_taken_by_address_and_content_type(url: str, kind: str | None, *, taken: bool) -> None:
    assert x_api.accepts(source({}, url, kind=kind)) is taken


def test_what_a_browser_asked_before_it_asked_is_no_answer() -> None:
    empty = dataclasses.replace(source({}, SEARCH, kind=None), size=0)
    assert not x_api.accepts(empty)
    assert x_api.accepts(dataclasses.replace(empty, content_type="application/json"))


def test_a_response_in_a_container_is_pointed_at_by_record_and_place_within() -> None:
    body = {"data": [tweet(1)], "includes": {"users": [user()], "tweets": [tweet(2)]}, "meta": {"result_count": 1}}
    one, other = kinds(x_api.read_source(source(body)), Post)
    assert one.evidence == (Evidence("a.warc", "bytes", 500, 900, "/data/0"),)
    assert other.evidence == (Evidence("a.warc", "bytes", 500, 900, "/includes/tweets/0"),)
    assert one.counts.at == Moment(AT_US, AT)
    url = "https://api.twitter.com/1.1/search/tweets.json"
    found = kinds(x_api.read_source(source({"statuses": [old(3, quoted_status=old(4))]}, url)), Post)
    assert [item.evidence[0].locator for item in found] == ["/statuses/0", "/statuses/0/quoted_status"]
    timeline = kinds(x_api.read_source(source([old(5)], url)), Post)
    assert timeline[0].evidence[0].locator == "/0"
    assert list(x_api.read_source(source([], url))) == []


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, 429, "SMA-R042"),
        ({"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, 200, "SMA-R042"),
        ({"title": "Too Many Requests", "status": 429, "detail": "x", "type": "about:blank"}, 429, "SMA-R042"),
        ({"title": "Unauthorized", "status": 401, "detail": "x", "type": "about:blank"}, 401, "SMA-R043"),
        ({"error": "Not authorized.", "request": "/1.1/x.json"}, 403, "SMA-R043"),
        ({"errors": [{"code": 34, "message": "Sorry"}]}, 404, "SMA-R044"),
        ({"title": "Service Unavailable", "status": 503, "detail": "x", "type": "about:blank"}, 503, "SMA-R045"),
    ],
)
def test_a_response_that_is_an_error_is_told_without_its_query(body: Any, status: int, expected: str) -> None:
    url = "https://api.twitter.com/2/users/by?access_token=geheim"
    (problem,) = x_api.read_source(source(body, url, status))
    assert isinstance(problem, Problem)
    assert (problem.code, problem.params["url"]) == (expected, "/2/users/by")
    assert "geheim" not in str(problem)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/1.1/direct_messages/events/list.json", "direct-messages"),
        ("/2/dm_events", "direct-messages"),
        ("/2/dm_conversations/1-2/dm_events", "direct-messages"),
        ("/1.1/account/verify_credentials.json", "account-security"),
        ("/1.1/account/settings.json", "account-security"),
        ("/2/oauth2/token", "account-security"),
        ("/oauth/access_token", "account-security"),
        ("/2/users/7/bookmarks", "own-likes"),
        ("/1.1/favorites/list.json", "own-likes"),
        ("/2/users/7/followers", "contacts"),
        ("/2/tweets/1/liking_users", "others-items"),
        ("/12/accounts/abc/draft_tweets", "drafts"),
        ("/1.1/saved_searches/list.json", "history"),
    ],
)
def test_what_may_not_enter_is_left_out_unread(path: str, kind: str) -> None:
    response = source({"geheim": 1}, f"https://api.twitter.com{path}?cursor=1")
    assert x_api.accepts(response)
    (item,) = x_api.read_source(response)
    assert isinstance(item, Exclusion)
    assert (item.path, item.offset, item.length, class_of(item.rule)) == ("a.warc", 500, 900, kind)
    assert response.stream.tell() == 0
    assert item.rule in rules("x-api")


def test_direct_messages_and_bookmarks_in_files_are_cut_out() -> None:
    message = {"data": [{"id": "1", "event_type": "MessageCreate", "dm_conversation_id": "1-2", "text": "geheim"}]}
    assert read(json.dumps(message).encode()) == [Exclusion("x-api.direct-messages", "x.jsonl")]
    marked = page(tweet(1, text="geheim"), url="https://api.twitter.com/2/users/7/bookmarks")
    data = lines(page(tweet(2)), marked)
    items = read(data)
    (item,) = kinds(items, Exclusion)
    assert json.loads(data[item.offset : item.offset + item.length]) == marked
    assert "geheim" not in str(items)


def test_a_direct_message_among_posts_is_cut_out_however_like_a_post_it_is() -> None:
    message = flat(2, text="geheim", dm_conversation_id="1-2")
    data = lines(flat(1), message, flat(3))
    items = read(data)
    (item,) = kinds(items, Exclusion)
    assert json.loads(data[item.offset : item.offset + item.length]) == message
    assert [one.native_id for one in kinds(items, Post)] == ["1", "3"]
    assert "geheim" not in str(items)
    items = read(lines(page(tweet(1), tweet(2, text="geheim", dm_conversation_id="1-2"), tweet(3))))
    assert len(kinds(items, Exclusion)) == 1
    assert [one.native_id for one in kinds(items, Post)] == ["1", "3"]
    assert "geheim" not in str(items)


# --- the parts -------------------------------------------------------------------------------------------------------


def test_lines_keep_their_numbers_over_the_edges_of_chunks() -> None:
    numbers = x_api_lines.LineNumbers(io.BytesIO(b"a\nb\n\nc\ndd"))
    while numbers.read(4):
        pass
    assert numbers.at(5) == 4
    assert numbers.at(8) == 5


def test_every_code_that_the_reader_gives_is_described_in_both_languages() -> None:
    for number in range(40, 56):
        row = code(f"SMA-R{number:03}")
        assert set(row.text) == set(row.remedy) == {"nl", "en"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(flat())), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    form=st.sampled_from([flat(), page(tweet()), old(), scraped()]),
    changes=st.dictionaries(st.sampled_from(sorted({*flat(), *old(), *page()})), _JSON, max_size=4),
)
def test_any_value_in_any_place_is_survived(form: dict[str, Any], changes: dict[str, Any]) -> None:
    items = read(lines({**form, **changes}, form))
    assert kinds(items, Post) or codes(items) or kinds(items, Exclusion)


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 1500), noise=st.binary(max_size=8))
def test_any_cut_and_noise_is_survived_and_told(cut: int, noise: bytes) -> None:
    data = lines(flat(1), flat(2))
    whole = data[:cut] + noise
    items = read(whole)
    assert len(kinds(items, Post)) <= 2
    assert kinds(items, Post) or codes(items)


@settings(max_examples=40, deadline=None)
@given(numbers=st.lists(st.integers(1, 10**18), min_size=1, max_size=5, unique=True), indent=st.sampled_from([None, 1]))
def test_places_are_exact_however_a_page_is_written(numbers: list[int], indent: int | None) -> None:
    data = json.dumps(page(*(tweet(number) for number in numbers)), indent=indent, ensure_ascii=False).encode()
    posts = kinds(read(data), Post)
    for one, number in zip(posts, numbers, strict=True):
        (pointer,) = one.evidence
        assert json.loads(data[pointer.offset : pointer.offset + pointer.length])["id"] == str(number)


def test_real_captures_are_read_as_what_they_are(samples: Path) -> None:
    folder = samples / "x"
    counts = next(folder.rglob("counts.jsonl")).read_bytes()
    assert codes(read(counts)) == ["SMA-R046"]
    gone = kinds(read(next(folder.rglob("users_compliance.jsonl")).read_bytes(), "users_compliance.jsonl"), Observation)
    assert {item.status for item in gone} == {"protected"}
    web = next(folder.rglob("UserTweets.json")).read_bytes()
    assert x_api.recognise(listing({"x.json": web})) is None
