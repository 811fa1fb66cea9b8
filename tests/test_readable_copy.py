"""The copy for access as a table and as pages: in the package, described as the rest, and without whom it protects."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner

from conversations import CONFIG, JAN, ROOS, TALK, Home, home, talk
from sma_plugin.cli import app
from sma_plugin.ingest import ingest
from sma_plugin.model import Event
from sma_plugin.package import Package
from sma_plugin.package.files import read_json_lines
from sma_plugin.package.records import FileRecord
from sma_plugin.pipeline import run
from sma_plugin.privacy.check import checked
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import load
from sma_plugin.step_command import command
from sma_plugin.validate.step import validate_path

MADE = {"2024.html", "index.html", "posts.csv"}
LONG = f'x;"{"lang " * 40_000}Jan van\nJansen-Voorbeeld"\r\n'
"""A row with a name over two lines, behind more than a spreadsheet's reader takes in one cell."""
METS = {"mets": "http://www.loc.gov/METS/", "xlink": "http://www.w3.org/1999/xlink"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return talk(tmp_path_factory.mktemp("gesprek"))


def test_a_copy_for_access_can_be_read_without_software(place: Home) -> None:
    package = place.package
    assert {path.name for path in package.readable.iterdir()} == MADE
    table = (package.readable / "posts.csv").read_bytes().decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(table, newline=""), delimiter=";"))) == 1 + 3
    assert (package.readable / "2024.html").read_text("utf-8").count("<article") == 3


def test_table_and_pages_hold_nobody_whom_the_copy_does_not_hold(place: Home) -> None:
    package = place.package
    said = "".join(path.read_text("utf-8") for path in package.readable.iterdir())
    gone = [JAN["id"], JAN["username"], JAN["name"], ROOS["id"], ROOS["username"], ROOS["name"], "jan@voorbeeld"]
    assert [name for name in gone if name in said] == []
    settings = load(place.config)
    assert checked(package, settings, place.keys).findings == []
    for name, put in (("2024.html", f"<p>{JAN['name']}</p>"), ("posts.csv", LONG)):
        path = package.readable / name
        kept = path.read_bytes()
        path.write_bytes(kept + put.encode())
        assert {one.severity for one in checked(package, settings, place.keys).findings} == {"error"}
        path.write_bytes(kept)


def test_they_are_described_as_files_of_the_copy(place: Home) -> None:
    package = place.package
    mets = etree.parse(package.mets)
    paths = "//mets:fileGrp[@USE='access']/mets:file/mets:FLocat/@xlink:href"
    listed = {Path(str(path)).name for path in mets.xpath(paths, namespaces=METS)}
    assert listed >= {*MADE, "posts.jsonl"}
    events = [
        one for one in read_json_lines(package.all_events, Event) if one.type == "creation" and "pages" in one.detail
    ]
    assert [{Path(name).name for name in one.objects} for one in events] == [MADE]
    assert "posts: 3; pages: 1" in (events[0].note or "")
    assert [one.code for one in validate_path(package.root) if one.severity == "error"] == []


def test_protecting_again_gives_the_same_table_and_pages(place: Home) -> None:
    package = place.package
    before = {path.name: path.read_bytes() for path in package.readable.iterdir()}
    assert run(["protect"], package, load(place.config), Quiet()) == Outcome.OK
    assert {path.name: path.read_bytes() for path in package.readable.iterdir()} == before
    records = [one.path for one in read_json_lines(package.step("protect") / "files.jsonl", FileRecord)]
    assert len(records) == len(set(records)) == len([one for one in package.access.rglob("*") if one.is_file()])


def test_the_step_is_named_once_and_counts_each_post_once(place: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["protect", str(place.package.root), "--config", str(place.config)]) == Outcome.OK
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    named = [(row["event"], row["step"]) for row in rows if row["event"] in ("start", "outcome")]
    assert named == [("start", "protect"), ("outcome", "protect")]
    assert rows[-1]["posts"] == 3


@pytest.mark.parametrize("more", ["[defaults]\nreadable = false\n", ""])
def test_an_archive_may_do_without_them(tmp_path: Path, more: str) -> None:
    place = home(tmp_path, key=bool(more))
    place.config.write_text(CONFIG + more)
    package = talk_again(place, tmp_path)
    assert not package.readable.exists()
    assert package.access_posts.is_file() == bool(more)


def talk_again(place: Home, folder: Path) -> Package:
    (folder / "antwoord.json").write_bytes(TALK)
    ingest([folder / "antwoord.json"], place.out, load(place.config), Quiet())
    return place.package


def test_a_copy_that_is_made_anew_has_them_too(place: Home, tmp_path: Path) -> None:
    line = ["privacy", "remake", str(place.package.root), "--out", str(tmp_path / "uit"), "--config", str(place.config)]
    done = CliRunner().invoke(app, line)
    assert done.exit_code == 0, done.output
    copy = tmp_path / "uit" / place.package.root.name
    assert {path.name: path.read_bytes() for path in (copy / "readable").iterdir()} == {
        path.name: path.read_bytes() for path in place.package.readable.iterdir()
    }
    assert [one.type for one in read_json_lines(copy / "events.jsonl", Event)] == ["redaction", "creation"]
