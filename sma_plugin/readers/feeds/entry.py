"""What one item of a feed says, whatever the format: the same for RSS, Atom and JSON Feed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sma_plugin.model import (
    AccountRef,
    Alias,
    Audience,
    Counts,
    Evidence,
    Location,
    Media,
    Moment,
    Post,
    PostState,
    Relation,
)
from sma_plugin.readers.feeds.tables import Rules
from sma_plugin.readers.mastodon.common import account_aliases, links_in
from sma_plugin.readers.values import html_text, http_moment, iso_moment

_WARNING = re.compile(r"\s*<p><strong>[^<]{1,80}:</strong>\s*(.*?)</p>\s*<hr\s*/?>", re.DOTALL)
"""How Mastodon's feeds put a content warning before a post."""
_REPEATED = re.compile(r"RT by @(\w{1,20}): ")
_PERSON = re.compile(r"(https?://([^/]+)/@([^/@]+))/\d+")
_PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


@dataclass
class Entry:
    """One item as its format gives it, before a platform's rules are applied."""

    names: list[str] = field(default_factory=list)
    """Its identifiers and addresses, the most telling first."""
    link: str | None = None
    title: str | None = None
    body: str | None = None
    plain: bool = False
    published: str | None = None
    updated: str | None = None
    tags: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    author: AccountRef | None = None
    answers: str | None = None
    repeats: str | None = None
    language: str | None = None
    own_language: str | None = None
    """The language of the text itself; of some platforms the feed's is not that of its posts."""
    sensitive: bool | None = None
    location: Location | None = None
    mentions: tuple[AccountRef, ...] = ()
    audience: Audience | None = None
    odd: bool = False


def moment(raw: str | None) -> Moment | None:
    """A moment in a feed: RFC 822 with its variants, or ISO 8601. Without a zone it is read as UTC, which is said."""
    if not raw:
        return None
    if re.match(r"\d{4}-", raw):
        return iso_moment(raw)
    found = http_moment(raw)
    zoned = re.search(r"(?:[+-]\d{4}|\b[A-Z]{1,4})\s*(?:\(.*\))?$", raw)
    return Moment(found.us, raw, "zone:UTC") if found and found.us is not None and not zoned else found


def post_of(
    entry: Entry, platform: str, rules: Rules, owner: AccountRef, evidence: Evidence, at: Moment | None
) -> Post:
    """The post that an item is, by the rules of its platform."""
    native = rules.native_id(entry.names)
    pages = [name for name in (entry.link, *entry.names) if name and name.startswith(("http://", "https://"))]
    created, updated = moment(entry.published), moment(entry.updated)
    changed = updated if created and updated and _later(created, updated) and not rules.window else None
    others = tuple(Alias("url", page) for page in dict.fromkeys(pages) if page != native)
    author, included = _author(entry, platform, owner)
    return Post(
        platform=platform,
        author=author,
        native_id=native,
        created=created or updated or Moment(),
        state=PostState() if entry.repeats else _state(entry, platform, rules, owner),
        kind="repost" if entry.repeats else rules.kind,
        url=entry.link,
        aliases=(*others, *rules.other_ids(entry.names)),
        relations=_relations(entry),
        counts=Counts(entry.counts, at) if entry.counts else None,
        audience=entry.audience or "public",
        edited=changed,
        included=included,
        evidence=(evidence,),
    )


def _later(created: Moment, updated: Moment) -> bool:
    return created.us is not None and updated.us is not None and updated.us > created.us


def _relations(entry: Entry) -> tuple[Relation, ...]:
    found = [Relation("reply", None, entry.answers)] if entry.answers else []
    if entry.repeats:
        found.append(Relation("repost", None, entry.repeats))
    return tuple(found)


def _author(entry: Entry, platform: str, owner: AccountRef) -> tuple[AccountRef, bool]:
    """Who wrote an item, and whether it only came along: not always the feed's account."""
    given = entry.author
    if platform == "mastodon" and (page := _PERSON.match(entry.link or "")):
        # A feed of a tag holds posts of many; the address of a post names its author.
        handle = f"{page[3]}@{page[2]}"
        known = handle.casefold() == (owner.handle or "").casefold()
        return (owner if known else AccountRef(None, handle, None, page[1], account_aliases(page[1], handle))), False
    if platform == "x" and given and given.handle:
        own = given.handle.casefold() == (owner.handle or "").casefold()
        return (owner if own else given), not own and _REPEATED.match(entry.title or "") is not None
    if given is None or given.native_id in (None, owner.native_id):
        return owner, False
    return given, False


def _signed(entry: Entry, owner: AccountRef) -> dict[str, Any] | None:
    """The name under an item, where it is another than the account's: a name alone makes nobody else its author."""
    given = entry.author
    if given is None or given.native_id or given.handle or given.name in (None, "", owner.name):
        return None
    return {"author": given.name}


def _state(entry: Entry, platform: str, rules: Rules, owner: AccountRef) -> PostState:
    body = entry.body
    warning = _WARNING.match(body or "") if platform == "mastodon" else None
    if warning and body:
        body = body[warning.end() :].lstrip()
    if rules.drop and body:
        body = re.sub(rules.drop, "", body)
    plain = entry.plain or rules.plain
    text = body if plain or body is None else html_text(body).strip()
    named = rules.titled and entry.title and not (text or "").startswith(entry.title)
    if text is None and not rules.titled:
        text = entry.title
    pictures = entry.media or (_pictures(body or "") if platform == "x" else ())
    return PostState(
        text=text,
        html=None if plain else body,
        title=entry.title if named else None,
        content_warning=html_text(warning[1]) if warning else None,
        sensitive=entry.sensitive,
        language=entry.own_language or (entry.language if platform not in _TOLD_ELSEWHERE else None),
        hashtags=tuple(tag.lstrip("#") for tag in entry.tags) or None,
        links=None if plain else tuple(link for link in links_in(body) if not _own(link.url, entry.link)) or None,
        mentions=entry.mentions or None,
        media=pictures or None,
        location=entry.location,
        raw=_signed(entry, owner),
    )


_TOLD_ELSEWHERE = ("youtube", "bluesky", "mastodon", "x")
"""Platforms of which the language of a feed is not that of its posts."""


def _own(url: str, page: str | None) -> bool:
    """Whether a link leads to the service that made the feed: to a person, a hashtag or the post itself."""
    try:
        return urlsplit(url).netloc == urlsplit(page or "").netloc
    except ValueError:
        return False


def _pictures(markup: str) -> tuple[Media, ...]:
    """The pictures in the markup of an item."""
    found = []
    for tag in _PICTURE.findall(markup):
        given = {name.lower(): one or other for name, one, other in _ATTRIBUTE.findall(tag)}
        if given.get("src"):
            found.append(Media("image", source=given["src"], alt=given.get("alt") or None))
    return tuple(found)
