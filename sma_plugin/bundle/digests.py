"""Block and payload digests of WARC records, computed while a block passes (WARC 1.1, 5.8 and 5.9)."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any, NamedTuple

from sma_plugin.bundle.http import HEAD_END, MAX_HEAD, Dechunker
from sma_plugin.bundle.warc import Record

_SIZES = ("224", "256", "384", "512")
_ALGORITHMS = {
    "sha1": "sha1",
    "sha-1": "sha1",
    "md5": "md5",
    "md-5": "md5",
    **{f"sha{line}{size}": f"sha{size}" for size in _SIZES for line in ("", "-")},
    **{f"sha{line}3-{size}": f"sha3_{size}" for size in _SIZES for line in ("", "-")},
    "blake2b": "blake2b",
    "blake2b-512": "blake2b",
    "blake2s": "blake2s",
    "blake2s-256": "blake2s",
}
"""Labels in use and the name that Python has for the same."""
_DIGEST_SIZES = {name: hashlib.new(name, usedforsecurity=False).digest_size for name in set(_ALGORITHMS.values())}
_FAST = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "md5": hashlib.md5, "sha512": hashlib.sha512}
"""The most common ones, by their label."""
_BASE32 = bytes.maketrans(b"0189_+-ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"*******0123456789ABCDEFGHIJKLMNOPQRSTUV")
"""The alphabet of base32 (RFC 4648, 6) as the digits of a number; others that could be taken for digits are none."""
_MESSAGE = re.compile(
    rb"HTTP/\d|[^\r\n]{1,65000} HTTP/\d|(?:GET|POST|HEAD|PUT|PATCH|DELETE|OPTIONS) [^\r\n]*\r?\n", re.IGNORECASE
)
_LABELLED = re.compile(r"([A-Za-z0-9_/-]{2,20}):(\S{1,200})")


class Stated(NamedTuple):
    """A digest as a record states it; ``algorithm`` is ``None`` when it is not one that is known here."""

    label: str
    value: str
    algorithm: str | None

    @property
    def plausible(self) -> bool:
        """Whether the value is as long as a digest of this algorithm is, in hex, base32 or base64."""
        if self.algorithm is None:
            return False
        size = _DIGEST_SIZES[self.algorithm]
        return len(self.value.rstrip("=")) in (2 * size, -(-size * 8 // 5), -(-size * 8 // 6))

    def agrees(self, digest: bytes) -> bool:
        """Whether it is this digest, in whichever of the three writings."""
        return _is_digest(self.value, digest)


def _is_digest(value: str, digest: bytes) -> bool:
    """Whether a text is a digest in hex, base32 or base64 (also its form for addresses), padded or not."""
    bare = value.rstrip("=")
    if len(bare) == 2 * len(digest):
        return bare.lower() == digest.hex()
    if len(bare) == -(-len(digest) * 8 // 5):
        try:
            number = int(bare.upper().encode("ascii").translate(_BASE32), 32)
        except ValueError:
            return False
        return number == int.from_bytes(digest) << (-len(digest) * 8 % 5)
    return bare.replace("-", "+").replace("_", "/") == base64.b64encode(digest).decode().rstrip("=")


def stated(value: str | None) -> Stated | None:
    """A labelled digest; ``None`` when there is none or the value is no labelled digest."""
    matched = _LABELLED.fullmatch((value or "").strip())
    if not matched:
        return None
    label, text = matched.groups()
    return Stated(label, text, _ALGORITHMS.get(label.lower().replace("_", "-")))


class _Payload:
    """Digests of an HTTP message's body: as stored, with its chunks joined, and with its head.

    Practice differs between harvesters; some give the digest of the whole block as that of the payload.
    """

    def __init__(self, algorithm: str, *, whole: bool) -> None:
        self._raw = hashlib.new(algorithm, usedforsecurity=False)
        self._whole = hashlib.new(algorithm, usedforsecurity=False) if whole else None
        self._joined: Any = None
        self._undo = Dechunker()
        self._head: bytes | None = b""
        self._algorithm = algorithm

    def update(self, data: bytes) -> None:
        """Take in the next bytes of the block, in order; a piece may end anywhere, within the head too."""
        if self._whole:
            self._whole.update(data)
        if self._head is None:
            self._body(data)
            return
        seen = len(self._head)
        self._head += data
        end = HEAD_END.search(self._head, max(0, seen - 4))
        if end or len(self._head) > MAX_HEAD:
            cut = end.end() if end else len(self._head)
            head, body, self._head = self._head[:cut], self._head[cut:], None
            if not _MESSAGE.match(head):
                head, body = b"", head + body
            if re.search(rb"(?im)^transfer-encoding:[^\n]*chunked", head):
                self._joined = hashlib.new(self._algorithm, usedforsecurity=False)
            self._body(body)

    def _body(self, data: bytes) -> None:
        self._raw.update(data)
        if self._joined:
            self._joined.update(self._undo.feed(data))

    def digests(self) -> list[bytes]:
        """The raw digests of the body once the block has passed: as stored, and with its chunks joined, if any.

        Called once: it takes what was held back for a head that never ended.
        """
        if self._head is not None and not _MESSAGE.match(self._head):
            self._body(self._head)
        found = [self._raw.digest()]
        if self._joined:
            self._joined.update(self._undo.finish())
            found.append(self._joined.digest())
        return found

    def whole(self) -> bytes | None:
        """The raw digest of the whole block; ``None`` where the payload's cannot be it."""
        return self._whole.digest() if self._whole else None


