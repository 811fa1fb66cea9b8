"""The environment of each component of Archivematica: from the files of its services, or the one that we are run in."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sma_plugin.archivematica.components import known
from sma_plugin.archivematica.record import Record
from sma_plugin.texts import UserError, refusal

Environment = dict[str, str]
_FOR_ANY_PROGRAM = ("HOME", "LANG", "LC_ALL", "TMPDIR")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where a service finds programs when its files do not say."""
_OF_OUR_PYTHON = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONSAFEPATH")


def environments(given: Sequence[Path], components: Sequence[str]) -> dict[str, Environment]:
    """By component its environment: of the files given, else of those that packages install, else our own.

    A file whose name holds that of a component tells of that component alone. Raises :class:`UserError`.
    """
    return {name: _environment(tuple(_files(given, name)) or tuple(_installed(name, given))) for name in components}


def _files(given: Sequence[Path], component: str) -> Iterator[Path]:
    others = [name for name in known().components if name != component]
    yield from (path for path in given if not any(name in path.name for name in others))


def _installed(component: str, given: Sequence[Path]) -> Iterator[Path]:
    if not given:
        paths = (Path(pattern.format(name=component)) for pattern in known().environment_files)
        yield from (path for path in paths if path.is_file())


def _environment(paths: Sequence[Path]) -> Environment:
    if not paths:
        own = {name: value for name, value in os.environ.items() if name not in _OF_OUR_PYTHON}
        return own | {"PATH": _without_our_programs(own.get("PATH", _PATH))}
    told = {"PATH": _PATH} | {name: os.environ[name] for name in _FOR_ANY_PROGRAM if name in os.environ}
    for path in paths:
        told |= read_environment(path)
    return told


def _without_our_programs(path: str) -> str:
    """A path without the folder of our own Python, which must not hide Archivematica's."""
    return os.pathsep.join(one for one in path.split(os.pathsep) if Path(one) != Path(sys.executable).parent)


def read_environment(path: Path) -> Environment:
    """The variables of an environment file, as systemd and containers read it. Raises :class:`UserError`.

    A line that is none is told by its number, never by what it holds: these files have passwords in them.
    """
    try:
        lines = path.read_bytes().decode(errors="surrogateescape").splitlines()
    except OSError as error:
        raise UserError("am_environment_unreadable", path=path, **refusal(error)) from error
    told: Environment = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and line.strip()[0] not in "#;":
            name, is_one, value = line.strip().removeprefix("export ").partition("=")
            is_script = line.startswith("export ") and any(one in value for one in " $`")
            if not is_one or not name.strip().isidentifier() or is_script:
                raise UserError("am_environment_line", path=path, line=number)
            told[name.strip()] = _unquoted(value.strip(), path, number)
    return told


def without_ours(given: Environment, component: str, target: Path, record: Record | None) -> Environment:
    """An environment as it was before the plugin was added to it."""
    environment, path = dict(given), target / f"{component}.env"
    ours = read_environment(path) if path.is_file() else {}
    for name, before in record.environment.get(component, {}).items() if record else ():
        if environment.get(name) == ours.get(name) and environment.pop(name, None) is not None and before is not None:
            environment[name] = before
    return environment


def loading(component: str, target: Path, before: Environment, settings: str) -> Environment:
    """The variables with which a component loads the plugin, on top of the settings that it has."""
    path = os.pathsep.join(one for one in (str(target), before.get("PYTHONPATH", "")) if one)
    ours = known().components[component].settings
    return {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": ours, "SMA_STOCK_SETTINGS": settings}


def _unquoted(value: str, path: Path, number: int) -> str:
    if value[:1] not in ("'", '"'):
        return value
    try:
        return "".join(shlex.split(value))
    except ValueError as error:
        raise UserError("am_environment_line", path=path, line=number) from error


def written(variables: Mapping[str, str]) -> bytes:
    """Variables as an environment file that systemd and containers read alike, which is to say without quotes.

    Raises :class:`UserError` for a value that cannot be written so.
    """
    for name, value in variables.items():
        if any(one.isspace() or one in "'\"\\$`#%" for one in value):
            raise UserError("am_environment_value", name=name, value=value)
    return "".join(f"{name}={value}\n" for name, value in sorted(variables.items())).encode()
