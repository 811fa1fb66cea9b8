"""``sma ingest``: all steps on one machine, from bundles to packages in their place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from sma_plugin import notation
from sma_plugin.characteristics.records import Assessment
from sma_plugin.findings import Finding, Language, gather, make
from sma_plugin.formats.identify import check_signatures
from sma_plugin.package import PACKAGE_STEPS, Package, WorkArea
from sma_plugin.package.files import read_json, read_json_lines, write_json
from sma_plugin.package.moving import move
from sma_plugin.package.records import Composed, FileRecord, read_record
from sma_plugin.pipeline import ON_WORK_AREA, STEPS, StepError, composed_packages, locked, prepare, run_held
from sma_plugin.pipeline import run as run_steps
from sma_plugin.privacy.keys import Keys
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.resume import forget, is_marked
from sma_plugin.selection.asking import open_in
from sma_plugin.selection.plan import Plan
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.selection.subjects import subjects
from sma_plugin.settings import Settings
from sma_plugin.stored.opened import check_stored

DEPOSITOR = "for-depositor"
WATCHED = "watchedDirectories"
"""The folder of Archivematica's shared directory whose folders it watches."""
_LATER = [name for name in STEPS if name not in ON_WORK_AREA]


@dataclass
class Delivered:
    """One package that is in its place."""

    path: Path
    label: str
    days: tuple[str | None, str | None]
    findings: list[Finding]
    report: Path
    value: str
    counts: dict[str, int]

    def period(self, language: Language) -> str:
        """First and last day, as the reader writes them."""
        return notation.period(*self.days, language)


@dataclass
class Result:
    """What came of a run: packages, accounts that wait for a decision, findings of the delivery itself."""

    outcome: Outcome
    packages: list[Delivered] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    work: Path | None = None
    depositor: Path | None = None
    """Where the lists of what was left out are."""
    open: int = 0
    """How many questions nobody has decided, though what could be made was made as proposed."""


def work_area(out: Path, settings: Settings) -> WorkArea:
    """Where this run works: as configured, else beside the folder for packages, on the same disk.

    Raises :class:`StepError` for a folder that Archivematica watches: it would take unfinished work for a transfer.
    """
    configured = settings.paths.working_area
    root = settings.resolve(configured) / out.name if configured else out.with_name(f".{out.name}.sma-work")
    if WATCHED in root.resolve().parts:
        raise StepError("error_watched", path=root)
    return WorkArea(Path(os.path.normpath(root)))


def ingest(
    bundles: Sequence[Path],
    out: Path,
    settings: Settings,
    report: Reporter,
    *,
    force: bool = False,
    keep: bool = False,
    verify: bool = False,
) -> Result:
    """Run every step and move finished packages to ``out``.

    An interrupted run goes on in its working area, and so does one after a decision: packages that were delivered as
    they would be made now are left alone. Raises :class:`StepError` for a bundle that is not there and for a package
    that is in the way.
    """
    for bundle in bundles:
        if not bundle.exists():
            raise StepError("nothing_there", path=bundle)
        if not os.access(bundle, os.R_OK):
            raise StepError("error_unreadable", path=bundle)
        if not (bundle.is_file() or bundle.is_dir()):
            raise StepError("error_no_file", path=bundle)
    check_stored(map(Path, settings.previous))
    check_signatures(settings)
    if settings.paths.key_file:
        Keys.configured(settings, *bundles, out)  # one that cannot be used is told before hours of reading
    place = work_area(out, settings)
    with locked(place):
        prepare(place, bundles)
        run = _Run(place, out, settings, report, force=force, verify=verify)
        result = run.result()
        if any(finding.severity == "error" for finding in result.findings):
            result.outcome = Outcome.ERRORS  # what was delivered damaged is not well, however well it was packed
        if not keep and not run.goes_on:
            take_away(place)
    return result


def take_away(place: WorkArea) -> None:
    """Take a working area away: with one move it is gone, whatever becomes of the rest."""
    root = place.root
    gone = root.with_name(f"{root.name}.done")
    shutil.rmtree(gone, ignore_errors=True)
    root.replace(gone)
    shutil.rmtree(gone, ignore_errors=True)


