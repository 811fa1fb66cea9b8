"""What a package will hold, before anything is copied: its slice of the history, and what is taken of each capture."""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import chain
from pathlib import Path

import msgspec

from sma_plugin.bundle.names import ascii_path
from sma_plugin.bundle.view import Delivery, MemberFixity
from sma_plugin.characteristics.gaps import gaps
from sma_plugin.compose.cuts import Cuts
from sma_plugin.compose.naming import deliveries
from sma_plugin.compose.permits import Permits
from sma_plugin.compose.previous import Previous
from sma_plugin.compose.slice import only_in, slice_history
from sma_plugin.compose.taking import Held, Permit, Sorter, Taking, layout_of
from sma_plugin.findings import Finding
from sma_plugin.history.store import HistoryStore
from sma_plugin.model import AccountHistory, HistoryItem
from sma_plugin.package import Package, WorkArea
from sma_plugin.package.files import PART, read_only, write_bytes
from sma_plugin.package.records import FileRecord
from sma_plugin.privacy.file_names import FileNames, told_of
from sma_plugin.privacy.removing import Removed, removed_from
from sma_plugin.privacy.requests import Requests
from sma_plugin.privacy.rulings import rulings_for
from sma_plugin.privacy.third_parties import ThirdParties
from sma_plugin.selection.parts import chosen_for
from sma_plugin.selection.plan import AccountPlan, PlannedPackage
from sma_plugin.selection.records import Decision
from sma_plugin.settings import Settings

EARLIER = ("receive", "read", "history", "assess", "select")
_MENTIONS = "SELECT count(*) FROM post WHERE class = 'mention'"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Taking]).decode


@dataclass(frozen=True)
class Planned:
    """One package to compose. ``lone`` versions of posts and profiles have all of their evidence in held files."""

    package: Package
    account: AccountPlan
    planned: PlannedPackage
    captures: list[str]
    takings: list[Taking]
    lone: int
    decided: tuple[Decision, ...] = ()
    """What was decided, or left open, on files that cannot be cut or were not recognised, and on mentions."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Names of deliveries that tell of a third party, by what stands for them."""
    removed: Mapping[str, int] = field(default_factory=dict)
    """How many posts are left out on which request."""
    stopped: Finding | None = None
    """Why no package is made of a capture that lacks something."""

    @property
    def history(self) -> Path:
        """The slice of the history while the package is composed."""
        return self.package.history.with_name(self.package.history.name + PART)

    @property
    def held(self) -> list[Held]:
        """The files that wait for a decision."""
        return [held for taking in self.takings for held in taking.held]

    @property
    def released(self) -> list[Held]:
        """The files that a role lets in whole."""
        return [held for taking in self.takings for held in taking.released]

    @property
    def is_empty(self) -> bool:
        """Whether no file is taken at all."""
        return not any(taking.takes for taking in self.takings)

    @property
    def size(self) -> int:
        """How many bytes are taken, before cuts."""
        return sum(take.member.entry.size for taking in self.takings for take in taking.takes)


