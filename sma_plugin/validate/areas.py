"""Whether every byte area of a post holds that very post in the kept evidence: no byte more, none less.

Areas are checked file by file in the order of their offsets; one file is open at a time, and nothing is read whole.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import msgspec

from sma_plugin.bundle.http import entity, response_head
from sma_plugin.findings import Finding, make
from sma_plugin.readers.csv_rows import Rows
from sma_plugin.validate.lines import Claim

MAX_AREA = 64 << 20
"""A larger area is not searched through; that its file holds so many bytes is checked by the profile."""
_JSON = (".json", ".jsonl", ".ndjson", ".js")
_WEB = (".warc", ".warc.gz", ".wacz")
_CID = re.compile("bafyrei[a-z2-7]{52}")
"""The text of a CID: version 1, DAG-CBOR, SHA-256."""
_RECORD = (b"WARC/", b"\x1f\x8b")


def check_areas(root: Path, claims: dict[str, list[Claim]]) -> Iterator[Finding]:
    """Check what posts claim of every kept file, by package path."""
    for name in sorted(claims):
        path = root / name
        if not path.is_file():
            continue
        with path.open("rb") as stream:
            # Many posts stand in one record of a web archive: it is read and unpacked once for all of them.
            for (begin, extent), posts in groupby(sorted(claims[name]), key=lambda claim: (claim.begin, claim.extent)):
                if extent > MAX_AREA:
                    continue
                stream.seek(begin)
                data = stream.read(extent)
                if len(data) < extent:
                    continue
                forms = _forms(data) if _is_whole(data, name) else []
                for claim in posts:
                    if not (
                        _holds(forms, claim.names)
                        or (_has_no_id(forms) and _holds(forms, claim.moments))
                        or _is_block(data, forms, claim.names)
                    ):
                        yield make("SMA-V022", path=name, offset=begin, item=claim.division)


def _is_block(data: bytes, forms: list[bytes], names: tuple[str, ...]) -> bool:
    """Whether bytes are the block of a content-addressed archive that a name is the identifier (CID) of, or hold it."""
    named = (name.rpartition("#")[2] for name in names)
    wanted = {
        base64.b32decode(name[1:].upper() + "=" * (-(len(name) - 1) % 8)) for name in named if _CID.fullmatch(name)
    }
    if not wanted:
        return False
    own = b"\x01\x71\x12\x20" + hashlib.sha256(data).digest()
    return own in wanted or any(one in form for one in wanted for form in forms)


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
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _is_lenient_json(data)
    return True


def _is_lenient_json(data: bytes) -> bool:
    """What readers take too: NaN, lone surrogates, bytes that are no UTF-8, deep nesting."""
    try:
        json.loads(data.decode("utf-8", "replace"), strict=False, parse_int=float)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def _has_no_id(forms: list[bytes]) -> bool:
    """Whether the bytes are one state in a history of edits, which does not say what it is a state of."""
    try:
        found = msgspec.json.decode(forms[0], type=dict[str, msgspec.Raw]) if forms and forms[0][:1] == b"{" else {}
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return {"account", "created_at", "content"} <= found.keys() and not {"id", "uri", "id_str"} & found.keys()


def _holds(forms: list[bytes], wanted: tuple[str, ...]) -> bool:
    """Whether bytes hold one of the names, in any of their forms."""
    return any(_in(name, form) for form in forms for name in wanted)


def _in(name: str, data: bytes) -> bool:
    plain = name.encode("utf-8", "replace")
    tail = plain.rpartition(b"/")[2]
    escaped = plain.replace(b"/", b"\\/")
    if plain in data or escaped in data or (len(tail) > 5 and tail in data):
        return True
    return json.dumps(name, ensure_ascii=False)[1:-1] in _read(data) or name in _cells(data)


def _read(data: bytes) -> str:
    """JSON as readers take it in, written without escapes: what Unicode cannot hold is U+FFFD in it."""
    try:
        value = json.loads(data.decode("utf-8", "replace"), strict=False, parse_int=str)
    except (ValueError, RecursionError):
        return ""
    return re.sub("[\ud800-\udfff]", "\ufffd", json.dumps(value, ensure_ascii=False))


def _cells(data: bytes) -> str:
    """The cells of a row of a table as readers take them in: quotes and encodings undone."""
    return "\n".join("\n".join(row.cells) for row in Rows(io.BytesIO(data)))


def _forms(data: bytes) -> list[bytes]:
    """Bytes with their encodings undone, innermost first: the body of a record, the gzip member, and as they are."""
    forms = [data]
    if b"\0" in data[:2]:
        forms.insert(0, data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace").encode())
    if data[:2] == b"\x1f\x8b":
        try:
            forms.insert(0, gzip.decompress(data))
        except (OSError, EOFError, zlib.error):
            return forms
    if forms[0][:5].upper() == b"WARC/":
        forms.insert(0, _body(forms[0]))
    return forms


def _body(record: bytes) -> bytes:
    """The body of the response in a WARC record, chunks joined and encodings undone; nothing when there is none."""
    _, _, block = record.removesuffix(b"\r\n\r\n").partition(b"\r\n\r\n")
    head = response_head(block)
    if head is None:
        return b""
    # What is wrong with the body was told when it was received.
    return entity(io.BytesIO(block[head.size :]), head, lambda _code, _values: None).read(MAX_AREA)
