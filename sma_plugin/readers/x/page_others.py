"""Posts in the other pages that X's server made: those of 2008 to 2011 (``hentry``), and the mobile ones until 2020.

And posts as X gives them to other sites to quote (oEmbed): a ``blockquote`` with the text, whose it is, and a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element

from sma_plugin.model import AccountRef, Moment, Post, PostState, Relation
from sma_plugin.readers.x.api_v2 import id_moment
from sma_plugin.readers.x.common import PLATFORM, created, permalink, status_link
from sma_plugin.readers.x.page_text import (
    address,
    below,
    classes,
    first,
    has_class,
    hashtags,
    links,
    mentions,
    text_of,
    words,
)
from sma_plugin.readers.x.page_tweets import Page

_ID = re.compile(r"(?:status|tweet)_(\d{1,20})")
_TIME = re.compile(r"time:\s*'([^']{10,60})'")
_HANDLE = re.compile(r"u-(\w{1,50})")
_SIGNED = re.compile(r"\s*[\u2014-]\s*(?P<name>[^\n]{1,200}?)\s*\(@(?P<handle>\w{1,20})\)\s*")
"""What stands below a quoted post, before the link to it."""


def early_posts(root: _Element, page: Page) -> Iterator[Post]:
    """Every post of a page of the first years: ``<li class="hentry u-handle status" id="status_1">``."""
    for element in root.iter():
        if isinstance(element.tag, str) and has_class(element, "hentry") and (post := _early(element, page)):
            yield post


def _early(element: _Element, page: Page) -> Post | None:
    named = _ID.fullmatch(element.get("id") or "")
    text = first(element, "entry-content")
    link = first(element, "entry-date")
    target = status_link(address(link.get("href"), page.url)) if link is not None else None
    native_id = named.group(1) if named else (target[1] if target else None)
    if native_id is None or text is None:
        return None
    of_class = next((match.group(1) for name in classes(element) if (match := _HANDLE.fullmatch(name))), None)
    author = page.account(None, (target[0] if target else None) or of_class)
    return Post(
        PLATFORM,
        author,
        native_id,
        _published(element, native_id),
        _state(text, page),
        url=permalink(author.handle, native_id),
        relations=tuple(_answered(element, page)),
        audience="public",
        evidence=(page.evidence(f"#status_{native_id}"),),
    )


def _published(element: _Element, native_id: str) -> Moment:
    shown = first(element, "published")
    told = _TIME.search(shown.get("data") or "") if shown is not None else None
    raw = told.group(1) if told else (shown.get("title") if shown is not None else None)
    moment = created(raw) if raw else Moment()
    return moment if moment.us is not None else id_moment(native_id)


def _answered(element: _Element, page: Page) -> Iterator[Relation]:
    """The link "in reply to" below a post; the one to the post itself is another."""
    entry = first(element, "entry-meta", "meta")
    for one in below(entry) if entry is not None else ():
        target = status_link(address(one.get("href"), page.url)) if one.tag == "a" else None
        if target and not has_class(one, "entry-date"):
            yield Relation("reply", target[1], target_account=AccountRef(None, target[0]) if target[0] else None)
            return


def mobile_posts(root: _Element, page: Page) -> Iterator[Post]:
    """Every post of a page of mobile.twitter.com: its text has the id, the moment is in the id only."""
    for element in root.iter():
        if isinstance(element.tag, str) and has_class(element, "tweet-text"):
            native_id = element.get("data-id") or ""
            table = next((outer for outer in element.iterancestors() if has_class(outer, "tweet", "main-tweet")), None)
            if native_id.isdecimal() and table is not None:
                yield _mobile(element, table, native_id, page)


def _mobile(text: _Element, table: _Element, native_id: str, page: Page) -> Post:
    handle = words(first(table, "username")).lstrip("@ ")
    author = page.account(None, handle, words(first(table, "fullname")))
    return Post(
        PLATFORM,
        author,
        native_id,
        id_moment(native_id),
        _state(text, page),
        url=permalink(author.handle, native_id),
        audience="public",
        evidence=(page.evidence(f'.tweet-text[data-id="{native_id}"]'),),
    )


def quoted_elsewhere(root: _Element, page: Page) -> Iterator[Post]:
    """Every post that is quoted the way X offers it: ``<blockquote class="twitter-tweet">``."""
    for element in root.iter("blockquote"):
        if has_class(element, "twitter-tweet", "twitter-video"):
            shown = [status_link(address(one.get("href"), page.url)) for one in element.iterchildren("a")]
            target = next((one for one in reversed(shown) if one), None)
            text = next(element.iterchildren("p"), None)
            if target and text is not None:
                yield _quote(element, text, target, page)


def _quote(element: _Element, text: _Element, target: tuple[str | None, str], page: Page) -> Post:
    handle, native_id = target
    signed = _SIGNED.fullmatch(text.tail or "")
    author = page.account(None, handle or (signed["handle"] if signed else None), signed["name"] if signed else None)
    return Post(
        PLATFORM,
        author,
        native_id,
        id_moment(native_id),
        PostState(text=text_of(text, page.url), language=text.get("lang") if text.get("lang") != "und" else None),
        url=permalink(author.handle, native_id),
        audience="public",
        evidence=(page.evidence(f".{'twitter-tweet' if has_class(element, 'twitter-tweet') else 'twitter-video'}"),),
    )


def _state(text: _Element, page: Page) -> PostState:
    return PostState(
        text=" ".join(text_of(text, page.url).split()),
        hashtags=hashtags(text),
        mentions=mentions(text),
        links=links(text, page.url),
    )
