"""Selection lists, as CSV or XLSX."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.notation import meant
from sma_plugin.selection.configured import read_configured, unusable
from sma_plugin.selection.records import Category
from sma_plugin.selection.tables import in_words, read_table
from sma_plugin.settings import Settings


class Lists(msgspec.Struct, frozen=True):
    """Every category of the configured lists, with what was wrong in their tables."""

    categories: tuple[Category, ...]
    findings: tuple[Finding, ...] = ()

    def meant(self, list_name: str | None, code: str | None) -> list[Category]:
        """The categories that are meant: more than one when no list is named and several have the category."""
        return [one for one in self.categories if one.code == code and list_name in (None, one.list_name)]


def load_lists(settings: Settings) -> Lists:
    """Read the configured selection lists."""
    categories: dict[tuple[str, str], Category] = {}
    findings = read_configured(settings, "selection_lists", lambda path, found: _categories(path, categories, found))
    return Lists(tuple(categories.values()), findings)


def _categories(path: Path, categories: dict[tuple[str, str], Category], findings: list[Finding]) -> None:
    for number, row in read_table(path, "selection_list", findings):
        value = meant("value", row["value"])
        term = duration(row.get("term", ""))
        needed = ("list", "version", "category", "value", *(("term",) if value == "V" else ()))
        if absent := next((name for name in needed if not row.get(name)), None):
            told = in_words("selection_list", absent)
            findings.append(make("SMA-S012", path=str(path), item=str(number), row=number, **told))
            continue
        wrong = "value" if value is None else "term" if term is None or (term and value != "V") else None
        if wrong:
            known = _KNOWN_TERMS if wrong == "term" else {}
            findings.append(unusable("SMA-S014", "selection_list", path, number, wrong, row[wrong], **known))
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
