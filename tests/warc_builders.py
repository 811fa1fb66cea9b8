"""WARC, ARC and WACZ files of a fictional municipality, healthy and broken, made in memory."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import io
import json
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from sma_plugin.bundle import responses
from sma_plugin.findings import code
from sma_plugin.model import Evidence, Exclusion, Problem
from sma_plugin.readers.contract import Listing, Match, Source
from sma_plugin.testing import listing

SITE = "https://www.voorbeeldstad.example"
DATE = "2024-03-01T10:00:00Z"
BARE = ("SMA-W044", "SMA-W046")
"""What is told of most fixtures: they have no warcinfo and no digests."""


def record(
    kind: str = "response",
    block: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Voorbeeldstad</title>",
    *,
    number: int = 1,
    version: str = "WARC/1.1",
    closing: bytes = b"\r\n\r\n",
    url: str | None = f"{SITE}/",
    **changed: str | None,
) -> bytes:
    """One record by hand; ``changed`` replaces or (``None``) removes fields, underscores standing for hyphens."""
    fields: dict[str, str | None] = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>",
        "WARC-Date": DATE,
        "WARC-Target-URI": url,
        "Content-Type": "application/http; msgtype=response" if kind == "response" else "application/octet-stream",
        "Content-Length": str(len(block)),
    }
    if kind == "revisit":
        fields["WARC-Profile"] = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    fields |= {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [version, *(f"{name}: {value}" for name, value in fields.items() if value is not None)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + closing


def warcinfo() -> bytes:
    """The record that a file begins with."""
    return record(
        "warcinfo", b"software: vastlegger/1.0\r\n", number=0, url=None, Content_Type="application/warc-fields"
    )


def members(*parts: bytes) -> bytes:
    """Each part as a gzip member of its own."""
    return b"".join(gzip.compress(part, mtime=0) for part in parts)


def written(pages: Iterable[tuple[str, bytes, str]], *, packed: bool) -> bytes:
    """A WARC by warcio: address, body and media type of each response, a request after each, digests on both."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # warcio leaves its temporary files to be collected
        return _written(pages, packed=packed)


def _written(pages: Iterable[tuple[str, bytes, str]], *, packed: bool) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed, warc_version="WARC/1.1")
    for url, body, kind in pages:
        head = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
        response = writer.create_warc_record(
            url, "response", io.BytesIO(body), http_headers=head, warc_headers_dict={"WARC-Date": DATE}
        )
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Cookie", "bezoeker=geheim")], is_http_request=True)
        request = writer.create_warc_record(url, "request", http_headers=asked)
        writer.write_request_response_pair(request, response)
    return out.getvalue()


def sha1(data: bytes) -> str:
    """A digest as WARC states it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def cdxj(warc: bytes, name: str = "data.warc.gz", **changed: object) -> bytes:
    """An index of a WARC as warcio sees it; ``changed`` are values that every line states instead."""
    lines = []
    with contextlib.suppress(ArchiveLoadFailed):
        iterator = ArchiveIterator(io.BytesIO(warc))
        for item in iterator:
            url = item.rec_headers.get_header("WARC-Target-URI")
            if not url or item.rec_type == "request":
                continue
            stamp = re.sub(r"\D", "", item.rec_headers.get_header("WARC-Date"))[:14]
            status = item.http_headers.get_statuscode() if item.http_headers else "-"
            place = {"offset": iterator.get_record_offset(), "length": iterator.get_record_length()}
            stated = {"url": url, "status": status, "filename": name} | {key: str(at) for key, at in place.items()}
            if digest := item.rec_headers.get_header("WARC-Payload-Digest"):
                stated["digest"] = digest
            lines.append(f"example,voorbeeldstad,www){url.removeprefix(SITE)} {stamp} {json.dumps(stated | changed)}\n")
    return "".join(sorted(lines)).encode()


def causes(found: Iterable[str]) -> set[str]:
    """The codes that no other one explains."""
    return {name for name in found if not set(code(name).implied_by) & (set(found) - {name})}


def wacz(
    warc: bytes,
    pages: bytes | None = None,
    *,
    index: bytes | None = None,
    name: str = "index.cdx",
    idx: bytes | None = None,
    method: int = zipfile.ZIP_STORED,
    inner: str = "data.warc.gz",
    **extra: bytes,
) -> bytes:
    """A WACZ with a WARC (called ``inner``), its index, a page list and a datapackage that agrees.

    ``index`` is another one, ``name`` its name, ``idx`` a list of its blocks; ``extra`` replaces members (``__`` for
    ``/``).
    """
    if pages is None:
        pages = (
            b'{"format": "json-pages-1.0", "id": "pages", "title": "All"}\n'
            + json.dumps({"url": f"{SITE}/", "ts": DATE, "title": "Home van de lijst"}).encode()
            + b"\n"
        )
    lines = cdxj(warc, inner) if index is None else index
    contents = {f"archive/{inner}": warc, f"indexes/{name}": lines, "pages/pages.jsonl": pages}
    contents |= {} if idx is None else {"indexes/index.idx": idx}
    contents = {name: data for name, data in contents.items() if data != b"REMOVE"}
    resources = [
        {"path": name, "hash": "sha256:" + hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in contents.items()
    ]
    package = json.dumps({"profile": "data-package", "wacz_version": "1.1.1", "resources": resources}).encode()
    contents["datapackage.json"] = package
    digest = {"path": "datapackage.json", "hash": "sha256:" + hashlib.sha256(package).hexdigest()}
    contents["datapackage-digest.json"] = json.dumps(digest).encode()
    contents |= {name.replace("__", "/").replace("_dot_", "."): data for name, data in extra.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for member, data in contents.items():
            if data != b"REMOVE":
                archive.writestr(zipfile.ZipInfo(member), data, method)
    return out.getvalue()


class HarvestCapture:
    """A capture of the web in memory, as the bundle shows it to a reader."""

    def __init__(self, contents: dict[str, bytes], match: Match) -> None:
        self.match, self.contents = match, contents
        self.listing: Listing = listing(contents)
        self.problems: list[Problem | Exclusion] = []
        self.remembered: dict[str, object] = {}
        self.trusted: tuple[str, ...] = ()

    def open(self, path: str) -> Source:
        return Source(path, io.BytesIO(self.contents[path]), Evidence(path))

    def raw(self, path: str) -> BinaryIO:
        return io.BufferedReader(io.BytesIO(self.contents[path]))  # type: ignore[return-value, arg-type]

    def seekable(self, path: str) -> BinaryIO:
        return io.BytesIO(self.contents[path])

    def sources(self, path: str) -> Iterator[Source]:
        yield from responses.sources(self, path, self.problems)
