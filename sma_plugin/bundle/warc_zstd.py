"""Zstandard as WARC files use it: a frame per record, perhaps with a dictionary in front (IIPC, WARC with Zstandard).

Frames are undone one after another; a record is found in the file as a whole (layout ``single``). Needs ``zstandard``.
"""

from __future__ import annotations

import importlib
import re
from typing import Any, BinaryIO

from sma_plugin.bundle.warc_content import Content, Fault, Position

MAGIC = b"\x28\xb5\x2f\xfd"
_DICTIONARY = 0x184D2A5D
"""The skippable frame that holds a dictionary, when it is the first of the file."""
_SKIPPABLE = range(0x184D2A50, 0x184D2A60)
_MAX_DICTIONARY = 16 << 20
_PIECE, _RAW = 1 << 10, 1 << 16
"""The library has no bound on its output: it is fed in small pieces, which may each grow to some megabytes."""
MAX_RATIO, RATIO_FREE = 1000, 64 << 20


def library() -> Any:
    """The library; ``None`` when it is not installed."""
    try:
        return importlib.import_module("zstandard")
    except ImportError:
        return None


def is_zstandard(first: bytes) -> bool:
    """Whether a file begins with a frame of Zstandard, or one that is to be skipped."""
    return first.startswith(MAGIC) or int.from_bytes(first[:4], "little") in _SKIPPABLE


def readable(first: bytes) -> bool:
    """Whether a file that begins like this is Zstandard, and can be read here."""
    return is_zstandard(first) and library() is not None


class ZstdContent(Content):
    """The content of a Zstandard file, frame by frame."""

    shared = "SMA-W048"

    def __init__(self, raw: BinaryIO, first: bytes, starts: re.Pattern[bytes]) -> None:
        super().__init__(raw, b"", starts)
        self._library, self._pending, self._size = library(), first, len(first)
        self._frame: Any = None
        self._begun = self._given = 0
        self._ended = False
        self._dictionary = self._read_dictionary()

    def window(self) -> None:
        """A record has no place of its own, so that every one is read step by step."""

    def locate(self, begin: int, start: int, end: int, after: int) -> Position:
        """The whole file."""
        del begin, start, end, after
        return Position("single", 0, self._size)

    def _have(self, size: int) -> bool:
        while len(self._pending) < size and (data := self._raw.read(_RAW)):
            self._pending += data
            self._size += len(data)
        return len(self._pending) >= size

    def _read_dictionary(self) -> Any:
        if not self._have(8) or int.from_bytes(self._pending[:4], "little") != _DICTIONARY:
            return None
        size = int.from_bytes(self._pending[4:8], "little")
        if size > _MAX_DICTIONARY or not self._have(8 + size):
            self._end("SMA-W014", "header")
            return None
        data, self._pending = self._pending[8 : 8 + size], self._pending[8 + size :]
        try:
            if data.startswith(MAGIC):
                data = self._library.ZstdDecompressor().decompress(data, max_output_size=_MAX_DICTIONARY)
            return self._library.ZstdCompressionDict(data)
        except self._library.ZstdError:
            self._end("SMA-W014", "header")
            return None

    def _end(self, code: str, reason: str) -> None:
        self._ended = True
        at = self._size - len(self._pending)
        params: dict[str, str | int] = {"reason": reason} if reason else {"size": len(self._pending)}
        self.faults.append(Fault(code, at, len(self._pending), params))

    def _fill(self) -> bytes:
        while not self._ended:
            if not self._have(1):
                if self._frame:
                    self._end("SMA-W015", "")
                self._ended = True
            elif self._frame is None:
                self._open_frame()
            elif data := self._inflate():
                return data
        return b""

    def _open_frame(self) -> None:
        self._have(8)
        number = int.from_bytes(self._pending[:4], "little")
        if number in _SKIPPABLE and len(self._pending) >= 8:
            self._skip(8 + int.from_bytes(self._pending[4:8], "little"))
        elif self._pending.startswith(MAGIC):
            engine = self._library.ZstdDecompressor(dict_data=self._dictionary, max_window_size=1 << 27)
            self._frame, self._begun, self._given = engine.decompressobj(), self._size - len(self._pending), 0
        else:
            self._end("SMA-W015" if MAGIC.startswith(self._pending) else "SMA-W006", "")

    def _skip(self, size: int) -> None:
        while size and self._have(1):
            passed = min(size, len(self._pending))
            self._pending, size = self._pending[passed:], size - passed

    def _inflate(self) -> bytes:
        piece, self._pending = self._pending[:_PIECE], self._pending[_PIECE:]
        try:
            data = bytes(self._frame.decompress(piece))
        except self._library.ZstdError:
            self._end("SMA-W014", "data")
            return b""
        if self._frame.eof:
            self._pending, self._frame = self._frame.unused_data + self._pending, None
        self._given += len(data)
        taken = self._size - len(self._pending) - self._begun
        if self._given > RATIO_FREE and self._given > MAX_RATIO * taken:
            self._end("SMA-W014", "bomb")
        return data
