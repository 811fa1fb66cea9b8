"""Time in which something may be missing: unusual silence, and captures further apart than content lives."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from statistics import median

import msgspec

from sma_plugin.facts import facts
from sma_plugin.findings import MAX_PLACES, Finding, Place, make
from sma_plugin.history.absent import timed_captures
from sma_plugin.notation import word_in_each

_DAYS = """
SELECT DISTINCT account, created_us / 86400000000 FROM post WHERE class = 'own' AND created_us IS NOT NULL
ORDER BY account, 2"""
_FEW = 20
"""From so many days with posts it can be told what is usual."""
_SHORTEST, _TIMES, _RARE = 14, 10, 3
"""A silence is unusual from so many days, so many times the usual interval, and so many times one in twenty."""
_DAY_US, _HOUR_US = 86_400_000_000, 3_600_000_000


class Life(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Content of a platform that can be captured for so many hours only (lifetimes.toml)."""

    platform: str
    kind: str
    hours: int
    source: str
    kept_by: tuple[str, ...] = ()


@cache
def lives() -> tuple[Life, ...]:
    """What lives short."""
    return facts(__package__, "lifetimes.toml", dict[str, tuple[Life, ...]])["life"]


def silences(db: sqlite3.Connection) -> Iterator[Finding]:
    """Periods without posts that are unusually long for the account. No proof: it may have paused."""
    days: dict[int, list[int]] = {}
    for account, day in db.execute(_DAYS):
        days.setdefault(account, []).append(day)
    for known in days.values():
        if len(known) < _FEW:
            continue
        apart = [later - earlier for earlier, later in pairwise(known)]
        usual, rare = median(apart), sorted(apart)[int(0.95 * (len(apart) - 1))]
        least = max(_SHORTEST, _TIMES * usual, _RARE * rare)
        found = [(later - earlier, earlier, later) for earlier, later in pairwise(known) if later - earlier > least]
        if found:
            longest = sorted(found, reverse=True)[:MAX_PLACES]
            places = tuple(Place(item=f"{_iso(earlier)} – {_iso(later)}") for _, earlier, later in longest)
            finding = make("SMA-H040", days=longest[0][0], usual=round(usual))
            yield msgspec.structs.replace(finding, count=len(found), places=places)


def _iso(day: int) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day).isoformat()


def lapsed(db: sqlite3.Connection) -> Iterator[Finding]:
    """Content that may have lapsed between two captures, or before the only one."""
    timed = timed_captures(db)
    for life in lives():
        mine = [one for one in timed if one.record.platform == life.platform]
        if not mine or any(one.record.technique in life.kept_by for one in mine):
            continue
        apart = max((later.at - earlier.at for earlier, later in pairwise(mine)), default=None)
        if apart is not None and apart <= life.hours * _HOUR_US:
            continue
        kinds = word_in_each("kind", "short_lived", life.kind)
        if apart is None:
            yield make("SMA-H041", hours=life.hours, capture=mine[0].record.id, **kinds)
        else:
            yield make("SMA-H042", hours=life.hours, days=max(round(apart / _DAY_US), 1), **kinds)
