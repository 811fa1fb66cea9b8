"""Legal holds: while one is in force, nothing of the accounts that it names is destroyed.

The table is kept by the archive. A row is a decision of the role that it names. One of a role that may not decide on it
is told and holds all the same, until somebody has set it right: what is destroyed does not come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.selection.choosing import listed
from sma_plugin.selection.configured import dates_of, read_configured
from sma_plugin.selection.naming import names_it
from sma_plugin.selection.records import AccountRecord, Decision, Hold
from sma_plugin.selection.tables import in_words, read_table
from sma_plugin.settings import Settings

SUBJECT = "hold"
_NEEDED = ("name", "ground", "from", "role", "date")


class Held(NamedTuple):
    """A hold, and the accounts that its row names; all when it names none."""

    hold: Hold
    accounts: tuple[str, ...]
    place: str


class Holds(msgspec.Struct, frozen=True):
    """The legal holds of the configured tables, with what was wrong in these."""

    held: tuple[Held, ...]
    findings: tuple[Finding, ...] = ()

    def of(self, account: AccountRecord, on: str, handles: Sequence[str] = ()) -> tuple[Hold, ...]:
        """The holds that are in force for an account on a day (ISO date)."""
        return tuple(
            one.hold
            for one in self.held
            if one.hold.since <= on and on <= (one.hold.until or on) and names_it(one.accounts, account, handles)
        )


def load_holds(settings: Settings) -> Holds:
    """Read the configured tables of legal holds."""
    held: list[Held] = []
    findings = read_configured(settings, "holds", lambda path, found: _read(path, settings, held, found))
    return Holds(tuple(held), findings)


def decided_on(hold: Hold) -> Decision:
    """The decision that a hold rests on."""
    why = "stands in the table of legal holds"
    return Decision(SUBJECT, hold.name, why, hold.name, hold.role, hold.date, hold.ground)


def _read(path: Path, settings: Settings, held: list[Held], findings: list[Finding]) -> None:
    for number, row in read_table(path, "hold", findings):
        where: dict[str, Any] = {"path": str(path), "item": str(number), "row": number}
        if absent := next((name for name in _NEEDED if not row.get(name)), None):
            findings.append(make("SMA-S012", **where, **in_words("hold", absent)))
            continue
        days = dates_of("hold", ("from", "until", "date"), row, path, number, findings)
        if days is None:
            continue
        role = settings.roles.get(row["role"])
        if role is None or SUBJECT not in role.decides:
            findings.append(make("SMA-S074", **where, role=row["role"], name=row["name"]))
        hold = Hold(row["name"], row["ground"], days["from"] or "", days["until"], row["role"], days["date"])
        held.append(Held(hold, listed(row.get("accounts", "")), f"{path.name}:{number}"))