@dataclass(frozen=True)
class Planner:
    """Plans the packages of one delivery."""

    place: WorkArea
    settings: Settings
    delivery: Delivery
    fixity: Mapping[str, MemberFixity]
    previous: Previous
    permits: Permits

    @cached_property
    def removed(self) -> Removed:
        """What a role removed on somebody's request, of all that was delivered."""
        with closing(sqlite3.connect(read_only(self.place.history), uri=True)) as history:
            return removed_from(history, Requests.configured(self.settings))

    def removed_near(self, account: AccountPlan) -> list[tuple[int, str]]:
        """What is removed from the captures of an account."""
        with closing(sqlite3.connect(read_only(self.place.history), uri=True)) as history:
            return self.removed.near(history, account.account)

    def plan(self, account: AccountPlan, planned: PlannedPackage) -> Planned:
        """Slice the history and sort the members of its captures."""
        package = Package(self.place.packages / planned.name)
        package.sma.mkdir(parents=True, exist_ok=True)
        period = (planned.period_from, planned.period_until)
        mentioned = self._mentions(account)
        keep = mentioned.decided == "keep" if mentioned else self.settings.defaults.mentions == "keep"
        package.step("compose")
        layouts = partial(layout_of, self.delivery)
        strict = planned.is_chosen
        db = slice_history(
            self.place.history,
            package.history,
            account.account,
            period,
            keep_mentions=keep,
            chosen=None if planned.part is None else chosen_for(self.place.chosen, account.account, planned.part),
            removed=self.removed.posts,
            only=strict,
            profile=planned.decisions.account.kind != "personal",
        )
        found = Planned(package, account, planned, [], [], 0)
        with closing(db), closing(Cuts(self.place.history, found.history, self.removed, all_others=strict)) as cuts:
            captures = [row[0] for row in db.execute("SELECT name FROM capture ORDER BY id")]
            tells = self._names(found).tell
            only = cuts.media_of_ours() if strict else None
            marks, media = cuts.marks(dict.fromkeys(captures, layouts)), cuts.media_of_others()

            def takings_with(permit: Permit) -> list[Taking]:
                sorter = Sorter(self.delivery, self.fixity, permit, tells, only, self.removed.named)
                return [sorter.taking(name, marks[name], media) for name in captures]

            takings = takings_with(Permit())
            stuck = self.permits.stuck(account, takings, standing=not planned.is_chosen)
            decided = [*stuck, *self.permits.unrecognised(account, takings)]
            if any(one.decided == "keep" for one in decided):
                takings = takings_with(self.permits.permit(account, decided))
            decided += [mentioned] if mentioned else []
            removed = self.removed.counted(row[0] for row in db.execute("SELECT id FROM temp.gone"))
            decided += self.removed.decisions(removed)
            held = [(one.capture, one.path) for taking in takings for one in taking.held]
            lone, decisions = only_in(db, held), tuple(decided)
            units = dict(deliveries((one.name for one in self.delivery.record.units), tells))
            found = replace(found, captures=captures, takings=takings, lone=lone, decided=decisions, units=units)
            found = replace(found, removed=removed)
            lacking = self.permits.lacking(account, [*self.told(found), *gaps(db)])
            return replace(found, stopped=self.permits.stopped(account, lacking))

    def _names(self, planned: Planned) -> FileNames:
        """Looks for the third parties of a package in names of files."""
        shown = rulings_for(planned.planned.decisions.account, self.settings).shown
        with HistoryStore(planned.history) as store:
            items: Iterator[HistoryItem] = chain(store.accounts(), store.posts(), self._told_of)
            parties = ThirdParties(items, shown, {})
        return FileNames(parties.needles, parties.own)

    @cached_property
    def _told_of(self) -> list[AccountHistory]:
        """Everybody of whom a delivered name tells: also who takes no part in a package that has the file."""
        units, members = self.delivery.record.units, self.delivery.record.members
        names = {*(one.name for one in units), *(one.path for one in members)}
        with HistoryStore(self.place.history) as store:
            return list(told_of({*names, *map(ascii_path, names)}, store.accounts()))

    def _mentions(self, account: AccountPlan) -> Decision | None:
        """What was decided on the posts of others that mention an account; nothing where there are none."""
        with closing(sqlite3.connect(read_only(self.place.history), uri=True)) as db:
            return self.permits.mentions(account, db.execute(_MENTIONS).fetchone()[0])

    def put_by(self, planned: Planned) -> Planned:
        """A plan without what is taken, which is written down: the cuts of one shared file count for every package."""
        write_bytes(_put_by(planned), _encode(planned.takings))
        return replace(planned, takings=[])

    def take_up(self, planned: Planned) -> Planned:
        """A plan that was put by, with what is taken."""
        return replace(planned, takings=_decode(_put_by(planned).read_bytes()))

    def record(self, planned: Planned, taking: Taking, number: int) -> FileRecord:
        """The record of a member to take, with the fixity of its delivered bytes."""
        take = taking.takes[number]
        fixity = self.fixity[take.member.path]
        return FileRecord(
            path=take.kept,
            sha256=fixity.sha256,
            size=fixity.size,
            id=self.identifier(planned, take.kept),
            capture=taking.capture,
            delivered=take.member.path,
            modified=take.member.entry.modified,
        )

    def told(self, planned: Planned) -> list[Finding]:
        """The findings of the earlier steps that concern a package; gaps are counted in it anew.

        What is wrong in the archive's own tables is told of the run: a bad row for one account says nothing of others.
        """
        captures, label = planned.captures, planned.account.label
        elsewhere = self._elsewhere(captures)
        return [
            finding
            for finding in self._found
            if finding.capture in (None, *captures)
            and finding.account in (None, label)
            and not (finding.places and {_top(place.path) for place in finding.places} <= elsewhere)
        ]

    @cached_property
    def _found(self) -> list[Finding]:
        """The findings of the earlier steps that may concern a package, read once for all of them."""
        return [
            finding
            for step in EARLIER
            if step != "assess"
            for finding in self.place.findings(step)
            if not (step == "select" and finding.account is None and finding.places)
        ]

    def _elsewhere(self, captures: Container[str]) -> set[str]:
        """The deliveries of this run, by the first part of their paths, that none of these captures is of.

        What is said of them (names of files among it) does not concern a package of these captures.
        """
        units = self.delivery.record.units
        tops = {number: unit.prefix or (unit.name if unit.form == "file" else "") for number, unit in enumerate(units)}
        ours = {tops[one.unit].partition("/")[0] for one in self.delivery.record.members if one.capture in captures}
        return {top.partition("/")[0] for top in tops.values() if top} - ours

    def identifier(self, planned: Planned, kept: str) -> str:
        """The identifier of a file of a package."""
        return self.settings.stamps.identifier(f"file/{planned.package.root.name}/{kept}")


def _top(path: str | None) -> str:
    return (path or "").partition("/")[0]


def _put_by(planned: Planned) -> Path:
    return planned.package.step("compose") / "takings.msgpack"
