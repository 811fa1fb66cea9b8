"""From an item of RSS or an entry of Atom to what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import AccountRef, Media
from sma_plugin.readers.feeds import extensions
from sma_plugin.readers.feeds.entry import Entry
from sma_plugin.readers.feeds.names import (
    ACTIVITY,
    ATOM,
    CONTENT,
    DC,
    ITUNES,
    MEDIA,
    TERMS,
    THREAD,
    YOUTUBE,
    any_of,
    atom,
    rss,
)
from sma_plugin.readers.values import media_kind, number
from sma_plugin.readers.xml_element import Element

_KINDS = {"image": "image", "video": "video", "audio": "audio", "document": "document"}


def entry_of(item: Element) -> Entry:
    """What one item says."""
    entry = _atom(item) if item.local == "entry" else _rss(item)
    entry.media = tuple(_media(item))
    entry.counts = _counts(item)
    entry.tags = tuple(dict.fromkeys((*entry.tags, *extensions.keywords(item))))
    entry.sensitive, entry.location = extensions.sensitive(item), extensions.location(item)
    entry.mentions, entry.audience = tuple(extensions.mentions(item)), extensions.audience(item)
    _youtube(item, entry)
    answered = item.first(f"{{{THREAD}}}in-reply-to")
    if answered:
        entry.answers = answered.attributes.get("href") or answered.attributes.get("ref")
    shared = item.first(f"{{{ACTIVITY}}}object")
    if shared and (item.words(f"{{{ACTIVITY}}}verb") or "").endswith("share"):
        entry.repeats = shared.words(*atom("id")) or next(iter(links(shared)), None)
    entry.names = [name for name in dict.fromkeys(entry.names) if name]
    return entry


def links(element: Element, relation: str = "alternate") -> list[str]:
    """The addresses of Atom's links with this relation."""
    found = element.all(*atom("link"))
    return [
        one.attributes["href"].strip()
        for one in found
        if one.attributes.get("href") and one.attributes.get("rel", "alternate") == relation
    ]


def _rss(item: Element) -> Entry:
    link = item.words(*rss("link")) or next(iter(links(item)), None)
    guid = item.words("guid")
    about = next((value for key, value in item.attributes.items() if key.endswith("}about")), None)
    full = item.words(f"{{{CONTENT}}}encoded")
    return Entry(
        names=[name for name in (guid, about, link, *links(item)) if name],
        link=link or (guid if guid and guid.startswith("http") else None),
        title=item.words(*rss("title")),
        body=full or item.words(*rss("description"), *atom("summary"), f"{{{ITUNES}}}summary"),
        published=item.words("pubDate", f"{{{DC}}}date", f"{{{TERMS}}}created", *atom("published")),
        updated=item.words(f"{{{TERMS}}}modified", *atom("updated")),
        tags=tuple(text for one in item.all(*rss("category"), f"{{{DC}}}subject") if (text := one.text.strip())),
        author=_person(item.words(f"{{{DC}}}creator", f"{{{ITUNES}}}author") or _named(item.words("author"))),
        language=item.words(f"{{{DC}}}language"),
    )


def _atom(item: Element) -> Entry:
    content = item.first(*atom("content")) or item.first(*atom("summary"))
    kind = content.attributes.get("type", "text") if content else "text"
    who = item.first(*atom("author"))
    uri = who.words(*any_of("uri", *_spaces()), *any_of("url", *_spaces())) if who else None
    categories = (one.attributes.get("term") or one.attributes.get("label") for one in item.all(*atom("category")))
    return Entry(
        names=[name for name in (item.words(*atom("id")), *links(item), *links(item, "self")) if name],
        link=next(iter(links(item)), None),
        title=item.words(*atom("title")),
        body=_body(content, kind) if content else None,
        plain=kind in ("text", "text/plain"),
        published=item.words(*atom("published"), *atom("issued"), *atom("created")),
        updated=item.words(*atom("updated"), *atom("modified")),
        tags=tuple(tag for tag in categories if tag),
        author=AccountRef(None, None, who.words(*atom("name")), uri) if who else None,
        language=_language(item),
        own_language=_language(content) if content else None,
    )


