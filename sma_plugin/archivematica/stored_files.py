"""The files of a package as Archivematica has them: matched by path and SHA-256, never by an identifier."""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.archivematica.outlined_files import FileTag, Known, OutlinedFiles, Stored
from sma_plugin.findings import Finding, make

_NOT_OURS = ("objects/metadata/", "objects/submissionDocumentation/")


def match(own: OutlinedFiles, stored: OutlinedFiles) -> Iterator[Finding]:
    """Tie each file of the package to what Archivematica has for it; gives what it does not have."""
    for file in own.tags():
        known = stored.known(file.path) or _renamed(file, own, stored)
        if known is None or known.path.startswith(_NOT_OURS):
            yield make("SMA-A050", path=file.path)
        elif known.sha256 and known.sha256 != file.sha256:
            yield make("SMA-A051", path=file.path)
        elif not own.tie(file.id.removeprefix("file-"), Stored(known.uuid, known.id, known.start)):
            yield make("SMA-A050", path=file.path)  # of two with the same bytes Archivematica has one


def _renamed(file: FileTag, own: OutlinedFiles, stored: OutlinedFiles) -> Known | None:
    """The one file with these bytes under a name that the package does not have; several would be a guess."""
    others = (one for one in stored.with_sum(file.sha256) if not own.has(one.path))
    found = [one for one in others if not one.path.startswith(_NOT_OURS)]
    return found[0] if len(found) == 1 else None
