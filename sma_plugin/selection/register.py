"""The register of accounts and the selection lists, as CSV (a later issue adds spreadsheets and checks)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.model import AccountRef
from sma_plugin.selection.records import AccountRecord, AppraisalValue, Category, Reference
from sma_plugin.selection.tables import Row, TableError, read_table
from sma_plugin.settings import Settings

T = TypeVar("T")
_VALUES = get_args(AppraisalValue)
_YES = ("yes", "ja", "true", "1")


class Entry(msgspec.Struct, frozen=True):
    """One row of the register: the account, the category that it is linked to, where the row stands."""

    account: AccountRecord
    list_name: str | None
    category: str | None
    place: str
    since: str | None = None
    until: str | None = None


class Register(msgspec.Struct, frozen=True):
    """Every registered account and every category, with what was wrong in the tables."""

    entries: tuple[Entry, ...]
    categories: dict[tuple[str, str], Category]
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

    def category(self, entry: Entry) -> Category | None:
        """The category that a row is linked to, if the list has it."""
        if not entry.category:
            return None
        if entry.list_name:
            return self.categories.get((entry.list_name, entry.category))
        found = [category for (_, code), category in self.categories.items() if code == entry.category]
        return found[0] if len(found) == 1 else None

    @property
    def subjects(self) -> tuple[tuple[str, AccountRef], ...]:
        """Platform and reference of every registered account."""
        return tuple(
            (entry.account.platform, AccountRef(entry.account.native_id or None, entry.account.handle))
            for entry in self.entries
        )


def load_register(settings: Settings) -> Register:
    """Read the configured tables. A table that is not there is a finding only when it was configured by name."""
    findings: list[Finding] = []
    entries: dict[tuple[str, str], Entry] = {}
    categories: dict[tuple[str, str], Category] = {}
    for path in _present(settings, settings.paths.registers, ("register.csv",), findings):
        _collect(_entries, path, entries, findings)
    for path in _present(settings, settings.paths.selection_lists, ("selection-list.csv",), findings):
        _collect(_categories, path, categories, findings)
    return Register(tuple(entries.values()), categories, tuple(findings))


def _present(
    settings: Settings, names: tuple[str, ...], default: tuple[str, ...], findings: list[Finding]
) -> Iterable[Path]:
    for name in names:
        path = settings.resolve(name)
        if path.is_file():
            yield path
        elif names != default:
            findings.append(make("SMA-S010", path=str(path), reason="not there"))


def _collect(
    read: Callable[[Path, dict[tuple[str, str], T], list[Finding]], None],
    path: Path,
    rows: dict[tuple[str, str], T],
    findings: list[Finding],
) -> None:
    try:
        read(path, rows, findings)
    except TableError as error:
        findings.append(error.finding)


def _entries(path: Path, entries: dict[tuple[str, str], Entry], findings: list[Finding]) -> None:
    for number, row in read_table(path, ("platform", "native_id", "handle")):
        place = f"{path.name}:{number}"
        key = (row["platform"].lower(), row["native_id"] or row["handle"].casefold())
        if not row["platform"] or not key[1]:
            findings.append(make("SMA-S012", path=str(path), item=str(number), row=number, column="platform/native_id"))
        elif key in entries:
            findings.append(make("SMA-S013", path=str(path), item=str(number), row=number, other=entries[key].place))
        else:
            account = _account(row, place, path, number, findings)
            entries[key] = Entry(
                account,
                row.get("list") or None,
                row.get("category") or None,
                place,
                row.get("from") or None,
                row.get("until") or None,
            )


def _account(row: Row, place: str, path: Path, number: int, findings: list[Finding]) -> AccountRecord:
    raw: dict[str, Any] = {
        "platform": row["platform"].lower(),
        "native_id": row["native_id"],
        "handle": row["handle"].lstrip("@") or None,
        "name": row.get("display_name") or None,
        "url": row.get("url") or None,
        "kind": row.get("kind") or "unknown",
        "status": row.get("status") or "unknown",
        "scenario": row.get("scenario", "").upper() or _scenario(row),
        "custodian": Reference(row["custodian"]) if row.get("custodian") else None,
        "creator": _creator(row),
        "administrator": row.get("administrator") or None,
        "process": row.get("process") or None,
        "registered": True,
    }
    for column in ("kind", "status", "scenario"):
        try:
            msgspec.convert({"platform": "x", "native_id": "x", column: raw[column]}, AccountRecord)
        except msgspec.ValidationError:
            findings.append(
                make("SMA-S014", path=str(path), item=place, row=number, column=column, value=str(raw[column]))
            )
            raw[column] = None if column == "scenario" else "unknown"
    return AccountRecord(**raw)


def _scenario(row: Row) -> str | None:
    """A one-way corporate, B two-way corporate, C hybrid or personal (PRODUCT.md, section 2)."""
    if row.get("kind") in ("hybrid", "personal"):
        return "C"
    if row.get("kind") == "corporate" and row.get("replies_possible"):
        return "B" if row["replies_possible"].lower() in _YES else "A"
    return None


def _creator(row: Row) -> Reference | None:
    name = row.get("creator")
    return Reference(name, row.get("creator_id") or None, row.get("creator_id_source") or None) if name else None


def _categories(path: Path, categories: dict[tuple[str, str], Category], findings: list[Finding]) -> None:
    for number, row in read_table(path, ("list", "version", "category", "value")):
        value = row["value"].upper()
        problem = next((name for name in ("list", "version", "category") if not row[name]), None)
        if value not in _VALUES:
            problem = "value"
        elif (value == "V") != bool(row.get("term")):
            problem = "term"
        if problem:
            findings.append(
                make(
                    "SMA-S014", path=str(path), item=str(number), row=number, column=problem, value=row.get(problem, "")
                )
            )
            continue
        categories[(row["list"], row["category"])] = Category(
            row["list"],
            row["version"],
            row["category"],
            row.get("result") or row.get("description") or row["category"],
            value,  # type: ignore[arg-type]
            row.get("process") or None,
            row.get("term") or None,
            row.get("trigger") or None,
            row.get("ground") or None,
        )
