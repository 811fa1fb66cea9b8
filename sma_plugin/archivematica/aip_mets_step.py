"""The link between "Generate METS" and bagging: the METS of the AIP described, validated, and only then swapped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from sma_plugin.archivematica.aip_mets import Enrichment
from sma_plugin.archivematica.insertions import write_with
from sma_plugin.archivematica.mets_outline import OutlineError, outline
from sma_plugin.archivematica.outlined_files import OutlinedFiles
from sma_plugin.archivematica.sip import packages_in
from sma_plugin.archivematica.stored_files import match
from sma_plugin.findings import Finding, gather, make
from sma_plugin.package import Package
from sma_plugin.package.files import PART, publish
from sma_plugin.package.records import read_record
from sma_plugin.provenance import Stamps
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.settings import Settings
from sma_plugin.validate.aip import check_aip_mets
from sma_plugin.validate.mets_stream import read_mets

STEP = "aip-mets"
_OWN = "metadata/sma/mets.xml"


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
    """Write beside, validate, swap. The package's own METS is read once more, to hold the result against it."""
    if not package.mets.is_file():
        yield make("SMA-V004", path=_OWN)
        return
    part = mets.with_name(mets.name + PART)
    try:
        findings = _write(part, mets, package, settings)
        if not findings:
            described = part if part.exists() else mets
            findings = list(check_aip_mets(described, read_mets(package.mets, keep=False), mets.name))
        yield from findings
        if part.exists() and not any(finding.severity == "error" for finding in findings):
            publish(part, mets)
    finally:
        part.unlink(missing_ok=True)


def _write(part: Path, mets: Path, package: Package, settings: Settings) -> list[Finding]:
    """Write the described METS beside the one that is there, unless nothing is lacking; gives why not.

    What is known of files goes with the end of this, and makes room for validation.
    """
    part.unlink(missing_ok=True)
    try:
        record = read_record(package.record)
    except ValueError as error:
        return [make("SMA-V006", path="metadata/sma/captures.toml", reason=str(error)[:200])]
    with OutlinedFiles() as of_package, OutlinedFiles() as of_aip:
        try:
            own = outline(package.mets, of_package)
        except OutlineError as error:
            return [make("SMA-V001", path=_OWN, reason=str(error)[:200])]
        try:
            stored = outline(mets, of_aip)
        except OutlineError as error:
            return [make("SMA-A055", path=mets.name, reason=str(error)[:200])]
        findings = gather(match(of_package, of_aip))
        if not findings:
            _put_in(part, mets, package.mets, Enrichment(own, stored, record), settings.stamps)
        return findings


def _put_in(part: Path, mets: Path, package_mets: Path, enrichment: Enrichment, stamps: Stamps) -> None:
    """Write what the METS has with what it lacks; nothing where it lacks nothing."""
    with package_mets.open("rb") as own, mets.open("rb") as stream:
        insertions = enrichment.insertions(own, stream, stamps)
        first = next(insertions, None)
        if first is not None:
            with part.open("wb") as target:
                write_with(mets, target, chain([first], insertions))
            shutil.copymode(mets, part)
