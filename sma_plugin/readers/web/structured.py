"""Posts in the structured data of captured pages: JSON-LD in the words of schema.org, for any platform that is known.

Search engines read it, so platforms keep it true. It is used where the platform's own reader finds no post in a page.
What it describes is a post when its address, or that of the page, is one of a post; a picture or logo beside is none.
Source: schema.org; https://developers.google.com/search/docs/appearance/structured-data/discussion-forum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import msgspec

from sma_plugin.facts import facts
from sma_plugin.model import (
    AccountRef,
    Alias,
    Evidence,
    Item,
    Media,
    Moment,
    Post,
    PostKind,
    PostState,
    Relation,
)
from sma_plugin.readers.addresses import path_of
from sma_plugin.readers.contract import Source
from sma_plugin.readers.instagram.codes import number_of
from sma_plugin.readers.json_ld import counts, described
from sma_plugin.readers.values import iso_moment
from sma_plugin.readers.web.hosts import platform_at
from sma_plugin.readers.web.pages import without_secrets

_HOLDERS = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement", "item")
_DEPTH = 6


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the address of a platform's posts looks."""

    platform: str
    path: str


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``structured.toml``."""

    post: tuple[Rule, ...]
    types: dict[str, PostKind]
    actions: dict[str, str]


class Named(NamedTuple):
    """A post by its address."""

    platform: str
    native_id: str | None
    handle: str | None
    url: str
    aliases: tuple[Alias, ...]


@cache
def rules() -> Rules:
    """The rules of ``structured.toml``."""
    return facts(__package__, "structured.toml", Rules)


def structured_items(source: Source, data: bytes) -> Iterator[Item]:
    """The posts that a page describes in JSON-LD, with the replies that it gives."""
    things: list[tuple[dict[str, Any], Evidence]] = []
    for at, value in described(data):
        for pointer, node in _nodes(value, "", 0):
            place = f'script[type="application/ld+json"]:nth({at})'
            things.append((node, source.evidence(0, 0, f"{place}#{pointer}" if pointer else place)))
    things.sort(key=lambda one: _kind(one[0]) in ("image", "video"))  # a post before the film in it
    seen: set[str] = set()
    for node, where in things:
        yield from _told(node, source, where, seen)


def _nodes(value: Any, pointer: str, depth: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The things that a document describes; what only belongs to one of them is not looked into."""
    if isinstance(value, list):
        for at, one in enumerate(value):
            yield from _nodes(one, f"{pointer}/{at}", depth)
    elif isinstance(value, dict) and depth < _DEPTH:
        if _kind(value):
            yield pointer, value
            return
        for name in _HOLDERS:
            if isinstance(value.get(name), dict | list):
                yield from _nodes(value[name], f"{pointer}/{name}", depth + 1)


def _kind(node: dict[str, Any]) -> PostKind | None:
    types = node.get("@type")
    named = types if isinstance(types, list) else [types]
    return next((rules().types[one] for one in named if isinstance(one, str) and one in rules().types), None)


def _told(node: dict[str, Any], source: Source, where: Evidence, seen: set[str]) -> Iterator[Post]:
    main = node.get("mainEntityOfPage", node.get("mainEntityofPage"))
    addresses = (node.get("url"), node.get("@id"), _text(main, "@id", "url"), source.url)
    post = next((found for one in addresses if (found := named_by(one, source.url))), None)
    kind = _kind(node)
    if post is None or kind is None or post.url in seen:
        return
    seen.add(post.url)
    author = _account(node.get("author") or node.get("creator"), post.handle)
    text = _text(node, "articleBody", "text", "caption", "description")
    title = _text(node, "headline", "name")
    yield Post(
        post.platform,
        author,
        post.native_id,
        _moment(node),
        PostState(
            text=text if text is not None else title,
            title=title if kind == "article" else None,
            language=_text(node, "inLanguage"),
            media=tuple(_media(node, kind)),
        ),
        kind,
        post.url,
        aliases=post.aliases,
        counts=counts(node, rules().actions, source.fetched_at),
        audience="public",
        evidence=(where,),
    )
    replies = node.get("comment")
    for at, reply in enumerate(replies if isinstance(replies, list) else [replies]):
        if isinstance(reply, dict) and _text(reply, "text", "articleBody"):
            yield _reply(reply, post, source, msgspec.structs.replace(where, locator=f"{where.locator}/comment/{at}"))


