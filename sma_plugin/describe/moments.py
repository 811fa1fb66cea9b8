"""Recorded times as the standards want them: ISO 8601, with a zone, or with the precision that is really known."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

_COARSE = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?")
_DURATION = re.compile(r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?")
_FARTHEST = timedelta(hours=14)
_ASSUMED = "recorded without a time zone ({}); UTC assumed"
_UNREADABLE = "recorded as: {}"


class Time(NamedTuple):
    """A time that PREMIS, METS and MDTO all accept, and what had to be done to get there."""

    text: str
    remark: str | None = None


def time_of(recorded: str | None, otherwise: str) -> Time:
    """A recorded time, whole or coarse (year, month, day); ``otherwise`` with a remark where it is no time.

    >>> time_of("2024-05", "2026-01-01T00:00:00Z")
    Time(text='2024-05', remark=None)
    >>> time_of("2024-05-01T10:00:00", "2026-01-01T00:00:00Z").text
    '2024-05-01T10:00:00+00:00'
    """
    if not recorded:
        return Time(otherwise)
    if _COARSE.fullmatch(recorded) and recorded[:4] != "0000":
        return Time(recorded)
    if is_date(recorded):
        return Time(recorded)
    found = zoned(recorded)
    return found or Time(otherwise, _UNREADABLE.format(recorded))


def first_day(time: Time) -> Time:
    """A month or year as its first day, with the precision in the remark; other times as they are.

    >>> first_day(Time("2024-05"))
    Time(text='2024-05-01', remark='recorded as: 2024-05')
    """
    if not _COARSE.fullmatch(time.text):
        return time
    return Time(time.text + "-01-01"[len(time.text) - 10 :], _UNREADABLE.format(time.text))


def zoned(recorded: str | None) -> Time | None:
    """A recorded moment as ``xs:dateTime`` with a zone; ``None`` for a mere date and for what is no time."""
    try:
        moment = datetime.fromisoformat(recorded or "")
    except ValueError:
        return None
    if len(recorded or "") <= 10:
        return None
    offset = moment.utcoffset()
    if offset is None:
        return Time(moment.replace(tzinfo=UTC).isoformat(), _ASSUMED.format(recorded))
    if offset.total_seconds() % 60 or abs(offset) > _FARTHEST:
        try:
            moment = moment.astimezone(UTC)
        except OverflowError:
            return None
    return Time(moment.isoformat())


def is_date(text: str | None) -> bool:
    """Whether a text is a calendar date, ``YYYY-MM-DD``."""
    if not text or len(text) != 10:
        return False
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def day_of(recorded: str | None) -> str | None:
    """The date, month or year of a recorded time, as far as it goes.

    >>> day_of("2024-05-01T10:00:00Z")
    '2024-05-01'
    """
    if not recorded:
        return None
    if _COARSE.fullmatch(recorded):
        return recorded
    return recorded[:10] if is_date(recorded[:10]) else None


def is_duration(text: str | None) -> bool:
    """Whether a text is an ``xs:duration``."""
    return bool(text and _DURATION.fullmatch(text))
