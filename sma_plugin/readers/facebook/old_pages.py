"""The pages of www.facebook.com until 2020, and the page plugin that websites showed: posts and comments in the HTML.

Three class names stayed for ten years: ``userContent`` (what a post says), ``UFICommentBody`` and
``UFICommentActorName``. A post's time stands in the link to its own page, and its numbers in ``data-ft``; the number of
who is named in a link stands in ``data-hovercard``. Much of a page came as a comment in a ``code`` element.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from sma_plugin.model import AccountRef, Post, PostState, Relation
from sma_plugin.readers.facebook.addresses import Named, absolute, named
from sma_plugin.readers.facebook.graph_parts import PLATFORM, aliases, hashtags
from sma_plugin.readers.facebook.markup import Element, links_in, outermost, text_of, without
from sma_plugin.readers.facebook.page_parts import Ids, Page, moment_of, own_links, people, post_of, said, tracked_in

MARK = "userContent"
_HEADINGS = frozenset(("h3", "h4", "h5", "h6"))
_UPWARDS = 6
"""So many elements above a post may hold its numbers."""
_TIME = re.compile(r"\d+")


def has_class(element: Element, name: str) -> bool:
    """Whether a class name is among those of an element."""
    return name in (element.get("class") or "").split()


def items_of(tree: Element, page: Page) -> Iterator[Post]:
    """The posts and comments of a page."""
    texts, times = _around(tree, _is_text), _around(tree, _is_time)
    blocks = outermost(tree, lambda one: _is_block(one) and one in texts and one in times)
    for number, block in enumerate(blocks, 1):
        shared = outermost(block, lambda one: _is_attachment(one) and one in texts)
        post = _post(block, shared, page, f"post {number}")
        if post is not None:
            yield post
    for one in outermost(tree, lambda one: has_class(one, "UFIComment")):
        yield from _comments(one, page)


def _around(tree: Element, wanted: Callable[[Element], bool]) -> set[Element]:
    """Every element that holds one that is wanted."""
    found: set[Element] = set()
    for one in tree.iter():
        if isinstance(one.tag, str) and wanted(one):
            for above in one.iterancestors():
                if above in found:
                    break
                found.add(above)
    return found


def _is_text(element: Element) -> bool:
    return has_class(element, MARK)


def _is_time(element: Element) -> bool:
    return element.tag == "abbr" and element.get("data-utime") is not None


def _is_block(element: Element) -> bool:
    """What a post can be: in 2012 the class was that of its text."""
    return element.tag == "div" and (has_class(element, "userContentWrapper") or element.get("role") == "article")


def _is_attachment(element: Element) -> bool:
    """The part of a post with what it shares."""
    return '"tn":"H"' in (element.get("data-ft") or "")


def _own_page(element: Element) -> tuple[Named, str] | None:
    """The page of a post itself: the link in which its time stands."""
    for time in element.iter("abbr"):
        link = next(time.iterancestors("a"), None)
        address = link.get("href") if link is not None else None
        found = named(address) if address and _TIME.search(time.get("data-utime") or "") else None
        if found and address and found.post and not found.comment:
            return found, address
    return None


def _post(element: Element, shared: list[Element], page: Page, selector: str) -> Post | None:
    own = _own_page(element)
    if own is None:
        return None
    found, address = own
    tracked = tracked_in(element) or next(filter(None, map(_tracked, _above(element))), {})
    links = own_links(element, shared)
    heading = next((one for one in without(element, shared) if one.tag in _HEADINGS and people(one)), None)
    writers = people(heading)
    owner = tracked.get("page_id") or tracked.get("content_owner_id_new") or (found.owner or "")
    ids = Ids(
        tracked.get("top_level_post_id") or (found.post if (found.post or "").isdecimal() else None),
        owner if owner.isdecimal() else None,
        tracked.get("content_owner_id_new"),
    )
    if ids.post is None:
        return None
    body = next((one for one in without(element, shared) if has_class(one, MARK)), None)
    text = text_of(body)
    url = absolute(address.partition("?")[0] if "/posts/" in address else address)
    inside = next((one for part in shared[:1] for one in part.iter() if has_class(one, MARK)), None)
    state = said(body, text, links, shared=text_of(inside) or None)
    post = post_of(element, ids, _author(ids, writers), state, url, page.evidence(selector))
    return msgspec.structs.replace(post, relations=tuple(_shared(shared, text)))


def _above(element: Element) -> Iterator[Element]:
    for number, one in enumerate(element.iterancestors()):
        if number == _UPWARDS:
            return
        yield one


def _tracked(element: Element) -> dict[str, str]:
    return tracked_in(element, below=False)


def _author(ids: Ids, writers: list[AccountRef]) -> AccountRef:
    """Who wrote it: whom the heading names first, with the number that the page keeps for that."""
    first = writers[0] if writers else AccountRef()
    if first.native_id or not (ids.writer or ids.owner):
        return first
    return AccountRef(ids.writer or (ids.owner if len(writers) < 2 else None), first.handle, first.name)


def _shared(shared: list[Element], text: str) -> Iterator[Relation]:
    for part in shared[:1]:
        whose = next(iter(people(part)), None)
        own = _own_page(part)
        target = (own[0].graph_id or own[0].post) if own else None
        if whose or target:
            yield Relation("quote" if text else "repost", target, None, whose)


def _comments(element: Element, page: Page) -> Iterator[Post]:
    """A comment, known by the link in which its time stands."""
    for address, _ in links_in(element):
        found = named(address)
        if found.post and found.comment:
            yield _comment(element, found, page)
            return


def _comment(element: Element, found: Named, page: Page) -> Post:
    parts = [one for one in element.iterdescendants() if isinstance(one.tag, str)]
    writer = next((one for one in parts if has_class(one, "UFICommentActorName")), None)
    body = next((one for one in parts if has_class(one, "UFICommentBody")), None)
    text = text_of(body)
    number = found.reply or found.comment
    above = f"{found.post}_{found.comment}" if found.reply else found.graph_id or found.post
    holder = writer.getparent() if writer is not None else None
    return Post(
        PLATFORM,
        author=next(iter(people(holder)), AccountRef()),
        native_id=f"{found.post}_{number}",
        created=moment_of(element),
        state=PostState(text=text, hashtags=hashtags(text)),
        aliases=aliases([("comment", number)]),
        relations=(Relation("reply", above),) if above else (),
        evidence=(page.evidence(f"comment {number}"),),
    )
