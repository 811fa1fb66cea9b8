"""Archivematica's import files against schemas and the METS: its own gates, met before it meets them.

A row that names a file that is not there, or a structMap that is no METS by itself, stops a transfer; a PREMIS object
of another digest would be a claim about other bytes (archivematica/FACTS.md 5).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from sma_plugin.findings import Finding, make
from sma_plugin.package import Package
from sma_plugin.validate.mets_document import METS, PREMIS, Document, MetsFile
from sma_plugin.validate.schemas import single
from sma_plugin.validate.xml_stream import XmlError, elements, schema_findings

Rows = Iterator[tuple[str, str | None]]
"""Package paths that an import file names, with the SHA-256 where it gives one."""


def check_import_files(package: Package, document: Document) -> Iterator[Finding]:
    """Whether each import file can be read, is valid, and names the files that the METS has."""
    files = {file.path: file for file in document.files.values()}
    for name, (read, schema) in _IMPORTS.items():
        path = package.metadata / name
        shown = f"metadata/{name}"
        if not path.is_file():
            yield make("SMA-V004", path=shown)
            continue
        try:
            yield from _check(path, shown, read, files)
            if schema:
                yield from schema_findings(path, shown, partial(single, schema))
        except XmlError as error:
            yield make("SMA-V001", path=shown, reason=str(error))
        except (OSError, ValueError, csv.Error, KeyError, TypeError, AttributeError, RecursionError) as error:
            yield make("SMA-V006", path=shown, reason=str(error)[:200])


def _check(path: Path, shown: str, read: Callable[[Path], Rows], files: dict[str, MetsFile]) -> Iterator[Finding]:
    for name, digest in read(path):
        known = files.get(name)
        if known is None or (digest is not None and digest != known.sha256):
            yield make("SMA-V038", path=shown, item=name)


def _structmap(path: Path) -> Rows:
    for _, element in elements(path):
        if element.tag in (f"{METS}fptr", f"{METS}area"):
            yield element.get("CONTENTIDS", ""), None
        element.clear()


def _premis(path: Path) -> Rows:
    for _, element in elements(path):
        if element.tag == f"{PREMIS}object":
            yield element.findtext(f"{PREMIS}originalName", ""), element.findtext(f".//{PREMIS}messageDigest", "")
            element.clear()


def _rights(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield row["file"] or "", None


def _identifiers(path: Path) -> Rows:
    for row in json.loads(path.read_bytes()):
        if row["file"] != "objects/":
            yield row["file"], None


_IMPORTS: dict[str, tuple[Callable[[Path], Rows], str | None]] = {
    "mets_structmap.xml": (_structmap, "mets"),
    "premis.xml": (_premis, "premis"),
    "rights.csv": (_rights, None),
    "identifiers.json": (_identifiers, None),
}
