"""XML read, and validated, as a stream: memory stays bounded, however large the document is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, cast

from lxml import etree

from sma_plugin.describe.xml import safe_parser
from sma_plugin.findings import Finding, make
from sma_plugin.validate import schemas

MAX_ERRORS = 100
"""So many schema errors of a document are told."""
_WITH_LINES = 32 << 20
"""Bytes. A smaller document is read once more to tell each of its errors with its line; of a larger one the last."""
_SAFE: dict[str, bool] = {"resolve_entities": False, "no_network": True, "load_dtd": False}


class XmlError(ValueError):
    """A document that is no XML, or brings a document type of its own; says why, and which (``path``)."""

    def __init__(self, reason: str, path: Path | None = None) -> None:
        super().__init__(reason)
        self.path = path


def elements(
    path: Path, events: Sequence[str] = ("end",), tags: Sequence[str] | None = None
) -> Iterator[tuple[str, etree._Element]]:
    """Events of a document, without network, entities or DTD; with ``tags`` those of such elements alone.

    Raises :class:`XmlError` and ``OSError``.
    """
    known = False
    with path.open("rb") as stream:
        try:
            for event, element in etree.iterparse(stream, events=tuple(events), tag=tags, **_SAFE):
                if not known:
                    known = True
                    if cast("Any", element.getroottree().docinfo).doctype:
                        raise XmlError("DOCTYPE", path)
                yield event, element
        except etree.XMLSyntaxError as error:
            raise XmlError(str(error), path) from error


def drop(parent: etree._Element, children: Iterable[etree._Element]) -> None:
    """Take out what no later rule asks for, so that as much is kept as of a small document."""
    for child in list(children):
        parent.remove(child)


def forget(element: etree._Element) -> None:
    """Empty an element that no later rule asks for, and take out the one before it that was emptied.

    This one stays while the parser is at it.
    """
    element.clear()
    before, parent = element.getprevious(), element.getparent()
    if before is not None and parent is not None and before.tag == element.tag and not len(before) + len(before.attrib):
        parent.remove(before)


def schema_findings(path: Path, name: str, load: Callable[[], etree.XMLSchema]) -> Iterator[Finding]:
    """A document that is known to be XML against a schema; "not run" when that is missing.

    A pass of its own: with a schema, lxml 6 does not tell where a document is cut short.
    """
    try:
        schema = load()
    except schemas.SchemaError as error:
        yield make("SMA-V002", path=name, reason_nl=error.sentence("nl"), reason_en=error.sentence("en"))
        return
    with path.open("rb") as stream:
        try:
            for _, element in etree.iterparse(stream, events=("end",), schema=schema, **_SAFE):
                element.clear()
        except etree.XMLSyntaxError as error:
            yield from _schema_errors(path, name, schema, str(error))


def _schema_errors(path: Path, name: str, schema: etree.XMLSchema, last: str) -> Iterator[Finding]:
    if path.stat().st_size > _WITH_LINES:
        yield make("SMA-V003", path=name, reason=last[:300])
        return
    schema.validate(etree.parse(path, safe_parser()))
    for entry in islice(cast("Any", schema.error_log), MAX_ERRORS):
        yield make("SMA-V003", path=name, item=f"line {entry.line}", reason=entry.message[:300])
