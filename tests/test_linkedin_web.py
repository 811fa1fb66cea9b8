"""What LinkedIn's pages load and are made of, with fictional accounts of Voorbeeldstad."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sma_plugin.model import Account, AccountRef, Evidence, Exclusion, Item, Moment, Post, Problem, ProfileVersion
from sma_plugin.package import WorkArea
from sma_plugin.pipeline import ON_WORK_AREA, prepare, run
from sma_plugin.readers.contract import Source
from sma_plugin.readers.linkedin import export, web
from sma_plugin.readers.linkedin.web_parts import hashtags
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.testing import capture, listing
from test_linkedin_export import HEADER, archive
from warc_builders import written

SHARE, ACTIVITY, LATER = 7_123_456_789_012_345_678, 7_123_456_790_000_000_000, 7_130_000_000_000_000_000
MADE = Moment((SHARE >> 22) * 1000, "2 w", f"from urn:li:share:{SHARE}")
VOYAGER = "https://www.linkedin.com/voyager/api/"
PICTURE = {
    "rootUrl": "https://media.licdn.com/dms/image/kade-",
    "artifacts": [
        {"width": 200, "height": 100, "fileIdentifyingUrlPathSegment": "klein?e=1&t=geheim"},
        {"width": 800, "height": 400, "fileIdentifyingUrlPathSegment": "groot?e=1&t=geheim"},
    ],
    "$type": "com.linkedin.common.VectorImage",
}


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"text": value, "$type": "com.linkedin.voyager.common.TextViewModel", **more}


def update(said: str = "De kade is open #kade", **more: Any) -> dict[str, Any]:
    """A post of the municipality's page as pages loaded it until 2023."""
    return {
        "$type": "com.linkedin.voyager.feed.render.UpdateV2",
        "entityUrn": f"urn:li:fs_updateV2:(urn:li:activity:{ACTIVITY},MAIN_FEED,EMPTY,DEFAULT,false)",
        "updateMetadata": {
            "urn": f"urn:li:activity:{ACTIVITY}",
            "shareUrn": f"urn:li:share:{SHARE}",
            "shareAudience": "PUBLIC",
        },
        "actor": {
            "urn": "urn:li:company:4242",
            "name": text("Gemeente Voorbeeldstad"),
            "subDescription": text("2 w •"),
            "navigationContext": {"actionTarget": "https://www.linkedin.com/company/voorbeeldstad/?x=1"},
        },
        "commentary": {"text": text(said)},
        "*socialDetail": f"urn:li:fs_socialDetail:urn:li:activity:{ACTIVITY}",
        "content": None,
        **more,
    }


def dash(said: str = "De kade is open", **more: Any) -> dict[str, Any]:
    """The same as pages load it now."""
    found = update(said, **more)
    found["$type"] = "com.linkedin.voyager.dash.feed.Update"
    found["metadata"] = {"backendUrn": f"urn:li:activity:{ACTIVITY}", "shareUrn": f"urn:li:ugcPost:{SHARE}"}
    found["entityUrn"] = f"urn:li:fsd_update:(urn:li:activity:{ACTIVITY},FEED_DETAIL,EMPTY,DEFAULT,false)"
    del found["updateMetadata"]
    return found


def comment(number: int = LATER, **more: Any) -> dict[str, Any]:
    return {
        "$type": "com.linkedin.voyager.dash.social.Comment",
        "urn": f"urn:li:comment:(activity:{ACTIVITY},{number})",
        "entityUrn": f"urn:li:fsd_comment:({number},urn:li:activity:{ACTIVITY})",
        "createdAt": 1_699_000_000_123,
        "commentary": text("Mooi!"),
        "commenter": {
            "urn": "urn:li:member:77",
            "navigationUrl": "https://www.linkedin.com/in/buurvrouw",
            "title": text("Een buurvrouw"),
            "actor": {"*profileUrn": "urn:li:fsd_profile:ACoAbc"},
        },
        "permalink": f"https://www.linkedin.com/feed/update/urn:li:activity:{ACTIVITY}"
        f"?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A{ACTIVITY}%2C{number}%29",
        **more,
    }


