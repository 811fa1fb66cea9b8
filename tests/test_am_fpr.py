"""What goes into Archivematica's Format Policy Registry: the rows, as the registry's own tables take them."""

from __future__ import annotations

from pathlib import Path
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
from sma_plugin.format_command import command
from sma_plugin.formats.once import converted_already

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


@pytest.mark.parametrize(
    ("source", "target", "made"),
    [
        (
            "objects/captures/een/foto.webp",
            "objects/captures/een/foto-1.png",
            "objects/derived/normalised/een/foto.webp.png",
        ),
        (
            "objects/captures/een/site.wacz",
            "objects/captures/een/site-1.warc",
            "objects/derived/normalised/een/site.wacz.files",
        ),
        ("objects/derived/access/foto.webp", "objects/derived/access/foto-1.png", "objects/derived/access/foto.webp"),
        ("objects/captures/een/foto.webp", "DIP/objects/1-foto.jpg", None),
        ("objects/captures/een/foto.webp", "thumbnails/1.jpg", None),
        ("objects/captures/twee/foto.webp", "objects/captures/twee/foto-1.png", None),
        ("objects/foto.webp", "objects/foto-1.png", None),
    ],
)
def test_what_the_package_holds_converted_is_not_converted_again(
    tmp_path: Path, source: str, target: str, made: str | None
) -> None:
    for name in ("captures/een/foto.webp", "captures/een/foto.png", "captures/twee/foto.webp"):
        _file(tmp_path / "objects" / name)
    for name in ("normalised/een/foto.webp.png", "normalised/een/site.wacz.files/a.warc", "access/foto.webp"):
        _file(tmp_path / "objects/derived" / name)
    found = converted_already(tmp_path / source, tmp_path / target)
    assert found == (None if made is None else tmp_path / made)


def test_a_second_conversion_is_refused_with_what_to_choose(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = _file(tmp_path / "objects/captures/een/foto.webp")
    _file(tmp_path / "objects/derived/normalised/een/foto.webp.png")
    target = source.with_name("foto-1.png")
    assert command(["convert", "image-png", str(source), str(target)]) == 1
    said = capsys.readouterr().err
    assert ("foto.webp.png" in said, "Do not normalize" in said, target.exists()) == (True, True, False)


def _file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"-")
    return path
