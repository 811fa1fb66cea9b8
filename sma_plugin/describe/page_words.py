"""What every page needs in one language: its words, how it writes numbers and times, the findings."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from sma_plugin import notation
from sma_plugin.findings import Finding, Language, consequences, remedy
from sma_plugin.findings import text as finding_text
from sma_plugin.texts import LANGUAGES


def in_order(first: str) -> list[Language]:
    """The languages of a page; it opens in ``first``, if that is one of them, else in Dutch."""
    return sorted(LANGUAGES, key=lambda one: one != first)


def words(
    findings: Sequence[Finding],
    language: Language,
    captures: dict[str, str] | None = None,
    told_below: Sequence[str] = (),
) -> dict[str, Any]:
    """What the templates call by name.

    ``captures`` names captures by their id; findings with a code in ``told_below`` are a section of their own.
    """

    def say(name: str, **params: object) -> str:
        text = texts()[name][language]
        return text.format_map(params) if params else text

    causes = [pair for pair in consequences(findings) if pair[0].code not in told_below]
    shown = [_shown(cause, folded, captures or {}, language) for cause, folded in causes]
    return {
        "language": language,
        "say": say,
        "number": lambda value: notation.number(value, language),
        "size": lambda value: notation.size(value, language),
        "drawn": lambda klass, count: _drawn_class(klass, count, language),
        "day": lambda value: notation.day(value, language),
        "moment": lambda value: notation.moment(value, language),
        "period": lambda first, last: notation.period(first, last, language),
        "duration": lambda value: notation.duration(value, language),
        "word": lambda kind, value: notation.word(kind, value, language),
        "unit": lambda name, count: notation.unit(name, count, language),
        "todo": [one for one in shown if one["finding"].severity != "info"],
        "remarks": [one for one in shown if one["finding"].severity == "info"],
    }


@cache
def texts() -> dict[str, dict[str, str]]:
    """The words of pages, by name and language."""
    return tomllib.loads(files(__package__).joinpath("report_texts.toml").read_text(encoding="utf-8"))


def _drawn_class(klass: str, count: int, language: Language) -> str:
    """What a part of a bar counts, in the form that goes with the number."""
    unit = {"own": "posts", "reply": "replies", "others": "others"}.get(klass)
    return notation.unit(unit, count, language) if unit else texts()[f"class_{klass}"][language]


def _shown(finding: Finding, folded: list[Finding], short: dict[str, str], language: Language) -> dict[str, Any]:
    return {
        "finding": finding,
        "capture": short.get(finding.capture or "", finding.capture),
        "text": finding_text(finding, language),
        "remedy": remedy(finding, language),
        "places": list(_places(finding, finding_text(finding, language), language)),
        "folded": [(one.code, finding_text(one, language)) for one in folded],
    }


def _places(finding: Finding, sentence: str, language: Language) -> Iterable[str]:
    """The places that the sentence itself does not name."""
    for place in finding.places:
        named = all(one in sentence for one in (place.path, place.item) if one)
        if finding.count > 1 or not named:
            yield _place(place.path, place.item, place.offset, language)


def _place(path: str | None, item: str | None, offset: int | None, language: Language) -> str:
    shown = ": ".join(one for one in (path, item) if one)
    return f"{shown}, byte {notation.number(offset, language)}" if offset is not None else shown
