"""A WARC with the values of cookies, log-ins, keys and signatures gone: a file of its own, beside the one delivered.

Lengths and digests are those of what is written; every record gets an identifier of its own that follows from the one
it had, and references between records go along (WARC 1.1, sections 5.2, 5.7 to 5.9 and 5.11). The warcinfo record says
what was done. Records are not packed (the Dutch guideline for archiving websites). A body that is too large to look
through passes as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from sma_plugin import __version__
from sma_plugin.bundle import http
from sma_plugin.bundle.stated_digest import Stated
from sma_plugin.bundle.warc import Record, WarcWalk
from sma_plugin.bundle.warc_head import ArcDialect
from sma_plugin.bundle.warc_writing import CLOSING, IDENTIFIERS, first_record, head, moved
from sma_plugin.findings import MAX_PLACES
from sma_plugin.privacy import masked_block
from sma_plugin.privacy.masked_block import Left, masked_start, masker_of
from sma_plugin.secrets.addresses import masked

_PIECE = 1 << 20
_CUT_OFF = "a record that is cut off or too large"


class NotMaskableError(ValueError):
    """A file of which no masked copy can be made; the message says why, as one of ``findings/reasons.toml``."""


@dataclass
class Written:
    """What came of one file: its records, those that something went from, how many values, and what was left alone."""

    records: int = 0
    changed: int = 0
    values: int = 0
    left: Counter[Left] = field(default_factory=Counter)
    places: dict[Left, list[int]] = field(default_factory=dict)
    """Where the first of the records that were left alone begin in the file, by why they were."""

    def leave(self, why: Left, offset: int) -> None:
        """Note that the body of a record was not looked through."""
        self.left[why] += 1
        if self.left[why] <= MAX_PLACES:
            self.places.setdefault(why, []).append(offset)


@dataclass
class Masking:
    """What goes from one file to the next: payloads whose digest changed, for the records that refer to them."""

    digests: dict[str, str] = field(default_factory=dict)

    def write(self, source: BinaryIO, target: BinaryIO, name: str, origin: str) -> Written:
        """Write the masked copy of a file; ``target`` can be sought in, ``origin`` says of which file it is.

        Raises :class:`NotMaskableError`.
        """
        walk, done = WarcWalk(source), Written()
        if isinstance(walk.dialect, ArcDialect):
            raise NotMaskableError("an ARC file")
        for record in walk:
            if record.truncated or record.content_length is None:
                raise NotMaskableError(_CUT_OFF)
            if done.records == 0 and record.type != "warcinfo":
                told = b"format: WARC File Format 1.1\r\n" + _done(origin)
                target.write(first_record(name, origin, record.date or "", told))
            done.records += 1
            one = _Copied(record, name, self.digests, done)
            if record.content_length > masked_block.LARGEST:
                one.write_large(target)
            else:
                one.write_whole(target, origin)
        if walk.faults:
            raise NotMaskableError("damage")
        return done


class _Copied:
    """One record and its copy."""

    def __init__(self, record: Record, file: str, digests: dict[str, str], done: Written) -> None:
        self._record, self._file, self._digests, self._done = record, file, digests, done

    def write_whole(self, target: BinaryIO, origin: str) -> None:
        """Write the copy of a record that fits in memory."""
        record = self._record
        block = record.stream.read()
        record.close()
        if len(block) != record.content_length or record.faults:
            raise NotMaskableError(_CUT_OFF)
        found = masker_of(record.type, record.content_type)(block)
        data = found.data + _done(origin) if record.type == "warcinfo" else found.data
        self._count(found.gone, found.left)
        fields = self._head(
            len(data), lambda value: Stated(value).of(data), lambda value: self._payload(value, block, data)
        )
        target.write(fields + data + CLOSING)

    def write_large(self, target: BinaryIO) -> None:
        """Write the copy of a record whose body passes as it is; the digest of the block is filled in at the end."""
        record = self._record
        stated = {value: Stated(value) for one, value in record.headers if one.lower() == "warc-block-digest"}
        start = _read(record, http.MAX_HEAD)
        found = masked_start(start, record.type, record.content_type)
        self._count(found.gone, found.left)
        at, size = target.tell(), (record.content_length or 0) - len(start) + len(found.data)
        target.write(self._head(size, lambda value: str(stated[value]), lambda value: value))
        passed, piece = len(start), found.data
        while piece:
            target.write(piece)
            for one in stated.values():
                one.update(piece)
            piece = record.stream.read(_PIECE)
            passed += len(piece)
        record.close()
        if passed != record.content_length or record.faults:
            raise NotMaskableError(_CUT_OFF)
        target.write(CLOSING)
        end = target.tell()
        target.seek(at)
        target.write(self._head(size, lambda value: str(stated[value]), lambda value: value))
        target.seek(end)

    def _count(self, gone: int, left: Left | None) -> None:
        addressed = sum(masked(value) != value for _, value in self._record.headers)
        self._done.values += gone + addressed
        self._done.changed += bool(gone or addressed)
        if left:
            self._done.leave(left, self._record.offset)

    def _head(self, size: int, digest: Callable[[str], str], payload: Callable[[str], str]) -> bytes:
        """The record's own fields, for a block of a size; how digests become those of the copy is the caller's."""
        record = self._record
        replaced: dict[str, Callable[[str], str]] = {
            "content-length": lambda _: str(size),
            "warc-block-digest": digest,
            "warc-payload-digest": payload,
            "warc-filename": lambda _: self._file,
            **dict.fromkeys(IDENTIFIERS, moved),
        }
        fields = ((one, replaced.get(one.lower(), masked)(value)) for one, value in record.headers)
        return head(record.version or "WARC/1.0", fields)

    def _payload(self, value: str, block: bytes, data: bytes) -> str:
        """The digest of a payload: as it was where that did not change, of a revisit what its target has now."""
        if self._record.type == "revisit":
            return self._digests.get(value, value)
        was, now = _payload_of(self._record, block), _payload_of(self._record, data)
        if was == now:
            return value
        made = Stated(value).of(now)
        self._digests.setdefault(value, made)
        return made


def _read(record: Record, size: int) -> bytes:
    """So many bytes of a block, less only at its end."""
    parts, left = [], size
    while left and (piece := record.stream.read(left)):
        parts.append(piece)
        left -= len(piece)
    return b"".join(parts)


def _payload_of(record: Record, block: bytes) -> bytes:
    if "http" not in record.content_type or record.type not in ("request", "response"):
        return block
    end = http.HEAD_END.search(block, 0, http.MAX_HEAD)
    return block[end.end() :] if end else b""


def _done(origin: str) -> bytes:
    told = "values of cookies, log-ins, keys and signatures taken out; lengths and digests recalculated"
    return f"derived-from: {origin}\r\nredaction: {told} (sma-plugin/{__version__})\r\n".encode()
