"""Writing files so that a run that is killed leaves either the old file or the new one, never half of one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec
import orjson

T = TypeVar("T")

PART = ".part"
"""What an unfinished file's name ends in."""
AT_ONCE = 1 << 18
"""Bytes that are written and read in one go; Python's own 8 KiB holds but a few lines of posts."""


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its place at ``path`` when the block ends without an error, and not before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + PART)
    with part.open("wb", buffering=AT_ONCE) as stream:
        yield stream
    publish(part, path)


def publish(part: Path, path: Path) -> None:
    """Flush a finished file or folder to disk and move it to its place: the one write point of every output."""
    if part.is_file():
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
    part.replace(path)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a small file whole."""
    with writing(path) as stream:
        stream.write(data)


def json_bytes(value: Any) -> bytes:
    """JSON as it stands in packages: sorted keys, two spaces, UTF-8, a line feed at the end."""
    plain = msgspec.to_builtins(value)
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def write_json(path: Path, value: Any) -> None:
    """Write a struct or plain value as JSON."""
    write_bytes(path, json_bytes(value))


def read_json(path: Path, kind: type[T]) -> T:
    """Read a JSON file into a struct. Raises ``OSError`` and :class:`msgspec.ValidationError`."""
    return msgspec.json.decode(path.read_bytes(), type=kind)


def write_json_lines(path: Path, rows: Iterable[Any]) -> int:
    """Write structs, one JSON object per line; gives how many."""
    encode = msgspec.json.Encoder(order="deterministic").encode
    count = 0
    with writing(path) as stream:
        for row in rows:
            stream.write(encode(row) + b"\n")
            count += 1
    return count


def read_json_lines(path: Path, kind: type[T]) -> Iterator[T]:
    """Read structs from JSON lines; a file that is not there has none."""
    if not path.is_file():
        return
    decode = msgspec.json.Decoder(kind).decode
    with path.open("rb", buffering=AT_ONCE) as stream:
        for line in stream:
            yield decode(line)


def read_only(path: Path) -> str:
    """The address by which SQLite opens a file for reading only, whatever characters stand in its name."""
    return f"{path.absolute().as_uri()}?mode=ro"
