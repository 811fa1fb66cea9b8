"""The values in a delivered piece that is no JSON: a row, an element, a block, a sheet, an answer in a web archive."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree, html
from warcio.archiveiterator import ArchiveIterator

from sma_plugin.model import Evidence
from source_fields import Value, values

_ARCHIVES = (b"\x1f\x8b", b"WARC/")
_UNSEEN = ("script", "style", "head")


def told_by(pointer: Evidence, folder: Path) -> Iterator[Value]:
    """Every value in the bytes that a pointer points at, whatever their form; of markup every text and address."""
    path = folder / pointer.path
    data = path.read_bytes()
    if pointer.offset is not None and pointer.length is not None:
        data = data[pointer.offset : pointer.offset + pointer.length]
    name = path.name.lower()
    if data.startswith(_ARCHIVES):
        yield from answer(data, pointer.locator or "")
    elif name.endswith(".csv"):
        yield from row(path, data)
    elif name.endswith((".car", ".repo")):
        yield from block(data)
    elif name.endswith(".xlsx"):
        yield from sheet(path)
    elif name.endswith(".har"):
        yield from content(json.loads(data), pointer.locator or "")
    elif data.lstrip()[:1] in (b"{", b"["):
        yield from values(json.loads(data))
    elif name.endswith((".html", ".htm")):
        yield from markup(data)
    elif data.lstrip()[:1] == b"<":
        yield from elements(data)


def answer(record: bytes, locator: str) -> Iterator[Value]:
    """What a platform answered, as far as it is JSON: the part that a pointer within it names."""
    for one in ArchiveIterator(io.BytesIO(record)):
        body = one.content_stream().read()
        if body.lstrip()[:1] in (b"{", b"["):
            yield from values(_at(json.loads(body), locator.partition("#")[2] or locator))


def content(entry: dict[str, Any], locator: str) -> Iterator[Value]:
    """What a platform answered as a browser put it on record, as far as it is JSON."""
    body = entry["response"]["content"].get("text", "")
    if body.lstrip()[:1] in ("{", "["):
        yield from values(_at(json.loads(body), locator.partition("#")[2]))


def _at(document: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:] if pointer.startswith("/") else ():
        name = step.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


def row(path: Path, data: bytes) -> Iterator[Value]:
    """The cells of one row, by the headings of its table."""
    text = path.read_text("utf-8-sig")
    separator = max(",;\t", key=text.partition("\n")[0].count)
    (cells,) = csv.reader(io.StringIO(data.decode(), newline=""), delimiter=separator)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    headings = next(one for one in rows if len(one) == len(cells))
    yield from (Value(name, cell) for name, cell in zip(headings, cells, strict=True) if cell.strip() not in ("", name))


def sheet(path: Path) -> Iterator[Value]:
    """The cells of every sheet, by the headings above them."""
    import openpyxl  # noqa: PLC0415 -- an extra

    for one in openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True):
        rows = [list(cells) for cells in one.iter_rows(values_only=True)]
        for number, cells in enumerate(rows):
            above = next((each for each in reversed(rows[:number]) if len([x for x in each if x]) > 2), None)
            for name, cell in zip(above or (), cells, strict=False):
                if name and cell not in (None, ""):
                    yield Value(str(name), cell if isinstance(cell, int | float) else str(cell))


def block(data: bytes) -> Iterator[Value]:
    """A block of a Bluesky repository, with or without its length and identifier before it."""
    import libipld  # noqa: PLC0415 -- an extra

    try:
        found = libipld.decode_dag_cbor(data)
    except ValueError:
        begin = next(at for at, byte in enumerate(data) if byte < 0x80) + 1
        found = libipld.decode_dag_cbor(data[begin + 36 :])
    yield from values(_without_bytes(found))


def _without_bytes(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_bytes(one) for name, one in value.items()}
    if isinstance(value, list):
        return list(map(_without_bytes, value))
    return None if isinstance(value, bytes) else value


def elements(data: bytes) -> Iterator[Value]:
    """The texts and attributes of an element of XML; prefixes that are declared elsewhere stay as they are."""
    root = etree.fromstring(data, etree.XMLParser(recover=True, resolve_entities=False))
    for one in root.iter():
        if isinstance(one.tag, str):
            way = ".".join(_local(each.tag) for each in (*reversed(list(one.iterancestors())), one))
            if one.text and one.text.strip():
                yield Value(way, one.text.strip())
            yield from (Value(f"{way}@{_local(name)}", value) for name, value in one.attrib.items())


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def markup(data: bytes) -> Iterator[Value]:
    """The texts of a page as they are seen, with what its links and pictures name."""
    for one in html.document_fromstring(data).iter():
        if not isinstance(one.tag, str) or any(each.tag in _UNSEEN for each in (one, *one.iterancestors())):
            continue
        said = (one.text, *(child.tail for child in one))
        yield from (Value(one.tag, text.strip()) for text in said if text and text.strip())
        yield from (Value(f"{one.tag}@{name}", one.get(name, "")) for name in ("href", "src", "alt") if one.get(name))
