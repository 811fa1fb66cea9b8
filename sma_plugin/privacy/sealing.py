"""Sealing what must not be read on its way or where it lies: with a key, with a passphrase, or for who holds a key.

AES-256 in GCM (NIST SP 800-38D). The key of the cipher comes from the secret by HKDF-SHA-256 (RFC 5869); from a
passphrase by scrypt (RFC 7914); for somebody's public key by an exchange on X25519 (RFC 7748), or it is drawn and
encrypted with RSA-OAEP (RFC 8017). Needs the extra ``privacy``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from sma_plugin.texts import UserError, refusal

LEAST = 16
"""Characters that a passphrase has at least."""
_NONCE, _SALT, _KEY = 12, 16, 32
_COST = 1 << 16
"""scrypt takes 64 MiB at this cost (block size 8), which makes guessing dear."""
_LEAST_RSA = 2048
_OAEP = OAEP(MGF1(SHA256()), SHA256(), None)
P = TypeVar("P")
Sort = Literal["key", "passphrase", "x25519", "rsa"]


class Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was sealed. ``hint`` is what its opener needs beside the secret: a salt, a public or an encrypted key."""

    sort: Sort
    about: str
    hint: bytes
    nonce: bytes
    data: bytes


class NotOpenedError(ValueError):
    """Something that this secret does not open, or that was changed."""


def seal(data: bytes, secret: bytes, about: str) -> Sealed:
    """Seal with a secret of full strength; ``about`` says what for, and is needed to open it."""
    return _sealed("key", data, _derived(secret, about), about, b"")


def opened(sealed: Sealed, secret: bytes) -> bytes:
    """What was sealed with a secret. Raises :class:`NotOpenedError`."""
    return _opened(sealed, _derived(secret, sealed.about))


def seal_with_passphrase(passphrase: str, data: bytes, about: str) -> Sealed:
    """Seal with a passphrase of at least :data:`LEAST` characters. Raises :class:`UserError`."""
    if len(passphrase) < LEAST:
        raise UserError("passphrase_short", least=LEAST)
    salt = secrets.token_bytes(_SALT)
    return _sealed("passphrase", data, _from_passphrase(passphrase, salt), about, salt)


def opened_with_passphrase(passphrase: str, sealed: Sealed) -> bytes:
    """What was sealed with a passphrase. Raises :class:`NotOpenedError`."""
    return _opened(sealed, _from_passphrase(passphrase, sealed.hint))


def seal_for(recipient: Path, data: bytes, about: str) -> Sealed:
    """Seal for who holds the private key to a public key (PEM; X25519 or RSA). Raises :class:`UserError`."""
    public = _loaded(recipient, load_pem_public_key)
    if isinstance(public, X25519PublicKey):
        ours = X25519PrivateKey.generate()
        return _sealed(
            "x25519", data, _derived(ours.exchange(public), about), about, ours.public_key().public_bytes_raw()
        )
    if isinstance(public, RSAPublicKey) and public.key_size >= _LEAST_RSA:
        drawn = secrets.token_bytes(_KEY)
        return _sealed("rsa", data, drawn, about, public.encrypt(drawn, _OAEP))
    raise UserError("pem_unusable", path=recipient)


def opened_by(private: Path, sealed: Sealed) -> bytes:
    """What was sealed for the holder of a private key (PEM). Raises :class:`UserError`, :class:`NotOpenedError`."""
    key = _loaded(private, lambda data: load_pem_private_key(data, None))
    try:
        if sealed.sort == "x25519" and isinstance(key, X25519PrivateKey):
            theirs = X25519PublicKey.from_public_bytes(sealed.hint)
            return _opened(sealed, _derived(key.exchange(theirs), sealed.about))
        if sealed.sort == "rsa" and isinstance(key, RSAPrivateKey):
            return _opened(sealed, key.decrypt(sealed.hint, _OAEP))
    except ValueError as error:
        raise NotOpenedError from error
    raise NotOpenedError


def _sealed(sort: Sort, data: bytes, key: bytes, about: str, hint: bytes) -> Sealed:
    nonce = secrets.token_bytes(_NONCE)
    return Sealed(sort, about, hint, nonce, AESGCM(key).encrypt(nonce, data, about.encode()))


def _opened(sealed: Sealed, key: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed.nonce, sealed.data, sealed.about.encode())
    except (InvalidTag, ValueError) as error:
        raise NotOpenedError from error


def _derived(secret: bytes, about: str) -> bytes:
    return HKDF(SHA256(), _KEY, None, about.encode()).derive(secret)


def _from_passphrase(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt, _KEY, _COST, 8, 1).derive(passphrase.encode())


def _loaded(path: Path, load: Callable[[bytes], P]) -> P:
    try:
        return load(path.read_bytes())
    except (ValueError, TypeError):  # a private key that has a passphrase of its own is a TypeError
        raise UserError("pem_unusable", path=path) from None
    except OSError as error:
        raise UserError("key_unreadable", path=path, **refusal(error)) from error
