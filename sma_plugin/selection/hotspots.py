"""Hotspots: events for which information is kept that would be destroyed otherwise (Archiefbesluit 1995, art. 5).

The table says which posts may belong to one: of which days, with which words and hashtags, of which accounts. A row
that says none of these means nothing, rather than everything.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.selection.choosing import Choice, listed
from sma_plugin.selection.configured import dates_of, read_configured
from sma_plugin.selection.records import Hotspot
from sma_plugin.selection.tables import in_words, read_table
from sma_plugin.settings import Settings

_NEEDED = ("name", "list")


class Spot(NamedTuple):
    """A hotspot with the posts that may belong to it, and the accounts that its row names; all when it names none."""

    hotspot: Hotspot
    choice: Choice
    accounts: tuple[str, ...]
    place: str


class Hotspots(msgspec.Struct, frozen=True):
    """The hotspots of the configured tables, with what was wrong in these."""

    spots: tuple[Spot, ...]
    findings: tuple[Finding, ...] = ()


def load_hotspots(settings: Settings) -> Hotspots:
    """Read the configured tables of hotspots."""
    spots: dict[tuple[str, str | None, str], Spot] = {}
    findings = read_configured(settings, "hotspots", lambda path, found: _read(path, spots, found))
    return Hotspots(tuple(spots.values()), findings)


def _read(path: Path, spots: dict[tuple[str, str | None, str], Spot], findings: list[Finding]) -> None:
    for number, row in read_table(path, "hotspot", findings):
        where: dict[str, Any] = {"path": str(path), "item": str(number), "row": number}
        if absent := next((name for name in _NEEDED if not row.get(name)), None):
            findings.append(make("SMA-S012", **where, **in_words("hotspot", absent)))
            continue
        days = dates_of("hotspot", ("from", "until"), row, path, number, findings)
        if days is None:
            continue
        words = {name: listed(row.get(name, "")) for name in ("hashtags", "keywords")}
        choice, accounts = Choice(days["from"], days["until"], **words), listed(row.get("accounts", ""))
        key = (row["list"], row.get("version") or None, row["name"])
        if choice == Choice() and not accounts:
            findings.append(make("SMA-S075", **where, name=row["name"]))
        elif key in spots:
            findings.append(make("SMA-S076", **where, name=row["name"]))
        else:
            spots[key] = Spot(_hotspot(row, choice), choice, accounts, f"{path.name}:{number}")


def _hotspot(row: dict[str, str], choice: Choice) -> Hotspot:
    return Hotspot(
        row["name"],
        row["list"],
        list_version=row.get("version") or None,
        code=row.get("code") or None,
        since=choice.since,
        until=choice.until,
        ground=row.get("ground") or None,
    )
