"""The METS of an AIP: schemas, the profile's rules, and whether it says what the METS of the package in it says.

Archivematica wrote it; the package's description went into it between "Generate METS" and bagging. Nothing is matched
by identifiers: files by path and SHA-256, the rest by what it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sma_plugin.findings import Finding, make
from sma_plugin.package import Package
from sma_plugin.validate.mets_document import Document
from sma_plugin.validate.mets_stream import read_mets
from sma_plugin.validate.profile import broken
from sma_plugin.validate.schemas import driver
from sma_plugin.validate.xml_stream import schema_findings

_NO_XML = "SMA-V001"
_DUBLIN_CORE = "dmd-dc"


def check_stored(package: Package, own: Document) -> Iterator[Finding]:
    """The METS of the AIP that a package lies in. ``own`` is what the package's own METS says."""
    found = sorted(package.root.glob("METS.*.xml"))
    if len(found) != 1:
        yield make("SMA-A053", path="METS.*.xml", count=len(found))
    for path in found:
        yield from check_aip_mets(path, own)


def check_aip_mets(path: Path, own: Document | None = None, name: str | None = None) -> Iterator[Finding]:
    """Everything that is wrong with the METS of an AIP, also against that of its package (``own``) where that is given.

    One without the package's description is told as such.
    """
    name = name or path.name
    document = read_mets(path, name, "aip", keep=False)
    if any(finding.code == _NO_XML for finding in document.findings):
        yield from document.findings
    elif not document.said:
        yield make("SMA-A054", path=name)
    else:
        yield from document.findings
        yield from schema_findings(path, name, driver)
        for rule, item in apart(own, document) if own else ():
            yield broken(rule, name, item)


def apart(own: Document, stored: Document) -> Iterator[tuple[str, str | None]]:
    """Rule and place of everything in which the METS of an AIP and that of its package differ."""
    if own.structure != stored.structure:
        yield "Q03", None
    digests = {file.path: file.sha256 for file in stored.files.values()}
    kept = set(digests.values())
    for file in own.files.values():
        known = digests.get(file.path)
        if known != file.sha256 and (known or file.sha256 not in kept) and (known != ""):
            yield "Q04", file.path
    records = set(stored.records.values())
    for section, digest in own.records.items():
        if section != _DUBLIN_CORE and digest not in records:
            yield "Q05", section
    for digest, kind in own.said.items():
        if digest not in stored.said:
            yield "Q05", kind
