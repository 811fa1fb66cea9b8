"""The entries of a HAR file as sources: one captured response each, streamed, with the entry's own bytes as evidence.

A HAR file (HTTP Archive 1.2) is what a browser kept of the traffic of a page. Bodies are text or base64, with transfer
and content encodings undone by the browser; text is given as UTF-8, whatever the server sent. Request headers and
cookies are never read: they hold secrets.
"""

from __future__ import annotations

import binascii
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

import msgspec

from sma_plugin.bundle.response_record import Told
from sma_plugin.model import Evidence, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import readable
from sma_plugin.readers.json_items import ArrayItems, Piece
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.values import iso_moment

_ENTRIES = r'"entries"\s*:\s*\['
_WITHOUT_BODY = ("HEAD", "OPTIONS", "CONNECT")
_EMPTY_STATUS = (204, 205)
_MAX_BESIDE = 64 << 20
Beside = Callable[[str], BinaryIO | None]
"""Opens a file that stands beside the HAR file, by its name."""


class Header(msgspec.Struct, gc=False):
    """``headers[]`` of a response; those of requests are not decoded."""

    name: str = ""
    value: str = ""


class Content(msgspec.Struct, gc=False):
    """``content``: the body. ``file`` is where Playwright keeps it when it is not in the HAR file."""

    size: float | None = None
    mime: str | None = msgspec.field(default=None, name="mimeType")
    text: str | None = None
    encoding: str | None = None
    file: str | None = msgspec.field(default=None, name="_file")


class Response(msgspec.Struct, gc=False):
    """``response``."""

    status: int | None = None
    headers: tuple[Header, ...] = ()
    content: Content = msgspec.field(default_factory=Content)
    redirect: str | None = msgspec.field(default=None, name="redirectURL")
    body_size: float | None = msgspec.field(default=None, name="bodySize")


class Request(msgspec.Struct, gc=False):
    """As much of ``request`` as may be known."""

    method: str | None = None
    url: str = ""


class Entry(msgspec.Struct, gc=False):
    """One of ``entries``."""

    started: str | None = msgspec.field(default=None, name="startedDateTime")
    request: Request = msgspec.field(default_factory=Request)
    response: Response = msgspec.field(default_factory=Response)


_ENTRY = Ladder(Entry)


def har_sources(file: Source, problems: list[Told], beside: Beside) -> Iterator[Source]:
    """The responses of a HAR file in order; ``problems`` receives what is wrong with it.

    A response whose content was not kept comes with the note ``content: none``, so that it can still be left out.
    """
    walk = _HarWalk(file, problems, beside)
    yield from walk.sources()
    walk.end()


class _HarWalk:
    def __init__(self, file: Source, problems: list[Told], beside: Beside) -> None:
        self._file, self._problems, self._beside = file, problems, beside
        self._items = ArrayItems(file.stream, opening=_ENTRIES)
        self._broken: list[Piece] = []
        self._read = self._answers = self._empty = self._failed = 0

    def sources(self) -> Iterator[Source]:
        for number, piece in enumerate(self._items):
            try:
                entry = _ENTRY.decode(piece.data).value
            except ValueError:
                self._broken.append(piece)
                continue
            self._read += 1
            source = self._source(number, piece, entry)
            if source:
                yield source

    def _source(self, number: int, piece: Piece, entry: Entry) -> Source | None:
        if not entry.request.url.lower().startswith(("http://", "https://")):
            return None  # data: and the like stand in a page; nothing was fetched
        headers = {header.name.lower(): header.value for header in reversed(entry.response.headers)}
        status = _status(entry.response, headers)
        self._answers += 1
        self._failed += status is None
        body = self._body(piece, entry)
        missing = not body and _body_expected(entry, status)
        self._empty += missing
        content = entry.response.content
        mime = None if content.mime in ("x-unknown", "") else content.mime
        kind = headers.get("content-type") or mime
        if content.text is not None and content.encoding != "base64":
            kind = f"{(mime or kind or 'text/plain').partition(';')[0]}; charset=utf-8"
        source = Source(
            self._file.path,
            cast("BinaryIO", io.BytesIO(body or b"")),
            self._evidence(number, piece),
            size=len(body or b""),
            url=entry.request.url,
            method=entry.request.method,
            status=status,
            content_type=kind,
            fetched_at=iso_moment(entry.started),
            exact=False,
            notes={"type": "response"} | ({"content": "none"} if missing or status is None else {}),
        )
        source.notes.update((name, headers[name]) for name in ("location", "link") if name in headers)
        if entry.response.redirect:
            source.notes.setdefault("location", entry.response.redirect)
        return source

    def _evidence(self, number: int, piece: Piece) -> Evidence:
        inside = "/response/content/text"
        if self._file.exact:
            return Evidence(self._file.path, "bytes", piece.offset, len(piece.data), inside)
        return Evidence(self._file.path, "file", locator=f"/log/entries/{number}{inside}")

    def _body(self, piece: Piece, entry: Entry) -> bytes | None:
        """The body's bytes; ``None`` when it is nowhere, or cannot be decoded."""
        content = entry.response.content
        if content.text is None and content.file:
            stream = self._beside(content.file)
            if stream is None:
                return None
            with stream:
                return stream.read(_MAX_BESIDE)
        if content.text is None or content.encoding != "base64":
            return None if content.text is None else content.text.encode()
        try:
            return binascii.a2b_base64(content.text.replace("\r", "").replace("\n", ""), strict_mode=True)
        except (binascii.Error, ValueError):
            self._tell("SMA-B034", piece)
            return None

    def _tell(self, code: str, piece: Piece | None, **params: str | int) -> None:
        offset, length = (piece.offset, len(piece.data)) if piece and self._file.exact else (None, None)
        self._problems.append(Problem(code, self._file.path, offset, length, params))

    def end(self) -> None:
        """What is known when all entries were read."""
        if self._lacks_entries():
            self._tell("SMA-R006", None, reason="no responses")
        elif not self._items.closed:
            self._tell("SMA-R003", self._broken.pop() if self._broken else None, counted=self._read)
        for piece in self._broken:
            self._tell("SMA-R001", piece, reason="not well-formed")
        for code, count in (("SMA-B033", self._empty), ("SMA-B035", self._failed)):
            if count:
                self._tell(code, None, number=count, total=self._answers)

    def _lacks_entries(self) -> bool:
        """Whether the file is whole and has no list of responses."""
        return not self._answers and not self._items.closed and readable(self._items.prefix)


def _status(response: Response, headers: dict[str, str]) -> int | None:
    """The status; browsers write 0 for a request without an answer, and may leave HTTP/2's in its pseudo-header."""
    told = headers.get(":status", "")
    return response.status or (int(told) if told.isdecimal() and len(told) == 3 else None)


def _body_expected(entry: Entry, status: int | None) -> bool:
    """Whether there was a body that the file does not hold, as far as its sizes tell."""
    if status is None or not 200 <= status < 300 or status in _EMPTY_STATUS:
        return False
    if (entry.request.method or "").upper() in _WITHOUT_BODY:
        return False
    size = entry.response.content.size
    stated = size if size is not None and size >= 0 else entry.response.body_size
    return stated is None or stated != 0
