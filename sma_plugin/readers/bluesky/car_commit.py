"""The commit at the root of a repository: whose it is, which tree it signs, and whether the signature is right.

Source: https://atproto.com/specs/repository#commit-objects.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from sma_plugin.model import Moment
from sma_plugin.readers.bluesky.common import words
from sma_plugin.readers.bluesky.identity import Key
from sma_plugin.readers.bluesky.records import key_time

VERSIONS = (2, 3)
_SIGNATURE = 64
_MAX_MEMBERS = 0x17
Verdict = Literal["right", "wrong", "no-key", "no-library", "no-signature"]


class Commit(NamedTuple):
    """A commit; ``signed`` are the bytes that its signature is of."""

    did: str
    data: bytes
    version: int | None
    revision: str | None = None
    previous: bytes | None = None
    signature: bytes | None = None
    signed: bytes = b""

    @property
    def at(self) -> Moment | None:
        """When the revision was made, as its number says: the repository is as it was then."""
        us = key_time(self.revision or "")
        return Moment(us, self.revision, "revision") if us is not None else None


def is_commit(value: object) -> bool:
    """Whether a block is a commit."""
    return isinstance(value, dict) and isinstance(value.get("did"), str) and isinstance(value.get("data"), bytes)


def commit_of(value: dict[str, Any], block: bytes) -> Commit:
    """The commit that a block is; ``block`` are its bytes."""
    version, previous, signature = value.get("version"), value.get("prev"), value.get("sig")
    given = signature if isinstance(signature, bytes) and len(signature) == _SIGNATURE else None
    return Commit(
        did=value["did"],
        data=value["data"],
        version=version if isinstance(version, int) else None,
        revision=words(value.get("rev")),
        previous=previous if isinstance(previous, bytes) else None,
        signature=given,
        signed=_unsigned(block, given) if given else b"",
    )


def _unsigned(block: bytes, signature: bytes) -> bytes:
    """A commit without its signature: one member less in the map, every other byte as it was."""
    member = b"\x63sig\x58\x40" + signature
    if not 0xA1 <= block[0] <= 0xA0 + _MAX_MEMBERS or block.count(member) != 1:
        return b""
    return bytes([block[0] - 1]) + block[1:].replace(member, b"")


def verified(commit: Commit, key: Key | None) -> Verdict:
    """Whether a commit bears the signature of its account: ECDSA over SHA-256, as two numbers of 32 bytes."""
    if commit.signature is None or not commit.signed:
        return "no-signature"
    if key is None:
        return "no-key"
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 -- an extra
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature  # noqa: PLC0415
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    except ImportError:
        return "no-library"
    curve = ec.SECP256K1() if key.curve == "secp256k1" else ec.SECP256R1()
    half = _SIGNATURE // 2
    r, s = (int.from_bytes(part, "big") for part in (commit.signature[:half], commit.signature[half:]))
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(curve, key.point)
        public.verify(encode_dss_signature(r, s), commit.signed, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return "wrong"
    return "right"
