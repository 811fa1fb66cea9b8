"""Handing a key over to another custodian: a sealed file, its row in the register here, and one in the register there.

With the key goes the table of people who are known under another pseudonym than their number gives (``known.py``):
without it they would be somebody else there. The file says in clear only which key it holds and how it is sealed.
Whoever handed a key over still has it; destroying it is an act of its own.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from pathlib import Path

import msgspec

from sma_plugin.privacy.key_place import KEY_MARK, refuse_archived, write_secret
from sma_plugin.privacy.keys import By, Key, Keys, decoded, encoded
from sma_plugin.privacy.known import Known
from sma_plugin.privacy.pseudonyms import Pseudonyms
from sma_plugin.privacy.sealing import (
    NotOpenedError,
    Sealed,
    opened_by,
    opened_with_passphrase,
    seal_for,
    seal_with_passphrase,
)
from sma_plugin.texts import UserError, refusal

__all__ = ["hand_over", "opened_by", "opened_with_passphrase", "receive", "seal_for", "seal_with_passphrase"]
_HEAD = KEY_MARK + b", sealed for transfer. 'sma key receive' takes it in.\n"


class _Transfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key as it stands in a file, and under which pseudonyms people are known with it."""

    keys: bytes
    known: list[tuple[str, str, bool]]


Seal = Callable[[bytes, str], Sealed]
"""Seals bytes about something."""
Open = Callable[[Sealed], bytes]


def hand_over(keys: Keys, identifier: str, target: Path, seal: Seal, by: By, to: str) -> Key:
    """Write a sealed file with a key. Raises :class:`UserError` where a file is, or something that is archived."""
    key = keys.get(identifier)
    if target.exists():
        raise UserError("exists", path=target)
    refuse_archived(target)
    known = Known.beside(keys.path).rows(Pseudonyms(key).beginning("person"))
    sealed = seal(
        msgspec.msgpack.encode(_Transfer(encoded([key]), known)), f"sma-plugin key {key.id} {key.fingerprint}"
    )
    lines = base64.encodebytes(msgspec.msgpack.encode(sealed))
    write_secret(target, _HEAD + f"{sealed.about}; {sealed.sort}\n".encode() + lines)
    keys.register.add(by.row(key, "handed-over", to=to))
    return key


def receive(keys: Keys, source: Path, unseal: Open, by: By, origin: str) -> list[Key]:
    """Take in the key of a sealed file. Raises :class:`UserError` for one that does not open or is here already."""
    try:
        transfer = msgspec.msgpack.decode(unseal(read_sealed(source)), type=_Transfer)
        taken = decoded(transfer.keys)
    except NotOpenedError as error:
        raise UserError("key_not_opened", path=source) from error
    except (ValueError, msgspec.MsgspecError):
        raise UserError("key_no_transfer", path=source) from None
    received = keys.take(taken, by, origin)
    Known.beside(keys.path).take(transfer.known)
    return received


def read_sealed(source: Path) -> Sealed:
    """What a file for transfer holds, still sealed. Raises :class:`UserError`."""
    try:
        _, _, rest = source.read_bytes().removeprefix(_HEAD).partition(b"\n")
        return msgspec.msgpack.decode(base64.b64decode(rest), type=Sealed)
    except OSError as error:
        raise UserError("key_unreadable", path=source, **refusal(error)) from error
    except (binascii.Error, msgspec.MsgspecError):
        raise UserError("key_no_transfer", path=source) from None
