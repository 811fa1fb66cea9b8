"""Numbers, sizes, dates and values as a reader of Dutch or English writes them; the words are ``words.toml``.

>>> number(12345, "nl"), size(1_234_567, "nl"), day("2024-02-13T13:30:00Z", "nl")
('12.345', '1,2 MB', '13 februari 2024')
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from sma_plugin.findings import Language
from sma_plugin.texts import LANGUAGES

_MOMENT = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d:\d\d)(?::\d\d(?:[.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?")
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def number(value: int, language: Language) -> str:
    """A whole number with the thousands set apart."""
    return f"{value:,}".replace(",", "." if language == "nl" else ",")


def percent(part: int, whole: int, language: Language) -> str:
    """A share in whole percents; what is not quite all or nothing does not become it by rounding.

    >>> percent(2, 3, "nl"), percent(999, 1000, "en"), percent(1, 1000, "nl"), percent(0, 0, "en")
    ('67 %', '99%', '1 %', '')
    """
    if not whole:
        return ""
    share = round(100 * part / whole)
    share = min(share, 99) if part < whole else share
    return f"{max(share, 1) if part else share}{' ' if language == 'nl' else ''}%"


def size(value: int, language: Language) -> str:
    """A number of bytes in the decimal unit that reads best."""
    scaled, unit = float(value), _UNITS[0]
    for unit in _UNITS:
        if scaled < 1000 or unit == _UNITS[-1]:
            break
        scaled /= 1000
    if unit == _UNITS[0]:
        return f"{value} {'byte' if value == 1 else unit}"
    shown = f"{scaled:.1f}"
    return f"{shown.replace('.', ',') if language == 'nl' else shown} {unit}"


def month(value: str, language: Language, *, short: bool = False) -> str:
    """A month (``YYYY-MM``) in words.

    >>> month("2024-03", "nl"), month("2024-03", "en", short=True)
    ('maart 2024', 'Mar 2024')
    """
    name = word("month", value[5:7], language)
    return f"{_short(name, language) if short else name} {value[:4]}"


def _short(name: str, language: Language) -> str:
    return "mrt" if language == "nl" and name == "maart" else name[:3]


def day(value: str | None, language: Language) -> str:
    """A recorded date without its time; what is no date is given as it is.

    >>> day("2024-02", "en"), day("sometime", "en"), day(None, "en")
    ('February 2024', 'sometime', '')
    """
    found = _MOMENT.fullmatch(value or "")
    return _date(found, language) if found else value or ""


def moment(value: str | None, language: Language) -> str:
    """A recorded moment with its time and zone, as precise as it is recorded.

    >>> moment("2024-02-13T13:30:05Z", "en"), moment("2024-02-13T14:30:00+01:00", "nl"), moment("2024", "nl")
    ('13 February 2024, 13:30 UTC', '13 februari 2024, 14:30 (+01:00)', '2024')
    """
    found = _MOMENT.fullmatch(value or "")
    if not found:
        return value or ""
    clock, zone = found.group(4), found.group(5)
    if not clock:
        return _date(found, language)
    shown = " UTC" if zone in ("Z", "+00:00", "+0000") else f" ({zone})" if zone else ""
    return f"{_date(found, language)}, {clock}{shown}"


def _date(found: re.Match[str], language: Language) -> str:
    year, number_of_month, number_of_day = found.group(1, 2, 3)
    if not number_of_month or number_of_month not in words()["month"]:
        return year
    named = f"{word('month', number_of_month, language)} {year}"
    return f"{int(number_of_day)} {named}" if number_of_day else named


def period(first: str | None, last: str | None, language: Language) -> str:
    """From the first day to the last; a question mark for a side that is not known, nothing when neither is.

    >>> period("2024-02-01T00:00:00Z", None, "nl")
    '1 februari 2024 – ?'
    """
    if not first and not last:
        return ""
    days = [day(value, language) or "?" for value in (first, last)]
    return days[0] if days[0] == days[1] else " – ".join(days)


def word(kind: str, value: str, language: Language) -> str:
    """A value in words (``words.toml``); one without words is shown as it is."""
    return words().get(kind, {}).get(value, {}).get(language, value)


def word_in_each(name: str, kind: str, value: str) -> dict[str, Any]:
    """A value in the words of each language, as texts take them.

    >>> word_in_each("kind", "medium", "image")
    {'kind_nl': 'afbeelding', 'kind_en': 'image'}
    """
    return {f"{name}_{language}": word(kind, value, language) for language in LANGUAGES}


def ordered(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Counts by unit in the order in which people ask for them; zeros are left in."""
    order = list(words()["unit"])
    return sorted(counts.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))


