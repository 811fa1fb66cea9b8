"""Fictional repositories of Bluesky made in memory: blocks, tree, signed commit, CAR file."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

DID = "did:plc:voorbeeldstad"
HANDLE = "voorbeeldstad.example"
CITIZEN = "did:plc:inwoner"
KEY = ec.derive_private_key(4242, ec.SECP256K1())
_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
Records = Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class Cid:
    """A link to a block."""

    data: bytes

    @property
    def text(self) -> str:
        return "b" + base64.b32encode(self.data).decode().rstrip("=").lower()


def cid(data: bytes, codec: int = 0x71) -> Cid:
    return Cid(bytes([1, codec, 0x12, 0x20]) + hashlib.sha256(data).digest())


def cbor(value: Any) -> bytes:  # noqa: PLR0911 -- one line a kind
    """DAG-CBOR: keys by length, then by bytes; links as tag 42."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, Cid):
        return b"\xd8\x2a" + cbor(b"\0" + value.data)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        data = value.encode()
        return _head(3, len(data)) + data
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(cbor, value))
    pairs = sorted(((cbor(name), cbor(one)) for name, one in value.items()), key=lambda pair: (len(pair[0]), pair[0]))
    return _head(5, len(pairs)) + b"".join(one + other for one, other in pairs)


def _head(major: int, number: int) -> bytes:
    for extra, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 24:
            return bytes([major << 5 | number])
        if number < 1 << 8 * size:
            return bytes([major << 5 | extra]) + number.to_bytes(size, "big")
    raise ValueError(number)


def varint(number: int) -> bytes:
    found = b""
    while number >= 0x80:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])


def section(data: bytes, codec: int = 0x71) -> bytes:
    whole = cid(data, codec).data + data
    return varint(len(whole)) + whole


def car(blocks: list[bytes], root: Cid) -> bytes:
    head = cbor({"roots": [root], "version": 1})
    return varint(len(head)) + head + b"".join(map(section, blocks))


def layer(key: str) -> int:
    digest = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
    return (256 - digest.bit_length()) // 2


def tree(records: Mapping[str, Cid], blocks: list[bytes], level: int | None = None) -> Cid:
    """The Merkle search tree of these records; its nodes are added to ``blocks``."""
    keys = sorted(records)
    if level is None:
        level = max(map(layer, keys), default=0)
    here = [key for key in keys if layer(key) == level]
    edges = ["", *here, "\x7f"]
    below = [[key for key in keys if one < key < other] for one, other in pairwise(edges)]
    links = [tree({key: records[key] for key in part}, blocks, level - 1) if part else None for part in below]
    entries, before = [], b""
    for key, link in zip(here, links[1:], strict=True):
        data = key.encode()
        shared = next(
            (n for n, (a, b) in enumerate(zip(data, before, strict=False)) if a != b), min(len(data), len(before))
        )
        entries.append({"p": shared, "k": data[shared:], "v": records[key], "t": link})
        before = data
    blocks.append(cbor({"l": links[0], "e": entries}))
    return cid(blocks[-1])


def commit(data: Cid, key: ec.EllipticCurvePrivateKey = KEY, **fields: Any) -> bytes:
    unsigned = {"did": DID, "version": 3, "data": data, "rev": "3lbvoorbeeld2", "prev": None, **fields}
    r, s = decode_dss_signature(key.sign(cbor(unsigned), ec.ECDSA(SHA256())))
    return cbor({**unsigned, "sig": r.to_bytes(32, "big") + s.to_bytes(32, "big")})


def repository(records: Records, *, leave_out: tuple[str, ...] = (), **fields: Any) -> bytes:
    """A CAR file of one signed commit over these records; some of them may be left out of the file."""
    blocks = {key: cbor(record) for key, record in records.items()}
    nodes: list[bytes] = []
    root = commit(tree({key: cid(data) for key, data in blocks.items()}, nodes), **fields)
    return car([root, *nodes, *(data for key, data in blocks.items() if key not in leave_out)], cid(root))


def did_document(key: ec.EllipticCurvePrivateKey = KEY, did: str = DID, handle: str = HANDLE) -> bytes:
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    prefix = b"\xe7\x01" if isinstance(key.curve, ec.SECP256K1) else b"\x80\x24"
    number, text = int.from_bytes(prefix + point, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _DIGITS[digit] + text
    method = {"id": f"{did}#atproto", "type": "Multikey", "controller": did, "publicKeyMultibase": f"z{text}"}
    return json.dumps({"id": did, "alsoKnownAs": [f"at://{handle}"], "verificationMethod": [method]}).encode()


def post(text: str, number: int = 1, **fields: Any) -> dict[str, Any]:
    when = f"2025-03-{1 + number // 24:02d}T{number % 24:02d}:00:00.000Z"
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": when, "langs": ["nl"], **fields}


def uri(key: str, did: str = DID, collection: str = "app.bsky.feed.post") -> str:
    return f"at://{did}/{collection}/{key}"


LIKE = {
    "$type": "app.bsky.feed.like",
    "subject": {"uri": uri("3laaaaaaaaaa2", CITIZEN), "cid": cid(b"x").text},
    "createdAt": "2025-03-02T10:00:00.000Z",
}
FOLLOW = {"$type": "app.bsky.graph.follow", "subject": CITIZEN, "createdAt": "2025-03-02T10:00:00.000Z"}
PROFILE = {"$type": "app.bsky.actor.profile", "displayName": "Gemeente Voorbeeldstad", "description": "Nieuws"}
SOUND: dict[str, dict[str, Any]] = {
    "app.bsky.actor.profile/self": PROFILE,
    **{f"app.bsky.feed.post/3lb{letter * 10}": post(f"bericht {letter}", n) for n, letter in enumerate("abcdefgh")},
}
"""A repository with a profile and eight posts, and nothing that may not enter."""
