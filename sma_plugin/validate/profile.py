"""The profile's rules as data, and those for a document as a whole, by Schematron; the rest is streamed.

The rules are one table, ``mets_profiles/rules.toml``; every one of them is told with its own id.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.resources import as_file, files
from typing import Any, Literal

import msgspec
from lxml import etree

from sma_plugin.facts import facts
from sma_plugin.findings import Finding, make

Form = Literal["package", "aip"]
"""Whose METS it is: the package's own, or that of an AIP, which Archivematica wrote and our description went into."""
PROFILES = "sma_plugin.mets_profiles"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of the profile: where it is checked, what must hold in both languages, and of which METS."""

    where: str
    text: dict[str, str]
    forms: tuple[Form, ...] = ("package", "aip")


@cache
def rules() -> dict[str, Rule]:
    """Every rule of the profile by id."""
    return facts(PROFILES, "rules.toml", dict[str, Rule])


def broken(rule: str, path: str, item: str | None = None) -> Finding:
    """The finding that a rule does not hold. Raises ``KeyError`` for a rule that the table lacks."""
    text = rules()[rule].text
    return make("SMA-V010", path=path, item=item, rule=rule, text_nl=text["nl"], text_en=text["en"])


@cache
def _schematron() -> Any:
    isoschematron: Any = import_module("lxml.isoschematron")  # the stubs lack it
    with as_file(files(PROFILES).joinpath("sma-profile.sch")) as path:
        return isoschematron.Schematron(etree.parse(path), store_report=True)


def check_document(tree: etree._ElementTree, name: str, form: Form = "package") -> Iterator[Finding]:
    """The rules that hold for a document of this form as a whole, by Schematron."""
    schematron = _schematron()
    if schematron.validate(tree):
        return
    for failed in schematron.validation_report.iter(f"{_SVRL}failed-assert"):
        if form in rules()[failed.get("id", "")].forms:
            yield broken(failed.get("id", ""), name, failed.get("location"))
