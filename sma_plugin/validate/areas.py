"""Whether every byte area of a post holds that very post in the kept evidence: no byte more, none less.

Areas are checked file by file in the order of their offsets; one file is open at a time, and nothing is read whole.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from sma_plugin.bundle.http import entity, response_head
from sma_plugin.findings import Finding, make
from sma_plugin.validate.lines import Claim

MAX_AREA = 64 << 20
"""A larger area is not searched through; that its file holds so many bytes is checked by the profile."""
_JSON = (".json", ".jsonl", ".ndjson", ".js")
_WEB = (".warc", ".warc.gz", ".wacz")
_RECORD = (b"WARC/", b"\x1f\x8b")


def check_areas(root: Path, claims: dict[str, list[Claim]]) -> Iterator[Finding]:
    """Check what posts claim of every kept file, by package path."""
    for name in sorted(claims):
        path = root / name
        if not path.is_file():
            continue
        with path.open("rb") as stream:
            for claim in sorted(claims[name]):
                if claim.extent > MAX_AREA:
                    continue
                stream.seek(claim.begin)
                data = stream.read(claim.extent)
                if len(data) == claim.extent and not (_is_whole(data, name) and _holds(data, claim.names)):
                    yield make("SMA-V022", path=name, offset=claim.begin, item=claim.division)


def _is_whole(data: bytes, name: str) -> bool:
    """Whether bytes are one JSON value, or begin like a WARC record, in a file where they should."""
    ending = name.casefold()
    if ending.endswith(_WEB):
        # A record whose version line is damaged shows by its first field.
        return data.startswith(_RECORD) or b"WARC-" in data[:60].upper()
    return not ending.endswith(_JSON) or _is_json(data)


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _is_lenient_json(data)
    return True


def _is_lenient_json(data: bytes) -> bool:
    """What readers take too: NaN, lone surrogates, bytes that are no UTF-8, deep nesting."""
    try:
        json.loads(data.decode("utf-8", "replace"), strict=False)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def _holds(data: bytes, wanted: tuple[str, ...]) -> bool:
    """Whether bytes hold one of the names: as they are, or within a gzip member and its encoded body."""
    return any(_in(name, form) for form in _forms(data) for name in wanted)


def _in(name: str, data: bytes) -> bool:
    plain = name.encode("utf-8", "replace")
    tail = plain.rpartition(b"/")[2]
    escaped = plain.replace(b"/", b"\\/")
    if plain in data or escaped in data or (len(tail) > 5 and tail in data):
        return True
    as_json = json.dumps(name)[1:-1].encode()
    return b"\\" in as_json and as_json in re.sub(rb"\\u[0-9A-F]{4}", lambda found: found.group().lower(), data)


def _forms(data: bytes) -> Iterator[bytes]:
    yield data
    record = data
    if data[:2] == b"\x1f\x8b":
        try:
            record = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return
        yield record
    if record[:5].upper() == b"WARC/":
        yield _body(record)


def _body(record: bytes) -> bytes:
    """The body of the response in a WARC record, chunks joined and encodings undone; nothing when there is none."""
    _, _, block = record.removesuffix(b"\r\n\r\n").partition(b"\r\n\r\n")
    head = response_head(block)
    if head is None:
        return b""
    # What is wrong with the body was told when it was received.
    return entity(io.BytesIO(block[head.size :]), head, lambda _code, _values: None).read(MAX_AREA)
