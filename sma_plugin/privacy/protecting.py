"""The step *protect*: copies for access, and where it was asked for copies of web archives without keys and cookies."""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.findings import Finding, make
from sma_plugin.formats.derived import records_of
from sma_plugin.model import Event
from sma_plugin.package import Package
from sma_plugin.package.files import write_json_lines
from sma_plugin.package.records import FileRecord
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.masked_copies import write_masked
from sma_plugin.privacy.requests import Requests, listed
from sma_plugin.privacy.step import STEP, access_copy
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.settings import Settings


def protect(place: Package, settings: Settings, report: Reporter) -> Outcome:
    """Write what others than the custodian may see, and copies of WARC files without keys where that was asked for."""
    report.start(STEP)
    keys = Keys.configured(settings, place.root) if settings.paths.key_file else None
    told = [
        *access_copy(place, settings, keys, report),
        *(missing(keys) if keys else ()),
        *write_masked(place, settings),
    ]
    write_json_lines(place.step(STEP) / "files.jsonl", _files(place, settings))
    findings = [one for one in told if isinstance(one, Finding)]
    for finding in findings:
        report.finding(finding)
    place.log(STEP, [one for one in told if isinstance(one, Event)], findings)
    return Outcome.OK


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
