"""WARC records written by hand: digests, lengths and identifiers right, one gzip member per record."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from make_packing import gzip_member

Headers = Sequence[tuple[str, str]]
_REASONS = {200: "OK", 404: "Not Found", 429: "Too Many Requests"}


def digest(data: bytes) -> str:
    """SHA-1 in base 32, as WARC tools write it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def identifier(key: str) -> str:
    """A record id that belongs to ``key``, in the form of a UUID version 4."""
    return f"<urn:uuid:{uuid.UUID(bytes=hashlib.sha256(key.encode()).digest()[:16], version=4)}>"


@dataclass(frozen=True)
class Record:
    """One record: its type, what it is of, when, and its block; ``payload`` is the part with a digest of its own."""

    kind: str
    block: bytes
    at: str
    content_type: str
    key: str
    uri: str | None = None
    payload: bytes | None = None
    fields: Headers = ()
    version: str = "1.0"

    def data(self) -> bytes:
        """The record as it stands in an uncompressed file, with its two empty lines."""
        head = [("WARC-Type", self.kind), ("WARC-Record-ID", identifier(self.key)), ("WARC-Date", self.at)]
        head += [("WARC-Target-URI", self.uri)] if self.uri else []
        head += self.fields
        head += [("WARC-Block-Digest", digest(self.block))]
        head += [("WARC-Payload-Digest", digest(self.payload))] if self.payload is not None else []
        head += [("Content-Type", self.content_type), ("Content-Length", str(len(self.block)))]
        lines = "".join(f"{name}: {value}\r\n" for name, value in head)
        return f"WARC/{self.version}\r\n{lines}\r\n".encode() + self.block + b"\r\n\r\n"


def warcinfo(name: str, at: str, facts: Headers, version: str = "1.0") -> Record:
    """The record that says who wrote the file, with what."""
    block = "".join(f"{key}: {value}\r\n" for key, value in facts).encode()
    fields = (("WARC-Filename", name),)
    return Record("warcinfo", block, at, "application/warc-fields", f"{name}/warcinfo", fields=fields, version=version)


def _lines(first: str, headers: Headers) -> bytes:
    return (first + "\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n").encode()


def chunked(body: bytes) -> bytes:
    """A body in chunks of 4,000 bytes, as it went over the line."""
    parts = [body[start : start + 4000] for start in range(0, len(body), 4000)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@dataclass(frozen=True)
class Exchange:
    """A request and its response. ``encode`` compresses the body; ``pieces`` sends it in chunks."""

    uri: str
    at: str
    body: bytes
    content_type: str
    status: int = 200
    encode: Callable[[bytes], bytes] | None = None
    pieces: bool = False
    sent: Headers = ()
    received: Headers = ()
    version: str = "1.0"
    key: str = field(default="")

    def records(self) -> Iterable[Record]:
        """The response and the request that belongs to it."""
        key = self.key or f"{self.uri}/{self.at}"
        body = self.encode(self.body) if self.encode else self.body
        headers = [("content-type", self.content_type), *self.received]
        headers += [("content-encoding", "gzip")] if self.encode else []
        headers += [("transfer-encoding", "chunked")] if self.pieces else [("content-length", str(len(body)))]
        wire = chunked(body) if self.pieces else body
        head = _lines(f"HTTP/1.1 {self.status} {_REASONS[self.status]}", headers)
        yield Record(
            "response",
            head + wire,
            self.at,
            "application/http; msgtype=response",
            f"{key}/response",
            self.uri,
            wire,
            version=self.version,
        )
        host, _, path = self.uri.partition("//")[2].partition("/")
        asked = _lines(f"GET /{path} HTTP/1.1", [("Host", host), ("Accept-Encoding", "gzip"), *self.sent])
        together = (("WARC-Concurrent-To", identifier(f"{key}/response")),)
        yield Record(
            "request",
            asked,
            self.at,
            "application/http; msgtype=request",
            f"{key}/request",
            self.uri,
            fields=together,
            version=self.version,
        )


def revisit(of: Exchange, at: str) -> Record:
    """The record that says: the same body came again."""
    headers = [("content-type", of.content_type), ("content-length", str(len(of.body)))]
    fields = (
        ("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"),
        ("WARC-Refers-To-Target-URI", of.uri),
        ("WARC-Refers-To-Date", of.at),
        ("WARC-Payload-Digest", digest(of.body)),
    )
    block = _lines("HTTP/1.1 200 OK", headers)
    kind = "application/http; msgtype=response"
    return Record("revisit", block, at, kind, f"{of.uri}/{at}/revisit", of.uri, fields=fields, version=of.version)


@dataclass(frozen=True)
class Placed:
    """A record with the place of its gzip member in the file."""

    record: Record
    offset: int
    length: int


def warc_gz(records: Iterable[Record]) -> tuple[bytes, list[Placed]]:
    """The file, each record a gzip member of its own, and where each record stands in it."""
    out, placed = bytearray(), []
    for record in records:
        member = gzip_member(record.data())
        placed.append(Placed(record, len(out), len(member)))
        out += member
    return bytes(out), placed
