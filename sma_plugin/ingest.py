"""``sma ingest``: all steps on one machine, from bundles to packages in their place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from sma_plugin import notation
from sma_plugin.characteristics.records import Assessment
from sma_plugin.findings import Finding, Language, gather
from sma_plugin.package import PACKAGE_STEPS, Package, WorkArea
from sma_plugin.package.files import publish, read_json
from sma_plugin.package.records import read_record
from sma_plugin.pipeline import ON_WORK_AREA, STEPS, StepError, prepare, run
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.selection.plan import Plan
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.settings import Settings

DEPOSITOR = "for-depositor"


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


def work_area(out: Path, settings: Settings) -> WorkArea:
    """Where this run works: as configured, else beside the folder for packages, on the same disk."""
    configured = settings.paths.working_area
    root = settings.resolve(configured) / out.name if configured else out.with_name(f".{out.name}.sma-work")
    return WorkArea(Path(os.path.normpath(root)))


def ingest(
    bundles: Sequence[Path], out: Path, settings: Settings, report: Reporter, *, force: bool = False, keep: bool = False
) -> Result:
    """Run every step and move finished packages to ``out``.

    An interrupted run goes on in its working area. Raises :class:`StepError` for a bundle that is not there and for a
    package that is in the way.
    """
    for bundle in bundles:
        if not bundle.exists():
            raise StepError("nothing_there", path=bundle)
        if not os.access(bundle, os.R_OK):
            raise StepError("error_unreadable", path=bundle)
    place = work_area(out, settings)
    prepare(place, bundles)
    outcome = run(list(ON_WORK_AREA), place, settings, report, resume=True)
    result = Result(outcome, work=place.root, findings=gather(place.findings(*ON_WORK_AREA)))
    if place.decisions.is_file():
        result.held = [account.label for account in read_json(place.decisions, Plan).accounts if account.held]
    composed = sorted(place.packages.glob("*/metadata/sma")) if place.packages.is_dir() else []
    packages = [Package(root.parent.parent) for root in composed]
    _refuse_to_overwrite(packages, out, force=force)
    later = [name for name in STEPS if name not in ON_WORK_AREA]
    result.depositor = out / DEPOSITOR
    for number, package in enumerate(packages, 1):
        report.subject(package.root.name, number, len(packages))
        ended = run(later, package, settings, report)
        result.outcome = Outcome.worst(result.outcome, ended)
        result.packages.append(_deliver(package, out))
    if not packages and result.outcome is Outcome.OK:
        open_decision = any(finding.severity == "decision" for finding in result.findings)
        result.outcome = Outcome.NEEDS_DECISION if open_decision else Outcome.ERRORS
    if not keep and not result.held:
        shutil.rmtree(place.root, ignore_errors=True)
        place.steps_root.with_name(place.steps_root.name + ".lock").unlink(missing_ok=True)
    return result


def _refuse_to_overwrite(packages: list[Package], out: Path, *, force: bool) -> None:
    taken = [package.root.name for package in packages if (out / package.root.name).exists()]
    if taken and not force:
        raise StepError("error_package_exists", path=out / taken[0])


def _deliver(package: Package, out: Path) -> Delivered:
    """Move a finished package to its place, with what is for the depositor beside it."""
    out.mkdir(parents=True, exist_ok=True)
    findings = gather(package.findings(*PACKAGE_STEPS))
    record = read_record(package.record).package
    target = out / package.root.name
    if target.exists():
        shutil.rmtree(target)
    listing = package.steps_root / "compose" / "excluded.csv"
    if listing.is_file():
        depositor = out / DEPOSITOR
        depositor.mkdir(exist_ok=True)
        publish(listing, depositor / f"{package.root.name}.excluded.csv")
    publish(package.root, target)
    label = record.account.name or record.account.handle or record.account.native_id or record.name
    placed = Package(target)
    return Delivered(
        target,
        f"{label} ({notation.platform(record.platform)})",
        (record.period_from, record.period_until),
        findings,
        placed.sma / "report.html",
        read_json(placed.decisions, PackageDecisions).value,
        {unit: count for unit, count in read_json(placed.characteristics, Assessment).counts.items() if count},
    )


def with_choices(settings: Settings, *, undecided: bool) -> Settings:
    """Settings with what the command line chose."""
    return msgspec.structs.replace(settings, undecided=undecided)
