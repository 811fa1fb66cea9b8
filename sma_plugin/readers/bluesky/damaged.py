"""What can be read of a response that is cut off or damaged: the whole items of its list of posts."""

from __future__ import annotations

import io
from collections.abc import Iterator

from sma_plugin.model import Problem
from sma_plugin.readers.documents import cut_off, unreadable
from sma_plugin.readers.json_items import ArrayItems, Piece

_LIST = r'"(?:feed|posts|records|thread|postRecords|messages|quotes|replies)"\s*:\s*\['


def salvaged(path: str, document: Piece) -> Iterator[Piece | Problem]:
    """The whole items of the first list of a document that is no readable JSON, and what is wrong with it."""
    items = ArrayItems(io.BytesIO(document.data), opening=_LIST, start=document.offset)
    counted, broken = 0, []
    for item in items:
        if item.whole:
            counted += 1
            yield item
        else:
            broken.append(item)
    if not items.closed:
        yield cut_off(path, broken.pop() if broken else document, counted)
    yield from (unreadable(path, item, "broken") for item in broken or [document] * items.closed)
