"""One account of the register: every value that it has or had, and what holds in a period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Literal

import msgspec

from sma_plugin.selection.holding import Held, begun, in_period, meet
from sma_plugin.selection.records import AccountRecord, Reference
from sma_plugin.selection.tables import columns

_CUT_BY = {"office": ("office_holder",), "reorganisation": ("custodian", "creator")}
"""The properties whose changes are borders of packages, by the word for it."""


class Link(msgspec.Struct, frozen=True):
    """The category that an account is linked to, from and until when (ISO dates, both included), by which row."""

    list_name: str | None
    category: str | None
    place: str
    since: str | None = None
    until: str | None = None
    list_version: str | None = None


class Entry(msgspec.Struct, frozen=True):
    """One account of the register, with the categories that it is or was linked to, oldest first.

    ``account`` is what the register said last. ``held`` has every value by column, oldest first; ``places`` the rows.
    """

    account: AccountRecord
    links: tuple[Link, ...]
    held: dict[str, tuple[Held, ...]] = {}
    places: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The row that holds now."""
        return self.links[-1].place

    @property
    def handles(self) -> tuple[str, ...]:
        """Every handle that the account has or had, oldest first."""
        return tuple(dict.fromkeys(one.value for one in self.held.get("handle", ())))

    def last(self, column: str) -> str | None:
        """The value of a column that began last."""
        held = self.held.get(column)
        return held[-1].value if held else None

    def during(self, first: str | None, last: str | None) -> AccountRecord:
        """What the register says of the account in a period (ISO days, both included, ``None`` open).

        Of values that followed each other in the period the last one holds, of administrators all. What holds only
        from and until a day is not said of other days; the rest is said of all.
        """
        if first is None and last is None:
            return self.account
        told = {name: found for name, found in self._in(first, last) if found is not None}
        return msgspec.structs.replace(record_of(told), scenario=self.account.scenario)

    def _in(self, first: str | None, last: str | None) -> Iterator[tuple[str, str | None]]:
        for column in columns("register"):
            held = self.held.get(column.name, ())
            found = in_period(held, first, last) or (() if column.lapses else held[-1:])
            if found:
                yield column.name, joined(found) if column.several else found[-1].value

    @property
    def cuts(self) -> tuple[str, ...]:
        """How packages are cut, as the register says it; empty when it leaves that to the configuration."""
        return tuple((self.last("period_cut") or "").split("; ")) if self.last("period_cut") else ()

    @property
    def borders(self) -> tuple[str, ...]:
        """The days on which a new package begins: those named, and those on which a holder or body changed."""
        named = [one for one in self.cuts if one[0].isdigit()]
        changing = [name for cut in self.cuts for name in _CUT_BY.get(cut, ())]
        changed = [day for name in changing for one in self.held.get(name, ()) for day in _ends(one)]
        return tuple(sorted({*named, *changed}))


def _ends(one: Held) -> Iterator[str]:
    """The first day of a value, and the first day after it."""
    if one.since:
        yield one.since
    if one.until:
        yield (date.fromisoformat(one.until) + timedelta(days=1)).isoformat()


def joined(held: list[Held] | tuple[Held, ...]) -> str:
    """Several values as one text, each once."""
    return "; ".join(dict.fromkeys(one.value for one in held))


def entry_of(held: dict[str, list[Held]], rows: list[Held]) -> Entry:
    """The account of these values; ``rows`` are its rows with their periods (their value is nothing)."""
    sorted_ = {name: tuple(sorted(values, key=begun)) for name, values in held.items()}
    told = {name: values[-1].value for name, values in sorted_.items()}
    if "administrator" in sorted_:
        newest = sorted_["administrator"][-1]
        told["administrator"] = joined([one for one in sorted_["administrator"] if meet(one, newest)])
    account = record_of(told)
    if _ever_personal(sorted_):
        account = msgspec.structs.replace(account, scenario="C")
    return Entry(account, tuple(_links(sorted_, rows)), sorted_, tuple(one.place for one in rows))


def _ever_personal(held: dict[str, tuple[Held, ...]]) -> bool:
    """An account that was hybrid or personal at any time may hold what must not be taken whole."""
    kinds = {one.value for one in held.get("kind", ())}
    return bool(kinds & {"hybrid", "personal"}) or any(one.value == "C" for one in held.get("scenario", ()))


def _links(held: dict[str, tuple[Held, ...]], rows: list[Held]) -> Iterator[Link]:
    """The categories with their periods; a row with a period of its own in which no category holds has none."""
    said = {name: {one.place: one.value for one in held.get(name, ())} for name in ("list", "list_version", "category")}
    linked = [one for one in rows if one.place in said["category"] or one.place in said["list"]]
    for row in sorted(rows, key=begun):
        if not any(row is one or meet(row, one) for one in linked):
            linked.append(row)
    for row in sorted(linked, key=begun):
        list_name, version, code = (values.get(row.place) for values in said.values())
        yield Link(list_name, code, row.place, row.since, row.until, version)


def record_of(told: dict[str, str]) -> AccountRecord:
    """The account that these values describe."""
    values: dict[str, Any] = told
    replies = {"yes": True, "no": False}.get(told.get("replies_possible", ""))
    return AccountRecord(
        platform=told.get("platform", ""),
        native_id=told.get("native_id", ""),
        handle=told.get("handle"),
        name=told.get("display_name"),
        url=told.get("url"),
        kind=values.get("kind", "unknown"),
        scenario=values.get("scenario") or _scenario(told.get("kind"), replies),
        status=values.get("status", "unknown"),
        custodian=_body(told, "custodian"),
        creator=_body(told, "creator"),
        administrator=told.get("administrator"),
        process=told.get("process"),
        registered=True,
        status_since=told.get("status_since"),
        opened=told.get("opened"),
        belongs_to=values.get("belongs_to"),
        unit=told.get("unit"),
        office_holder=told.get("office_holder"),
        replies_possible=replies,
        series=told.get("series"),
    )


def _body(told: dict[str, str], name: str) -> Reference | None:
    if name not in told:
        return None
    return Reference(told[name], told.get(f"{name}_id"), told.get(f"{name}_id_source"))


def _scenario(kind: str | None, replies: bool | None) -> Literal["A", "B", "C"] | None:  # noqa: FBT001 -- as told
    """A one-way corporate, B two-way corporate, C hybrid or personal (PRODUCT.md, section 2)."""
    if kind in ("hybrid", "personal"):
        return "C"
    if kind == "corporate" and replies is not None:
        return "B" if replies else "A"
    return None
