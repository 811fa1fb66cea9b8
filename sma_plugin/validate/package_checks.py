"""A package against itself: every file in METS, PREMIS, the checksum file and on disk; counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sma_plugin.findings import Finding, make
from sma_plugin.package import Package
from sma_plugin.validate.mets_stream import Document


def check_files(package: Package, document: Document) -> Iterator[Finding]:
    """Fixity of every file: METS (whose PREMIS agrees by the profile), the checksum file and the disk."""
    listed = _checksums(package.metadata / "checksum.sha256")
    described = {file.path: file for file in document.files.values()}
    present = {
        path.relative_to(package.root).as_posix() for path in sorted(package.objects.rglob("*")) if path.is_file()
    }
    for path in sorted(present - set(described)):
        yield make("SMA-V030", path=path)
    for path in sorted(set(described) - present):
        yield make("SMA-V031", path=path)
    for path in sorted(present ^ set(listed)):
        yield make("SMA-V032", path=path)
    for path in sorted(present & set(described)):
        actual = package.path(path)
        if not actual.resolve().is_relative_to(package.root.resolve()):
            yield make("SMA-V031", path=path)
            continue
        with actual.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = actual.stat().st_size
        described_as = (described[path].sha256, described[path].size)
        if (digest, size) != described_as or listed.get(path, digest) != digest:
            yield make("SMA-V033", path=path)


def _checksums(path: Path) -> dict[str, str]:
    """The checksum file by package path; no file, no rows."""
    if not path.is_file():
        return {}
    found = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        digest, _, name = line.partition("  ")
        found[name.removeprefix("../")] = digest
    return found


def check_counts(package: Package) -> Iterator[Finding]:
    """The sidecar's counts against the lines of ``posts.jsonl``."""
    if not package.posts.is_file() or not package.posts_meta.is_file():
        yield make("SMA-V034", path=package.posts_meta.relative_to(package.root).as_posix(), stated=0, counted=0)
        return
    with package.posts.open("rb") as stream:
        counted = sum(1 for _ in stream)
    try:
        meta: Any = json.loads(package.posts_meta.read_bytes())
        stated = meta["lines"]
    except (ValueError, KeyError, TypeError):
        stated = -1
    if stated != counted:
        name = package.posts_meta.relative_to(package.root).as_posix()
        yield make("SMA-V034", path=name, stated=stated, counted=counted)
