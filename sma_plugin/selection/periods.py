"""How one account's posts are cut into packages, and when a retention term ends."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from sma_plugin.readers.values import iso_text
from sma_plugin.selection.records import Category, Term

_DURATION = re.compile(r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?")


def periods(cut: str, first: int | None, last: int | None) -> Iterator[tuple[int | None, int | None]]:
    """Start and end (microseconds UTC, end inclusive) of each package; one open period when posts are not cut.

    Undated posts go with the first period, which is open to the past.
    """
    if cut == "none" or first is None or last is None:
        yield None, None
        return
    start = datetime.fromtimestamp(first // 1_000_000, UTC)
    year, month = start.year, start.month if cut == "month" else 1
    step = 1 if cut == "month" else 12
    opening: int | None = None
    while True:
        year, month = (year + (month - 1 + step) // 12, (month - 1 + step) % 12 + 1)
        border = calendar.timegm((year, month, 1, 0, 0, 0)) * 1_000_000
        if border > last:
            yield opening, None
            return
        yield opening, border - 1
        opening = border


def term_of(category: Category, last: int | None) -> Term:
    """The term of a category from the last post on (the end of the period is when it starts to run)."""
    starts = str(iso_text(last))[:10] if last is not None else None
    ends = None
    found = _DURATION.fullmatch(category.term or "")
    if starts and found:
        parts = {name: int(value) for name, value in found.groupdict(default="0").items()}
        begin = date.fromisoformat(starts)
        months = begin.month - 1 + parts["months"]
        year, month = begin.year + parts["years"] + months // 12, months % 12 + 1
        day = min(begin.day, calendar.monthrange(year, month)[1])
        ends = date.fromordinal(date(year, month, day).toordinal() + parts["days"]).isoformat()
    return Term(category.term or "", category.trigger, starts, ends)
