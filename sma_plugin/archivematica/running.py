"""Whether the components of Archivematica that run on this machine run with the plugin."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from sma_plugin.archivematica.components import known
from sma_plugin.archivematica.service_user import User, owner

Use = Literal["in use", "before", "without", "hidden", "not running"]
"""``before``: it was started before the last change of the installation; ``hidden``: another user's, not to be seen."""
_PROC = Path("/proc")


class Process(msgspec.Struct, frozen=True):
    """A process: who runs it, when it was started (seconds since 1970), and its environment if that may be seen."""

    component: str
    user: User | None
    started: float
    environment: dict[str, str] | None


def use_of(component: str, home: Path | None, target: Path, changed: float) -> Use:
    """How a component runs since a moment (seconds since 1970); of several processes, the worst of them."""
    settings = known().components[component].settings
    uses: set[Use] = set()
    for one in processes(component, home):
        if one.environment is None:
            uses.add("hidden")
        elif one.environment.get("DJANGO_SETTINGS_MODULE") != settings or not _has(one.environment, target):
            uses.add("without")
        else:
            uses.add("in use" if one.started >= changed else "before")
    order: tuple[Use, ...] = ("without", "before", "hidden", "in use")
    return next((use for use in order if use in uses), "not running")


def _has(environment: dict[str, str], target: Path) -> bool:
    return str(target) in environment.get("PYTHONPATH", "").split(os.pathsep)


def processes(component: str, home: Path | None) -> Iterator[Process]:
    """The processes on this machine of a component that is started from a folder."""
    booted = _booted()
    for folder in _PROC.glob("[0-9]*"):
        try:
            words = folder.joinpath("cmdline").read_bytes().decode(errors="replace").split("\0")
            if _is_of(component, home, words, folder):
                started = booted + _ticks(folder) / os.sysconf("SC_CLK_TCK")
                yield Process(component, owner(folder), started, _environment(folder))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended meanwhile, or it is another user's where the system shows nothing of those (hidepid)


def _is_of(component: str, home: Path | None, words: list[str], process: Path) -> bool:
    """Whether a command line is that of a component, and of the one in this folder as far as can be seen.

    A module within Archivematica's package (``python -m archivematica.…``) is in no folder of its own.
    """
    about = known().components[component]
    values = [word.rpartition("=")[2] for word in words]
    modules = tuple(f"{name}." for name in about.processes if name.startswith("archivematica."))
    if any(f"{one.partition(':')[0]}.".startswith(modules) for one in values):
        return True
    named = [Path(one) for one in values if Path(one).name in about.processes]
    if not named or home is None:
        return bool(named)
    try:
        folder = process.joinpath("cwd").readlink()
    except PermissionError:
        started = [one for one in named if one.is_absolute() and one.name == about.entry]
        return not started or any(one.parent == home for one in started)
    return folder == home or any((folder / one).parent == home for one in named)


def _booted() -> float:
    """When the system was started, in seconds since 1970."""
    path = _PROC / "stat"
    lines = path.read_text(encoding="ascii").splitlines() if path.is_file() else []
    return next((float(line.split()[1]) for line in lines if line.startswith("btime ")), 0.0)


def _ticks(folder: Path) -> int:
    """When a process was started, in ticks since the system was; the name before it may hold blanks and brackets."""
    return int(folder.joinpath("stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19])


def _environment(folder: Path) -> dict[str, str] | None:
    try:
        told = folder.joinpath("environ").read_bytes().decode(errors="replace").split("\0")
    except PermissionError:
        return None
    return dict(one.split("=", 1) for one in told if "=" in one)
