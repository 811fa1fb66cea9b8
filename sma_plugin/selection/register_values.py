"""What stands in a row of the register, by column, as the software knows it; what cannot be used is told."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from sma_plugin.findings import Finding, make
from sma_plugin.notation import choices, meant, moment_meant, platform_meant, platforms
from sma_plugin.selection.configured import unusable
from sma_plugin.selection.lists import duration
from sma_plugin.selection.register_toml import TABLE, toml_rows
from sma_plugin.selection.tables import Column, Row, columns, in_words, read_table

_NEEDED = ("kind", "scenario", "from", "until")
"""Without these in order nobody can tell which posts may be taken; a row in which they are wrong is not used."""
_YES = {"true": "yes", "waar": "yes", "1": "yes", "false": "no", "onwaar": "no", "0": "no"}


class Told(NamedTuple):
    """A row that can be used: its file and number, its values, from and until when it holds (ISO days, included)."""

    path: Path
    number: int
    values: Row
    since: str | None
    until: str | None

    @property
    def place(self) -> str:
        """The row, as decisions name it."""
        return f"{self.path.name}:{self.number}"


def rows_of(path: Path, findings: list[Finding], *, others: bool = False) -> Iterator[tuple[int, Row]]:
    """The rows of a register in whichever form, as they stand there. Raises :class:`TableError`."""
    if path.suffix.lower() == ".toml":
        return toml_rows(path, findings)
    return read_table(path, "register", findings, others=others)


def read_rows(path: Path, findings: list[Finding]) -> Iterator[Told]:
    """The rows of a register that can be used. Raises :class:`TableError`."""
    for number, row in rows_of(path, findings):
        if not any(value for name, value in row.items() if _is_told(name)):
            continue
        values, wrong = _values(row, path, number, findings)
        since, until = values.pop("from", None), values.pop("until", None)
        if wrong:
            continue
        if since and until and until < since:
            known: dict[str, Any] = {"known_nl": f"een dag vanaf {since}", "known_en": f"a day from {since} on"}
            findings.append(unusable("SMA-S014", "register", path, number, "until", row["until"], **known))
            continue
        yield Told(path, number, values, since, until)


def _is_told(name: str) -> bool:
    return not name.startswith(("=", "+"))


def _values(row: Row, path: Path, number: int, findings: list[Finding]) -> tuple[Row, bool]:
    """The values that can be used, and whether one that is needed cannot."""
    values: Row = {TABLE: row[TABLE]} if TABLE in row else {}
    wrong = False
    for column in columns("register"):
        text = row.get(column.name, "")
        if not text:
            continue
        value = usable(column, text)
        if value is None:
            wrong = wrong or column.name in _NEEDED
            findings.append(_told_unusable(column, text, path, number))
        else:
            values[column.name] = value
            if column.name == "platform" and value not in platforms():
                known = ", ".join(platforms())
                findings.append(make("SMA-S047", path=str(path), item=str(number), row=number, value=text, known=known))
    return values, wrong


def usable(column: Column, text: str) -> str | None:
    """A value as the software knows it; ``None`` for one that cannot be used."""
    if column.form in _READ:
        return _READ[column.form](text)
    if column.choices:
        return meant(column.choices, text) or (_YES.get(text.casefold()) if column.choices == "yes" else None)
    return text


def _day(text: str) -> str | None:
    day = moment_meant(text) or ""
    return day[:10] if len(day) >= len("2026-01-31") else None


def _cuts(text: str) -> str | None:
    """Where packages are cut: words for it, and days, each known."""
    parts = [part.strip() for part in re.split(r"[;,]", text) if part.strip()]
    found = [meant("period_cut", part) or moment_meant(part) for part in parts]
    known = [one for one in found if one and (not one[0].isdigit() or len(one) == len("2026-01-31"))]
    return "; ".join(known) if len(known) == len(parts) else None


_READ: dict[str | None, Callable[[str], str | None]] = {
    "platform": platform_meant,
    "handle": lambda text: text.removeprefix("@") or None,
    "day": _day,
    "interval": lambda text: meant("interval", text) or duration(text) or None,
    "cut": _cuts,
    "function": lambda text: None if names_a_person(text) else text,
}
"""How a value is read, by the form of its column."""


def names_a_person(text: str) -> bool:
    """Whether a text that should name a function seems to name a person, or how to reach one.

    >>> names_a_person("Communicatieadviseur online"), names_a_person("mw. A. de Vries"), names_a_person("a@b.example")
    (False, True, True)
    """
    return any(pattern.search(text) for pattern in _persons())


@cache
def _persons() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in facts()["person"]["patterns"])


@cache
def facts() -> dict[str, Any]:
    """``register_facts.toml``."""
    return tomllib.loads(files(__package__).joinpath("register_facts.toml").read_text(encoding="utf-8"))


def _told_unusable(column: Column, text: str, path: Path, number: int) -> Finding:
    if column.form == "function":
        told: dict[str, Any] = {"row": number, **in_words("register", column.name)}
        return make("SMA-S046", path=str(path), item=str(number), **told)
    code = "SMA-S014" if column.name in _NEEDED else "SMA-S015"
    return unusable(code, "register", path, number, column.name, text, **_known(column))


def _known(column: Column) -> dict[str, Any]:
    """What may stand in a column."""
    if column.form is None:
        kind = column.choices or ""
        return {"known_nl": choices(kind, "nl"), "known_en": choices(kind, "en")}
    if column.form == "day":
        return {"known_nl": "een datum als 31-1-2026 of 2026-01-31", "known_en": "a date such as 2026-01-31"}
    return {"known_nl": column.holds["nl"], "known_en": column.holds["en"]}