class _Run:
    """One run over a working area that is held."""

    def __init__(
        self, place: WorkArea, out: Path, settings: Settings, report: Reporter, *, force: bool, verify: bool
    ) -> None:
        self._place, self._out, self._settings, self._report = place, out, settings, report
        self._force, self._verify = force, verify
        self._delivered: dict[str, str] = {}
        self._other: list[Finding] = []
        """Packages that were delivered and would now be different."""
        self.goes_on = False
        """Whether something waits in the working area for the same command to go on."""

    def result(self) -> Result:
        """Run the steps and deliver what comes of them."""
        place = self._place
        outcome = self._steps(ON_WORK_AREA[:-1])
        result = Result(outcome, work=place.root, depositor=self._out / DEPOSITOR)
        if is_marked(place, "select"):
            plan = read_json(place.decisions, Plan)
            self._take_up(plan)
            composing = self._steps(ON_WORK_AREA[-1:])
            result.outcome = Outcome.worst(outcome, composing)
            waiting = self._deliver_all(result)
            held = [account.label for account in plan.accounts if account.held]
            result.held = [*held, *(label for label in waiting if label not in held)]
            result.open = sum(not subjects()[one.subject].quiet for one in open_in(place))
            waits = bool(result.held) or composing is not Outcome.OK or bool(self._other)
            self.goes_on = waits or result.open > 0
            place.rest(resting=not waits)
        result.findings = gather([*place.findings(*ON_WORK_AREA), *self._other])
        if not result.packages and result.outcome is Outcome.OK:
            open_decision = any(finding.severity == "decision" for finding in result.findings)
            result.outcome = Outcome.NEEDS_DECISION if open_decision else Outcome.ERRORS
        return result

    def _steps(self, names: Sequence[str]) -> Outcome:
        return run_held(names, self._place, self._settings, self._report, resume=True, verify=self._verify)

    def _take_up(self, plan: Plan) -> None:
        """Find what was delivered already. Raises :class:`StepError` for a package of another run in the way."""
        place, out = self._place, self._out
        known = read_json(place.delivered, dict[str, str]) if place.delivered.is_file() else {}
        self._delivered = {} if self._force else {name: key for name, key in known.items() if (out / name).is_dir()}
        write_json(place.delivered, self._delivered)
        names = [package.name for account in plan.accounts for package in account.packages]
        self._refuse_to_overwrite(name for name in names if name not in self._delivered)
        composed = read_json(place.composed, Composed).packages if place.composed.is_file() else {}
        if any(name not in self._delivered and not (place.packages / name).is_dir() for name in composed):
            forget(place, ["compose"])

    def _refuse_to_overwrite(self, names: Iterable[str]) -> None:
        taken = [name for name in names if (self._out / name).exists()]
        if taken and not self._force:
            raise StepError("error_package_exists", path=self._out / taken[0])

    def _deliver_all(self, result: Result) -> tuple[str, ...]:
        """Finish each package and move it to its place; gives the accounts of packages that wait."""
        place = self._place
        if not place.composed.is_file():
            return ()
        composed = read_json(place.composed, Composed)
        ready = {package.root.name: package for package in composed_packages(place)}
        self._refuse_to_overwrite(name for name in ready if name not in self._delivered)
        for name in [name for name in ready if name in self._delivered]:
            self._other.append(make("SMA-S115", path=str(self._out / name)))
            result.outcome = Outcome.worst(result.outcome, Outcome.NEEDS_DECISION)
            del ready[name]
        for name, key in sorted(composed.packages.items()):
            if name in ready:
                self._report.subject(name, [*ready].index(name) + 1, len(ready))
                ended = run_steps(_LATER, ready[name], self._settings, self._report)
                result.outcome = Outcome.worst(result.outcome, ended)
                self._deliver(ready[name], key)
            result.packages.append(_told(Package(self._out / name, place.packages / f"{name}.steps")))
        return composed.waiting

    def _deliver(self, package: Package, key: str) -> None:
        """Move a finished package to its place, with what is for the depositor beside it."""
        name, out = package.root.name, self._out
        aside = out.with_name(f".{out.name}.sma-part")
        target = out / name
        if target.exists():
            shutil.rmtree(self._place.replaced, ignore_errors=True)
            move(target, self._place.replaced, aside)
        listing = package.step("compose") / "excluded.csv"
        if listing.is_file():
            move(listing, out / DEPOSITOR / f"{name}.excluded.csv", aside)
        self._delivered[name] = key
        write_json(self._place.delivered, self._delivered)
        sums = {package.path(row.path): row.sha256 for row in read_json_lines(package.files, FileRecord)}
        move(package.root, target, aside, sums)
        shutil.rmtree(self._place.replaced, ignore_errors=True)


def _told(package: Package) -> Delivered:
    """A package in its place, for the summary."""
    record = read_record(package.record).package
    label = record.account.name or record.account.handle or record.account.native_id or record.name
    findings = gather(package.findings(*PACKAGE_STEPS))
    return Delivered(
        package.root,
        f"{label} ({notation.platform(record.platform)})",
        (record.period_from, record.period_until),
        findings,
        package.sma / "report.html",
        read_json(package.decisions, PackageDecisions).value,
        {unit: count for unit, count in read_json(package.characteristics, Assessment).counts.items() if count},
    )


def with_choices(settings: Settings, *, undecided: bool, previous: Sequence[Path] = ()) -> Settings:
    """Settings with what the command line chose."""
    named = tuple(str(path.resolve()) for path in previous)
    return msgspec.structs.replace(settings, undecided=undecided, previous=named)
