"""HTTP messages as captured: the head, and the body with its transfer and content encodings undone.

Everything streams and is bounded. What is wrong is told to a callback as a finding code with parameters; what can
still be read is given.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO, Protocol, cast

from sma_plugin.bundle import decoding, fields

MAX_HEAD = 1 << 20
MAX_LAYERS = 3
"""More stacked content encodings than this are not undone (CONTRACTS.md, untrusted input)."""
HEAD_END = re.compile(rb"\r?\n\r?\n")
_NO_FIELDS = re.compile(rb"\n\r?\n")
_STATUS = re.compile(rb"HTTP/(\d(?:\.\d)?)[ \t]+(\d{3})(?:[ \t]+([^\r\n]*))?[ \t]*$", re.IGNORECASE)
_REQUEST = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32})[ \t]+\S.*HTTP/\d", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\n]*)?\r?$")
_TOO_LARGE = re.compile(rb"[ \t]*-?[0-9a-fA-F]+[ \t]*\r?\n$")
"""A chunk size that cannot be one."""
_MAX_SIZE_LINE = 4096
_WINDOW = 1 << 16
Tell = Callable[[str, dict[str, str | int]], None]


class Readable(Protocol):
    """Anything that gives bytes forward."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""


@dataclass(frozen=True)
class ResponseHead:
    """Status and headers of a response; ``status`` is ``None`` when the status line cannot be read."""

    status: int | None
    headers: list[tuple[str, str]]
    size: int
    """How many bytes of the message the head takes."""
    whole: bool = True
    """Whether it has a status and an end."""

    @cached_property
    def values(self) -> dict[str, str]:
        """The first value of each header, by its name in lower case."""
        return fields.firsts(self.headers)

    def get(self, name: str) -> str | None:
        """The first value of a header."""
        return self.values.get(name.lower())

    @property
    def coded(self) -> bool:
        """Whether the head names an encoding of the body."""
        return "transfer-encoding" in self.values or "content-encoding" in self.values

    @property
    def chunked(self) -> bool:
        """Whether the head says that the body is in chunks."""
        if "transfer-encoding" not in self.values:
            return False
        codings = ",".join(fields.every(self.headers, "transfer-encoding")).lower()
        return "chunked" in (part.strip() for part in codings.split(","))

    @property
    def encodings(self) -> list[str]:
        """Content encodings in the order in which they were applied, ``identity`` left out."""
        if not self.coded:
            return []
        named = ",".join(fields.every(self.headers, "content-encoding")).lower().split(",")
        transfer = ",".join(fields.every(self.headers, "transfer-encoding")).lower().split(",")
        parts = [part.strip().removeprefix("x-") for part in (*named, *transfer)]
        return [part for part in parts if part not in ("", "identity", "chunked", "none", "utf-8")]

    def stored_as_sent(self, begins: bytes) -> bool:
        """Whether a body that begins like this is still encoded, so that its length is the one that was announced."""
        magic = decoding.MAGIC.get(self.encodings[-1]) if self.encodings else b""
        return magic is not None and begins.startswith(magic)


def response_head(data: bytes) -> ResponseHead | None:
    """The head at the beginning of ``data``; ``None`` when that is no HTTP response."""
    if data[:5].upper() != b"HTTP/":
        return None
    line = data.find(b"\n", 0, MAX_HEAD)
    line = min(len(data), MAX_HEAD) if line < 0 else line
    matched = _STATUS.match(data[:line].rstrip(b"\r"))
    status = int(matched.group(2)) if matched else None
    empty = _NO_FIELDS.match(data, line)
    if empty:
        return ResponseHead(status, [], empty.end(), matched is not None)
    end = HEAD_END.search(data, line, MAX_HEAD)
    size = end.end() if end else len(data)
    headers = fields.parse(data[line + 1 : min(size, MAX_HEAD)]).values
    return ResponseHead(status, headers, size, bool(matched and end))


def request_method(data: bytes) -> str | None:
    """The method of the request that ``data`` begins; nothing else of a request is ever read: the rest holds secrets.

    >>> request_method(b"POST /graphql HTTP/1.1")
    'POST'
    """
    matched = _REQUEST.match(data[:8192].partition(b"\n")[0])
    return matched.group(1).decode("ascii").upper() if matched else None


