"""A register written as XLSX, CSV or TOML: an empty one to fill in, or every row of one that there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import tomli_w

from sma_plugin import notation
from sma_plugin.findings import Finding, Language
from sma_plugin.package.files import write_bytes
from sma_plugin.register.seen import SeenAccount
from sma_plugin.selection.entries import row_groups
from sma_plugin.selection.register_toml import TABLE
from sma_plugin.selection.register_values import rows_of, usable
from sma_plugin.selection.tables import Column, Row, columns
from sma_plugin.tables_out import OutColumn, OutRow, OutSheet, write_table
from sma_plugin.texts import UserError, text

ENDINGS = (".xlsx", ".csv", ".toml")
_NARROW, _WIDE = 16, 28


def write_register(path: Path, rows: Sequence[Row], language: Language, *, explained: bool = False) -> None:
    """Write rows as the ending of ``path`` says, values in words of the language (in TOML as the software has them).

    ``explained`` adds what each column holds, with an example. Raises :class:`UserError` for another ending and for a
    file that is there.
    """
    if path.suffix.lower() not in ENDINGS:
        raise UserError("register_ending", path=path)
    if path.suffix.lower() == ".toml":
        if path.exists():
            raise UserError("exists", path=path)
        write_bytes(path, _toml(rows, language, explained=explained).encode())
        return
    others = list(dict.fromkeys(name for row in rows for name in row if name.startswith("+")))
    shown = [
        OutColumn(
            column.words[language],
            _WIDE if len(column.holds[language]) > 2 * _WIDE else _NARROW,
            column.asked,
            _choices(column, language),
        )
        for column in columns("register")
    ]
    cells = [[*_cells(row, language), *(row.get(name, "") for name in others)] for row in rows]
    table = [*shown, *(OutColumn(name[1:]) for name in others)]
    further = [_explanation(language)] if explained else []
    write_table(path, text("register_title", language), table, [OutRow(row) for row in cells], further)


def _choices(column: Column, language: Language) -> list[str]:
    if column.form == "platform":
        return [str(known["label"]) for known in notation.platforms().values()]
    known = notation.words().get(column.choices or "", {})
    return [both[language] for name, both in known.items() if name != "unknown"]


def _cells(row: Row, language: Language) -> Iterator[str]:
    """The cells of a row, each value in words where it has words."""
    for column in columns("register"):
        yield in_words(column, row.get(column.name, ""), language)


def in_words(column: Column, told: str, language: Language) -> str:
    """A value of the register as its users write it; what cannot be used stays as it stands."""
    value = usable(column, told) if told else None
    if value is None or column.form not in (None, "platform", "interval", "cut"):
        return told
    if column.form == "platform":
        return notation.platform(value) if value in notation.platforms() else told
    if column.form == "cut":
        return "; ".join(notation.word("period_cut", part, language) for part in value.split("; "))
    words = notation.words().get(column.choices or "", {})
    return notation.word(column.choices or "", value, language) if value in words else told


def _explanation(language: Language) -> OutSheet:
    """What each column holds, what may be chosen there, and an account as an example."""
    names = ("register_column", "register_holds", "register_choices", "register_example")
    headings = [OutColumn(text(name, language), width) for name, width in zip(names, (26, 70, 40, 34), strict=True)]
    rows = [OutRow([text("register_rule", language), "", "", ""])]
    for column in columns("register"):
        choices = "; ".join(_choices(column, language))
        example = in_words(column, column.example, language)
        rows.append(OutRow([column.words[language], column.holds[language], choices, example]))
    return OutSheet(text("register_explained", language), headings, rows)


# --- TOML ------------------------------------------------------------------------------------------------------------


def _toml(rows: Sequence[Row], language: Language, *, explained: bool) -> str:
    parts = [_toml_explanation(language)] if explained else []
    for group in row_groups(rows):
        first, *later = group
        parts.append("[[account]]\n" + _table(first, "account"))
        parts += ["[[account.period]]\n" + _table(row, "account.period") for row in later]
    return "\n".join(parts) or "# [[account]]\n"


def _table(row: Row, name: str) -> str:
    values: dict[str, Any] = {}
    for column in columns("register"):
        if told := row.get(column.name, ""):
            value = usable(column, told)
            values[column.name] = date.fromisoformat(value) if value and column.form == "day" else value or told
    others = {heading[1:]: told for heading, told in row.items() if heading.startswith("+") and told}
    return tomli_w.dumps(values) + (f"[{name}.other]\n{tomli_w.dumps(others)}" if others else "")


def _toml_explanation(language: Language) -> str:
    """Comments: what each field holds, with an account as an example."""
    lines = [text("register_rule", language), "", "[[account]]"]
    for column in columns("register"):
        value = tomli_w.dumps({column.name: column.example}).strip()
        choices = ", ".join(name for name in notation.words().get(column.choices or "", {}) if name != "unknown")
        lines.append(f"{value}  # {column.holds[language]}{f' ({choices})' if choices else ''}")
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


# --- rows ------------------------------------------------------------------------------------------------------------


def rows_from(seen: Iterable[SeenAccount]) -> list[Row]:
    """A row for each account that captures show: what is known of it; the rest is to be filled in."""
    rows = []
    for number, one in enumerate(seen, 1):
        known = {
            "entry": str(number),
            "platform": one.platform,
            "native_id": one.native_id,
            "handle": one.handle or "",
            "display_name": one.name or "",
            "url": one.url or "",
            "opened": (one.created or "")[:10],
        }
        rows.append({name: value for name, value in known.items() if value})
    return rows


def every_row(paths: Iterable[Path], findings: list[Finding]) -> list[Row]:
    """Every row of these registers as it stands, other columns included. Raises :class:`TableError`.

    Rows of one table in TOML that no number or name ties together get a register number, so that they stay together.
    """
    rows = []
    for path in paths:
        mine = [row for _, row in rows_of(path, findings, others=True)]
        taken = {row["entry"] for row in mine if row.get("entry")}
        tables: dict[str, list[Row]] = {}
        for row in mine:
            if row.get(TABLE):
                tables.setdefault(row[TABLE], []).append(row)
        for name, table in tables.items():
            given = next((row["entry"] for row in table if row.get("entry")), "")
            if len(table) > 1 or given:
                number = given or next(one for one in _numbers(name) if one not in taken)
                taken.add(number)
                for row in table:
                    row["entry"] = number
        rows += [{name: value for name, value in row.items() if name != TABLE} for row in mine]
    return rows


def _numbers(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in range(2, 1 << 16))
