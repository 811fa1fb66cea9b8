"""The pages of m.facebook.com and mbasic.facebook.com.

A timeline holds articles, each with a link to its own page; such a page holds one post and its comments. The page of
those who reacted gives numbers only: it goes out whole, for it names people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from lxml import etree

from sma_plugin.model import AccountRef, Counts, Item, Post, Relation
from sma_plugin.readers.facebook.addresses import absolute, named
from sma_plugin.readers.facebook.markup import Element, links_in, number_in, outermost, text_of, without
from sma_plugin.readers.facebook.mobile_lists import answers, comment, is_comment, names_people, parent_in, reactions
from sma_plugin.readers.facebook.page_parts import Ids, Page, audience_in, ids_in, own_links, people, post_of, said


def items_of(tree: Element, page: Page) -> Iterator[Item]:
    """What a page gives."""
    if names_people(tree, page.url):
        yield from reactions(tree, page)
        return
    view = next(
        (
            one
            for name in ("m_story_permalink_view", "MPhotoContent")
            if (one := tree.find(f'.//*[@id="{name}"]')) is not None
        ),
        None,
    )
    if view is not None:
        yield from _permalink(view, tree, page)
        return
    for number, article in enumerate(articles(tree), 1):
        post = _article(article, page, f"article {number}")
        if post is not None:
            yield post
    yield from answers(tree, page)


def articles(tree: Element) -> list[Element]:
    """The outermost articles that lead to a page of their own; one within another is a post that it shares."""
    return [one for one in outermost(tree, _is_article) if _leads_to_itself(one)]


def _is_article(element: Element) -> bool:
    return element.tag == "article" or element.get("role") == "article"


def _inner(article: Element) -> list[Element]:
    return outermost(article, _is_article)


def _leads_to_itself(article: Element) -> bool:
    return any(named(address).post for address, _ in own_links(article, _inner(article)))


# --- posts -----------------------------------------------------------------------------------------------------------


def _permalink(view: Element, tree: Element, page: Page) -> Iterator[Item]:
    """The post of a page, and its comments."""
    addresses = [address for address, _ in links_in(view)]
    ids = ids_in(view, [*([page.url] if page.url else []), *addresses])
    number = ids.post or _number_of_page(view)
    ids = Ids(number, ids.owner, ids.writer)
    story = next(
        (one for one in view.iterchildren() if isinstance(one.tag, str) and one.find(".//abbr") is not None), view
    )
    post = _post(story, ids, page, f'[id="{view.get("id")}"]')
    numbers = dict(post.counts.values) if post.counts else {}
    total = _sentence(view, number)
    if total is not None:
        numbers["reactions"] = total
    yield msgspec.structs.replace(post, counts=Counts(numbers, page.at) if numbers else None)
    parent = parent_in(page.url)
    for one in tree.iter("div"):
        if is_comment(one):
            yield comment(one, ids, parent, page)


def _number_of_page(view: Element) -> str | None:
    """The number of the post, from the element with what people do with it."""
    names = (one.get("id") or "" for one in view.iter() if isinstance(one.tag, str))
    found = (re.fullmatch(r"(?:ufi|actions|sentence|like)_(\d+)", name) for name in names)
    return next((match[1] for match in found if match), None)


def _sentence(view: Element, number: str | None) -> int | None:
    """The total of reactions under the post."""
    told = view.find(f'.//*[@id="sentence_{number}"]')
    return number_in(text_of(told)) if told is not None else None


def _article(article: Element, page: Page, selector: str) -> Post | None:
    links = own_links(article, _inner(article))
    ids = ids_in(article, [address for address, _ in links])
    return _post(article, ids, page, selector) if ids.post else None


def _post(element: Element, ids: Ids, page: Page, selector: str) -> Post:
    shared = _inner(element)
    links = own_links(element, shared)
    heading = next((one for one in without(element, shared) if one.tag in ("h3", "header")), None)
    named_in = people(heading)
    author = _author(ids, named_in)
    body = _body(heading, shared)
    text, truncated = _text(body, ids)
    state = said(body, text, links, truncated=truncated, shared=_said_in(shared))
    numbers = dict(_numbers(links))
    return msgspec.structs.replace(
        post_of(element, ids, author, state, _url(ids, links), page.evidence(selector)),
        relations=tuple(_shared(shared, text)),
        counts=Counts(numbers, page.at) if numbers else None,
        audience=audience_in(element),
    )


def _said_in(shared: list[Element]) -> str | None:
    """What the post that is shared says."""
    heading = next((one for part in shared[:1] for one in part.iter("h3", "header")), None)
    return text_of(_body(heading, [])) or None if heading is not None else None


def _author(ids: Ids, named_in: list[AccountRef]) -> AccountRef:
    """Who wrote it: the number that the page keeps for that; else whom the heading names first.

    A heading that names two says on whose page the first one wrote. The number in the post's address is that of the
    page: it is the writer's where the heading names nobody else.
    """
    first = named_in[0] if named_in else AccountRef()
    if ids.writer:
        return AccountRef(ids.writer, first.handle, first.name)
    if first.native_id or len(named_in) > 1:
        return first
    return AccountRef(ids.owner, first.handle, first.name)


def _body(heading: Element | None, shared: list[Element]) -> Element | None:
    """The text of a post: what follows the block in which its heading stands, if that is no shared post."""
    block = heading
    while block is not None and _next(block) is None:
        block = block.getparent()
    found = _next(block) if block is not None else None
    if found is None or any(one is found or found in one.iterancestors() for one in shared):
        return None
    return None if found.find(".//abbr") is not None else found


def _next(element: Element) -> Element | None:
    """The element beside another one, if that is no cell of a table: layout stands in tables."""
    if element.tag in ("td", "th", "tr", "tbody"):
        return None
    return next(element.itersiblings(tag=etree.Element), None)


def _text(body: Element | None, ids: Ids) -> tuple[str, bool]:
    """The text, and whether it goes on behind a link to the post itself."""
    if body is None:
        return "", False
    text = text_of(body)
    last = list(links_in(body))[-1:]
    more = [text_of(link) for address, link in last if ids.post and named(address).post == ids.post]
    if more and text.endswith(more[0]):
        return text[: len(text) - len(more[0])].rstrip(" .…") + "…", True
    return text, False


def _numbers(links: list[tuple[str, Element]]) -> Iterator[tuple[str, int]]:
    """Numbers beside what people can do: reactions are a number alone, comments one with a word."""
    for address, link in links:
        text = text_of(link)
        number = number_in(text)
        if number is None:
            continue
        if "/browse/shares" in address:
            yield "reposts", number
        elif named(address).post and (link.get("aria-label") or re.fullmatch(r"[\d.,\s]+", text)):
            yield "reactions", number
        elif "/story.php" in address and re.match(r"\d", text) and "comment_id" not in address and len(text) < 40:
            yield "replies", number


def _url(ids: Ids, links: list[tuple[str, Element]]) -> str | None:
    if ids.owner and ids.post:
        return f"https://www.facebook.com/{ids.owner}/posts/{ids.post}"
    own = (address for address, _ in links if named(address).post)
    return absolute(next(own, None))


def _shared(shared: list[Element], text: str) -> Iterator[Relation]:
    """The post that is shared, of which only whose it is may be known."""
    for article in shared[:1]:
        found = [address for address, _ in links_in(article)]
        ids = ids_in(article, found)
        heading = next(article.iter("h3", "header"), None)
        whose = next(iter(people(heading)), None)
        if whose or ids.native:
            yield Relation("quote" if text else "repost", ids.native, None, whose)
