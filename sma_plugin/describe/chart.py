"""A picture of posts over time: stacked bars per day, week, month, quarter or year, and what each capture covers.

Worked out here as numbers; the template draws it as SVG without anything from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

CLASSES = ("own", "reply", "others")
STATES = ("complete", "lacking")
COLOURS = {"own": "#154273", "reply": "#39870c", "others": "#e17000", "complete": "#154273", "lacking": "#f2b27a"}
_WIDTH, _BASE, _LEFT = 720, 170, 48
_TOP = _BASE * 0.1
_MOST_BARS, _MOST_LABELS = 48, 9
_HALF_A_LABEL = 40
_WIDEST = 56.0
_AXIS, _LANE = 26, 14
_MONTHLY = (("month", 1), ("quarter", 3), ("year", 12))
_DAILY = (("day", 1), ("week", 7))


@dataclass(frozen=True)
class Bar:
    """One bar: the first day of what it covers (ISO 8601), its place, its parts (class, y, height, number)."""

    start: str
    x: float
    width: float
    parts: tuple[tuple[str, float, float, int], ...]
    total: int


@dataclass(frozen=True)
class Chart:
    """Bars with an axis. ``unit`` is what one bar covers, ``step`` how many of them.

    ``ticks`` are (y, number), ``labels`` (x, first day), ``empty`` (x, width) of periods without posts, ``lanes``
    (name, y, x, width) from the first to the last post of each capture.
    """

    unit: str
    step: int
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, int], ...]
    labels: tuple[tuple[float, str], ...]
    empty: tuple[tuple[float, float], ...]
    lanes: tuple[tuple[str, float, float, float], ...]
    first: str
    last: str
    height: int
    room: int = _WIDTH
    """How wide the picture is with the label of its last bar, which can be broader than the bar."""
    width: int = _WIDTH
    base: int = _BASE
    left: int = _LEFT


@dataclass(frozen=True)
class _Scale:
    """How days become numbers (months or days), and numbers become periods of ``size``."""

    number: Callable[[str], float]
    start: Callable[[int], str]
    origin: int
    size: int
    count: int

    def index(self, day: str) -> int:
        """The number of the period that a day falls in."""
        return min(max((int(self.number(day)) - self.origin) // self.size, 0), self.count - 1)

    def x(self, day: str) -> float:
        """Where a day lies on the axis."""
        share = (self.number(day) - self.origin) / (self.size * self.count)
        return _LEFT + (_WIDTH - _LEFT) * min(max(share, 0.0), 1.0)


def chart(
    months: dict[str, dict[str, int]],
    days: dict[str, dict[str, int]] | None = None,
    spans: Iterable[tuple[str, str | None, str | None]] = (),
    parts: tuple[str, ...] = CLASSES,
) -> Chart | None:
    """The picture of ``Assessment.months``, or of ``days`` where there are any; ``None`` when nothing is dated.

    Periods without posts are there too. ``spans`` are the first and last post of each capture, by its name. ``parts``
    are what a bar is made of; the last one takes what is none of the others.
    """
    dated = {day: _told_apart(counts, parts) for day, counts in (days or months).items() if day != "undated"}
    if not dated:
        return None
    first, last = min(dated), max(dated)
    unit, step, scale = _daily(first, last) if days else _monthly(first, last)
    groups = [[0] * len(parts) for _ in range(scale.count)]
    for day, counts in dated.items():
        group = groups[scale.index(day)]
        for place, count in enumerate(counts):
            group[place] += count
    top = _round_up(max(sum(counts) for counts in groups))
    width = (_WIDTH - _LEFT) / scale.count
    starts = [scale.start(scale.origin + number * scale.size) for number in range(scale.count)]
    bars = tuple(
        _bar(starts[number], _LEFT + number * width, width, dict(zip(parts, counts, strict=True)), top)
        for number, counts in enumerate(groups)
    )
    shown = bars[:: -(-len(bars) // _MOST_LABELS)]
    labels = tuple((bar.x + bar.width / 2, bar.start) for bar in shown)
    lanes = tuple(_lanes(scale, spans))
    return Chart(
        unit,
        step,
        bars,
        ((_BASE, 0), (_TOP, 1)) if top == 1 else ((_BASE, 0), ((_BASE + _TOP) / 2, top // 2), (_TOP, top)),
        labels,
        tuple((_LEFT + number * width, width) for number, counts in enumerate(groups) if not any(counts)),
        lanes,
        first,
        last,
        _BASE + _AXIS + len(lanes) * _LANE + (6 if lanes else 0),
        max(_WIDTH, round(labels[-1][0]) + _HALF_A_LABEL),
    )


def _daily(first: str, last: str) -> tuple[str, int, _Scale]:
    begin, end = _ordinal(first), _ordinal(last)
    span = end - begin + 1
    unit, size = next(((unit, size) for unit, size in _DAILY if span / size <= _MOST_BARS), _DAILY[-1])
    origin = begin - (begin - 1) % size  # ordinal 1 was a Monday
    return unit, 1, _Scale(_ordinal_with_time, _ordinal_start, origin, size, (end - origin) // size + 1)


def _monthly(first: str, last: str) -> tuple[str, int, _Scale]:
    begin, end = int(_month(first)), int(_month(last))
    span = end - begin + 1
    unit, size = next(((unit, size) for unit, size in _MONTHLY if span / size <= _MOST_BARS), ("year", 0))
    size = size or 12 * -(-span // (12 * _MOST_BARS))
    origin = begin // size * size
    return unit, max(size // 12, 1), _Scale(_month, _month_start, origin, size, (end - origin) // size + 1)


def _month(day: str) -> float:
    """Months since the year 0, with the part of the month that has passed."""
    into = (int(day[8:10]) - 1) / 31 if len(day) >= 10 else 0
    return int(day[:4]) * 12 + int(day[5:7]) - 1 + into


def _month_start(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _ordinal(day: str) -> int:
    return date.fromisoformat(day[:10]).toordinal()


def _ordinal_with_time(day: str) -> float:
    """Days, with the part of the day that has passed."""
    return _ordinal(day) + (int(day[11:13]) / 24 if len(day) >= 13 else 0)


def _ordinal_start(number: int) -> str:
    return date.fromordinal(number).isoformat()


def _lanes(
    scale: _Scale, spans: Iterable[tuple[str, str | None, str | None]]
) -> Iterable[tuple[str, float, float, float]]:
    """A line per capture that has dated posts, long enough to be seen."""
    at = _BASE + _AXIS + _LANE / 2
    for name, first, last in spans:
        if first and last:
            start = scale.x(first)
            yield name, at, min(start, _WIDTH - 4), max(scale.x(last) - start, 4)
            at += _LANE


def _told_apart(counts: dict[str, int], parts: tuple[str, ...]) -> list[int]:
    named = [counts.get(part, 0) for part in parts[:-1]]
    return [*named, sum(counts.values()) - sum(named)]


def _round_up(number: int) -> int:
    """The next even round number at or above ``number``, so that half of it is whole."""
    scale = 1
    while True:
        for step in (1, 2, 4, 6, 8, 10):
            if step * scale >= number:
                return step * scale
        scale *= 10


def _bar(start: str, x: float, width: float, counts: dict[str, int], top: int) -> Bar:
    parts = []
    y = float(_BASE)
    for klass, count in counts.items():
        height = (_BASE - _TOP) * count / top
        y -= height
        if count:
            parts.append((klass, y, height, count))
    drawn = min(width * 0.85, _WIDEST)
    return Bar(start, x + (width - drawn) / 2, drawn, tuple(parts), sum(counts.values()))


def covered_until(start: str, unit: str, step: int) -> str:
    """The last day, month or year that a bar covers, in the form of its first.

    >>> covered_until("2024-01", "quarter", 1), covered_until("2020-01", "year", 5)
    ('2024-03', '2024-12')
    """
    if unit in ("day", "week"):
        return (date.fromisoformat(start) + timedelta(days=6 if unit == "week" else 0)).isoformat()
    months = {"month": 1, "quarter": 3, "year": 12 * step}[unit]
    return _month_start(int(_month(start)) + months - 1)
