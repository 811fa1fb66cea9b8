"""Extracts: a copy from which the byte spans of single items are cut, and nothing else (CONTRACTS.md, "Exclusion").

One separator goes with each item: the comma that follows it, else the comma before it; the line end of a line. With an
object that is a member goes its name. A row of a CSV file is a line, whatever commas stand around it; a cell of one
takes no separator.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import BinaryIO, NamedTuple

from sma_plugin.package.records import Span
from sma_plugin.readers.exclusion import is_of_cells

_COMMA_AFTER = re.compile(rb"\s*,")
_COMMA_BEFORE = re.compile(rb",\s*\Z")
_NAME_BEFORE = re.compile(rb'"(?:[^"\\]|\\.){1,200}"\s*:\s*\Z', re.DOTALL)
_LINE_START = re.compile(rb"(?:\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?|[\r\n]\0?)\Z")
_LINE_END = re.compile(rb"\r\0\n\0|[\r\n]\0|\0\r\0\n|\0[\r\n]|\r*\n|\r")
"""In UTF-16, which a CSV file can be in, each character of a line end has a zero byte beside it."""
_NAME_OR_VALUE = re.compile(rb'"(?:[^"\\]|\\.){0,1000}"\s*(?::|\Z)|[-+.\w]{1,100}\Z', re.DOTALL)
_NEAR = 512
"""A separator is looked for within so many bytes of the item."""
_CHUNK = 1 << 20


class Cut(NamedTuple):
    """A span to cut: offset and length in the original, and the rule that asks for it."""

    offset: int
    length: int
    rule: str


def disjoint(cuts: Iterable[Cut]) -> list[Cut]:
    """Cuts in order, without those that lie within another one."""
    kept: list[Cut] = []
    for cut in sorted(cuts, key=lambda cut: (cut.offset, -cut.length)):
        if not kept or cut.offset >= kept[-1].offset + kept[-1].length:
            kept.append(cut)
    return kept


def _is_json(item: bytes) -> bool:
    """Whether an item looks like a JSON value or a name with one, so that commas beside it separate it."""
    if item[:1] in (b"{", b"["):
        return item[-1:] in (b"}", b"]")
    return _NAME_OR_VALUE.match(item) is not None


class _Cutter:
    def __init__(self, source: BinaryIO, write: Callable[[bytes], object], *, separators: bool) -> None:
        self._source, self._write, self._separators = source, write, separators
        self._ahead, self._from = b"", 0
        """What was read and not yet taken begins at ``_from``: to shorten it at each taking would copy it each time."""
        self._held: list[tuple[int, bytes]] = []
        """The last bytes that go out, by their offset in the original: a separator may still have to go from them."""
        self._at = 0
        self._original = hashlib.sha256()
        self.spans: list[Span] = []

    def _take(self, size: int) -> bytes:
        """Up to ``size`` bytes of the original."""
        taken = self._peek(size)
        self._from += len(taken)
        self._at += len(taken)
        return taken

    def _peek(self, size: int) -> bytes:
        missing = size - (len(self._ahead) - self._from)
        if missing > 0:
            pieces = [self._ahead[self._from :]]
            while missing > 0 and (data := self._source.read(max(_CHUNK, missing))):
                self._original.update(data)
                pieces.append(data)
                missing -= len(data)
            self._ahead, self._from = b"".join(pieces), 0
        return self._ahead[self._from : self._from + size]

    def _emit(self, offset: int, data: bytes) -> None:
        """Let bytes go out, holding back the last ones."""
        self._held.append((offset, data))
        while sum(len(held) for _, held in self._held[1:]) >= _NEAR:
            self._write(self._held.pop(0)[1])

    def copy_to(self, offset: int | None) -> None:
        """Let everything go out up to an offset in the original; without one, to its end."""
        while offset is None or self._at < offset:
            start = self._at
            data = self._take(_CHUNK if offset is None else min(_CHUNK, offset - self._at))
            if not data:
                return
            self._emit(start, data)

    def cut(self, cut: Cut) -> None:
        """Let everything go out up to a cut, and pass that with one separator."""
        self.copy_to(cut.offset)
        start = self._at
        gone = self._take(cut.length)
        if self._separators and not is_of_cells(cut.rule):
            gone += self._separator(gone, cut.rule)
        self._record(start, gone, cut.rule)

    def _separator(self, item: bytes, rule: str) -> bytes:
        """The separator that goes with an item: what follows it is given, what precedes it is taken back."""
        follows = self._peek(_NEAR)
        tail = b"".join(held[-_NEAR:] for _, held in self._held)[-_NEAR:]
        line = _LINE_END.match(follows) if _LINE_START.search(tail) else None
        if item[:1] == b"{" and (named := _NAME_BEFORE.search(tail)):
            self._take_back(len(tail) - named.start(), rule)
            tail = tail[: named.start()]
        if not _is_json(item) and _LINE_START.search(tail) and (line or not follows):
            return self._take(line.end()) if line else b""
        if comma := _COMMA_AFTER.match(follows):
            return self._take(comma.end())
        if before := _COMMA_BEFORE.search(tail):
            self._take_back(len(tail) - before.start(), rule)
            return b""
        return self._take(line.end()) if line else b""

    def _take_back(self, size: int, rule: str) -> None:
        """Cut the last ``size`` held bytes; they may stem from several places of the original."""
        while size:
            offset, data = self._held.pop()
            kept, gone = data[: max(0, len(data) - size)], data[max(0, len(data) - size) :]
            self._record(offset + len(kept), gone, rule)
            size -= len(gone)
            if kept:
                self._held.append((offset, kept))

    def _record(self, offset: int, gone: bytes, rule: str) -> None:
        if gone:
            self.spans.append(Span(offset, len(gone), hashlib.sha256(gone).hexdigest(), rule))

    def finish(self) -> tuple[str, int]:
        """Let the rest go out; gives the SHA-256 and the size of the original."""
        self.copy_to(None)
        for _, data in self._held:
            self._write(data)
        self.spans.sort(key=lambda span: span.offset)
        return self._original.hexdigest(), self._at


def extract(
    source: BinaryIO, write: Callable[[bytes], object], cuts: Iterable[Cut], *, separators: bool = True
) -> tuple[str, int, list[Span]]:
    """Copy ``source`` without the cuts; gives the original's SHA-256 and size, and the spans that were really cut.

    Records of a WARC stand side by side without ``separators``; with them, one goes with each item.
    """
    cutter = _Cutter(source, write, separators=separators)
    for cut in disjoint(cuts):
        cutter.cut(cut)
    digest, size = cutter.finish()
    return digest, size, cutter.spans


class Moves:
    """Where bytes of the original stand in the extract."""

    def __init__(self, spans: Iterable[Span | Cut]) -> None:
        ordered = sorted(spans, key=lambda span: span.offset)
        self._offsets = [span.offset for span in ordered]
        self._gone = [0, *accumulate(span.length for span in ordered)]

    def gone(self, offset: int) -> bool:
        """Whether the byte at this offset was cut."""
        at = bisect_right(self._offsets, offset) - 1
        return at >= 0 and offset < self._offsets[at] + self._gone[at + 1] - self._gone[at]

    def __call__(self, offset: int) -> int:
        """The offset in the extract of a byte that was not cut."""
        return offset - self._gone[bisect_left(self._offsets, offset)]
