"""The names of elements in feeds, and what a feed is by its first bytes.

Sources: RSS 0.9 to 2.0 (rssboard.org), RFC 4287 (Atom), Atom 0.3, JSON Feed 1.1, Media RSS, RFC 4685, RFC 6721.
"""

from __future__ import annotations

import re

ATOM, OLD_ATOM = "http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"
RSS1, RSS09 = "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MEDIA, YOUTUBE = "http://search.yahoo.com/mrss/", "http://www.youtube.com/xml/schemas/2015"
DC, CONTENT = "http://purl.org/dc/elements/1.1/", "http://purl.org/rss/1.0/modules/content/"
TERMS, THREAD = "http://purl.org/dc/terms/", "http://purl.org/syndication/thread/1.0"
ACTIVITY, TOMBSTONE = "http://activitystrea.ms/spec/1.0/", "http://purl.org/atompub/tombstones/1.0"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PREFIXES = {
    "atom": ATOM,
    "media": MEDIA,
    "yt": YOUTUBE,
    "dc": DC,
    "content": CONTENT,
    "thr": THREAD,
    "activity": ACTIVITY,
    "itunes": ITUNES,
    "at": TOMBSTONE,
    "rdf": RDF,
}
"""The namespaces of prefixes that feeds use, also where they forget to declare them."""
CONTAINERS = frozenset((("rss",), ("rss", "channel"), ("RDF",), ("feed",)))
ITEMS = ("item", "entry")
_PROLOG = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*>)*", re.DOTALL)
_ROOT = re.compile(r"<(?:([\w.-]+):)?(rss|RDF|feed)\b([^>]*)>?", re.DOTALL)
_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/')


def text_of(head: bytes) -> str:
    """The first bytes of a document as text, as far as is needed to see what it is."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    if b"\0" in head[:2]:
        return head.decode("utf-16-be" if head[:1] == b"\0" else "utf-16-le", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def is_xml_feed(head: bytes) -> bool:
    """Whether a document begins as an RSS or Atom feed."""
    text = text_of(head)
    prolog = _PROLOG.match(text)
    root = _ROOT.match(text, prolog.end() if prolog else 0)
    if root is None:
        return False
    attributes = root[3]
    if root[2] == "rss":
        return True
    wanted = (RSS1, RSS09, "rss/") if root[2] == "RDF" else (ATOM, OLD_ATOM)
    return any(space in attributes for space in wanted)


def is_json_feed(head: bytes) -> bool:
    """Whether a document begins as a JSON Feed."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" and _JSON_FEED.search(head) is not None


def any_of(local: str, *spaces: str) -> tuple[str, ...]:
    """An element's name in each of these namespaces, and in none."""
    return (*(f"{{{space}}}{local}" for space in spaces), local)


def rss(local: str) -> tuple[str, ...]:
    """An element of RSS, in all its versions."""
    return any_of(local, RSS1, RSS09)


def atom(local: str) -> tuple[str, ...]:
    """An element of Atom, in both its versions."""
    return (f"{{{ATOM}}}{local}", f"{{{OLD_ATOM}}}{local}")
