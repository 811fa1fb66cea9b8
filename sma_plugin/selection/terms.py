"""When a term starts to run, and when it ends.

With the trigger ``nihil``, or none, a term runs from the last post of the package on: then the process that it speaks
of is over. Any other trigger (the existence of the process object, a date to be recorded, a date of birth joined with
the term) is a fact outside the captures: it is asked, and while nobody gave it the term has no start and no end.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

import msgspec

from sma_plugin.notation import moment_meant
from sma_plugin.selection.asking import Question, question, question_id
from sma_plugin.selection.desk import Desk, Met, also
from sma_plugin.selection.records import Category, Decision, PackageDecisions, Term

_DURATION = re.compile(r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?")
_FROM_LAST_POST = ("nihil", None)
_UNKNOWN = "-"


def with_term(desk: Desk, met: Met, decided: PackageDecisions, last: str | None) -> PackageDecisions:
    """The decisions with their term; ``last`` is the day of the package's last post. Only V has one."""
    category = decided.category
    if decided.value != "V" or category is None or not category.term:
        return decided
    if category.trigger in _FROM_LAST_POST:
        return msgspec.structs.replace(decided, term=term_from(category, last))
    put = _question(met, category)
    decision = desk.asking.put(put)
    starts = _day(decision)
    if decision is None or starts is None:
        if decision:
            desk.tell("SMA-S072", met, value=decision.decided)
        desk.wait(put)
        return msgspec.structs.replace(decided, term=term_from(category, None))
    return msgspec.structs.replace(also(decided, decision), term=term_from(category, starts))


def term_from(category: Category, starts: str | None) -> Term:
    """The term of a category from a day on (ISO date); without a day it has no end either."""
    return Term(category.term or "", category.trigger, starts, ends(starts, category.term or "") if starts else None)


def ends(starts: str, duration: str) -> str | None:
    """The day on which a duration (ISO 8601) ends that starts on a day; ``None`` for what is none.

    >>> ends("2024-02-29", "P1Y"), ends("2024-01-31", "P1M"), ends("2024-01-01", "P1Y6M"), ends("2024-01-01", "P2W")
    ('2025-02-28', '2024-02-29', '2025-07-01', '2024-01-15')
    """
    found = _DURATION.fullmatch(duration)
    if not found:
        return None
    parts = {name: int(value) for name, value in found.groupdict(default="0").items()}
    begin = date.fromisoformat(starts)
    months = begin.month - 1 + parts["months"]
    year, month = begin.year + parts["years"] + months // 12, months % 12 + 1
    try:
        last = date(year, month, min(begin.day, calendar.monthrange(year, month)[1]))
        return (last + timedelta(days=7 * parts["weeks"] + parts["days"])).isoformat()
    except (ValueError, OverflowError):
        return None


def _question(met: Met, category: Category) -> Question:
    return question(
        "term",
        question_id("term", met.record.platform, met.record.native_id, category.code),
        met.label,
        _UNKNOWN,
        "trigger",
        category=category.code,
        label=category.label,
        trigger=category.trigger or "",
        about="; ".join(filter(None, (category.process_object, category.note))) or "-",
    )


def _day(decision: Decision | None) -> str | None:
    """The day that was decided on; ``None`` for what is none."""
    told = moment_meant(decision.decided or "") if decision else None
    return told[:10] if told and len(told) >= len("2026-01-31") else None
