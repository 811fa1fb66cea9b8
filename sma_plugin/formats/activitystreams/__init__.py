"""Normalised posts: one W3C ActivityStreams 2.0 object per line, with an extension of our own for the rest.

The form is described in docs/normalised-posts.md, in ``posts.schema.json`` and ``context.jsonld``.
:func:`decode` is the exact inverse of :func:`encode`: everything that an account history holds is in the line.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sma_plugin.formats.activitystreams.actor import account, resource
from sma_plugin.formats.activitystreams.lines import AccountLine, PostLine, ResourceLine
from sma_plugin.formats.activitystreams.post import POST_TYPES, post
from sma_plugin.formats.activitystreams.read import item as item_of
from sma_plugin.formats.activitystreams.values import line_of
from sma_plugin.model import AccountHistory, HistoryItem, PostHistory
from sma_plugin.namespaces import ACTIVITYSTREAMS
from sma_plugin.package.files import AT_ONCE

SCHEMA_VERSION = 1
"""Raised whenever a line of the new form means something else to a reader of the old one."""
LONGEST_LINE = 1 << 28
"""Bytes. The largest lines are posts with tens of thousands of observations: some megabytes."""
CONTEXT_FILE = "context.jsonld"
SCHEMA_FILE = "posts.schema.json"

_Line = PostLine | AccountLine | ResourceLine
_decode_line = msgspec.json.Decoder(_Line).decode


class MalformedLineError(ValueError):
    """A line that is not in the form of normalised posts; ``offset`` is where it begins in its file, in bytes."""

    def __init__(self, reason: str, offset: int | None = None) -> None:
        super().__init__(reason if offset is None else f"at byte {offset}: {reason}")
        self.reason, self.offset = reason, offset


class Line(NamedTuple):
    """A line of ``posts.jsonl``: where it begins, how long it is without its line feed (bytes), what it says."""

    offset: int
    length: int
    item: HistoryItem


def encode(item: HistoryItem) -> bytes:
    """One line: sorted keys, UTF-8, and a line feed.

    Raises ``TypeError`` when raw values are not of the kinds that JSON knows.
    """
    if isinstance(item, PostHistory):
        return line_of(post(item))
    return line_of(account(item) if isinstance(item, AccountHistory) else resource(item))


def decode(line: bytes) -> HistoryItem:
    """What a line says, with or without its line feed. Raises :class:`MalformedLineError`."""
    try:
        found = _decode_line(line)
        if found.exact is not None:
            found = msgspec.convert(json.loads(found.exact), _Line)
        return item_of(found)
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise MalformedLineError(str(error)) from error


def read_lines(path: Path, start: int = 0, end: int | None = None) -> Iterator[Line]:
    """Every line of a file, one at a time. Raises :class:`MalformedLineError` with its place, and ``OSError``.

    A line of :data:`LONGEST_LINE` bytes or more is cut there and refused, so that memory stays bounded. ``start`` and
    ``end`` (bytes) are where lines begin.
    """
    offset = start
    with path.open("rb", buffering=AT_ONCE) as stream:
        stream.seek(start)
        while (end is None or offset < end) and (line := stream.readline(LONGEST_LINE)):
            length = len(line) - line.endswith(b"\n")
            try:
                item = decode(line)
            except MalformedLineError as error:
                raise MalformedLineError(error.reason, offset) from error
            yield Line(offset, length, item)
            offset += len(line)


def stretches(path: Path, count: int) -> list[tuple[int, int]]:
    """Cut a file into about as many stretches of whole lines of one size: from and until where (bytes)."""
    size = path.stat().st_size
    borders = [0]
    with path.open("rb") as stream:
        for number in range(1, count):
            stream.seek(size * number // count)
            stream.readline()
            if borders[-1] < stream.tell() < size:
                borders.append(stream.tell())
    return list(pairwise((*borders, size)))


class Counts:
    """What stands in a file of normalised posts, counted while it is written."""

    def __init__(self) -> None:
        self.records: Counter[str] = Counter()
        self.types: Counter[str] = Counter()
        self.classes: Counter[str] = Counter()
        self.accounts: Counter[tuple[str, str]] = Counter()
        self.versions = 0

    def add(self, item: HistoryItem) -> None:
        """Count one item."""
        if isinstance(item, PostHistory):
            self.records["post"] += 1
            self.types[POST_TYPES[item.kind]] += 1
            self.classes[item.klass] += 1
            self.accounts[item.platform, item.author.native_id or ""] += 1
            self.versions += len(item.versions)
        elif isinstance(item, AccountHistory):
            self.records["account"] += 1
            self.accounts[item.platform, item.native_id] += 0
        else:
            self.records["resource"] += 1

    def include(self, others: Counts) -> None:
        """Count what others counted too."""
        self.records.update(others.records)
        self.types.update(others.types)
        self.classes.update(others.classes)
        self.accounts.update(others.accounts)
        self.versions += others.versions


def meta(counts: Counts) -> dict[str, Any]:
    """The sidecar ``posts.meta.json``: schema version, counts, and which context and schema hold.

    ``accounts`` gives the posts of every account met, by platform and native id (empty where no source gives one).
    """
    return {
        "schemaVersion": SCHEMA_VERSION,
        "context": ACTIVITYSTREAMS,
        "contextSha256": hashlib.sha256(shipped(CONTEXT_FILE)).hexdigest(),
        "schemaSha256": hashlib.sha256(shipped(SCHEMA_FILE)).hexdigest(),
        "lines": counts.records.total(),
        "records": dict(sorted(counts.records.items())),
        "versions": counts.versions,
        "types": dict(sorted(counts.types.items())),
        "classes": dict(sorted(counts.classes.items())),
        "accounts": [
            {"platform": platform, "nativeId": native_id, "posts": posts}
            for (platform, native_id), posts in sorted(counts.accounts.items())
        ],
    }


def shipped(name: str) -> bytes:
    """The JSON-LD context or JSON Schema that the software ships."""
    return files(__package__).joinpath(name).read_bytes()
