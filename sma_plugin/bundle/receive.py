"""The step *receive*: what was delivered, what is it, what may not enter. Only first bytes are read here."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

from sma_plugin.bundle.archives import DAMAGE, ArchiveError, is_archive
from sma_plugin.bundle.containers import Container
from sma_plugin.bundle.declared import NAME, Declarations, candidates, fill, is_declaration, unknown_fields
from sma_plugin.bundle.delivery import (
    HEADS,
    CaptureRecord,
    DeliveryRecord,
    MemberRecord,
    Unit,
    head_of,
    open_unit,
    units_of,
)
from sma_plugin.bundle.manifests import is_bag
from sma_plugin.bundle.mappings import use_mappings
from sma_plugin.bundle.names import ascii_path, printable
from sma_plugin.bundle.parts import incomplete
from sma_plugin.bundle.questions import named
from sma_plugin.findings import Finding, make
from sma_plugin.model import Agent, Capture, Event
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json, write_bytes, write_json
from sma_plugin.readers.contract import HEAD_BYTES, Listing, Match, Member
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.registry import recognise
from sma_plugin.readers.values import shown_head
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.settings import Settings

STEP = "receive"
_MEDIA = re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF|....ftyp|\x1aE\xdf\xa3|OggS|ID3", re.DOTALL)
_MAX_DECLARATION = 8 << 20


class WorkRecord(msgspec.Struct, frozen=True):
    """``place.json``: what this working area is for."""

    bundles: tuple[str, ...]
    schema: int = 1


def receive(place: WorkArea, settings: Settings, report: Reporter) -> Outcome:
    """List the delivery, recognise its captures, and set apart what may not enter.

    Leaves ``steps/receive/delivery.json``. Raises ``OSError`` when a bundle is not there.
    """
    bundles = [Path(name) for name in read_json(place.record, WorkRecord).bundles]
    report.start(STEP)
    use_mappings(settings)
    stage = _Receiving(place, settings)
    delivery = stage.deliver(units_of(bundles))
    for finding in stage.findings:
        report.finding(finding)
    write_bytes(place.step(STEP) / HEADS, msgspec.msgpack.encode(stage.heads))
    write_json(place.delivery, delivery)
    place.log(STEP, list(stage.events(delivery)), stage.findings)
    return Outcome.OK if delivery.captures else Outcome.ERRORS


class _Receiving:
    def __init__(self, place: WorkArea, settings: Settings) -> None:
        self._spool = place.step(STEP) / "spool"
        self._settings = settings
        self.findings: list[Finding] = []
        self.heads: dict[str, bytes] = {}
        """First bytes of every member but media, for readers to look at again."""
        self._declarations = Declarations()
        self._counter = itertools.count(1)

    def deliver(self, units: tuple[Unit, ...]) -> DeliveryRecord:
        """The members of all units, each with the capture that claims it; what was found is in ``findings``."""
        members: list[MemberRecord] = []
        heads: dict[str, bytes] = {}
        archives = {unit.path for unit in units if unit.form not in ("folder", "file")}
        for number, unit in enumerate(units):
            members.extend(self._members(number, unit, heads, archives))
            if unit.form == "folder":
                self._declarations.beside_folder(Path(unit.path), unit.prefix)
        captures: list[CaptureRecord] = []
        claims: dict[str, MemberRecord] = {}
        nearest: dict[str, tuple[bool, int]] = {}
        for group in sorted({unit.group for unit in units}):
            own = [member for member in members if units[member.unit].group == group]
            names = [unit.name for unit in units if unit.group == group]
            listing = Listing(
                tuple(Member(member.path, member.entry.size, heads[member.path]) for member in own),
                names[0] if len(names) == 1 else "",
            )
            matches = list(itertools.chain.from_iterable(map(self._split, recognise(listing))))
            taken = {path for match in matches for path in match.paths}
            for match in matches:
                captures.append(self._capture(match, units, own))
                paths = set(match.paths)
                for member, root in self._claims(captures[-1], match, own):
                    # What nobody claims is of the personal export it lies in: from there it may not enter. Else it is
                    # of the capture with the nearest root, of equals the first.
                    nearness = (match.personal_export, len(root or ""))
                    of_nobody = member.path not in taken and nearness > nearest.get(member.path, (False, -1))
                    if of_nobody:
                        nearest[member.path] = nearness
                    if member.path in paths or of_nobody:
                        claims[member.path] = member
        self.findings.extend(self._declarations.findings)
        self.heads = {path: head for path, head in heads.items() if not _MEDIA.match(head)}
        self._remark_on(units, members, captures)
        bag = is_bag(Listing(tuple(Member(member.path, 0, b"") for member in members)))
        return DeliveryRecord(units, tuple(claims.get(member.path, member) for member in members), tuple(captures), bag)

    def _members(self, number: int, unit: Unit, heads: dict[str, bytes], archives: set[str]) -> Iterator[MemberRecord]:
        container = self._open(number, unit)
        if container is None:
            return
        self.findings.extend(container.findings)
        for entry in container.entries:
            path = unit.prefix + entry.path
            if unit.form == "folder" and str(Path(unit.path, entry.name)) in archives:
                continue
            try:
                head = shown_head(head_of(container, entry, HEAD_BYTES), HEAD_BYTES)
            except DAMAGE as error:
                self.findings.append(make("SMA-B016", path=printable(path), reason=str(error)))
                head = b""
            if is_declaration(path):
                with container.open(entry) as stream:
                    self._declarations.add(path, stream.read(_MAX_DECLARATION))
                continue
            if unit.form not in ("folder", "file") and is_archive(path, head):
                self.findings.append(make("SMA-B017", path=printable(path)))
            heads[path] = head
            yield MemberRecord(path, number, entry)
        container.close()

    def _open(self, number: int, unit: Unit) -> Container | None:
        try:
            container = open_unit(unit, number, self._spool)
        except ArchiveError as error:
            self.findings.append(error.finding)
            return None
        if not container.entries and not container.findings:
            self.findings.append(make("SMA-B001", path=unit.name))
        return container

    def _declared(self, match: Match, units: Iterable[Unit]) -> Capture:
        names = candidates(match.paths)
        within = next((found for name in names if (found := self._declarations.get(name))), None)
        beside = (self._declarations.beside(Path(unit.path)) for unit in units if unit.form != "folder")
        return within or next((found for found in beside if found), None) or Capture()

    def _split(self, match: Match) -> Iterator[Match]:
        """One match per declaration: files that are declared one by one are captures of their own."""
        groups: dict[str | None, list[str]] = {}
        for path in match.paths:
            own = (name for name in candidates([path]) if name in self._declarations and not name.endswith(f"/{NAME}"))
            groups.setdefault(next((name for name in own if name != NAME), None), []).append(path)
        for paths in groups.values():
            yield replace(match, paths=tuple(paths))

    def _capture(self, match: Match, units: tuple[Unit, ...], own: list[MemberRecord]) -> CaptureRecord:
        paths = set(match.paths)
        numbers = {member.unit for member in own if member.path in paths}
        holding = [unit for number, unit in enumerate(units) if number in numbers]
        declared = self._declared(match, holding)
        technique = match.technique if declared.technique == "unknown" else declared.technique
        platform = ascii_path(declared.platform or match.platform or "web").lower().replace("/", "-")
        name = f"{next(self._counter):02d}-{platform}-{technique}"
        uuid = self._settings.stamps.identifier(f"capture/{name}")
        capture = fill(declared, match, name, uuid, tuple(unit.name for unit in holding))
        missing = unknown_fields(capture)
        if missing:
            self.findings.append(
                make("SMA-B014", capture=name, fields_nl=named(missing, "nl"), fields_en=named(missing, "en"))
            )
        return CaptureRecord(
            capture,
            match.reader,
            holding[0].group,
            match.paths,
            match.roots,
            match.personal_export,
            match.keeps_rest,
        )

    def _claims(
        self, record: CaptureRecord, match: Match, own: list[MemberRecord]
    ) -> Iterator[tuple[MemberRecord, str | None]]:
        """What a capture takes of the members: what it claims, what its rules leave out, and the rest of its roots.

        With each the root that it lies in.
        """
        claimed = set(match.paths)
        for member in own:
            root = next((root for root in match.roots if member.path.startswith(root)), None)
            rule = rule_for(match.reader, member.path[len(root) :]) if root is not None else None
            if member.path in claimed or root is not None:
                took = member.path in claimed and rule is None
                yield msgspec.structs.replace(member, capture=record.capture.id, rule=rule, claimed=took), root

    def _remark_on(self, units: tuple[Unit, ...], members: list[MemberRecord], captures: list[CaptureRecord]) -> None:
        groups = {record.group for record in captures}
        for number, unit in enumerate(units):
            loose = sum(member.unit == number for member in members)
            if unit.group in groups or not loose:
                continue
            # What lies in a folder beside archives that were recognised is no failed delivery.
            around = unit.form == "folder" and any(
                other.group in groups and Path(unit.path) in Path(other.path).parents for other in units
            )
            code = "SMA-B041" if around else "SMA-B010"
            finding = make(code, path=printable(unit.name))
            self.findings.append(msgspec.structs.replace(finding, count=loose) if around else finding)
        for record in captures:
            if record.capture.technique == "platform-export":
                for series in (*incomplete(record.paths), *incomplete(record.capture.delivered, least=2)):
                    where, capture = printable(series.first), record.capture.id
                    self.findings.append(make("SMA-B040", path=where, capture=capture, missing=series.numbers))

    def events(self, delivery: DeliveryRecord) -> Iterator[Event]:
        """How each capture came to be, and that the delivery was received."""
        stamps = self._settings.stamps
        for record in delivery.captures:
            capture = record.capture
            agents = (Agent(capture.agent, role="implementer"),) if capture.agent else ()
            tool = (Agent(capture.tool, "software", "executing program", capture.tool_version),) if capture.tool else ()
            kind = "capture" if capture.delivered_by == "archive" else "creation"
            yield stamps.event(
                kind,
                f"{capture.platform or 'web'} captured, technique {capture.technique}",
                step=STEP,
                key=capture.id,
                at=capture.captured,
                agents=(*agents, *tool),
                objects=(f"capture:{capture.id}",),
                note=None if capture.captured else "the moment of capture is not known; this is the moment of receipt",
                ours=False,
            )
            yield stamps.event(
                "transfer",
                f"received: {', '.join(capture.delivered)}",
                step=STEP,
                key=capture.id,
                agents=(Agent(self._settings.archive.name, role="implementer"),),
                objects=(f"capture:{capture.id}",),
            )
