"""Markup as lxml reads it: where the cards of a page are, and the text of an element as a browser shows it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from sma_plugin.readers.meta.dates import read_date

Element = etree._Element  # noqa: SLF001 -- lxml has no public name for it
CARD = frozenset({"_a6-g", "uiBoxWhite"})
"""Classes of a card, of the eras since 2021 and since 2018."""
INLINE = frozenset({"a", "b", "i", "em", "strong", "span", "u", "small", "sup", "sub", "font", "wbr", "mark", "time"})
SILENT = frozenset({"script", "style", "head", "title", "noscript", "template"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_LINES, _EMPTY = re.compile(r"\n+"), re.compile(r"\n{3,}")


def card_elements(data: bytes) -> Iterator[Element]:
    """The elements of a page that are cards, in order. What is no HTML has none."""
    return _by_class(data) if any(name.encode() in data for name in CARD) else _by_structure(data)


def classes(element: Element) -> frozenset[str]:
    """The classes of an element."""
    return frozenset((element.get("class") or "").split())


def is_card(element: Element) -> bool:
    """Whether an element is a card by its class."""
    return not CARD.isdisjoint(classes(element))


def _by_class(data: bytes) -> Iterator[Element]:
    """Each card that stands in no other; what was given is let go, so that a page of any size stays small."""
    depth = 0
    steps = etree.iterparse(
        io.BytesIO(data), events=("start", "end"), html=True, recover=True, huge_tree=True, encoding="utf-8"
    )
    for event, element in steps:
        if not isinstance(element.tag, str) or not is_card(element):
            continue
        depth += 1 if event == "start" else -1
        if event == "end" and depth == 0:
            yield element
            element.clear(keep_tail=False)


def _by_structure(data: bytes) -> Iterator[Element]:
    """The children of the page's main part, which can be wrapped."""
    parser = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    if root is None:
        return
    parts = [one for one in root.iter() if one.tag == "main" or one.get("role") == "main"]
    part = next(iter((*parts, *root.iter("body"))), root)  # what an unfinished page lacks is made up by the parser
    while len(_elements(part)) == 1 and not _holds_date(part):
        part = _elements(part)[0]
    yield from _elements(part)


def _holds_date(part: Element) -> bool:
    """Whether a child or grandchild says nothing but a date: then the part is a card itself."""
    near = (one for child in _elements(part) for one in (child, *_elements(child)))
    return any(read_date(level(one.text).strip()) for one in near)


def _elements(part: Element) -> list[Element]:
    return [one for one in part if isinstance(one.tag, str) and one.tag not in SILENT]


def text_of(element: Element) -> str:
    """The text of an element; blocks in it are lines of their own."""
    return _LINES.sub("\n", tidy("".join(_in_order(element))))


def _in_order(element: Element) -> Iterator[str]:
    """The pieces of text in an element, in the order of the page."""
    yield level(element.text)
    for child in element:
        if child.tag == "br":
            yield "\n"
        elif isinstance(child.tag, str) and child.tag not in SILENT:
            separate = "" if child.tag in INLINE else "\n"
            yield separate
            yield from _in_order(child)
            yield separate
        yield level(child.tail)


def level(text: str | None) -> str:
    """Text with white space as a browser shows it: the line ends of the markup are none of the text."""
    return _SPACE.sub(" ", text) if text else ""


def tidy(text: str) -> str:
    """Text without space at the ends of its lines, and without more than one empty line."""
    return _EMPTY.sub("\n\n", "\n".join(line.strip(" ") for line in text.split("\n"))).strip()
