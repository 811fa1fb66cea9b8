"""The report: one HTML page per package, in Dutch and English, and the same as JSON. It loads nothing from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from sma_plugin import __version__
from sma_plugin.characteristics.records import Assessment
from sma_plugin.describe.chart import COLOURS
from sma_plugin.describe.page_words import in_order, words
from sma_plugin.describe.pages import template
from sma_plugin.describe.report_part import part
from sma_plugin.findings import Finding, Language, gather, worst
from sma_plugin.package import PACKAGE_STEPS, Package
from sma_plugin.package.files import read_json, read_json_lines, write_bytes, write_json
from sma_plugin.package.improvement import Plan
from sma_plugin.package.records import ExcludedRecord, FileRecord, PackageRecord, read_record
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.stored.records import Related

LANGUAGES: tuple[Language, ...] = ("nl", "en")
REPORT_SCHEMA = 1


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """``report.json``: what the page says, for machines."""

    package: PackageRecord
    decisions: PackageDecisions
    assessment: Assessment
    excluded: ExcludedRecord
    findings: tuple[Finding, ...]
    verdict: str
    previous: Related | None = None
    plan: Plan | None = None
    converted: dict[str, int] = {}
    """How many files were converted, by what the format is called that they have now."""
    schema: int = REPORT_SCHEMA


def collect(package: Package) -> Report:
    """What there is to report of a package, with the findings of every step so far."""
    findings = tuple(gather(package.findings(*PACKAGE_STEPS)))
    return Report(
        _without_names(read_record(package.record)),
        read_json(package.decisions, PackageDecisions),
        read_json(package.characteristics, Assessment),
        read_json(package.excluded, ExcludedRecord),
        findings,
        worst(findings) or "info",
        read_json(package.previous, Related) if package.previous.is_file() else None,
        read_json(package.plan, Plan) if package.plan.is_file() else None,
        _converted(package),
    )


def _converted(package: Package) -> dict[str, int]:
    """Each original counts once for every format that came of it."""
    made = package.step("normalise") / "files.jsonl"
    found = read_json_lines(made, FileRecord) if made.is_file() else ()
    pairs = {(one.source, one.format_name or one.mime or "?") for one in found if one.source}
    return dict(Counter(sorted(name for _, name in pairs)))


def _without_names(record: PackageRecord) -> PackageRecord:
    """The record without the names of delivered files, which may tell of third parties: those stay in it alone."""
    shown = {one.name: one.shown or one.name for one in record.delivered}
    delivered = (
        msgspec.structs.replace(
            one,
            name=shown[one.name],
            shown=None,
            members=tuple(msgspec.structs.replace(member, path=member.kept or "") for member in one.members),
        )
        for one in record.delivered
    )
    captures = (
        msgspec.structs.replace(one, delivered=tuple(shown.get(name, name) for name in one.delivered))
        for one in record.capture
    )
    return msgspec.structs.replace(record, capture=tuple(captures), delivered=tuple(delivered))


def write_report(package: Package) -> None:
    """Write ``report.html`` and ``report.json``; run again after a later step, they hold its findings too."""
    report = collect(package)
    write_json(package.sma / "report.json", report)
    write_bytes(package.sma / "report.html", render(report).encode())


def render(report: Report) -> str:
    """The page. Everything that was delivered is escaped; control and direction characters are shown by their code."""
    return template(__package__, "report.html").render(
        report=report, parts=[part(report, one) for one in in_order(report.package.package.language)], colours=COLOURS
    )


def render_findings(name: str, findings: Sequence[Finding], at: str, language: Language) -> str:
    """A page with what was found in one place (``name``) at one moment, ``language`` first."""
    verdict = worst(findings) or "info"
    parts = [words(findings, one) for one in in_order(language)]
    return template(__package__, "validation.html").render(
        name=name, at=at, verdict=verdict, version=__version__, parts=parts
    )
