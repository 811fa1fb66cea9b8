"""The heads of WARC and ARC records: how each begins, and what it says of the block that follows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from sma_plugin.bundle import fields
from sma_plugin.bundle.warc_content import Content

MAX_HEAD = 1 << 20
_MARK = b"WARC/"
"""What every record begins with."""
_HEAD_END = re.compile(rb"\n\r{0,2}\n")
"""Two carriage returns are what a file has that was copied as text between systems."""
_ANY_LINE = re.compile(rb"\n")
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
_DIGITS = re.compile(r"\d{1,18}")
_VERSIONS = frozenset({"WARC/0.17", "WARC/0.18", "WARC/1.0", "WARC/1.1"})
_ONCE = frozenset(
    f"warc-{name}"
    for name in (
        *("record-id", "date", "type", "block-digest", "payload-digest", "ip-address", "refers-to", "target-uri"),
        *("refers-to-target-uri", "refers-to-date", "truncated", "warcinfo-id", "filename", "profile"),
        *("identified-payload-type", "segment-number", "segment-origin-id", "segment-total-length"),
    )
) | {"content-length", "content-type"}
"""The named fields that may occur once (WARC 1.1, 4 and 5.7); of extensions nothing is said."""
_FIRST_FIELD = rb"WARC-[A-Z][A-Z-]{1,40}[ \t]*:"
_NOT_VERSION = re.compile(_FIRST_FIELD, re.IGNORECASE)
_ARC_FIELDS = ("url", "ip-address", "archive-date", "content-type", "archive-length")
_ARC2_FIELDS = (*_ARC_FIELDS[:4], "result-code", "checksum", "location", "offset", "filename", _ARC_FIELDS[4])
_ARC_SCHEME = (
    rb"(?:filedesc|warcinfo|metadata|dns|whois|https?|ftps?|gopher|news|nntp|mms|rtsp|rtmp|file|urn|data|javascript"
    rb"|mailto|about|screenshot)"
)
_ARC_LINE = _ARC_SCHEME + rb":[^\r\n]{1,4000}[ ]\d{12,14}[ ][^\r\n]{0,400}[ ]\d+\r?\n"
_ARC_DATE = re.compile(r"\d{14}", re.ASCII)
_ARC_TYPED = re.compile(r"(\S.*) ([\d.:A-Fa-f]{1,45}|-) (\d{12,14}) (.*;.*) (\d{1,18})", re.ASCII)
"""A line of version 1 whose type has parameters after a space, as some harvesters wrote it."""


class HeadFault(NamedTuple):
    """A finding code about a head, with its parameters."""

    code: str
    params: dict[str, str | int]


@dataclass(slots=True)
class Head:
    """What stands before a block. ``block_length`` is in bytes; ``None`` when the head does not say it."""

    version: str
    headers: list[tuple[str, str]]
    values: dict[str, str] = field(default_factory=dict)
    """The first value of each field, by its name in lower case."""
    block_length: int | None = None
    faults: list[HeadFault] = field(default_factory=list)
    complete: bool = True


class Dialect:
    """WARC, 0.17 to 1.1 (ISO 28500)."""

    starts = re.compile(rb"WARC/\d", re.IGNORECASE)
    resembles = re.compile(rb"(?:[^\r\n]{0,40}\r?\n)?" + _FIRST_FIELD, re.IGNORECASE)
    """A record whose version line is missing or damaged, where one is expected: it shows by its first field."""
    follows = re.compile(rb"(?<=\n)WARC/\d+\.\d+[ \t]*\r{0,2}\n|WARC/\d\.\d\r?\n(?=WARC-|Content-)", re.IGNORECASE)
    ends = re.compile(rb"(?P<end>" + _HEAD_END.pattern + rb")|" + follows.pattern, re.IGNORECASE)
    """Where a head ends, or another record begins before it does."""
    embedded = re.compile(rb"WARC/\d+\.\d+[ \t]*\r?\n(?=WARC-|Content-)")
    """Where a neighbour begins inside what a record claims as its block."""
    reach = 256
    """So many bytes show whether a record begins."""
    closing, closings = b"\r\n\r\n", 2
    """What closes a record, and how many line ends that is."""

    def read(self, content: Content) -> Head:
        """Read a head; ``content`` stands at its first byte and afterwards at the block's."""
        data, ended = content.take_head(self.ends, MAX_HEAD)
        return self._parsed(data, ended=ended)

    def plain(self, data: bytes, at: int) -> tuple[Head, int] | None:
        """The head at a place, and where its block begins; ``None`` unless it is whole and nothing is odd about it."""
        end = _HEAD_END.search(data, at, at + MAX_HEAD)
        if not end:
            return None
        text = data[at : end.end()]
        head = self._parsed(text, ended=True) if _MARK not in text[1:].upper() else None
        return None if head is None or head.faults or head.block_length is None else (head, end.end())

    def _parsed(self, data: bytes, *, ended: bool) -> Head:
        version, _, rest = (b"", b"", data) if _NOT_VERSION.match(data) else data.partition(b"\n")
        found = fields.parse(rest)
        head = Head(fields.text(version.strip())[:40], found.values, fields.firsts(found.values), complete=ended)
        if not ended:
            head.faults.append(HeadFault("SMA-W010", {"size": len(data)}))
        if found.unreadable:
            head.faults.append(HeadFault("SMA-W009", {"lines": found.unreadable}))
        if head.version.upper() not in _VERSIONS:
            head.faults.append(HeadFault("SMA-W013", {"value": head.version}))
        if not _is_text(data):
            head.faults.append(HeadFault("SMA-W045", {}))
        if len(head.values) < len(found.values):
            head.faults += _repeated(found.values)
        self._length(head)
        return head

    def _length(self, head: Head) -> None:
        once = len(head.values) == len(head.headers)
        only = head.values.get("content-length")
        values = [only or ""] * (only is not None) if once else fields.every(head.headers, "content-length")
        readable = [value for value in values if _DIGITS.fullmatch(value)]
        if readable:
            head.block_length = int(readable[0])
        if head.complete and len(readable) != max(len(values), 1):
            shown = next((value for value in values if value not in readable), "")
            head.faults.append(HeadFault("SMA-W008", {"value": shown[:80]}))


