"""What posts and comments are made of on captured pages of Facebook: numbers, people, moments, links, media.

Class names change from day to day, so what a thing is follows from the links in it: a post's footer leads to its own
page, a comment's element bears its number. Numbers come from links and from ``data-ft``; a name decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sma_plugin.model import (
    AccountRef,
    Audience,
    Evidence,
    Link,
    Media,
    Moment,
    Post,
    PostState,
)
from sma_plugin.readers.addresses import path_of, query_of
from sma_plugin.readers.facebook.addresses import direct, is_facebook, named, unsigned
from sma_plugin.readers.facebook.graph_parts import PLATFORM, aliases, hashtags
from sma_plugin.readers.facebook.markup import Element, links_in, text_of, without
from sma_plugin.readers.facebook.words import audience_named
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.values import epoch_moment

_STORY_ID = re.compile(r"S:_I(\d+):(?:VK:)?(\d+)")
_TRACKED = re.compile(r"(?:^|:)(top_level_post_id|mf_objid|content_owner_id_new|page_id|group_id)\.(\d+)")


class Page(NamedTuple):
    """The page that is read: its address as far as known, the moment it was captured, and where it is kept."""

    url: str | None
    at: Moment | None
    base: Evidence

    def evidence(self, selector: str) -> Evidence:
        """The page, and the element in it."""
        parts = [part for part in (self.base.locator, selector) if part]
        return Evidence(self.base.path, self.base.kind, self.base.offset, self.base.length, "#".join(parts))


class Ids(NamedTuple):
    """The numbers of a post: of itself, of whose it is or on whose page it stands, of who wrote it."""

    post: str | None = None
    owner: str | None = None
    writer: str | None = None

    @property
    def native(self) -> str | None:
        """The id as the Graph API has it; without the owner's number only the post's own."""
        return f"{self.owner}_{self.post}" if self.owner and self.post else self.post


def ids_in(element: Element, own_links: list[str]) -> Ids:
    """The numbers of a post: from ``data-ft`` where it is kept, else from the tracking in links or links themselves."""
    tracked = _tracked(element, own_links)
    post = tracked.get("top_level_post_id") or tracked.get("mf_objid")
    owner = tracked.get("page_id") or tracked.get("group_id") or tracked.get("content_owner_id_new")
    for address in own_links:
        saved = _STORY_ID.search(query_of(address).get("story_id", ""))
        found = named(address)
        if saved:
            post, owner = post or saved[2], owner or saved[1]
        elif (found.post and found.post.isdecimal() and "/story.php" in address) or "permalink.php" in address:
            post = post or found.post
        if found.post and found.owner and found.owner.isdecimal():
            owner = owner or found.owner
    return Ids(post if post and post.isdecimal() else None, owner, tracked.get("content_owner_id_new"))


def _tracked(element: Element, own_links: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for address in own_links:
        found.update(_TRACKED.findall(query_of(address).get("_ft_", "")))
    return found | tracked_in(element)


def tracked_in(element: Element, *, below: bool = True) -> dict[str, str]:
    """The numbers in ``data-ft`` of an element, or of the first one below it that has any."""
    for one in (element, *element.iterdescendants()) if below else (element,):
        data = one.get("data-ft") if isinstance(one.tag, str) else None
        told = _object(data) if data and data.startswith("{") else {}
        if "top_level_post_id" in told or "page_id" in told or "mf_story_key" in told:
            return {name: str(value) for name, value in told.items() if isinstance(value, str | int)}
    return {}


def _object(text: str) -> dict[str, Any]:
    try:
        value = tolerant(text.encode())
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def own_links(element: Element, apart: list[Element]) -> list[tuple[str, Element]]:
    """The links of an element, without those in the parts that stand apart: a shared post."""
    inner = (one for one in without(element, apart) if one.tag == "a")
    return [(address.strip(), link) for link in inner if (address := link.get("href"))]


def account_of(address: str, name: str | None = None) -> AccountRef | None:
    """The account that a link leads to: by number, or by the name in the address."""
    found = named(address)
    if not is_facebook(address) or found.post or not found.owner:
        return None
    is_number = found.owner.isdecimal()
    return AccountRef(found.owner if is_number else None, None if is_number else found.owner, name or None)


def people(element: Element | None) -> list[AccountRef]:
    """The accounts that the links in an element lead to, in order."""
    linked = links_in(element) if element is not None else ()
    found = ((account_of(address, text_of(link)), link) for address, link in linked)
    return [_numbered(one, link) for one, link in found if one]


def _numbered(one: AccountRef, link: Element) -> AccountRef:
    """An account with the number that older pages keep for the card that a link shows."""
    number = query_of(link.get("data-hovercard") or "").get("id", "")
    is_known = one.native_id or not number.isdecimal() or number == "0"
    return one if is_known else AccountRef(number, one.handle, one.name)


def moment_of(element: Element) -> Moment:
    """When, from the first element that says so: as a number where the page has one, else in words only."""
    for one in element.iter("abbr"):
        stored = _object(one.get("data-store") or "")
        number = one.get("data-utime") or stored.get("time")
        if number:
            return epoch_moment(str(number)) or Moment()
        return Moment(None, text_of(one) or None)
    return Moment()


def published_at(element: Element) -> Moment | None:
    """The moment of publication in ``data-ft``, which pages have for their own posts."""
    for one in (element, *element.iterdescendants("div", "article", "section")):
        told = _object(one.get("data-ft") or "").get("page_insights")
        for insight in told.values() if isinstance(told, dict) else ():
            context = insight.get("post_context") if isinstance(insight, dict) else None
            stated = context.get("publish_time") if isinstance(context, dict) else None
            if isinstance(stated, int):
                return epoch_moment(stated)
    return None


def audience_in(element: Element) -> Audience | None:
    """For whom, in the words beside the time."""
    for one in element.iter("abbr"):
        beside = one.getparent()
        rows = text_of(beside).replace("·", "\n").split("\n") if beside is not None else []
        return next((found for row in rows if (found := audience_named(row))), None)
    return None


def media_in(links: list[tuple[str, Element]]) -> Iterator[Media]:
    """Pictures and videos: links to a photo or a video with a picture in them."""
    for address, link in links:
        image = next(link.iter("img"), None)
        if image is None or not is_facebook(address):
            continue
        path, given = path_of(address), query_of(address)
        if path.startswith("/video_redirect"):
            yield Media("video", given.get("id"), source=unsigned(given.get("src")))
        elif "/videos/" in path:
            yield Media("video", named(address).post)
        elif path.startswith("/photo") or "/photos/" in path:
            yield Media("image", named(address).post, source=unsigned(image.get("src")), alt=image.get("alt"))


def outside(links: list[tuple[str, Element]]) -> tuple[Link, ...]:
    """Links that lead away from Facebook."""
    found = {direct(address): link for address, link in links if direct(address) != address}
    found |= {address: link for address, link in links if address.startswith("http") and not is_facebook(address)}
    return tuple(Link(address, None, text_of(next(link.iter("h3"), None)) or None) for address, link in found.items())


def said(
    body: Element | None,
    text: str,
    links: list[tuple[str, Element]],
    *,
    truncated: bool = False,
    shared: str | None = None,
) -> PostState:
    """What a post or a comment says and shows: whom its ``body`` names, and what its ``links`` lead to.

    What a post that it shares says (``shared``) is kept as delivered: such a post often has no number on these pages.
    """
    return PostState(
        text=text,
        hashtags=hashtags(text),
        mentions=tuple(people(body)) or None,
        links=outside(links) or None,
        media=tuple(media_in(links)) or None,
        truncated=truncated,
        raw={"shared": shared} if shared else None,
    )


def post_of(
    element: Element, ids: Ids, author: AccountRef, state: PostState, url: str | None, evidence: Evidence
) -> Post:
    """The post in an element."""
    return Post(
        PLATFORM,
        author=author,
        native_id=ids.native,
        created=published_at(element) or moment_of(element),
        state=state,
        url=url,
        aliases=aliases([("post-number", ids.post), ("url", url)]),
        placed_on=AccountRef(ids.owner) if ids.owner and author.native_id != ids.owner else None,
        evidence=(evidence,),
    )
