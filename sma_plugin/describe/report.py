"""The report: one HTML page per package, in Dutch and English, and the same as JSON. It loads nothing from outside."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import jinja2
import msgspec

from sma_plugin import __version__
from sma_plugin.characteristics.records import Assessment
from sma_plugin.describe.chart import COLOURS
from sma_plugin.describe.report_part import part, words
from sma_plugin.findings import Finding, Language, gather, worst
from sma_plugin.package import PACKAGE_STEPS, Package
from sma_plugin.package.files import read_json, write_bytes, write_json
from sma_plugin.package.records import ExcludedRecord, PackageRecord, read_record
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
    schema: int = REPORT_SCHEMA


def collect(package: Package) -> Report:
    """What there is to report of a package, with the findings of every step so far."""
    findings = tuple(gather(package.findings(*PACKAGE_STEPS)))
    return Report(
        read_record(package.record),
        read_json(package.decisions, PackageDecisions),
        read_json(package.characteristics, Assessment),
        read_json(package.excluded, ExcludedRecord),
        findings,
        worst(findings) or "info",
        read_json(package.previous, Related) if package.previous.is_file() else None,
    )


def write_report(package: Package) -> None:
    """Write ``report.html`` and ``report.json``; run again after a later step, they hold its findings too."""
    report = collect(package)
    write_json(package.sma / "report.json", report)
    write_bytes(package.sma / "report.html", render(report).encode())


def render(report: Report) -> str:
    """The page. Everything that was delivered is escaped; control and direction characters are shown by their code."""
    language = report.package.package.language
    order = LANGUAGES if language == "nl" else LANGUAGES[::-1]
    return _template("report.html").render(report=report, parts=[part(report, one) for one in order], colours=COLOURS)


def render_findings(name: str, findings: Sequence[Finding], at: str, language: Language) -> str:
    """A page with what was found in one place (``name``) at one moment, ``language`` first."""
    order = LANGUAGES if language == "nl" else LANGUAGES[::-1]
    verdict = worst(findings) or "info"
    parts = [words(findings, one) for one in order]
    return _template("validation.html").render(name=name, at=at, verdict=verdict, version=__version__, parts=parts)


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    return environment.get_template(name)


def _visible(value: object) -> object:
    """Delivered text with its control and direction characters shown, so that it cannot disguise itself."""
    if not isinstance(value, str) or hasattr(value, "__html__") or value.isprintable():
        return value
    return "".join(one if one.isprintable() or one in "\n\t" else f"\\u{ord(one):04x}" for one in value)
