"""The keys to Archivematica: from the environment, else from a file that its owner alone can read.

A key is never in a text: it has no representation, and whatever a server says passes :meth:`Key.out_of` before it is
shown or kept.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from pathlib import Path

import msgspec

from sma_plugin.settings import Settings
from sma_plugin.texts import UserError, refusal

DASHBOARD, STORAGE = "SMA_AM_KEY", "SMA_SS_KEY"
"""The variables of the environment that hold a key."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_FIT = re.compile(r"[!-~]+")
"""What an HTTP header can carry: printable ASCII without blanks."""
_INSTEAD = "…"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file with keys (TOML)."""

    dashboard: str | None = None
    storage_service: str | None = None


class Key:
    """A user's key to one of the two services."""

    __slots__ = ("_value", "user")

    def __init__(self, user: str, value: str) -> None:
        self.user, self._value = user, value

    def __repr__(self) -> str:
        return f"Key({self.user!r})"

    @property
    def header(self) -> str:
        """The value of the header ``Authorization``: keys in addresses end up in the logs of servers and proxies."""
        return f"ApiKey {self.user}:{self._value}"

    def out_of(self, text: str) -> str:
        """A text without the key, should a server have repeated it."""
        return text.replace(self._value, _INSTEAD)


def dashboard_key(settings: Settings) -> Key:
    """The key to the dashboard. Raises :class:`UserError` when there is none, or others can read it."""
    return _key(settings, settings.archivematica.user, "user", "dashboard", DASHBOARD)


def storage_key(settings: Settings) -> Key:
    """The key to the Storage Service. Raises :class:`UserError` when there is none, or others can read it."""
    configured = settings.archivematica
    return _key(settings, configured.storage_user or configured.user, "storage_user", "storage_service", STORAGE)


def _key(settings: Settings, user: str | None, setting: str, service: str, variable: str) -> Key:
    if not user:
        raise UserError("client_no_user", setting=setting)
    named = settings.archivematica.credentials
    value = os.environ.get(variable)
    if not value and named:
        value = getattr(_read(settings.resolve(named)), service)
    if not value:
        raise UserError("client_no_key", variable=variable, name=service)
    if not _FIT.fullmatch(value) or not _FIT.fullmatch(user) or ":" in user:
        raise UserError("client_key_unfit", variable=variable, name=service)
    return Key(user, value)


def _read(path: Path) -> _File:
    try:
        _refuse_open(path)
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8-sig")), _File)
    except OSError as error:
        raise UserError("client_keys_unreadable", path=path, **refusal(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError):
        raise UserError("client_keys_no_file", path=path) from None  # what is wrong with it may be the key itself


def _refuse_open(path: Path) -> None:
    """Refuse a file that others can read, or can put another in the place of."""
    real = path.resolve()
    status, folder = real.stat(), real.parent.stat()
    if status.st_uid not in (os.geteuid(), 0):
        raise UserError("client_keys_of_another", path=path)
    if status.st_mode & _OTHERS:
        raise UserError("client_keys_open", path=path)
    if folder.st_mode & _OTHERS_WRITE and not folder.st_mode & stat.S_ISVTX:
        raise UserError("client_keys_folder_open", path=real.parent)
