"""What is known of installations of Archivematica, as data (``components.toml``)."""

from __future__ import annotations

from functools import cache

import msgspec

from sma_plugin.facts import facts


class Component(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A component of Archivematica: how its folder and its processes are recognised, and what it needs of us."""

    entry: str
    """The file in its folder that it is started by."""
    homes: tuple[str, ...]
    """Where its folder may be: seen from the folders on its path, or as packages install it."""
    settings: str
    """Our settings, which extend those that it has."""
    processes: tuple[str, ...]
    """What its command line holds: the name of a file, or a module within Archivematica's package."""
    environment: dict[str, str] = {}


class Tool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A program that Archivematica runs: what is not done without it, and how it is installed."""

    what: dict[str, str]
    how: str


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is known."""

    known: tuple[str, ...]
    pythons: tuple[str, ...]
    environment_files: tuple[str, ...]
    components: dict[str, Component]
    tools: dict[str, Tool]


@cache
def known() -> Known:
    """What is known of installations of Archivematica."""
    return facts(__package__, "components.toml", Known)


def unit(component: str) -> str:
    """The name of a component's service."""
    return f"archivematica-{component}"
