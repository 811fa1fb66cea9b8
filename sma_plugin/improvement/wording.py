"""A point of the plan in words, the same on the page, in the table and on the screen."""

from __future__ import annotations

from collections.abc import Iterable

from sma_plugin import notation
from sma_plugin.findings import Language
from sma_plugin.package.improvement import Lack
from sma_plugin.texts import text


def lacking(lack: Lack, language: Language) -> str:
    """Where something is lacking: how much of how much is there, the period, and whether it was made good."""
    period = notation.period(lack.since, lack.until, language)
    good = text("plan_lack_made_good", language, day=notation.day(lack.on, language)) if lack.made_good else ""
    return " ".join(one for one in (f"{_counted(lack, language)}{',' if period else ''}", period, good) if one)


def features(names: Iterable[str], language: Language) -> str:
    """Features of DUTO."""
    return ", ".join(notation.word("feature", name, language) for name in names)


def techniques(names: Iterable[str], language: Language) -> str:
    """Techniques of capture."""
    return ", ".join(notation.word("technique", name, language) for name in names)


def _counted(lack: Lack, language: Language) -> str:
    count = notation.number(lack.count or 0, language)
    if lack.of:
        return text("plan_lack_counted", language, count=count, of=notation.number(lack.of, language))
    return count if lack.count else text("plan_lack_none", language)
