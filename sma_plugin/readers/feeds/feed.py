"""Feeds of social media accounts: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed.

A feed shows the latest posts of an account and no others. Which platform and account it is of follows from the
addresses in it; for a feed of a site, the declaration of the capture has to say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import Item
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Source, alone
from sma_plugin.readers.feeds.names import is_json_feed, is_xml_feed, text_of
from sma_plugin.readers.feeds.reading import Feeds
from sma_plugin.readers.feeds.tables import platform_of
from sma_plugin.readers.values import gzip_head

NAME = "feed"
_TYPES = re.compile(
    r"(?:application/(?:rss|atom|rdf)\+xml|application/feed\+json|(?:text|application)/(?:xml|x-rss\+xml))\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]|\"items\"\s*:")
_NAMED = re.compile(
    r"""<(?:[\w.-]+:)?(?:link|id|uri|generator|channelId)\b[^<>]*>([^<>]+)<|\bhref\s*=\s*["']([^"']+)["']"""
    r"""|"(?:home_page_url|feed_url)"\s*:\s*"([^"]+)\""""
)
_CHANNEL = re.compile(r"<yt:channelId>")


def recognise_all(listing: Listing) -> Iterator[Match]:
    """The feeds of each platform as one capture; those of unknown sites each as one."""
    found: dict[str, list[str]] = {}
    for member in listing.members:
        head = _head(member)
        if is_xml_feed(head) or is_json_feed(head):
            platform = _platform(head)
            found.setdefault(platform or f"?{member.path}", []).append(member.path)
    for name, paths in found.items():
        yield Match(NAME, None if name.startswith("?") else name, "api", tuple(paths), confidence=55)


def recognise(listing: Listing) -> Match | None:
    """The first feeds of one platform."""
    return next(recognise_all(listing), None)


def _head(member: Member) -> bytes:
    return gzip_head(member.head, 4096) if member.head[:2] == b"\x1f\x8b" else member.head


def _platform(head: bytes) -> str | None:
    """The platform of a feed by the addresses that stand before its first item."""
    text = text_of(head).replace("\\/", "/")
    item = _ITEM.search(text)
    before = text[: item.start()] if item else text
    named = [next(filter(None, found)).strip() for found in _NAMED.findall(before)]
    return platform_of([*named, *(["yt:channel:"] if _CHANNEL.search(before) else [])])


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of every feed, in the order of the delivery."""
    feeds = Feeds(capture.match.platform, capture.match.account, files=True)
    for path in capture.match.paths:
        yield from feeds.read_source(capture.open(path))
    yield from feeds.end()


def accepts(source: Source) -> bool:
    """Whether a response may be a feed, by its content type; what it is shows when it is read."""
    return _TYPES.match(source.content_type or "") is not None and source.status in (None, 200)


def reading() -> Feeds:
    """The reading of feeds that belong together."""
    return Feeds()


read_source = alone(reading)
