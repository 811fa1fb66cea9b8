"""How one account's posts are cut into packages, and when a retention term ends."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime


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