def _is_text(data: bytes) -> bool:
    """Whether a head is UTF-8 without control characters (WARC 1.1, 4: fields are text in UTF-8)."""
    if len(data.translate(None, _CONTROLS)) < len(data):
        return False
    try:
        return data.isascii() or bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _repeated(headers: list[tuple[str, str]]) -> list[HeadFault]:
    counted: dict[str, int] = {}
    for name, _ in headers:
        lower = name.lower()
        if lower in _ONCE:
            counted[lower] = counted.get(lower, 0) + 1
    if max(counted.values(), default=1) == 1:
        return []
    names = dict.fromkeys(name for name, _ in headers if counted.get(name.lower(), 1) > 1)
    return [HeadFault("SMA-W012", {"field": name[:80]}) for name in {name.lower(): name for name in names}.values()]


class ArcDialect(Dialect):
    """ARC, version 1 and 2: one line of fields separated by spaces (Internet Archive, ARC file format, 1996)."""

    starts = re.compile(_ARC_SCHEME + rb":[^\r\n]{0,200}")
    follows = embedded = re.compile(rb"(?<=\n)" + _ARC_LINE + rb"|" + _ARC_LINE + rb"(?=HTTP/\d)")
    resembles = re.compile(rb"(?!)")
    reach = 6000
    closings = 1
    closing = b"\n"

    def __init__(self) -> None:
        self._names: tuple[str, ...] = _ARC_FIELDS

    def plain(self, data: bytes, at: int) -> tuple[Head, int] | None:
        """Every line of an ARC file is read by itself."""
        del data, at
        return None

    def read(self, content: Content) -> Head:
        """Read the line before a block. The first one, ``filedesc:``, says in its block which fields there are."""
        line, ended = content.take_through(_ANY_LINE, MAX_HEAD)
        text = fields.text(line.strip())
        if text.startswith("filedesc:") and re.search(rb"(?m)^2 \d", content.peek(400)):
            self._names = _ARC2_FIELDS
        typed = _ARC_TYPED.fullmatch(text) if self._names is _ARC_FIELDS else None
        values = list(typed.groups()) if typed else text.rsplit(" ", len(self._names) - 1)
        version = "ARC/2" if self._names is _ARC2_FIELDS else "ARC/1"
        head = Head(version, [], fields.firsts(arc_meaning([])), complete=ended)
        if len(values) != len(self._names) or not _DIGITS.fullmatch(values[-1]):
            head.faults.append(HeadFault("SMA-W032", {"value": text[:80]}))
            return head
        head.headers = list(zip(self._names, values, strict=True))
        head.values = fields.firsts(head.headers + arc_meaning(head.headers))
        head.block_length = int(values[-1])
        return head


def arc_meaning(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields of an ARC record under the names that a WARC record has for the same things.

    >>> arc_meaning([("url", "dns:x"), ("archive-date", "20140216050221"), ("content-type", "text/dns")])
    [('WARC-Type', 'response'), ('WARC-Target-URI', 'dns:x'), ('WARC-Date', '2014-02-16T05:02:21Z')]
    """
    url = fields.first(headers, "url") or ""
    date = fields.first(headers, "archive-date") or ""
    kind = "warcinfo" if url.startswith("filedesc:") else "response"
    meaning = [("WARC-Type", kind), ("WARC-Target-URI", url)]
    if _ARC_DATE.fullmatch(date):
        day, time = (date[:4], date[4:6], date[6:8]), (date[8:10], date[10:12], date[12:14])
        meaning.append(("WARC-Date", f"{'-'.join(day)}T{':'.join(time)}Z"))
    return meaning
