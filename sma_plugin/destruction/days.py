"""Days that people name."""

from __future__ import annotations

import re
from datetime import date

from sma_plugin.notation import moment_meant, words
from sma_plugin.selection.subjects import is_past
from sma_plugin.texts import UserError

_IN_WORDS = re.compile(r"(\d{1,2})\s+([a-z]+)\s+(\d{4})", re.IGNORECASE)


def day_named(told: str) -> str:
    """A day as ISO date, also when its month is a word. Raises :class:`UserError` for what is none.

    >>> day_named("1 januari 2031"), day_named("1-1-2031"), day_named("2031-01-01")
    ('2031-01-01', '2031-01-01', '2031-01-01')
    """
    found = _in_words(told.strip()) or moment_meant(told.strip()) or ""
    if len(found) < len("2026-01-31"):
        raise UserError("destruction_day", value=told)
    return found[:10]


def _in_words(told: str) -> str | None:
    found = _IN_WORDS.fullmatch(told)
    if not found:
        return None
    named = found.group(2).casefold()
    month = next((one for one, both in words()["month"].items() if named in map(str.casefold, both.values())), None)
    try:
        return date(int(found.group(3)), int(month), int(found.group(1))).isoformat() if month else None
    except ValueError:
        return None


def day_told(told: str) -> str:
    """A day on which something was done. Raises :class:`UserError` for what is none, and for one that is to come."""
    found = day_named(told)
    if not is_past(found):
        raise UserError("destruction_future", value=told)
    return found


def today() -> str:
    """This day as the user's calendar has it."""
    return date.today().isoformat()  # noqa: DTZ011
