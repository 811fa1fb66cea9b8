"""What a package will hold, before anything is copied: its slice of the history, and what is taken of each capture."""

from __future__ import annotations

from collections.abc import Container, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import msgspec

from sma_plugin.bundle.view import Delivery, MemberFixity
from sma_plugin.compose.cuts import Cuts
from sma_plugin.compose.previous import Previous
from sma_plugin.compose.slice import only_in, slice_history
from sma_plugin.compose.taking import Held, Sorter, Taking, layout_of
from sma_plugin.package import Package, WorkArea
from sma_plugin.package.files import PART, write_bytes
from sma_plugin.package.records import FileRecord
from sma_plugin.selection.parts import chosen_for
from sma_plugin.selection.plan import AccountPlan, PlannedPackage
from sma_plugin.settings import Settings

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
        """The files that a standing policy lets in whole."""
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

    def plan(self, account: AccountPlan, planned: PlannedPackage) -> Planned:
        """Slice the history and sort the members of its captures."""
        package = Package(self.place.packages / planned.name)
        package.sma.mkdir(parents=True, exist_ok=True)
        period = (planned.period_from, planned.period_until)
        keep = self.settings.defaults.mentions == "keep"
        package.step("compose")
        layouts = partial(layout_of, self.delivery)
        db = slice_history(
            self.place.history,
            package.history,
            account.account,
            period,
            keep_mentions=keep,
            chosen=None if planned.part is None else chosen_for(self.place.chosen, account.account, planned.part),
        )
        found = Planned(package, account, planned, [], [], 0)
        with closing(db), closing(Cuts(self.place.history, found.history)) as cuts:
            captures = [row[0] for row in db.execute("SELECT name FROM capture ORDER BY id")]
            sorter = Sorter(self.delivery, self.fixity, self.settings.policies)
            marks, media = cuts.marks(dict.fromkeys(captures, layouts)), cuts.media_of_others()
            takings = [sorter.taking(name, marks[name], media) for name in captures]
            held = [(one.capture, one.path) for taking in takings for one in taking.held]
            return Planned(package, account, planned, captures, takings, only_in(db, held))

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

    def elsewhere(self, captures: Container[str]) -> set[str]:
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


def _put_by(planned: Planned) -> Path:
    return planned.package.step("compose") / "takings.msgpack"
