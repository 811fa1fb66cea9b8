"""A digest in the form in which a WARC states another one: its algorithm, its letters (WARC 1.1, section 5.8)."""

from __future__ import annotations

import base64
import hashlib


class Stated:
    """The digest of some bytes, in the form of the one that ``value`` states; SHA-256 for an unknown algorithm.

    >>> Stated("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ").of(b"")
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    >>> Stated("md5:00000000000000000000000000000000").of(b"")
    'md5:d41d8cd98f00b204e9800998ecf8427e'
    """

    def __init__(self, value: str) -> None:
        label, _, told = value.partition(":")
        name = label.strip().lower().replace("-", "")
        self._hash = hashlib.new(name if name in ("sha1", "sha256", "sha512", "md5") else "sha256")
        self._label = label if self._hash.name == name else "sha256"
        self._hexadecimal = len(told.strip()) == 2 * self._hash.digest_size
        self.update = self._hash.update

    def of(self, data: bytes) -> str:
        """The digest once these bytes came too."""
        self.update(data)
        return str(self)

    def __str__(self) -> str:
        """The digest of all bytes so far: as many characters whatever they are."""
        made = self._hash
        return f"{self._label}:{made.hexdigest() if self._hexadecimal else base64.b32encode(made.digest()).decode()}"
