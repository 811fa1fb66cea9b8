"""The structMap that Archivematica imports: no division has so many in a row that looking through it takes minutes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from lxml import etree

from sma_plugin.describe import structmap_writer
from sma_plugin.describe.structmap_writer import Div, ImportMap
from sma_plugin.validate.mets_stream import read_mets

METS = 'xmlns:mets="http://www.loc.gov/METS/"'


def written(count: int) -> etree._Element:
    """A timeline of so many posts, each tenth with a reply."""
    stream = io.BytesIO()
    writer = ImportMap(stream, "x-")
    writer.open(Div("timeline", "Berichten"))
    for number in range(1, count + 1):
        writer.open(Div("post", str(number), f"div-{number}"))
        if number % 10 == 0:
            writer.leaf(Div("reply", f"reactie {number}"))
        writer.close()
    writer.close()
    writer.flush()
    return etree.fromstring(f"<x {METS}>{stream.getvalue().decode()}</x>".encode())


def test_many_divisions_are_put_together_by_the_hundred_in_their_order() -> None:
    root = written(2350)
    labels = [div.get("LABEL") for div in root.iter("{*}div") if div.get("TYPE") == "post"]
    assert labels == [str(number) for number in range(1, 2351)]
    assert max(map(len, root.iter())) <= 123
    parts = [div.get("LABEL") for div in root.iter("{*}div") if div.get("TYPE") == "part"]
    assert (parts[0], parts[-1], len(parts)) == ("101…", "2301…", 23)


def test_up_to_a_hundred_stand_where_they_stood() -> None:
    for count in (1, 99, 100):
        (timeline,) = written(count)
        assert [div.get("TYPE") for div in timeline] == ["post"] * count
    (timeline,) = written(101)
    assert [div.get("TYPE") for div in timeline] == ["post"] * 100 + ["part"]


def test_the_structure_says_the_same_as_without_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The METS of an AIP holds what was imported; the package's own has all in a row."""
    told = []
    for together in (100, 10_000):
        monkeypatch.setattr(structmap_writer, "_TOGETHER", together)
        timeline = etree.tostring(written(350)[0]).decode()
        path = tmp_path / f"METS.{together}.xml"
        path.write_text(f'<mets:mets {METS}><mets:structMap TYPE="logical">{timeline}</mets:structMap></mets:mets>')
        told.append((read_mets(path, path.name).structure, read_mets(path, path.name).kinds))
    assert told[0] == told[1]
    assert told[0][1]["reply"] == 35
