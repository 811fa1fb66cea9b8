"""The tables that the configuration names: which are there, and what is wrong with their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.notation import choices, moment_meant
from sma_plugin.selection.tables import Row, TableError, in_words
from sma_plugin.settings import Paths, Settings
from sma_plugin.sheets import ENDINGS
from sma_plugin.texts import LANGUAGES

_ENDINGS = (*ENDINGS, ".json", ".toml")


def read_configured(
    settings: Settings,
    kind: str,
    read: Callable[[Path, list[Finding]], None],
    join: Callable[[list[Finding]], None] = lambda _findings: None,
) -> tuple[Finding, ...]:
    """Let ``read`` read every table of a kind (a field of ``[paths]``), then ``join`` them; gives what was wrong.

    A folder stands for the tables in it. One that is not there is a finding only when it was configured by name.
    """
    findings: list[Finding] = []
    for path in _present(settings, kind, findings):
        try:
            read(path, findings)
        except TableError as error:
            findings.append(error.finding)
    join(findings)
    return tuple(as_configured(one, settings) for one in findings)


def unusable(code: str, table: str, path: Path, number: int, column: str, value: str, **known: Any) -> Finding:
    """A finding about a cell that holds what it may not hold; ``known_nl`` and ``known_en`` say what it may."""
    may = known or {"known_nl": choices(column, "nl"), "known_en": choices(column, "en")}
    return make(code, path=str(path), item=str(number), row=number, value=value, **in_words(table, column), **may)


def dates_of(
    table: str, names: Sequence[str], row: Row, path: Path, number: int, findings: list[Finding]
) -> dict[str, str | None] | None:
    """The days in these columns as ISO dates; ``None``, and told, when one is no day or the last precedes the first."""
    days: dict[str, str | None] = {}
    for name in names:
        day = moment_meant(row.get(name, "")) if row.get(name) else None
        if row.get(name) and (day is None or len(day) < _DAY):
            findings.append(unusable("SMA-S014", table, path, number, name, row[name], **_KNOWN_DAYS))
            return None
        days[name] = day and day[:_DAY]
    if days.get("from") and days.get("until") and str(days["until"]) < str(days["from"]):
        known: dict[str, Any] = {f"known_{name}": days["from"] + " -" for name in LANGUAGES if days["from"]}
        findings.append(unusable("SMA-S014", table, path, number, "until", row["until"], **known))
        return None
    return days


_DAY = len("2026-01-31")
_KNOWN_DAYS: dict[str, Any] = {
    "known_nl": "een datum als 31-1-2026 of 2026-01-31",
    "known_en": "a date such as 2026-01-31",
}


def _present(settings: Settings, kind: str, findings: list[Finding]) -> Iterable[Path]:
    names: tuple[str, ...] = getattr(settings.paths, kind)
    for name in names:
        path = settings.resolve(name)
        if path.is_dir():
            yield from sorted(
                one for one in path.iterdir() if one.suffix.lower() in _ENDINGS and one.name[0] not in "~."
            )
        elif path.is_file():
            yield path
        elif kind in settings.named or names != getattr(Paths(), kind):
            findings.append(make("SMA-S010", path=str(path), reason_nl="bestaat niet", reason_en="it does not exist"))


def as_configured(finding: Finding, settings: Settings) -> Finding:
    """The finding with the table's path as the configuration has it: a package does not say where this machine is."""
    base = settings.resolve(".")
    places = tuple(
        msgspec.structs.replace(place, path=Path(place.path).relative_to(base).as_posix())
        if place.path and Path(place.path).is_relative_to(base)
        else place
        for place in finding.places
    )
    return msgspec.structs.replace(finding, places=places)
