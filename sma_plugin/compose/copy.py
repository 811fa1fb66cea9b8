"""Copying kept evidence into the package: hashed again on the way, resumable file by file, never over the source."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from sma_plugin.compose.extract import Cut, extract
from sma_plugin.formats.identify import Format, identify
from sma_plugin.package.files import PART, publish, write_bytes
from sma_plugin.package.records import Extract, FileRecord

_CHUNK = 1 << 20


class Copied(msgspec.Struct, frozen=True, omit_defaults=True):
    """One journal line: a file that is in its place."""

    file: FileRecord
    extract: Extract | None = None


class ChangedError(ValueError):
    """A delivered file that no longer has the bytes that were read."""


class Copier:
    """Copies into one package. The journal says what is done, so that a run that was killed goes on from there."""

    def __init__(self, root: Path, journal: Path, on_bytes: Callable[[int], None]) -> None:
        self._root, self._journal, self._on_bytes = root, journal, on_bytes
        self.name = root.name
        self._done = {copied.file.path: copied for copied in _read(journal)}

    def discard(self, record: FileRecord) -> None:
        """Take a copy away again."""
        (self._root / record.path).unlink(missing_ok=True)

    def copy(self, source: Callable[[], BinaryIO], record: FileRecord, cuts: list[Cut]) -> Copied:
        """Copy one file to ``record.path``, without the cuts. Raises :class:`ChangedError` when it was changed.

        ``record.sha256`` and ``size`` are those of the delivered bytes; the result's are those of the kept ones.
        """
        known = self._done.get(record.path)
        target = self._root / record.path
        if known and target.is_file() and target.stat().st_size == known.file.size:
            return known
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + PART)
        digest = hashlib.sha256()
        size = 0
        with source() as stream, part.open("wb") as out:

            def write(data: bytes) -> None:
                nonlocal size
                digest.update(data)
                size += len(data)
                out.write(data)
                self._on_bytes(len(data))

            if cuts:
                original, original_size, spans = extract(stream, write, cuts)
            else:
                while data := stream.read(_CHUNK):
                    write(data)
                original, original_size, spans = digest.hexdigest(), size, []
        if original != record.sha256:
            part.unlink()
            raise ChangedError(record.delivered or record.path)
        publish(part, target)
        found = identify(target)
        made = Extract(original, original_size, tuple(spans)) if spans else None
        kept = msgspec.structs.replace(record, sha256=digest.hexdigest(), size=size, **_named(found))
        copied = Copied(kept, made)
        with self._journal.open("ab") as journal:
            journal.write(msgspec.json.encode(copied) + b"\n")
        return copied


def _named(found: Format) -> dict[str, str | None]:
    return {
        "mime": found.mime,
        "puid": found.puid,
        "format_name": found.name,
        "format_version": found.version,
    }


def _read(journal: Path) -> list[Copied]:
    """The journal; a last line that a kill cut off is taken off, and its file is done again."""
    if not journal.is_file():
        return []
    data = journal.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        write_bytes(journal, whole)
    return [msgspec.json.decode(line, type=Copied) for line in whole.splitlines()]
