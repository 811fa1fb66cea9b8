"""Posts in pages of X as a browser shows them since 2019, saved from it: one ``article`` a post.

The names that X gives to parts of its pages for its own tests (``data-testid``) have lasted since then. A post is read
when it links to itself by its moment; an advertisement has no moment. A quoted post is shown without its id, a repost
without its own, and whom a post answers in words of the reader's language: these stay unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from lxml.etree import _Element

from sma_plugin.model import AccountRef, Counts, Media, Moment, Post, PostState, Relation
from sma_plugin.readers.values import iso_moment
from sma_plugin.readers.x.api_v2 import id_moment
from sma_plugin.readers.x.common import PLATFORM, permalink, status_link
from sma_plugin.readers.x.page_text import address, below, text_of, words
from sma_plugin.readers.x.page_tweets import Page

MARK = rb"data-testid=[\"']?tweet[\"' >]"
_COUNTED = {"reply": "replies", "retweet": "reposts", "unretweet": "reposts", "like": "likes", "unlike": "likes"}
_NUMBER = re.compile(r"\d[\d.,\u00a0\u202f]*")
_HANDLE = re.compile(r"@(\w{1,20})")
_UNDESCRIBED = frozenset({"", "Image", "Afbeelding", "Embedded video"})
"""What stands in the place of a description where there is none."""


def rendered_posts(root: _Element, page: Page) -> Iterator[Post]:
    """Every post that the page shows with its own address."""
    for article in root.iter("article"):
        if _test_id(article) == "tweet":
            post = _post(article, page)
            if post is not None:
                yield post
            elif _first(article, "tweetText") is not None:
                page.promoted += 1


def _post(article: _Element, page: Page) -> Post | None:
    found = _address(article, page)
    if found is None:
        return None
    (handle, native_id), moment = found
    quote = _quote(article)
    name = _first(article, "User-Name")
    author = page.account(None, handle, _name(name))
    lock, context = _first(article, "icon-lock"), _first(article, "socialContext")
    repeated = context is not None and _is_linked(context)
    return Post(
        PLATFORM,
        author,
        native_id,
        moment if moment.us is not None else id_moment(native_id),
        _state(article, page),
        url=permalink(handle, native_id),
        relations=(Relation("quote", None, target_account=_quoted(quote)),) if quote is not None else (),
        counts=_counts(article, page.at),
        audience="followers" if lock is not None else "public",
        pinned=True if context is not None and not repeated else None,
        included=repeated,
        evidence=(page.evidence(f'article a[href$="/status/{native_id}"]'),),
    )


def _test_id(element: _Element) -> str:
    return element.get("data-testid") or ""


def _first(article: _Element, name: str) -> _Element | None:
    """The first part of a post with this name, not one of the post that it quotes."""
    return next((one for one in below(article) if _test_id(one) == name and not _is_quoted(one, article)), None)


def _is_quoted(element: _Element, article: _Element) -> bool:
    """Whether a part stands in the quoted post: that is a link as a whole, without an address."""
    for outer in element.iterancestors():
        if outer is article:
            return False
        if outer.tag == "div" and outer.get("role") == "link":
            return True
    return False


def _quote(article: _Element) -> _Element | None:
    """The name of whose post is quoted."""
    return next((one for one in below(article) if _test_id(one) == "User-Name" and _is_quoted(one, article)), None)


def _address(article: _Element, page: Page) -> tuple[tuple[str | None, str], Moment] | None:
    """Whose post it is and its id, and its moment: the link around the moment leads to the post itself."""
    for one in below(article):
        link = one.getparent() if one.tag == "time" else None
        if link is not None and link.tag == "a" and not _is_quoted(one, article):
            target = status_link(address(link.get("href"), page.url))
            if target:
                return target, iso_moment(one.get("datetime")) or Moment()
    return None


def _name(element: _Element | None) -> str | None:
    """The name of an account, emoji included: the first of the links that the name and the handle are."""
    link = next((one for one in below(element) if one.tag == "a"), None) if element is not None else None
    return " ".join(text_of(link, None).split()) or None if link is not None else None


def _quoted(element: _Element) -> AccountRef | None:
    shown = (_HANDLE.fullmatch(words(one)) for one in below(element) if one.tag == "span")
    handle = next((found.group(1) for found in shown if found), None)
    return AccountRef(None, handle) if handle else None


def _is_linked(context: _Element) -> bool:
    """Whether what stands above a post leads to an account: to who repeated it. That it is pinned leads nowhere."""
    return any(one.tag == "a" for one in (context, *context.iterancestors("a"), *below(context)))


def _state(article: _Element, page: Page) -> PostState:
    text, more = _first(article, "tweetText"), _first(article, "tweet-text-show-more-link")
    language = text.get("lang") if text is not None else None
    state = PostState(
        text=text_of(text, page.url) if text is not None else "",
        language=language if language not in (None, "und", "qme", "zxx") else None,
        media=_media(article),
        raw=_said_in_quote(article),
    )
    return msgspec.structs.replace(state, truncated=True) if more is not None else state


def _said_in_quote(article: _Element) -> dict[str, str] | None:
    """What the quoted post says and when it was made, as delivered: without a number it is no post by itself."""
    parts = [one for one in below(article) if _is_quoted(one, article)]
    text = next((text_of(one, None) for one in parts if _test_id(one) == "tweetText"), None)
    moment = next((one.get("datetime") for one in parts if one.tag == "time"), None)
    told = {"quoted": text, "quoted_at": moment}
    return {name: value for name, value in told.items() if value} or None


def _media(article: _Element) -> tuple[Media, ...] | None:
    """The pictures and films of a post; ``None`` where the page holds the pictures themselves, without an address."""
    found: list[Media] = []
    for one in below(article):
        if _is_quoted(one, article):
            continue
        if _test_id(one) == "tweetPhoto":
            image = next((inner for inner in below(one) if inner.tag == "img"), None)
            source = image.get("src") or "" if image is not None else ""
            if image is not None and not source.startswith("http"):
                return None
            if image is not None and "/media/" in source:
                alt = (image.get("alt") or "").strip()
                found.append(Media("image", source=source, alt=None if alt in _UNDESCRIBED else alt))
        elif _test_id(one) == "videoPlayer":
            found.append(Media("video"))
    return tuple({one.source or one.kind: one for one in found}.values())


def _counts(article: _Element, at: Moment | None) -> Counts | None:
    """Counts of the buttons, which say them in full to those who do not see the page."""
    values: dict[str, int] = {}
    for one in below(article):
        is_views = one.tag == "a" and (one.get("href") or "").endswith("/analytics")
        name = "views" if is_views else _COUNTED.get(_test_id(one))
        number = _NUMBER.match(one.get("aria-label") or "") if name else None
        if name and number:
            values.setdefault(name, int(re.sub(r"\D", "", number.group())))
    return Counts(values, at) if values else None
