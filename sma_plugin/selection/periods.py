"""How one account's posts are cut into packages, and when a retention term ends."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime

from sma_plugin.readers.values import iso_text
from sma_plugin.selection.records import Category, Term

_DURATION = re.compile(r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?")


def periods(
    cuts: Sequence[str], first: int | None, last: int | None, days: Iterable[str] = ()
) -> Iterator[tuple[int | None, int | None]]:
    """Start and end (microseconds UTC, end inclusive) of each package; one open period when posts are not cut.

    ``cuts`` are words for it (``year``, ``month``), ``days`` those on which a package begins (ISO 8601): a term of
    office, a reorganisation. Undated posts go with the first period, which is open to the past.
    """
    opening: int | None = None
    if first is not None and last is not None:
        named = (_microseconds(date.fromisoformat(day)) for day in days)
        for border in sorted({*named, *_calendar(cuts, first, last)}):
            if first < border <= last:
                yield opening, border - 1
                opening = border
    yield opening, None


def _calendar(cuts: Sequence[str], first: int, last: int) -> Iterator[int]:
    """The first moment of every year or month that begins between two moments."""
    step = 1 if "month" in cuts else 12 if "year" in cuts else None
    if step is None:
        return
    start, end = (datetime.fromtimestamp(us // 1_000_000, UTC) for us in (first, last))
    for number in range(start.year * 12 + start.month, end.year * 12 + end.month):
        if number % step == 0:
            yield _microseconds(date(number // 12, number % 12 + 1, 1))


def _microseconds(day: date) -> int:
    return calendar.timegm((day.year, day.month, day.day, 0, 0, 0)) * 1_000_000


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
