"""The user that Archivematica runs as, and what that user may do and run: root, who installs, may always."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sma_plugin.texts import LANGUAGES, refused

_SECONDS = 60
_MAY = {"read": "-r", "write": "-w"}


class User(NamedTuple):
    """A user by its number, and the group that goes with it."""

    number: int
    group: int

    @property
    def name(self) -> str:
        """What the system calls the user, or the number."""
        try:
            return pwd.getpwuid(self.number).pw_name
        except KeyError:
            return str(self.number)

    def options(self) -> dict[str, Any]:
        """What makes a subprocess run as this user; only root can choose, so otherwise it runs as who asks."""
        if os.geteuid() != 0 or self.number == 0:
            return {}
        groups = os.getgrouplist(self.name, self.group) if self.name != str(self.number) else [self.group]
        return {"user": self.number, "group": self.group, "extra_groups": groups, "cwd": "/"}


def owner(path: Path) -> User | None:
    """Whose a folder is; nothing where it is not to be seen."""
    try:
        told = path.stat()
    except OSError:
        return None
    return User(told.st_uid, told.st_gid)


class Tried(NamedTuple):
    """What a program wrote, and why it could not do what was asked by language (empty where it could)."""

    output: str
    why: dict[str, str]


def tried(command: Sequence[str], environment: Mapping[str, str], user: User | None) -> Tried:
    """Run a program as a user, with an environment."""
    options = user.options() if user else {}
    try:
        done = subprocess.run(
            command,
            env=dict(environment),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
            **options,
        )
    except OSError as error:
        return Tried("", {one: refused(error, one).removesuffix(".") for one in LANGUAGES})
    except subprocess.TimeoutExpired:
        return Tried("", dict.fromkeys(LANGUAGES, f"> {_SECONDS} s"))
    lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
    return Tried(done.stdout, dict.fromkeys(LANGUAGES, lines[-1].rstrip(".")) if done.returncode else {})


def may_not(what: str, path: Path, user: User | None) -> bool:
    """Whether a user may surely not ``read`` or ``write`` something; of another user only root can tell.

    Nothing of our own environment, in which keys may be, goes where that user could see it.
    """
    if user and os.geteuid() not in (0, user.number):
        return False
    return bool(tried(["test", _MAY[what], str(path)], {"PATH": os.defpath}, user).why)
