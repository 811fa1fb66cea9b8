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
from sma_plugin.settings import Settings

_VERSIONED = re.compile(r"(?P<stem>.*?)(?P<rest>[\s-]*(?:-[a-z])?)(?P<version>/\d+(?:\.\d+)*)\s*")
_COLUMNS = ("begripCode", "begripLabel", "definitie")


class Code(msgspec.Struct, frozen=True, omit_defaults=True):
    """One code: the list it is of (the file's stem), its code, its label, what it means."""

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
    reader = csv.DictReader(io.StringIO(_text(data), newline=""), delimiter=";")
    missing = [column for column in _COLUMNS[:2] if column not in (reader.fieldnames or ())]
    if missing:
        findings.append(make("SMA-S011", path=path.name, columns=", ".join(missing)))
        return
    labels: dict[str, str] = {}
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
        yield Code(path.stem, code, label, (row.get("definitie") or "").strip() or None)


def repaired(code: str) -> str:
    """A code without blanks around its parts, and without what is left of a word that was cut off.

    >>> repaired("Auteurswet/Voorbehoud-OpenbareMacht /1.0"), repaired("Auteurswet/Voorbehoud-TekstEnDatamining-n/1.0")
    ('Auteurswet/Voorbehoud-OpenbareMacht/1.0', 'Auteurswet/Voorbehoud-TekstEnDatamining/1.0')
    """
    found = None if "://" in code else _VERSIONED.fullmatch(code.strip())
    return f"{found['stem']}{found['version']}" if found else code.strip()


def _text(data: bytes) -> str:
    """UTF-8, else Latin-1, in which the published lists are."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
