"""The register of accounts, as CSV or XLSX."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.model import AccountRef
from sma_plugin.notation import meant, moment_meant
from sma_plugin.selection.configured import read_configured, unusable
from sma_plugin.selection.records import AccountRecord, Reference
from sma_plugin.selection.tables import Row, in_words, read_table
from sma_plugin.settings import Settings

_YES = ("yes", "ja", "true", "waar", "1")


class Link(msgspec.Struct, frozen=True):
    """The category that an account is linked to, from and until when (ISO dates, both included), by which row."""

    list_name: str | None
    category: str | None
    place: str
    since: str | None = None
    until: str | None = None
    list_version: str | None = None

    def meets(self, other: Link) -> bool:
        """Whether there is a day on which both hold."""
        return (self.since or "") <= (other.until or "9") and (other.since or "") <= (self.until or "9")


class Entry(msgspec.Struct, frozen=True):
    """One account of the register, with the categories that it is or was linked to, oldest first."""

    account: AccountRecord
    links: tuple[Link, ...]

    @property
    def place(self) -> str:
        """The row that holds now."""
        return self.links[-1].place


class Register(msgspec.Struct, frozen=True):
    """Every registered account, with what was wrong in the tables."""

    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]

    def find(self, platform: str, native_id: str, handles: Iterable[str]) -> Entry | None:
        """The row of an account: by native id, else by handle where the row has no native id."""
        bearing = {handle.casefold().lstrip("@") for handle in handles}
        by_handle = None
        for entry in self.entries:
            account = entry.account
            if account.platform != platform:
                continue
            if account.native_id and account.native_id == native_id:
                return entry
            if not account.native_id and account.handle and account.handle.casefold().lstrip("@") in bearing:
                by_handle = entry
        return by_handle

    @property
    def subjects(self) -> tuple[tuple[str, AccountRef], ...]:
        """Platform and reference of every registered account."""
        return tuple(
            (entry.account.platform, AccountRef(entry.account.native_id or None, entry.account.handle))
            for entry in self.entries
        )


def load_register(settings: Settings) -> Register:
    """Read the configured registers."""
    entries: dict[tuple[str, str], Entry] = {}
    findings = read_configured(settings, "registers", lambda path, found: _entries(path, entries, found))
    return Register(tuple(entries.values()), findings)


_WHICH: dict[str, Any] = {
    "column_nl": "platform, accountnaam of accountnummer",
    "column_en": "platform, handle or account id",
}


def _entries(path: Path, entries: dict[tuple[str, str], Entry], findings: list[Finding]) -> None:
    for number, row in read_table(path, "register", findings):
        native, handle = row.get("native_id", ""), row.get("handle", "")
        key = (row["platform"].lower(), native or handle.casefold())
        if not row["platform"] or not key[1]:
            findings.append(make("SMA-S012", path=str(path), item=str(number), row=number, **_WHICH))
            continue
        since, until = (_day(row, name, path, number, findings) for name in ("from", "until"))
        link = Link(
            row.get("list") or None,
            row.get("category") or None,
            f"{path.name}:{number}",
            since,
            until,
            row.get("list_version") or None,
        )
        known = entries[key].links if key in entries else ()
        if other := next((one for one in known if one.meets(link)), None):
            findings.append(make("SMA-S013", path=str(path), item=str(number), row=number, other=other.place))
        elif account := _account(row, path, number, findings):
            links = tuple(sorted((*known, link), key=lambda one: one.since or ""))
            entries[key] = Entry(account if links[-1] is link else entries[key].account, links)


def _day(row: Row, column: str, path: Path, number: int, findings: list[Finding]) -> str | None:
    """A day as ISO 8601; what is none is told, and that end of the row is open."""
    told = row.get(column, "")
    found = moment_meant(told) or ""
    if len(found) >= len("2026-01-31"):
        return found[:10]
    if told:
        wrong: dict[str, Any] = {"row": number, "value": told, **in_words("register", column), **_DAYS}
        findings.append(make("SMA-S015", path=str(path), item=str(number), **wrong))
    return None


_DAYS: dict[str, Any] = {
    "known_nl": "een datum als 31-1-2026 of 2026-01-31",
    "known_en": "a date such as 2026-01-31",
}


def _account(row: Row, path: Path, number: int, findings: list[Finding]) -> AccountRecord | None:
    """The account of a row. Without a usable kind or scenario nobody can tell whether its posts may be taken whole."""
    told: dict[str, Any] = {}
    for column in ("kind", "status", "scenario"):
        told[column] = meant(column, row[column]) if row.get(column) else None
        if row.get(column) and told[column] is None:
            needed = column != "status"
            code = "SMA-S014" if needed else "SMA-S015"
            findings.append(unusable(code, "register", path, number, column, row[column]))
            if needed:
                return None
    return AccountRecord(
        platform=row["platform"].lower(),
        native_id=row.get("native_id", ""),
        handle=row.get("handle", "").lstrip("@") or None,
        name=row.get("display_name") or None,
        url=row.get("url") or None,
        kind=told["kind"] or "unknown",
        status=told["status"] or "unknown",
        scenario=told["scenario"] or _scenario(told["kind"], row.get("replies_possible", "")),
        custodian=Reference(row["custodian"]) if row.get("custodian") else None,
        creator=_creator(row),
        administrator=row.get("administrator") or None,
        process=row.get("process") or None,
        registered=True,
    )


def _scenario(kind: str | None, replies_possible: str) -> Literal["A", "B", "C"] | None:
    """A one-way corporate, B two-way corporate, C hybrid or personal (PRODUCT.md, section 2)."""
    if kind in ("hybrid", "personal"):
        return "C"
    if kind == "corporate" and replies_possible:
        return "B" if replies_possible.lower() in _YES else "A"
    return None


def _creator(row: Row) -> Reference | None:
    name = row.get("creator")
    return Reference(name, row.get("creator_id") or None, row.get("creator_id_source") or None) if name else None