class _Whole:
    """The digest of a whole block."""

    def __init__(self, algorithm: str) -> None:
        self._hash = hashlib.new(algorithm, usedforsecurity=False)

    def update(self, data: bytes) -> None:
        """Take in the next bytes of the block, in order."""
        self._hash.update(data)

    def digests(self) -> list[bytes]:
        """The raw digest, alone."""
        return [self._hash.digest()]

    def whole(self) -> None:
        """There is no other part that it could be of."""


class _Check(NamedTuple):
    code: str
    stated: Stated
    hash: _Whole | _Payload


def agrees_plainly(record: Record) -> bool:
    """Whether every digest of a record that is in memory is right, read as most harvesters mean it.

    When not, :class:`BlockDigests` says what is wrong, if anything is.
    """
    data = record.data
    if data is None:
        return False
    values = record.values
    for name in ("warc-block-digest", "warc-payload-digest"):
        value = values.get(name)
        if value is None or (name == "warc-payload-digest" and not _of_own_payload(record)):
            continue
        label, _, text = value.partition(":")
        make = _FAST.get(label)
        begin = http_body(data) if name == "warc-payload-digest" and _holds_http(record) else 0
        if make is None or not _is_digest(text, make(memoryview(data)[begin:], usedforsecurity=False).digest()):
            return False
    return True


def http_body(data: bytes) -> int:
    """Where the body of an HTTP message begins; 0 when it is none."""
    end = HEAD_END.search(data, 0, MAX_HEAD)
    return end.end() if end and _MESSAGE.match(data) else 0


def _of_own_payload(record: Record) -> bool:
    """Whether a payload digest is of what the record holds.

    A revisit states the payload of what it refers to; a segment that of the whole (WARC 1.1, 6.7 and 5.9).
    """
    return record.type not in ("revisit", "continuation") and "warc-segment-number" not in record.values


class BlockDigests:
    """Checks the digests that one record states, fed with its block."""

    def __init__(self, record: Record) -> None:
        self.faults: list[tuple[str, dict[str, str | int]]] = []
        self._checks: list[_Check] = []
        # warcprox gives the digest of the whole request as that of its payload; nothing hangs on a request's payload.
        self._of_whole = None if record.type == "request" else "SMA-W041"
        self._bodiless = record.type == "revisit" and _holds_http(record)
        self._add("WARC-Block-Digest", record, "SMA-W020", http=False)
        if _of_own_payload(record):
            self._add("WARC-Payload-Digest", record, "SMA-W021", http=_holds_http(record))

    def _add(self, name: str, record: Record, code: str, *, http: bool) -> None:
        value = record.get(name)
        if value is None:
            return
        found = stated(value)
        if found is None or (found.algorithm and not found.plausible):
            self.faults.append(("SMA-W023", {"field": name, "value": value[:80]}))
        elif found.algorithm is None:
            self.faults.append(("SMA-W022", {"field": name, "value": found.label}))
        else:
            block = record.get("WARC-Block-Digest")
            # Where the block's digest is stated and differs, that of the payload is not the block's.
            whole = record.type == "request" or block in (None, value)
            digest = _Payload(found.algorithm, whole=whole) if http else _Whole(found.algorithm)
            self._checks.append(_Check(code, found, digest))

    @property
    def needed(self) -> bool:
        """Whether there is anything to compute."""
        return bool(self._checks)

    def update(self, data: bytes) -> None:
        """Take in the next bytes of the block, in order, in pieces of any size; raises nothing."""
        for check in self._checks:
            check.hash.update(data)

    def finish(self) -> list[tuple[str, dict[str, str | int]]]:
        """Codes and parameters of what does not agree, once the whole block has passed."""
        for check in self._checks:
            if not any(map(check.stated.agrees, check.hash.digests())):
                whole = check.hash.whole()
                code = check.code if whole is None or not check.stated.agrees(whole) else self._of_whole
                code = "SMA-W060" if check.code == "SMA-W020" and self._is_of_payload(check.stated) else code
                self.faults += [(code, {"algorithm": check.stated.label})] if code else []
        return self.faults

    def _is_of_payload(self, block: Stated) -> bool:
        """Whether a block digest is that of the payload, which agrees; in a revisit, that of no payload at all.

        Some harvesters state it so: what they wrote went through the payload's digest only.
        """
        if self._bodiless and block.algorithm:
            return block.agrees(hashlib.new(block.algorithm, usedforsecurity=False).digest())
        return any(
            check.stated == block and any(map(block.agrees, check.hash.digests()))
            for check in self._checks
            if check.code == "SMA-W021"
        )


def _holds_http(record: Record) -> bool:
    """Whether a block holds an HTTP message: as it states, or, when it does not state that, as its type asks."""
    if record.content_type.startswith("application/http"):
        return True
    return record.type in ("response", "request") and (record.target_uri or "").lower().startswith("http")
