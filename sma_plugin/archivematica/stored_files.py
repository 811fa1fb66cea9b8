"""The files of a package as Archivematica has them: matched by path and SHA-256, never by an identifier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sma_plugin.archivematica.mets_outline import Outline, StoredFile
from sma_plugin.archivematica.mets_sections import Stored
from sma_plugin.findings import Finding, make

_NOT_OURS = ("objects/metadata/", "objects/submissionDocumentation/")


class _Candidate(NamedTuple):
    file: StoredFile
    uuid: str
    sha256: str


def matched(own: Outline, stored: Outline) -> tuple[dict[str, tuple[Stored, int]], list[Finding]]:
    """By our UUID of each file what Archivematica has for it, with where its tag is; and what it does not have."""
    by_path = {one.file.path: one for one in _candidates(stored)}
    expected = {file.path for file in own.files.values()}
    spare: dict[str, list[_Candidate]] = {}
    for one in by_path.values():
        if one.file.path not in expected:
            spare.setdefault(one.sha256, []).append(one)
    found: dict[str, tuple[Stored, int]] = {}
    findings: list[Finding] = []
    for file in own.files.values():
        candidate = by_path.get(file.path) or _renamed(spare.get(file.sha256, ()))
        if candidate is None:
            findings.append(make("SMA-A050", path=file.path))
        elif candidate.sha256 and candidate.sha256 != file.sha256:
            findings.append(make("SMA-A051", path=file.path))
        else:
            known = Stored(candidate.uuid, candidate.file.id)
            found[file.id.removeprefix("file-")] = known, candidate.file.start
    return found, findings


def _candidates(stored: Outline) -> Iterator[_Candidate]:
    for file in stored.files.values():
        known = stored.objects.get(file.amd)
        if known and not file.path.startswith(_NOT_OURS):
            yield _Candidate(file, known.uuid, known.sha256)


def _renamed(candidates: Iterable[_Candidate]) -> _Candidate | None:
    """The one file with these bytes under another name; several would be a guess."""
    one, *others = [*candidates, None]
    return one if one and others == [None] else None
