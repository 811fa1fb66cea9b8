"""What an Archivematica on this machine is, as its own Python tells (``microservices/sma_archivematica/probe.py``)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.archivematica.components import known
from sma_plugin.archivematica.environments import Environment, environments, without_ours
from sma_plugin.archivematica.record import Record
from sma_plugin.texts import UserError, refusal

_SECONDS = 120
_OLDEST_PYTHON = (3, 8)


class Probed(msgspec.Struct, frozen=True):
    """What a component told of itself; what it could not tell is in ``troubles``, with the reason."""

    component: str
    python: str
    settings: str = ""
    """The settings module that it runs with."""
    layout: str = ""
    """``folders`` (1.17 and before, and early 1.18) or ``package``."""
    version: str = ""
    set_up: bool = False
    files: dict[str, str] = {}
    """Stock files: workflow and schema of the server; modules and scripts of the client."""
    options: dict[str, Any] = {}
    """Settings as they work out, by the names they have in Django."""
    validated: tuple[str, ...] = ()
    loaded: dict[str, str] = {}
    """Our client modules, with the reason why they cannot be loaded, or an empty text."""
    applied: tuple[str, ...] = ()
    """Migrations that were run; empty where the database cannot be reached."""
    waiting: tuple[str, ...] = ()
    """Migrations of Archivematica itself that were not run yet."""
    storage: str = ""
    locations: dict[str, str] | None = None
    """Places of storage for packages; ``None`` where the Storage Service does not answer."""
    tools: dict[str, str] = {}
    troubles: dict[str, str] = {}

    @property
    def release(self) -> str:
        """The version without what only mends it: ``1.17``."""
        return ".".join(self.version.split(".")[:2])

    @property
    def usable(self) -> bool:
        """Whether the component is on this machine and its settings load."""
        return bool(self.layout and self.set_up and (self.files or self.component == "dashboard"))


class Found(msgspec.Struct, frozen=True):
    """A component on this machine: where it is, its environment, and what it told."""

    home: Path | None
    environment: Environment
    """Without what the plugin adds to it."""
    given: Environment
    told: Probed
    """As it is without the plugin."""


def look(
    python: Path, env_files: Sequence[Path], components: Sequence[str], target: Path, record: Record | None
) -> dict[str, Found]:
    """Every component that is on this machine. Raises :class:`UserError` where none is, or Python cannot be run.

    Without files with the environment, those hold that were named when the plugin was installed.
    """
    env_files = env_files or [Path(one) for one in (record.env_files if record else ())]
    wanted = components or tuple(known().components)
    if unknown := next((name for name in wanted if name not in known().components), None):
        raise UserError("am_no_component", name=unknown, known=", ".join(known().components))
    seen = {
        name: _seen(python, name, one, without_ours(one, name, target, record))
        for name, one in environments(env_files, wanted).items()
    }
    if not any(one.told.usable for one in seen.values()):
        raise UserError("am_not_found", python=python, reason=_why(seen.values()))
    return {name: one for name, one in seen.items() if one.told.usable or name in components}


def interpreter(python: Path | None, record: Record | None) -> Path:
    """Archivematica's Python: the one given, of the installation, or of packages. Raises :class:`UserError`."""
    known_ones = [Path(one) for one in (*([record.python] if record else []), *known().pythons)]
    python = python or next((one for one in known_ones if os.access(one, os.X_OK)), None)
    if python is None:
        raise UserError("am_no_python")
    if not os.access(python, os.X_OK) or python.is_dir():
        raise UserError("am_bad_python", python=python)
    return python


def _seen(python: Path, component: str, given: Environment, environment: Environment) -> Found:
    home = _home(component, environment)
    return Found(home, environment, given, probe(python, component, home, environment))


def _home(component: str, environment: Environment) -> Path | None:
    """The folder that a component is started from, by the folders on its path and where packages install it."""
    entry = known().components[component].entry
    return next((one for one in _homes(component, environment) if (one / entry).is_file()), None)


def _homes(component: str, environment: Environment) -> Iterator[Path]:
    on_path = [Path(one) for one in environment.get("PYTHONPATH", "").split(os.pathsep) if one]
    yield from (one for one in on_path if component != "dashboard" or (one / "settings" / "base.py").is_file())
    for home in known().components[component].homes:
        yield from (above / home for one in on_path for above in (one.parent, one.parent.parent))
        if home.startswith("/"):
            yield Path(home)


def probe(python: Path, component: str, home: Path | None, environment: Mapping[str, str]) -> Probed:
    """What a component tells of itself. Raises :class:`UserError` where its Python gives no answer."""
    ours = Path(str(files("sma_plugin.microservices")))
    script = (ours / "sma_archivematica" / "probe.py").read_bytes()
    command = [str(python), "-", component, str(ours), *([str(home)] if home else [])]
    try:
        done = subprocess.run(
            command,
            input=script,
            env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except OSError as error:
        raise UserError("am_python_refused", python=python, **refusal(error)) from error
    except subprocess.TimeoutExpired as error:
        raise UserError("am_python_silent", python=python, seconds=_SECONDS) from error
    try:
        told = msgspec.json.decode(done.stdout.strip().splitlines()[-1], type=Probed)
    except (IndexError, msgspec.DecodeError) as error:
        reason = (done.stderr.decode(errors="replace").strip().splitlines() or ["?"])[-1]
        raise UserError("am_python_fault", python=python, reason=reason) from error
    if tuple(int(part) for part in told.python.split(".")[:2]) < _OLDEST_PYTHON:
        raise UserError("am_python_old", python=python, version=told.python)
    return told


def _why(seen: Iterable[Found]) -> str:
    """The first thing that a component could not tell, which is why it was not found."""
    return next((why for one in seen for why in one.told.troubles.values()), "?")