COUNTED = [
    {
        "$type": "com.linkedin.voyager.feed.SocialDetail",
        "entityUrn": f"urn:li:fs_socialDetail:urn:li:activity:{ACTIVITY}",
        "*totalSocialActivityCounts": f"urn:li:fs_socialActivityCounts:urn:li:activity:{ACTIVITY}",
    },
    {
        "$type": "com.linkedin.voyager.feed.shared.SocialActivityCounts",
        "entityUrn": f"urn:li:fs_socialActivityCounts:urn:li:activity:{ACTIVITY}",
        "numLikes": 12,
        "numComments": 3,
        "numShares": 1,
        "reactionTypeCounts": [{"reactionType": "LIKE", "count": 9}, {"reactionType": "PRAISE", "count": 3}],
    },
]


def response(*included: Mapping[str, Any]) -> bytes:
    body = {"data": {"$type": "com.linkedin.restli.common.CollectionResponse"}, "included": list(included)}
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def items(data: bytes, name: str = "feed.json") -> list[Item]:
    return list(web.read(capture({name: data}, web)))


def posts(data: bytes) -> list[Post]:
    return [item for item in items(data) if isinstance(item, Post)]


def only(data: bytes) -> Post:
    (post,) = posts(data)
    return post


def loaded(url: str, body: bytes, kind: str = "application/json", status: int = 200) -> Source:
    base = Evidence("a.warc", "bytes", 100, 2000, "record")
    return Source("a.warc", io.BytesIO(body), base, url=url, status=status, content_type=kind, exact=False)


# --- posts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [update, dash])
def test_a_post_of_a_page_is_read_with_its_own_bytes(make: Any) -> None:
    data = response(COUNTED[0], make("De kade is open #kade"), COUNTED[1])
    post = only(data)
    assert post.native_id in (f"urn:li:share:{SHARE}", f"urn:li:ugcPost:{SHARE}")
    assert (post.state.text, post.state.hashtags) == ("De kade is open #kade", ("kade",))
    assert (post.author.native_id, post.author.handle, post.author.name) == (
        "urn:li:organization:4242",
        "voorbeeldstad",
        "Gemeente Voorbeeldstad",
    )
    assert {alias.value for alias in post.aliases} >= {f"urn:li:activity:{ACTIVITY}", str(SHARE)}
    assert post.counts is not None
    assert post.counts.values == {
        "reactions": 12,
        "replies": 3,
        "reposts": 1,
        "reactions:like": 9,
        "reactions:praise": 3,
    }
    (evidence,) = post.evidence
    assert json.loads(data[evidence.offset :][: evidence.length]) == make("De kade is open #kade")


def test_the_moment_of_a_post_is_taken_from_its_number_and_said_to_be_derived() -> None:
    post = only(response(update()))
    assert post.created == MADE
    assert post.audience == "public"


def test_the_activity_of_somebody_who_liked_a_post_is_not_the_post() -> None:
    liked = update(updateMetadata={"urn": f"urn:li:activity:{LATER}", "shareUrn": f"urn:li:share:{SHARE}"})
    liked["entityUrn"] = f"urn:li:fs_updateV2:(urn:li:activity:{LATER},MAIN_FEED,EMPTY,DEFAULT,false)"
    post = only(response(liked))
    assert f"urn:li:activity:{LATER}" not in {alias.value for alias in post.aliases}
    assert post.created.us == MADE.us


def test_an_export_and_a_page_give_one_post() -> None:
    row = f"2023-01-01 10:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{SHARE},x,,,PUBLIC\n"
    (exported,) = [
        item for item in export.read(capture(archive(Shares=HEADER + row.encode()), export)) if isinstance(item, Post)
    ]
    shown = only(response(update()))
    assert {(one.scheme, one.value) for one in exported.aliases} & {(one.scheme, one.value) for one in shown.aliases}


def test_pictures_films_and_links_are_kept_without_signatures() -> None:
    content = {
        "images": [{"accessibilityText": "De kade", "attributes": [{"vectorImage": PICTURE}]}],
        "linkedInVideoComponent": {"*videoPlayMetadata": "urn:li:digitalmediaAsset:F1"},
        "articleComponent": {
            "title": text("Plannen"),
            "navigationContext": {"actionTarget": "https://voorbeeldstad.example/plannen"},
        },
    }
    film = {
        "entityUrn": "urn:li:digitalmediaAsset:F1",
        "duration": 61000,
        "thumbnail": PICTURE,
        "progressiveStreams": [
            {"width": 720, "height": 400, "streamingLocations": [{"url": "https://dms.licdn.com/f1.mp4?e=1&t=geheim"}]}
        ],
    }
    state = only(response(update(content=content), film)).state
    assert [(one.kind, one.source, one.alt, one.width, one.duration) for one in state.media or ()] == [
        ("image", "https://media.licdn.com/dms/image/kade-groot", "De kade", 800, None),
        ("video", "https://dms.licdn.com/f1.mp4", None, 720, 61.0),
    ]
    assert [one.url for one in state.links or ()] == ["https://voorbeeldstad.example/plannen"]
    assert state.title == "Plannen"


