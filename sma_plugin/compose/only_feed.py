"""What else is in an RSS or Atom feed beside the items that were chosen: see :mod:`sma_plugin.compose.only`.

What is left is the feed's frame (its XML declaration, the tags of what holds the items, with their namespaces) and the
chosen items. A feed that is damaged, or in UTF-16, or whose channel is kept and names its items, is not taken apart.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence

from sma_plugin.compose.cuts import OTHERS, Extent
from sma_plugin.compose.extract import Cut, extract
from sma_plugin.readers.feeds.names import CONTAINERS, ITEMS, PREFIXES, is_xml_feed
from sma_plugin.readers.xml_element import Element
from sma_plugin.readers.xml_elements import XmlElements

_HEAD = 4096
_TAG = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE = re.compile(rb"\s+(?!xmlns[\s:=]|version[\s=])[^\s=>]+\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_PIECE = re.compile(
    rb"(?P<frame>\s+(?=<|\Z)|</[^>]*>|<\?xml\s.*?\?>)|<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^>]*>|[^<]+|<",
    re.DOTALL,
)
"""What stands between elements: of these the frame stays."""


def feed_items(data: bytes, ours: Sequence[Extent]) -> list[Cut] | None:
    """Cuts of everything in a feed that is not one of ``ours``; ``None`` when that cannot be told apart."""
    if not is_xml_feed(data[:_HEAD]):
        return None
    found, holders, sound = _parsed(data)
    kept = set(ours)
    chosen = [one for one in found if (one.offset, one.length) in kept]
    if not sound or len(chosen) != len(kept) or any(one.local == "channel" for one in chosen):
        return None
    cuts = list(_joined(_cuts(data, found, holders, kept)))
    left = io.BytesIO()
    extract(io.BytesIO(data), left.write, cuts)
    remaining, _, sound = _parsed(left.getvalue())
    same = [one.length for one in remaining] == [one.length for one in chosen]
    return cuts if sound and same else None


def _parsed(data: bytes) -> tuple[list[Element], list[Element], bool]:
    """The elements of a feed, what holds them, and whether it was read whole."""
    elements = XmlElements(io.BytesIO(data), CONTAINERS.__contains__, ITEMS, PREFIXES)
    found = [Element(one.name, {}, one.offset, length=one.length) for one in elements]
    return found, elements.opened, not elements.faults


def _cuts(data: bytes, found: Sequence[Element], holders: Sequence[Element], kept: set[Extent]) -> Iterator[Cut]:
    tags = {one.offset: tag for one in holders if (tag := _TAG.match(data, one.offset))}
    stretches = [*((one.offset, one.length) for one in found), *((at, len(tag.group())) for at, tag in tags.items())]
    reached = 0
    for offset, length in [*sorted(stretches), (len(data), 0)]:
        for piece in _PIECE.finditer(data, reached, offset):
            if piece["frame"] is None:
                yield Cut(piece.start(), len(piece.group()), OTHERS)
        if offset in tags:
            for told in _ATTRIBUTE.finditer(data, offset, offset + length):
                yield Cut(told.start(), len(told.group()), OTHERS)
        elif length and (offset, length) not in kept:
            yield Cut(offset, length, OTHERS)
        reached = offset + length


def _joined(cuts: Iterator[Cut]) -> Iterator[Cut]:
    """Cuts of which none follows another at once: a comma in what is cut next is no separator."""
    held: Cut | None = None
    for cut in cuts:
        if held and held.offset + held.length == cut.offset:
            held = held._replace(length=held.length + cut.length)
            continue
        if held:
            yield held
        held = cut
    if held:
        yield held
