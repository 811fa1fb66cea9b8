"""What select decides: the packages to compose per account, each with its own value and restrictions."""

from __future__ import annotations

import msgspec

from sma_plugin.selection.records import AccountRecord, PackageDecisions


class PlannedPackage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One package to compose: its name, what was decided for it, its period (microseconds UTC, ``None`` open).

    ``part`` names the posts that were chosen for it (``chosen.sqlite``); ``None`` when all of the account's go in.
    """

    name: str
    decisions: PackageDecisions
    period_from: int | None = None
    period_until: int | None = None
    part: str | None = None

    @property
    def is_chosen(self) -> bool:
        """Whether a role chose its posts, and nothing else may be in it (scenario C)."""
        return self.decisions.chosen is not None


class AccountPlan(msgspec.Struct, frozen=True, omit_defaults=True):
    """One own account: its number in the history store, what is known of it, what to compose; none while it is held."""

    account: int
    label: str
    record: AccountRecord
    packages: tuple[PlannedPackage, ...] = ()
    held: bool = False


class Plan(msgspec.Struct, frozen=True):
    """``steps/select/decisions.json``."""

    accounts: tuple[AccountPlan, ...]
