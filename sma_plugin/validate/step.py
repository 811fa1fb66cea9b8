"""The step *validate*, and the command: a package or a METS file against schemas, profile and itself."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from sma_plugin.describe.report import write_report
from sma_plugin.findings import Finding, gather, make, worst
from sma_plugin.package import Package, packages_at
from sma_plugin.package.records import PackageRecord, read_record
from sma_plugin.privacy.agreement import check_access_copy
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.selection.lists import load_lists
from sma_plugin.selection.records import Category
from sma_plugin.settings import Settings
from sma_plugin.validate.aip import check_stored
from sma_plugin.validate.areas import check_areas
from sma_plugin.validate.decision_checks import check_decisions
from sma_plugin.validate.import_checks import check_import_files
from sma_plugin.validate.lines import Lines
from sma_plugin.validate.mdto_checks import check_mdto
from sma_plugin.validate.mets_document import POSTS, Document
from sma_plugin.validate.mets_stream import read_mets
from sma_plugin.validate.ours import is_ours
from sma_plugin.validate.package_checks import check_counts, check_exclusions, check_files, check_records, unreadable
from sma_plugin.validate.profile import Form
from sma_plugin.validate.schemas import driver
from sma_plugin.validate.selection_checks import check_selection
from sma_plugin.validate.xml_stream import schema_findings

STEP = "validate"
_STORED = re.compile(r"METS\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.xml")
"""What Archivematica calls the METS of an AIP."""
_NO_XML = "SMA-V001"
_UNREADABLE = "SMA-V006"
"""The finding of a record without which there may be nothing to report on."""


def validate(place: Package, settings: Settings, report: Reporter) -> Outcome:
    """Validate a package and write its report again, now with what validation found."""
    report.start(STEP)
    findings = gather(validate_package(place, load_lists(settings).categories))
    for finding in findings:
        report.finding(finding)
    wrong = worst(findings) == "error"
    event = settings.stamps.event(
        "validation",
        "the package against METS, PREMIS, MDTO, the profile and itself",
        step=STEP,
        key=place.root.name,
        outcome="fail" if wrong else "success",
        note="; ".join(finding.code for finding in findings if finding.severity == "error") or None,
    )
    place.log(STEP, [event], findings)
    if not any(finding.code == _UNREADABLE for finding in findings):
        write_report(place)
    return Outcome.ERRORS if wrong else Outcome.OK


def validate_path(path: Path, categories: Collection[Category] = ()) -> list[Finding]:
    """Everything that is wrong with a package, an unpacked AIP or a METS; what it is, is told by its structure.

    ``categories`` are those of the selection lists that are loaded.
    """
    if not is_ours(path):
        return [make("SMA-V005", path=str(path))]
    if path.is_dir():
        return [finding for package in packages_at(path) for finding in validate_package(package, categories)]
    return _validate_mets(path, path.name, "aip" if _STORED.fullmatch(path.name) else "package").findings


def validate_package(package: Package, categories: Collection[Category] = ()) -> Iterator[Finding]:
    """Schemas, profile rules, fixity, references, counts, exclusions and byte areas of a package."""
    record = _read_record(package)
    if isinstance(record, Finding):
        yield record
    elif record.package.seeded and not os.environ.get("SMA_SEED"):
        yield make("SMA-V007", path=record.package.name)
    yield from unreadable(package)
    if not package.mets.is_file():
        yield make("SMA-V004", path="metadata/sma/mets.xml")
        return
    document = _validate_mets(package.mets, "metadata/sma/mets.xml")
    yield from document.findings
    if any(finding.code == _NO_XML for finding in document.findings):
        yield from check_files(package, None)
        return
    yield from check_files(package, document)
    if not isinstance(record, Finding):
        yield from check_exclusions(record, document)
    yield from _check_posts(package, document)
    yield from check_records(package, document)
    yield from check_selection(package, document, categories)
    yield from check_mdto(package)
    yield from check_decisions(package, document)
    yield from check_access_copy(package)
    yield from check_import_files(package, document)
    if not package.alone:
        yield from check_stored(package, document)


def _read_record(package: Package) -> PackageRecord | Finding:
    try:
        return read_record(package.record)
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError) as error:
        return make(_UNREADABLE, path="metadata/sma/captures.toml", reason=str(error)[:200])


def _check_posts(package: Package, document: Document) -> Iterator[Finding]:
    """Every line and byte area of the posts, and every number that is stated of them."""
    lines = Lines(document)
    if not package.posts.is_file():
        yield make("SMA-V004", path=POSTS)
        return
    yield from lines.check(package.posts)
    yield from check_areas(package.root, lines.claims)
    yield from check_counts(package, document, lines)


def _validate_mets(path: Path, name: str, form: Form = "package") -> Document:
    """A METS with every rule of the profile, and METS 1.12.1, PREMIS 3, MDTO 1.0.1 and our records in one schema."""
    document = read_mets(path, name, form)
    if not any(finding.code == _NO_XML for finding in document.findings):
        document.findings += schema_findings(path, name, driver)
    return document
