"""Reader of the Instagram Graph API, the Basic Display API and the Threads API: answers as files.

The responses of their addresses come in through the reader of the Facebook Graph API: the addresses are the same ones.
Facts: formats/PLATFORM_FORMATS.md 2.4.
"""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.readers.contract import Listing, Match
from sma_plugin.readers.facebook.graph import read, recognised

__all__ = ["read", "recognise", "recognise_all"]
NAME = "instagram-graph"


def recognise_all(listing: Listing) -> Iterator[Match]:
    """All answers of Instagram in the listing as one capture, all those of Threads as another."""
    for platform in ("instagram", "threads"):
        if match := recognised(listing, NAME, platform):
            yield match


def recognise(listing: Listing) -> Match | None:
    """The first of them."""
    return next(recognise_all(listing), None)