def test_who_is_mentioned_is_found_elsewhere_in_the_response() -> None:
    mini = {
        "$type": "com.linkedin.voyager.entities.shared.MiniCompany",
        "entityUrn": "urn:li:fs_miniCompany:99",
        "objectUrn": "urn:li:company:99",
        "universalName": "haven",
        "name": "Haven",
    }
    said = text("Haven", attributes=[{"type": "COMPANY_NAME", "*miniCompany": "urn:li:fs_miniCompany:99"}])
    post = only(response(update(commentary={"text": said}), mini))
    assert [(one.native_id, one.handle) for one in post.state.mentions or ()] == [("urn:li:organization:99", "haven")]


def test_a_post_passed_on_is_quoted_or_reposted_and_comes_along() -> None:
    inner = update("Van de haven")
    inner |= {
        "updateMetadata": {"urn": f"urn:li:activity:{LATER}"},
        "entityUrn": f"urn:li:fs_updateV2:(urn:li:activity:{LATER},A,B,C,false)",
        "*socialDetail": None,
        "actor": {"urn": "urn:li:company:99", "name": text("Haven")},
    }
    first, second = posts(response(update(resharedUpdate=inner)))
    assert (first.native_id, first.included, second.included) == (f"urn:li:activity:{LATER}", True, False)
    assert [(one.kind, one.target) for one in second.relations] == [("quote", f"urn:li:activity:{LATER}")]
    assert posts(response(update("", resharedUpdate=inner)))[1].kind == "repost"


def test_comments_have_moments_of_their_own_and_answer_a_post_or_a_comment() -> None:
    answer = comment(LATER + 1)
    answer["permalink"] = (
        f"https://www.linkedin.com/feed/update/urn:li:activity:{ACTIVITY}?commentUrn=urn%3Ali%3Acomment%3A%28activity"
        f"%3A{ACTIVITY}%2C{LATER}%29&replyUrn=urn%3Ali%3Acomment%3A%28activity%3A{ACTIVITY}%2C{LATER + 1}%29"
    )
    first, second = posts(response(comment(), answer))
    assert (first.state.text, first.author.handle, first.created.us) == ("Mooi!", "buurvrouw", 1_699_000_000_123_000)
    assert [(one.kind, one.target) for one in first.relations] == [("reply", f"urn:li:activity:{ACTIVITY}")]
    assert [(one.kind, one.target) for one in second.relations] == [
        ("reply", f"urn:li:comment:(activity:{ACTIVITY},{LATER})"),
        ("thread", f"urn:li:activity:{ACTIVITY}"),
    ]


@pytest.mark.parametrize("wrapped", [True, False])
def test_items_one_a_line_hold_what_they_refer_to(wrapped: bool) -> None:  # noqa: FBT001
    nested = update(**{"*socialDetail": {**COUNTED[0], "*totalSocialActivityCounts": COUNTED[1]}})
    collected = 1_700_000_000_000
    meta = {"timestamp_collected": collected, "source_platform": "linkedin.com"}
    line = meta | {"data": nested} if wrapped else nested | {"__import_meta": meta}
    data = json.dumps(line).encode() + b"\n" + json.dumps(line | {"x": 1}).encode() + b"\n"
    first, second = posts(data)
    assert first.counts is not None
    assert (first.counts.values["reactions"], first.counts.at) == (12, Moment(collected * 1000, str(collected)))
    assert second.evidence[0].offset == data.index(b"\n") + 1


def test_an_organisations_page_gives_its_profile() -> None:
    page = {
        "$type": "com.linkedin.voyager.dash.organization.Company",
        "entityUrn": "urn:li:fsd_company:4242",
        "name": "Gemeente Voorbeeldstad",
        "universalName": "voorbeeldstad",
        "description": "Nieuws uit de stad",
    }
    account, profile = items(response(page))
    assert isinstance(account, Account)
    assert isinstance(profile, ProfileVersion)
    assert (account.ref.native_id, profile.bio) == ("urn:li:organization:4242", "Nieuws uit de stad")


