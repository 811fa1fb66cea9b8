"""The page lists of a WACZ: which pages were captured, when, and under which title (WACZ 1.1.1, 4.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, Protocol

from sma_plugin.bundle.wacz_member import ZipMember
from sma_plugin.model import Evidence

MAX_LINE = 16 << 20
"""A line of a page list may hold the page's whole text; longer ones are not read."""


class Page(NamedTuple):
    """One entry of a page list: address, time and title as delivered, and where the entry stands."""

    url: str
    ts: str | None
    title: str | None
    evidence: Evidence


class Package(Protocol):
    """What a page list needs of its WACZ."""

    path: str

    def tell(self, code: str, params: dict[str, str | int]) -> None:
        """Remember a finding about the file."""

    def open(self, name: str) -> BinaryIO:
        """A member as a forward stream."""


def page_list(package: Package, member: ZipMember) -> Iterator[Page]:
    """Every page of one list; a line that is none becomes a finding (SMA-Z020, Z021)."""
    offset = unreadable = number = 0
    with package.open(member.name) as stream:
        for number, line in enumerate(_lines(stream), 1):
            entry = json_value(line)
            if number == 1 and not (isinstance(entry, dict) and "format" in entry):
                package.tell("SMA-Z021", {"member": member.name})
            if isinstance(entry, dict) and isinstance(entry.get("url"), str):
                evidence = _evidence(package.path, member, offset, len(line.rstrip(b"\r\n")), number)
                yield Page(entry["url"], _text(entry.get("ts")), _text(entry.get("title")), evidence)
            elif line.strip() and not (number == 1 and isinstance(entry, dict) and "format" in entry):
                unreadable += 1
            offset += len(line)
    if not number:
        package.tell("SMA-Z021", {"member": member.name})
    if unreadable:
        package.tell("SMA-Z020", {"member": member.name, "lines": unreadable})


def _evidence(path: str, member: ZipMember, offset: int, length: int, number: int) -> Evidence:
    if member.stored:
        return Evidence(path, "bytes", member.offset + offset, length)
    return Evidence(path, "file", locator=f"{member.name}#{number}")


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines with their ends; one that is too long is given in pieces, none of which is JSON."""
    while line := stream.readline(MAX_LINE):
        yield line


def json_value(data: bytes) -> object:
    """The value that JSON text holds; ``None`` when it is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