def _reply(node: dict[str, Any], parent: Named, source: Source, where: Evidence) -> Post:
    """What somebody answered; its address, where it has one of its own, says which post it is."""
    own = named_by(_text(node, "url", "@id"), source.url)
    own = own if own and own.url != parent.url else None
    return Post(
        parent.platform,
        _account(node.get("author"), own.handle if own else None),
        own.native_id if own else None,
        _moment(node),
        PostState(text=_text(node, "text", "articleBody")),
        url=own.url if own else None,
        aliases=own.aliases if own else (),
        relations=(Relation("reply", parent.native_id, parent.url),),
        counts=counts(node, rules().actions, source.fetched_at),
        audience="public",
        evidence=(where,),
    )


def named_by(address: Any, page: str | None) -> Named | None:
    """The post that an address is of; ``None`` for any other address.

    >>> named_by("https://www.tiktok.com/@voorbeeldstad/video/7300000000000000000", None).native_id
    '7300000000000000000'
    """
    try:
        whole = urljoin(page or "", address) if isinstance(address, str) else ""
        parts = urlsplit(whole)
    except ValueError:
        return None
    platform = platform_at((parts.hostname or "").lower())
    for rule in rules().post:
        found = re.fullmatch(rule.path, parts.path) if rule.platform == platform else None
        if found and platform:
            told = found.groupdict()
            url = f"https://{parts.hostname}{parts.path}"
            return Named(platform, _native(platform, told), told.get("handle"), url, _aliases(platform, told, url))
    return None


def _native(platform: str, told: dict[str, str | None]) -> str | None:
    code, handle = told.get("code"), told.get("handle") or ""
    if platform == "bluesky":
        return f"at://{handle}/app.bsky.feed.post/{code}" if handle.startswith("did:") else None
    return told.get("id") or number_of(code)


def _aliases(platform: str, told: dict[str, str | None], url: str) -> tuple[Alias, ...]:
    code = told.get("code") if platform in ("instagram", "threads") else None
    return (Alias("shortcode", code), Alias("url", url)) if code else (Alias("url", url),)


def _account(author: Any, handle: str | None) -> AccountRef:
    """Whose: the handle that is stated, else the one in the address of the author or of the post."""
    one = author[0] if isinstance(author, list) and author else author
    stated, name, url = _text(one, "alternateName"), _text(one, "name"), _text(one, "url", "@id")
    last = path_of(url).rstrip("/").rpartition("/")[2]
    found = stated or handle or last or None
    return AccountRef(None, found.lstrip("@") if found else None, name, without_secrets(url) if url else None)


def _moment(node: dict[str, Any]) -> Moment:
    return iso_moment(_text(node, "datePublished", "dateCreated", "uploadDate")) or Moment()


def _media(node: dict[str, Any], kind: PostKind) -> Iterator[Media]:
    own = {"video": "video", "image": "image"}.get(kind)
    if own:
        yield Media(
            "video" if own == "video" else "image", source=_address(node), alt=_text(node, "accessibilityCaption")
        )
    for name in ("image", "video"):
        value = node.get(name) if name != own else None
        for one in value if isinstance(value, list) else [value]:
            address = _address(one)
            if address:
                yield Media("video" if name == "video" else "image", source=address)


def _address(value: Any) -> str | None:
    found = value if isinstance(value, str) else _text(value, "contentUrl", "url", "@id")
    return without_secrets(found) if found else None


def _text(value: Any, *names: str) -> str | None:
    """The first of the members that is a text with something in it."""
    found = (value.get(name) for name in names) if isinstance(value, dict) else ()
    return next((one for one in found if isinstance(one, str) and one.strip()), None)
