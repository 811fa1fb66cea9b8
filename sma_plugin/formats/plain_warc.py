"""A WARC in the form that preferred formats ask for: uncompressed WARC 1.1.

It is written again record by record, in its order. Every block keeps its bytes and every record its identifier,
date, address and digests; what WARC 1.1 writes otherwise is written so (ISO 28500:2017, 5.12: addresses without angle
brackets; 6.7: the profiles of revisits), and a record without a block digest gets one (Dutch guideline for archiving
websites). The warcinfo record says what was done and of which file; so it is another record, with an identifier of its
own, and references to it go along. A digest that disagrees with its block stays as it is: it is evidence of that.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sma_plugin import __version__
from sma_plugin.bundle.stated_digest import Stated
from sma_plugin.bundle.warc import Record, WarcWalk, unbracketed
from sma_plugin.bundle.warc_content import Fault
from sma_plugin.bundle.warc_head import ArcDialect
from sma_plugin.bundle.warc_writing import CLOSING, IDENTIFIERS, first_record, head, made_of, moved, one_line
from sma_plugin.formats.conversion import Converted, MissingToolError, NotConvertibleError

VERSION = "WARC/1.1"
HARMLESS = {"SMA-W007", "SMA-W012", "SMA-W016", "SMA-W033", "SMA-W045", "SMA-W048"}
"""What may be said of a file of which every byte of every record is known: no closing lines, a field stated twice,
records packed together, padding, a head that is no UTF-8."""
_PROFILE = re.compile(
    r"(https?://netpreserve\.org/warc/)1\.0(/revisit/(?:identical-payload-digest|server-not-modified))"
)
_STATED_VERSION = re.compile(rb"(?im)^(format[ \t]*:[ \t]*)WARC File Format (?:1\.0|0\.1[78])[ \t]*(?=\r?$)")
_CONFORMS = re.compile(rb"(?im)^(conformsTo[ \t]*:[ \t]*)[^\r\n]*(?=\r?$)")
_SPECIFICATION = b"http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_ADDRESSES = {"warc-target-uri", "warc-refers-to-target-uri", "warc-profile"}
_DIGESTS = {"warc-block-digest", "warc-payload-digest"}
_MOST_INFO = 16 << 20
"""Bytes of a warcinfo record."""
_PIECE = 1 << 20


class Seen(NamedTuple):
    """What is compared of a record: all of it that must be the same before and after."""

    type: str
    id: str | None
    date: str | None
    uri: str | None
    payload: str | None
    """Its payload digest as stated."""
    block: str
    """SHA-256 of its block; empty for a warcinfo record, which is extended."""


def to_warc(source: Path, target: Path) -> Converted:
    """A WARC as uncompressed WARC 1.1.

    Raises :class:`NotConvertibleError` for ARC, and for a file with damage, a record that is cut off, or bytes that
    belong to no record; :class:`MissingToolError` for Zstandard without its library.
    """
    with source.open("rb") as stream:
        origin = f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"
        stream.seek(0)
        with target.open("w+b") as out:
            before = _Copying(target.name, origin, source.name).write(stream, out)
    with target.open("rb") as stream:
        after = list(_seen(stream))
    if len(after) == len(before) + 1:
        del after[0]  # the warcinfo record that was put before them
    if before != after:
        raise NotConvertibleError("other-record")
    return Converted(
        "sma-plugin",
        __version__,
        "every record written again, in order, as uncompressed WARC 1.1; warcinfo extended, block digests added where "
        "there were none",
        _counted(before),
        _counted(after),
        "the result read again: every record equal by type, identifier, date, address, payload digest and block",
    )


class _Copying:
    """One file that is written again."""

    def __init__(self, name: str, origin: str, was: str) -> None:
        self._name, self._origin, self._was = name, origin, was
        self._extended: set[str] = set()
        """Identifiers of the warcinfo records so far."""

    def write(self, source: BinaryIO, target: BinaryIO) -> list[Seen]:
        """Write all records; gives what was seen of each."""
        walk = _walk(source)
        seen: list[Seen] = []
        for record in walk:
            _refuse(walk.faults)
            if not seen and not _tells(record):
                told = b"format: WARC File Format 1.1\r\n" + self._told()
                digest = ("WARC-Block-Digest", Stated("").of(told))
                target.write(first_record(self._name, self._origin, record.date or "", told, digest))
            seen.append(self._record(record, target))
        _refuse(walk.faults)
        return seen

    def _told(self) -> bytes:
        told = "every record written again, uncompressed; blocks unchanged, but for this one"
        was = one_line(self._was).encode("ascii", "replace").decode()
        lines = (
            f"derived-from: {self._origin}",
            f"derived-from-filename: {was}",
            f"conversion: {told} (sma-plugin/{__version__})",
        )
        return "".join(f"{line}\r\n" for line in lines).encode()

    def _record(self, record: Record, target: BinaryIO) -> Seen:
        if _tells(record):
            return self._info(record, target)
        at, digest, block = target.tell(), Stated(""), hashlib.sha256()
        if record.data is not None:
            digest.update(record.data)
        target.write(self._head(record, str(digest)))
        while piece := record.stream.read(_PIECE):
            target.write(piece)
            block.update(piece)
            if record.data is None:
                digest.update(piece)
        _end(record, target)
        if record.data is None:
            end = target.tell()
            target.seek(at)
            target.write(self._head(record, str(digest)))
            target.seek(end)
        return _of(record, block.hexdigest())

    def _head(self, record: Record, digest: str) -> bytes:
        """The head of a record whose block stays as it is, with the digest of that where none was stated."""
        fields = self._fields(record, record.content_length or 0)
        return head(VERSION, fields if record.get("warc-block-digest") else [*fields, ("WARC-Block-Digest", digest)])

    def _info(self, record: Record, target: BinaryIO) -> Seen:
        """The record that tells of the file: told of this one, and under an identifier of its own."""
        if (record.content_length or 0) > _MOST_INFO:
            raise NotConvertibleError("cut-record")
        block = record.stream.read()
        if record.id:
            self._extended.add(record.id)
        told = _CONFORMS.sub(rb"\g<1>" + _SPECIFICATION, _STATED_VERSION.sub(rb"\g<1>WARC File Format 1.1", block))
        data = told.rstrip(b"\r\n") + b"\r\n" + self._told()
        digest = Stated(record.get("warc-block-digest") or "").of(data)
        fields = [(name, value) for name, value in self._fields(record, len(data)) if name.lower() not in _DIGESTS]
        target.write(head(VERSION, [*fields, ("WARC-Block-Digest", digest)]) + data)
        _end(record, target)
        return _of(record, "")

    def _fields(self, record: Record, size: int) -> list[tuple[str, str]]:
        """A record's fields as WARC 1.1 writes them."""
        once = dict.fromkeys(record.headers)  # some programs wrote a field twice
        return [(name, self._value(name.lower(), value, size)) for name, value in once]

    def _value(self, name: str, value: str, size: int) -> str:
        if name in _ADDRESSES:
            return _PROFILE.sub(r"\g<1>1.1\g<2>", unbracketed(value) or "")
        if name in IDENTIFIERS:
            told = moved(value, self._extended)
            return told if not told or told.startswith("<") else f"<{told}>"
        return {"content-length": str(size), "warc-filename": one_line(self._name)}.get(name, value)


