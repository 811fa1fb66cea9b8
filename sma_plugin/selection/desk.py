"""What every question of *select* works with: the run's tables and history, who is asked, and what is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.selection.asking import Asking, Question, waiting
from sma_plugin.selection.holds import Holds
from sma_plugin.selection.hotspots import Hotspots
from sma_plugin.selection.lists import Lists
from sma_plugin.selection.parts import Parts
from sma_plugin.selection.records import AccountRecord, Decision, PackageDecisions
from sma_plugin.selection.register import Register
from sma_plugin.selection.rights import Rights
from sma_plugin.settings import Settings


class Met(NamedTuple):
    """An own account of the history: its number and names there, and what is known of it."""

    number: int
    label: str
    stem: str
    """How its packages' names begin."""
    record: AccountRecord
    handles: tuple[str, ...] = ()


class Share(NamedTuple):
    """The posts of an account that go into packages of one value: all (no ``part``) or those that were chosen."""

    decisions: PackageDecisions
    part: str | None = None


@dataclass
class Desk:
    """The tables of a run, its history, who is asked. ``told`` collects what there is to say of the accounts."""

    settings: Settings
    register: Register
    lists: Lists
    hotspots: Hotspots
    holds: Holds
    rights: Rights
    history: sqlite3.Connection
    parts: Parts
    asking: Asking
    sizes: Callable[[], Mapping[str, int]]
    """The bytes of every delivered file by its path; asked for only where a cost is shown."""
    told: list[Finding] = field(default_factory=list)
    _waiting: set[str] = field(default_factory=set)

    def tell(self, code: str, met: Met, **params: object) -> None:
        """Note a finding about an account."""
        self.told.append(make(code, account=met.label, **params))  # type: ignore[arg-type]

    def wait(self, put: Question) -> None:
        """Note that an account waits for the answer to a question, once."""
        if put.id in self._waiting:
            return
        self._waiting.add(put.id)
        self.told.append(waiting(put))


def also(decided: PackageDecisions, decision: Decision) -> PackageDecisions:
    """The decisions for a package with one more."""
    return msgspec.structs.replace(decided, decisions=(*decided.decisions, decision))
