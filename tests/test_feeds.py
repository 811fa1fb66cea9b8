"""Feeds of accounts on several platforms, of sites, in every form; what is no post never becomes one."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from making_feeds import BLUESKY, CHANNEL, MASTODON, MODULES, NITTER, OSTATUS, RDF, SITE, YOUTUBE
from sma_plugin.model import Account, AccountRef, Evidence, Item, Location, Observation, Post, Problem, ProfileVersion
from sma_plugin.readers.contract import HEAD_BYTES, Listing, Match, Member, Source
from sma_plugin.readers.feeds import feed
from sma_plugin.readers.feeds.entry import moment


def matches(**files: bytes) -> list[Match]:
    members = (Member(path, len(data), data[:HEAD_BYTES]) for path, data in files.items())
    return list(feed.recognise_all(Listing(tuple(members))))


class View:
    """A capture of one feed."""

    def __init__(self, data: bytes, platform: str | None, account: AccountRef | None) -> None:
        self._data = data
        found = matches(feed=data)
        assert len(found) == 1
        self.match = Match("feed", platform or found[0].platform, "api", ("feed",), account=account)

    def open(self, path: str) -> Source:
        return Source(path, io.BytesIO(self._data), Evidence(path))


def read(data: bytes, platform: str | None = None, account: AccountRef | None = None) -> list[Item]:
    view: Any = View(data, platform, account)
    return list(feed.read(view))


def of(items: list[Item], kind: type[Any]) -> list[Any]:
    return [item for item in items if type(item) is kind]


def codes(items: list[Item]) -> list[str]:
    return [problem.code for problem in of(items, Problem)]


def own_bytes(data: bytes, item: Post) -> bytes:
    (evidence,) = item.evidence
    assert evidence.kind == "bytes"
    assert evidence.offset is not None
    assert evidence.length is not None
    return data[evidence.offset : evidence.offset + evidence.length]


def test_the_feed_of_a_channel_gives_its_latest_videos() -> None:
    items = read(YOUTUBE)
    posts = of(items, Post)
    assert [item.native_id for item in posts] == ["voorbeeld01", "voorbeeld02", "voorbeeld03"]
    first = posts[0]
    assert (first.kind, first.state.title, first.state.text) == ("video", "Raad van 1 maart", "Vergadering & besluiten")
    assert first.author.native_id == CHANNEL
    assert first.counts.values == {"likes": 7, "views": 123}
    assert (first.created.us, first.edited) == (1740855600000000, None)
    assert all(own_bytes(YOUTUBE, item).count(b"<entry>") == 1 for item in posts)
    assert [(one.ref.native_id, one.owner) for one in of(items, Account)] == [(CHANNEL, True)]
    assert codes(items) == ["SMA-R204"]


def test_the_feed_of_a_mastodon_account_gives_posts_that_other_captures_know() -> None:
    items = read(MASTODON)
    first, second = of(items, Post)
    page = "https://sociaal.voorbeeldstad.example/@gemeente"
    assert first.native_id is None
    assert [(one.scheme, one.value) for one in first.aliases] == [("url", f"{page}/101")]
    assert first.author.handle == "gemeente@sociaal.voorbeeldstad.example"
    assert first.state.text == "De Stationsweg is dicht & blijft dicht #verkeer"
    assert first.state.hashtags == ("verkeer",)
    assert [(one.kind, one.alt) for one in first.state.media] == [("image", "een kaart")]
    assert first.state.title is None
    assert (second.state.content_warning, second.state.text) == ("brand", "Brand in de haven")
    (profile,) = of(items, ProfileVersion)
    assert (profile.name, profile.bio) == ("Gemeente Voorbeeldstad", None)


def test_a_feed_of_a_tag_holds_posts_of_their_own_authors() -> None:
    data = MASTODON.replace(b"voorbeeldstad.example/@gemeente</link>", b"voorbeeldstad.example/tags/verkeer</link>", 1)
    items = read(data.replace(b"/@gemeente/102", b"/@inwoner/102"))
    assert of(items, Account) == []
    assert [item.author.handle.partition("@")[0] for item in of(items, Post)] == ["gemeente", "inwoner"]


def test_the_feed_of_a_bluesky_profile_names_the_posts_themselves() -> None:
    items = read(BLUESKY)
    (item,) = of(items, Post)
    assert [(one.ref.native_id, one.ref.handle) for one in of(items, Account)] == [
        ("did:plc:voorbeeldstad", "voorbeeldstad.example")
    ]
    assert item.native_id == "at://did:plc:voorbeeldstad/app.bsky.feed.post/3lbaaaaaaaaaa"
    assert item.state.text == "De brug is open <eindelijk>"
    assert (item.author.handle, item.author.name) == ("voorbeeldstad.example", "Gemeente Voorbeeldstad")
    assert item.created.us == 1740787200000000


def test_what_an_account_only_repeats_is_of_another() -> None:
    items = read(NITTER)
    own, other = of(items, Post)
    assert (own.native_id, own.author.handle, own.included) == ("1895000000000000001", "voorbeeldstad", False)
    assert [one.source for one in own.state.media] == ["https://nitter.voorbeeld.example/pic/1.jpg"]
    assert (other.native_id, other.author.handle, other.included) == ("1894000000000000001", "provincie", True)


def test_a_feed_of_a_site_is_no_account_until_somebody_says_so() -> None:
    items = read(SITE)
    assert of(items, Post) == []
    assert codes(items) == ["SMA-R205"]
    declared = AccountRef(None, "voorbeeldstad")
    (item,) = of(read(SITE, "linkedin", declared), Post)
    assert (item.platform, item.author) == ("linkedin", declared)
    assert item.state.text == "Vergunning\xa0verleend"


def test_rss_1_is_read_with_its_items_beside_the_channel() -> None:
    (item,) = of(read(RDF), Post)
    assert item.platform == "mastodon"
    assert item.native_id == "https://social.voorbeeldstad.example/users/gemeente/statuses/5"
    assert item.author.handle == "gemeente@social.voorbeeldstad.example"
    assert item.created.us == 1740819600000000


def test_atom_says_what_was_edited_deleted_answered_and_what_is_markup() -> None:
    base = "https://social.voorbeeldstad.example/users/gemeente"
    data = f"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"
      xmlns:at="http://purl.org/atompub/tombstones/1.0"><id>{base}</id><title>Gemeente</title>
      <at:deleted-entry ref="{base}/statuses/9" when="2025-03-05T00:00:00Z"/>
      <entry><id>{base}/statuses/1</id><published>2025-03-01T00:00:00Z</published><updated>2025-03-02T00:00:00Z</updated>
      <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>een<br/>twee</p></div></content>
      <thr:in-reply-to ref="{base}/statuses/0" href="{base}/0"/></entry></feed>""".encode()
    items = read(data)
    (item,) = of(items, Post)
    assert item.state.text == "een\ntwee"
    assert item.edited.raw == "2025-03-02T00:00:00Z"
    assert [(tie.kind, tie.target_url) for tie in item.relations] == [("reply", f"{base}/0")]
    (gone,) = of(items, Observation)
    assert (gone.post, gone.status) == (f"{base}/statuses/9", "deleted")


