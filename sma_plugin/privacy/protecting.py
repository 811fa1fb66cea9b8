"""The step *protect*: copies for access, and where it was asked for copies of web archives without keys and cookies."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from sma_plugin.findings import Finding, make
from sma_plugin.formats.derived import records_of
from sma_plugin.model import Agent, Event
from sma_plugin.package import Package
from sma_plugin.package.files import PART, publish, read_json_lines, write_json_lines
from sma_plugin.package.records import FileRecord
from sma_plugin.privacy import step
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.masked_warc import Masking, NotMaskableError
from sma_plugin.privacy.requests import Requests, listed
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.settings import Settings

_WARCS = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz")

_ENDING = re.compile(r"\.w?arc(?:\.\w+)?$")


def protect(place: Package, settings: Settings, report: Reporter) -> Outcome:
    """Write what others than the custodian may see, and copies of WARC files without keys where that was asked for."""
    outcome = step.protect(place, settings, report)
    keys = Keys.configured(settings, place.root) if settings.paths.key_file else None
    told: list[Event | Finding] = [*(missing(keys) if keys else ()), *_web(place, settings)]
    events = [one for one in told if isinstance(one, Event)]
    findings = [one for one in told if isinstance(one, Finding)]
    for finding in findings:
        report.finding(finding)
    place.log(step.STEP, [*place.events(step.STEP), *events], [*place.findings(step.STEP), *findings])
    return outcome


def missing(keys: Keys) -> Iterator[Finding]:
    """What copies for access have to do without: keys that should be here, requests whose key is gone."""
    for key in keys.absent():
        yield make("SMA-P033", key=key)
    if lost := Requests(listed(keys).rows(), list(keys)).lost:
        yield make("SMA-P034", count=len(lost), requests=", ".join(lost))


def _web(place: Package, settings: Settings) -> Iterator[Event | Finding]:
    """Derive copies of web archives without keys and cookies, and note them as files of the package."""
    folder = place.derived / "masked"
    shutil.rmtree(folder, ignore_errors=True)
    if not settings.defaults.mask_secrets:
        return
    masking = Masking()
    for record in read_json_lines(place.files, FileRecord):
        if record.use == "original":
            yield from _masked(place, record, folder, masking, settings)
    if folder.is_dir():
        listed_files = place.step(step.STEP) / "files.jsonl"
        files = [*read_json_lines(listed_files, FileRecord), *records_of(place, folder, "preservation", settings)]
        write_json_lines(listed_files, files)


def _masked(
    place: Package, record: FileRecord, folder: Path, masking: Masking, settings: Settings
) -> Iterator[Event | Finding]:
    """Derive a copy of each WARC that a kept file is or holds, and tell of it."""
    for source, name in _warcs(place.path(record.path)):
        target = folder / f"{record.capture or 'x'}-{_ENDING.sub('', name).replace('/', '-')}-masked.warc"
        folder.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + PART)
        changed, values = masking.changed, masking.values
        masking.records = 0
        try:
            with source as stream, part.open("wb") as out:
                masking.write(stream, out, target.name, f"sha256:{record.sha256}")
        except NotMaskableError as error:
            part.unlink()
            yield make("SMA-P032", path=record.path, reason=str(error))
            continue
        if masking.values == values:
            part.unlink()  # nothing in it had to go
            continue
        publish(part, target)
        told = (record.path, target.relative_to(place.root).as_posix())
        yield _event(settings, told, masking.changed - changed, masking.values - values)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


@contextmanager
def _member(path: Path, name: str) -> Iterator[BinaryIO]:
    with zipfile.ZipFile(path) as archive, archive.open(name) as stream:
        yield cast("BinaryIO", stream)


def _warcs(path: Path) -> Iterator[tuple[AbstractContextManager[BinaryIO], str]]:
    """The WARC files in a kept file, each to be opened once, with their names."""
    if path.name.endswith(_WARCS):
        yield path.open("rb"), path.name
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(_WARCS)]
        yield from ((_member(path, name), f"{path.stem}-{name.rpartition('/')[2]}") for name in names)


def _event(settings: Settings, told: tuple[str, str], changed: int, values: int) -> Event:
    source, target = told
    return settings.stamps.event(
        step.REDACTION,
        "copy of a web archive without the values of cookies, log-ins, keys and signatures; lengths and digests "
        "recalculated; the file that it was made of stays as it is, and restricted",
        step=step.STEP,
        key=target,
        note=f"{values} values in {changed} records",
        agents=(Agent(settings.archive.name, role="implementer"),),
        objects=(source, target),
    )
