"""A picture of accounts over time, worked out as numbers: a lane each, with periods of posts, captures and gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sma_plugin.register.standing import Gap, Standing

WIDTH, _LEFT, _LANE, _TOP = 980, 270, 22, 26
_MOST_LABELS, _NARROWEST = 10, 3.0


@dataclass(frozen=True)
class Lane:
    """One account: its height in the picture, periods with posts and gaps (x, width), captures (x, day)."""

    standing: Standing
    y: float
    posts: tuple[tuple[float, float], ...]
    gaps: tuple[tuple[float, float, Gap], ...]
    captures: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Timeline:
    """All lanes, and where years begin (x, year)."""

    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, int], ...]
    height: int
    width: int = WIDTH
    left: int = _LEFT
    top: int = _TOP


def timeline(standings: Sequence[Standing], on: str) -> Timeline | None:
    """The picture until a day; ``None`` when there is nothing to show."""
    shown = [one for one in standings if one.captured or _posts(one)]
    days = [day for one in shown for day in (*one.captured, *(day for span in _posts(one) for day in span))]
    if not days:
        return None
    first, last = min(days), max(*days, on)
    scale = _Scale(date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal())
    lanes = tuple(_lane(one, _TOP + number * _LANE, scale) for number, one in enumerate(shown))
    return Timeline(lanes, tuple(_ticks(int(first[:4]), int(last[:4]), scale)), _TOP + len(lanes) * _LANE + 8)


@dataclass(frozen=True)
class _Scale:
    first: int
    last: int

    def x(self, day: str) -> float:
        """Where a day lies."""
        share = (date.fromisoformat(day).toordinal() - self.first) / max(self.last - self.first, 1)
        return _LEFT + (WIDTH - _LEFT - 8) * share

    def span(self, first: str, last: str) -> tuple[float, float]:
        """Where a period begins and how wide it is, wide enough to be seen."""
        return self.x(first), max(self.x(last) - self.x(first), _NARROWEST)


def _posts(one: Standing) -> list[tuple[str, str]]:
    """First and last day of the posts in each package, else in each capture."""
    seen = one.seen
    if seen is None:
        return []
    told = [(package.period_from, package.period_until) for package in seen.packages]
    told = told or [(capture.first, capture.last) for capture in seen.captures]
    return [(first[:10], last[:10]) for first, last in told if first and last]


def _lane(one: Standing, y: float, scale: _Scale) -> Lane:
    return Lane(
        one,
        y,
        tuple(scale.span(*period) for period in _posts(one)),
        tuple((*scale.span(gap.first, gap.last), gap) for gap in one.gaps),
        tuple((scale.x(day), day) for day in one.captured),
    )


def _ticks(first: int, last: int, scale: _Scale) -> Iterator[tuple[float, int]]:
    """The years, so many that their labels do not touch."""
    step = -(-(last - first + 1) // _MOST_LABELS)
    for year in range(first, last + 1, step):
        x = scale.x(f"{year}-01-01")
        if x >= _LEFT:
            yield x, year