def _walk(stream: BinaryIO) -> WarcWalk:
    walk = WarcWalk(stream)
    if isinstance(walk.dialect, ArcDialect):
        raise NotConvertibleError("arc")
    _refuse(walk.faults)
    return walk


def _refuse(faults: list[Fault]) -> None:
    """Stop where a file has damage, so that nothing of it could be lost in silence."""
    for fault in faults:
        if fault.code == "SMA-W002" and fault.params.get("form") == "zstandard":
            raise MissingToolError("zstandard")
        if fault.code not in HARMLESS:
            raise NotConvertibleError("damaged", fault.code)


def _end(record: Record, target: BinaryIO) -> None:
    record.close()
    if record.truncated or record.content_length is None:
        raise NotConvertibleError("cut-record")
    _refuse(record.faults)
    target.write(CLOSING)


def _tells(record: Record) -> bool:
    """Whether this is a record that can be told what was done: lines of fields about its file (ISO 28500, 6.2)."""
    return record.type == "warcinfo" and (not record.content_type or "warc-fields" in record.content_type)


def _of(record: Record, block: str) -> Seen:
    info = _tells(record)
    identifier = made_of(record.id) if info and record.id else record.id
    payload = None if info else record.get("warc-payload-digest")
    return Seen(record.type, identifier, record.date, record.target_uri, payload, block)


def _seen(stream: BinaryIO) -> Iterator[Seen]:
    """What is read of a file that was written."""
    walk = WarcWalk(stream)
    for record in walk:
        digest = hashlib.sha256()
        while piece := record.stream.read(_PIECE):
            digest.update(piece)
        record.close()
        if record.faults or record.version != VERSION:
            raise NotConvertibleError("other-record")
        payload = None if _tells(record) else record.get("warc-payload-digest")
        block = "" if _tells(record) else digest.hexdigest()
        yield Seen(record.type, record.id, record.date, record.target_uri, payload, block)
    if walk.faults:
        raise NotConvertibleError("other-record")


def _counted(seen: list[Seen]) -> dict[str, str | int | float]:
    """How many records there are of each type, and one digest over all that is compared of them."""
    digest = hashlib.sha256()
    for one in seen:
        digest.update(repr(one).encode())
    kinds = Counter(one.type or "untyped" for one in seen)
    return {"records": len(seen), **dict(sorted(kinds.items())), "digest": digest.hexdigest()}
