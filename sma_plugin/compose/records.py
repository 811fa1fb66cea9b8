"""The records of a package: ``captures.toml``, ``decisions.json``, ``characteristics.json``, ``excluded.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from sma_plugin.bundle.delivery import DeliveryRecord
from sma_plugin.bundle.view import MemberFixity
from sma_plugin.characteristics.records import Assessment
from sma_plugin.compose.copy import Copied
from sma_plugin.compose.excluded import Excluded
from sma_plugin.compose.planning import Planned
from sma_plugin.model import AccountRef, Capture, Span
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json_lines, write_bytes, write_json
from sma_plugin.package.records import Delivered, DeliveredMember, PackageIdentity, PackageRecord, write_record
from sma_plugin.readers.values import iso_text
from sma_plugin.secrets.addresses import cleaned
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.settings import Settings


@dataclass(frozen=True)
class PackageParts:
    """What compose knows of a package when its evidence is in place."""

    plan: Planned
    copied: list[Copied]
    assessment: Assessment
    span: tuple[int | None, int | None]
    excluded: Excluded
    covered: Mapping[str, tuple[Span, ...]]
    """What each capture proves to hold of this account's timeline without a gap."""
    decisions: PackageDecisions
    """What was decided for the package, in select and here."""


def write_records(
    parts: PackageParts,
    delivery: DeliveryRecord,
    settings: Settings,
    fixity: Mapping[str, MemberFixity],
    place: WorkArea,
) -> None:
    """Write the records of a package, and beside it the list of what was left out."""
    package = parts.plan.package
    captures = {record.capture.id: record.capture for record in delivery.captures}
    # Of a capture whose only file is held there is nothing here that could be represented.
    present = {one.file.capture for one in parts.copied}
    write_record(
        package.record,
        cleaned(
            PackageRecord(
                _identity(parts, settings),
                tuple(_represented(captures[name], parts, settings) for name in parts.plan.captures if name in present),
                tuple(_delivered(parts, delivery, fixity, place)),
            )
        ),
    )
    write_json(package.decisions, cleaned(parts.decisions))
    write_json(package.characteristics, parts.assessment)
    write_json(package.excluded, parts.excluded.record())
    extracts = {one.file.path: one.extract for one in parts.copied if one.extract}
    if extracts:
        write_json(package.sma / "extract.json", extracts)
    if parts.excluded.count:
        write_bytes(package.step("compose") / "excluded.csv", parts.excluded.listing())


def _represented(capture: Capture, parts: PackageParts, settings: Settings) -> Capture:
    """The capture with the identifier of its representation in this package; another package has its own."""
    uuid = settings.stamps.identifier(f"representation/{parts.plan.planned.name}/{capture.id}")
    return msgspec.structs.replace(capture, uuid=uuid, covered=parts.covered.get(capture.id, ()))


def _identity(parts: PackageParts, settings: Settings) -> PackageIdentity:
    planned = parts.plan.planned
    account, stamps, name = planned.decisions.account, settings.stamps, planned.name
    first, last = parts.span
    return PackageIdentity(
        id=stamps.identifier(f"package/{name}"),
        name=name,
        entity_id=stamps.identifier(f"entity/{name}"),
        platform=account.platform,
        account=AccountRef(account.native_id, account.handle, account.name, account.url),
        period_from=iso_text(planned.period_from if planned.period_from is not None else first),
        period_until=iso_text(planned.period_until if planned.period_until is not None else last),
        created=stamps.now("time/compose"),
        language=settings.defaults.language,
        seeded=stamps.seed is not None,
    )


def _delivered(
    parts: PackageParts, delivery: DeliveryRecord, fixity: Mapping[str, MemberFixity], place: WorkArea
) -> Iterator[Delivered]:
    """The delivered files that hold something of this package, with their kept members."""
    sums = dict(read_json_lines(place.step("read") / "units.jsonl", tuple[str, str | None]))
    units = {member.path: member.unit for member in delivery.members}
    members: dict[int, list[DeliveredMember]] = {}
    unpacked: set[str] = set()
    for one in parts.copied:
        path = one.file.delivered or ""
        if one.inner:
            path = one.inner.path
            if path not in unpacked:
                unpacked.add(path)
                wacz = fixity[path]
                members.setdefault(units[path], []).append(DeliveredMember(path, wacz.size, wacz.sha256))
        members.setdefault(units[path], []).append(_member(one))
    for number, kept in sorted(members.items()):
        unit = delivery.units[number]
        size = unit.size or sum(member.size for member in kept)
        sha256 = kept[0].sha256 if unit.form == "file" else sums.get(str(number))
        shown = parts.plan.units.get(unit.name)
        yield Delivered(unit.name, unit.form, size, sha256, delivery.bag, tuple(kept), shown)


def _member(one: Copied) -> DeliveredMember:
    """A kept file as it was delivered, before cuts."""
    size, sha256 = one.file.size, one.file.sha256
    if one.extract:
        size, sha256 = one.extract.original_size, one.extract.original_sha256
    return DeliveredMember(one.file.delivered or "", size, sha256, one.file.path)
