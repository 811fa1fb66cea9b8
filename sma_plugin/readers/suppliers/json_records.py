"""The items of JSON, one object a line, and JSON in a script."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Evidence, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import unreadable
from sma_plugin.readers.json_items import ArrayItems, Piece, lines
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.nested import items_of, pairs, value_at
from sma_plugin.readers.remarks import nothing_read
from sma_plugin.readers.suppliers.mapping import Mapping
from sma_plugin.readers.suppliers.record import MAX_DOCUMENT, Record


class _Item:
    def __init__(self, evidence: Evidence, piece: Piece, decoded: Any) -> None:
        self.evidence, self._piece, self._decoded = evidence, piece, decoded

    def values(self, path: str) -> list[Any]:
        found = [self._decoded]
        for step in path.split("."):
            found = [one for value in found for one in _step(value, step)]
        return [one for one in found if one is not None]

    def cuts(self, path: str) -> Iterator[tuple[int, int]]:
        """The name-value pairs that a path leads to; through a ``*`` those of each value."""
        yield from _pairs(self._piece, path.split("."))


def _pairs(piece: Piece, steps: list[str]) -> Iterator[tuple[int, int]]:
    for name, pair, value in pairs(piece):
        if steps[0] in ("*", name):
            if len(steps) == 1:
                yield pair.offset, len(pair.data)
            else:
                yield from _pairs(value, steps[1:])


def _step(value: Any, step: str) -> list[Any]:
    if step == "*":
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(value, list):
        return [value[int(step)]] if step.isdecimal() and int(step) < len(value) else []
    return [value[step]] if isinstance(value, dict) and step in value else []


def json_records(source: Source, mapping: Mapping) -> Iterator[Record | Problem]:
    """The values that the mapping leads to, each with its bytes."""
    steps = [step for step in mapping.items.split(".") if step]
    first = source.stream.read(1 << 16)
    stream = io.BufferedReader(_Again(first, source.stream))
    begins = first.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if mapping.opening or (begins == b"[" and steps[:1] in ([], ["*"])):
        array = ArrayItems(stream, opening=mapping.opening or r"\[")
        for piece in array:
            yield from _below(source, piece, steps[1:])
        if array.prefix and not array.closed:
            yield Problem("SMA-R003", source.path, params={"counted": 0})
    elif not steps or steps == ["*"]:
        for piece in lines(stream):
            yield from _below(source, piece, [])
    else:
        data = stream.read(MAX_DOCUMENT + 1)
        start = len(data) - len(data.removeprefix(b"\xef\xbb\xbf").lstrip())
        if len(data) > MAX_DOCUMENT and steps[-1:] == ["*"] and len(steps) > 1:
            # Too large for memory: the first list of that name is taken for the one that is meant.
            listed = ArrayItems(io.BufferedReader(_Again(data, stream)), opening=rf'"{re.escape(steps[-2])}"\s*:\s*\[')
            for piece in listed:
                yield from _below(source, piece, [])
            if not listed.closed:
                yield Problem("SMA-R003", source.path, params={"counted": 0})
        elif len(data) > MAX_DOCUMENT:
            yield nothing_read(source.path, "too large")
        else:
            yield from _below(source, Piece(start, data[start:].rstrip()), steps)


_KEY = re.compile(rb"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|([{,]\s*)([\w$]+)(?=\s*:)", re.DOTALL)
"""Strings, which are passed over, and names without quotes: JavaScript knows numbers as names too, JSON5 does not."""


def _quoted(found: re.Match[bytes]) -> bytes:
    return found[1] or b'%s"%s"' % (found[2], found[3])


class _Again(io.RawIOBase):
    def __init__(self, first: bytes, rest: Any) -> None:
        self._first, self._rest = first, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._first[: len(buffer)] or self._rest.read(len(buffer))
        self._first = self._first[len(data) :]
        buffer[: len(data)] = data
        return len(data)


def _below(source: Source, piece: Piece, steps: list[str]) -> Iterator[Record | Problem]:
    if steps:
        below = items_of(piece) if steps[0] == "*" else filter(None, [value_at(piece, steps[0])])
        for one in below:
            yield from _below(source, one, steps[1:])
        return
    try:
        decoded = _json(piece.data)
    except ValueError as error:
        yield unreadable(source.path, piece, str(error))
        return
    yield _Item(source.evidence(piece.offset, len(piece.data)), piece, decoded)


def _json(data: bytes) -> Any:
    """JSON, and where the library for it is there, the text of a JavaScript object. Raises ``ValueError``."""
    try:
        return tolerant(data)
    except ValueError:
        try:
            import pyjson5  # noqa: PLC0415 -- an extra
        except ImportError:
            raise ValueError("JavaScript; the extra suppliers reads it") from None
        try:
            return pyjson5.decode_utf8(_KEY.sub(_quoted, data))
        except (pyjson5.Json5Exception, UnicodeDecodeError, RecursionError) as error:
            raise ValueError("neither JSON nor JavaScript") from error
