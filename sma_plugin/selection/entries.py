"""From rows of registers to accounts: which rows are of one account, and which values may hold side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sma_plugin.findings import Finding, make
from sma_plugin.selection.entry import Entry, entry_of
from sma_plugin.selection.holding import Held, covers, meet
from sma_plugin.selection.register_toml import TABLE
from sma_plugin.selection.register_values import Told, usable
from sma_plugin.selection.tables import Row, columns, in_words

Key = tuple[str, ...]
_IDENTITY = ("platform", "native_id", "entry")
_WHICH: dict[str, Any] = {
    "column_nl": "platform, accountnaam of accountnummer",
    "column_en": "platform, handle or account id",
}


def entries_of(rows: Sequence[Told], findings: list[Finding]) -> Iterator[Entry]:
    """The accounts of these rows, in the order of their first; what does not fit together is told and left out."""
    grouped: dict[Key, list[Told]] = {}
    whose = _Whose(rows)
    for row in rows:
        key = whose.key(row, findings)
        if key is not None:
            grouped.setdefault(key, []).append(row)
    accounts = {key: _Account(group, findings) for key, group in grouped.items()}
    _tell_shared_handles(accounts.values(), findings)
    for account in accounts.values():
        held = account.held
        if "platform" not in held or not held.keys() & {"native_id", "handle"}:
            if not account.robbed:
                findings.append(_at(account.rows[0], "SMA-S012", **_WHICH))
        else:
            yield entry_of(held, [Held("", row.place, row.since, row.until) for row in account.rows])


def row_groups(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows as they stand, those of one account together, in the order of its first; none is left out."""
    told = [Told(Path(), number, _read(row), None, None) for number, row in enumerate(rows)]
    whose = _Whose(told)
    groups: dict[Key, list[Row]] = {}
    for number, (one, row) in enumerate(zip(told, rows, strict=True)):
        groups.setdefault(whose.key(one, []) or ("row", str(number)), []).append(row)
    return list(groups.values())


def _read(row: Row) -> Row:
    values = {column.name: usable(column, row[column.name]) for column in columns("register") if row.get(column.name)}
    return {name: value for name, value in values.items() if value}


def _at(row: Told, code: str, **params: Any) -> Finding:
    return make(code, path=str(row.path), item=str(row.number), row=row.number, **params)


class _Whose:
    """Which account a row is of: by register number, else by account id, else by the handle of one that has either."""

    def __init__(self, rows: Iterable[Told]) -> None:
        self._numbers: dict[tuple[str, str], tuple[Key, Told]] = {}
        self._handles: dict[tuple[str, str], set[Key]] = {}
        for row in rows:
            number, native = _number(row), _named(row, "native_id")
            if number and native:
                self._numbers.setdefault(native, (number, row))
        for row in rows:
            own, handle = self._own(row), _named(row, "handle")
            if own and handle:
                self._handles.setdefault(handle, set()).add(own)

    def _own(self, row: Told) -> Key | None:
        native = _named(row, "native_id")
        known = self._numbers[native][0] if native in self._numbers else native and ("id", *native)
        return _number(row) or known or None

    def key(self, row: Told, findings: list[Finding]) -> Key | None:
        """The account of a row; ``None``, and told, when the row does not say or says two things."""
        number, native, handle = _number(row), _named(row, "native_id"), _named(row, "handle")
        if number and native and self._numbers[native][0] != number:
            findings.append(_at(row, "SMA-S013", other=self._numbers[native][1].place))
            return None
        own = self._own(row)
        if own or not handle:
            if not own:
                findings.append(_at(row, "SMA-S012", **_WHICH))
            return own
        among = self._handles.get(handle, set())
        if len(among) > 1:
            findings.append(_at(row, "SMA-S048", value=row.values["handle"]))
            return None
        return next(iter(among), ("handle", *handle))


