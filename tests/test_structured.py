"""JSON-LD in pages of platforms: posts with their replies, and what is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from items import posts
from sma_plugin.model import AccountRef, Alias, Item, Media, Relation, Resource
from sma_plugin.readers import registry
from sma_plugin.readers.contract import Source
from sma_plugin.readers.web import harvest as web_harvest
from sma_plugin.testing import listing
from test_har import entry, written
from warc_builders import HarvestCapture

POST = "https://www.threads.com/@voorbeeldstad/post/C4abcdEFgh1"
WHEN = "2024-03-01T10:00:00.000Z"
POSTING = {
    "@context": "https://schema.org",
    "@type": "SocialMediaPosting",
    "articleBody": "De markt is open",
    "datePublished": WHEN,
    "author": {"@type": "Organization", "name": "Gemeente", "alternateName": "@voorbeeldstad"},
    "interactionStatistic": [
        {"@type": "InteractionCounter", "interactionType": "https://schema.org/LikeAction", "userInteractionCount": 4},
        {"interactionType": {"@type": "http://schema.org/ShareAction"}, "userInteractionCount": "2"},
        {"interactionType": "http://schema.org/EatAction", "userInteractionCount": 9},
    ],
    "commentCount": 1,
    "image": ["https://a.example/foto.jpg", {"@type": "ImageObject", "url": "https://a.example/twee.jpg?oh=geheim"}],
}


@pytest.fixture
def no_platform_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "response_readers", list)


def page(*documents: Any, url: str = POST, status: int = 200) -> list[Item]:
    made = (one if isinstance(one, str) else json.dumps(one) for one in documents)
    scripts = "".join(f'<script data-x type="application/ld+json" nonce="1">{one}</script>' for one in made)
    data = written(entry(url, f"<html><title>x</title>{scripts}".encode(), status=status))
    match = web_harvest.recognise(listing({"a.har": data}))
    assert match is not None
    return list(web_harvest.read(HarvestCapture({"a.har": data}, match)))


@pytest.mark.usefixtures("no_platform_readers")
def test_a_page_gives_the_post_that_it_describes() -> None:
    found = page(POSTING)
    (post,) = posts(found)
    assert (post.platform, post.state.text, post.created.raw, post.kind) == (
        "threads",
        "De markt is open",
        WHEN,
        "note",
    )
    assert post.author == AccountRef(None, "voorbeeldstad", "Gemeente")
    assert post.aliases == (Alias("shortcode", "C4abcdEFgh1"), Alias("url", POST))
    assert (post.native_id or "").isdecimal()
    assert post.counts is not None
    assert post.counts.values == {"likes": 4, "reposts": 2, "replies": 1}
    assert post.state.media == (
        Media("image", source="https://a.example/foto.jpg"),
        Media("image", source="https://a.example/twee.jpg?oh=…"),
    )
    assert post.evidence[0].locator == '/response/content/text#script[type="application/ld+json"]:nth(1)'
    assert [item.role for item in found if isinstance(item, Resource)] == ["page"]


@pytest.mark.usefixtures("no_platform_readers")
def test_replies_are_told_as_replies() -> None:
    replies = [
        {
            "@type": "Comment",
            "text": "Tot hoe laat?",
            "author": {"name": "Burger", "url": "https://www.threads.com/@burger"},
        },
        {"@type": "Comment", "text": "Vijf uur", "url": "https://www.threads.com/@stad/post/C4abcdEFgh2"},
        {"@type": "Comment"},
    ]
    first, second, third = posts(page(POSTING | {"comment": replies}))
    assert second.relations == (Relation("reply", first.native_id, POST),)
    assert (second.author.handle, second.native_id, second.state.text) == ("burger", None, "Tot hoe laat?")
    assert (third.author.handle, third.aliases[0].value) == ("stad", "C4abcdEFgh2")


@pytest.mark.usefixtures("no_platform_readers")
@pytest.mark.parametrize(
    ("url", "platform", "native_id", "handle"),
    [
        ("https://x.com/voorbeeldstad/status/123?s=20", "x", "123", "voorbeeldstad"),
        ("https://www.tiktok.com/@stad/video/7300000000000000000", "tiktok", "7300000000000000000", "stad"),
        ("https://www.snapchat.com/spotlight/W7_abc-1", "snapchat", "W7_abc-1", None),
        ("https://bsky.app/profile/did:plc:abc/post/3k2abcde", "bluesky", "at://did:plc:abc/app.bsky.feed.post/3k2abcde",
         "did:plc:abc"),
        ("https://bsky.app/profile/stad.example/post/3k2abcde", "bluesky", None, "stad.example"),
    ],
)  # fmt: skip
def test_posts_are_known_by_their_address(url: str, platform: str, native_id: str | None, handle: str | None) -> None:
    described = {name: value for name, value in POSTING.items() if name != "author"} | {"url": url}
    (post,) = posts(page({"@graph": [{"@type": "WebSite"}, described]}, url=url.partition("?")[0]))
    assert (post.platform, post.native_id, post.author.handle) == (platform, native_id, handle)


@pytest.mark.usefixtures("no_platform_readers")
def test_a_film_and_a_picture_are_posts_at_an_address_of_their_own() -> None:
    film = {
        "@type": "VideoObject",
        "description": "Een film",
        "uploadDate": WHEN,
        "contentUrl": "https://a.example/f.mp4",
    }
    page_of_list = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": film | {"url": POST}}]}
    (post,) = posts(page(page_of_list, url="https://www.threads.com/@voorbeeldstad"))
    assert (post.kind, post.state.text, post.state.media) == (
        "video",
        "Een film",
        (Media("video", source="https://a.example/f.mp4"),),
    )
    assert [one.kind for one in posts(page(film, POSTING))] == ["note"]


@pytest.mark.usefixtures("no_platform_readers")
@pytest.mark.parametrize(
    ("document", "url", "status"),
    [
        ({"@type": "Organization", "logo": {"@type": "ImageObject", "url": POST}}, POST, 200),
        (POSTING, "https://www.threads.com/@voorbeeldstad", 200),
        (POSTING, "https://voorbeeldstad.example/@voorbeeldstad/post/C4abcdEFgh1", 200),
        (POSTING, POST, 404),
        ({"@type": "NewsArticle", "articleBody": "x"}, POST, 200),
        ('{"@type": "SocialMediaPosting", ', POST, 200),
        ("[1, null]", POST, 200),
    ],
)
def test_what_is_no_post_gives_none(document: Any, url: str, status: int) -> None:
    assert posts(page(document, url=url, status=status)) == []


class OwnReader:
    """A platform's own reader, which finds a post in its pages."""

    def accepts(self, source: Source) -> bool:
        return "threads" in (source.url or "")

    def read_source(self, source: Source) -> Iterator[Item]:
        if b"leeg" not in source.stream.read():
            yield posts(page({"@type": "SocialMediaPosting", "articleBody": "leeg"}))[0]


def test_the_platforms_own_reader_goes_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "response_readers", lambda: [OwnReader()])
    assert [post.state.text for post in posts(page(POSTING))] == ["leeg"]
    assert [post.state.text for post in posts(page(POSTING | {"articleBody": "leeg"}))] == ["leeg"]


@pytest.mark.usefixtures("no_platform_readers")
@given(st.recursive(st.none() | st.text(max_size=8) | st.integers(), lambda inner: st.lists(inner, max_size=3)))
@settings(max_examples=60, deadline=None)
def test_odd_members_cost_no_page(value: Any) -> None:
    names = (
        "author",
        "comment",
        "interactionStatistic",
        "image",
        "video",
        "datePublished",
        "url",
        "articleBody",
        "@id",
    )
    for name in names:
        found = page(POSTING | {name: value})
        assert [item for item in found if isinstance(item, Resource)]
