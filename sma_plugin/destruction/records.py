"""The list, the approval and the declaration, as they are kept outside the packages that they are about."""

from __future__ import annotations

from typing import Literal

import msgspec

SCHEMA = 1
Verdict = Literal["may", "stopped", "not-yet", "permanent", "unknown"]
"""May be destroyed; is stopped by a hold or hotspot; has its term running; is kept; or nobody can tell."""
Answer = Literal["yes", "no", "not-applicable"]
COVERS = ("replicas", "dips", "overviews", "indexes", "suppliers")
"""What a declaration says of each: whether it was destroyed too."""


class Why(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reason of ``reasons.toml``, with what fills it in; dates and durations as ISO 8601."""

    name: str
    params: dict[str, str] = {}


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One package of a list: which it is, what it holds, how long it is kept and why, and what that comes to.

    ``digest`` (SHA-256) is over its records of captures and decisions and its METS, which names every file with its
    checksum. ``bytes`` is what it takes at ``path``, as a folder or as an archive.
    """

    id: str
    name: str
    path: str
    digest: str
    verdict: Verdict
    why: tuple[Why, ...]
    account: str = ""
    platform: str = ""
    native_id: str = ""
    handle: str | None = None
    series: str = ""
    category: str = ""
    value: str = ""
    period_from: str | None = None
    period_until: str | None = None
    posts: int = 0
    replies: int = 0
    bytes: int = 0
    entity_id: str = ""
    term: str | None = None
    trigger: str | None = None
    starts: str | None = None
    ends: str | None = None
    ground: str | None = None


class DestructionList(msgspec.Struct, frozen=True, omit_defaults=True):
    """What may be destroyed on a day (ISO date), what may not, and what nobody can tell."""

    on: str
    made: str
    archive: str
    custodian: str
    items: tuple[Item, ...]
    schema: int = SCHEMA

    def of(self, verdict: Verdict) -> list[Item]:
        """The items with one verdict."""
        return [item for item in self.items if item.verdict == verdict]


class LeftOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """A package that may be destroyed and is kept all the same, by decision."""

    id: str
    name: str


class Approved(msgspec.Struct, frozen=True):
    """A package that is to be destroyed, and its MDTO record, which stays when it is gone."""

    item: Item
    mdto: str


class Approval(msgspec.Struct, frozen=True, omit_defaults=True):
    """The decision of a role on a list: exactly these packages, by identifier and digest."""

    id: str
    on: str
    role: str
    date: str
    ground: str
    made: str
    archive: str
    custodian: str
    approved: tuple[Approved, ...]
    left_out: tuple[LeftOut, ...] = ()
    schema: int = SCHEMA


class Executed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was done: when, how, by whom (a function or organisation), and what else was covered."""

    date: str
    manner: str
    executor: str
    covered: dict[str, Answer]
    remark: str | None = None


class Declaration(msgspec.Struct, frozen=True, omit_defaults=True):
    """``declaration.json``: the approval, and what was done."""

    id: str
    approval: Approval
    executed: Executed
    made: str
    schema: int = SCHEMA
