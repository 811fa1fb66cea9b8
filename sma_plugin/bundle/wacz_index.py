"""The indexes of a WACZ against what it holds: CDXJ or CDX lines, plain or in gzip blocks with a list of the blocks."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from isal import isal_zlib

from sma_plugin.bundle.wacz import WaczFile
from sma_plugin.bundle.wacz_captured import Captures, digest_key, url_key
from sma_plugin.model import Problem

_INDEX = re.compile(r"indexes/.+\.(?:cdxj?|cdx\.gz|cdxj\.gz|idx)", re.IGNORECASE)
_LINE = re.compile(r"(\S+) (\d{4,17}) (\{.*\})")
_BLOCK = re.compile(r"(.+?) (\d{4,17})(?: (\{.*\})|\t(\S+)\t(\d+)\t(\d+).*)")
_MAX_LINE = 1 << 20
_MAX_GROWTH = 1000
_CHUNK = 1 << 16
_MAX_BLOCKS = 1_000_000
_DAMAGE = cast("type[Exception]", isal_zlib.IsalError)
_COLUMNS = {"a": "url", "b": "timestamp", "k": "digest", "S": "length", "V": "offset", "g": "filename"}
"""Letters of a CDX header (Internet Archive, CDX file format) and what CDXJ calls the same."""


Blocks = dict[tuple[int, int], str]
"""The gzip members of a compressed index: offset and length of each, and the SHA-256 of its bytes (hex)."""


def check_indexes(package: WaczFile, captures: Captures) -> Iterator[Problem]:
    """What indexes say that is not so (SMA-Z024 to Z029). Reads every index once."""
    names = [name for name in package.members if _INDEX.fullmatch(name)]
    if not names:
        yield Problem("SMA-Z028", package.path)
        return
    blocks: dict[str, Blocks] = {}
    for name in sorted(names, key=lambda name: name.lower().endswith(".idx")):
        found = Counter[str]()
        with package.open(name) as stream:
            if name.lower().endswith(".idx"):
                _check_blocks(stream, blocks, found)
            else:
                lines = stream if not name.lower().endswith(".gz") else _Unpacked(stream, blocks.setdefault(name, {}))
                _check_lines(lines, captures, found)
                if isinstance(lines, _Unpacked) and lines.damaged:
                    found["SMA-Z026"] += 1
        for code, lines_wrong in sorted(found.items()):
            yield Problem(code, package.path, params={"member": name, "lines": lines_wrong})
    if captures.unindexed:
        yield Problem("SMA-Z027", package.path, params={"number": len(captures.unindexed)})


def _check_lines(stream: BinaryIO | _Unpacked, captures: Captures, found: Counter[str]) -> None:
    columns: list[str] = []
    before = b""
    while line := stream.readline(_MAX_LINE):
        text = line.decode("utf-8", "replace").strip("\r\n")
        if text.startswith(" CDX "):
            columns = text.split()[1:]
            continue
        if not text or text.startswith("!"):
            continue
        entry = _entry(text, columns)
        code = "SMA-Z026" if entry is None else _fault(entry, captures)
        if code:
            found[code] += 1
        if line < before:
            found["SMA-Z029"] += 1
        before = line


def _entry(text: str, columns: list[str]) -> dict[str, Any] | None:
    """The fields of a line, with its time as ``timestamp``; ``None`` when it is no line of an index."""
    if columns:
        values = text.split(" ")
        named = {_COLUMNS[column]: value for column, value in zip(columns, values, strict=False) if column in _COLUMNS}
        return named if len(values) == len(columns) else None
    matched = _LINE.fullmatch(text)
    fields = _json(matched.group(3)) if matched else None
    return fields | {"timestamp": matched.group(2)} if matched and isinstance(fields, dict) else None


def _fault(entry: dict[str, Any], captures: Captures) -> str | None:
    """Why an entry does not lead to what it says, if so."""
    offset, name = _whole(entry.get("offset")), entry.get("filename")
    place = (str(name).rpartition("/")[2], offset if offset is not None else -1)
    record = captures.records.get(place)
    if record is None:
        return "SMA-Z024"
    captures.unindexed.discard(place)
    url, digest, status = (entry.get(name) for name in ("url", "digest", "status"))
    stated = _whole(entry.get("length"))
    second = entry["timestamp"][:14]
    agrees = (
        (not isinstance(url, str) or _same_address(url, record.url))
        and record.second.startswith(second)
        and (None in (stated, record.length) or (record.length or 0) - (stated or 0) in (0, record.closing))
        and (record.digest is None or digest in (None, "", "-") or digest_key(str(digest)) == record.digest)
        and (record.status is None or status in (None, "", "-") or str(status) == record.status)
    )
    return None if agrees else "SMA-Z025"


def _same_address(url: str, known: int) -> bool:
    """Whether it is the address; what a request carried may stand behind it (pywb, POST requests)."""
    return url_key(url) == known or url_key(re.split(r"[?&]__wb_", url, maxsplit=1)[0]) == known


def _check_blocks(stream: BinaryIO, blocks: dict[str, Blocks], found: Counter[str]) -> None:
    """The list of blocks against the blocks of the compressed index that it names."""
    target = ""
    while line := stream.readline(_MAX_LINE):
        text = line.decode("utf-8", "replace").strip("\r\n")
        if text.startswith("!meta"):
            meta = _json(text[text.find("{") :])
            target = str(meta.get("filename", "")) if isinstance(meta, dict) else ""
            continue
        matched = _BLOCK.fullmatch(text)
        if not matched:
            if text:
                found["SMA-Z026"] += 1
            continue
        fields = _json(matched.group(3) or "")
        columns = dict(zip(("filename", "offset", "length"), matched.groups()[3:], strict=True))
        named = fields if isinstance(fields, dict) else columns
        known = blocks.get(f"indexes/{named.get('filename') or target}", {})
        place = _whole(named.get("offset")), _whole(named.get("length"))
        sha256 = known.get((place[0] or 0, place[1] or 0)) if None not in place else None
        label, _, stated = str(named.get("digest") or "").partition(":")
        if sha256 is None:
            found["SMA-Z024"] += len(known) < _MAX_BLOCKS
        elif label == "sha256" and stated.lower() != sha256:
            found["SMA-Z025"] += 1
    if target and f"indexes/{target}" not in blocks:
        found["SMA-Z024"] += 1


def _whole(value: object) -> int | None:
    """A whole number, as such or as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return value if isinstance(value, int) and value >= 0 else None


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