def json_feed(*items: dict[str, Any], **fields: Any) -> bytes:
    head = {"version": "https://jsonfeed.org/version/1.1", "title": "Gemeente", "items": list(items), **fields}
    return json.dumps(head, indent=1).encode()


def test_a_json_feed_gives_each_item_with_its_bytes() -> None:
    page = "https://sociaal.voorbeeldstad.example/@gemeente"
    sound = {"url": "x.mp3", "mime_type": "audio/mp3"}
    data = json_feed(
        {"id": f"{page}/1", "url": f"{page}/1", "content_html": "<p>een</p>", "date_published": "2025-03-01T00:00:00Z"},
        {
            "id": f"{page}/2",
            "url": f"{page}/2",
            "content_text": "twee",
            "attachments": [sound],
        },
        {"id": f"{page}/3", "content_html": ["drie"], "content_text": ["drie"]},
        home_page_url=page,
    )
    items = read(data)
    posts = of(items, Post)
    assert [item.state.text for item in posts] == ["een", "twee", None]
    assert [json.loads(own_bytes(data, item))["id"] for item in posts] == [f"{page}/{number}" for number in (1, 2, 3)]
    assert [one.kind for one in posts[1].state.media] == ["audio"]
    assert codes(items) == ["SMA-R002", "SMA-R204"]


@pytest.mark.parametrize("data", [YOUTUBE, MASTODON, BLUESKY, NITTER, RDF], ids=["yt", "mastodon", "bsky", "x", "rdf"])
def test_the_same_feed_in_another_encoding_says_the_same(data: bytes) -> None:
    text = data.decode().replace(' encoding="UTF-8"', "")
    other = b"\xff\xfe" + text.encode("utf-16-le")
    wanted = [(item.native_id, item.state) for item in of(read(data), Post)]
    found = of(read(other), Post)
    assert [(item.native_id, item.state) for item in found] == wanted
    for item in found:
        own = own_bytes(other, item).decode("utf-16-le")
        assert own[0] + own[-1] == "<>"


def test_several_platforms_in_one_folder_are_captures_of_their_own() -> None:
    found = matches(a=YOUTUBE, b=MASTODON, c=YOUTUBE, d=SITE, e=b"<svg/>", f=b'{"items": []}', g=b"<html><rss></html>")
    assert [(one.platform, one.paths) for one in found] == [
        ("youtube", ("a", "c")),
        ("mastodon", ("b",)),
        (None, ("d",)),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>rss</body></html>",
        b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>',
        b'<opml version="2.0"/>',
        b'<feed xmlns="urn:iets-anders"/>',
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
        b'{"version": "1.0", "items": []}',
    ],
)
def test_what_is_no_feed_is_not_claimed(data: bytes) -> None:
    assert matches(a=data) == []
    source = Source("a", io.BytesIO(data), Evidence("a"), content_type="text/xml", status=200)
    assert feed.accepts(source)
    assert list(feed.read_source(source)) == []


