"""Posts in pages of LinkedIn as everybody sees them: JSON-LD (schema.org) in the page, with moments to the second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import (
    AccountRef,
    Alias,
    Evidence,
    Item,
    Link,
    Media,
    Moment,
    Post,
    PostKind,
    PostState,
    Relation,
)
from sma_plugin.readers.contract import Source
from sma_plugin.readers.json_ld import counts, described
from sma_plugin.readers.linkedin.common import PLATFORM, aliases, handle_in, moment_in, unsigned, urns_in
from sma_plugin.readers.linkedin.web_parts import at, hashtags
from sma_plugin.readers.values import html_text, iso_moment

_ARTICLES = ("Article", "NewsArticle", "BlogPosting")
_POSTS = ("DiscussionForumPosting", "SocialMediaPosting", *_ARTICLES)
_COUNTED = {"LikeAction": "reactions", "CommentAction": "replies", "ShareAction": "reposts", "WatchAction": "views"}


def page_items(source: Source) -> Iterator[Item]:
    """The posts that the JSON-LD of a page tells of, with the comments below them."""
    page = source.stream.read()
    for order, value in described(page):
        selector = f"script[type='application/ld+json']:nth-of-type({order})"
        for pointer, one in _postings(value, ""):
            yield from _post(one, source.evidence(0, 0, f"{selector}{pointer}"), source.fetched_at)


def _postings(value: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, list):
        for number_, one in enumerate(value):
            yield from _postings(one, f"{pointer}/{number_}")
    elif isinstance(value, dict):
        if value.get("@type") in _POSTS:
            yield pointer, value
        for name in ("@graph", "mainEntity", "itemListElement", "item"):
            yield from _postings(value.get(name), f"{pointer}/{name}")


def _post(told: dict[str, Any], evidence: Evidence, seen: Moment | None) -> Iterator[Post]:
    address = next((one for one in _addresses(told) if urns_in(one)), None) or next(iter(_addresses(told)), None)
    text = next((one for name in ("articleBody", "text") if isinstance(one := told.get(name), str)), None)
    if address is None or (text is None and not isinstance(told.get("headline"), str)):
        return
    urns = urns_in(address)
    kind: PostKind = "article" if told["@type"] in _ARTICLES else "note"
    page = address.split("?")[0]
    stated = told.get("datePublished")
    made = iso_moment(stated) if isinstance(stated, str) else None
    post = Post(
        PLATFORM,
        _author(told.get("author") or told.get("creator")),
        urns[0] if urns else None,
        made or (moment_in(urns[0]) if urns else None) or Moment(),
        PostState(
            text=html_text(text) if text is not None else None,
            title=_title(told, kind),
            hashtags=hashtags(text),
            media=tuple(_media(told.get("image"), "image")) + tuple(_media(told.get("video"), "video")),
            links=_links(told),
        ),
        kind=kind,
        url=page,
        aliases=aliases(*urns) or (Alias("permalink", page),),
        counts=counts(told, _COUNTED, seen),
        audience="public",
        evidence=(evidence,),
    )
    yield post
    for answer in told.get("comment") or () if isinstance(told.get("comment"), list) else ():
        if isinstance(answer, dict) and isinstance(answer.get("text"), str):
            yield _comment(answer, post, evidence, seen)


def _comment(told: dict[str, Any], post: Post, evidence: Evidence, seen: Moment | None) -> Post:
    stated = told.get("datePublished")
    made = iso_moment(stated) if isinstance(stated, str) else None
    return Post(
        PLATFORM,
        _author(told.get("author")),
        None,
        made or Moment(),
        PostState(text=html_text(told["text"])),
        relations=(Relation("reply", post.native_id, post.url, post.author),),
        counts=counts(told, _COUNTED, seen),
        audience="public",
        evidence=(evidence,),
    )


def _addresses(told: dict[str, Any]) -> Iterator[str]:
    for one in (told.get("url"), told.get("@id"), at(told, "mainEntityOfPage", "@id"), told.get("mainEntityOfPage")):
        if isinstance(one, str) and one.startswith("http"):
            yield one


def _author(told: Any) -> AccountRef:
    """Public pages name an account by its page alone; pages of countries are one and the same."""
    address, name = at(told, "url"), at(told, "name")
    handle = handle_in(address) if isinstance(address, str) else None
    return AccountRef(None, handle, name if isinstance(name, str) else None, address if handle else None)


def _title(told: dict[str, Any], kind: str) -> str | None:
    """The title of an article; that of a post is the beginning of its text."""
    headline = told.get("headline")
    return html_text(headline) if kind == "article" and isinstance(headline, str) else None


def _media(value: Any, kind: Any) -> Iterator[Media]:
    for one in value if isinstance(value, list) else [value]:
        address = one if isinstance(one, str) else at(one, "contentUrl") or at(one, "url")
        if isinstance(address, str) and address.startswith("http"):
            yield Media(kind, source=unsigned(address))


def _links(told: dict[str, Any]) -> tuple[Link, ...] | None:
    shared = told.get("sharedContent")
    found = [at(one, "url") for one in (shared if isinstance(shared, list) else [shared])]
    return tuple(Link(one) for one in found if isinstance(one, str)) or None