def unit(name: str, count: int, language: Language) -> str:
    """What is counted, in the form that goes with the number.

    >>> unit("posts", 1, "nl"), unit("media missing", 2, "en")
    ('eigen bericht', 'media missing')
    """
    return word("unit_one" if count == 1 else "unit", name, language)


_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")


def duration(value: str, language: Language) -> str:
    """An ISO 8601 duration in words; what is none is given as it is.

    >>> duration("P5Y", "nl"), duration("P1Y6M", "en"), duration("ooit", "nl")
    ('5 jaar', '1 year, 6 months', 'ooit')
    """
    found = _DURATION.fullmatch(value)
    parts = zip(("year", "month", "week", "day"), found.groups() if found else (), strict=False)
    shown = [
        f"{int(count)} {word('span' if count == '1' else 'spans', unit, language)}" for unit, count in parts if count
    ]
    return ", ".join(shown) or value


def meant(kind: str, text: str) -> str | None:
    """The value that a text stands for: the value itself, its words in either language, with or without their letter.

    >>> meant("kind", "Zakelijk"), meant("scenario", "b"), meant("value", "B – blijvend te bewaren"), meant("kind", "?")
    ('corporate', 'B', 'B', None)
    """
    told = as_chosen(text)
    for value, both in words().get(kind, {}).items():
        named = [as_chosen(name) for name in both.values()]
        if told in (value.casefold(), *named, *(name.partition(" – ")[2] for name in named if " – " in name)):
            return value
    return None


def as_chosen(text: str) -> str:
    """A text for comparison: a list of choices in a workbook can hold neither commas nor quotation marks.

    >>> as_chosen("Eén pakket,  langste termijn")
    'eén pakket langste termijn'
    """
    return " ".join(text.casefold().replace(",", " ").replace('"', "'").split())


_DUTCH = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ ,T]+(?:om )?(\d{1,2})[:.](\d\d)(?: uur)?)?")
_COARSE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")


def moment_meant(text: str) -> str | None:
    """A date or moment as ISO 8601, also when it was written day first; ``None`` for what is none.

    >>> moment_meant("31-1-2026 14:00"), moment_meant("2026-01-31"), moment_meant("2026"), moment_meant("vorige week")
    ('2026-01-31T14:00:00', '2026-01-31', '2026', None)
    """
    if _COARSE.fullmatch(text):
        return text
    found = _DUTCH.fullmatch(text)
    try:
        if found:
            day, month, year = (int(part) for part in found.group(1, 2, 3))
            if found.group(4) is None:
                return date(year, month, day).isoformat()
            return datetime(year, month, day, int(found.group(4)), int(found.group(5))).isoformat()  # noqa: DTZ001 -- as written
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text


def choices(kind: str, language: Language) -> str:
    """Every value that may be chosen, in words."""
    return "; ".join(both[language] for both in words()[kind].values())


def platform(value: str | None) -> str:
    """What a platform is called (``readers/platforms.toml``)."""
    known = platforms().get(value or "")
    return str(known["label"]) if known else value or "–"


def platform_meant(text: str) -> str:
    """The platform that a text stands for: its own name in lower case, or the label it goes by.

    >>> platform_meant("X (Twitter)"), platform_meant("Mastodon"), platform_meant("Hyves")
    ('x', 'mastodon', 'hyves')
    """
    told = text.strip().casefold()
    return next((name for name, known in platforms().items() if str(known["label"]).casefold() == told), told)


@cache
def words() -> dict[str, dict[str, dict[Language, str]]]:
    """Every value in words: kind, value, language."""
    found: dict[str, dict[str, dict[Language, str]]] = _toml(__package__, "words.toml")
    return found


@cache
def platforms() -> dict[str, dict[str, object]]:
    """What is known of each platform, by its name in the software (``readers/platforms.toml``)."""
    found: dict[str, dict[str, object]] = _toml("sma_plugin.readers", "platforms.toml")
    return found


def _toml(package: str, name: str) -> Any:
    return tomllib.loads(files(package).joinpath(name).read_text(encoding="utf-8"))
