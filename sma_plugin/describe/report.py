"""The report: one HTML page per package, in Dutch and English, and the same as JSON. It loads nothing from outside."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
import msgspec

from sma_plugin import __version__
from sma_plugin.characteristics.measure import profile
from sma_plugin.characteristics.records import Assessment
from sma_plugin.describe.chart import CLASSES, COLOURS, chart
from sma_plugin.findings import Finding, Language, consequences, gather, remedy, worst
from sma_plugin.findings import text as finding_text
from sma_plugin.package import PACKAGE_STEPS, Package
from sma_plugin.package.files import read_json, write_bytes, write_json
from sma_plugin.package.records import ExcludedRecord, PackageRecord, read_record
from sma_plugin.readers.exclusion import classes
from sma_plugin.selection.records import PackageDecisions

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
    return _template("report.html").render(report=report, parts=[_part(report, one) for one in order], colours=COLOURS)


def render_findings(name: str, findings: Sequence[Finding], at: str, language: Language) -> str:
    """A page with what was found in one place (``name``) at one moment, ``language`` first."""
    order = LANGUAGES if language == "nl" else LANGUAGES[::-1]
    verdict = worst(findings) or "info"
    parts = [_words(findings, one) for one in order]
    return _template("validation.html").render(name=name, at=at, verdict=verdict, version=__version__, parts=parts)


def _words(findings: Sequence[Finding], language: Language) -> dict[str, Any]:
    """What every page needs in one language: its words, how it writes numbers and times, the findings."""

    def say(name: str, **params: object) -> str:
        text = _texts()[name][language]
        return text.format_map(params) if params else text

    return {
        "language": language,
        "say": say,
        "number": lambda value: f"{value:,}".replace(",", "." if language == "nl" else ","),
        "moment": lambda value: (value or "")[:16].replace("T", " "),
        "findings": [_shown(cause, folded, language) for cause, folded in consequences(findings)],
    }


def _part(report: Report, language: Language) -> dict[str, Any]:
    """What the report shows in one language."""
    words = _words(report.findings, language)
    return {
        **words,
        "size": lambda value: _size(value, language),
        "chart": chart(report.assessment.months),
        "classes": CLASSES,
        "undated": sum(report.assessment.months.get("undated", {}).values()),
        "units": [unit for unit, count in report.assessment.counts.items() if count],
        "unit_label": lambda unit: unit_label(unit, language),
        "labels": {(one.category, one.name): one.label[language] for one in profile().kenmerk},
        "excluded": [(_excluded_label(one.kind, words["say"], language), one) for one in report.excluded.classes],
    }


def unit_label(unit: str, language: Language) -> str:
    """What is counted, in words; a unit without a text is shown as it is."""
    return _texts().get(f"unit_{unit.replace(' ', '_')}", {}).get(language, unit)


def _shown(finding: Finding, folded: list[Finding], language: Language) -> dict[str, Any]:
    return {
        "finding": finding,
        "text": finding_text(finding, language),
        "remedy": remedy(finding, language),
        "places": [place for place in finding.places if finding.count > 1 or place.item or place.offset is not None],
        "folded": [(one.code, finding_text(one, language)) for one in folded],
    }


def _excluded_label(kind: str, say: Any, language: Language) -> str:
    if kind in classes():
        return classes()[kind].label[language]
    name = f"excluded_kind_{kind}"
    return str(say(name)) if name in _texts() else kind


def _size(value: int, language: Language) -> str:
    size, unit = float(value), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            break
        size /= 1000
    shown = f"{size:.0f}" if unit == "B" else f"{size:.1f}"
    return f"{shown.replace('.', ',') if language == 'nl' else shown} {unit}"


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("report_texts.toml").read_text(encoding="utf-8"))


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
