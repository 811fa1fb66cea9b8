"""Composing one package: its evidence in place, its history pointing there, its records written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import BinaryIO

import msgspec

from sma_plugin.bundle.archives import DAMAGE
from sma_plugin.bundle.names import ascii_path, printable
from sma_plugin.characteristics.catalogue import wanted
from sma_plugin.characteristics.gaps import gaps
from sma_plugin.characteristics.measure import assess
from sma_plugin.characteristics.records import Assessment
from sma_plugin.characteristics.shortfalls import shortfalls
from sma_plugin.compose.copy import ChangedError, Copied, Copier
from sma_plugin.compose.doubts import doubts, stated_types
from sma_plugin.compose.events import composed, inherited, numbered, renaming
from sma_plugin.compose.excluded import Excluded
from sma_plugin.compose.extract import disjoint
from sma_plugin.compose.naming import Instead
from sma_plugin.compose.permits import by_roles, still_open
from sma_plugin.compose.planning import EARLIER, Planned, Planner
from sma_plugin.compose.played import played, unplayable
from sma_plugin.compose.previous import event_of, told
from sma_plugin.compose.records import PackageParts, write_records
from sma_plugin.compose.relocate import relocate
from sma_plugin.compose.slice import only_in, without_evidence
from sma_plugin.compose.taking import OWN_LIKES, WHOLE_FILES, Held, Take, Taking
from sma_plugin.compose.unpack import unpack
from sma_plugin.findings import Finding, make
from sma_plugin.formats.identify import signature_file
from sma_plugin.history.absent import covered_by
from sma_plugin.model import Event
from sma_plugin.notation import word_in_each
from sma_plugin.package.files import publish, write_json, write_json_lines
from sma_plugin.package.records import FileRecord
from sma_plugin.reporting import Reporter
from sma_plugin.secrets.addresses import cleaned
from sma_plugin.selection.decision_events import decision_events
from sma_plugin.selection.records import PackageDecisions

STEP = "compose"


class Composing:
    """One package."""

    def __init__(self, planned: Planned, planner: Planner, report: Reporter) -> None:
        self._planned, self._planner, self._report = planned, planner, report
        package = planned.package
        signatures = signature_file(planner.settings)
        self._copier = Copier(package.root, package.step(STEP) / "journal.jsonl", self._progress, signatures)
        self._excluded = Excluded()
        self._failed = [(taking.capture, path) for taking in planned.takings for path in taking.damaged]
        self._instead = Instead(
            pair for some in (planned.units, *(one.instead for one in planned.takings)) for pair in some.items()
        )
        self.findings: list[Finding] = []

    def remaining(self) -> Iterator[tuple[Take, int]]:
        """What is still to be copied, with its size in bytes."""
        for taking in self._planned.takings:
            for number, take in enumerate(taking.takes):
                if not self._copier.done(self._planner.record(self._planned, taking, number), take.cuts):
                    yield take, take.member.entry.size

    def compose(self) -> Finding | None:
        """Write the package; what was found on the way is in ``findings``. Gives why it is none after all."""
        planned, planner = self._planned, self._planner
        package, place, settings = planned.package, planner.place, planner.settings
        copied = [one for taking in planned.takings for one in self._copy(taking)]
        with closing(sqlite3.connect(planned.history, isolation_level=None)) as db:
            db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
            lost = only_in(db, self._failed)
            if lost:
                self._note(make("SMA-B025", account=planned.account.label, count=lost))
            for finding in doubts(copied, stated_types(db)):
                self._note(finding)
            relocate(db, copied)
            without_evidence(db)
            decoded = played(db, copied, package, package.step(STEP) / "played.jsonl", settings, self._progress)
            for finding in unplayable(decoded):
                self._note(finding)
            aims, _ = wanted(settings)
            assessment = assess(db, aims, {path: one.plays for path, one in decoded.items() if one.plays is not None})
            found = [*gaps(db), *shortfalls(assessment, aims)]
            proved = dict(covered_by(db))
            span = db.execute("SELECT min(created_us), max(created_us) FROM post WHERE class = 'own'").fetchone()
        publish(planned.history, package.history)
        self._remove_strays(copied)
        write_json_lines(package.files, (cleaned(one.file) for one in copied))
        related = list(self._related())
        self._note_numbered(copied)
        for removed in planner.removed.findings(planned.removed):
            self._note(removed)
        noted = (*planner.told(planned), *found, *self.findings, *self._excluded.findings())
        told = [self._instead.finding(one) for one in noted]
        decided = self._decided(told, assessment)
        if stopped := planner.permits.stopped(planned.account, decided.decisions):
            return stopped
        parts = PackageParts(planned, copied, assessment, span, self._excluded, proved, decided)
        write_records(parts, planner.delivery.record, settings, planner.fixity, place)
        events = [
            *map(self._instead.event, inherited(planned, place.events(*EARLIER))),
            *decision_events(decided, settings, planned.planned.name),
            *composed(planned, copied, self._excluded, settings),
            *renaming(copied, self._instead, settings),
            *related,
        ]
        package.log(STEP, events, [*still_open(told, decided), *by_roles(decided, settings)])
        return None

    def _decided(self, told: list[Finding], assessment: Assessment) -> PackageDecisions:
        """Everything that was decided for the package, and what was left open."""
        planned, permits = self._planned, self._planner.permits
        here = (
            *planned.decided,
            *permits.lacking(planned.account, told),
            *permits.reported(planned.account, told),
            *permits.accepted(planned.account, assessment),
        )
        decided = planned.planned.decisions
        return msgspec.structs.replace(decided, decisions=(*decided.decisions, *here))

    def _related(self) -> Iterator[Event]:
        """How the package relates to earlier ones, as a record and an event."""
        planned, package = self._planned, self._planned.package
        found = self._planner.previous.related(planned.account, planned.planned)
        if found is None:
            for path in (package.previous, package.carried_plan):
                path.unlink(missing_ok=True)
            return
        write_json(package.previous, found)
        write_json(package.carried_plan, self._planner.previous.carried(found, package.history))
        for finding in told(found, planned.account.label):
            self._note(finding)
        yield event_of(found, self._planner.settings, planned.planned.name)

    # --- evidence ----------------------------------------------------------------------------------------------------

    def _copy(self, taking: Taking) -> Iterator[Copied]:
        """Every member of a capture that is taken; what is not goes on the list of exclusions."""
        for rule, path, size in taking.left:
            self._excluded.add(rule, path, size)
        for held in taking.held:
            self._note(_held(self._planned, held))
        for held in taking.released:
            self._note_released(held)
        for number, take in enumerate(taking.takes):
            copied = self._copy_one(take, self._planner.record(self._planned, taking, number))
            # Separators have spans of their own in an extract, but are no items.
            for cut in disjoint(take.cuts) if copied else ():
                self._excluded.add(cut.rule, f"{take.member.path}#{cut.offset}", cut.length)
            # An extract of which nothing is left is no file: all of it belongs elsewhere.
            yield from (one for one in copied if one.file.size or not one.extract)

    def _note_numbered(self, copied: list[Copied]) -> None:
        """Say how many files have a number for a name."""
        if count := len(list(numbered(copied, self._instead))):
            self._note(make("SMA-P019", files=count))

    def _note_released(self, held: Held) -> None:
        """Say by which role a file was kept whole."""
        roles, path = {one.subject: one.role or "" for one in self._planned.decided}, printable(held.path)
        if held.posts:
            role = word_in_each("role", "role", roles[WHOLE_FILES])
            self._note(make("SMA-B023", path=path, capture=held.capture, count=held.posts, **role))
        if held.items:
            self._note(
                make("SMA-R202", path=path, capture=held.capture, **word_in_each("role", "role", roles[OWN_LIKES]))
            )

    def _copy_one(self, take: Take, record: FileRecord) -> list[Copied]:
        """A member as one file, or the WARC files of a WACZ from which a record must go."""
        delivery, path = self._planner.delivery, take.member.path
        try:
            if take.layout == "wacz" and (take.cuts or take.unpacked):
                self._note(make("SMA-B026", path=printable(path), capture=record.capture))
                with closing(delivery.seekable(path)) as file:
                    return list(unpack(self._copier, file, record, take.cuts, self._inside(path), self._identifier))
            opened: Callable[[], BinaryIO] = lambda: delivery.container(take.member).open(take.member.entry)  # noqa: E731
            return [
                self._copier.copy(
                    opened,
                    record,
                    take.cuts,
                    separators=take.layout in ("items", "entries"),
                    on_disk=delivery.on_disk(take.member),
                )
            ]
        except ChangedError:
            self._note(make("SMA-B022", path=printable(path)))
        except DAMAGE as error:
            self._note(make("SMA-B016", path=printable(path), reason=str(error)))
        self._failed.append((record.capture or "", path))
        return []

    def _inside(self, wacz: str) -> Callable[[str], str]:
        """Where a member of a WACZ goes, below it."""
        skipped = len(self._instead.path(wacz)) + 1
        return lambda name: ascii_path(self._instead.path(f"{wacz}/{name}")[skipped:])

    def _identifier(self, kept: str) -> str:
        return self._planner.identifier(self._planned, kept)

    def _remove_strays(self, copied: list[Copied]) -> None:
        """Take away what an interrupted run left under ``objects/captures`` that is not in this package."""
        root = self._planned.package.root
        kept = {root / one.file.path for one in copied}
        for path in sorted(self._planned.package.captures.rglob("*"), reverse=True):
            if path.is_file() and path not in kept:
                path.unlink()
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()

    def _progress(self, count: int) -> None:
        self._report.progress(read_bytes=count)

    def _note(self, finding: Finding) -> None:
        self.findings.append(finding)
        self._report.finding(finding)


def waiting(planned: Planned) -> Iterator[Finding]:
    """Why a package is not composed: the files that wait, and what stands in no other file."""
    yield from _held_files(planned)
    yield make("SMA-B024", account=planned.account.label, count=planned.lone)


def nothing_taken(planned: Planned) -> Iterator[Finding]:
    """Why there is nothing to compose: the files wait for a decision, or none of what was delivered may enter."""
    yield from _held_files(planned)
    if not planned.held:
        yield make("SMA-R206", account=planned.account.label)


def _held_files(planned: Planned) -> Iterator[Finding]:
    for held in planned.held:
        yield _held(planned, held)


def _held(planned: Planned, held: Held) -> Finding:
    path, capture = printable(held.path), held.capture
    if held.removed:
        return make("SMA-P041", path=path, capture=capture, count=held.removed)
    if planned.planned.is_chosen and not held.barred:
        return make("SMA-B028", path=path, capture=capture, account=planned.account.label)
    return make("SMA-B021", path=path, capture=capture, count=held.items + held.posts)
