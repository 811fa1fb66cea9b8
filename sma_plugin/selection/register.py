"""The register of accounts and the selection lists, as CSV or XLSX."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.model import AccountRef
from sma_plugin.notation import choices, meant, moment_meant
from sma_plugin.selection.records import AccountRecord, Category, Reference
from sma_plugin.selection.tables import Row, TableError, in_words, read_table
from sma_plugin.settings import Paths, Settings

T = TypeVar("T")
_YES = ("yes", "ja", "true", "waar", "1")


class Link(msgspec.Struct, frozen=True):
    """The category that an account is linked to, from and until when (ISO dates, both included), by which row."""

    list_name: str | None
    category: str | None
    place: str
    since: str | None = None
    until: str | None = None

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

    def category(self, link: Link) -> Category | None:
        """The category that a row links an account to, if one list has it."""
        found = self.meant(link)
        return found[0] if len(found) == 1 else None

    def meant(self, link: Link) -> list[Category]:
        """The categories that a row may mean: more than one when it names no list and several have its category."""
        return [
            category
            for (name, code), category in self.categories.items()
            if code == link.category and link.list_name in (None, name)
        ]

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
    for path in _present(settings, "registers", findings):
        _collect(_entries, path, entries, findings)
    for path in _present(settings, "selection_lists", findings):
        _collect(_categories, path, categories, findings)
    return Register(tuple(entries.values()), categories, tuple(_as_configured(one, settings) for one in findings))


def _as_configured(finding: Finding, settings: Settings) -> Finding:
    """The finding with the table's path as the configuration has it: a package does not say where this machine is."""
    base = settings.resolve(".")
    places = tuple(
        msgspec.structs.replace(place, path=Path(place.path).relative_to(base).as_posix())
        if place.path and Path(place.path).is_relative_to(base)
        else place
        for place in finding.places
    )
    return msgspec.structs.replace(finding, places=places)


def _present(settings: Settings, kind: str, findings: list[Finding]) -> Iterable[Path]:
    """The tables of a kind that are there; one that the configuration names and that is not there is a finding."""
    names: tuple[str, ...] = getattr(settings.paths, kind)
    for name in names:
        path = settings.resolve(name)
        if path.is_file():
            yield path
        elif kind in settings.named or names != getattr(Paths(), kind):
            findings.append(make("SMA-S010", path=str(path), reason_nl="bestaat niet", reason_en="it does not exist"))


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


_WHICH: dict[str, Any] = {
    "column_nl": "platform, accountnaam of accountnummer",
    "column_en": "platform, handle or account id",
}


def _entries(path: Path, entries: dict[tuple[str, str], Entry], findings: list[Finding]) -> None:
    for number, row in read_table(path, "register"):
        native, handle = row.get("native_id", ""), row.get("handle", "")
        key = (row["platform"].lower(), native or handle.casefold())
        if not row["platform"] or not key[1]:
            findings.append(make("SMA-S012", path=str(path), item=str(number), row=number, **_WHICH))
            continue
        since, until = (_day(row, name, path, number, findings) for name in ("from", "until"))
        link = Link(row.get("list") or None, row.get("category") or None, f"{path.name}:{number}", since, until)
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
            findings.append(_unusable("SMA-S014" if needed else "SMA-S015", path, number, column, row[column]))
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


def _unusable(code: str, path: Path, number: int, column: str, value: str) -> Finding:
    known = _KNOWN_TERMS if column == "term" else _known(column)
    heading = in_words("register" if column in ("kind", "status", "scenario") else "selection_list", column)
    return make(code, path=str(path), item=str(number), row=number, value=value, **heading, **known)


def _known(column: str) -> dict[str, Any]:
    """What may stand in a column, in both languages."""
    return {"known_nl": choices(column, "nl"), "known_en": choices(column, "en")}


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


def _categories(path: Path, categories: dict[tuple[str, str], Category], findings: list[Finding]) -> None:
    for number, row in read_table(path, "selection_list"):
        value = meant("value", row["value"])
        term = duration(row.get("term", ""))
        needed = ("list", "version", "category", "value", *(("term",) if value == "V" else ()))
        if absent := next((name for name in needed if not row.get(name)), None):
            told = in_words("selection_list", absent)
            findings.append(make("SMA-S012", path=str(path), item=str(number), row=number, **told))
            continue
        wrong = "value" if value is None else "term" if term is None or (term and value != "V") else None
        if wrong:
            findings.append(_unusable("SMA-S014", path, number, wrong, row[wrong]))
            continue
        categories[(row["list"], row["category"])] = Category(
            row["list"],
            row["version"],
            row["category"],
            row.get("result") or row.get("description") or row["category"],
            value,  # type: ignore[arg-type]
            row.get("process") or None,
            term or None,
            row.get("trigger") or None,
            row.get("ground") or None,
        )


_KNOWN_TERMS: dict[str, Any] = {
    "known_nl": "bij V een termijn als P5Y, 5 jaar of 6 maanden; bij B en N geen",
    "known_en": "with V a term such as P5Y, 5 years or 6 months; with B and N none",
}
_TERM = re.compile(r"(\d{1,3})\s*(jaar|jaren|year|years|maand|maanden|month|months|dag|dagen|day|days)", re.IGNORECASE)
_ISO_TERM = re.compile(r"P(?=\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?")


def duration(term: str) -> str | None:
    """A retention term as an ISO 8601 duration; an empty text when there is none, ``None`` for what is no term.

    >>> duration("5 jaar"), duration("P6M"), duration(""), duration("lang")
    ('P5Y', 'P6M', '', None)
    """
    if not term or _ISO_TERM.fullmatch(term):
        return term
    found = _TERM.fullmatch(term)
    if not found:
        return None
    return f"P{int(found.group(1))}{ {'j': 'Y', 'y': 'Y', 'm': 'M', 'd': 'D'}[found.group(2)[0].lower()] }"
