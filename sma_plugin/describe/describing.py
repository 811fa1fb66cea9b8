"""Describing one package: everything under ``metadata/`` that follows from its records, events, files and posts."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import msgspec

from sma_plugin.characteristics.records import Assessment
from sma_plugin.describe import mdto
from sma_plugin.describe.account_record import account_record
from sma_plugin.describe.characteristics_record import characteristics_record
from sma_plugin.describe.context import DescribeContext, Subject
from sma_plugin.describe.files import FileTable
from sma_plugin.describe.import_files import write_import_files
from sma_plugin.describe.import_premis import ImportPremis
from sma_plugin.describe.mdto_writing import standalone
from sma_plugin.describe.mets import write_mets
from sma_plugin.describe.mets_structmap import Line, LogicalMap, labels
from sma_plugin.describe.plan import plan_of
from sma_plugin.describe.plan_page import render_plans
from sma_plugin.describe.structmap_writer import ImportMap, OwnMap
from sma_plugin.describe.xml import DECLARATION, METS, XLINK, attributes, document
from sma_plugin.findings import Finding, gather, make
from sma_plugin.model import AccountHistory, Event
from sma_plugin.package import Package
from sma_plugin.package.files import read_json, read_json_lines, write_bytes, write_json, write_json_lines, writing
from sma_plugin.package.records import ExcludedRecord, FileRecord, PackageRecord, read_record
from sma_plugin.provenance import Stamps
from sma_plugin.selection.records import AccessCopy, MaskedCopy, PackageDecisions
from sma_plugin.stored.records import Related

STEP = "describe"
EARLIER = ("compose", "normalise", "protect")
"""Steps whose events and findings are merged into the package."""
UNREADABLE_RECORD = "SMA-D006"
"""The finding of a record without which nothing can be described."""
Reading = Callable[[Path], Iterator[Line]]
"""How ``posts.jsonl`` is read: line by line, accounts first, threads together, resources last."""
T = TypeVar("T")
_DIGEST = re.compile("[0-9a-f]{64}")
_UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNREADABLE = (OSError, ValueError, msgspec.MsgspecError)


class RecordError(Exception):
    """A record of the package that cannot be read; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def describe_package(package: Package, context: DescribeContext, read: Reading) -> list[Finding]:
    """Describe a package; gives what was found. Existing descriptions are replaced."""
    try:
        found = _describe(package, context, read)
    except RecordError as error:
        found = [error.finding]
        package.log(STEP, [], found)
    write_json(package.all_findings, gather(package.findings(*EARLIER, STEP)))
    return found


def _describe(package: Package, context: DescribeContext, read: Reading) -> list[Finding]:
    record = _load(package, package.record, read_record)
    created = context.stamps.now(f"time/{STEP}")
    event = context.stamps.event(
        "information package creation",
        "METS, PREMIS, MDTO and Archivematica's import files written",
        step=STEP,
        key=record.package.name,
        at=created,
    )
    with FileTable(package.step(STEP) / "files.sqlite", _files(package, record)) as files:
        measured = _load(package, package.characteristics, lambda path: read_json(path, Assessment))
        own = [event, *_assigned(measured, context, record, created)]
        subject = Subject(
            package,
            context,
            record,
            _load(package, package.decisions, lambda path: read_json(path, PackageDecisions)),
            measured,
            _load(package, package.excluded, lambda path: read_json(path, ExcludedRecord)),
            files,
            _events(package, own),
            created,
            previous_of(package),
            _optional(package, package.access_record, AccessCopy),
            _optional(package, package.masked_record, MaskedCopy),
        )
        findings = [*_disk(subject), *_write(subject, read)]
        write_json_lines(package.all_events, subject.events)
    package.log(STEP, own, findings)
    return findings


# --- reading ---------------------------------------------------------------------------------------------------------


def _load(package: Package, path: Path, load: Callable[[Path], T]) -> T:
    try:
        return load(path)
    except (*_UNREADABLE, tomllib.TOMLDecodeError) as error:
        shown = path.relative_to(package.root).as_posix()
        raise RecordError(make(UNREADABLE_RECORD, path=shown, reason=_reason(error))) from error


def previous_of(package: Package) -> Related | None:
    """How a package relates to earlier ones, where it was compared. Raises :class:`RecordError`."""
    return _optional(package, package.previous, Related)


def _optional(package: Package, path: Path, kind: type[T]) -> T | None:
    return _load(package, path, lambda path: read_json(path, kind)) if path.is_file() else None


def _reason(error: Exception) -> str:
    """What went wrong, without the paths of this machine that an ``OSError`` shows."""
    return error.strerror or "unreadable" if isinstance(error, OSError) else str(error)