def test_what_is_no_post_never_becomes_one() -> None:
    people = {"$type": "com.linkedin.voyager.identity.shared.MiniProfile", "entityUrn": "urn:li:fs_miniProfile:A"}
    (left_out,) = items(response(people, {"$type": "com.linkedin.voyager.feed.render.UpdateActions"}))
    assert left_out == Exclusion("package.unclaimed", "feed.json")
    assert items(response()) == []
    assert [
        item.code
        for item in items(response({"$type": "com.linkedin.voyager.dash.feed.Update", "actor": {}}))
        if isinstance(item, Problem)
    ] == ["SMA-R001"]


def test_a_response_that_is_cut_off_is_told() -> None:
    data = response(update(), update())[:-40]
    assert {item.code for item in items(data) if isinstance(item, Problem)} <= {"SMA-R001", "SMA-R003"}
    assert [item for item in items(data) if isinstance(item, Problem)]


@pytest.mark.parametrize(
    "value", [{"actor": 1}, {"commentary": []}, {"content": "x"}, {"*socialDetail": 7}, {"updateMetadata": None}]
)
def test_odd_fields_lose_no_post_beside_them(value: dict[str, Any]) -> None:
    assert any(post.state.text == "De kade is open #kade" for post in posts(response(update(**value), update())))


def test_hashtags() -> None:
    assert hashtags("#kade en x#y, #één") == ("kade", "één")
    assert hashtags(None) is None


# --- responses in captures of the web --------------------------------------------------------------------------------


def test_responses_are_accepted_by_their_address() -> None:
    assert web.accepts(loaded(f"{VOYAGER}feed/updates?x=1", b""))
    assert web.accepts(loaded("https://nl.linkedin.com/posts/a_b-activity-1-x", b"", "text/html"))
    assert not web.accepts(loaded("https://www.linkedin.com/li/track", b""))
    assert not web.accepts(loaded(f"{VOYAGER}feed/updates", b"", status=429))
    assert not web.accepts(loaded("https://linkedin.com.voorbeeldstad.example/voyager/api/x", b""))


@pytest.mark.parametrize(
    "path",
    [
        "messaging/conversations",
        "voyagerMessagingGraphQL/graphql?queryId=messengerConversations.1",
        "graphql?queryId=messengerMessages.1",
        "me",
        "relationships/connections",
        "graphql?variables=(x)&queryId=voyagerSocialDashReactions.1",
        "voyagerIdentityDashNotificationCards?x=1",
    ],
)
def test_private_responses_stay_out_whole(path: str) -> None:
    source = loaded(VOYAGER + path, response(update()))
    assert web.accepts(source)
    (left,) = list(web.read_source(source))
    assert isinstance(left, Exclusion)
    assert (left.path, left.offset, left.length) == ("a.warc", 100, 2000)


def test_a_response_in_a_record_points_at_the_record_and_into_it() -> None:
    (post,) = [
        item
        for item in web.read_source(
            loaded(f"{VOYAGER}graphql?queryId=voyagerFeedDashProfileUpdates.1", response(COUNTED[0], update()))
        )
        if isinstance(item, Post)
    ]
    assert post.evidence == (Evidence("a.warc", "bytes", 100, 2000, "record#/included/1"),)


# --- pages -----------------------------------------------------------------------------------------------------------

POSTING = {
    "@context": "http://schema.org",
    "@type": "DiscussionForumPosting",
    "@id": f"https://nl.linkedin.com/posts/voorbeeldstad_kade-activity-{ACTIVITY}-AbCd?trk=x",
    "author": {
        "@type": "Organization",
        "name": "Gemeente Voorbeeldstad",
        "url": "https://nl.linkedin.com/company/voorbeeldstad",
    },
    "datePublished": "2023-10-26T12:28:13.430Z",
    "articleBody": "De kade &amp; de haven",
    "headline": "De kade",
    "image": {"@type": "ImageObject", "url": "https://media.licdn.com/dms/image/kade?e=1&t=geheim"},
    "interactionStatistic": [
        {"@type": "InteractionCounter", "interactionType": "http://schema.org/LikeAction", "userInteractionCount": 38},
    ],
    "commentCount": 2,
    "comment": [
        {
            "@type": "Comment",
            "text": "Mooi!",
            "datePublished": "2023-10-27T08:00:00.000Z",
            "author": {"@type": "Person", "name": "Een buurvrouw", "url": "https://www.linkedin.com/in/buurvrouw"},
        }
    ],
}