class Dechunker:
    """Undoes chunked transfer encoding (RFC 9112, 7.1), fed piece by piece.

    A body without a chunk size at its beginning was stored with its chunks already joined, as many harvesters do: it
    is given as it is (``plain``). A wrong size later ends the undoing (``broken``); what follows is given raw.
    """

    def __init__(self) -> None:
        self.plain = self.broken = self.ended = False
        self._left = 0
        self._line = b""
        self._first = True
        self._after_data = False

    def feed(self, data: bytes) -> bytes:
        """The entity's bytes in the next piece of the body."""
        parts: list[bytes] = []
        at = 0
        while at < len(data) and not self.ended:
            if self.plain or self.broken:
                parts.append(data[at:])
                break
            if self._left:
                piece = data[at : at + self._left]
                parts.append(piece)
                self._left -= len(piece)
                at += len(piece)
                self._after_data = True
                continue
            end = data.find(b"\n", at)
            self._line += data[at : end + 1] if end >= 0 else data[at:]
            at = end + 1 if end >= 0 else len(data)
            if end >= 0 or len(self._line) > _MAX_SIZE_LINE:
                parts.append(self._size_line())
        return b"".join(parts)

    def _size_line(self) -> bytes:
        """Take in a whole line between chunks; gives it back as data when it is no chunk size."""
        line, self._line = self._line, b""
        if self._after_data and line in (b"\r\n", b"\n"):
            self._after_data = False
            return b""
        matched = _CHUNK_SIZE.match(line[:-1]) if line.endswith(b"\n") else None
        if matched is None:
            self.plain = self._first and not _TOO_LARGE.match(line)
            self.broken = not self.plain
            return line
        self._first = self._after_data = False
        self._left = int(matched.group(1), 16)
        self.ended = not self._left
        return b""

    def finish(self) -> bytes:
        """What was held back when the body ended; afterwards ``incomplete`` is known."""
        rest, self._line = self._line, b""
        if self._first and rest:
            self.plain = True
        return rest

    @property
    def incomplete(self) -> bool:
        """Whether the body ended before its last chunk."""
        return not (self.ended or self.plain or self.broken or self._first)


class _Chunks:
    """A body with its chunks joined."""

    def __init__(self, raw: Readable, tell: Tell) -> None:
        self._raw, self._tell, self._undo = raw, tell, Dechunker()
        self._out, self._over = b"", False

    def read(self, size: int, /) -> bytes:
        while not self._out and not self._over:
            data = self._raw.read(_WINDOW)
            before = self._undo.broken or self._undo.plain
            self._out = self._undo.feed(data) if data else self._undo.finish()
            self._over = not data or self._undo.ended
            self._report(before)
        given, self._out = self._out[:size], self._out[size:]
        return given

    def _report(self, before: bool) -> None:  # noqa: FBT001
        if self._undo.broken and not before:
            self._tell("SMA-W027", {})
        elif self._undo.plain and not before:
            self._tell("SMA-W038", {"value": "chunked"})
        elif self._over and self._undo.incomplete:
            self._tell("SMA-W039", {})


def entity(raw: Readable, head: ResponseHead, tell: Tell) -> BinaryIO:
    """The body as its producer meant it, from ``raw``, which gives the message's bytes after the head.

    ``tell`` receives the codes SMA-W027 to W031, W038 and W039. Nothing is read before the first ``read``.
    """
    stored = decoding.Counted(raw)
    body: Readable = _Chunks(stored, tell) if head.chunked else stored if head.coded else raw
    layers = head.encodings
    if len(layers) > MAX_LAYERS:
        tell("SMA-W031", {"count": len(layers)})
        layers = []
    for number, name in enumerate(reversed(layers)):
        stage = decoding.undo(name, body, tell, decoding.LIMITS, lambda: stored.size)
        if stage is None:
            tell("SMA-W029", {"value": printable(", ".join(layers[: len(layers) - number]))})
            break
        body = stage
    return cast("BinaryIO", io.BufferedReader(_Stream(body), _WINDOW))


def printable(value: str) -> str:
    """A delivered header value fit for a finding: short, one line."""
    return "".join(character if character.isprintable() else "?" for character in value)[:80]


class _Stream(io.RawIOBase):
    """A readable as a file."""

    def __init__(self, raw: Readable) -> None:
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
