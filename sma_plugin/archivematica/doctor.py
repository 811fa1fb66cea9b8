"""``sma archivematica doctor``: whether Archivematica and the plugin are set up well, as findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from sma_plugin.archivematica import doctor_checks
from sma_plugin.archivematica.doctor_seen import Seen
from sma_plugin.archivematica.environments import Environment, read_environment
from sma_plugin.archivematica.probing import Found, Probed, interpreter, look, probe
from sma_plugin.archivematica.record import Record, read_record
from sma_plugin.archivematica.running import processes
from sma_plugin.archivematica.service_user import User, owner
from sma_plugin.archivematica.wanted import switch
from sma_plugin.findings import Finding, make
from sma_plugin.settings import Settings
from sma_plugin.texts import text


class Asked(msgspec.Struct, frozen=True):
    """What the doctor looks at."""

    target: Path
    settings: Settings
    python: Path | None = None
    env_files: Sequence[Path] = ()
    components: Sequence[str] = ()


def doctor(asked: Asked) -> Iterator[Finding]:
    """Everything that is not as it should be."""
    record = read_record(asked.target)
    if record is None or record.state != "installed":
        state = f"am_state_{record.state if record else 'absent'}"
        yield make("SMA-A021", path=str(asked.target), state_nl=text(state, "nl"), state_en=text(state, "en"))
        return
    python = interpreter(asked.python, record)
    found = look(python, asked.env_files, asked.components or tuple(record.components), asked.target, record)
    environment = {name: effective(name, one, asked.target, record) for name, one in found.items()}
    now = {name: _now(python, name, one, environment[name]) for name, one in found.items()}
    loaded = {name: one for name, one in now.items() if one.usable}
    for name, one in now.items():
        if name not in loaded:
            yield make("SMA-A098", component=name, reason=next(iter(one.troubles.values()), "?").rstrip("."))
    seen = Seen(record, asked.target, asked.settings, python, loaded, environment, _user(found))
    for check in doctor_checks.CHECKS:
        yield from check(seen)


def _user(found: Mapping[str, Found]) -> User | None:
    """Who MCPClient runs as; where it does not run, whose the shared directory is."""
    client = found.get("mcp-client")
    if client is None:
        return None
    running = next((one.user for one in processes("mcp-client", client.home) if one.user), None)
    return running or owner(Path(client.told.options.get("SHARED_DIRECTORY") or "/"))


def _now(python: Path, component: str, found: Found, environment: Environment) -> Probed:
    return found.told if environment == found.environment else probe(python, component, found.home, environment)


def effective(component: str, found: Found, target: Path, record: Record) -> Environment:
    """The environment that a component runs with, or will when it is started.

    It is that of its process where that can be seen; else that of its service, with what the plugin added to systemd.
    """
    running = next((one.environment for one in processes(component, found.home) if one.environment), None)
    if running:
        return running
    added = record.systemd and switch(Path(record.systemd), component).is_file()
    return {**found.given, **(read_environment(target / f"{component}.env") if added else {})}
