"""Where captures and packages are stored, as declared: within the European Economic Area or not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec

from sma_plugin.facts import facts
from sma_plugin.findings import Finding, make
from sma_plugin.model import Capture
from sma_plugin.settings import Settings

_PART = re.compile(r"\s*[,;/()\n]\s*")
_REGION = re.compile(r"[a-z]{2,4}-[a-z]+-\d")


class Countries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``countries.toml``: codes, the names that they go by, names of suppliers' regions, who is of the EEA."""

    eea: tuple[str, ...]
    regions: dict[str, str]
    names: dict[str, tuple[str, ...]]


def stored(settings: Settings, captures: Iterable[Capture]) -> Iterator[Finding]:
    """A finding for each declared place in a country outside the EEA; a place without a country tells nothing."""
    for capture in captures:
        subject = {"subject_nl": f"Vastlegging {capture.id}", "subject_en": f"Capture {capture.id}"}
        yield from _place(capture.storage_location, subject)
    yield from _place(settings.archive.storage_location, {"subject_nl": "Het archief", "subject_en": "The archive"})


def countries_in(location: str) -> list[str]:
    """The codes of the countries that a description of a place names.

    >>> countries_in("Frankfurt, Duitsland"), countries_in("us-east-1"), countries_in("kelder"), countries_in("NL")
    (['DE'], ['US'], [], ['NL'])
    """
    found = {part.upper() for part in _PART.split(location) if part.isupper() and part in _known().names}
    found |= {_names()[name.casefold()] for name in _spelt().findall(location)}
    for region in _REGION.findall(location.lower()):
        beginning = max((one for one in _known().regions if region.startswith(one)), key=len, default=None)
        if beginning:
            found.add(_known().regions[beginning])
    return sorted(found)


def _place(location: str | None, subject: dict[str, Any]) -> Iterator[Finding]:
    if not location:
        return
    found = countries_in(location)
    outside = [one for one in found if one not in _known().eea]
    for one in outside:
        names = _known().names[one]
        told: dict[str, Any] = {"country_nl": names[0], "country_en": names[1] if len(names) > 1 else names[0]}
        yield make("SMA-S102", item=location, location=location, **subject, **told)


@cache
def _known() -> Countries:
    return facts(__package__, "countries.toml", Countries)


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): code for code, names in _known().names.items() for name in names}


@cache
def _spelt() -> re.Pattern[str]:
    """Every name of a country as a whole word; the longest first."""
    names = "|".join(re.escape(name) for name in sorted(_names(), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{names})(?![\w-])", re.IGNORECASE)
