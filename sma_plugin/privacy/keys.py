"""The keys to pseudonyms: one file outside every package, and beside it a register of what was done with each key.

The file holds secrets and may be read by its owner only; the register holds none and may be shown to anybody. A key is
named by an identifier made from it, so that keys of two organisations are not mistaken for each other; neither that nor
its fingerprint tells anything of its secret. One key per organisation is enough: the last in the file is in use, others
are there for what was made with them.
"""

from __future__ import annotations

import getpass
import hmac
import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from sma_plugin.privacy.chained import Chained, Row
from sma_plugin.privacy.key_place import KEY_MARK, refuse_archived, refuse_unsafe, work_places, write_secret
from sma_plugin.provenance import Stamps
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError

KEY_BYTES = 32
"""As long as the digest that it keys (RFC 2104, section 3)."""
_HEAD = KEY_MARK + b"s: who has this file can tell who stands behind every pseudonym. Keep it apart.\n"
Deed = Literal["made", "rotated", "handed-over", "received", "lost", "destroyed", "revealed"]
_COME: tuple[Deed, ...] = ("made", "rotated", "received")
_GONE: tuple[Deed, ...] = ("destroyed", "lost")
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: without i, l, o and u."""
_LETTERS = 5


def written(number: int, letters: int) -> str:
    """The lowest bits of a number in letters and digits that are not mistaken for each other, five a letter."""
    return "".join(LETTERS[number >> shift & 31] for shift in range(5 * (letters - 1), -1, -5))


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key: its identifier, its secret (hexadecimal), since when it is used (ISO 8601)."""

    id: str
    secret: str
    since: str

    @property
    def value(self) -> bytes:
        """The secret."""
        return bytes.fromhex(self.secret)

    @property
    def fingerprint(self) -> str:
        """What the key is known by: the digest of something that only who has the key can make."""
        return hmac.digest(self.value, b"sma-plugin fingerprint", "sha256").hex()[:32]

    def __repr__(self) -> str:
        return f"Key({self.id!r})"


class Done(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One row of the register: what was done with which key, when, by which role, why; for or to whom, about what.

    ``by`` is the account on the machine that did it, ``custody`` who keeps the key (a function or a body).
    """

    key: str
    deed: Deed
    at: str
    role: str
    reason: str
    by: str = ""
    fingerprint: str | None = None
    custody: str | None = None
    to: str | None = None
    about: str | None = None


class By(msgspec.Struct, frozen=True):
    """Who does something with a key: by which role, why, and when (where identifiers and times come from)."""

    stamps: Stamps
    role: str
    reason: str

    def row(self, key: Key | str, deed: Deed, **more: str | None) -> Done:
        """The row that tells of it."""
        named = {} if isinstance(key, str) else {"key": key.id, "fingerprint": key.fingerprint}
        told = {"key": key} | named | more
        return Done(deed=deed, at=self.stamps.now("time/key"), role=self.role, reason=self.reason, by=who(), **told)  # type: ignore[arg-type]


class Keys:
    """The keys in a file, the one in use last. Raises :class:`UserError` where others may read it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.register = Chained(path.with_name(f"{path.name}.register.jsonl"), Done)
        self._keys = _read(path)

    @classmethod
    def configured(cls, settings: Settings, *places: Path) -> Keys:
        """The keys of the configuration. Raises :class:`UserError` when it names none, or within ``places``."""
        if not settings.paths.key_file:
            raise UserError("key_not_configured")
        path = settings.resolve(settings.paths.key_file)
        refuse_archived(path, (*work_places(settings), *places))
        return cls(path)

    @property
    def current(self) -> Key | None:
        """The key in use, if there is one."""
        return self._keys[-1] if self._keys else None

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys)

    def get(self, identifier: str) -> Key:
        """The key with an identifier. Raises :class:`UserError` for one that is not here."""
        found = next((key for key in self._keys if key.id == identifier), None)
        if found is None:
            raise UserError("key_unknown", key=identifier, path=self.path)
        return found

    def absent(self) -> list[str]:
        """Keys that should be here by the register, and are not."""
        last = {row.key: row.deed for row in self.register.rows() if row.deed in _COME + _GONE}
        return [key for key, deed in last.items() if deed in _COME and all(one.id != key for one in self._keys)]

    def new(self, by: By, custody: str | None = None) -> Key:
        """Make a key and use it from now on. Raises :class:`UserError` while one is missing that should be here."""
        if absent := self.absent():
            raise UserError("key_absent", key=absent[0], path=self.path)
        key = _made(by.stamps.now("time/key"))
        self._write([*self._keys, key])
        self.register.add(by.row(key, "rotated" if len(self._keys) > 1 else "made", custody=custody))
        return key

    def take(self, keys: Iterable[Key], by: By, origin: str) -> list[Key]:
        """Add keys that somebody handed over; the key in use stays in use. Raises :class:`UserError` for known ones."""
        taken = list(keys)
        for key in taken:
            if any(one.id == key.id for one in self._keys):
                raise UserError("key_here", key=key.id, path=self.path)
        self._write([*taken, *self._keys])
        for key in taken:
            self.register.add(by.row(key, "received", custody=origin))
        return taken

    def destroy(self, identifier: str, by: By) -> None:
        """Take a key out of the file. Copies of the file elsewhere are the custodian's to destroy.

        Raises :class:`UserError` for the key in use while there are others, for one of those would be used then.
        """
        key = self.get(identifier)
        if key is self.current and len(self._keys) > 1:
            raise UserError("key_in_use", key=identifier)
        self._write([one for one in self._keys if one is not key])
        self.register.add(by.row(key, "destroyed"))

    def lose(self, identifier: str, by: By) -> None:
        """Note that a key is lost. Raises :class:`UserError` for one that is here, or never was."""
        if any(key.id == identifier for key in self._keys):
            raise UserError("key_not_lost", key=identifier, path=self.path)
        if identifier not in self.absent():
            raise UserError("key_unknown", key=identifier, path=self.path)
        self.register.add(by.row(identifier, "lost"))

    def _write(self, keys: Sequence[Key]) -> None:
        refuse_unsafe(self.path)
        write_secret(self.path, encoded(keys))
        refuse_unsafe(self.path)
        self._keys = list(keys)


def who() -> str:
    """The account on this machine that does this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return ""


def encoded(keys: Sequence[Key]) -> bytes:
    """Keys as they stand in a file."""
    return _HEAD + msgspec.json.format(msgspec.json.encode(list(keys))) + b"\n"


def decoded(data: bytes) -> list[Key]:
    """Keys as they stood in a file. Raises ``ValueError``, never with what stands there."""
    try:
        keys = msgspec.json.decode(data.removeprefix(_HEAD), type=list[Key])
    except msgspec.MsgspecError:
        raise ValueError("no list of keys") from None
    if any(len(key.value) != KEY_BYTES for key in keys):
        raise ValueError("a key of another length")
    return keys


def _made(at: str) -> Key:
    secret = secrets.token_hex(KEY_BYTES)
    return Key(f"k-{written(int(Key('', secret, at).fingerprint, 16), _LETTERS)}", secret, at)


def _read(path: Path) -> list[Key]:
    try:
        refuse_unsafe(path)
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UserError("key_unreadable", path=path, reason=error.strerror) from error
    try:
        return decoded(data)
    except ValueError:
        raise UserError("key_no_file", path=path) from None  # never what stands in it
