"""The items of every capture on disk between read and history: length-prefixed MessagePack.

One frame is the number of the capture and the length of the item (two unsigned 32-bit integers, little-endian), then
the item. The stream is written once, in the order of reading, and read once.
"""

from __future__ import annotations

import gc
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import msgspec

from sma_plugin.model import Exclusion, Item
from sma_plugin.package.files import PART, publish
from sma_plugin.secrets.addresses import cleaned, without_secrets

_FRAME = struct.Struct("<II")
_ROOM = bytes(_FRAME.size)
_BLOCK = 1 << 20
_BITS = 63


@contextmanager
def without_collector() -> Iterator[None]:
    """Without the garbage collector: items hold no cycles, and looking for them costs a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class ItemWriter:
    """Writes items; the file takes its place when the block ends without an error.

    Keys and signatures in addresses go on the way; ``masked`` counts them by the number of the capture.
    """

    def __init__(self, path: Path) -> None:
        self.masked: Counter[int] = Counter()
        self._path, self._part = path, path.with_name(path.name + PART)
        self._encode_into = msgspec.msgpack.Encoder().encode_into
        self._buffer = bytearray()
        self._stream: BinaryIO

    def __enter__(self) -> Self:
        self._stream = self._part.open("wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._stream.write(self._buffer)
        self._stream.close()
        if kind is None:
            publish(self._part, self._path)

    def add(self, capture: int, item: Item) -> None:
        """Append one item of the capture with this number."""
        buffer = self._buffer
        start = len(buffer)
        buffer += _ROOM
        self._encode(item, start + len(_ROOM))
        count = 0 if isinstance(item, Exclusion) else without_secrets(bytes(buffer[start + len(_ROOM) :]))[1]
        if count:
            self.masked[capture] += count
            self._encode(cleaned(item, paths=False), start + len(_ROOM))
        _FRAME.pack_into(buffer, start, capture, len(buffer) - start - len(_ROOM))
        if len(buffer) > _BLOCK:
            self._stream.write(buffer)
            buffer.clear()

    def _encode(self, item: Item, at: int) -> None:
        """Write an item at this place, instead of what stands there."""
        del self._buffer[at:]
        try:
            self._encode_into(item, self._buffer, -1)
        except OverflowError:
            del self._buffer[at:]
            self._encode_into(_bounded(msgspec.to_builtins(item)), self._buffer, -1)


def _bounded(value: Any) -> Any:
    """A value with the numbers that MessagePack cannot hold as text; only what is kept as delivered has them."""
    if isinstance(value, dict):
        return {name: _bounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_bounded(one) for one in value]
    return str(value) if isinstance(value, int) and value.bit_length() > _BITS else value


def read_items(path: Path) -> Iterator[tuple[int, Item]]:
    """Every item with the number of its capture."""
    decode = msgspec.msgpack.Decoder(Item).decode
    unpack, size = _FRAME.unpack_from, _FRAME.size
    with path.open("rb") as stream:
        rest = b""
        while chunk := stream.read(_BLOCK):
            data = rest + chunk
            at, end = 0, len(data)
            while end - at >= size:
                capture, length = unpack(data, at)
                if end - at - size < length:
                    break
                at += size
                yield capture, decode(memoryview(data)[at : at + length])
                at += length
            rest = data[at:]
