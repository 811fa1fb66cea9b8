"""Dates as Meta writes them in its pages: in the account's language, in the account's own time, without a zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import NamedTuple

import msgspec

from sma_plugin.facts import facts
from sma_plugin.model import Moment
from sma_plugin.readers.values import microseconds

_TOKEN = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?|\d+|[^\W\d_]+(?:\.[^\W\d_]+)*|[^\w\s]+")
_NOISE = re.compile(r"[.,;:·|()/\-–—년월일年月日]+")
_AFTERNOON_FIRST = {"오후": 12, "下午": 12, "오전": 0, "上午": 0}
_LONGEST = 80


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    morning: tuple[str, ...]
    afternoon: tuple[str, ...]
    others: tuple[str, ...]
    updated: tuple[str, ...]


class _Dates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    months: dict[str, tuple[str, ...]]
    words: _Words


class Said(NamedTuple):
    """A date as it is written, read by the clock of the account; ``assumed`` when day and month could be turned."""

    at: datetime
    assumed: str | None


@cache
def _dates() -> _Dates:
    return facts(__package__, "dates.toml", _Dates)


@cache
def _months() -> dict[str, int]:
    """Months by every name in every language; a short name that two languages use for two months is of the first."""
    found: dict[str, int] = {}
    for names in _dates().months.values():
        for number, alike in enumerate(names, 1):
            for name in alike.split():
                found.setdefault(name, number)
    return found


def read_date(text: str) -> Said | None:
    """The moment that a text is, when it is a date and nothing else.

    >>> read_date("Dec 25, 2020 11:30:00 pm").at, read_date("25 dec. 2020 om 23:30").at
    (datetime.datetime(2020, 12, 25, 23, 30), datetime.datetime(2020, 12, 25, 23, 30))
    >>> read_date("De markt is op 25 december 2020 om 23:30") is None
    True
    """
    if len(text) > _LONGEST or not any(sign.isdigit() for sign in text):
        return None
    reading = _Reading()
    for token in _TOKEN.findall(text.casefold()):
        if not reading.take(token):
            return None
    return reading.said()


class _Reading:
    """The parts of a date while its words are gone through."""

    def __init__(self) -> None:
        self._numbers: list[str] = []
        self._month = 0
        self._clock: tuple[int, int, int] | None = None
        self._half: int | None = None

    def take(self, token: str) -> bool:
        """Take in one word, number or sign; false when no date has it."""
        words = _dates().words
        bare = token.rstrip(".")
        if ":" in token and token[0].isdigit():
            hour, minute, second = (*map(int, token.split(":")), 0)[:3]
            self._clock = (hour, minute, second)
        elif token.isdigit():
            self._numbers.append(token)
        elif self._clock and (bare in words.morning or bare in words.afternoon):
            self._half = 12 if bare in words.afternoon else 0
        elif bare in _AFTERNOON_FIRST:
            self._half = _AFTERNOON_FIRST[bare]
        elif bare in _months() and not self._month:
            self._month = _months()[bare]
        else:
            return bare in words.others or _NOISE.fullmatch(token) is not None
        return True

    def said(self) -> Said | None:
        """The date, when there is a day, a month and a year."""
        days = self._day()
        if days is None:
            return None
        year, month, day, assumed = days
        hour, minute, second = self._clock or (0, 0, 0)
        if self._clock is None:
            assumed = "start-of-day"
        if self._half is not None and hour <= 12:
            hour = hour % 12 + self._half
        try:
            return Said(datetime(year, month, day, hour, minute, second), assumed)  # noqa: DTZ001 -- it has no zone
        except ValueError:
            return None

    def _day(self) -> tuple[int, int, int, str | None] | None:
        numbers = self._numbers
        years = [index for index, number in enumerate(numbers) if len(number) == 4]
        if len(years) != 1 or len(numbers) != (2 if self._month else 3):
            return None
        year = int(numbers[years[0]])
        rest = [int(number) for index, number in enumerate(numbers) if index != years[0]]
        if self._month:
            return year, self._month, rest[0], None
        if years[0] == 0:
            return year, rest[0], rest[1], None
        first, second = rest
        if second > 12:
            return year, first, second, None
        return year, second, first, None if first > 12 or first == second else "day-before-month"


def updated(text: str) -> Said | None:
    """The moment that a text says something was last changed on (``Updated May 02, 2011 8:12:17 am``)."""
    folded = text.casefold()
    for word in sorted(_dates().words.updated, key=len, reverse=True):
        if folded.startswith((f"{word} ", f"{word}:")):
            return read_date(text[len(word) + 1 :])
    return None


def moment_of(said: Said, raw: str, zone: tzinfo | None) -> Moment:
    """The moment of a date by the clock of the account; without a zone it is read as UTC, and says so."""
    assumed = [said.assumed] if said.assumed else []
    if zone is None:
        assumed.append("zone:UTC")
    try:
        us = microseconds(said.at.replace(tzinfo=zone or UTC).astimezone(UTC))
    except (OverflowError, ValueError):
        return Moment(None, raw)
    return Moment(us, raw, ";".join(assumed) or None)
