"""Putting bytes into a file without touching those that are there: a copy with insertions, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sma_plugin.describe.xml import quoted

AT_ONCE = 1 << 18
_TAG = re.compile(rb"<[^\s/>]+((?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>")
_ATTRIBUTE = re.compile(rb"\s([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_LISTS = ("DMDID", "ADMID")
"""Attributes that hold several references, so that one more goes beside those that are there."""


class Insertion(NamedTuple):
    """Bytes that go in at an offset: given whole, or in pieces when their turn comes."""

    at: int
    pieces: Iterable[bytes]


def write_with(source: Path, target: BinaryIO, insertions: Iterable[Insertion]) -> None:
    """Copy a file with insertions, which come in the order of their offsets; at one offset they keep their order."""
    with source.open("rb") as stream:
        for one in insertions:
            _copy(stream, target, one.at - stream.tell())
            target.writelines(one.pieces)
        _copy(stream, target, None)


def _copy(stream: BinaryIO, target: BinaryIO, count: int | None) -> None:
    target.writelines(_blocks(stream, count))


def _blocks(stream: BinaryIO, count: int | None) -> Iterator[bytes]:
    while count is None or count > 0:
        data = stream.read(AT_ONCE if count is None else min(AT_ONCE, count))
        if not data:
            return
        count = count if count is None else count - len(data)
        yield data


def attributes_in(stream: BinaryIO, at: int, wanted: Mapping[str, str]) -> list[Insertion]:
    """What a start tag at an offset needs so that it has these attributes; nothing where it has them.

    An attribute that refers to sections (DMDID, ADMID) gets what it lacks beside what it has; another one that is there
    stays what it is.
    """
    tag = _tag(stream, at)
    present = {found.group(1).decode(): found for found in _ATTRIBUTE.finditer(tag.group(), 0, tag.end(1))}
    made: list[Insertion] = []
    for name, value in wanted.items():
        found = present.get(name)
        if found is None:
            made.append(Insertion(at + tag.end(1), [f' {name}="{quoted(value)}"'.encode()]))
        elif name in _LISTS:
            number = 2 if found.group(2) is not None else 3
            known = found.group(number).decode().split()
            more = "".join(f" {one}" for one in value.split() if one not in known)
            if more:
                made.append(Insertion(at + found.end(number), [more.encode()]))
    return made


def _tag(stream: BinaryIO, at: int) -> re.Match[bytes]:
    """The start tag at an offset, however long it is. Raises ``ValueError`` where there is none."""
    stream.seek(at)
    data = b""
    while more := stream.read(4096):
        data += more
        if found := _TAG.match(data):
            return found
    raise ValueError(f"no start tag at byte {at}")
