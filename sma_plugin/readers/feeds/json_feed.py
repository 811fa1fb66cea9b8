"""JSON Feed, versions 1 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import Any

from sma_plugin.model import AccountRef, Media, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import cut_off, unreadable
from sma_plugin.readers.feeds.entry import Entry
from sma_plugin.readers.feeds.header import Header
from sma_plugin.readers.json_items import MAX_ITEM, ArrayItems, Piece
from sma_plugin.readers.json_members import members
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.values import MOST, media_kind

_TEXTS = ("title", "content_html", "content_text", "summary", "url", "date_published")


class JsonFeed:
    """One JSON Feed: its members, and its items with their bytes."""

    def __init__(self, source: Source, stream: Any) -> None:
        self._source = source
        parts = []
        size = 0
        while (data := stream.read(1 << 20)) and size < MAX_ITEM:
            parts.append(data)
            size += len(data)
        self._data = b"".join(parts)
        self._fields: dict[str, Any] = {}
        self._spans: dict[str, tuple[int, int]] = {}
        mark = len(self._data) - len(self._data.removeprefix(codecs.BOM_UTF8))
        try:
            for name, start, begin, end in members(self._data[mark:]):
                self._spans[name] = (start + mark, end + mark)
                if name != "items":
                    self._fields[name] = tolerant(self._data[begin + mark : end + mark])
            self._whole = True
        except (ValueError, RecursionError):
            self._whole = False
        self._broken: list[Piece] = []

    def learn(self, header: Header) -> None:
        """Give what the feed says of itself."""
        for name in ("home_page_url", "feed_url"):
            if isinstance(self._fields.get(name), str):
                header.names.append(self._fields[name])
        header.own_page, header.next_page = _words(self._fields.get("feed_url")), _words(self._fields.get("next_url"))
        header.title, header.language = _words(self._fields.get("title")), _words(self._fields.get("language"))
        header.description, header.picture = _words(self._fields.get("description")), _words(self._fields.get("icon"))
        for author in _authors(self._fields):
            header.names.extend(name for name in (author.url,) if name)
        if span := self._spans.get("title"):
            header.evidence = self._source.evidence(span[0], span[1] - span[0], "/title")

    def entries(self) -> Iterator[tuple[Entry, Piece, str]]:
        """The items, with their bytes and where they stand."""
        items = ArrayItems(io.BytesIO(self._data), opening=r'"items"\s*:\s*\[')
        for index, piece in enumerate(items):
            try:
                value = tolerant(piece.data)
            except ValueError:
                self._broken.append(piece)
                continue
            if isinstance(value, dict):
                yield _entry(value), piece, f"/items/{index}"
        self._closed = items.closed

    def problems(self, counted: int) -> Iterator[Problem]:
        """What could not be read."""
        if not self._closed and not self._whole:
            tail = self._broken.pop() if self._broken else Piece(len(self._data), b"")
            yield cut_off(self._source.path, tail, counted)
        for piece in self._broken:
            yield unreadable(self._source.path, piece, "broken")


def _words(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _entry(value: dict[str, Any]) -> Entry:
    markup, text = _words(value.get("content_html")), _words(value.get("content_text"))
    odd = any(value.get(name) is not None and not isinstance(value[name], str) for name in _TEXTS)
    names = [str(value["id"])] if isinstance(value.get("id"), str | int) else []
    tags = value.get("tags")
    return Entry(
        names=[*names, *(name for key in ("url", "external_url") if (name := _words(value.get(key))))],
        link=_words(value.get("url")),
        title=_words(value.get("title")),
        body=markup or text or _words(value.get("summary")),
        plain=markup is None,
        published=_words(value.get("date_published")),
        updated=_words(value.get("date_modified")),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        media=tuple(_media(value)),
        author=next(_authors(value), None),
        language=_words(value.get("language")),
        odd=odd,
    )


def _authors(value: dict[str, Any]) -> Iterator[AccountRef]:
    given = value.get("authors") or [value.get("author")]
    for one in given if isinstance(given, list) else []:
        if isinstance(one, dict):
            yield AccountRef(None, None, _words(one.get("name")), _words(one.get("url")))


def _media(value: dict[str, Any]) -> Iterator[Media]:
    for name in ("image", "banner_image"):
        if image := _words(value.get(name)):
            yield Media("image", source=image)
    attachments = value.get("attachments")
    for one in attachments if isinstance(attachments, list) else []:
        if isinstance(one, dict) and (address := _words(one.get("url"))):
            mime, lasts = _words(one.get("mime_type")), one.get("duration_in_seconds")
            yield Media(
                media_kind(mime) if mime else "unknown",
                source=address,
                mime=mime,
                alt=_words(one.get("title")),
                duration=float(lasts) if isinstance(lasts, int | float) and 0 <= lasts < MOST else None,
            )
