"""The overview page: every account, series and capture over packages, with gaps, and what is late or may be lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sma_plugin import __version__, notation
from sma_plugin.describe.page_words import in_order, words
from sma_plugin.describe.pages import template
from sma_plugin.findings import Finding, Language
from sma_plugin.package.files import write_bytes
from sma_plugin.register.seen import SeenAccount
from sma_plugin.register.standing import Standing, standings
from sma_plugin.register.timeline import timeline
from sma_plugin.selection.register import Register
from sma_plugin.texts import text

_ORDER = ("late", "never", "due", "no interval", "in order", "closed")


class InSeries(NamedTuple):
    """An account in a series: how many packages and own posts under which value, and their period."""

    account: str
    category: str
    value: str
    packages: int
    posts: int
    first: str | None
    last: str | None


def write_overview(
    path: Path, register: Register, seen: Sequence[SeenAccount], findings: Sequence[Finding], on: str, first: Language
) -> None:
    """Write the page as it stands on a day, ``first`` the language that it opens in."""
    found = sorted(standings(register, seen, on), key=lambda one: (notation.platform(one.platform), one.label.lower()))
    parts = [_part(found, findings, on, language) for language in in_order(first)]
    page = template("sma_plugin.describe", "accounts.html").render(parts=parts, version=__version__, states=_ORDER)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, page.encode())


def _part(found: list[Standing], findings: Sequence[Finding], on: str, language: Language) -> dict[str, Any]:
    """Everything that the page shows in one language."""
    base = words(findings, language)
    asking = [one for one in found if one.state in _ORDER[:3] or one.losing or one.entry is None]
    return {
        **base,
        "tell": lambda name, **params: text(f"register_{name}", language, **params),
        "on": on,
        "counts": _counts(found),
        "standings": found,
        "asking": sorted(asking, key=lambda one: (one.entry is None, _ORDER.index(one.state))),
        "series": _by_series(found),
        "picture": timeline(found, on),
        "interval": lambda value: _interval(value, language),
        "losing": lambda one: [getattr(losing, language) for losing in one.losing],
        "platform": notation.platform,
    }


def _interval(value: str | None, language: Language) -> str:
    if not value:
        return ""
    known = value in notation.words()["interval"]
    return notation.word("interval", value, language) if known else notation.duration(value, language)


def _counts(found: list[Standing]) -> dict[str, int]:
    registered = [one for one in found if one.entry]
    return {
        "registered": len(registered),
        "captured": sum(bool(one.captured) for one in registered),
        "late": sum(one.state == "late" for one in found),
        "due": sum(one.state == "due" for one in found),
        "never": sum(one.state == "never" for one in found),
        "losing": sum(bool(one.losing) for one in found),
        "strangers": sum(one.entry is None for one in found),
    }


def _by_series(found: list[Standing]) -> list[tuple[str, list[InSeries]]]:
    """The accounts of each series, by the decisions in their packages, else as the register has them."""
    series: dict[str, list[InSeries]] = {}
    for one in found:
        for name, row in _series_of(one):
            series.setdefault(name, []).append(row)
    return sorted(series.items())


def _series_of(one: Standing) -> Iterator[tuple[str, InSeries]]:
    packages = one.seen.packages if one.seen else ()
    keys = dict.fromkeys((package.decided.series.name, package.decided.value) for package in packages)
    for name, value in keys:
        mine = [
            package for package in packages if (package.decided.series.name, package.decided.value) == (name, value)
        ]
        categories = [package.decided.category for package in mine]
        codes = dict.fromkeys(f"{one.code} {one.label}" for one in categories if one)
        yield (
            name,
            InSeries(
                one.label,
                "; ".join(codes),
                value,
                len(mine),
                sum(package.counts.get("posts", 0) for package in mine),
                min((package.period_from for package in mine if package.period_from), default=None),
                max((package.period_until for package in mine if package.period_until), default=None),
            ),
        )
    if not packages and one.entry:
        link = one.entry.links[-1]
        yield one.entry.account.series or "", InSeries(one.label, link.category or "", "", 0, 0, None, None)
