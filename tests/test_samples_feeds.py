"""Real feeds, with numbers worked out from the raw file by another parser."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from sma_plugin.model import AccountRef, Evidence, Post, Problem
from sma_plugin.readers.contract import HEAD_BYTES, Listing, Match, Member, Source
from sma_plugin.readers.feeds import feed

FEEDS = "rss/granary-rss-atom"
NAMES = [
    "feed_with_audio_video.rss.xml",
    "feed_with_authors.rss.xml",
    "feed_with_note.rss.xml",
    "attachments.feed.json",
    "invalid_content_fields.feed.json",
]


class File:
    """A capture of one feed."""

    def __init__(self, path: Path, match: Match) -> None:
        self._path, self.match = path, match

    def open(self, name: str) -> Source:
        return Source(name, io.BytesIO(self._path.read_bytes()), Evidence(name))


def read(path: Path, platform: str | None) -> list[Any]:
    data = path.read_bytes()
    found = feed.recognise(Listing((Member(path.name, len(data), data[:HEAD_BYTES]),)))
    assert found is not None
    assert found.platform is None
    account = AccountRef(None, "voorbeeldstad") if platform else None
    view: Any = File(path, Match("feed", platform, "api", (path.name,), account=account))
    return list(feed.read(view))


@pytest.mark.parametrize("name", NAMES)
def test_every_item_is_a_post_when_the_platform_is_declared_and_none_is_before(samples: Path, name: str) -> None:
    path = samples / FEEDS / name
    data = path.read_bytes()
    if name.endswith(".json"):
        counted = len(json.loads(data)["items"])
    else:
        counted = len(ET.fromstring(data).findall("channel/item"))
    (told,) = (item for item in read(path, None) if isinstance(item, Problem) and item.code == "SMA-R205")
    assert told.params["count"] == counted
    posts = [item for item in read(path, "facebook") if isinstance(item, Post)]
    assert len(posts) == counted
    for post in posts:
        (evidence,) = post.evidence
        assert evidence.offset is not None
        assert evidence.length is not None
        own = data[evidence.offset : evidence.offset + evidence.length]
        assert (own[:5], own[-7:]) == (b"<item", b"</item>") if own[:1] == b"<" else json.loads(own)


def test_enclosures_are_media_and_times_keep_their_zone(samples: Path) -> None:
    first, second = (
        item for item in read(samples / FEEDS / "feed_with_audio_video.rss.xml", "facebook") if isinstance(item, Post)
    )
    assert [(one.kind, one.source) for one in (*(first.state.media or ()), *(second.state.media or ()))] == [
        ("audio", "http://a/podcast.mp3"),
        ("video", "http://a/vidjo.mov"),
    ]
    assert (first.created.us, first.created.raw) == (1354643906000000, "Wed, 05 Dec 2012 00:58:26 +0700")
    assert first.url == "http://podcast/post"
    assert first.state.hashtags == ("a tag",)
