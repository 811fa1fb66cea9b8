"""The rows of CSV and the elements of XML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Evidence, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.csv_form import Form, plain
from sma_plugin.readers.csv_rows import Row, Rows, cell_spans
from sma_plugin.readers.remarks import nothing_read
from sma_plugin.readers.suppliers.mapping import Mapping
from sma_plugin.readers.suppliers.record import Record, Uncut
from sma_plugin.readers.xml_element import Element
from sma_plugin.readers.xml_elements import XmlElements

_PREAMBLE, _LISTED = 40, 300
"""So many rows may stand before the header; so many characters of the names of columns are told."""


class _Row:
    def __init__(self, evidence: Evidence, header: list[str], row: Row, form: Form) -> None:
        self.evidence, self._header, self._row, self._form = evidence, header, row, form
        self._cells = dict(zip(header, row.cells, strict=False))

    def values(self, path: str) -> list[Any]:
        found = self._cells.get(plain(path), "").strip()
        return [found] if found else []

    def cuts(self, path: str) -> Iterator[tuple[int, int]]:
        """The cell, without what stands between cells: the others keep their columns."""
        spans = cell_spans(self._row, self._form, len(self._header)) if self.values(path) else []
        if spans:
            yield spans[self._header.index(plain(path))]


def csv_records(source: Source, mapping: Mapping) -> Iterator[Record | Problem]:
    """The rows below the header, which is the first row with every column that the mapping names."""
    wanted = {plain(name) for name in mapping.recognise.names}
    rows = Rows(source.stream, frozenset(wanted))
    header: list[str] | None = None
    unnamed: list[str] = []
    known = {plain(name) for name in mapping.places}
    for number, row in enumerate(rows):
        if header is None:
            cells = [plain(cell) for cell in row.cells]
            if wanted <= set(cells):
                header, rows.width = cells, len(cells)
                unnamed = [cell.strip() for cell in row.cells if cell.strip() and plain(cell) not in known]
            elif number > _PREAMBLE:
                break
            continue
        place = (source.path, row.offset, row.length)
        if len(row.cells) < len(header) and not row.ended:
            yield Problem("SMA-R003", *place, {"counted": number})
            return
        if len(row.cells) != len(header) or not row.whole:
            yield Problem("SMA-R002", *place)
        yield _Row(source.evidence(row.offset, row.length), header, row, rows.form)
    if unnamed:
        yield Problem("SMA-R277", source.path, params={"number": len(unnamed), "names": ", ".join(unnamed)[:_LISTED]})
    if header is None:
        yield nothing_read(source.path, "no header with the columns it should have")


class _Node(Uncut):
    def __init__(self, evidence: Evidence, element: Element) -> None:
        super().__init__(evidence)
        self._element = element

    def values(self, path: str) -> list[Any]:
        found = [self._element]
        steps = path.split("/")
        for number, step in enumerate(steps):
            if step.startswith("@"):
                return [value for one in found for name, value in one.attributes.items() if _local(name) == step[1:]]
            if step not in ("", "."):
                found = [child for one in found for child in one.children if child.local == step]
            if number == len(steps) - 1:
                return [text for one in found if (text := one.text.strip())]
        return []


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def xml_records(source: Source, mapping: Mapping) -> Iterator[Record | Problem]:
    """The elements at the path of local names from the root."""
    steps = tuple(step for step in mapping.items.split("/") if step)
    elements = XmlElements(
        source.stream, lambda path: path == steps[: len(path)] and len(path) < len(steps), steps[-1:]
    )
    for element in elements:
        if element.local == steps[-1]:
            yield _Node(source.evidence(element.offset, element.length), element)
    for fault in elements.faults:
        code = "SMA-R003" if fault.cut else "SMA-R001"
        yield Problem(code, source.path, fault.offset, None, {"reason": fault.reason, "counted": 0})
