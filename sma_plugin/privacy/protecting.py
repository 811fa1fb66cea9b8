"""Copies for access, and where it was asked for copies of web archives without keys and cookies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sma_plugin.findings import Finding, make
from sma_plugin.formats.derived import records_of
from sma_plugin.model import Event
from sma_plugin.package import Package
from sma_plugin.package.records import FileRecord
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.masked_copies import write_masked
from sma_plugin.privacy.requests import Requests, listed
from sma_plugin.privacy.step import access_copy
from sma_plugin.reporting import Reporter
from sma_plugin.settings import Settings


class Protected(NamedTuple):
    """What a package got: the records of its copies, and what is on record of making them."""

    files: list[FileRecord]
    events: list[Event]
    findings: list[Finding]


def protected(place: Package, settings: Settings, report: Reporter) -> Protected:
    """Write what others than the custodian may see, and copies of WARC files without keys where that was asked for."""
    keys = Keys.configured(settings, place.root) if settings.paths.key_file else None
    told = [
        *access_copy(place, settings, keys, report),
        *(missing(keys) if keys else ()),
        *write_masked(place, settings),
    ]
    return Protected(
        list(_files(place, settings)),
        [one for one in told if isinstance(one, Event)],
        [one for one in told if isinstance(one, Finding)],
    )


def _files(place: Package, settings: Settings) -> Iterator[FileRecord]:
    """The records of the copies that are there."""
    if place.access.is_dir():
        yield from records_of(place, place.access, "access", settings)
    if place.masked.is_dir():
        yield from records_of(place, place.masked, "masked", settings)


def missing(keys: Keys) -> Iterator[Finding]:
    """What copies for access have to do without: keys that should be here, requests whose key is gone."""
    for key in keys.absent():
        yield make("SMA-P033", key=key)
    if lost := Requests(listed(keys).rows(), list(keys)).lost:
        yield make("SMA-P034", count=len(lost), requests=", ".join(lost))