def _files(package: Package, record: PackageRecord) -> Iterator[FileRecord]:
    """The files that compose and later steps left; one without an identifier gets one that follows from its path."""
    ids = Stamps(record.package.id)
    for path in (package.files, *(package.steps_root / step / "files.jsonl" for step in EARLIER[1:])):
        try:
            for one in read_json_lines(path, FileRecord):
                yield sound(one, ids)
        except _UNREADABLE as error:
            shown = f"steps/{path.parent.name}/{path.name}"
            raise RecordError(make(UNREADABLE_RECORD, path=shown, reason=_reason(error))) from error


def sound(record: FileRecord, ids: Stamps) -> FileRecord:
    """A record whose identifier and digest can stand in XML as they are; a missing identifier follows from the path.

    Raises ``ValueError`` for a digest that is no SHA-256.
    """
    if not _DIGEST.fullmatch(record.sha256):
        raise ValueError(f"no SHA-256 of {record.path}")
    if not _UUID.fullmatch(record.id):
        return msgspec.structs.replace(record, id=ids.identifier(f"file/{record.path}"))
    return record


def _assigned(measured: Assessment, context: DescribeContext, record: PackageRecord, at: str) -> Iterator[Event]:
    """That the characteristics were held against a profile: they are wanted by a policy, which has a date."""
    if chosen := measured.profile:
        detail = f"target profile {chosen.name} ({chosen.source})"
        yield context.stamps.event("policy assignment", detail, step=STEP, key=record.package.name, at=at)


def _events(package: Package, own: Iterable[Event]) -> tuple[Event, ...]:
    """The events of every step, each once."""
    found = {event.id: event for event in package.events(*EARLIER)}
    return (*found.values(), *own)


def _disk(subject: Subject) -> Iterator[Finding]:
    """Whether the files on disk are those on record: Archivematica refuses a transfer where their number differs."""
    package = subject.package
    for folder, folders, names in os.walk(package.objects):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name).relative_to(package.root).as_posix()
            if subject.files.uuid(path) is None:
                yield make("SMA-D001", path=path)
    for record in subject.files:
        try:
            size = package.path(record.path).stat().st_size
        except OSError:
            size = -1
        if size != record.size:
            yield make("SMA-D002", path=record.path)


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(subject: Subject, read: Reading) -> list[Finding]:
    package = subject.package
    logical = package.step(STEP) / "logical.xml"
    findings, subject, history = _write_maps(subject, logical, read)
    advanced = plan_of(subject)
    subject = replace(subject, plan=advanced.plan)
    findings += advanced.findings
    write_json(package.plan, advanced.plan)
    write_bytes(package.sma / "plan.html", render_plans([advanced.plan], subject.created, subject.context.language))
    write_bytes(package.sma / "account.xml", document(account_record(subject, history)))
    write_bytes(package.sma / "characteristics.xml", document(characteristics_record(subject)))
    written = set()
    for one in mdto.records(subject):
        written.add(one.name)
        with writing(package.mdto / f"{one.name}.MDTO.xml") as stream:
            stream.writelines(standalone(one, subject.source))
    for name in {mdto.ACCESS_RECORD, mdto.MASKED_RECORD} - written:
        (package.mdto / f"{name}.MDTO.xml").unlink(missing_ok=True)
    with writing(package.mets) as stream:
        write_mets(stream, subject, logical, history)
    logical.unlink()
    write_import_files(subject)
    importer = ImportPremis(subject)
    target = package.metadata / "premis.xml"
    if importer.is_empty:
        target.unlink(missing_ok=True)
    else:
        with writing(target) as stream:
            importer.write(stream)
    return findings


def _write_maps(subject: Subject, logical: Path, read: Reading) -> tuple[list[Finding], Subject, AccountHistory | None]:
    """Write the logical map for our METS and for Archivematica in one pass over the posts."""
    findings: list[Finding] = []
    target = subject.package.metadata / "mets_structmap.xml"
    prefix = f"sma-{subject.record.package.id[:8]}-"
    names = {"xmlns:mets": METS, "xmlns:xlink": XLINK}
    known = {"ID": f"{prefix}structMap", "TYPE": "logical", "LABEL": labels()["sections"]["map"]}
    with logical.open("wb") as own, writing(target) as imported:
        imported.write(DECLARATION + f"<mets:mets{attributes(names)}>\n<mets:structMap{attributes(known)}>\n".encode())
        drawn = LogicalMap(subject, (OwnMap(own), ImportMap(imported, prefix)))
        drawn.write(_lines(subject, read, findings))
        imported.write(b"</mets:structMap>\n</mets:mets>\n")
    findings.extend(drawn.findings())
    return findings, replace(subject, span=drawn.span, media=drawn.media), drawn.account


def _lines(subject: Subject, read: Reading, findings: list[Finding]) -> Iterable[Line]:
    """The lines of ``posts.jsonl`` as far as they can be read."""
    path = subject.package.posts
    if not path.is_file():
        return
    try:
        yield from read(path)
    except _UNREADABLE as error:
        shown = path.relative_to(subject.package.root).as_posix()
        findings.append(make("SMA-D005", path=shown, reason=_reason(error)))