def page(*scripts: Any) -> Source:
    told = "".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in scripts)
    return loaded(
        "https://nl.linkedin.com/company/voorbeeldstad", f"<html>{told}</html>".encode(), "text/html; charset=utf-8"
    )


@pytest.mark.parametrize(
    "wrap", [lambda one: one, lambda one: {"@graph": [{"@type": "Organization"}, one]}, lambda one: [one]]
)
def test_a_page_tells_its_posts_with_moment_counts_and_comments(wrap: Any) -> None:
    post, answer = [item for item in web.read_source(page(wrap(POSTING))) if isinstance(item, Post)]
    assert (post.native_id, post.state.text, post.author.handle) == (
        f"urn:li:activity:{ACTIVITY}",
        "De kade & de haven",
        "voorbeeldstad",
    )
    assert post.created == Moment(1_698_323_293_430_000, "2023-10-26T12:28:13.430Z")
    assert post.counts is not None
    assert post.counts.values == {"reactions": 38, "replies": 2}
    assert [one.source for one in post.state.media or ()] == ["https://media.licdn.com/dms/image/kade"]
    assert (answer.state.text, answer.author.handle, answer.relations[0].target) == (
        "Mooi!",
        "buurvrouw",
        post.native_id,
    )
    assert post.evidence[0].locator is not None
    assert "script[type='application/ld+json']" in post.evidence[0].locator


def test_an_article_has_its_title_and_address() -> None:
    told = {
        **POSTING,
        "@type": "Article",
        "url": "https://www.linkedin.com/pulse/de-kade-ans-ab1c?trk=x",
        "@id": None,
        "comment": [],
    }
    (post,) = [item for item in web.read_source(page(told)) if isinstance(item, Post)]
    assert (post.kind, post.native_id, post.state.title, post.url) == (
        "article",
        None,
        "De kade",
        "https://www.linkedin.com/pulse/de-kade-ans-ab1c",
    )


def test_a_page_without_posts_says_nothing() -> None:
    assert list(web.read_source(page({"@type": "WebPage", "url": "https://www.linkedin.com/"}))) == []
    assert list(web.read_source(loaded("https://www.linkedin.com/", b"<html>geen</html>", "text/html"))) == []


def test_quotes_in_a_text_are_no_end_of_it() -> None:
    told = {**POSTING, "articleBody": "Zij zei &quot;ja&quot;", "comment": []}
    (post,) = [item for item in web.read_source(page(told)) if isinstance(item, Post)]
    assert post.state.text == 'Zij zei "ja"'


def test_what_a_page_loaded_and_what_it_tells_is_one_post_in_a_web_archive(tmp_path: Path) -> None:
    address = POSTING["@id"]
    warc = written(
        [
            (f"{VOYAGER}graphql?queryId=voyagerFeedDashUpdates.1", response(update(), *COUNTED), "application/json"),
            (address, page(POSTING).stream.read(), "text/html; charset=utf-8"),
            (f"{VOYAGER}messaging/conversations", response(update("geheim")), "application/json"),
        ],
        packed=False,
    )
    (tmp_path / "a.warc").write_bytes(warc)
    settings = Settings(undecided=True, subjects=(("linkedin", AccountRef(handle="voorbeeldstad")),))
    place = WorkArea(tmp_path / "work")
    prepare(place, [tmp_path / "a.warc"])
    run(ON_WORK_AREA[:3], place, settings, Quiet())
    with closing(sqlite3.connect(place.history)) as db:
        told = db.execute("SELECT native_id, kind, audience FROM post ORDER BY id").fetchall()
        texts = {row[0] for row in db.execute("SELECT json_extract(state, '$.text') FROM post_version")}
    assert (f"urn:li:share:{SHARE}", "note", "public") in told
    assert len(told) == 2
    assert "geheim" not in texts


@pytest.mark.parametrize("data", [b"{}", b'{"included": [], "data": {}}', b'{"name": "x"}'])
def test_other_json_is_not_taken_for_linkedin(data: bytes) -> None:
    assert web.recognise(listing({"a.json": data})) is None
