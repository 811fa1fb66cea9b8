"""Lists of codes for restrictions on use and for triggers, as archives publish them.

A list is a CSV file with the columns ``begripCode``, ``begripLabel`` and ``definitie``, separated by semicolons.
The lists that are in use have blemishes: blanks at the end of a code, a code that was cut off. What can be repaired
without guessing is repaired and told, so that the archive can mend its list; the list itself is left as it is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.selection.laws import law_of
from sma_plugin.settings import Settings

_VERSIONED = re.compile(r"(?P<stem>.*?)(?P<rest>[\s-]*(?:-[a-z])?)(?P<version>/\d+(?:\.\d+)*)\s*")
_COLUMNS = ("begripCode", "begripLabel", "definitie")


class Code(msgspec.Struct, frozen=True, omit_defaults=True):
    """One code: what the list that it is of is called, its code, its label, what it means."""

    list_name: str
    code: str
    label: str
    definition: str | None = None


def load_codes(settings: Settings) -> tuple[dict[str, Code], list[Finding]]:
    """Every code of the configured lists by itself, and what is wrong with the lists."""
    findings: list[Finding] = []
    codes: dict[str, Code] = {}
    for name in settings.paths.restriction_codes:
        path = settings.resolve(name)
        try:
            data = path.read_bytes()
        except OSError as error:
            findings.append(make("SMA-S010", path=name, reason=error.strerror or str(error)))
            continue
        for code in read_codes(data, path, findings):
            codes.setdefault(code.code, code)
    return codes, findings


def read_codes(data: bytes, path: Path, findings: list[Finding]) -> Iterator[Code]:
    """The codes of one list; what was repaired or cannot be used is added to ``findings``."""
    text, known_encoding = _text(data)
    if not known_encoding:
        findings.append(make("SMA-S092", path=path.name))
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    missing = [column for column in _COLUMNS[:2] if column not in (reader.fieldnames or ())]
    if missing:
        findings.append(make("SMA-S011", path=path.name, columns=", ".join(missing)))
        return
    labels: dict[str, str] = {}
    unversioned: list[Finding] = []
    versions = 0
    for row in reader:
        raw, label = row["begripCode"] or "", (row["begripLabel"] or "").strip()
        code = repaired(raw)
        where: dict[str, Any] = {"path": path.name, "item": str(reader.line_num)}
        if not code or not label:
            findings.append(make("SMA-S012", **where, row=reader.line_num, column=_COLUMNS[0 if label else 1]))
            continue
        if code != raw:
            findings.append(make("SMA-S030", **where, row=reader.line_num, raw=raw, code=code))
        if label in labels:
            findings.append(make("SMA-S031", **where, row=reader.line_num, code=code, other=labels[label]))
        labels[label] = code
        if "://" not in code and not _VERSIONED.fullmatch(code):
            unversioned.append(make("SMA-S093", **where, row=reader.line_num, code=code))
        versions += bool(_VERSIONED.fullmatch(code))
        law = law_of(code)
        yield Code(law.list_name if law else path.stem, code, label, (row.get("definitie") or "").strip() or None)
    if versions > len(unversioned):
        findings.extend(unversioned)


def repaired(code: str) -> str:
    """A code without blanks around its parts, and without what is left of a word that was cut off.

    >>> repaired("Auteurswet/Voorbehoud-OpenbareMacht /1.0"), repaired("Auteurswet/Voorbehoud-TekstEnDatamining-n/1.0")
    ('Auteurswet/Voorbehoud-OpenbareMacht/1.0', 'Auteurswet/Voorbehoud-TekstEnDatamining/1.0')
    """
    found = None if "://" in code else _VERSIONED.fullmatch(code.strip())
    return f"{found['stem']}{found['version']}" if found else code.strip()


def _text(data: bytes) -> tuple[str, bool]:
    """The text, and whether it was UTF-8; else it is read as ISO-8859-1, in which some published lists are."""
    try:
        return data.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        return data.decode("latin-1"), False


class Codes:
    """Every code of the configured lists, found by code or label; ``findings`` are what is wrong with the lists."""

    def __init__(self, settings: Settings) -> None:
        known, self.findings = load_codes(settings)
        self._codes = {code.casefold(): one for code, one in known.items()}
        self._labels: dict[str, Code | None] = {}
        for one in known.values():
            label = one.label.casefold()
            self._labels[label] = None if label in self._labels else one

    def find(self, told: str) -> Code | None:
        """The code that is meant, by itself (a damaged one too) or by a label that only one code has."""
        return self._codes.get(repaired(told).casefold()) or self._labels.get(told.strip().casefold())

    def names(self, *, triggers: bool = False) -> Iterator[str]:
        """Codes and labels of triggers, or of everything else."""
        for one in self._codes.values():
            if is_trigger(one) == triggers:
                yield from (one.code, one.label)


def is_trigger(code: Code) -> bool:
    """Whether a code is one of a trigger, and no ground."""
    law = law_of(code.code)
    return law is not None and law.trigger
