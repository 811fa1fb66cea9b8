"""What is installed: which version, what of it was changed by hand, and whether Archivematica uses it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from sma_plugin.archivematica.record import Record, digest, record_path
from sma_plugin.archivematica.running import Use, use_of


class Status(msgspec.Struct, frozen=True):
    """What a look at an installation tells."""

    state: str
    version: str
    archivematica: str
    config: str | None
    changed: tuple[str, ...]
    """Files that are no longer what was written."""
    missing: tuple[str, ...]
    use: dict[str, Use]


def status(record: Record, target: Path) -> Status:
    """The state of an installation."""
    here = {path: digest(Path(path)) for path in record.files}
    written = record_path(target).stat().st_mtime
    return Status(
        state=record.state,
        version=record.version,
        archivematica=record.archivematica,
        config=record.config,
        changed=tuple(
            path for path, one in here.items() if one not in (None, record.files[path], record.earlier.get(path))
        ),
        missing=tuple(path for path, one in here.items() if one is None),
        use={name: use_of(name, record.home(name), target, written) for name in record.components},
    )
