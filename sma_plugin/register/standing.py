"""How an account stands on a day: when it was captured, when it is due, where time was left open, what may be lost."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import reduce
from itertools import pairwise
from typing import Literal

import msgspec

from sma_plugin import notation
from sma_plugin.characteristics.intervals import lives
from sma_plugin.register.seen import SeenAccount, joined
from sma_plugin.selection.register import Entry, Register
from sma_plugin.selection.register_values import facts
from sma_plugin.texts import LANGUAGES, text

State = Literal["never", "late", "due", "in order", "no interval", "closed"]
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
_SOON = 0.25
"""Due is what has to be captured within this part of its interval."""


class Gap(msgspec.Struct, frozen=True):
    """A time without captures that is longer than the interval wanted: its first and last day (ISO), whole days."""

    first: str
    last: str
    days: int


class Losing(msgspec.Struct, frozen=True):
    """Why information may be lost: the name of a text, and the sentence in both languages."""

    reason: str
    nl: str
    en: str


class Standing(msgspec.Struct, frozen=True):
    """One account, in the register or in captures or both, on a day. ``captured`` are the days, oldest first."""

    platform: str
    label: str
    state: State
    entry: Entry | None = None
    seen: SeenAccount | None = None
    captured: tuple[str, ...] = ()
    interval: str | None = None
    due: str | None = None
    gaps: tuple[Gap, ...] = ()
    losing: tuple[Losing, ...] = ()

    @property
    def last(self) -> str | None:
        """The day of the last capture."""
        return self.captured[-1] if self.captured else None


def standings(register: Register, seen: Sequence[SeenAccount], on: str) -> list[Standing]:
    """Every account of the register, then those that captures show and the register lacks."""
    of_entry: dict[int, list[SeenAccount]] = {}
    strangers = []
    place = {id(entry): number for number, entry in enumerate(register.entries)}
    for one in seen:
        entry = register.find(one.platform, one.native_id, [handle.value for handle in one.handles])
        if entry is None:
            strangers.append(one)
        else:
            of_entry.setdefault(place[id(entry)], []).append(one)
    known = [_standing(entry, _as_one(of_entry.get(number, [])), on) for number, entry in enumerate(register.entries)]
    return [*known, *(_unregistered(one) for one in strangers)]


def _as_one(found: list[SeenAccount]) -> SeenAccount | None:
    """What was seen of an account with its id and without; of several accounts that one row may mean, the last."""
    newest = max((one for one in found if one.native_id), key=lambda one: _days(one)[-1:], default=None)
    mine = [one for one in found if newest is None or one.native_id in ("", newest.native_id)]
    return reduce(joined, mine) if mine else None


def _unregistered(one: SeenAccount) -> Standing:
    return Standing(one.platform, label(one.platform, one.label), "no interval", None, one, tuple(_days(one)))


def label(platform: str, name: str | None) -> str:
    """An account as users read it: its platform and what it is called there."""
    return f"{notation.platform(platform)} {name or '(?)'}"


def label_of(entry: Entry) -> str:
    """An account of the register as users read it."""
    handle = entry.account.handle
    return label(entry.account.platform, f"@{handle}" if handle else entry.account.native_id)


def _days(seen: SeenAccount) -> list[str]:
    return sorted({one.at[:10] for one in seen.captures if one.at and len(one.at) >= len("2026-01-31")})


def _standing(entry: Entry, seen: SeenAccount | None, on: str) -> Standing:
    days = _days(seen) if seen else []
    interval, account = entry.last("interval"), entry.account
    closed = account.status == "closed"
    due = after(days[-1], interval) if days and interval and not closed else None
    ends = [*days, on] if days and not closed and on > days[-1] else days
    gaps = [
        Gap(first, last, (date.fromisoformat(last) - date.fromisoformat(first)).days)
        for first, last in pairwise(ends)
        if interval and after(first, interval) < last
    ]
    return Standing(
        account.platform,
        label_of(entry),
        _state(days, due, interval, on, closed=closed),
        entry,
        seen,
        tuple(days),
        interval,
        due,
        tuple(gaps),
        tuple(_losing(entry, seen, days)),
    )


def _state(days: list[str], due: str | None, interval: str | None, on: str, *, closed: bool) -> State:
    if not days:
        return "never"
    if closed:
        return "closed"
    if due is None or interval is None:
        return "no interval"
    soon = (date.fromisoformat(due) - date.fromisoformat(days[-1])).days * _SOON
    begins = (date.fromisoformat(due) - timedelta(days=soon)).isoformat()
    return "late" if due < on else "due" if begins <= on else "in order"


def after(day: str, duration: str) -> str:
    """The day that lies a duration (ISO 8601) after another; of a shorter month the last day.

    >>> after("2026-01-31", "P1M"), after("2026-01-31", "P2W")
    ('2026-02-28', '2026-02-14')
    """
    found = _DURATION.fullmatch(duration)
    years, months, weeks, days = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    begin = date.fromisoformat(day)
    number = (begin.year + years) * 12 + begin.month - 1 + months
    year, month = number // 12, number % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return (date(year, month, min(begin.day, last)) + timedelta(days=days, weeks=weeks)).isoformat()


def _losing(entry: Entry, seen: SeenAccount | None, days: list[str]) -> Iterator[Losing]:
    """What of an account may be gone before it is captured."""
    account = entry.account
    since, last = account.status_since, days[-1] if days else None
    behind = last is None or (since is not None and last < since)
    if account.status == "closed" and behind:
        yield _told("lose_closed", since)
    for rule in facts()["removal"]:
        if rule["platform"] == account.platform and account.status == "unused" and behind:
            yield _told("lose_unused", since, days=rule["days"])
    techniques = {one.technique for one in seen.captures} if seen else set()
    apart = max(((date.fromisoformat(b) - date.fromisoformat(a)).days for a, b in pairwise(days)), default=None)
    for life in lives():
        open_ = account.status not in ("closed", "unused") and not techniques & set(life.kept_by)
        if life.platform == account.platform and open_ and (apart is None or apart * 24 > life.hours):
            yield _told("lose_short_lived" if days else "lose_lapsed", None, hours=life.hours, kind=life.kind)


def _told(reason: str, since: str | None, **params: object) -> Losing:
    words = {}
    for language in LANGUAGES:
        day = text("register_on_day", language, day=notation.day(since, language)) if since else ""
        kind = notation.word("short_lived", str(params.get("kind")), language)
        words[language] = text(f"register_{reason}", language, **{**params, "day": day, "kind": kind})
    return Losing(reason, words["nl"], words["en"])
