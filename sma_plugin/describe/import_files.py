"""Archivematica's import files under ``metadata/``, shaped as its client scripts read them.

What each script demands was read in Archivematica (``rights_from_csv``, ``pid_declaration``, ``verify_checksum``,
``archivematicaCreateMETSMetadataCSV`` and ``…XML``); a row that it cannot match stops the transfer or is lost silently.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from sma_plugin.describe.context import Subject
from sma_plugin.describe.dublin_core import statements
from sma_plugin.describe.media_rights import concerns, decided, kind_in, laws, of_keys, undecided
from sma_plugin.describe.moments import day_of
from sma_plugin.describe.premis_rights import JURISDICTION, citation
from sma_plugin.describe.xml import xml_text
from sma_plugin.package.files import write_bytes, writing
from sma_plugin.selection.records import Restriction

RIGHTS_COLUMNS = (
    "file",
    "basis",
    "status",
    "determination_date",
    "jurisdiction",
    "start_date",
    "end_date",
    "terms",
    "citation",
    "note",
    "grant_act",
    "grant_restriction",
    "grant_start_date",
    "grant_end_date",
    "grant_note",
    "doc_id_type",
    "doc_id_value",
    "doc_id_role",
)
_BASIS = {
    "statute": "Statute",
    "copyright": "Copyright",
    "license": "License",
    "other": "Other",
    "institutional policy": "Policy",
}
SOURCE_METADATA = (
    ("mdto/serie.MDTO.xml", "MDTO-SERIE"),
    ("mdto/dossier.MDTO.xml", "MDTO-DOSSIER"),
    ("mdto/archiefstuk.MDTO.xml", "MDTO"),
    ("sma/account.xml", "SMA-ACCOUNT"),
    ("sma/characteristics.xml", "SMA-CHARACTERISTICS"),
)
COPY_METADATA = {
    "access": ("mdto/raadpleegkopie.MDTO.xml", "MDTO-ACCESS"),
    "masked": ("mdto/kopie-zonder-sleutels.MDTO.xml", "MDTO-MASKED"),
}
"""XML files and their types, all about ``objects``: Archivematica takes one file per path and type."""
_UNTIL = "{label} (until {until})"


def write_import_files(subject: Subject) -> None:
    """Write every import file but ``mets_structmap.xml`` and ``premis.xml``."""
    folder = subject.package.metadata
    with writing(subject.package.checksum_file) as stream:
        stream.writelines(f"{one.sha256}  ../{one.path}\n".encode() for one in subject.files)
    with writing(folder / "rights.csv") as stream:
        _write_csv(stream, RIGHTS_COLUMNS, rights_rows(subject))
    with writing(folder / "identifiers.json") as stream:
        _write_identifiers(stream, subject)
    # A type becomes the kind of the AIP in its pointer file, and an AIP of another kind cannot be taken up again.
    described = [(name, value) for name, value in statements(subject) if name != "type"]
    header = ("filename", *(f"dc.{name}" for name, _ in described))
    write_bytes(folder / "metadata.csv", csv_bytes(header, [("objects", *(value for _, value in described))]))
    copies = (COPY_METADATA[use] for use in subject.apart)
    rows = (("objects", path, kind) for path, kind in (*SOURCE_METADATA, *copies))
    write_bytes(folder / "source-metadata.csv", csv_bytes(("filename", "metadata", "type"), rows))


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """A CSV in UTF-8 as Archivematica reads it: commas, line feeds, no byte-order mark."""
    out = io.BytesIO()
    _write_csv(out, header, rows)
    return out.getvalue()


def _write_csv(stream: BinaryIO, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Write rows; their text is made fit for the XML that Archivematica puts it in."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([xml_text(value) for value in row] for row in rows)
    text.detach()


def rights_rows(subject: Subject) -> Iterator[tuple[str, ...]]:
    """One row per file and basis: Archivematica skips a second row with the same file, basis and act.

    Of a medium whose rights nobody decided on, copyright is of unknown status.
    """
    undecided_kinds = {one.kind for one in undecided(subject)}
    shared: dict[str | None, list[dict[str, str]]] = {}
    for record in subject.files:
        kind = kind_in(record, subject)
        if kind not in shared:
            shared[kind] = list(_rights_of(kind, subject, unknown=kind in undecided_kinds))
        for row in shared[kind]:
            yield (record.path, *(row.get(column, "") for column in RIGHTS_COLUMNS[1:]))


def _rights_of(kind: str | None, subject: Subject, *, unknown: bool) -> Iterator[dict[str, str]]:
    """The rows of a file of a kind, by basis."""
    by_basis: dict[str, list[Restriction]] = {}
    for restriction in (*decided(subject), *of_keys(subject)):
        if concerns(restriction, kind):
            by_basis.setdefault(restriction.basis, []).append(restriction)
    for basis, found in by_basis.items():
        yield _rights(basis, found, subject)
    if unknown and "copyright" not in by_basis:
        open_rights = Restriction("Rechten nader te bepalen", "", note="; ".join(laws()[kind or ""].grounds))
        yield _rights("copyright", [open_rights], subject) | {"status": "unknown"}


_STRICTEST = ("Allow", "Conditional", "Disallow")


def _rights(basis: str, found: list[Restriction], subject: Subject) -> dict[str, str]:
    """The values of one basis, its grounds joined. The term is the last to end; without one for each it stays open."""
    labels = [_UNTIL.format(label=one.label, until=one.until) if one.until else one.label for one in found]
    ends = [day_of(one.until) for one in found]
    numbers = list(dict.fromkeys(one.number for one in found if one.number))
    row = {
        "basis": _BASIS[basis],
        "note": "; ".join(dict.fromkeys(note for one in found for note in _notes(one))),
        "grant_act": "disseminate",
        "grant_restriction": max((one.grant for one in found), key=_STRICTEST.index),
        "grant_start_date": day_of(subject.made) or "",
        "grant_end_date": max(end for end in ends if end) if all(ends) else "open",
        "grant_note": "; ".join(labels),
    }
    if numbers:
        row |= {"doc_id_type": "besluit", "doc_id_value": "; ".join(numbers), "doc_id_role": "besluit"}
    if basis in ("statute", "copyright"):
        row |= {"jurisdiction": JURISDICTION, "determination_date": day_of(subject.made) or ""}
    if basis == "statute":
        row["citation"] = "; ".join(dict.fromkeys(citation(one, subject) for one in found))
    if basis == "copyright":
        row["status"] = "copyrighted"
    if basis == "license":
        row["terms"] = "; ".join(one.citation or one.label for one in found)
    return row


def _notes(restriction: Restriction) -> Iterator[str]:
    """The note; and the citation, where the basis has no column for it."""
    if restriction.note:
        yield restriction.note
    if restriction.citation and restriction.basis not in ("statute", "license"):
        yield restriction.citation


def _write_identifiers(stream: BinaryIO, subject: Subject) -> None:
    """Identifiers of the whole (``objects/``) and of every file, one object per line."""
    known = subject.record.package
    stream.write(b"[\n" + _identified("objects/", known.id, known.entity_id))
    stream.writelines(b",\n" + _identified(record.path, record.id) for record in subject.files)
    stream.write(b"\n]\n")


def _identified(path: str, *uuids: str) -> bytes:
    """Identifiers as URIs: the type UUID is Archivematica's own."""
    listed = [{"identifierType": "URI", "identifier": f"urn:uuid:{uuid}"} for uuid in uuids]
    return json.dumps({"file": path, "identifiers": listed}, ensure_ascii=True).encode()
