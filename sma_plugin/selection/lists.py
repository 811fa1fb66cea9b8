"""Selection lists: CSV, XLSX or JSON in the neutral form (``columns.toml``), and the form of VNG's API.

Several lists stand side by side, and one list in several versions. A category is known by list, version and number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.notation import meant
from sma_plugin.selection.configured import read_configured, unusable
from sma_plugin.selection.records import AppraisalValue, Category
from sma_plugin.selection.tables import Row, TableError, in_words, json_rows, read_table
from sma_plugin.selection.vng import Vng
from sma_plugin.settings import Settings

_JSON_STARTS = (b"{", b"[")


class Lists(msgspec.Struct, frozen=True):
    """Every category of the configured lists, with what was wrong in their tables."""

    categories: tuple[Category, ...]
    findings: tuple[Finding, ...] = ()

    def meant(self, list_name: str | None, version: str | None, code: str | None) -> list[Category]:
        """The categories that are meant: more than one when several lists, or versions of one, have it."""
        return [
            one
            for one in self.categories
            if one.code == code and list_name in (None, one.list_name) and version in (None, one.list_version)
        ]


class _Gathering:
    """The categories that were met, each with where it was met first."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], tuple[Category, str]] = {}
        self._contradicted: set[tuple[str, str, str]] = set()
        self._vng = Vng()

    @property
    def categories(self) -> tuple[Category, ...]:
        return tuple(one for key, (one, _) in self._found.items() if key not in self._contradicted)

    def read(self, path: Path, findings: list[Finding]) -> None:
        """Read one file of a list."""
        data = path.read_bytes()
        if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_JSON_STARTS):
            self._take(path, read_table(path, "selection_list", findings), findings)
            return
        document = _decoded(path, data)
        if not self._vng.take(path, document):
            self._take(path, json_rows(path, document, "selection_list"), findings)

    def join(self, findings: list[Finding]) -> None:
        """Take in what stands in several files together."""
        unversioned: set[str] = set()
        for path, number, row in self._vng.rows(findings):
            self._add(path, number, row, findings, unversioned)

    def _take(self, path: Path, rows: Iterator[tuple[int, Row]], findings: list[Finding]) -> None:
        unversioned: set[str] = set()
        for number, row in rows:
            self._add(path, number, row, findings, unversioned)

    def _add(self, path: Path, number: int, row: Row, findings: list[Finding], unversioned: set[str]) -> None:
        where: dict[str, Any] = {"path": str(path), "item": str(number), "row": number}
        if row.get("list") and not row.get("version"):
            if row["list"] not in unversioned:
                findings.append(make("SMA-S063", **where, list=row["list"]))
            unversioned.add(row["list"])
            return
        wrong = _wrong(path, number, row)
        if wrong:
            findings.append(wrong)
            return
        made = _category(row)
        key = (made.list_name, made.list_version, made.code)
        known, place = self._found.setdefault(key, (made, f"{path.name}:{number}"))
        if known is not made:
            told: dict[str, Any] = {"category": f"{made.list_name} {made.list_version}, {made.code}", "other": place}
            findings.append(make("SMA-S067" if known == made else "SMA-S068", **where, **told))
            if known != made:
                self._contradicted.add(key)


def load_lists(settings: Settings) -> Lists:
    """Read the configured selection lists; a folder stands for the files in it."""
    gathering = _Gathering()
    findings = read_configured(settings, "selection_lists", gathering.read, gathering.join)
    return Lists(gathering.categories, findings)


def _decoded(path: Path, data: bytes) -> object:
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except msgspec.DecodeError as error:
        raise TableError(make("SMA-S010", path=str(path), reason=str(error))) from error


def _wrong(path: Path, number: int, row: Row) -> Finding | None:
    """Why a row is no category: it lacks something, or has what it may not have."""
    value, term = meant("value", row.get("value", "")), duration(row.get("term", ""))
    needed = ("list", "category", "value", *(("term",) if value == "V" else ()))
    if absent := next((name for name in needed if not row.get(name)), None):
        return make("SMA-S012", path=str(path), item=str(number), row=number, **in_words("selection_list", absent))
    if value is None:
        return unusable("SMA-S014", "selection_list", path, number, "value", row["value"])
    if term is None or (term and value != "V"):
        return unusable("SMA-S014", "selection_list", path, number, "term", row["term"], **_KNOWN_TERMS)
    if row.get("basis") and meant("basis", row["basis"]) is None:
        return unusable("SMA-S014", "selection_list", path, number, "basis", row["basis"])
    return None


def _category(row: Row) -> Category:
    trigger = row.get("trigger", "")
    return Category(
        row["list"],
        row["version"],
        row["category"],
        row.get("result") or row.get("description") or row["category"],
        _value(row),
        process=row.get("process") or None,
        term=duration(row.get("term", "")) or None,
        trigger=meant("trigger", trigger) or trigger or None,
        ground=row.get("ground") or None,
        place=row.get("place") or None,
        note=row.get("description") or None,
        process_object=row.get("process_object") or None,
        less_suited=meant("basis", row.get("basis", "")) == "key-function",
    )


def _value(row: Row) -> AppraisalValue:
    value: AppraisalValue = msgspec.convert(meant("value", row["value"]), AppraisalValue)
    return value


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
