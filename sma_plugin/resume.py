"""What is done need not be done again: markers of finished steps, so that an interrupted run goes on where it was.

A step's key is made of the software's version of it, of what it takes from outside (size and time of change of
delivered files and tables, the configuration that it uses) and of the key of the step before it. Its marker also holds
size, time of change and SHA-256 of what the step left. A step is passed over when its key is the same and what it left
is still as it was: by size and time of change, and with ``verify`` by reading it again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from sma_plugin.bundle.declared import PATTERNS
from sma_plugin.bundle.mappings import mapping_files
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json, write_json
from sma_plugin.preferred.policy import policy_files
from sma_plugin.privacy.requests import path_of
from sma_plugin.reporting import Outcome
from sma_plugin.selection.answers import decision_tables
from sma_plugin.settings import Settings

VERSION = 2
"""Raised when a step's output changes, so that old outputs are made again."""
MARKER = "done.json"
_OF_BYTES = ("receive", "read")
"""Steps that take the delivery and nothing else: a change in a register does not make them read it again."""
_BEFORE_DECISIONS = ("history", "assess")
"""Steps that no decision changes anything in: after one, the same command goes on behind them."""
_NOT_KEPT = ("spool", MARKER)


class Left(msgspec.Struct, frozen=True):
    """A file that a step left: size in bytes, time of change in nanoseconds, SHA-256."""

    size: int
    mtime_ns: int
    sha256: str


class Marker(msgspec.Struct, frozen=True):
    """That a step is done: the key it was done with, how it ended, what it left, and the digests of its tables."""

    key: str
    outcome: int
    left: dict[str, Left]
    tables: dict[str, str] = {}


def key_of(step: str, before: str, bundles: Sequence[Path], settings: Settings) -> str:
    """The key of a step that follows the one with key ``before``."""
    folders = {bundle.parent for bundle in bundles}
    beside = sorted(path for folder in folders for pattern in PATTERNS for path in folder.glob(pattern))
    roots = [settings.resolve(name) for name in settings.paths.trusted_certificates if step == "read"]
    described = mapping_files(settings) if step in _OF_BYTES else []
    inputs = [list(_stated(path)) for path in (*bundles, *beside, *roots, *described)]
    decided = () if step in _BEFORE_DECISIONS else _decided(settings)
    outside = [*_configured(settings), *decided, *map(Path, settings.previous)]
    apart = msgspec.structs.replace(settings, answered=())  # as tables they are among what is decided
    configured = None if step in _OF_BYTES else (apart, [list(_stated(path)) for path in outside])
    seed = os.environ.get("SMA_SEED")
    return hashlib.sha256(msgspec.json.encode((VERSION, step, before, inputs, seed, configured))).hexdigest()


def tables(settings: Settings) -> list[Path]:
    """Every table that is configured, the decisions that were given, and the requests of people."""
    return [*_configured(settings), *_decided(settings)]


def _configured(settings: Settings) -> list[Path]:
    told = settings.paths
    named = (told.registers, told.selection_lists, told.hotspots, told.holds)
    limiting = (told.restrictions, told.restriction_codes, told.platform_terms, told.accessions)
    return [*(settings.resolve(name) for names in (*named, *limiting) for name in names), *policy_files(settings)]


def _decided(settings: Settings) -> list[Path]:
    """The decisions that were given, and the list of requests of people if there is a key to keep one with."""
    requests = [path_of(settings.resolve(settings.paths.key_file))] if settings.paths.key_file else []
    return [*decision_tables(settings), *requests]


def _stated(path: Path) -> Iterator[tuple[str, int, int]]:
    """Name, size and time of change of a file, or of every file below a folder."""
    for entry in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if entry.is_file():
            status = entry.stat()
            yield str(entry), status.st_size, status.st_mtime_ns


def finished(place: WorkArea, step: str, key: str, *, verify: bool = False) -> Outcome | None:
    """How a step ended that was done with this key; ``None`` when it is still to be done, or what it left changed."""
    folder = place.step(step)
    if not (folder / MARKER).is_file():
        return None
    try:
        marker = read_json(folder / MARKER, Marker)
    except msgspec.MsgspecError:
        return None
    if marker.key != key or not all(_as_left(folder / name, left, verify) for name, left in marker.left.items()):
        return None
    if verify and any(_digest(Path(name)) != digest for name, digest in marker.tables.items()):
        return None
    return Outcome(marker.outcome)


def _as_left(path: Path, left: Left, verify: bool) -> bool:  # noqa: FBT001 -- private, and clear where it is called
    if not path.is_file():
        return False
    status = path.stat()
    same = (status.st_size, status.st_mtime_ns) == (left.size, left.mtime_ns)
    return same and not (verify and _digest(path) != left.sha256)


def is_marked(place: WorkArea, step: str) -> bool:
    """Whether a step is done, and no step before it ran again since."""
    return (place.step(step) / MARKER).is_file()


def forget(place: WorkArea, steps: Sequence[str]) -> None:
    """Take away the markers of steps: a step that runs again lets all that follow it run again."""
    for step in steps:
        (place.step(step) / MARKER).unlink(missing_ok=True)


def mark(place: WorkArea, step: str, key: str, outcome: Outcome, settings: Settings) -> None:
    """Record that a step is done."""
    folder = place.step(step)
    left = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] not in _NOT_KEPT:
            status = path.stat()
            left[name.as_posix()] = Left(status.st_size, status.st_mtime_ns, _digest(path))
    of_tables = {} if step in _OF_BYTES else {str(path): _digest(path) for path in tables(settings) if path.is_file()}
    write_json(folder / MARKER, Marker(key, int(outcome), left, of_tables))


def _digest(path: Path) -> str:
    """SHA-256 of a file; of a file that is gone, nothing."""
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
