"""``installed.json``: what an installation of the plugin wrote, so that it can be looked at, upgraded and taken away.

It stands beside the code that Archivematica loads, which reads from it how ``sma-step`` is started. It is written
before anything else and says then ``installing``: whatever happens, what was written is known.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from sma_plugin.package.files import json_bytes, write_bytes
from sma_plugin.texts import UserError, refusal

State = Literal["installing", "installed", "removing"]
CODE = "sma_archivematica"
"""The folder of the target that holds what Archivematica loads."""


class Record(msgspec.Struct, frozen=True):
    """What was installed. ``step``, ``config`` and ``language`` are what the microservices start ``sma-step`` with."""

    state: State
    version: str
    archivematica: str
    python: str
    step: str
    config: str | None = None
    returned: str | None = None
    language: str = "nl"
    components: dict[str, str | None] = {}
    """The components that it is for, with the folder that each is started from."""
    environment: dict[str, dict[str, str | None]] = {}
    """By component the variables that we set, with what they were before; ``null`` is not set."""
    env_files: tuple[str, ...] = ()
    """The files with the environment of services that were named; what they hold stays in them."""
    files: dict[str, str] = {}
    """Every file that was written, with its SHA-256."""
    earlier: dict[str, str] = {}
    """While installing: what an earlier installation wrote, which may still be there."""
    folders: tuple[str, ...] = ()
    """Every folder that was made, in order."""
    systemd: str | None = None
    migrations: tuple[str, ...] = ()
    """Migrations that this version has."""
    database: bool = False
    """Whether they were run from here, so that taking away has to take them back."""

    def home(self, component: str) -> Path | None:
        """The folder that a component is started from, where it has one of its own."""
        folder = self.components[component]
        return Path(folder) if folder else None


def record_path(target: Path) -> Path:
    """Where the record of a target stands."""
    return target / CODE / "installed.json"


def read_record(target: Path) -> Record | None:
    """The record of a target, if anything was installed there. Raises :class:`UserError` for one that is damaged."""
    path = record_path(target)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Record)
    except FileNotFoundError:
        return None
    except NotADirectoryError as error:
        raise UserError("error_no_folder", path=target) from error
    except OSError as error:
        raise UserError("am_record_unreadable", path=path, **refusal(error)) from error
    except msgspec.DecodeError as error:
        raise UserError("am_record_damaged", path=path) from error


def write_record(target: Path, record: Record) -> None:
    """Put the record in its place, whole or not at all."""
    put(record_path(target), json_bytes(record))


def put(path: Path, data: bytes) -> None:
    """Write a file that Archivematica reads, or runs: it is there whole, or as it was. Raises :class:`UserError`."""
    try:
        write_bytes(path, data)
        path.chmod(0o755 if data.startswith(b"#!/") else 0o644)
        _like_its_folder(path)
    except OSError as error:
        raise UserError("am_write_refused", path=path, **refusal(error)) from error


def make_folder(path: Path) -> None:
    """Make one folder, open to those that its own folder is open to. Raises :class:`UserError`."""
    try:
        path.mkdir()
        path.chmod(path.parent.stat().st_mode & 0o7777)
        _like_its_folder(path)
    except OSError as error:
        raise UserError("am_write_refused", path=path, **refusal(error)) from error


def _like_its_folder(path: Path) -> None:
    """Give what root writes among files of Archivematica to Archivematica, which may want to change it."""
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def digest(path: Path) -> str | None:
    """The SHA-256 of a file, or nothing where none is. Raises :class:`UserError` where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UserError("am_read_refused", path=path, **refusal(error)) from error


@contextmanager
def held(target: Path) -> Iterator[None]:
    """Hold the folder that the target is in, or will be, so that no other installs there. Raises :class:`UserError`."""
    folder = next(one for one in target.absolute().parents if one.is_dir())
    with ExitStack() as stack:
        try:
            descriptor = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError("am_held", path=folder) from error
        except OSError as error:
            raise UserError("am_read_refused", path=folder, **refusal(error)) from error
        yield
