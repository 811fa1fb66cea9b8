"""What is done need not be done again: markers of finished steps, so that an interrupted run goes on where it was.

A step's key is made of its version, its own inputs (size and time of change of delivered files and tables, the
configuration) and the key of the step before it. A step whose marker holds the same key is passed over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from sma_plugin.bundle.declared import PATTERNS
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json, write_json
from sma_plugin.reporting import Outcome
from sma_plugin.settings import Settings

VERSION = 1
"""Raised when a step's output changes, so that old outputs are made again."""
MARKER = "done.json"


class Marker(msgspec.Struct, frozen=True):
    """That a step is done: the key it was done with, and how it ended."""

    key: str
    outcome: int


def key_of(step: str, before: str, bundles: list[Path], settings: Settings) -> str:
    """The key of a step that follows the one with key ``before``."""
    tables = [settings.resolve(name) for name in (*settings.paths.registers, *settings.paths.selection_lists)]
    inputs = [list(_stated(path)) for path in (*bundles, *tables)]
    folders = {bundle.parent for bundle in bundles}
    declared = sorted(path for folder in folders for pattern in PATTERNS for path in folder.glob(pattern))
    beside = [list(_stated(path)) for path in declared]
    configured = msgspec.json.encode((VERSION, step, before, inputs, beside, settings))
    return hashlib.sha256(configured).hexdigest()


def _stated(path: Path) -> Iterator[tuple[str, int, int]]:
    """Name, size and time of change of a file, or of every file below a folder."""
    for entry in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if entry.is_file():
            status = entry.stat()
            yield str(entry), status.st_size, status.st_mtime_ns


def finished(place: WorkArea, step: str, key: str) -> Outcome | None:
    """How a step ended that was done with this key; ``None`` when it is still to be done."""
    path = place.step(step) / MARKER
    if not path.is_file():
        return None
    try:
        marker = read_json(path, Marker)
    except msgspec.MsgspecError:
        return None
    return Outcome(marker.outcome) if marker.key == key else None


def mark(place: WorkArea, step: str, key: str, outcome: Outcome) -> None:
    """Record that a step is done."""
    write_json(place.step(step) / MARKER, Marker(key, int(outcome)))
