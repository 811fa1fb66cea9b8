"""A WARC with the values of cookies, log-ins, keys and signatures gone: a file of its own, beside the one delivered.

Lengths and digests are those of what is written; every record gets an identifier of its own that follows from the one
it had, and references between records go along (WARC 1.1, sections 5.2, 5.7 to 5.9 and 5.11). The warcinfo record says
what was done. Records are not packed (the Dutch guideline for archiving websites).
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from dataclasses import dataclass, field
from typing import BinaryIO

from sma_plugin import __version__
from sma_plugin.bundle import http
from sma_plugin.bundle.warc import Record, WarcWalk
from sma_plugin.bundle.warc_head import ArcDialect
from sma_plugin.privacy.masked_block import LARGEST, masker_of
from sma_plugin.secrets.addresses import masked

_SPACE = uuid.UUID("5b0c4a1e-3f0e-4f0e-9d53-2f5a6f0c7d11")
_IDENTIFIERS = {"warc-record-id", "warc-concurrent-to", "warc-refers-to", "warc-warcinfo-id", "warc-segment-origin-id"}
_ADDRESSES = {"warc-target-uri", "warc-refers-to-target-uri", "warc-profile"}
_URN = re.compile(r"[^<>\s]+")


class NotMaskableError(ValueError):
    """A file of which no masked copy can be made; the message says why, as one of ``findings/reasons.toml``."""


@dataclass
class Masking:
    """What goes from one file to the next: payloads whose digest changed, for the records that refer to them."""

    digests: dict[str, str] = field(default_factory=dict)
    records: int = 0
    changed: int = 0
    values: int = 0

    def write(self, source: BinaryIO, target: BinaryIO, name: str, origin: str) -> None:
        """Write the masked copy of a file. ``origin`` says of which. Raises :class:`NotMaskableError`."""
        walk = WarcWalk(source)
        if isinstance(walk.dialect, ArcDialect):
            raise NotMaskableError("an ARC file")
        for record in walk:
            if record.truncated or record.content_length is None or record.content_length > LARGEST:
                raise NotMaskableError("a record that is cut off or too large")
            block = record.stream.read()
            record.close()
            if len(block) != record.content_length or record.faults:
                raise NotMaskableError("a record that is cut off or too large")
            if self.records == 0 and record.type != "warcinfo":
                target.write(_first(name, origin, record.date or ""))
            self.records += 1
            self._record(record, block, target, name, origin)
        if walk.faults:
            raise NotMaskableError("damage")

    def _record(self, record: Record, block: bytes, target: BinaryIO, name: str, origin: str) -> None:
        found = masker_of(record.type, record.content_type)(block)
        data = found.data + _done(origin) if record.type == "warcinfo" else found.data
        self.values += found.gone
        fields = [self._field(one, value, record, block, data, name) for one, value in record.headers]
        told = list(zip(record.headers, fields, strict=True))
        addressed = any(now != value for (one, value), now in told if one.lower() in _ADDRESSES)
        self.values += addressed
        self.changed += bool(found.gone or addressed)
        lines = "".join(f"{one}: {now}\r\n" for (one, _), now in told)
        target.write(f"{record.version or 'WARC/1.0'}\r\n{lines}\r\n".encode() + data + b"\r\n\r\n")

    def _field(self, name: str, value: str, record: Record, block: bytes, data: bytes, file: str) -> str:
        known = name.lower()
        if known in _IDENTIFIERS:
            return _URN.sub(lambda found: _of(found[0]), value)
        if known in _ADDRESSES:
            return masked(value)
        if known == "content-length":
            return str(len(data))
        if known == "warc-block-digest":
            return _digest(value, data)
        if known == "warc-payload-digest":
            return self._payload(value, record, block, data)
        return file if known == "warc-filename" else value

    def _payload(self, value: str, record: Record, block: bytes, data: bytes) -> str:
        """The digest of a payload: as it was where that did not change, of a revisit what its target has now."""
        if record.type == "revisit":
            return self.digests.get(value, value)
        was, now = _payload_of(record, block), _payload_of(record, data)
        if was == now:
            return value
        return self.digests.setdefault(value, _digest(value, now))


def _of(identifier: str) -> str:
    """The identifier of the record that is made of the one with this identifier."""
    return f"urn:uuid:{uuid.uuid5(_SPACE, identifier)}"


def _payload_of(record: Record, block: bytes) -> bytes:
    if "http" not in record.content_type or record.type not in ("request", "response"):
        return block
    end = http.HEAD_END.search(block, 0, http.MAX_HEAD)
    return block[end.end() :] if end else b""


def _digest(value: str, data: bytes) -> str:
    """The digest of some bytes in the form of another one: its algorithm, its letters."""
    label, _, told = value.partition(":")
    name = label.strip().lower().replace("-", "")
    made = hashlib.new(name if name in ("sha1", "sha256", "sha512", "md5") else "sha256", data)
    shown = label if made.name == name else "sha256"
    coded = base64.b32encode(made.digest()).decode()
    return f"{shown}:{made.hexdigest() if len(told.strip()) == 2 * made.digest_size else coded}"


def _done(origin: str) -> bytes:
    told = "values of cookies, log-ins, keys and signatures taken out; lengths and digests recalculated"
    return f"derived-from: {origin}\r\nredaction: {told} (sma-plugin/{__version__})\r\n".encode()


def _first(name: str, origin: str, date: str) -> bytes:
    """A warcinfo record, of the date of the first record, for a file that has none at its beginning."""
    data = b"format: WARC File Format 1.1\r\n" + _done(origin)
    head = (
        f"WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <{_of(origin)}>\r\nWARC-Date: {date}\r\n"
        f"WARC-Filename: {name}\r\nContent-Type: application/warc-fields\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data + b"\r\n\r\n"
