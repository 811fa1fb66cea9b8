"""A picture of posts over time: stacked bars per month, quarter or year, as SVG without anything from outside."""

from __future__ import annotations

from dataclasses import dataclass

CLASSES = ("own", "reply", "others")
COLOURS = {"own": "#154273", "reply": "#39870c", "others": "#e17000"}
_WIDTH, _HEIGHT, _BASE, _LEFT = 720, 200, 170, 44
_MOST_BARS = 48
_UNITS = (("month", 1), ("quarter", 3), ("year", 12))


@dataclass(frozen=True)
class Bar:
    """One bar: its label, place and parts (class, y, height, number)."""

    label: str
    x: float
    width: float
    parts: tuple[tuple[str, float, float, int], ...]
    total: int


@dataclass(frozen=True)
class Chart:
    """Bars with an axis. ``unit`` is what one bar covers; ``ticks`` are (y, number); ``labels`` are (x, text)."""

    unit: str
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, int], ...]
    labels: tuple[tuple[float, str], ...]
    first: str
    last: str
    width: int = _WIDTH
    height: int = _HEIGHT
    base: int = _BASE
    left: int = _LEFT


def chart(months: dict[str, dict[str, int]]) -> Chart | None:
    """The picture of ``Assessment.months``; months without posts are there too. ``None`` when nothing is dated."""
    dated = {month: _three(counts) for month, counts in months.items() if month != "undated"}
    if not dated:
        return None
    first, last = min(dated), max(dated)
    span = _number(last) - _number(first) + 1
    unit, size = next(((name, size) for name, size in _UNITS if span / size <= _MOST_BARS), ("years", 0))
    if not size:
        size = 12 * -(-span // (12 * _MOST_BARS))
        unit = "year"
    start = _number(first) // size * size
    groups: dict[int, list[int]] = {at: [0, 0, 0] for at in range(start, _number(last) + 1, size)}
    for month, counts in dated.items():
        group = groups[_number(month) // size * size]
        for index, count in enumerate(counts):
            group[index] += count
    top = _round_up(max(sum(counts) for counts in groups.values()))
    width = (_WIDTH - _LEFT) / len(groups)
    bars = tuple(
        _bar(_label(at, size), _LEFT + number * width, width, counts, top)
        for number, (at, counts) in enumerate(groups.items())
    )
    every = -(-len(bars) // 12)
    labels = tuple((bar.x + bar.width / 2, bar.label) for bar in bars[::every])
    ticks = (
        tuple((_BASE - _BASE * 0.9 * share, round(top * share)) for share in (0, 0.5, 1))
        if top > 1
        else (
            (_BASE, 0),
            (_BASE * 0.1, top),
        )
    )
    return Chart(unit, bars, ticks, labels, first, last)


def _three(counts: dict[str, int]) -> tuple[int, int, int]:
    own, reply = counts.get("own", 0), counts.get("reply", 0)
    return own, reply, sum(counts.values()) - own - reply


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _label(at: int, size: int) -> str:
    year, month = divmod(at, 12)
    if size == 1:
        return f"{year:04d}-{month + 1:02d}"
    return f"{year:04d}-{month // 3 + 1}" if size == 3 else f"{year:04d}"


def _round_up(number: int) -> int:
    """The next even round number at or above ``number``, so that half of it is whole."""
    scale = 1
    while True:
        for step in (1, 2, 4, 6, 8, 10):
            if step * scale >= number:
                return step * scale
        scale *= 10


def _bar(label: str, x: float, width: float, counts: list[int], top: int) -> Bar:
    parts = []
    y = float(_BASE)
    for klass, count in zip(CLASSES, counts, strict=True):
        height = _BASE * 0.9 * count / top
        y -= height
        if count:
            parts.append((klass, y, height, count))
    gap = width * 0.15
    return Bar(label, x + gap / 2, width - gap, tuple(parts), sum(counts))
