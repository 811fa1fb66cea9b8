"""The text of a post in a page of X as its interface would give it: emoji as characters, links in their short form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml.etree import _Element

from sma_plugin.model import AccountRef, Link
from sma_plugin.readers.x.common import native

_ARCHIVED = re.compile(r"(?:https?://web\.archive\.org)?/web/\d{4,14}(?:[a-z]{2}_)?/(?P<address>https?:/+.*)")
_HIDDEN = ("tco-hidden", "visuallyhidden", "u-hiddenVisually")
_SKIPPED = frozenset({"script", "style", "noscript"})


def classes(element: _Element) -> list[str]:
    """The classes of an element."""
    return (element.get("class") or "").split()


def has_class(element: _Element, *names: str) -> bool:
    """Whether an element has one of the classes."""
    return not set(names).isdisjoint(classes(element))


def first(element: _Element, *names: str) -> _Element | None:
    """The first element below one that has one of the classes."""
    return next((one for one in below(element) if has_class(one, *names)), None)


def below(element: _Element) -> Iterator[_Element]:
    """Every element below one; comments and the like are none."""
    return (one for one in element.iterdescendants() if isinstance(one.tag, str))


def words(element: _Element | None) -> str:
    """All text in an element, on one line; none of no element."""
    return " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""


def address(href: str | None, page: str | None) -> str:
    """Where a link led to when the page was captured: whole, and without the prefix that web archives put before it."""
    try:
        whole = urljoin(page or "https://twitter.com/", href or "")
    except ValueError:
        return href or ""
    archived = _ARCHIVED.fullmatch(whole) or _ARCHIVED.fullmatch(href or "")
    return archived["address"] if archived else whole


def text_of(element: _Element, page: str | None) -> str:
    """What stands in an element; of a link that X shortened the short form, as everywhere else."""
    return "".join(_pieces(element, page)).replace("\xa0", " ").strip()


def _pieces(element: _Element, page: str | None) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _SKIPPED:
            short = _short(child, page)
            if short:
                yield short
            elif child.tag == "img":
                yield child.get("alt") or ""
            elif child.tag == "br":
                yield "\n"
            elif not has_class(child, "visuallyhidden", "u-hiddenVisually"):
                yield from _pieces(child, page)
        yield child.tail or ""


def _short(element: _Element, page: str | None) -> str | None:
    """The short form of a link. One to the post's own media is set off by a space, as in the text."""
    target = address(element.get("href"), page) if element.tag == "a" else ""
    if not target.startswith(("https://t.co/", "http://t.co/")):
        return None
    return f" {target}" if has_class(element, "u-hidden") else target


def hashtags(element: _Element) -> tuple[str, ...]:
    """The hashtags of a text."""
    tags = (one for one in below(element) if one.tag == "a" and has_class(one, "twitter-hashtag", "hashtag"))
    return tuple(found for one in tags if (found := words(one).lstrip("#\uff03")))


def mentions(element: _Element) -> tuple[AccountRef, ...]:
    """The accounts that a text mentions."""
    named = (one for one in below(element) if one.tag == "a" and has_class(one, "twitter-atreply", "username"))
    found = ((one, words(one).lstrip("@\uff20")) for one in named)
    return tuple(AccountRef(native(one.get("data-mentioned-user-id")), handle) for one, handle in found if handle)


def links(element: _Element, page: str | None) -> tuple[Link, ...]:
    """The links of a text, with the short form where there is one; those to the post's own media are none."""
    found = []
    for one in below(element):
        if one.tag == "a" and has_class(one, "twitter-timeline-link", "link", "web", "customisable"):
            shown = address(one.get("href"), page)
            target = one.get("data-expanded-url") or one.get("title") or shown
            own_media = one.get("data-pre-embedded") == "true" or "/photo/" in target
            if target.startswith(("http://", "https://")) and not own_media and not has_class(one, "u-hidden"):
                found.append(Link(target, shown if shown != target else None))
    return tuple(found)
