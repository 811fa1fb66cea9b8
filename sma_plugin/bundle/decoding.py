"""Content encodings undone as a stream, with limits against bodies that are made to explode."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from isal import isal_zlib

_WINDOW = 1 << 16
_DAMAGE = cast("type[Exception]", isal_zlib.IsalError)


class Readable(Protocol):
    """Anything that gives bytes forward."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one encoding may grow: ``ratio`` to one beyond ``free`` bytes, and ``total`` bytes at all."""

    ratio: int = 1000
    free: int = 10 << 20
    total: int = 1 << 30


LIMITS = Limits()
Tell = Callable[[str, dict[str, str | int]], None]


class _Engine(Protocol):
    """One decompressor: takes input, gives at most so much output."""

    finished: bool

    def decode(self, data: bytes, size: int) -> bytes:
        """Output for ``data`` and what was held back; at most about ``size`` bytes. Raises ``ValueError``."""

    @property
    def hungry(self) -> bool:
        """Whether it can give nothing more without new input."""


class _Deflate:
    """gzip (members one after another) and deflate (zlib or raw: both are in use, RFC 9110, 8.4.1.2)."""

    def __init__(self, wbits: int) -> None:
        self._wbits, self._engine = wbits, isal_zlib.decompressobj(wbits)
        self._rest, self._full = b"", False
        self.finished = False

    @property
    def hungry(self) -> bool:
        return not self._rest and not self._full

    def decode(self, data: bytes, size: int) -> bytes:
        try:
            out = self._engine.decompress(self._rest + data, size)
        except _DAMAGE as error:
            raise ValueError(str(error)) from error
        self._rest, self._full = self._engine.unconsumed_tail, len(out) == size
        if self._engine.eof:
            self._rest, self._full = self._engine.unused_data, False
            self.finished = True
            if self._wbits == 31 and self._rest.startswith(b"\x1f\x8b"):
                self._engine, self.finished = isal_zlib.decompressobj(31), False
        return out


class _Brotli:
    """Brotli, by the library of that name."""

    def __init__(self, library: Any) -> None:
        self._engine, self._error = library.Decompressor(), library.error
        self.finished = self._full = False

    @property
    def hungry(self) -> bool:
        return bool(self._engine.can_accept_more_data()) and not self._full

    def decode(self, data: bytes, size: int) -> bytes:
        try:
            out = self._engine.process(data, output_buffer_limit=size)
        except self._error as error:
            raise ValueError(str(error)) from error
        self.finished = self._engine.is_finished()
        self._full = len(out) >= size
        return bytes(out)


class _Zstandard:
    """Zstandard, by the library of that name. It has no bound on its output: it is fed in small pieces."""

    def __init__(self, library: Any) -> None:
        self._engine = library.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        self._error, self._rest = library.ZstdError, b""
        self.finished = False

    @property
    def hungry(self) -> bool:
        return not self._rest

    def decode(self, data: bytes, size: int) -> bytes:
        data = self._rest + data
        piece, self._rest = data[: max(64, size >> 10)], data[max(64, size >> 10) :]
        try:
            out = self._engine.decompress(piece)
        except self._error as error:
            raise ValueError(str(error)) from error
        self.finished = bool(self._engine.eof)
        return bytes(out)


def _library(name: str, attribute: str) -> Any:
    """A library that may not be installed; ``None`` when it is not, or too old to be used safely."""
    try:
        library = importlib.import_module(name)
    except ImportError:
        return None
    return library if hasattr(library, attribute) else None


def _engine(name: str, first: bytes) -> _Engine | None:
    """The decompressor for an encoding; ``None`` when there is none here."""
    if name == "gzip":
        return _Deflate(31)
    if name == "deflate":
        zlib_header = len(first) > 1 and first[0] & 15 == 8 and not (first[0] << 8 | first[1]) % 31
        return _Deflate(15 if zlib_header else -15)
    if name == "br":
        library = _library("brotli", "Decompressor")
        return _Brotli(library) if library and hasattr(library.Decompressor, "can_accept_more_data") else None
    if name == "zstd":
        library = _library("zstandard", "ZstdDecompressor")
        return _Zstandard(library) if library else None
    return None


MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


class Counted:
    """A readable that says how much of it was read."""

    def __init__(self, raw: Readable) -> None:
        self._raw, self.size = raw, 0

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        data = self._raw.read(size)
        self.size += len(data)
        return data


def undo(
    name: str, raw: Readable, tell: Tell, limits: Limits = LIMITS, stored: Callable[[], int] | None = None
) -> Readable | None:
    """``raw`` with the encoding ``name`` undone; ``None`` when nothing here can undo it.

    ``stored`` says how many bytes were read of what lies beneath all encodings: what grows is held against that.
    """
    return _Undone(name, raw, tell, limits, stored) if _engine(name, b"") else None


class _Undone:
    """One encoding undone. A body that plainly is not encoded was stored decoded, as many harvesters do."""

    def __init__(self, name: str, raw: Readable, tell: Tell, limits: Limits, stored: Callable[[], int] | None) -> None:
        self._name, self._raw, self._tell, self._limits, self._stored = name, raw, tell, limits, stored
        self._engine: _Engine | None = None
        self._plain = self._over = False
        self._out = b""
        self._read = self._given = 0

    def read(self, size: int, /) -> bytes:
        while not self._out and not self._over and not self._plain:
            self._out = self._step()
            self._given += len(self._out)
            self._check()
        if not self._out and self._plain and not self._over:
            return self._raw.read(size)
        given, self._out = self._out[:size], self._out[size:]
        return given

    def _input(self) -> bytes:
        data = self._raw.read(_WINDOW)
        self._read += len(data)
        return data

    def _step(self) -> bytes:
        if self._engine is None:
            return self._begin()
        data = self._input() if self._engine.hungry else b""
        if not data and self._engine.hungry:
            return self._end()
        return self._decoded(data)

    def _begin(self) -> bytes:
        first = self._input()
        if not first:
            self._over = True
            return b""
        self._engine = _engine(self._name, first)
        magic = MAGIC.get(self._name)
        if self._engine is None or (magic and not first.startswith(magic[: len(first)])):
            return self._as_it_is(first)
        return self._decoded(first)

    def _as_it_is(self, data: bytes) -> bytes:
        self._plain = True
        self._tell("SMA-W038", {"value": self._name})
        return data

    def _decoded(self, data: bytes) -> bytes:
        if self._engine is None:
            return data
        try:
            out = self._engine.decode(data, _WINDOW)
        except ValueError:
            if not self._given and self._read == len(data) and self._name not in MAGIC:
                return self._as_it_is(data)
            self._over = True
            self._tell("SMA-W028", {"value": self._name, "size": self._given})
            return b""
        if self._engine.finished:
            self._over = True
            while self._raw.read(_WINDOW):  # the layer beneath is read to its end, where it may be found to lie
                continue
        return out

    def _end(self) -> bytes:
        self._over = True
        if self._given or self._read:
            self._tell("SMA-W028", {"value": self._name, "size": self._given})
        return b""

    def _check(self) -> None:
        stored = self._stored() if self._stored else self._read
        beyond = self._given > self._limits.free and self._given > self._limits.ratio * stored
        if (beyond or self._given > self._limits.total) and not self._plain:
            self._over, self._out = True, b""
            self._tell("SMA-W030", {"size": self._given})
