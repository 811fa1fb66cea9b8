"""A METS document against its schemas and the profile: XSD, Schematron for the document, streamed rules for the rest.

The rules are one table, ``mets_profiles/rules.toml``; every one of them is told with its own id.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.resources import as_file, files
from itertools import islice
from pathlib import Path
from typing import Any, cast

import msgspec
from lxml import etree

from sma_plugin.findings import Finding, make
from sma_plugin.validate import schemas

PROFILES = "sma_plugin.mets_profiles"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
MAX_ERRORS = 100
"""So many schema errors are told; the rest is counted in the last one."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of the profile: where it is checked, and what must hold in both languages."""

    where: str
    text: dict[str, str]


@cache
def rules() -> dict[str, Rule]:
    """Every rule of the profile by id."""
    text = files(PROFILES).joinpath("rules.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Rule])


def broken(rule: str, path: str, item: str | None = None) -> Finding:
    """The finding that a rule does not hold. Raises ``KeyError`` for a rule that the table lacks."""
    text = rules()[rule].text
    return make("SMA-V010", path=path, item=item, rule=rule, text_nl=text["nl"], text_en=text["en"])


def parse(path: Path) -> etree._ElementTree | Finding:
    """A METS document as a tree, or the finding that says why it cannot be read."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        tree = etree.parse(path, parser)
    except etree.XMLSyntaxError as error:
        return make("SMA-V001", path=path.name, reason=str(error))
    if cast("Any", tree.docinfo).doctype:
        return make("SMA-V001", path=path.name, reason="DOCTYPE")
    return tree


def check_schemas(tree: etree._ElementTree, name: str) -> Iterator[Finding]:
    """METS 1.12.1 with PREMIS 3, MDTO 1.0.1 and our records; "not run" when a schema is missing."""
    try:
        schema = schemas.driver()
    except schemas.SchemaError as error:
        yield make("SMA-V002", path=name, reason_nl=error.sentence("nl"), reason_en=error.sentence("en"))
        return
    yield from _schema_errors(schema, tree, name)


def check_single(tree: etree._ElementTree, name: str, schema_name: str) -> Iterator[Finding]:
    """A document against one official schema by itself."""
    try:
        schema = schemas.single(schema_name)
    except schemas.SchemaError as error:
        yield make("SMA-V002", path=name, reason_nl=error.sentence("nl"), reason_en=error.sentence("en"))
        return
    yield from _schema_errors(schema, tree, name)


def _schema_errors(schema: etree.XMLSchema, tree: etree._ElementTree, name: str) -> Iterator[Finding]:
    if schema.validate(tree):
        return
    for error in islice(cast("Any", schema.error_log), MAX_ERRORS):
        yield make("SMA-V003", path=name, item=f"line {error.line}", reason=error.message[:300])


@cache
def _schematron() -> Any:
    isoschematron: Any = import_module("lxml.isoschematron")  # the stubs lack it
    with as_file(files(PROFILES).joinpath("sma-profile.sch")) as path:
        return isoschematron.Schematron(etree.parse(path), store_report=True)


def check_document(tree: etree._ElementTree, name: str) -> Iterator[Finding]:
    """The rules that hold for the document as a whole, by Schematron."""
    schematron = _schematron()
    if schematron.validate(tree):
        return
    for failed in schematron.validation_report.iter(f"{_SVRL}failed-assert"):
        yield broken(failed.get("id", ""), name, failed.get("location"))
