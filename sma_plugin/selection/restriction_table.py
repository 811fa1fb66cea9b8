"""The tables of restrictions: which ground holds for which accounts, by which decision, how long.

A row whose decision is complete (number, date, a role that may decide) holds; one without is a proposal.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.notation import choices, meant, moment_meant, word
from sma_plugin.selection.choosing import listed
from sma_plugin.selection.code_lists import Code, Codes, is_trigger
from sma_plugin.selection.configured import read_configured, unusable
from sma_plugin.selection.laws import grant_of, law_of
from sma_plugin.selection.lists import Lists, duration
from sma_plugin.selection.records import KEYS, RESTRICTION_TYPES, Restriction
from sma_plugin.selection.register import Register
from sma_plugin.selection.scope import Scope, near, scope_of, strayed
from sma_plugin.selection.tables import Row, in_words, read_table
from sma_plugin.settings import Settings
from sma_plugin.texts import LANGUAGES

TABLE = "restriction"
TYPES = ("Geen beperking", "Nader te bepalen", "Overig")
"""MDTO's own types of restriction, which need no list."""
_KINDS = ("image", "video", "audio", "animation", "document", KEYS)
_DECIDED = ("number", "date", "role")
_DAYS = ("date", "from", "until")
_WHOLE = len("2026-01-31")
"""Characters of a whole date; only an end may be a month or a year."""


class Rule(msgspec.Struct, frozen=True):
    """A row: for whom which restriction holds, whether that is decided, by which role, and where it stands."""

    scope: Scope
    restriction: Restriction
    place: str
    role: str | None = None

    @property
    def decided(self) -> bool:
        """Whether it is more than a proposal."""
        return self.role is not None


class Rules(msgspec.Struct, frozen=True):
    """Every row that can be used, with what was wrong in the tables and the lists of codes."""

    rules: tuple[Rule, ...]
    findings: tuple[Finding, ...] = ()


def load_rules(settings: Settings, codes: Codes, register: Register, lists: Lists) -> Rules:
    """Read the configured tables of restrictions."""
    rules: list[Rule] = []

    def read(path: Path, findings: list[Finding]) -> None:
        for number, row in read_table(path, TABLE, findings):
            reader = _Reader(settings, codes, path, number, row, findings)
            if rule := reader.rule():
                rules.append(rule)
                findings.extend(strayed(TABLE, rule.scope, (str(path), number), register, lists))

    findings = read_configured(settings, "restrictions", read)
    return Rules(tuple(rules), findings)


def restriction_named(told: str, codes: Codes) -> Restriction | None:
    """The restriction that a code, a label or one of MDTO's own types stands for."""
    own = next((one for one in TYPES if one.casefold() == told.strip().casefold()), None)
    if own:
        return Restriction(own, RESTRICTION_TYPES, grant=grant_of(own))
    code = codes.find(told)
    return of_code(code) if code and not is_trigger(code) else None


def of_code(code: Code) -> Restriction:
    """The restriction that a code of a list is, with the basis of rights that follows from its law."""
    law = law_of(code.code)
    cited = {"basis": law.basis, "citation": law.citation} if law else {}
    return Restriction(code.label, code.list_name, code.code, grant=grant_of(code.code), **cited)  # type: ignore[arg-type]


