"""Posts in pages of X as they have been made since 2026: ``article`` elements with ``data-tweet-id`` alone.

A post shows its id, its text with the whole addresses of its links, and a quoted post with the address of that; its
moment stands in words of the reader's language, so that it is told from the id. Counts stand beside buttons that are
named in that language, and are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import msgspec
from lxml import etree
from lxml.etree import _Element

from sma_plugin.model import Link, Media, Post, PostState, Relation
from sma_plugin.readers.x.api_v2 import id_moment
from sma_plugin.readers.x.common import PLATFORM, permalink, status_link
from sma_plugin.readers.x.page_text import address, below, classes, text_of, words
from sma_plugin.readers.x.page_tweets import Page


def app_posts(root: _Element, page: Page) -> Iterator[Post]:
    """Every post that the page shows, and the posts that they quote."""
    for article in root.iter("article"):
        native_id = article.get("data-tweet-id") or ""
        if native_id.isdecimal() and not {"tweet", "timeline-Tweet", "h-entry"} & set(classes(article)):
            yield from _posts(article, native_id, page)


def _posts(article: _Element, native_id: str, page: Page) -> Iterator[Post]:
    quote = next((one for one in below(article) if one.get("role") == "link" and one.get("data-href")), None)
    target = status_link(address(quote.get("data-href"), page.url)) if quote is not None else None
    quoted = _post(quote, target[1], page, included=True) if quote is not None and target else None
    post = _post(article, native_id, page)
    if post is None:
        return
    if quoted is not None:
        relation = Relation("quote", quoted.native_id, target_account=quoted.author)
        post = msgspec.structs.replace(post, relations=(relation,))
    yield from [post] if quoted is None else [post, quoted]


def _post(element: _Element, native_id: str, page: Page, *, included: bool = False) -> Post | None:
    """A post; ``None`` where the page does not say whose it is."""
    links = [one for one in _own(element) if one.tag == "a" and one.get("href")]
    shown = (status_link(address(one.get("href"), page.url)) for one in links)
    handle = next((found[0] for found in shown if found and found[1] == native_id and found[0]), None)
    if handle is None:
        return None
    name = next((words(one) for one in links if _is_profile(one, handle) and words(one)[:1] not in ("", "@")), None)
    author = page.account(None, handle, name)
    attribute = "data-href$" if included else "data-tweet-id"
    value = f"/status/{native_id}" if included else native_id
    return Post(
        PLATFORM,
        author,
        native_id,
        id_moment(native_id),
        _state(element, page),
        url=permalink(handle, native_id),
        included=included,
        evidence=(page.evidence(f'[{attribute}="{value}"]'),),
    )


def _own(element: _Element) -> Iterator[_Element]:
    """What is below a post and not in the post that it quotes."""
    return (one for one in below(element) if not _is_quoted(one, element))


def _is_quoted(element: _Element, post: _Element) -> bool:
    for outer in (element, *element.iterancestors()):
        if outer is post:
            return False
        if outer.get("role") == "link" and outer.get("data-href"):
            return True
    return False


def _is_profile(link: _Element, handle: str) -> bool:
    return (link.get("href") or "").rstrip("/").rpartition("/")[2].casefold() == handle.casefold()


def _state(element: _Element, page: Page) -> PostState:
    text = next((one for one in _own(element) if one.tag == "div" and one.get("dir") == "auto"), None)
    media = tuple(_media(element))
    if text is None:
        return PostState(text="", media=media)
    cut = next(text.iter("button"), None) is not None
    plain = deepcopy(text)
    etree.strip_elements(plain, "button", with_tail=False)
    found = (address(one.get("href"), page.url) for one in text.iter("a") if one.get("target") == "_blank")
    links = tuple(Link(one) for one in dict.fromkeys(found))
    return PostState(text=text_of(plain, page.url), links=links or None, media=media, truncated=cut)


def _media(element: _Element) -> Iterator[Media]:
    for one in _own(element):
        source = one.get("src") or ""
        if one.tag == "img" and "pbs.twimg.com/media/" in source:
            yield Media("image", source=source, alt=one.get("alt") or None)
        elif one.tag == "video":
            yield Media("video")
