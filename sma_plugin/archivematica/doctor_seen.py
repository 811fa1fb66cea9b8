"""What the doctor has to look at, and what a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.archivematica.components import known
from sma_plugin.archivematica.environments import Environment
from sma_plugin.archivematica.probing import Probed
from sma_plugin.archivematica.record import Record
from sma_plugin.archivematica.service_user import User
from sma_plugin.findings import Finding
from sma_plugin.settings import Settings


class Seen(msgspec.Struct, frozen=True):
    """What there is to look at: the installation, and each component as it works out now."""

    record: Record
    target: Path
    settings: Settings
    python: Path
    """Archivematica's."""
    now: dict[str, Probed]
    environment: dict[str, Environment]
    user: User | None = None
    """Who MCPClient runs as, or will; nothing where that cannot be seen."""

    def option(self, component: str, name: str) -> Any:
        """An option of a component that is on this machine and can be loaded; otherwise nothing."""
        return self.now[component].options.get(name) if component in self.now else None

    def recommended(self, *names: str) -> str:
        """Variables as they are to be set, for whoever sets them."""
        told = {name: value for one in known().components.values() for name, value in one.environment.items()}
        return " ".join(f"{name}={told[name].format(target=self.target)}" for name in told if name.endswith(names))


Check = Callable[[Seen], Iterator[Finding]]