class _Unpacked:
    """The lines of a gzip file, and where its members are. Damage, and growth out of all proportion, end it."""

    def __init__(self, raw: BinaryIO, blocks: Blocks) -> None:
        self._raw, self._blocks = raw, blocks
        self._inflater, self._hash = isal_zlib.decompressobj(31), hashlib.sha256()
        self._buffer = self._pending = b""
        self._at = self._read = self._start = self._given = 0
        self.damaged = False

    def readline(self, limit: int) -> bytes:
        """The next line, at most ``limit`` bytes of it."""
        while (end := self._buffer.find(b"\n", self._at)) < 0 and len(self._buffer) - self._at < limit:
            data = self._more()
            if not data:
                break
            self._buffer, self._at = self._buffer[self._at :] + data, 0
        end = min(end + 1 or len(self._buffer), self._at + limit)
        line, self._at = self._buffer[self._at : end], end
        return line

    def _more(self) -> bytes:
        while not self.damaged:
            if not self._pending:
                self._pending = self._raw.read(_CHUNK)
                self._read += len(self._pending)
            if not self._pending:
                self.damaged = self._read > self._start
                return b""
            if data := self._inflate():
                return data
        return b""

    def _inflate(self) -> bytes:
        given = self._pending
        try:
            data = bytes(self._inflater.decompress(given, _CHUNK * 4))
        except _DAMAGE:
            self.damaged = True
            return b""
        ended = self._inflater.eof
        self._pending = self._inflater.unused_data if ended else self._inflater.unconsumed_tail
        self._hash.update(given[: len(given) - len(self._pending)])
        if ended:
            end = self._read - len(self._pending)
            if len(self._blocks) < _MAX_BLOCKS:
                self._blocks[self._start, end - self._start] = self._hash.hexdigest()
            self._start, self._inflater, self._hash = end, isal_zlib.decompressobj(31), hashlib.sha256()
        self._given += len(data)
        self.damaged = self._given > _MAX_GROWTH * self._read + _CHUNK * 160
        return data
