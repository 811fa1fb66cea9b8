"""What select decides: per account its value and restrictions, and the packages to compose."""

from __future__ import annotations

import msgspec

from sma_plugin.selection.records import PackageDecisions


class PlannedPackage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One package to compose: its name and the period it covers (microseconds UTC, ``None`` for open)."""

    name: str
    period_from: int | None = None
    period_until: int | None = None


class AccountPlan(msgspec.Struct, frozen=True, omit_defaults=True):
    """One own account: its number in the history store, what was decided, what to compose; none while it is held."""

    account: int
    label: str
    decisions: PackageDecisions
    packages: tuple[PlannedPackage, ...] = ()
    held: bool = False


class Plan(msgspec.Struct, frozen=True):
    """``steps/select/decisions.json``."""

    accounts: tuple[AccountPlan, ...]
