"""Small things about the HTML of captured pages: parsing it, its text, the numbers and links in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from lxml import etree, html

from sma_plugin.readers.emoji_pictures import emoji_of
from sma_plugin.readers.web.pages import decoded

Element: TypeAlias = etree._Element  # noqa: SLF001 -- the name that the library itself gives in its types
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_BLOCKS = frozenset(("p", "div", "li", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "table", "tr"))
_HELD_BACK = re.compile(r"<code\b[^>]{0,300}>\s*(<!--)")
_HIDDEN = "text_exposed_hide"
"""Class of what stands where a long text is folded: dots, and a link to the rest, which is there too."""
_SOFT = "\x00"
"""Where a block begins: a new line, unless there is one already."""
_BREAK = re.compile(rf"(?<=[^\n{_SOFT}]){_SOFT}+")
_NUMBER = re.compile(r"\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+|\d+")
_SHORTENED = re.compile(r"[.,]\d{1,2}(?!\d)|\s?(?:[KkMmBb]|mln|mil|dzd|tsd|duizend)\b")


def parsed(data: bytes, content_type: str | None) -> Element | None:
    """A page as a tree, however broken it is; nothing is fetched. ``None`` when there is none to be made."""
    text = uncovered(_DECLARATION.sub("", decoded(data, content_type)))
    parser = html.HTMLParser(encoding="utf-8", no_network=True, recover=True, huge_tree=True)
    try:
        found = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return None
    return found


def uncovered(text: str) -> str:
    """A page with the parts that it holds back in comments of ``code`` elements, which its scripts put in place.

    >>> uncovered('<code id="u_0"><!-- <p>Markt</p> --></code>')
    '<code id="u_0"> <p>Markt</p> </code>'
    """
    pieces, position = [], 0
    while opening := _HELD_BACK.search(text, position):
        end = text.find("-->", opening.end())
        if end < 0:
            break
        pieces += [text[position : opening.start(1)], text[opening.end() : end]]
        position = end + 3
    return "".join((*pieces, text[position:]))


def text_of(element: Element | None) -> str:
    """The text of an element as a person sees it: paragraphs apart, line breaks kept, other white space levelled."""
    if element is None:
        return ""
    pieces = _BREAK.sub("\n", "".join(_pieces(element))).replace(_SOFT, "")
    rows = (" ".join(row.split()) for row in pieces.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()


def _pieces(element: Element) -> Iterator[str]:
    """Text and line breaks, in order; a loop over the tree, because pages can be nested deeper than functions."""
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, one in walk:
        if not isinstance(one.tag, str):
            text = one.tail if event == "end" and one is not element else None
        elif event == "start":
            if _HIDDEN in (one.get("class") or ""):
                walk.skip_subtree()
                continue
            if one.tag == "br":
                yield "\n"
            elif one.tag in _BLOCKS:
                yield _SOFT
            text = None if one.tag in ("script", "style") else _emoji(one) if one.tag == "img" else one.text
        else:
            if one.tag in _BLOCKS:
                yield "\n\n" if one.tag == "p" else "\n"
            text = one.tail if one is not element else None
        if text:
            yield text.replace("\n", " ")


def _emoji(image: Element) -> str | None:
    """The emoji that a picture stands for, unless what was typed stands beside it for who cannot see it."""
    beside = image.getnext()
    if beside is not None and beside.get("aria-hidden") == "true" and (beside.text or "").strip():
        return None
    return emoji_of(image.get("alt"), image.get("src"), image.get("class"))


def outermost(element: Element, wanted: Callable[[Element], bool]) -> list[Element]:
    """The elements below this one that are wanted, without those within one of them."""
    found = []
    walk = etree.iterwalk(element, events=("start",))
    for _, one in walk:
        if one is not element and isinstance(one.tag, str) and wanted(one):
            found.append(one)
            walk.skip_subtree()
    return found


def without(element: Element, apart: list[Element]) -> Iterator[Element]:
    """This element and those below it, without the parts that stand apart."""
    left_out = set(apart)
    walk = etree.iterwalk(element, events=("start",))
    for _, one in walk:
        if one in left_out:
            walk.skip_subtree()
        elif isinstance(one.tag, str):
            yield one


def links_in(element: Element) -> Iterator[tuple[str, Element]]:
    """The links in an element, with their addresses."""
    for link in element.iter("a"):
        address = link.get("href")
        if address:
            yield address.strip(), link


def number_in(text: str | None) -> int | None:
    """The whole number in a text; none where it was shortened (``1.2K``).

    >>> number_in("1,234 Comments"), number_in("9 reacties"), number_in("1.2K"), number_in("1,2 mln.")
    (1234, 9, None, None)
    """
    found = _NUMBER.search(text or "")
    if found is None or _SHORTENED.match((text or "")[found.end() :]):
        return None
    digits = re.sub(r"\D", "", found.group())
    return int(digits) if len(digits) < 16 else None
