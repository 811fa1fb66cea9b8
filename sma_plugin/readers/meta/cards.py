"""The pages of Meta's exports in HTML: one card an item, with a heading, what it holds, and a date.

Class names differ per era (``_a6-g`` since 2021, ``uiBoxWhite`` since 2018), so the structure counts too: where no card
is known by its class, the cards are the children of the page's main part. Source: formats/PLATFORM_FORMATS.md 2.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sma_plugin.readers.meta.dates import Said, read_date, updated
from sma_plugin.readers.meta.markup import (
    CARD,
    INLINE,
    SILENT,
    Element,
    card_elements,
    classes,
    is_card,
    level,
    text_of,
    tidy,
)

_HEADING = frozenset({"_a6-h", "_2lel"})
_FOOTER = frozenset({"_a6-o", "_2lem"})
_LABEL = "_a6_q"
_HEADINGS = frozenset({"h1", "h2", "h3"})
_SHOWN = frozenset({"img", "video", "audio", "source", "object", "embed"})


class Linked(NamedTuple):
    """A link with the text that it stands under."""

    url: str
    text: str


@dataclass(slots=True)
class Card:
    """One card: what it is headed by, its pieces of text, media, links, and rows of a label and a value."""

    number: int
    selector: str
    heading: str | None = None
    texts: list[str] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    links: list[Linked] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)
    dated: str | None = None
    date: Said | None = None
    changed: str | None = None
    change: Said | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing on it."""
        return not (self.heading or self.texts or self.media or self.links or self.rows)


def cards(data: bytes) -> Iterator[Card]:
    """The cards of a page, in order. What is no HTML has none."""
    for number, element in enumerate(card_elements(data), 1):
        yield _card(element, number)


def _card(element: Element, number: int) -> Card:
    name = next(iter(sorted(classes(element) & CARD)), "")
    card = Card(number, f"{element.tag}{'.' + name if name else ''}[{number}]")
    _Walk(card).take(element)
    return card


class _Walk:
    """Goes through a card and sorts what stands on it."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self._line: list[str] = []
        self._linked: list[Linked] = []
        self._bare = False
        """Whether the line holds text outside its links."""
        self._footed = False

    def take(self, card: Element) -> None:
        """Everything on the card."""
        self._children(card)
        self._flush()

    def _children(self, element: Element) -> None:
        self._say(element.text)
        for child in element:
            if isinstance(child.tag, str) and child.tag not in SILENT:
                self._child(child)
            self._say(child.tail)

    def _child(self, child: Element) -> None:
        tag = child.tag
        if tag == "br":
            self._line.append("\n")
        elif tag in _SHOWN:
            self._show(child)
        elif tag == "tr":
            self._row(child)
        elif tag == "a":
            self._link(child)
        elif tag in INLINE:
            self._children(child)
        else:
            self._flush()
            self._block(child)

    def _block(self, child: Element) -> None:
        named = classes(child)
        if self._card.heading is None and (child.tag in _HEADINGS or not named.isdisjoint(_HEADING)):
            self._card.heading = text_of(child) or None
        else:
            self._children(child)
            self._flush(footer=child.tag == "footer" or not named.isdisjoint(_FOOTER))

    def _say(self, text: str | None) -> None:
        if text:
            self._line.append(level(text))
            self._bare = self._bare or bool(text.strip())

    def _show(self, child: Element) -> None:
        address = child.get("src") or child.get("data") or child.get("href")
        if address and not address.startswith("data:"):
            self._card.media.append(address)
        for inner in child.iterdescendants("source"):
            if inner.get("src"):
                self._card.media.append(inner.get("src") or "")
        for inner in child.iterdescendants("a"):
            self._link(inner)

    def _link(self, child: Element) -> None:
        address = (child.get("href") or "").strip()
        shown = next(child.iterdescendants(*_SHOWN), None)
        if shown is not None or (address and "://" not in address and not address.startswith(("#", "mailto:", "tel:"))):
            local = address and "://" not in address and not address.startswith("#")
            if local:
                self._card.media.append(address)
            elif shown is not None:
                self._show(shown)
            return
        text = text_of(child)
        self._line.append(text)
        if "://" in address:
            self._linked.append(Linked(address, text))

    def _row(self, child: Element) -> None:
        """A row of a label and a value: two cells, or one that holds the value in a box of its own."""
        cells = [one for one in child if one.tag in ("td", "th")]
        if len(cells) == 2:
            self._pair(text_of(cells[0]), cells[1])
        elif len(cells) == 1 and len(cells[0]) and _LABEL in classes(cells[0]):
            self._pair(level(cells[0].text).strip(), cells[0])
        else:
            self._children(child)

    def _pair(self, label: str, cell: Element) -> None:
        inside = (one for one in cell.iterdescendants() if isinstance(one.tag, str))
        nested = any(is_card(one) or one.tag in _SHOWN for one in inside)
        value = text_of(cell).removeprefix(label).strip()
        if nested:
            self._flush()
            self._children(cell)
            self._flush()
        elif value:
            self._card.rows.append((label, value))

    def _flush(self, *, footer: bool = False) -> None:
        """End a piece of text: it is a date, a change, a link by itself, or what the item says."""
        text = tidy("".join(self._line))
        linked, bare = self._linked, self._bare
        self._line, self._linked, self._bare = [], [], False
        if not text:
            self._card.links.extend(linked)
            return
        said, change = read_date(text), updated(text)
        if said:
            self._dates(text, said, footer=footer)
        elif change:
            self._card.changed, self._card.change = text, change
        else:
            self._card.links.extend(linked)
            if (bare or not linked) and text not in self._card.texts:
                self._card.texts.append(text)

    def _dates(self, text: str, said: Said, *, footer: bool) -> None:
        """A date: the one at the foot is the item's; a text that is nothing but a date is a text then."""
        card = self._card
        if self._footed:
            card.texts.append(text)
            return
        if card.dated is not None and footer:
            card.texts.append(card.dated)
        card.dated, card.date, self._footed = text, said, footer
