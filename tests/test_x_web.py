"""X's web interface: GraphQL timelines of both generations, the one before, embedded posts, what stays out."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from items import codes
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import ingest
from sma_plugin.model import (
    Account,
    AccountRef,
    Evidence,
    Exclusion,
    Item,
    Link,
    Moment,
    Observation,
    Post,
    PostHistory,
    Problem,
    ProfileVersion,
    Relation,
)
from sma_plugin.package import Package
from sma_plugin.readers.contract import Source
from sma_plugin.readers.exclusion import class_of
from sma_plugin.readers.x import web
from sma_plugin.readers.x.web_notices import state_of
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.testing import capture, listing

WHEN = "Sat Feb 18 19:45:15 +0000 2023"
GRAPHQL = "https://x.com/i/api/graphql/aB3_x-Y"
AT = Moment(1_677_672_000_000_000, "2023-03-01T12:00:00Z")


def old_user(number: str = "7", handle: str = "voorbeeldstad", **legacy: Any) -> dict[str, Any]:
    """An account as it was until 2025."""
    told = {
        "screen_name": handle,
        "name": "Gemeente Voorbeeldstad",
        "description": "Nieuws &amp; meldingen",
        "followers_count": 12,
        "friends_count": 3,
        "statuses_count": 40,
        "created_at": "Mon Jan 01 00:00:00 +0000 2018",
        "pinned_tweet_ids_str": [],
    }
    return {"__typename": "User", "rest_id": number, "is_blue_verified": False, "legacy": told | legacy}


def new_user(number: str = "7", handle: str = "voorbeeldstad", **changed: Any) -> dict[str, Any]:
    """The same account in the layout of 2026."""
    return {
        "__typename": "User",
        "rest_id": number,
        "avatar": {"image_url": "https://pbs.twimg.com/profile_images/1/a_normal.png"},
        "banner": {"image_url": "https://pbs.twimg.com/profile_banners/7/1"},
        "core": {
            "created_at": "Mon Jan 01 00:00:00 +0000 2018",
            "name": "Gemeente Voorbeeldstad",
            "screen_name": handle,
        },
        "is_blue_verified": True,
        "location": {"location": "Voorbeeldstad"},
        "privacy": {"protected": False},
        "profile_bio": {"description": "Nieuws &amp; meldingen", "entities": {"url": {"urls": [
            {"url": "https://t.co/s", "expanded_url": "https://voorbeeldstad.example/"}]}}},
        "relationship_counts": {"followers": 12, "following": 3},
        "tweet_counts": {"media_tweets": 1, "tweets": 40},
        "verification": {"verified": False, "verified_type": "Government"},
        "website": {"url": "https://t.co/s"},
    } | changed  # fmt: skip


def tweet(number: int = 100, text: str = "De markt is open", user: dict[str, Any] | None = None, **more: Any) -> Any:
    """A post; what stands beside ``legacy`` is told by name, the rest goes into it."""
    beside = ("note_tweet", "quoted_status_result", "quotedRefResult", "views", "edit_control", "card", "source",
              "birdwatch_pivot", "article", "community_results", "new_field")  # fmt: skip
    author = old_user() if user is None else user
    legacy = {
        "id_str": str(number),
        "full_text": text,
        "created_at": WHEN,
        "user_id_str": author.get("rest_id"),
        "conversation_id_str": str(number),
        "favorite_count": 4,
        "retweet_count": 1,
        "reply_count": 0,
        "quote_count": 0,
        "bookmark_count": 2,
        "lang": "nl",
        "entities": {"hashtags": [], "urls": [], "user_mentions": []},
    } | {name: value for name, value in more.items() if name not in beside}
    return {
        "__typename": "Tweet",
        "rest_id": str(number),
        "core": {"user_results": {"result": author}},
        "views": {"count": "150", "state": "EnabledWithCount"},
        "legacy": legacy,
    } | {name: value for name, value in more.items() if name in beside}


def entry(result: Any, name: str | None = None, **content: Any) -> dict[str, Any]:
    number = result.get("rest_id", "0") if isinstance(result, dict) else "0"
    inner = {"itemType": "TimelineTweet", "tweet_results": {"result": result} if result else {}, **content}
    return {
        "entryId": name or f"tweet-{number}",
        "content": {"entryType": "TimelineTimelineItem", "itemContent": inner},
    }


def cursor(value: str, kind: str = "Bottom") -> dict[str, Any]:
    held = {"entryType": "TimelineTimelineCursor", "value": value, "cursorType": kind}
    return {"entryId": f"cursor-{kind.lower()}-1", "content": held}


def timeline(*entries: Any, owner: str = "7", before: tuple[Any, ...] = (), name: str = "timeline") -> dict[str, Any]:
    made = [{"type": "TimelineClearCache"}, *before, {"type": "TimelineAddEntries", "entries": list(entries)}]
    held = {name: {"timeline": {"instructions": made}}}
    return {"data": {"user": {"result": {"__typename": "User", "rest_id": owner} | held}}}


def read(document: Any, *, path: str = "UserTweets.json") -> list[Item]:
    """A file, as it is delivered."""
    data = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    return list(web.read(capture({path: data}, web)))


def response(document: Any, url: str, kind: str = "application/json", status: int = 200) -> list[Item]:
    """A response in a container."""
    return several((document, url), kind=kind, status=status)


def several(*documents: tuple[Any, str], kind: str = "application/json", status: int = 200) -> list[Item]:
    reading = web.reading()
    found: list[Item] = []
    for number, (document, url) in enumerate(documents):
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        base = Evidence("a.warc", "bytes", number * 1000, 900)
        source = Source("a.warc", io.BytesIO(data), base, None, url, "GET", status, kind, fetched_at=AT, exact=False)
        assert web.accepts(source)
        found += reading.read_source(source)
    return [*found, *reading.end()]


def posts(found: list[Item]) -> dict[str | None, Post]:
    return {item.native_id: item for item in found if isinstance(item, Post)}


def operation(name: str, **variables: Any) -> str:
    return f"{GRAPHQL}/{name}?variables={quote(json.dumps(variables))}&features=%7B%7D"


# --- the real sample --------------------------------------------------------------------------------------------------


def test_the_sample_gives_its_posts_and_nothing_else(samples: Path) -> None:
    data = (samples / "x" / "assembled-graphql-usertweets" / "UserTweets.json").read_bytes()
    found = list(web.read(capture({"UserTweets.json": data}, web)))
    made = posts(found)
    own = [post for post in made.values() if post.author.native_id == "100"]
    assert len(own) == 6
    assert {post.native_id for post in made.values() if post.included} == {"1000000000000000940", "1000000000000000939"}
    assert len(made) == 9
    assert "1000000000000000910" not in made
    pinned, reply = made["1000000000000000950"], made["1000000000000001020"]
    assert (pinned.pinned, pinned.counts and pinned.counts.values["views"]) == (True, 150)
    assert Relation("reply", "1000000000000000930", target_account=AccountRef(None, "qnl")) in reply.relations
    assert made["1000000000000000997"].state.text == "This is the whole of a long post, kept in full."
    assert made["1000000000000000999"].kind == "repost"
    assert [medium.alt for medium in made["1000000000000000996"].state.media or ()] == ["alt one", "alt two"]
    (gone,) = [item for item in found if isinstance(item, Observation) and item.status]
    assert (gone.post, gone.status) == ("1000000000000000099", "deleted")
    (advertised,) = [item for item in found if isinstance(item, Exclusion)]
    assert advertised.offset is not None
    assert advertised.length is not None
    cut = json.loads(data[advertised.offset : advertised.offset + advertised.length])
    assert (advertised.rule, cut["entryId"]) == ("x-web.promoted", "promoted-tweet-1000000000000000910")
    assert codes(found) == ["SMA-R211"]
    for post in made.values():
        (where,) = post.evidence
        assert where.offset is not None
        assert where.length is not None
        held = json.loads(data[where.offset : where.offset + where.length])
        assert (held["rest_id"] if post.included else held.get("entryId", "")[-19:] or _pinned(held)) == post.native_id


def _pinned(instruction: dict[str, Any]) -> str:
    return str(instruction["entry"]["entryId"].removeprefix("tweet-"))


# --- posts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", [old_user(), new_user()], ids=["2023", "2026"])
def test_a_post_and_its_author_in_both_generations(user: dict[str, Any]) -> None:
    found = read(timeline(entry(tweet(user=user, source='<a href="https://a.example">Redactie</a>'))))
    post = posts(found)["100"]
    assert post.author == AccountRef("7", "voorbeeldstad", "Gemeente Voorbeeldstad")
    assert (post.state.text, post.state.tool, post.state.language) == ("De markt is open", "Redactie", "nl")
    assert post.created.raw == WHEN
    assert post.counts is not None
    assert post.counts.values == {
        "likes": 4, "reposts": 1, "replies": 0, "quotes": 0, "bookmarks": 2, "views": 150,
    }  # fmt: skip
    assert (post.url, post.audience, post.included) == ("https://x.com/voorbeeldstad/status/100", "public", False)
    profile = next(item for item in found if isinstance(item, ProfileVersion))
    assert (profile.handle, profile.name, profile.bio) == (
        "voorbeeldstad",
        "Gemeente Voorbeeldstad",
        "Nieuws & meldingen",
    )
    counts = next(item.counts for item in found if isinstance(item, Observation))
    assert counts == {"followers": 12, "following": 3, "posts": 40}


def test_what_moved_out_of_the_old_part_of_an_account_is_read() -> None:
    profile = next(item for item in read(timeline(entry(tweet(user=new_user())))) if isinstance(item, ProfileVersion))
    assert (profile.location, profile.verified, profile.url) == (
        "Voorbeeldstad",
        "government",
        "https://voorbeeldstad.example/",
    )
    assert profile.avatar is not None
    assert profile.header is not None


def test_the_timeline_is_of_the_account_that_it_names() -> None:
    owners = [item.ref for item in read(timeline(entry(tweet()))) if isinstance(item, Account) and item.owner]
    assert owners == [AccountRef("7")]
    searched = {
        "data": {"search_by_raw_query": {"search_timeline": timeline(entry(tweet()))["data"]["user"]["result"]}}
    }
    asked = response(searched, operation("SearchTimeline", rawQuery="markt"))
    assert list(posts(asked)) == ["100"]
    assert not [item for item in asked if isinstance(item, Account) and item.owner]


def test_a_repost_a_quote_and_what_they_are_of() -> None:
    other = new_user("99", "buurt")
    repost = tweet(101, "RT @buurt: Feest", retweeted_status_result={"result": tweet(50, "Feest", other)})
    seen = {"__typename": "TweetWithVisibilityResults", "tweet": tweet(51, "Vraag", other)}
    quoting = tweet(102, "Zie hier", quoted_status_result={"result": seen}, quoted_status_id_str="51")
    made = posts(read(timeline(entry(repost), entry(quoting))))
    who = AccountRef("99", "buurt", "Gemeente Voorbeeldstad")
    assert made["101"].relations == (Relation("repost", "50", target_account=who),)
    assert made["102"].relations == (Relation("quote", "51", target_account=who),)
    assert (made["50"].included, made["51"].included, made["51"].author.native_id) == (True, True, "99")


def test_a_repost_of_a_post_that_is_gone_stays_a_repost() -> None:
    repost = tweet(101, "RT @buurt: Feest", retweeted_status_result={})
    made = posts(read(timeline(entry(repost))))
    assert made["101"].kind == "repost"
    assert made["101"].relations == (Relation("repost", None, target_account=AccountRef(None, "buurt")),)


def test_a_quoted_post_that_is_gone_is_told() -> None:
    stone = {"__typename": "TweetTombstone", "tombstone": {"text": {"text": "Deze post is niet beschikbaar."}}}
    quoting = tweet(102, quoted_status_result={"result": stone}, quoted_status_id_str="51")
    found = read(timeline(entry(quoting)))
    told = [(item.post, item.status, item.detail) for item in found if isinstance(item, Observation) and item.status]
    assert told == [("51", "not-found", "Deze post is niet beschikbaar.")]
    only_named = tweet(103, quotedRefResult={"result": {"__typename": "Tweet", "rest_id": "52"}})
    assert Relation("quote", "52") in posts(read(timeline(entry(only_named))))["103"].relations


def test_a_thread_and_who_may_see_a_post() -> None:
    limited = {"__typename": "TweetWithVisibilityResults", "tweet": {**tweet(101, conversation_id_str="100")}}
    del limited["tweet"]["__typename"]
    circle = tweet(102, limited_actions="limit_trusted_friends_tweet")
    followers = tweet(103, scopes={"followers": True})
    protected = tweet(104, user=new_user(privacy={"protected": True}))
    group = tweet(105, community_results={"result": {"__typename": "Community"}})
    made = posts(read(timeline(*map(entry, (limited, circle, followers, protected, group)))))
    assert Relation("thread", "100") in made["101"].relations
    assert [post.audience for post in made.values()] == ["public", "circle", "followers", "followers", "community"]


def test_a_long_post_is_read_whole_with_its_own_links() -> None:
    whole = {
        "text": "Het hele bericht &amp; meer https://t.co/x",
        "entity_set": {"urls": [{"url": "https://t.co/x", "expanded_url": "https://voorbeeldstad.example/lang"}]},
    }
    long = tweet(text="Het hele…", note_tweet={"is_expandable": True, "note_tweet_results": {"result": whole}})
    state = posts(read(timeline(entry(long))))["100"].state
    assert state.text == "Het hele bericht & meer https://t.co/x"
    assert state.links == (Link("https://voorbeeldstad.example/lang", "https://t.co/x"),)
    assert not state.truncated


def test_polls_previews_articles_and_notes_of_readers() -> None:
    choices = [("choice1_label", "Ja"), ("choice1_count", "3"), ("choice2_label", "Nee"), ("choice2_count", "1")]
    values = [{"key": key, "value": {"type": "STRING", "string_value": text}} for key, text in choices]
    values.append({"key": "end_datetime_utc", "value": {"string_value": "2023-03-01T00:00:00Z"}})
    poll = tweet(101, card={"legacy": {"name": "poll2choice_text_only", "binding_values": values}})
    shown = [{"key": "title", "value": {"string_value": "Agenda"}}, {"key": "x", "value": {"image_value": {}}}]
    urls = [{"url": "https://t.co/a", "expanded_url": "https://voorbeeldstad.example/agenda"}]
    preview = tweet(
        102,
        entities={"urls": urls},
        card={"legacy": {"name": "summary", "url": "https://t.co/a", "binding_values": shown}},
    )
    article = tweet(103, article={"article_results": {"result": {"title": "De begroting"}}})
    noted = tweet(104, birdwatch_pivot={"subtitle": {"text": "De markt is op dinsdag."}})
    made = posts(read(timeline(*map(entry, (poll, preview, article, noted)))))
    question = made["101"].state.poll
    assert question is not None
    assert (question.options, question.ends and question.ends.raw) == (("Ja", "Nee"), "2023-03-01T00:00:00Z")
    assert made["101"].counts is not None
    assert made["101"].counts.values["votes:1"] == 3
    assert [link.title for link in made["102"].state.links or ()] == ["Agenda"]
    assert (made["103"].kind, made["103"].state.title) == ("article", "De begroting")
    assert (made["104"].state.raw or {})["birdwatch_pivot"] == {"subtitle": {"text": "De markt is op dinsdag."}}


def test_revisions_are_told_from_either_form() -> None:
    later = {"initial_tweet_id": "100", "edit_control_initial": {"edit_tweet_ids": ["100", "105"]}}
    first, second = tweet(100, edit_control={"edit_tweet_ids": ["100", "105"]}), tweet(105, edit_control=later)
    made = posts(read(timeline(entry(first), entry(second))))
    assert (made["100"].revisions, made["100"].revision_of) == (("100", "105"), None)
    assert (made["105"].revisions, made["105"].revision_of) == (("100", "105"), "100")


def test_modules_conversations_and_pinned_posts() -> None:
    module = {
        "entryId": "profile-conversation-1",
        "content": {
            "entryType": "TimelineTimelineModule",
            "items": [
                {"entryId": "profile-conversation-1-tweet-100", "item": entry(tweet())["content"]},
                {"entryId": "profile-conversation-1-tweet-101", "item": entry(tweet(101))["content"]},
            ],
        },
    }
    pin = {"type": "TimelinePinEntry", "entry": entry(tweet(90))}
    more = {
        "type": "TimelineAddToModule",
        "moduleItems": [{"entryId": "x-tweet-102", "item": entry(tweet(102))["content"]}],
    }
    made = posts(read(timeline(module, before=(pin, more))))
    assert list(made) == ["90", "102", "100", "101"]
    assert [post.pinned for post in made.values()] == [True, None, None, None]


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ({"__typename": "TweetTombstone", "tombstone": {"text": {"text": "This Post was deleted by the Post author."}}},
         "deleted"),
        ({"__typename": "TweetTombstone", "tombstone": {"text": {"text": "This Post is from a suspended account."}}},
         "suspended"),
        ({"__typename": "TweetUnavailable", "reason": "Protected"}, "protected"),
        ({"__typename": "TweetUnavailable", "reason": "NsfwLoggedOut"}, "forbidden"),
        ({"__typename": "TweetUnavailable"}, "not-found"),
        ({}, "not-found"),
    ],
)  # fmt: skip
def test_a_post_that_is_not_shown_is_told_of(result: dict[str, Any], state: str) -> None:
    found = read(timeline(entry(tweet()), entry(result, "tweet-55")))
    told = [(item.post, item.status) for item in found if isinstance(item, Observation) and item.status]
    assert told == [("55", state)]
    assert list(posts(found)) == ["100"]


def test_words_of_notices_are_known_in_both_languages() -> None:
    assert state_of("Deze post is verwijderd door de auteur van de post. Meer informatie") == "deleted"
    assert state_of("Deze accounteigenaar beperkt wie hun posts kan bekijken.") == "protected"
    assert state_of("iets anders") == "not-found"


def test_those_suggested_to_follow_are_not_told_of() -> None:
    listed = {"itemType": "TimelineUser", "user_results": {"result": old_user("99", "burger")}}
    module = {
        "entryId": "who-to-follow-1",
        "content": {"items": [{"entryId": "who-to-follow-1-user-99", "item": {"itemContent": listed}}]},
    }
    found = read(timeline(entry(tweet()), module))
    assert "burger" not in repr(found)

    suggested = {"data": {"sidebar_user_recommendations": [{"user_results": {"result": old_user("99", "burger")}}]}}
    assert response(suggested, f"{GRAPHQL}/SidebarUserRecommendations") == []


def test_advertisements_of_others_are_left_out_and_own_ones_kept() -> None:
    paid = {"promotedMetadata": {"advertiser_results": {}}}
    other = entry(tweet(60, "Koop!", old_user("99", "winkel")), "promoted-tweet-60-abc", **paid)
    own = entry(tweet(61, "Kom naar de markt"), "promoted-tweet-61-abc", **paid)
    document = timeline(entry(tweet()), other, own)
    assert list(posts(read(document))) == ["100", "61"]
    asked = response(document, operation("UserTweets", userId="7"))
    assert list(posts(asked)) == ["100", "61"]
    assert codes(asked) == ["SMA-R211"]
    assert not [item for item in asked if isinstance(item, Exclusion)]


@pytest.mark.parametrize("old", [False, True], ids=["graphql", "before"])
def test_a_file_from_which_an_advertisement_was_cut_is_whole_json(tmp_path: Path, *, old: bool) -> None:
    other = entry(tweet(60, "Koop!", old_user("99", "winkel")), "promoted-tweet-60", promotedMetadata={})
    module = {
        "entryId": "module-1",
        "content": {"items": [{"entryId": "a-tweet-61", "item": entry(tweet(61))["content"]}]},
    }
    document = timeline(entry(tweet()), other, module)
    if old:
        advertised = {"promotedMetadata": {"advertiser_id": "99"}}
        document = objects(plain(100), plain(60, "99"), plain(61), shown=("100", "60", "61"), t60=advertised)
    kind = "file" if old else "bytes"
    bundle = tmp_path / "levering"
    bundle.mkdir()
    (bundle / "UserTweets.json").write_text(json.dumps(document, indent=1))
    result = ingest([bundle], tmp_path / "out", Settings(undecided=True), Quiet())
    package = Package(result.packages[0].path)
    (kept,) = package.captures.rglob("*.json")
    left = kept.read_bytes()
    assert b"Koop" not in left
    assert b"bericht 60" not in left
    assert b"bericht 70" not in left
    assert sorted(posts(list(read(json.loads(left))))) == ["100", "61"]
    for line in read_lines(package.posts):
        if isinstance(line.item, PostHistory):
            where = line.item.versions[0].evidence[0]
            assert where.kind == kind
            assert old or json.loads(left[where.offset or 0 : (where.offset or 0) + (where.length or 0)])


# --- odd and broken ---------------------------------------------------------------------------------------------------


def test_a_new_field_or_place_costs_nothing() -> None:
    moved = {"data": {"iets": {"nieuws": [{"instructions": timeline(entry(tweet(new_field=1)))["data"]}]}}}
    found = read(moved, path="x.json")
    assert list(posts(found)) == ["100"]
    (problem,) = [item for item in found if isinstance(item, Problem)]
    assert (problem.code, problem.params["names"]) == ("SMA-R027", "new_field")


def test_one_bad_post_costs_one_post() -> None:
    odd = tweet(101)
    odd["legacy"]["favorite_count"] = {"veel": 1}
    empty: dict[str, Any] = {"__typename": "Tweet", "rest_id": "102", "legacy": {}, "core": {}}
    made = read(timeline(entry(tweet()), entry(odd), entry(empty), entry(tweet(103))))
    assert list(posts(made)) == ["100", "101", "102", "103"]
    assert "SMA-R002" in codes(made)


def test_a_file_that_is_cut_off_gives_the_posts_before() -> None:
    data = json.dumps(timeline(*(entry(tweet(number)) for number in range(100, 110)))).encode()
    found = read(data[: data.index(b'"108"') + 100])
    assert list(posts(found)) == [str(number) for number in range(100, 108)]
    assert codes(found) == ["SMA-R003"]


def test_lines_arrays_and_packed_files_are_read() -> None:
    one, two = timeline(entry(tweet())), timeline(entry(tweet(101)))
    lined = b"\n".join(json.dumps(page).encode() for page in (one, two))
    assert list(posts(read(lined, path="a.jsonl"))) == ["100", "101"]
    assert list(posts(read([one, two]))) == ["100", "101"]
    assert web.recognise(listing({"a.json.gz": gzip.compress(lined)})) is not None


@pytest.mark.parametrize(
    "document",
    [{"data": {"user": {"username": "voorbeeldstad", "edge_owner": {}}}}, {"data": []}, {"entries": []}, [1], "tekst"],
)
def test_json_of_others_is_left_alone(document: Any) -> None:
    assert web.recognise(listing({"a.json": json.dumps(document).encode()})) is None


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_harmed_responses_end_in_problems(data: st.DataObject) -> None:
    whole = json.dumps(timeline(entry(tweet()), entry(tweet(101)), cursor("b"))).encode()
    harmed = bytearray(whole)
    for at in data.draw(st.lists(st.integers(0, len(harmed) - 1), max_size=6)):
        harmed[at] ^= 1 << data.draw(st.integers(0, 7))
    body = bytes(harmed[: data.draw(st.integers(1, len(harmed)))])
    found = response(body, operation("UserTweets", userId="7"))
    assert body == whole or all(post.platform == "x" for post in posts(found).values())


def test_nesting_without_end_is_told() -> None:
    deep: Any = tweet()
    for _ in range(60):
        deep = {"a": deep}
    found = response({"data": deep}, operation("UserTweets", userId="7"))
    assert codes(found) == ["SMA-R052"]


# --- in containers ----------------------------------------------------------------------------------------------------


def test_a_post_in_a_record_says_where_in_it() -> None:
    found = response(timeline(entry(tweet())), operation("UserTweets", userId="7"))
    (where,) = posts(found)["100"].evidence
    path = "/data/user/result/timeline/timeline/instructions/1/entries/0/content/itemContent/tweet_results/result"
    assert where == Evidence("a.warc", "bytes", 0, 900, path)
    assert posts(found)["100"].counts is not None


def test_pages_follow_each_other_by_their_cursors() -> None:
    first = timeline(entry(tweet()), cursor("een"), cursor("boven", "Top"))
    second = timeline(entry(tweet(101)), cursor("twee"))
    last = timeline(cursor("drie"))
    urls = [operation("UserTweets", userId="7", **({"cursor": name} if name else {})) for name in ("", "een", "twee")]
    assert codes(several((first, urls[0]), (second, urls[1]), (last, urls[2]))) == []
    assert codes(several((first, urls[0]), (second, urls[1]))) == ["SMA-R049"]
    assert codes(several((first, operation("HomeTimeline")))) == []
    ended = timeline(
        entry(tweet()), cursor("een"), before=({"type": "TimelineTerminateTimeline", "direction": "Bottom"},)
    )
    assert codes(several((ended, urls[0]))) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (f"{GRAPHQL}/Likes?variables=x", "own-likes"),
        (f"{GRAPHQL}/Bookmarks", "own-likes"),
        (f"{GRAPHQL}/BookmarkFolderTimeline", "own-likes"),
        (f"{GRAPHQL}/Followers", "contacts"),
        (f"{GRAPHQL}/BlueVerifiedFollowers", "contacts"),
        (f"{GRAPHQL}/Following", "contacts"),
        (f"{GRAPHQL}/ListMembers", "contacts"),
        (f"{GRAPHQL}/Favoriters", "others-items"),
        (f"{GRAPHQL}/Retweeters", "others-items"),
        (f"{GRAPHQL}/NotificationsTimeline", "others-items"),
        (f"{GRAPHQL}/DmAllSearchSlice", "direct-messages"),
        (f"{GRAPHQL}/DMPinnedInboxAppend_Mutation", "direct-messages"),
        (f"{GRAPHQL}/GetInitialXChatPageQuery", "direct-messages"),
        (f"{GRAPHQL}/useDMReactionMutationAddMutation", "direct-messages"),
        (f"{GRAPHQL}/Viewer", "account-security"),
        (f"{GRAPHQL}/FetchDraftTweets", "drafts"),
        ("https://x.com/messages/1-2", "direct-messages"),
        ("https://twitter.com/settings/account", "account-security"),
        ("https://api.twitter.com/2/timeline/favorites/7.json", "own-likes"),
        ("https://twitter.com/i/api/2/notifications/all.json?x=1", "others-items"),
    ],
)
def test_responses_that_may_not_enter_leave_whole(name: str, kind: str) -> None:
    (left,) = response({"data": {"iets": "geheim"}}, name)
    assert isinstance(left, Exclusion)
    assert (class_of(left.rule), left.path, left.offset, left.length) == (kind, "a.warc", 0, 900)


@pytest.mark.parametrize("name", ["UserTweets", "UserTweetsAndReplies", "TweetDetail", "UserMedia", "SearchTimeline"])
def test_responses_with_posts_may_enter(name: str) -> None:
    assert list(posts(response(timeline(entry(tweet())), f"{GRAPHQL}/{name}"))) == ["100"]


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        (timeline({"entryId": "user-99", "content": {"itemContent": {"itemType": "TimelineUser", "user_results": {}}}}),
         "x-web.contacts"),
        ({"data": {"bookmark_timeline_v2": timeline(entry(tweet()))}}, "x-web.own-likes"),
        ({"data": {"retweeters_timeline": {"tweet_results": {}}}}, "x-web.others-items"),
    ],
)  # fmt: skip
def test_files_that_may_not_enter_are_known_by_what_they_hold(document: Any, rule: str) -> None:
    assert read(document) == [Exclusion(rule, "UserTweets.json")]


@pytest.mark.parametrize(
    ("url", "kind", "status"),
    [
        ("https://x.com/voorbeeldstad", "text/html", 404),
        ("https://voorbeeldstad.example/", "text/html", 200),
        (f"{GRAPHQL}/UserTweets", "application/json", 304),
        ("https://x.com/voorbeeldstad/status/1.json", "application/json", 200),
        ("https://voorbeeldstad.example/i/api/graphql/a/UserTweets", "application/json", 200),
        ("https://api.twitter.com/2/tweets/search/all", "application/json", 200),
    ],
)
def test_other_responses_are_not_accepted(url: str, kind: str, status: int) -> None:
    source = Source("a.warc", io.BytesIO(), Evidence("a.warc"), url=url, content_type=kind, status=status, exact=False)
    assert not web.accepts(source)


def test_errors_alone_and_beside_data() -> None:
    limited = {"errors": [{"code": 88, "message": "Rate limit exceeded."}]}
    assert codes(response(limited, f"{GRAPHQL}/UserTweets", status=429)) == ["SMA-R042"]
    failed = {"data": {"user": {}}, "errors": [{"name": "DeadlineExceeded", "message": "DeadlineExceeded: x"}]}
    assert codes(response(failed, f"{GRAPHQL}/UserTweets")) == ["SMA-R045"]
    partly = timeline(entry(tweet())) | {"errors": [{"name": "TimeoutError", "message": "x"}]}
    assert codes(response(partly, f"{GRAPHQL}/UserTweets")) == ["SMA-R055"]


def test_a_profile_that_was_asked_for() -> None:
    found = response(
        {"data": {"user": {"result": new_user()}}}, operation("UserByScreenName", screen_name="Voorbeeldstad")
    )
    assert [type(item) for item in found] == [Account, ProfileVersion, Observation]
    gone = {"data": {"user": {"result": {"__typename": "UserUnavailable", "reason": "Suspended", "message": "x"}}}}
    (told,) = response(gone, operation("UserByScreenName", screen_name="Voorbeeldstad"))
    assert isinstance(told, Observation)
    assert (told.account, told.status) == (AccountRef(None, "Voorbeeldstad"), "suspended")


# --- before and beside GraphQL ----------------------------------------------------------------------------------------


def plain(number: int, user: str = "7", **more: Any) -> dict[str, Any]:
    return {
        "id_str": str(number),
        "full_text": f"bericht {number}",
        "created_at": WHEN,
        "user_id_str": user,
        "conversation_id_str": str(number),
        "favorite_count": 4,
        "entities": {},
    } | more


def objects(*tweets: dict[str, Any], shown: tuple[str, ...], **more: Any) -> dict[str, Any]:
    users = {"7": old_user()["legacy"] | {"id_str": "7"}, "99": old_user("99", "buurt")["legacy"] | {"id_str": "99"}}
    entries = [
        {
            "entryId": f"tweet-{name}",
            "content": {"item": {"content": {"tweet": {"id": name} | more.get(f"t{name}", {})}}},
        }
        for name in shown
    ]
    operated = {"operation": {"cursor": {"value": "volgende", "cursorType": "Bottom"}}}
    entries.append({"entryId": "cursor-bottom-1", "content": operated})
    return {
        "globalObjects": {"tweets": {one["id_str"]: one for one in tweets}, "users": users},
        "timeline": {"id": "t", "instructions": [{"addEntries": {"entries": entries}}, *more.get("instructions", ())]},
    }


def test_the_interface_before_graphql_is_read() -> None:
    document = objects(
        plain(100),
        plain(101, retweeted_status_id_str="50"),
        plain(50, "99"),
        plain(60, "99"),
        shown=("100", "101", "60"),
        t60={"promotedMetadata": {"advertiser_id": "99"}},
        instructions=[{"pinEntry": {"entry": {"content": {"item": {"content": {"tweet": {"id": "100"}}}}}}}],
    )
    url = "https://api.twitter.com/2/timeline/profile/7.json?count=20"
    found = response(document, url)
    made = posts(found)
    assert list(made) == ["100", "101", "50"]
    assert (made["100"].author.handle, made["100"].pinned, made["50"].included) == ("voorbeeldstad", True, True)
    assert made["101"].relations[0].target == "50"
    assert made["101"].relations[0].target_account == AccountRef("99", None)
    assert codes(found) == ["SMA-R211", "SMA-R049"]
    assert [item.ref for item in found if isinstance(item, Account) and item.owner] == [AccountRef("7")]
    assert posts(read(document))["100"].evidence == (Evidence("UserTweets.json", locator="/globalObjects/tweets/100"),)


def test_an_embedded_post_is_read() -> None:
    user = {"id_str": "7", "name": "Gemeente Voorbeeldstad", "screen_name": "voorbeeldstad"}
    inner = {"id_str": "50", "text": "Vraag", "created_at": "2023-02-01T10:00:00.000Z", "user": user | {"id_str": "99"}}
    document = {
        "__typename": "Tweet",
        "id_str": "100",
        "text": "De markt is open &amp; vol",
        "created_at": "2023-02-18T19:45:15.000Z",
        "favorite_count": 4,
        "conversation_count": 2,
        "user": user,
        "edit_control": {"edit_tweet_ids": ["100"]},
        "mediaDetails": [{"type": "photo", "media_url_https": "https://pbs.twimg.com/media/a.jpg"}],
        "quoted_tweet": inner,
    }
    made = posts(response(document, "https://cdn.syndication.twimg.com/tweet-result?id=100&token=x"))
    assert list(made) == ["100", "50"]
    assert (made["100"].state.text, made["100"].author.native_id) == ("De markt is open & vol", "7")
    assert made["100"].counts is not None
    assert made["100"].counts.values == {"likes": 4, "replies": 2}
    assert [medium.source for medium in made["100"].state.media or ()] == ["https://pbs.twimg.com/media/a.jpg"]
    assert made["100"].relations[0].target == "50"
    assert list(posts(read(document, path="post.json"))) == ["100", "50"]
    stone = {
        "__typename": "TweetTombstone",
        "tombstone": {"text": {"text": "This Post was deleted by the Post author."}},
    }
    (gone,) = response(stone, "https://cdn.syndication.twimg.com/tweet-result?id=100")
    assert isinstance(gone, Observation)
    assert (gone.post, gone.status) == ("100", "deleted")


@pytest.mark.parametrize("turned", [False, True])
def test_what_zeeschuimer_collected_has_its_moment_and_no_advertisements(*, turned: bool) -> None:
    def line(result: dict[str, Any]) -> bytes:
        around = {"item_id": "1", "source_platform": "twitter.com", "timestamp_collected": 1_767_268_800_000}
        item = result | {"promoted": result["rest_id"] == "101"}
        whole = item | {"__import_meta": around} if turned else around | {"data": item}
        return json.dumps(whole).encode()

    other = new_user("8", "winkel")
    data = b"\n".join(map(line, (tweet(100), tweet(101, "Koop nu", other), tweet(102))))
    found = list(web.read(capture({"x.ndjson": data}, web)))
    assert set(posts(found)) == {"100", "102"}
    counts = posts(found)["100"].counts
    assert counts
    assert counts.at == Moment(1_767_268_800_000_000, "1767268800000")
    assert codes(found) == ["SMA-R211"]
