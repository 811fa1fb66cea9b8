"""What there is to remark on a post once it is made."""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.model import Post, Problem
from sma_plugin.readers.json_items import Piece


def unread_times(post: Post, path: str, piece: Piece) -> Iterator[Problem]:
    """A problem for each time of a post that cannot be read; the time as delivered is kept."""
    for moment in (post.created, post.edited):
        if moment is not None and moment.us is None and moment.raw:
            value = moment.raw[:40]
            yield Problem("SMA-R005", path, piece.offset, len(piece.data), {"path": path, "value": value})