def _language(element: Element) -> str | None:
    return next((value for key, value in element.attributes.items() if key.endswith("}lang")), None)


def _spaces() -> tuple[str, ...]:
    return (ATOM, atom("")[1][1:-1])


def _body(content: Element, kind: str) -> str | None:
    if kind in ("xhtml", "application/xhtml+xml"):
        inner = content.children[0] if len(content.children) == 1 else content
        return inner.markup().strip() or None
    return content.text.strip() or None


def _person(name: str | None) -> AccountRef | None:
    """Who made an item; a name with an at sign before it is a handle."""
    if not name:
        return None
    return AccountRef(None, name[1:]) if name.startswith("@") and " " not in name else AccountRef(None, None, name)


def _named(author: str | None) -> str | None:
    """The name beside an e-mail address, which RSS asks for; the address itself is out of scope."""
    found = re.fullmatch(r"\S+@\S+\s+\((.+)\)", author or "")
    return found[1].strip() if found else author if author and "@" not in author else None


def _youtube(item: Element, entry: Entry) -> None:
    """What YouTube adds: the ids of video and channel, and the description within the media group."""
    video, channel = item.words(f"{{{YOUTUBE}}}videoId"), item.words(f"{{{YOUTUBE}}}channelId")
    if not video:
        return
    group = item.first(f"{{{MEDIA}}}group") or item
    entry.names.insert(0, f"yt:video:{video}")
    entry.body = group.words(f"{{{MEDIA}}}description") or ""
    entry.media = ()  # the feed shows a picture of the video, and does not hold it
    author = entry.author or AccountRef()
    entry.author = AccountRef(channel, None, author.name, author.url) if channel else None


def _media(item: Element) -> Iterator[Media]:
    """Enclosures and media; each file once, whatever names it."""
    found: dict[str, Media] = {}
    for one in _contents(item):
        address = one.attributes.get("url") or one.attributes.get("href")
        if address:
            mime = one.attributes.get("type") or None
            kind = _KINDS.get(one.attributes.get("medium", ""), media_kind(mime) if mime else "unknown")
            alt = one.words(f"{{{MEDIA}}}description", f"{{{MEDIA}}}title")
            width, height = (number(one.attributes.get(name)) for name in ("width", "height"))
            lasts = extensions.duration(one) or (None if kind == "image" else extensions.duration(item))
            medium = Media(kind, None, None, address, mime, alt, width, height, lasts, preview=_thumbnail(one))  # type: ignore[arg-type]
            found.setdefault(address, medium)
    yield from found.values()


def _thumbnail(medium: Element) -> str | None:
    """The address of the picture that stands for a medium."""
    shown = medium.first(f"{{{MEDIA}}}thumbnail")
    return shown.attributes.get("url") or None if shown else None


def _contents(item: Element) -> Iterator[Element]:
    yield from item.all(f"{{{MEDIA}}}content")
    for group in item.all(f"{{{MEDIA}}}group"):
        # The files of a group are one medium in several forms: the first is shown.
        yield from group.all(f"{{{MEDIA}}}content")[:1]
    yield from item.all("enclosure")
    yield from (one for one in item.all(*atom("link")) if one.attributes.get("rel") == "enclosure")


def _counts(item: Element) -> dict[str, int]:
    answered = extensions.replies(item)
    found = {"replies": answered} if answered is not None else {}
    community = (item.first(f"{{{MEDIA}}}group") or item).first(f"{{{MEDIA}}}community")
    if community is None:
        return found
    rating, seen = community.first(f"{{{MEDIA}}}starRating"), community.first(f"{{{MEDIA}}}statistics")
    told = {
        "likes": number(rating.attributes.get("count")) if rating else None,
        "views": number(seen.attributes.get("views")) if seen else None,
    }
    return found | {name: count for name, count in told.items() if count is not None}
