"""What follows once a package is stored: its AIP's METS is fetched, validated and held against the package."""

from __future__ import annotations

import hashlib
from pathlib import Path

from amclient.utils import relative_path_to_aip_mets_file

from sma_plugin.archivematica.receipt import Receipt, receipt_page
from sma_plugin.archivematica.reconciling import Reconciled, reconcile
from sma_plugin.archivematica.restricted import not_apart
from sma_plugin.archivematica.services import Services
from sma_plugin.archivematica.storage import UPLOADED, Storage, StoredPackage
from sma_plugin.archivematica.submission import Kept, Submission, now
from sma_plugin.findings import Finding, Language, gather, make
from sma_plugin.package import Package
from sma_plugin.package.files import write_bytes, write_json, writing
from sma_plugin.package.records import PackageRecord
from sma_plugin.validate.aip import check_aip_mets
from sma_plugin.validate.mets_stream import read_mets
from sma_plugin.validate.xml_stream import XmlError


def settle(
    package: Package, record: PackageRecord, kept: Kept, submission: Submission, given: Services, language: Language
) -> Receipt:
    """Fetch, validate and reconcile the AIP's METS, and write the receipt. Raises :class:`CallError`."""
    stored = given.storage.package(submission.aip or "")
    location = given.storage.location_of(stored)
    fetch_mets(given.storage, stored, kept.mets)
    reconciled, findings = _reconciled(package, kept.mets)
    if stored.status != UPLOADED:
        findings.append(make("SMA-A084", path=stored.uuid, status=stored.status))
    if submission.restricted:
        wanted = given.settings.archivematica.restricted_location
        findings += not_apart(stored.name, wanted, location.uuid if location else "-")
    known = record.package
    receipt = Receipt(
        package=known.name,
        package_id=known.id,
        name=submission.name,
        platform=known.platform,
        account=known.account,
        period=(known.period_from, known.period_until),
        dashboard=given.dashboard.address,
        storage_service=given.storage.caller.address,
        aip=stored.uuid,
        status=stored.status,
        path=stored.current_path,
        size=stored.size,
        made=now(),
        mets_sha256=_digest(kept.mets),
        reconciled=reconciled,
        findings=tuple(gather(findings)),
        location=location.description or location.path if location else None,
        stored=stored.stored_date,
        transfer=submission.transfer,
        type=submission.type,
        processing=submission.processing,
        accession=submission.accession,
        asked=submission.asked,
        archivematica=given.dashboard.version,
    )
    write_bytes(kept.page, receipt_page(receipt, language))
    write_json(kept.receipt, receipt)
    return receipt


def fetch_mets(storage: Storage, stored: StoredPackage, target: Path) -> None:
    """Fetch the METS of an AIP; it takes its place when it is whole. Raises :class:`CallError`."""
    path = relative_path_to_aip_mets_file(stored.uuid, stored.current_path)

    def fetch() -> None:
        with storage.file(stored.uuid, path) as answer, writing(target) as out:
            for block in answer.blocks:
                out.write(block)

    storage.caller.again(fetch)


def _reconciled(package: Package, mets: Path) -> tuple[Reconciled | None, list[Finding]]:
    findings = list(check_aip_mets(mets, read_mets(package.mets, keep=False)))
    try:
        reconciled = reconcile(package, mets)
    except XmlError:
        return None, findings  # that it is no METS is among them
    return reconciled, [*findings, *reconciled.findings]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
