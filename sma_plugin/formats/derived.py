"""The records of files that this software derived: what they are, and what they are for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from sma_plugin.formats.identify import identify, signature_file
from sma_plugin.package import Package
from sma_plugin.package.records import FileRecord
from sma_plugin.settings import Settings


def records_of(
    place: Package, folder: Path, use: Literal["preservation", "access", "masked"], settings: Settings
) -> Iterator[FileRecord]:
    """A record of every file that lies in a folder of a package itself, as the description wants it."""
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        name = path.relative_to(place.root).as_posix()
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        found = identify(path, signature_file(settings))
        yield FileRecord(
            path=name,
            sha256=digest,
            size=path.stat().st_size,
            use=use,
            id=settings.stamps.identifier(f"file/{place.root.name}/{name}"),
            mime=found.mime,
            puid=found.puid,
            format_name=found.name,
            format_version=found.version,
        )
