"""What is in a delivery or a package: accounts, periods, counts, findings; worked out, not printed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from sma_plugin import notation
from sma_plugin.bundle.delivery import DeliveryRecord
from sma_plugin.characteristics.records import Assessment, Share
from sma_plugin.findings import Finding, gather
from sma_plugin.model import AccountRef, Capture
from sma_plugin.package import Package, WorkArea
from sma_plugin.package.files import read_json
from sma_plugin.package.records import read_record
from sma_plugin.pipeline import prepare, run
from sma_plugin.reporting import Reporter
from sma_plugin.selection.plan import Plan
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.settings import Settings

LOOKING = ("receive", "read", "history", "assess", "select")


class Shown(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was found in one place."""

    name: str
    captures: tuple[Capture, ...]
    accounts: tuple[str, ...]
    counts: dict[str, int]
    period: tuple[str | None, str | None]
    findings: tuple[Finding, ...]
    value: str | None = None
    completeness: tuple[Share, ...] = ()
    of_captures: dict[str, tuple[Share, ...]] = {}
    """How complete each capture is, by its id."""


@contextmanager
def looked_into(
    bundles: list[Path], settings: Settings, report: Reporter, steps: tuple[str, ...]
) -> Iterator[WorkArea]:
    """A temporary working area in which these steps were run on a delivery."""
    with tempfile.TemporaryDirectory(prefix="sma-") as folder:
        place = WorkArea(Path(folder) / "work")
        prepare(place, bundles)
        run(steps, place, settings, report)
        yield place


def show_delivery(bundle: Path, settings: Settings, report: Reporter) -> Shown:
    """What is in a delivery; nothing is written."""
    with looked_into([bundle], settings, report, LOOKING) as place:
        findings = tuple(gather(place.findings(*LOOKING)))
        record = read_json(place.delivery, DeliveryRecord)
        captures = tuple(one.capture for one in record.captures)
        if not captures:
            return Shown(bundle.name, (), (), {}, (None, None), findings)
        assessment = read_json(place.assessment, Assessment)
        plan = read_json(place.decisions, Plan)
        return Shown(
            bundle.name,
            captures,
            tuple(account.label for account in plan.accounts),
            assessment.counts,
            _period(assessment),
            findings,
            completeness=assessment.completeness,
            of_captures=_of_captures(assessment),
        )


def show_package(package: Package) -> Shown:
    """What a package says of itself. Raises ``OSError`` and ``ValueError`` when its records cannot be read."""
    record = read_record(package.record)
    assessment = read_json(package.characteristics, Assessment)
    decisions = read_json(package.decisions, PackageDecisions)
    return Shown(
        record.package.name,
        record.capture,
        (_label(record.package.platform, record.package.account),),
        assessment.counts,
        (record.package.period_from, record.package.period_until),
        tuple(read_json(package.all_findings, list[Finding])) if package.all_findings.is_file() else (),
        decisions.value,
        assessment.completeness,
        _of_captures(assessment),
    )


def _label(platform: str, account: AccountRef) -> str:
    return f"{notation.platform(platform)} {'@' + account.handle if account.handle else account.native_id}"


def _of_captures(assessment: Assessment) -> dict[str, tuple[Share, ...]]:
    return {one.capture: one.completeness for one in assessment.captures if one.completeness}


def _period(assessment: Assessment) -> tuple[str | None, str | None]:
    firsts = [one.first for one in assessment.captures if one.first]
    lasts = [one.last for one in assessment.captures if one.last]
    return (min(firsts, default=None), max(lasts, default=None))
