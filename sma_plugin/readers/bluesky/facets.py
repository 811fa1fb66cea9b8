"""Links, mentions and hashtags in the text of a post. Positions count bytes of UTF-8; older ones count UTF-16 units.

Source: app.bsky.richtext.facet, and the ``entities`` that app.bsky.feed.post had before it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sma_plugin.model import AccountRef, Link
from sma_plugin.readers.bluesky.common import account_ref, is_handle, kind_of, texts, thing, things, whole, words


class Marked(NamedTuple):
    """What is marked in a text."""

    hashtags: tuple[str, ...]
    mentions: tuple[AccountRef, ...]
    links: tuple[Link, ...]


def marked(record: dict[str, Any]) -> Marked:
    """What a post's facets or entities mark, and the tags that it bears beside its text."""
    text = words(record.get("text")) or ""
    found = Marked((), (), ())
    for facet in things(record.get("facets")):
        shown = _slice(text.encode("utf-8", "replace"), facet.get("index"), "byteStart", "byteEnd").decode(
            "utf-8", "replace"
        )
        for feature in things(facet.get("features")):
            found = _with(found, kind_of(feature).rpartition("#")[2], feature, shown)
    for entity in things(record.get("entities")):
        units = text.encode("utf-16-le", "surrogatepass")
        shown = _slice(units, entity.get("index"), "start", "end", size=2).decode("utf-16-le", "replace")
        value = words(entity.get("value"))
        feature = {"uri": value, "did": value, "tag": value}
        found = _with(found, words(entity.get("type")) or "", feature, shown)
    beside = tuple(tag for tag in texts(record.get("tags")) if tag not in found.hashtags)
    return found._replace(hashtags=found.hashtags + beside)


def _with(found: Marked, kind: str, feature: dict[str, Any], shown: str) -> Marked:
    tag, did, uri = (words(feature.get(name)) for name in ("tag", "did", "uri"))
    if kind in ("tag", "hashtag") and tag:
        name = tag.lstrip("#")
        return found if name in found.hashtags else found._replace(hashtags=(*found.hashtags, name))
    if kind == "mention" and did:
        handle = shown.lstrip("@")
        return found._replace(mentions=(*found.mentions, account_ref(did, handle if is_handle(handle) else None)))
    if kind == "link" and uri:
        link = Link(uri, shown if shown and shown != uri else None)
        return found if link in found.links else found._replace(links=(*found.links, link))
    return found


def _slice(data: bytes, index: object, first: str, last: str, size: int = 1) -> bytes:
    """The part of a text between two positions; none where these lie outside it or are no numbers."""
    start, end = (whole(thing(index).get(name)) for name in (first, last))
    if start is None or end is None or not 0 <= start <= end or end * size > len(data):
        return b""
    return data[start * size : end * size]
