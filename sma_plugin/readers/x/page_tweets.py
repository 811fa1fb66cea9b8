"""Posts in pages that X's server made from 2012 to 2020, and in embedded timelines: elements with ``data-tweet-id``.

The element says which post it is, whose, and since 2014 where it stands; what is not there stays unknown. A repost is
an element of its own id (``data-retweet-id``) around the post that it repeats.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element

from sma_plugin.model import AccountRef, Counts, Evidence, Media, Moment, Post, PostState, Relation
from sma_plugin.readers.values import epoch_moment, iso_moment, number
from sma_plugin.readers.x.api_v2 import id_moment
from sma_plugin.readers.x.common import PLATFORM, native, permalink
from sma_plugin.readers.x.page_text import (
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

_TEXT = ("js-tweet-text", "tweet-text", "timeline-Tweet-text", "entry-content", "e-entry-title")
_COUNTED = {"retweet": "reposts", "favorite": "likes", "reply": "replies"}
_STATED = {"request-retweeted-popup": "reposts", "request-favorited-popup": "likes"}


@dataclass
class Page:
    """What is known of a page while its posts are read. ``locator`` names the page's HTML within its evidence."""

    url: str | None
    at: Moment | None
    whole: Evidence
    refs: dict[str, AccountRef] = field(default_factory=dict)
    """Accounts that the page names with their ids, by handle in lower case."""
    promoted: int = 0

    def evidence(self, selector: str) -> Evidence:
        """Where a post is: the page's bytes, and a selector."""
        base = self.whole
        named = "#".join(part for part in (base.locator, selector) if part)
        return Evidence(base.path, base.kind, base.offset, base.length, named)

    def account(self, number: str | None, handle: str | None, name: str | None = None) -> AccountRef:
        """An account; the page may have told its id elsewhere."""
        known = self.refs.get((handle or "").lower())
        if native(number) is None and known is not None:
            return known
        ref = AccountRef(native(number), handle or None, name or None)
        if ref.native_id and ref.handle:
            self.refs[ref.handle.lower()] = ref
        return ref


def posts(root: _Element, page: Page) -> Iterator[Post]:
    """Every post of a page, in order; advertisements of others are counted only."""
    for element in root.iter():
        if isinstance(element.tag, str) and (element.get("data-tweet-id") or "").isdecimal() and _is_post(element):
            if _is_promoted(element):
                page.promoted += 1
            else:
                yield from _post(element, page)


def _is_post(element: _Element) -> bool:
    return has_class(element, "tweet", "timeline-Tweet", "simple-tweet", "js-stream-tweet", "h-entry") and (
        first(element, *_TEXT) is not None
    )


def _is_promoted(element: _Element) -> bool:
    stated = element.get("data-promoted") == "true" or element.get("data-disclosure-type") == "promoted"
    return stated or has_class(element, "promoted-tweet")


def _post(element: _Element, page: Page) -> Iterator[Post]:
    repost, native_id = _ids(element)
    author = _author(element, page)
    text = first(element, *_TEXT)
    where = page.evidence(f'[data-tweet-id="{element.get("data-tweet-id")}"]')
    quoted = next((one for one in below(element) if _is_quote(one)), None)
    made = Post(
        PLATFORM,
        author,
        native_id,
        _created(element, native_id),
        _state(element, text, page) if text is not None else PostState(),
        url=permalink(author.handle, native_id),
        relations=tuple(_relations(element, native_id, quoted, page)),
        counts=_counts(element, page.at),
        audience="followers" if element.get("data-protected") == "true" else "public",
        pinned=True if has_class(element, "user-pinned") else None,
        included=bool(repost),
        evidence=(where,),
    )
    if repost:
        yield _repost(repost, made, _who_repeated(element), page)
    yield made
    if quoted is not None:
        yield _quoted(quoted, page)


def _ids(element: _Element) -> tuple[str | None, str]:
    """The id of the act of repeating, if it is one, and that of the post that is shown."""
    native_id, repost = element.get("data-tweet-id") or "", element.get("data-retweet-id") or ""
    if repost.isdecimal():
        return repost, native_id
    shown = element.get("data-rendered-tweet-id") or ""
    return (native_id, shown) if shown.isdecimal() and shown != native_id else (None, native_id)


def _who_repeated(element: _Element) -> str | None:
    """The handle of who repeated a post."""
    if handle := element.get("data-retweeter"):
        return handle
    credit = first(element, "timeline-Tweet-retweetCredit")
    link = next((one for one in below(credit) if one.tag == "a"), None) if credit is not None else None
    return (link.get("href") or "").rstrip("/").rpartition("/")[2] or None if link is not None else None


