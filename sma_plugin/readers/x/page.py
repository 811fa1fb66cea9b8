"""Pages of X as its server made them: the posts in them, and the JSON that embedded timelines were built from.

The pages of today hold no posts: a script fetches those, and its responses are read (web.py). What a browser made of
such a page and saved holds them. A page is read when it has a mark of one of the forms that are known; nothing is told
of another one. Facts: formats/PLATFORM_FORMATS.md 2.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

import msgspec
from lxml import etree
from lxml.etree import _Element

from sma_plugin.model import AccountRef, Evidence, Item, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.web.pages import decoded
from sma_plugin.readers.x.api_session import Session, Spot
from sma_plugin.readers.x.page_app import app_posts
from sma_plugin.readers.x.page_others import early_posts, mobile_posts, quoted_elsewhere
from sma_plugin.readers.x.page_rendered import MARK, rendered_posts
from sma_plugin.readers.x.page_tweets import Page, posts
from sma_plugin.readers.x.web_document import Walk

_MARKS = re.compile(rb"data-tweet-id|\bhentry\b|\btweet-text\b|\btwitter-tweet\b|__NEXT_DATA__|init-data|" + MARK)
_FRAGMENTS = ("items_html", "module_html", "inner", "descendants", "ancestors", "body", "tweet_html", "html", "page")
_FORMS = (posts, early_posts, mobile_posts, quoted_elsewhere, rendered_posts, app_posts)
_MAX_DEPTH = 4


def page_items(session: Session, source: Source) -> Iterator[Item]:
    """The items of a page."""
    data = source.stream.read()
    if _MARKS.search(data):
        yield from _told(session, source, decoded(data, source.content_type), "")


def fragment_items(session: Session, source: Source, value: object) -> Iterator[Item]:
    """The items of HTML within JSON: what a page fetched to go on, and the embedded timelines until 2021."""
    for locator, text in _fragments(value, "", 0):
        yield from _told(session, source, text, locator)


def _fragments(value: object, locator: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if _MARKS.search(value.encode()):
            yield locator, value
    elif isinstance(value, dict) and depth < _MAX_DEPTH:
        for name in value:
            if name in _FRAGMENTS or name.isdecimal():
                yield from _fragments(value[name], f"{locator}/{name}", depth + 1)


def _told(session: Session, source: Source, text: str, locator: str) -> Iterator[Item]:
    root = parsed(text)
    if root is None:
        return
    page = Page(source.url, source.fetched_at, source.evidence(0, 0, locator or None))
    if source.exact:
        page.whole = Evidence(source.path, locator=locator or None)
    yield from _owner(session, root, page)
    seen: set[str | None] = set()
    for post in chain.from_iterable(find(root, page) for find in _FORMS):
        if post.native_id not in seen:
            seen.add(post.native_id)
            yield post
    yield from _embedded(session, source, root)
    if page.promoted:
        yield Problem("SMA-R211", source.path, source.base.offset, source.base.length, {"count": page.promoted})


def parsed(text: str) -> _Element | None:
    """The tree of a page; ``None`` when there is nothing in it. Scripts are not run, nothing is fetched."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, recover=True)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _owner(session: Session, root: _Element, page: Page) -> Iterator[Item]:
    """The account whose page it is, as the page's own data tell (2012 to 2020)."""
    field = next((one for one in root.iter("input") if one.get("id") == "init-data"), None)
    try:
        told = tolerant((field.get("value") or "").encode()) if field is not None else None
    except ValueError:
        return
    user = told.get("profile_user") if isinstance(told, dict) else None
    if not isinstance(user, dict) or not isinstance(user.get("id_str"), str):
        return
    ref = page.account(user["id_str"], user.get("screen_name"), user.get("name"))
    yield from session.owner(AccountRef(ref.native_id))
    raw = msgspec.json.encode(user)
    if session.users.find(raw) is None:
        try:
            yield from session.users.learn(raw, page.evidence("#init-data"), page.at, old=True)
        except ValueError:
            return


def _embedded(session: Session, source: Source, root: _Element) -> Iterator[Item]:
    """Posts in the JSON that the page of an embedded timeline was built from."""
    for script in root.iter("script"):
        if script.get("id") == "__NEXT_DATA__" and script.text:
            data = script.text.encode("utf-8", "replace")
            name = "script#__NEXT_DATA__"
            inside = Source(
                source.path, source.stream, source.evidence(0, 0, name), url=source.url, fetched_at=source.fetched_at,
                exact=False,
            )  # fmt: skip
            if source.exact:
                inside.base = Evidence(source.path, locator=name)
            try:
                yield from Walk(session, source.url).items(Spot(inside, 0, len(data)), data)
            except ValueError as error:
                yield Problem("SMA-R001", source.path, source.base.offset, source.base.length, {"reason": str(error)})
