"""The legal position of what is taken in: placed out, transferred early or transferred, and under which statute."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.notation import meant, moment_meant
from sma_plugin.selection.configured import read_configured, unusable
from sma_plugin.selection.laws import Statute, in_force, laws, statute_named
from sma_plugin.selection.lists import Lists
from sma_plugin.selection.records import AccountRecord, Category, LegalPosition
from sma_plugin.selection.register import Register
from sma_plugin.selection.scope import Scope, near, scope_of, strayed
from sma_plugin.selection.tables import Row, in_words, read_table
from sma_plugin.settings import Settings

TABLE = "accession"
_DAY = len("2026-01-31")


class Accession(msgspec.Struct, frozen=True):
    """A row: for whom which legal position holds."""

    scope: Scope
    position: LegalPosition


class Accessions(msgspec.Struct, frozen=True):
    """Every row that can be used, with what was wrong in the tables."""

    rows: tuple[Accession, ...] = ()
    findings: tuple[Finding, ...] = ()

    def of(self, account: AccountRecord, handles: Sequence[str], category: Category | None) -> LegalPosition | None:
        """The legal position of an account under a category: that of the narrowest row, and of those the last."""
        found = [one for one in self.rows if one.scope.covers(account, handles, category)]
        return max(found, key=lambda one: (one.scope.rank, one.position.date or "")).position if found else None


def load_accessions(settings: Settings, register: Register, lists: Lists) -> Accessions:
    """Read the configured tables of accessions."""
    rows: list[Accession] = []

    def read(path: Path, findings: list[Finding]) -> None:
        for number, row in read_table(path, TABLE, findings):
            if one := _accession(settings, path, number, row, findings):
                rows.append(one)
                findings.extend(strayed(TABLE, one.scope, (str(path), number), register, lists))

    findings = read_configured(settings, "accessions", read)
    return Accessions(tuple(rows), findings)


def _accession(settings: Settings, path: Path, number: int, row: Row, findings: list[Finding]) -> Accession | None:
    where: dict[str, Any] = {"path": str(path), "item": str(number), "row": number}
    position, day = meant("position", row["position"]), moment_meant(row["date"])
    named = row.get("statute") or settings.archive.statute
    statute = statute_named(named)
    absent = next((name for name in ("position", "date") if not row[name]), None)
    if absent:
        findings.append(make("SMA-S012", **where, **in_words(TABLE, absent)))
    elif position is None:
        findings.append(unusable("SMA-S014", TABLE, path, number, "position", row["position"]))
    elif day is None or len(day) < _DAY:
        findings.append(unusable("SMA-S014", TABLE, path, number, "date", row["date"], **_DATES))
    elif row.get("statute") and statute is None:
        words = in_words(TABLE, "statute") | near(named, (one.name for one in laws().statute))
        findings.append(make("SMA-S090", **where, value=named, **words))
    elif _may(settings, row, where, findings):
        if statute:
            findings.extend(_not_in_force(statute, day[:_DAY], settings, where))
        told = LegalPosition(
            position,  # type: ignore[arg-type]
            statute.name if statute else named,
            day[:_DAY],
            row.get("number") or None,
            row.get("role") or None,
        )
        return Accession(scope_of(row), told)
    return None


def _may(settings: Settings, row: Row, where: dict[str, Any], findings: list[Finding]) -> bool:
    """Whether the role that a row names, if any, is one of the configuration."""
    role = row.get("role")
    if role and role not in settings.roles:
        words = in_words(TABLE, "role") | near(role, settings.roles)
        findings.append(make("SMA-S090", **where, value=role, **words))
        return False
    return True


def _not_in_force(statute: Statute, day: str, settings: Settings, where: dict[str, Any]) -> list[Finding]:
    begins = in_force(statute, settings)
    return [] if begins and begins <= day else [make("SMA-S099", **where, statute=statute.name, date=day)]


_DATES: dict[str, Any] = {"known_nl": "een dag als 31-1-2026 of 2026-01-31", "known_en": "a day such as 2026-01-31"}
