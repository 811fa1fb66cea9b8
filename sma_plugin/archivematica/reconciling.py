"""Holding what was stored against what was submitted: every file, every event, every MDTO record.

Nothing is matched by the id of an event (CONTRACTS.md): files go by path and SHA-256, events by type, time and what
they are about. Archivematica takes in events on files only, so one about a representation may stand on each of its
files instead, and one about the whole package on any.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import msgspec

from sma_plugin.archivematica.stored_mets import Told, told_by
from sma_plugin.archivematica.transfer_source import files_of
from sma_plugin.findings import Finding, gather, make
from sma_plugin.package import Package

_METADATA = "metadata"
_ANY = ""
"""What every event is about."""


class Tally(msgspec.Struct, frozen=True):
    """How many were submitted, and how many of them were found in the AIP."""

    submitted: int
    found: int

    @property
    def is_whole(self) -> bool:
        """Whether all were found."""
        return self.found == self.submitted


class Reconciled(msgspec.Struct, frozen=True):
    """What came of it."""

    files: Tally
    events: Tally
    records: Tally
    findings: tuple[Finding, ...] = ()


def reconcile(package: Package, stored: Path) -> Reconciled:
    """Hold the METS of an AIP against the package. Raises :class:`XmlError` when one of the two is no METS."""
    own = told_by(package.mets)
    aip = told_by(stored, own.events)
    sums = dict(sums_of(package))
    files = list(_files(sums, aip))
    events = list(_events(own, aip))
    records = [make("SMA-A082", path=stored.name, item=one, record=one) for one in sorted(own.records - aip.records)]
    submitted = sum(counted.total() for counted in own.events.values())
    found = [*files, *events, *records]
    return Reconciled(
        Tally(len(sums), len(sums) - len(files)),
        Tally(submitted, submitted - sum(one.count for one in events)),
        Tally(len(own.records), len(own.records & aip.records)),
        tuple(gather(found)),
    )


def sums_of(package: Package) -> Iterator[tuple[str, str]]:
    """Path and SHA-256 of every file that was submitted: of ``objects`` as listed, of ``metadata`` as read."""
    yield from package.checksums().items()
    for path in files_of(package.root / _METADATA):
        with path.open("rb") as stream:
            yield path.relative_to(package.root).as_posix(), hashlib.file_digest(stream, "sha256").hexdigest()


def _files(sums: dict[str, str], aip: Told) -> Iterator[Finding]:
    for path, digest in sums.items():
        stored = aip.sums.get(path)
        if stored is None:
            yield make("SMA-A079", path=path)
        elif stored != digest:
            yield make("SMA-A080", path=path, expected=digest, found=stored)


def _events(own: Told, aip: Told) -> Iterator[Finding]:
    for key, counted in sorted(own.events.items()):
        left: Counter[str] = Counter()
        for about, count in aip.events.get(key, Counter()).items():
            left.update(dict.fromkeys((_ANY, *about), count))
        for about in sorted(counted.elements(), key=lambda one: (not one.isdisjoint(own.entities), sorted(one))):
            if not _taken(about, left, own):
                yield make("SMA-A081", item=" ".join(key), type=key[0], at=key[1])


def _taken(about: frozenset[str], left: Counter[str], own: Told) -> bool:
    """Whether an event about these things is there; it is taken out of what is left for the others."""
    ways = [_way(one, left, own) for one in about or (_ANY,)]
    if None in ways:
        return False
    left.subtract(chain.from_iterable(way or () for way in ways))
    if (_ANY,) not in ways:
        left[_ANY] -= 1
    return True


def _way(thing: str, left: Counter[str], own: Told) -> tuple[str, ...] | None:
    """The things that an event stands on which is about this one."""
    ways = [(thing,), tuple(own.parts.get(thing, ())), (_ANY,) if thing in own.entities else ()]
    return next((way for way in ways if way and all(left[one] > 0 for one in way)), None)