def _number(row: Told) -> Key | None:
    """The account by the number that the register itself gives it, or by its table in TOML."""
    for name in ("entry", TABLE):
        if row.values.get(name):
            return (name, str(row.path), row.values[name])
    return None


def _named(row: Told, column: str) -> tuple[str, str]:
    """Platform and id or handle, for comparison; empty when the row does not name both."""
    platform, value = row.values.get("platform", ""), row.values.get(column, "")
    return (platform, _folded(column, value)) if platform and value else ()  # type: ignore[return-value]


def _folded(column: str, value: str) -> str:
    return value.casefold().removeprefix("@") if column == "handle" else value


class _Account:
    """An account in the making: the rows that are used, and every value with its period."""

    def __init__(self, rows: Sequence[Told], findings: list[Finding]) -> None:
        self.held: dict[str, list[Held]] = {}
        self.rows: list[Told] = []
        self.robbed = False
        """Whether a handle of it was given to another account, which was told."""
        self._findings = findings
        for row in rows:
            self._take(row)

    def _take(self, row: Told) -> None:
        fixed = {name: row.values[name] for name in _IDENTITY if row.values.get(name)}
        clashing = [name for name, value in fixed.items() if self._clash(name, Held(value, row.place))]
        if clashing:
            self._tell(row, clashing[0], fixed[clashing[0]])
            return
        added = [self._add(row, name, value) for name, value in row.values.items() if name in _NAMES and value]
        if any(added) or not self.rows:
            self.rows.append(row)
        elif None not in added:
            self._findings.append(_at(row, "SMA-S013", other=self.rows[0].place))

    def _add(self, row: Told, name: str, value: str) -> bool | None:
        """Take a value of a row; whether it says something new, ``None`` when something else holds at that time."""
        new = False
        for part in value.split(";") if name in _SEVERAL else (value,):
            dated = (None, None) if name in _IDENTITY else (row.since, row.until)
            one = Held(part.strip(), row.place, *dated)
            if name not in _SEVERAL and self._clash(name, one):
                self._tell(row, name, value)
                return None
            if not any(covers(other, one) and _same(name, other, one) for other in self.held.get(name, ())):
                self.held.setdefault(name, []).append(one)
                new = True
        return new

    def _clash(self, name: str, one: Held) -> Held | None:
        """The first value that holds at the same time and is another."""
        known = self.held.get(name, ())
        return next((other for other in known if meet(one, other) and not _same(name, one, other)), None)

    def _tell(self, row: Told, name: str, value: str) -> None:
        dated = (None, None) if name in _IDENTITY else (row.since, row.until)
        other = self._clash(name, Held(value, row.place, *dated))
        told = {"other": other.place, "other_value": other.value} if other else {}
        self._findings.append(_at(row, "SMA-S040", value=value, **told, **in_words("register", name)))


_NAMES = {column.name for column in columns("register")} - {"from", "until"}
_SEVERAL = {column.name for column in columns("register") if column.several}


def _same(name: str, one: Held, other: Held) -> bool:
    return _folded(name, one.value) == _folded(name, other.value)


def _tell_shared_handles(accounts: Iterable[_Account], findings: list[Finding]) -> None:
    """A handle is of one account at a time; where two claim it, the later row does not get it."""
    bearers: dict[tuple[str, str], list[tuple[_Account, Held]]] = {}
    for account in accounts:
        platform = account.held["platform"][0].value if "platform" in account.held else ""
        for held in tuple(account.held.get("handle", ())):
            known = bearers.setdefault((platform, _folded("handle", held.value)), [])
            other = next((one for owner, one in known if owner is not account and meet(one, held)), None)
            if other is None:
                known.append((account, held))
                continue
            account.held["handle"].remove(held)
            account.robbed = True
            row = next(row for row in account.rows if row.place == held.place)
            findings.append(_at(row, "SMA-S041", value=held.value, other=other.place))
        if not account.held.get("handle", True):
            del account.held["handle"]
