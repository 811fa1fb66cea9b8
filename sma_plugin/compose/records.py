"""The records of a package: ``captures.toml``, ``decisions.json``, ``characteristics.json``, ``excluded.json``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from sma_plugin.bundle.delivery import DeliveryRecord
from sma_plugin.characteristics.records import Assessment
from sma_plugin.compose.copy import Copied
from sma_plugin.compose.excluded import Excluded
from sma_plugin.model import AccountRef, Capture
from sma_plugin.package import Package, WorkArea
from sma_plugin.package.files import read_json_lines, write_bytes, write_json
from sma_plugin.package.records import Delivered, DeliveredMember, PackageIdentity, PackageRecord, write_record
from sma_plugin.readers.values import iso_text
from sma_plugin.selection.plan import AccountPlan, PlannedPackage
from sma_plugin.settings import Settings


@dataclass(frozen=True)
class PackageParts:
    """What compose knows of a package when its evidence is in place."""

    package: Package
    account: AccountPlan
    planned: PlannedPackage
    captures: list[str]
    copied: list[Copied]
    assessment: Assessment
    span: tuple[int | None, int | None]
    excluded: Excluded


def write_records(parts: PackageParts, delivery: DeliveryRecord, settings: Settings, place: WorkArea) -> None:
    """Write the records of a package, and beside it the list of what was left out."""
    package = parts.package
    captures = {record.capture.id: record.capture for record in delivery.captures}
    write_record(
        package.record,
        PackageRecord(
            _identity(parts, settings),
            tuple(_represented(captures[name], parts, settings) for name in parts.captures),
            tuple(_delivered(parts, delivery, place)),
        ),
    )
    write_json(package.decisions, parts.account.decisions)
    write_json(package.characteristics, parts.assessment)
    write_json(package.excluded, parts.excluded.record())
    extracts = {one.file.path: one.extract for one in parts.copied if one.extract}
    if extracts:
        write_json(package.sma / "extract.json", extracts)
    if parts.excluded.count:
        write_bytes(package.step("compose") / "excluded.csv", parts.excluded.listing())


def _represented(capture: Capture, parts: PackageParts, settings: Settings) -> Capture:
    """The capture with the identifier of its representation in this package; another package has its own."""
    uuid = settings.stamps.identifier(f"representation/{parts.planned.name}/{capture.id}")
    return msgspec.structs.replace(capture, uuid=uuid)


def _identity(parts: PackageParts, settings: Settings) -> PackageIdentity:
    account, stamps, name = parts.account.decisions.account, settings.stamps, parts.planned.name
    first, last = parts.span
    return PackageIdentity(
        id=stamps.identifier(f"package/{name}"),
        name=name,
        entity_id=stamps.identifier(f"entity/{name}"),
        platform=account.platform,
        account=AccountRef(account.native_id, account.handle, account.name, account.url),
        period_from=iso_text(parts.planned.period_from if parts.planned.period_from is not None else first),
        period_until=iso_text(parts.planned.period_until if parts.planned.period_until is not None else last),
        created=stamps.now("time/compose"),
        language=settings.defaults.language,
        seeded=stamps.seed is not None,
    )


def _delivered(parts: PackageParts, delivery: DeliveryRecord, place: WorkArea) -> Iterator[Delivered]:
    """The delivered files that hold something of this package, with their kept members."""
    fixity = dict(read_json_lines(place.step("read") / "units.jsonl", tuple[str, str | None]))
    units = {member.path: member.unit for member in delivery.members}
    members: dict[int, list[DeliveredMember]] = {}
    originals = {one.file.path: one.extract for one in parts.copied}
    for one in parts.copied:
        path = one.file.delivered or ""
        extract = originals[one.file.path]
        members.setdefault(units[path], []).append(
            DeliveredMember(
                path,
                extract.original_size if extract else one.file.size,
                extract.original_sha256 if extract else one.file.sha256,
                one.file.path,
            )
        )
    for number, kept in sorted(members.items()):
        unit = delivery.units[number]
        size = unit.size or sum(member.size for member in kept)
        alone = unit.form == "file"
        sha256 = kept[0].sha256 if alone else fixity.get(str(number))
        yield msgspec.structs.replace(Delivered(unit.name, unit.form, size, sha256, delivery.bag), members=tuple(kept))
