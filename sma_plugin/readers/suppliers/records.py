"""The items of a delivery in each form, as records that a mapping can ask for values by their path."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sma_plugin.model import Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.suppliers.json_records import json_records
from sma_plugin.readers.suppliers.mapping import Form, Mapping
from sma_plugin.readers.suppliers.page_records import eml_records, html_records
from sma_plugin.readers.suppliers.record import Record
from sma_plugin.readers.suppliers.table_records import csv_records, xml_records

_FORMS: dict[Form, Callable[[Source, Mapping], Iterator[Record | Problem]]] = {
    "csv": csv_records,
    "json": json_records,
    "xml": xml_records,
    "html": html_records,
    "eml": eml_records,
}


def records(source: Source, mapping: Mapping) -> Iterator[Record | Problem]:
    """The items of one file. What cannot be read is told, and the rest goes on."""
    yield from _FORMS[mapping.form](source, mapping)
