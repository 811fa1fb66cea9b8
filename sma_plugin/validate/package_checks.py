"""A package against itself: every file in METS, the checksum file and on disk; counts, exclusions, records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from lxml import etree

from sma_plugin.characteristics.records import Assessment
from sma_plugin.describe.mdto import ACCESS_RECORD
from sma_plugin.findings import Finding, make
from sma_plugin.formats.activitystreams import meta
from sma_plugin.notation import word
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.package.improvement import Plan
from sma_plugin.package.records import ExcludedRecord, PackageRecord
from sma_plugin.readers.exclusion import class_of, rule_for
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.stored.records import Related
from sma_plugin.validate.lines import Lines, out_of_scope
from sma_plugin.validate.mets_agreement import FOLDED, content_digest, fold
from sma_plugin.validate.mets_document import Document
from sma_plugin.validate.xml_stream import XmlError, elements


def unreadable(package: Package) -> Iterator[Finding]:
    """Records of a package that cannot be read as what they are."""
    kinds: dict[Path, type[Any]] = {
        package.decisions: PackageDecisions,
        package.characteristics: Assessment,
        package.excluded: ExcludedRecord,
    }
    if package.previous.is_file():
        kinds[package.previous] = Related
    if package.plan.is_file():
        kinds[package.plan] = Plan
    for path, kind in kinds.items():
        try:
            read_json(path, kind)
        except (OSError, ValueError, msgspec.MsgspecError, RecursionError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            yield make("SMA-V006", path=_name(package, path), reason=(reason or "")[:200])


def check_files(package: Package, document: Document | None) -> Iterator[Finding]:
    """Fixity of every file: METS (whose PREMIS agrees by the profile), the checksum file and the disk.

    In an AIP only the files of the package: what Archivematica derived or added is described in its own METS. Without a
    METS that can be read, the checksum file alone is held against the disk.
    """
    listed = package.checksums()
    described = {file.path: file for file in document.files.values()} if document else {}
    present = {
        path.relative_to(package.root).as_posix() for path in sorted(package.objects.rglob("*")) if path.is_file()
    }
    if not package.alone:
        present &= set(described) | set(listed)
    for path in sorted(present - set(described)) if document else ():
        yield make("SMA-V030", path=path)
    for path in sorted(set(described) - present):
        yield make("SMA-V031", path=path)
    for path in sorted(present ^ set(listed)):
        yield make("SMA-V032", path=path)
    for path in sorted(present & (set(described) | set(listed))):
        actual = package.path(path)
        if not actual.resolve().is_relative_to(package.root.resolve()):
            yield make("SMA-V041", path=path)
            continue
        with actual.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        found = (digest, actual.stat().st_size)
        file = described.get(path)
        if (file and found != (file.sha256, file.size)) or listed.get(path, digest) != digest:
            yield make("SMA-V033", path=path)


def check_counts(package: Package, document: Document, lines: Lines) -> Iterator[Finding]:
    """What the sidecar, the measured characteristics and the account record state, against what was counted."""
    name = _name(package, package.posts_meta)
    sidecar = _read(package.posts_meta)
    counted = meta(lines.counts)
    if sidecar.get("lines") != counted["lines"]:
        yield make("SMA-V034", path=name, stated=_shown(sidecar.get("lines")), counted=counted["lines"])
    for unit in ("records", "versions", "types", "classes", "accounts"):
        yield from _differing(name, unit, sidecar.get(unit), counted[unit])
    measured = _read(package.characteristics).get("counts")
    for path, stated in ((package.characteristics, measured), (package.mets, document.stated)):
        for unit, number in _units(lines).items():
            known = stated.get(unit) if isinstance(stated, dict) else None
            yield from _differing(_name(package, path), unit, known, number)


def _units(lines: Lines) -> dict[str, int]:
    """Posts, replies, versions and captured pages in the units that characteristics are measured in."""
    classes = lines.counts.classes
    own, replies = classes["own"], classes["reply"]
    return {
        "posts": own,
        "replies": replies,
        "others": classes.total() - own - replies,
        "versions": lines.counts.versions,
        "pages": lines.roles["page"],
        "screenshots": lines.roles["screenshot"],
        "failures": lines.roles["failure"],
    }


def _differing(name: str, unit: str, stated: object, counted: object) -> Iterator[Finding]:
    if stated != counted:
        yield make(
            "SMA-V035",
            path=name,
            unit_nl=word("unit", unit, "nl"),
            unit_en=word("unit", unit, "en"),
            stated=_shown(stated),
            counted=_shown(counted),
        )


def _shown(value: object) -> str:
    return "-" if value is None else json.dumps(value, ensure_ascii=False)[:80]


def _read(path: Path) -> dict[str, Any]:
    """A record in JSON; one that cannot be read states nothing."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _name(package: Package, path: Path) -> str:
    return path.relative_to(package.root).as_posix()


def check_exclusions(record: PackageRecord, document: Document) -> Iterator[Finding]:
    """Whether a kept file is one that the rules of its capture's reader leave out."""
    readers = {f"objects/captures/{capture.id}/": capture.reader or "" for capture in record.capture}
    for file in document.files.values():
        for folder, reader in readers.items():
            inner = file.path.removeprefix(folder)
            rule = _rule(reader, inner) if inner != file.path else None
            if rule:
                yield make("SMA-V036", path=file.path, **out_of_scope(class_of(rule)))


def _rule(reader: str, path: str) -> str | None:
    """The rule that covers a path, wherever in it the capture's root may be."""
    parts = path.split("/")
    ends = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((rule for end in ends if (rule := rule_for(reader, end))), None)


def check_records(package: Package, document: Document) -> Iterator[Finding]:
    """Whether the records that stand by themselves say what they say in the METS."""
    paths = {
        "dmd-account": package.sma / "account.xml",
        "dmd-characteristics": package.sma / "characteristics.xml",
        **{f"dmd-{name}": package.mdto / f"{name}.MDTO.xml" for name in _mdto_records(document)},
    }
    for section, path in paths.items():
        name = _name(package, path)
        if not path.is_file():
            yield make("SMA-V004", path=name)
            continue
        try:
            digest = _digest(path)
        except XmlError as error:
            yield make("SMA-V001", path=name, reason=str(error))
            continue
        if digest != document.records.get(section):
            yield make("SMA-V037", path=name)


def _mdto_records(document: Document) -> tuple[str, ...]:
    """The MDTO records that stand by themselves; that of an access copy where the METS has one."""
    copy = (ACCESS_RECORD,) if f"dmd-{ACCESS_RECORD}" in document.records else ()
    return ("serie", "dossier", "archiefstuk", *copy)


def _digest(path: Path) -> str:
    last: etree._Element | None = None
    for _, element in elements(path):
        last = element
        if element.tag in FOLDED:
            fold(element)
    return "" if last is None else content_digest(last)
