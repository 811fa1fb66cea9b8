"""What goes into Archivematica's Format Policy Registry: the rows, as the registry's own tables take them."""

from __future__ import annotations

from typing import Any

import pytest
from sma_plugin.microservices.sma_archivematica.registry.rows import document, wanted
from sma_plugin.microservices.sma_archivematica.registry.tables import (
    FORMAT,
    RULE,
    VERSION,
    Row,
)

from conftest import ROOT

XML, ZIP, WEBP = "d60e5243-692e-4af7-90cd-40c53cb8dc7d", "zip", "webp"
PUIDS = {"fmt/101": XML, "x-fmt/263": ZIP, "fmt/566": WEBP, "fmt/11": "png", "fmt/43": "jpeg", "fmt/1840": "wacz"}


class Registry:
    """The tables as rows in memory."""

    def __init__(self, **tables: dict[str, Row]) -> None:
        self.tables = {VERSION: {uuid: version(uuid, puid) for puid, uuid in PUIDS.items()}} | tables

    def rows(self, table: str) -> dict[str, Row]:
        return self.tables.setdefault(table, {})


def version(uuid: str, puid: str) -> Row:
    return {"uuid": uuid, "pronom_id": puid, "enabled": 1}


@pytest.fixture
def told() -> dict[str, Any]:
    return document(ROOT / "microservices/sma_archivematica/fpr.json")


def test_every_row_names_rows_that_are_there_or_come_before_it(told: dict[str, Any]) -> None:
    there = set(PUIDS.values())
    for row in wanted(told, Registry()).values():
        named = {value for name, value in row.items() if name.endswith("_id") and name != "pronom_id" and value}
        assert named <= there
        there.add(row["uuid"])


def test_a_format_that_the_registry_has_by_now_is_not_added_a_second_time(told: dict[str, Any]) -> None:
    registry = Registry()
    assert sum(table == VERSION for table, _ in wanted(told, registry)) == len(told["formats"])
    registry.rows(VERSION)["theirs"] = version("theirs", "fmt/2054")
    found = wanted(told, registry)
    assert sum(table == VERSION for table, _ in found) == len(told["formats"]) - 1
    assert sum(table == FORMAT for table, _ in found) == len(told["formats"]) - 1
    assert {row["format_id"] for (table, _), row in found.items() if table == RULE} >= {"theirs"}


def test_no_rule_is_written_for_a_format_that_nobody_knows(told: dict[str, Any]) -> None:
    known = {*PUIDS, *(one["puid"] for one in told["formats"])}
    expected = [one for one in told["rules"] if one["format"] in known]
    found = [row for (table, _), row in wanted(told, Registry()).items() if table == RULE]
    assert 0 < len(found) == len(expected) < len(told["rules"])
