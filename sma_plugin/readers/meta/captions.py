"""Media with their captions, as Instagram and Threads write them.

For a single medium caption and moment can stand with the medium only, for several they stand with the post.
"""

from __future__ import annotations

import re
from typing import Any

from sma_plugin.model import AccountRef, Media, Moment, PostState, Problem
from sma_plugin.readers.documents import unreadable
from sma_plugin.readers.meta.documents import Record
from sma_plugin.readers.meta.labels import Labelled
from sma_plugin.readers.meta.media import MediaFiles
from sma_plugin.readers.meta.text import hashtags, links, moment, words

EMPTY = "an item without text, media and moment"
_HANDLE = re.compile(r"(?<![\w.])@([A-Za-z0-9_.]*[A-Za-z0-9_])")


def media_of(files: list[dict[str, Any]], known: MediaFiles, path: str, problems: list[Problem]) -> tuple[Media, ...]:
    """The media of an item, each file once."""
    found = (known.medium(one, path, problems) for one in files)
    return tuple({one.path or one.source: one for one in found if one}.values())


def said_in(
    record: Record, files: list[dict[str, Any]], known: MediaFiles, path: str, problems: list[Problem]
) -> tuple[PostState, Moment] | None:
    """What an item with these ``files``, and those under labels, says and shows, and when.

    One that says nothing at all is added to ``problems``.
    """
    labelled = Labelled(record.value)
    files = files + labelled.media()
    media = media_of(files, known, path, problems)
    text = caption(record.value, files) or labelled.text("text")
    when = _first_moment(record.value, files, labelled)
    if text is None and not media and when is None:
        problems.append(unreadable(path, record.piece, EMPTY))
        return None
    return state(text, media), moment(when)


def caption(item: dict[str, Any], files: list[dict[str, Any]]) -> str | None:
    """What a post says: its own caption, else those of its media, each once."""
    own = words(item.get("title")) or words(item.get("caption"))
    said = dict.fromkeys(found for one in files if (found := words(one.get("title"))))
    return own or "\n\n".join(said) or None


def _first_moment(item: dict[str, Any], files: list[dict[str, Any]], labelled: Labelled) -> Any:
    """When a post was made: as it says itself, else as its first medium does."""
    own = item.get("creation_timestamp") or item.get("timestamp") or labelled.time()
    return own or next((when for one in files if (when := one.get("creation_timestamp"))), None)


def state(text: str | None, media: tuple[Media, ...]) -> PostState:
    """What an item says and shows."""
    said = text or ""
    named = dict.fromkeys(_HANDLE.findall(said))
    return PostState(
        text=said,
        hashtags=hashtags(said),
        mentions=tuple(AccountRef(handle=one) for one in named) or None,
        links=links(said),
        media=media,
    )
