"""The link between "Generate METS" and bagging: the METS of the AIP described, validated, and only then swapped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sma_plugin.archivematica.aip_mets import Enrichment
from sma_plugin.archivematica.insertions import write_with
from sma_plugin.archivematica.mets_outline import OutlineError
from sma_plugin.archivematica.sip import packages_in
from sma_plugin.findings import Finding, gather, make
from sma_plugin.package import Package
from sma_plugin.package.files import PART, publish
from sma_plugin.package.records import PackageRecord, read_record
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.settings import Settings
from sma_plugin.validate.aip import check_aip_mets
from sma_plugin.validate.mets_stream import read_mets

STEP = "aip-mets"


def describe_aip(folder: Path, identifier: str, settings: Settings, report: Reporter) -> Outcome:
    """Describe the METS of the AIP that a SIP becomes; a SIP with nothing of ours stays as it is.

    With errors the METS stays what it was. Raises ``OSError``.
    """
    report.start(STEP)
    findings = gather(_described(folder, f"METS.{identifier}.xml", settings))
    for finding in findings:
        report.finding(finding)
    wrong = any(finding.severity == "error" for finding in findings)
    report.end(STEP, outcome := Outcome.ERRORS if wrong else Outcome.OK)
    return outcome


def _described(folder: Path, name: str, settings: Settings) -> Iterator[Finding]:
    packages = packages_in(folder)
    if not packages:
        return
    if len(packages) > 1:
        yield make("SMA-A052", path=folder.name, count=len(packages))
    elif not (folder / name).is_file():
        yield make("SMA-A053", path=name, count=0)
    else:
        yield from _one(folder / name, packages[0], settings)


def _one(mets: Path, package: Package, settings: Settings) -> Iterator[Finding]:
    try:
        record = read_record(package.record)
    except ValueError as error:
        yield make("SMA-V006", path="metadata/sma/captures.toml", reason=str(error)[:200])
        return
    if not package.mets.is_file():
        yield make("SMA-V004", path="metadata/sma/mets.xml")
        return
    try:
        yield from _swapped(mets, package, record, settings)
    except OutlineError as error:
        yield make("SMA-A055", path=mets.name, reason=str(error)[:200])


def _swapped(mets: Path, package: Package, record: PackageRecord, settings: Settings) -> Iterator[Finding]:
    """Write beside, validate, swap. The part of the package's own METS that decides is read once more for that."""
    with _written(mets, package, record, settings) as (part, findings):
        yield from findings
        if findings:
            return
        found = list(check_aip_mets(part or mets, read_mets(package.mets, keep=False), mets.name))
        yield from found
        if part and not any(finding.severity == "error" for finding in found):
            publish(part, mets)


@contextmanager
def _written(
    mets: Path, package: Package, record: PackageRecord, settings: Settings
) -> Iterator[tuple[Path | None, list[Finding]]]:
    """The described METS beside the one that is there, gone afterwards; none where nothing is lacking."""
    enrichment = Enrichment(mets, package, record)
    part = mets.with_name(mets.name + PART)
    with package.mets.open("rb") as own:
        insertions = [] if enrichment.findings else enrichment.insertions(own, settings.stamps)
        if not insertions:
            yield None, enrichment.findings
            return
        try:
            with part.open("wb") as target:
                write_with(mets, target, insertions)
            shutil.copymode(mets, part)
            del enrichment, insertions  # what was known of files makes room for validation
            yield part, []
        finally:
            part.unlink(missing_ok=True)
