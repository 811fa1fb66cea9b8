"""DID documents: which handle an account has, and with which key its repository is signed.

Source: https://atproto.com/specs/did, https://atproto.com/specs/cryptography, W3C Decentralized Identifiers 1.0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from sma_plugin.readers.bluesky.common import is_handle, texts, thing, things, words

_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_MAX_KEY = 120
Curve = Literal["secp256k1", "p256"]
_PREFIXES: dict[bytes, Curve] = {b"\xe7\x01": "secp256k1", b"\x80\x24": "p256"}
_TYPES: dict[str, Curve] = {
    "EcdsaSecp256k1VerificationKey2019": "secp256k1",
    "EcdsaSecp256r1VerificationKey2019": "p256",
}


class Key(NamedTuple):
    """A public key: its curve, and the point (compressed or not)."""

    curve: Curve
    point: bytes


class Identity(NamedTuple):
    """What a DID document says of an account."""

    did: str
    handle: str | None = None
    key: Key | None = None


def is_did_document(names: Iterable[str], did: object) -> bool:
    """Whether an object with these members is a DID document."""
    return isinstance(did, str) and did.startswith("did:") and bool({"alsoKnownAs", "verificationMethod"} & set(names))


def identity_of(document: dict[str, Any]) -> Identity:
    """What a DID document says."""
    names = (one.removeprefix("at://") for one in texts(document.get("alsoKnownAs")) if one.startswith("at://"))
    handle = next((name.lower() for name in names if is_handle(name)), None)
    methods = things(document.get("verificationMethod"))
    keys = (key_of(one) for one in methods if (words(one.get("id")) or "").endswith("#atproto"))
    return Identity(words(document.get("id")) or "", handle, next((key for key in keys if key), None))


def key_of(method: dict[str, Any]) -> Key | None:
    """The key of a verification method: ``Multikey`` names its curve in its first bytes, older types in their name."""
    data = _base58(words(method.get("publicKeyMultibase")) or "")
    if data is None:
        return None
    curve = _TYPES.get(words(method.get("type")) or "")
    if curve and data[:1] in (b"\x02", b"\x03", b"\x04"):
        return Key(curve, data)
    found = _PREFIXES.get(data[:2])
    return Key(found, data[2:]) if found else None


def captured_identity(value: object) -> Identity:
    """What the capture format of Bluesky's own tools says of an account (``Identity``)."""
    fields = thing(value)
    handle = words(fields.get("Handle"))
    return Identity(words(fields.get("DID")) or "", handle.lower() if handle and is_handle(handle) else None)


def _base58(text: str) -> bytes | None:
    """The bytes of a text in base58 (bitcoin) with its multibase prefix ``z``; ``None`` for anything else."""
    if not text.startswith("z") or len(text) > _MAX_KEY or not set(text[1:]) <= set(_DIGITS):
        return None
    value = 0
    for digit in text[1:]:
        value = value * 58 + _DIGITS.index(digit)
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return bytes(zeros) + value.to_bytes((value.bit_length() + 7) // 8, "big")