class _Reader:
    """One row being read; what cannot be used is told, and costs the row."""

    def __init__(
        self, settings: Settings, codes: Codes, path: Path, number: int, row: Row, findings: list[Finding]
    ) -> None:
        self._settings, self._codes, self._findings = settings, codes, findings
        self._path, self._number, self._row = path, number, row
        self._usable = True

    def rule(self) -> Rule | None:
        """What the row says; ``None`` when it cannot be used."""
        known = self._restriction()
        days = {name: self._day(name) for name in _DAYS}
        trigger, term = self._trigger(), self._term()
        media, rights = self._media(), self._one_of("rights", "rights")
        if known is None or not self._usable:
            return None
        restriction = msgspec.structs.replace(
            known,
            note=self._told("note"),
            number=self._told("number"),
            date=days["date"],
            trigger=trigger.label if trigger else None,
            trigger_code=trigger.code if trigger else None,
            trigger_list=trigger.list_name if trigger else None,
            starts=days["from"],
            duration=term,
            until=days["until"],
            media=media,
            rights=rights,
            beyond=self._told("longer"),
        )
        return Rule(scope_of(self._row), restriction, f"{self._path.name}:{self._number}", self._role())

    def _told(self, column: str) -> str | None:
        return self._row.get(column) or None

    def _restriction(self) -> Restriction | None:
        told = self._row["code"]
        known = restriction_named(told, self._codes)
        if not told:
            self._lack("SMA-S012", "code")
        elif known is None:
            self._unknown("code", (*TYPES, *self._codes.names()))
        elif known.label == "Overig" and not self._told("note"):
            self._lack("SMA-S012", "note")
        return known

    def _role(self) -> str | None:
        """The role that decided; ``None`` for a row that is a proposal."""
        absent = next((name for name in _DECIDED if not self._told(name)), None)
        if absent:
            self._lack("SMA-S091", absent)
            return None
        named = self._row["role"]
        role = self._settings.roles.get(named)
        if role is None or TABLE not in role.decides:
            where: dict[str, Any] = {"path": str(self._path), "item": str(self._number), "row": self._number}
            self._findings.append(make("SMA-S020", **where, role=named, subject=TABLE))
            return None
        return named

    def _day(self, column: str) -> str | None:
        told = self._told(column)
        found = moment_meant(told) if told else None
        if told and (not found or (len(found) < _WHOLE and column != "until")):
            self._wrong(column, **_DATES)
        return found[:_WHOLE] if found else None

    def _term(self) -> str | None:
        told = self._told("term")
        found = duration(told) if told else None
        if told and not found:
            self._wrong("term", **_TERMS)
        return found

    def _trigger(self) -> Code | None:
        told = self._told("trigger")
        found = self._codes.find(told) if told else None
        if told and (found is None or not is_trigger(found)):
            self._unknown("trigger", self._codes.names(triggers=True))
            return None
        return found

    def _media(self) -> tuple[str, ...]:
        found = {one: meant("medium", one) for one in listed(self._row.get("media", ""))}
        if not set(found.values()) <= set(_KINDS):
            known = {f"known_{name}": ", ".join(word("medium", kind, name) for kind in _KINDS) for name in LANGUAGES}
            self._wrong("media", **known)
        return tuple(kind for kind in found.values() if kind)

    def _one_of(self, column: str, kind: str) -> Any:
        told = self._told(column)
        found = meant(kind, told) if told else None
        if told and not found:
            self._wrong(column, known_nl=choices(kind, "nl"), known_en=choices(kind, "en"))
        return found

    def _lack(self, code: str, column: str) -> None:
        where: dict[str, Any] = {"path": str(self._path), "item": str(self._number), "row": self._number}
        self._findings.append(make(code, **where, **in_words(TABLE, column)))
        self._usable = self._usable and code != "SMA-S012"

    def _wrong(self, column: str, **known: Any) -> None:
        told = self._row[column]
        self._findings.append(unusable("SMA-S014", TABLE, self._path, self._number, column, told, **known))
        self._usable = False

    def _unknown(self, column: str, known: Any) -> None:
        told = self._row[column]
        where: dict[str, Any] = {"path": str(self._path), "item": str(self._number), "row": self._number}
        self._findings.append(make("SMA-S090", **where, value=told, **in_words(TABLE, column), **near(told, known)))
        self._usable = False


_DATES: dict[str, Any] = {
    "known_nl": "een datum als 31-1-2026 of 2026-01-31",
    "known_en": "a date such as 2026-01-31",
}
_TERMS: dict[str, Any] = {
    "known_nl": "een termijn als P75Y, 75 jaar of 6 maanden",
    "known_en": "a term such as P75Y, 75 years or 6 months",
}