def test_a_feed_in_a_capture_of_the_web_is_read_and_one_of_a_site_is_counted() -> None:
    def answered(data: bytes) -> list[Item]:
        source = Source("a.warc", io.BytesIO(data), Evidence("a.warc"), content_type="application/rss+xml", exact=False)
        return list(feed.read_source(source))

    items = answered(MASTODON)
    assert len(of(items, Post)) == 2
    assert [one.owner for one in of(items, Account)] == [False]
    assert codes(answered(SITE)) == ["SMA-R060"]


def test_a_page_that_was_announced_and_not_captured_is_told() -> None:
    pages = b'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{}" href="https://a.example/@b?page={}"/>'
    both = pages.replace(b"{}", b"self", 1).replace(b"{}", b"1") + pages.replace(b"{}", b"next", 1).replace(b"{}", b"2")
    data = MASTODON.replace(b"<generator>", both + b"<generator>")
    assert codes(read(data)) == ["SMA-R204", "SMA-R049"]


@pytest.mark.parametrize(
    ("raw", "us", "assumed"),
    [
        ("Tue, 04 Mar 2025 10:00:00 +0100", 1741078800000000, None),
        ("04 Mar 2025 10:00 GMT", 1741082400000000, None),
        ("2025-03-04T10:00:00Z", 1741082400000000, None),
        ("2025-03-04", 1741046400000000, "zone:UTC"),
        ("Tue, 04 Mar 2025 10:00:00", 1741082400000000, "zone:UTC"),
        ("gisteren", None, None),
    ],
)
def test_times_in_feeds(raw: str, us: int | None, assumed: str | None) -> None:
    found = moment(raw)
    assert found is not None
    assert (found.us, found.raw, found.assumed) == (us, raw, assumed)


@given(st.integers(0, len(MASTODON) - 1), st.integers(1, 255))
def test_a_damaged_feed_raises_nothing(position: int, change: int) -> None:
    data = bytearray(MASTODON)
    data[position] ^= change
    if len(matches(feed=bytes(data))) == 1:
        assert len(of(read(bytes(data)), Post)) <= 2


@given(st.integers(400, len(YOUTUBE) - 10))
def test_a_cut_feed_gives_what_stands_before_the_cut(size: int) -> None:
    data = YOUTUBE[:size]
    items = read(data)
    assert len(of(items, Post)) == data.count(b"</entry>")
    assert "SMA-R003" in codes(items)


def test_what_modules_add_to_an_item_is_read() -> None:
    (post,) = of(read(MODULES, "mastodon"), Post)
    state = post.state
    assert (post.state.raw, post.counts.values) == ({"author": "Webredactie"}, {"replies": 7})
    assert (state.sensitive, state.hashtags) == (True, ("verkeer", "kade", "haven"))
    assert state.location == Location("Kade Verzonnen", latitude=52.1, longitude=-4.25)
    assert [(one.kind, one.duration, one.alt, one.preview) for one in state.media] == [
        ("video", 61.0, "De kade van boven", "https://www.voorbeeldstad.example/kade.jpg"),
        ("audio", 3928.0, None, None),
    ]
    assert "webredactie@" not in repr(post)


def test_what_older_servers_add_is_read() -> None:
    (post,) = of(read(OSTATUS), Post)
    assert (post.audience, post.state.language, post.counts.values) == ("unlisted", "nl", {"replies": 3})
    assert [one.url for one in post.state.mentions] == ["https://elders.example/users/inwoner"]


@pytest.mark.parametrize(
    ("found", "without"),
    [
        (b'<media:rating scheme="urn:simple">adult</media:rating>', ("sensitive", None)),
        (b"52.1 -4.25", ("location", Location("Kade Verzonnen"))),
    ],
)
def test_what_an_item_does_not_say_is_not_made_up(found: bytes, without: tuple[str, Any]) -> None:
    (post,) = of(read(MODULES.replace(found, b""), "mastodon"), Post)
    assert getattr(post.state, without[0]) == without[1]


@pytest.mark.parametrize("said", [b"52.1", b"noord west", b"1e999 4", b"52.1 4 9"])
def test_a_point_that_is_none_is_no_place(said: bytes) -> None:
    data = MODULES.replace(b"52.1 -4.25", said).replace(b"<georss:featurename>Kade Verzonnen</georss:featurename>", b"")
    (post,) = of(read(data, "mastodon"), Post)
    assert post.state.location is None