def _repost(native_id: str, original: Post, handle: str | None, page: Page) -> Post:
    """The act of repeating a post: the page tells who did it and its id, which holds the moment."""
    who = page.account(None, handle)
    relation = Relation("repost", original.native_id, target_account=original.author)
    return Post(
        PLATFORM,
        who,
        native_id,
        id_moment(native_id),
        PostState(),
        "repost",
        permalink(who.handle, native_id),
        relations=(relation,),
        audience="public",
        evidence=original.evidence,
    )


def _author(element: _Element, page: Page) -> AccountRef:
    handle, name = element.get("data-screen-name"), element.get("data-name")
    if handle is None:
        shown = first(element, "TweetAuthor-screenName", "p-nickname", "username")
        handle, name = words(shown).lstrip("@"), words(first(element, "TweetAuthor-name", "p-name", "fullname"))
    return page.account(element.get("data-user-id"), handle, name)


def _created(element: _Element, native_id: str) -> Moment:
    """When: in milliseconds, in seconds, as the widget has it, or as the id tells."""
    for one in below(element):
        for name, unit in (("data-time-ms", 1000), ("data-time", 1)):
            moment = epoch_moment(value, unit) if (value := one.get(name)) and value.isdecimal() else None
            if moment is not None and moment.us is not None:
                return moment
        if one.tag == "time" and (moment := iso_moment(one.get("datetime"))) is not None and moment.us is not None:
            return moment
    return id_moment(native_id)


def _state(element: _Element, text: _Element, page: Page) -> PostState:
    told = element.get("data-permalink-path") is not None
    """Since these pages say where a post stands, they show its media too."""
    media = tuple(_media(element))
    return PostState(
        text=text_of(text, page.url),
        language=text.get("lang") if text.get("lang") not in (None, "und") else None,
        hashtags=hashtags(text),
        mentions=mentions(text),
        links=links(text, page.url),
        media=media if media or told else None,
    )


def _media(element: _Element) -> Iterator[Media]:
    for one in below(element):
        if any(has_class(outer, "QuoteTweet") for outer in one.iterancestors()):
            continue
        source = one.get("data-image-url")
        if source:
            image = next((inner for inner in below(one) if inner.tag == "img"), None)
            yield Media("image", source=source, alt=image.get("alt") or None if image is not None else None)
        elif has_class(one, "PlayableMedia"):
            yield Media("animation" if has_class(one, "PlayableMedia--gif") else "video")


def _counts(element: _Element, at: Moment | None) -> Counts | None:
    values: dict[str, int] = {}
    for one in below(element):
        stated = number(one.get("data-tweet-stat-count"))
        if stated is None:
            continue
        around = [name for outer in (one, *one.iterancestors()) for name in classes(outer)][:12]
        told = next((_COUNTED[kind] for kind in _COUNTED if f"ProfileTweet-action--{kind}" in around), None)
        told = told or next((name for mark, name in _STATED.items() if mark in around), None)
        if told:
            values.setdefault(told, stated)
    return Counts(values, at) if values else None


def _relations(element: _Element, native_id: str, quoted: _Element | None, page: Page) -> Iterator[Relation]:
    answered = first(element, "ReplyingToContextBelowAuthor", "tweet-reply-context", "timeline-Tweet-inReplyTo")
    if answered is not None:
        who = next((one for one in below(answered) if one.tag == "a"), None)
        handle = words(who).lstrip("@")
        if who is not None and handle and " " not in handle:
            yield Relation("reply", None, target_account=page.account(who.get("data-user-id"), handle))
    if quoted is not None:
        yield Relation("quote", quoted.get("data-item-id"), target_account=_of_quote(quoted, page))
    thread = element.get("data-conversation-id")
    if thread and thread.isdecimal() and thread != native_id and not element.get("data-retweet-id"):
        yield Relation("thread", thread)


def _is_quote(element: _Element) -> bool:
    return has_class(element, "QuoteTweet-innerContainer") and (element.get("data-item-id") or "").isdecimal()


def _of_quote(element: _Element, page: Page) -> AccountRef:
    return page.account(element.get("data-user-id"), element.get("data-screen-name"))


def _quoted(element: _Element, page: Page) -> Post:
    """A quoted post, as far as the page shows it: its text may be cut."""
    native_id = element.get("data-item-id") or ""
    author = _of_quote(element, page)
    text = first(element, "QuoteTweet-text")
    said = text_of(text, page.url) if text is not None else None
    return Post(
        PLATFORM,
        author,
        native_id,
        id_moment(native_id),
        PostState(text=said, truncated=bool(said and said.endswith("…"))),
        url=permalink(author.handle, native_id),
        audience="public",
        included=True,
        evidence=(page.evidence(f'.QuoteTweet-innerContainer[data-item-id="{native_id}"]'),),
    )
