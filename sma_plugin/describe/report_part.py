"""What the report shows in one language: the record in words, in the order in which an archivist asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from sma_plugin import notation
from sma_plugin.characteristics.catalogue import kenmerk_label
from sma_plugin.characteristics.completeness import WHOLE, label
from sma_plugin.characteristics.records import Assessment, Measured, Share
from sma_plugin.describe.chart import CLASSES, STATES, Chart, chart, covered_until
from sma_plugin.describe.page_words import texts, words
from sma_plugin.describe.report_places import short_of
from sma_plugin.findings import Finding, Language
from sma_plugin.model import Capture
from sma_plugin.package.records import ExcludedRecord, PackageRecord
from sma_plugin.readers.exclusion import classes
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.selection.subjects import subjects

_TOLD_BELOW = ("SMA-B018",)
"""Findings that are a section of the report: what was kept out."""
_DECLARED = ("agent", "on_behalf_of", "authorised_by", "ground", "access_level", "tool", "storage_location")


class Told(Protocol):
    """What a report holds (:class:`sma_plugin.describe.report.Report`)."""

    @property
    def package(self) -> PackageRecord:
        """Package, captures, what was delivered."""

    @property
    def decisions(self) -> PackageDecisions:
        """What was decided."""

    @property
    def assessment(self) -> Assessment:
        """What was measured."""

    @property
    def excluded(self) -> ExcludedRecord:
        """What was left out."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found."""


def part(report: Told, language: Language) -> dict[str, Any]:
    """Everything that the report of a package shows in one language."""
    short = {capture.id: _short_name(capture, language) for capture in report.package.capture}
    base = words(report.findings, language, short, _TOLD_BELOW)
    spans = [(one.capture[:2], one.first, one.last) for one in report.assessment.captures]
    measured = report.assessment
    picture = chart(measured.months, measured.days, spans)
    complete = chart(measured.complete_months, parts=STATES)
    return {
        **base,
        "subject": lambda name: _subject(name, language),
        "platform": notation.platform(report.package.package.platform),
        "captures": [_capture(capture, report.assessment, language) for capture in report.package.capture],
        "picture": _drawn(picture, CLASSES, measured.months, language) if picture else None,
        "undated": _undated(measured.months),
        "complete_picture": _drawn(complete, STATES, measured.complete_months, language) if complete else None,
        "whole": next((share for share in measured.completeness if share.name == WHOLE), None),
        "shares": list(_shares(measured, short, language)),
        "percent": lambda complete, of: notation.percent(complete, of, language),
        "counts": [pair for pair in notation.ordered(report.assessment.counts) if pair[1]],
        "matrix": _matrix(report.assessment, language),
        "short": list(short_of(report.assessment, language)),
        "excluded": [(_excluded_label(one.kind, base["say"], language), one) for one in report.excluded.classes],
    }


def _subject(name: str, language: Language) -> str:
    """What was decided on."""
    known = subjects().get(name)
    return known.label.get(language, name) if known else name


def _name(capture: Capture, language: Language) -> str:
    """A capture as people call it: its number, platform and technique."""
    technique = notation.word("technique", capture.technique, language)
    return f"{capture.id[:2]} {notation.platform(capture.platform)}, {technique}"


def _short_name(capture: Capture, language: Language) -> str:
    """A capture where the platform is known already: its number and technique."""
    return f"{capture.id[:2]} {notation.word('technique', capture.technique, language)}"


def _capture(capture: Capture, assessment: Assessment, language: Language) -> dict[str, Any]:
    """One capture with what was declared of it; what nobody said has no value."""
    measured = next((one for one in assessment.captures if one.capture == capture.id), None)
    declared = {name: getattr(capture, name) for name in _DECLARED}
    if capture.access_level:
        declared["access_level"] = notation.word("access_level", capture.access_level, language)
    if capture.tool:
        declared["tool"] = " ".join(filter(None, (capture.tool, capture.tool_version)))
    end = capture.captured_until
    captured = [notation.moment(moment, language) for moment in (capture.captured, end) if moment]
    return {
        "record": capture,
        "name": _name(capture, language),
        "short": _short_name(capture, language),
        "captured": " – ".join(captured),
        "asked": notation.period(capture.period_from, capture.period_until, language),
        "posts": notation.period(measured.first, measured.last, language) if measured else "",
        "declared": declared,
        "counts": measured.counts if measured else {},
    }


def _drawn(
    picture: Chart, classes: tuple[str, ...], months: dict[str, dict[str, int]], language: Language
) -> dict[str, Any]:
    """A picture with its words."""
    return {
        "chart": picture,
        "bars": _bars(picture, language),
        "labels": [(x, _short(start, picture, language)) for x, start in picture.labels],
        "classes": classes,
        "undated": _undated(months),
    }


def _undated(months: dict[str, dict[str, int]]) -> int:
    return sum(months.get("undated", {}).values())


def _shares(
    assessment: Assessment, captures: dict[str, str], language: Language
) -> Iterator[tuple[str, list[tuple[str, Share]]]]:
    """The shares of the whole account, and then those of each capture under its name."""
    if assessment.completeness:
        yield "", [(label(share.name, language), share) for share in assessment.completeness]
        for one in assessment.captures:
            labels = [(label(share.name, language, of_capture=True), share) for share in one.completeness]
            yield captures.get(one.capture, one.capture), labels


def _bars(picture: Chart, language: Language) -> list[tuple[str, Any]]:
    """Every bar with what it covers, in words."""
    return [(_covered(bar.start, picture, language), bar) for bar in picture.bars]


def _covered(start: str, picture: Chart, language: Language) -> str:
    end = covered_until(start, picture.unit, picture.step)
    if picture.unit in ("day", "week"):
        return notation.period(start, end, language)
    if picture.unit == "year":
        return start[:4] if start[:4] == end[:4] else f"{start[:4]}–{end[:4]}"
    first, last = notation.month(start, language), notation.month(end, language)
    return first if first == last else f"{first} – {last}"


def _short(start: str, picture: Chart, language: Language) -> str:
    """What stands under a bar."""
    if picture.unit in ("day", "week"):
        return f"{int(start[8:10])} {notation.month(start, language, short=True)}"
    if picture.unit == "month":
        return notation.month(start, language, short=True)
    if picture.unit == "quarter":
        return f"{'kw' if language == 'nl' else 'Q'}{(int(start[5:7]) + 2) // 3} {start[:4]}"
    return _covered(start, picture, language)


def _matrix(assessment: Assessment, language: Language) -> list[tuple[str, list[tuple[str, list[Measured | None]]]]]:
    """Category, then characteristic, then what each capture holds of it."""
    columns = [{one.name: one for one in capture.characteristics} for capture in assessment.captures]
    rows = {one.name: one for column in columns for one in column.values()}
    rows |= {one.name: one for one in assessment.characteristics}
    return [
        (
            notation.word("category", category, language),
            [
                (kenmerk_label(one, language), [column.get(one.name) for column in columns])
                for one in rows.values()
                if one.category == category
            ],
        )
        for category in assessment.target
    ]


def _excluded_label(kind: str, say: Any, language: Language) -> str:
    if kind in classes():
        return classes()[kind].label[language]
    name = f"excluded_kind_{kind}"
    return str(say(name)) if name in texts() else kind
