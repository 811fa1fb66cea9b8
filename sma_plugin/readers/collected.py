"""Items that a tool collected from the pages of a platform, one a line: when it did.

Zeeschuimer puts each in a wrapper with ``source_platform`` and ``timestamp_collected``; 4CAT turns that round, and
keeps them beside the item in ``__import_meta``. Other tools keep no moment.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sma_plugin.model import Moment
from sma_plugin.readers.contract import Source
from sma_plugin.readers.values import epoch_moment


def collected_at(decoded: Any) -> Moment | None:
    """When an item was collected; ``None`` where no tool says so.

    >>> collected_at({"source_platform": "x.com", "timestamp_collected": 1767268800000, "data": {}}).us
    1767268800000000
    """
    if not isinstance(decoded, dict):
        return None
    around = decoded.get("__import_meta", decoded)
    if not isinstance(around, dict) or "source_platform" not in around:
        return None
    said = around.get("timestamp_collected")
    found = epoch_moment(said, 1000) if isinstance(said, int | float | str) else None
    return found if found and found.us is not None else None


def as_collected(source: Source, decoded: Any) -> Source:
    """The source with the moment at which this item of it was collected, where that is known."""
    moment = collected_at(decoded)
    return replace(source, fetched_at=moment) if moment else source
