"""Pseudonyms: a name made from a key and an identity, the same in every capture, and by no means to be turned back.

HMAC-SHA-256 (RFC 2104) over the kind of thing, the platform and the identity; 80 bits of it, in letters and digits that
are not mistaken for each other. The name carries what its key is called, so that pseudonyms of two keys never meet.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import Literal

from sma_plugin.privacy.keys import LETTERS, Key

_BYTES = 10
_PAIRS = [first + second for first in LETTERS for second in LETTERS]
_PLACES = range(_BYTES * 8 - 10, -1, -10)
"""Base 32 by ten bits at a time: every post of a package has several of these."""
Kind = Literal["person", "post", "text"]
_PREFIX: dict[Kind, str] = {"person": "p", "post": "b", "text": "x"}
"""How a pseudonym begins: of a person, of a post (bericht), of something in a text such as a telephone number."""


class Pseudonyms:
    """Makes pseudonyms with one key."""

    def __init__(self, key: Key) -> None:
        self.key_id = key.id
        self._keyed = hmac.new(key.value, digestmod="sha256")
        mark = key.id.rpartition("-")[2]
        self._beginnings: dict[Kind, str] = {kind: f"{begin}{mark}-" for kind, begin in _PREFIX.items()}
        self.of = lru_cache(1 << 16)(self._of)
        """The pseudonym of an identity: kind, platform, identity in the platform's canonical scheme."""

    def beginning(self, kind: Kind) -> str:
        """How every pseudonym of a kind begins that is made with this key."""
        return self._beginnings[kind]

    def _of(self, kind: Kind, platform: str, identity: str) -> str:
        keyed = self._keyed.copy()
        keyed.update(f"{kind}\x00{platform}\x00{identity}".encode("utf-8", "surrogatepass"))
        told = int.from_bytes(keyed.digest()[-_BYTES:], "big")
        return self._beginnings[kind] + "".join([_PAIRS[told >> place & 1023] for place in _PLACES])
