"""Lists on the pages of m.facebook.com and mbasic.facebook.com: comments, answers to one, the numbers of reactions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import AccountRef, Counts, Item, Observation, Post, Relation
from sma_plugin.readers.addresses import query_of
from sma_plugin.readers.facebook.addresses import named
from sma_plugin.readers.facebook.graph_parts import PLATFORM, aliases
from sma_plugin.readers.facebook.markup import Element, links_in, number_in, text_of
from sma_plugin.readers.facebook.page_parts import Ids, Page, moment_of, people, said
from sma_plugin.readers.facebook.words import reaction_kind

_COMMENT_ID = re.compile(r"\d{1,25}")
_PEOPLE = "/ufi/reaction/profile/browser"


def names_people(tree: Element, url: str | None) -> bool:
    """Whether a page is the list of those who reacted to a post."""
    return _PEOPLE in (url or "") or any(f"{_PEOPLE}/fetch" in address for address, _ in links_in(tree))


def parent_in(url: str | None) -> str | None:
    """The comment whose answers an address lists."""
    token = query_of(url or "").get("ctoken", "")
    return token if re.fullmatch(r"\d+_\d+", token) else None


def comment(element: Element, post: Ids, parent: str | None, page: Page) -> Post:
    """A comment: the element that bears its number, with who wrote it in its heading and the text behind that."""
    number = element.get("id") or ""
    heading = next(element.iter("h3"), None)
    writers = people(heading)
    body = heading.getnext() if heading is not None else None
    links = list(links_in(element))
    numbers = dict(_comment_numbers(links))
    native = f"{post.post}_{number}" if post.post else number
    return Post(
        PLATFORM,
        author=writers[0] if writers else AccountRef(),
        native_id=native,
        created=moment_of(element),
        state=said(body, text_of(body), links),
        aliases=aliases([("comment", number)]),
        relations=(Relation("reply", parent or post.native),) if parent or post.native else (),
        counts=Counts(numbers, page.at) if numbers else None,
        evidence=(page.evidence(f'[id="{number}"]'),),
    )


def _comment_numbers(links: list[tuple[str, Element]]) -> Iterator[tuple[str, int]]:
    for address, link in links:
        given = query_of(address)
        if "/ufi/reaction/profile/browser" in address and (number := number_in(text_of(link))) is not None:
            yield "reactions", number
        elif "/comment/replies/" in address and given.get("count", "").isdecimal():
            yield "replies", int(given["count"])


def is_comment(element: Element) -> bool:
    """Whether an element is a comment: its id is a number, and it has a heading."""
    return _COMMENT_ID.fullmatch(element.get("id") or "") is not None and next(element.iter("h3"), None) is not None


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
