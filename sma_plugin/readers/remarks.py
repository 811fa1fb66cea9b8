"""What there is to remark on a post once it is made, and on a response that gives none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Post, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.json_items import Piece


def with_remarks(post: Post, path: str, piece: Piece) -> Iterator[Post | Problem]:
    """A post, and what there is to remark on it."""
    yield post
    yield from unread_times(post, path, piece)


def unread_times(post: Post, path: str, piece: Piece) -> list[Problem]:
    """A problem for each time of a post that cannot be read; the time as delivered is kept."""
    return [
        Problem("SMA-R005", path, piece.offset, len(piece.data), {"path": path, "value": moment.raw[:40]})
        for moment in (post.created, post.edited)
        if moment is not None and moment.us is None and moment.raw
    ]


def no_posts(path: str, kind: str, count: int = 1) -> Problem:
    """Items of a known kind that are no posts."""
    return Problem("SMA-R060", path, params={"path": path, "type": kind, "count": count})


def unknown_form(path: str, count: int = 1) -> Problem:
    """Items, or documents, of a form that the reader does not know."""
    return Problem("SMA-R069", path, params={"path": path, "count": count})


def error_given(source: Source, reason: Any, code: str | int | None = None) -> Problem:
    """An error that came instead of data; its own ``code`` counts where no status of the response is known."""
    status = source.status if source.status is not None else code
    params: dict[str, str | int] = {"path": source.path, "status": "?" if status is None else status}
    return Problem("SMA-R062", source.path, params={**params, "reason": str(reason)[:200]})


def nothing_read(path: str, reason: BaseException | str) -> Problem:
    """That nothing in a file could be read, and why."""
    said = str(reason)[:200] or type(reason).__name__
    return Problem("SMA-R006", path, params={"path": path, "reason": said})
