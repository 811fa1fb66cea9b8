"""Writing MDTO records: into the METS, and as documents of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from lxml import etree

from sma_plugin.describe.xml import DECLARATION, MDTO, XSI, escaped, fragment

SCHEMA = f"{MDTO} https://www.nationaalarchief.nl/mdto/MDTO-XML1.0.1.xsd"
FILES = "bestanden"
"""The processing instruction that keeps the place for references to files."""
_FILES_HERE = f"<?{FILES} ?>"
"""How lxml writes it; in foreign text ``<`` is escaped."""


class Record(NamedTuple):
    """A record: its name among the package's files and sections, itself, the files that it is represented by."""

    name: str
    root: etree._Element
    files: Iterable[tuple[str, str]] = ()


@cache
def source_of(source: str) -> str:
    """Where an identifier comes from, as markup."""
    return f"<identificatieBron>{escaped(source)}</identificatieBron>"


def pieces(record: Record, source: str) -> Iterator[str]:
    """A record as text; an Archiefstuk refers to each of its files where its place for them is."""
    before, _, after = fragment(record.root).partition(_FILES_HERE)
    yield before
    if after:
        ending = f"</identificatieKenmerk>{source_of(source)}</verwijzingIdentificatie></heeftRepresentatie>"
        for path, uuid in record.files:
            yield (
                f"<heeftRepresentatie><verwijzingNaam>{escaped(path.rpartition('/')[2])}</verwijzingNaam>"
                f"<verwijzingIdentificatie><identificatieKenmerk>{uuid}{ending}"
            )
        yield after


def standalone(record: Record, source: str) -> Iterator[bytes]:
    """A record as a document by itself, with the location of its schema as in the official examples."""
    record.root.set(etree.QName(XSI, "schemaLocation"), SCHEMA)
    etree.indent(record.root)
    yield DECLARATION
    for piece in pieces(record, source):
        yield piece.encode()
    yield b"\n"
