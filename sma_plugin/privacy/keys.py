"""The keys to pseudonyms: one file outside every package, and beside it a register of what was done with each key.

The file holds secrets and may be read by its owner only; the register holds none and may be shown to anybody. A key is
named by an identifier that says nothing of its secret. Destroying a key leaves its row in the register: pseudonyms made
with it can then be made by nobody again.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from sma_plugin.package.files import read_json_lines, write_bytes
from sma_plugin.provenance import Stamps
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError

KEY_BYTES = 32
"""As long as the digest that it keys (RFC 2104, section 3)."""
_REGISTER = ".register.jsonl"
Deed = Literal["made", "rotated", "handed-over", "destroyed", "revealed", "lost"]


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key: its identifier, its secret (hexadecimal), since when it is used (ISO 8601)."""

    id: str
    secret: str
    since: str

    @property
    def value(self) -> bytes:
        """The secret."""
        return bytes.fromhex(self.secret)

    def __repr__(self) -> str:
        return f"Key({self.id!r})"


class Done(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of the register: what was done with which key, when, by which role, why, for or to whom."""

    key: str
    deed: Deed
    at: str
    role: str
    reason: str
    to: str | None = None


class Keys:
    """The keys in a file, the one in use last. Raises :class:`UserError` where others may read it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys = _read(path)

    @classmethod
    def configured(cls, settings: Settings) -> Keys:
        """The keys of the configuration. Raises :class:`UserError` when it names no file for them."""
        if not settings.paths.key_file:
            raise UserError("key_not_configured")
        return cls(settings.resolve(settings.paths.key_file))

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

    def new(self, stamps: Stamps, role: str, reason: str) -> Key:
        """Make a key and use it from now on."""
        at = stamps.now("time/key")
        number = 1 + max((int(row.key.rpartition("-")[2]) for row in self.register()), default=0)
        key = Key(f"k-{number}", secrets.token_hex(KEY_BYTES), at)
        deed: Deed = "rotated" if self._keys else "made"
        self._write([*self._keys, key])
        self.note(Done(key.id, deed, at, role, reason))
        return key

    def destroy(self, identifier: str, stamps: Stamps, role: str, reason: str) -> None:
        """Take a key out of the file. Backups of the file are the custodian's to destroy."""
        key = self.get(identifier)
        self._write([one for one in self._keys if one is not key])
        self.note(Done(key.id, "destroyed", stamps.now("time/key"), role, reason))

    def hand_over(self, identifier: str, target: Path, stamps: Stamps, role: str, reason: str, to: str) -> None:
        """Write a key to a file of its own, for somebody else's custody. Raises :class:`UserError` if that is there."""
        key = self.get(identifier)
        if target.exists():
            raise UserError("exists", path=target)
        _write(target, [key])
        self.note(Done(key.id, "handed-over", stamps.now("time/key"), role, reason, to))

    def register(self) -> list[Done]:
        """Everything that was done with keys, oldest first."""
        path = self.path.with_name(self.path.name + _REGISTER)
        return list(read_json_lines(path, Done))

    def note(self, row: Done) -> None:
        """Add a row to the register."""
        path = self.path.with_name(self.path.name + _REGISTER)
        rows = [*self.register(), row]
        write_bytes(path, b"".join(msgspec.json.encode(one) + b"\n" for one in rows))

    def _write(self, keys: list[Key]) -> None:
        _write(self.path, keys)
        self._keys = keys


def _read(path: Path) -> list[Key]:
    try:
        mode = path.stat().st_mode
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UserError("key_unreadable", path=path, reason=error.strerror) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UserError("key_open_to_others", path=path)
    try:
        keys = msgspec.json.decode(data, type=list[Key])
        [key.value for key in keys]
    except (msgspec.MsgspecError, ValueError) as error:
        raise UserError("key_no_file", path=path) from error  # never what stands in it
    return keys


def _write(path: Path, keys: list[Key]) -> None:
    """Write keys so that nobody else can read them at any moment, and all of them or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(keys)) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
