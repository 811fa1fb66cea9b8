"""A register as TOML: ``[[account]]`` tables, and in each ``[[account.period]]`` for what held in a period only.

The fields are called as the columns are in the software (``columns.toml``). Each table is a row: an account's own, and
one for each period. Rows are numbered by the line on which their table begins.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sma_plugin.findings import Finding, make
from sma_plugin.selection.tables import Row, TableError, in_words, near_column
from sma_plugin.selection.tables import columns as columns_of

TABLE = "="
"""In a row: the number of the account's table in the file. Rows with the same number are of one account."""
_HEADER = re.compile(r"\s*\[\[\s*account(\.period)?\s*\]\]")


def toml_rows(path: Path, findings: list[Finding]) -> Iterator[tuple[int, Row]]:
    """The rows of a register. Raises :class:`TableError`."""
    text, accounts = _read(path)
    lines: dict[bool, list[int]] = {True: [], False: []}
    for number, told in enumerate(text.splitlines(), 1):
        if found := _HEADER.match(told):
            lines[found.group(1) is None].append(number)
    periods = iter(lines[False])
    for number, account in enumerate(accounts, 1):
        line = lines[True][number - 1] if number <= len(lines[True]) else number
        within = account.pop("period", [])
        yield line, _row(account, path, line, number, findings)
        for period in within if isinstance(within, list) else [within]:
            at = next(periods, line)
            yield at, _row(period if isinstance(period, dict) else {}, path, at, number, findings)


def _read(path: Path) -> tuple[str, list[dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableError(make("SMA-S010", path=str(path), reason=str(error))) from error
    accounts = document.get("account", None if document else [])
    if not isinstance(accounts, list) or not all(isinstance(one, dict) for one in accounts):
        raise TableError(make("SMA-S010", path=str(path), **_NONE))
    return text, accounts


_NONE: dict[str, Any] = {
    "reason_nl": "er staat geen [[account]] in",
    "reason_en": "there is no [[account]] in it",
}


def _row(table: dict[str, Any], path: Path, line: int, number: int, findings: list[Finding]) -> Row:
    known = {column.name for column in columns_of("register")}
    row: Row = dict.fromkeys(known, "") | {TABLE: str(number)}
    for name, value in table.items():
        if name == "other" and isinstance(value, dict):
            row |= {f"+{heading}": _text(told) for heading, told in value.items()}
        elif name in known:
            row[name] = _text(value)
        else:
            row[f"+{name}"] = _text(value)
            if near := near_column(name, "register"):
                told = in_words("register", near)
                findings.append(make("SMA-S058", path=str(path), item=str(line), heading=name, **told))
    return row


def _text(value: object) -> str:
    """A value as it would stand in a cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return "; ".join(_text(one) for one in value) if isinstance(value, list) else str(value).strip()
