"""Lists on the pages of m.facebook.com and mbasic.facebook.com: answers to a comment; the numbers of reactions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import Item, Observation
from sma_plugin.readers.addresses import query_of
from sma_plugin.readers.facebook.addresses import named
from sma_plugin.readers.facebook.graph_parts import PLATFORM
from sma_plugin.readers.facebook.markup import Element, links_in
from sma_plugin.readers.facebook.mobile_posts import Ids, Page, comment, is_comment
from sma_plugin.readers.facebook.words import reaction_kind

_PEOPLE = "/ufi/reaction/profile/browser"


def names_people(tree: Element, url: str | None) -> bool:
    """Whether a page is the list of those who reacted to a post."""
    return _PEOPLE in (url or "") or any(f"{_PEOPLE}/fetch" in address for address, _ in links_in(tree))


def parent_in(url: str | None) -> str | None:
    """The comment whose answers an address lists."""
    token = query_of(url or "").get("ctoken", "")
    return token if re.fullmatch(r"\d+_\d+", token) else None


def answers(tree: Element, page: Page) -> Iterator[Item]:
    """The page of the answers to one comment."""
    parent = parent_in(page.url)
    if parent is None:
        return
    post, _, number = parent.partition("_")
    for one in tree.iter("div"):
        if is_comment(one):
            yield comment(one, Ids(post), None if one.get("id") == number else parent, page)


def reactions(tree: Element, page: Page) -> Iterator[Item]:
    """Numbers per kind. Who reacted is not read; the page itself is left out by whoever reads it."""
    numbers: dict[str, int] = {}
    post = None
    for address, _ in links_in(tree):
        given = query_of(address)
        if named(address).graph_id and "/story.php" in address:
            post = post or named(address).graph_id
        total = given.get("total_count", "")
        if _PEOPLE in address and total.isdecimal():
            kind = reaction_kind(given.get("reaction_type"))
            if kind or "reaction_type" not in given:
                numbers[f"reactions:{kind}" if kind else "reactions"] = int(total)
    if post and numbers:
        yield Observation(PLATFORM, post=post, at=page.at, counts=numbers)
