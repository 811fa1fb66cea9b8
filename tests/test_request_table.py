"""Requests of people in a table: what can be used is noted once, and of the rest row and column are told."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from conversations import BY, Home, talk
from sma_plugin.cli import app
from sma_plugin.findings import Finding, remedy, text
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.request_table import take_in, write_form
from sma_plugin.privacy.requests import Request, listed
from sma_plugin.privacy.stored_posts import stored_posts
from sma_plugin.settings import Role, Settings

SETTINGS = Settings(roles={"archivaris": Role(("requests",)), "stagiair": Role()})
HEAD = ["uitkomst", "platform", "account", "berichten", "verklaring", "besluitnummer", "rol", "datum", "grond"]
GOOD = [
    "buiten de opdracht",
    "X (Twitter)",
    "@jan_jansen84",
    "",
    "",
    "2026/21",
    "archivaris",
    "1-2-2026",
    "AVG art. 17",
]


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    made = Keys(tmp_path / "keys" / "k")
    made.new(BY)
    return made


def changed(**values: str) -> list[str]:
    return [values.get(heading, told) for heading, told in zip(HEAD, GOOD, strict=True)]


def read(tmp_path: Path, keys: Keys, *rows: list[str]) -> tuple[list[Request], list[Finding]]:
    path = tmp_path / "verzoeken.csv"
    path.write_text("".join(";".join(row) + "\n" for row in (HEAD, *rows)), encoding="utf-8")
    entered, findings = take_in(path, keys, SETTINGS, [])
    return [one.request for one in entered], findings


def test_every_row_that_can_be_used_is_noted_once(tmp_path: Path, keys: Keys) -> None:
    rows = [GOOD, changed(uitkomst="statement", account="", berichten="30, 31", verklaring="Dit was sarcasme")]
    entered, findings = read(tmp_path, keys, *rows)
    assert [(one.outcome, one.date, one.role, len(one.posts)) for one in entered] == [
        ("removed", "2026-02-01", "archivaris", 0),
        ("statement", "2026-02-01", "archivaris", 2),
    ]
    assert findings == []
    again, told = read(tmp_path, keys, *rows)
    assert (again, [one.code for one in told]) == ([], ["SMA-P043", "SMA-P043"])
    assert len(listed(keys).rows()) == 2


@pytest.mark.parametrize(
    ("values", "code", "said"),
    [
        ({"uitkomst": "verwijderd"}, "SMA-S014", "'verwijderd'"),
        ({"uitkomst": ""}, "SMA-S012", "uitkomst"),
        ({"datum": ""}, "SMA-S012", "datum"),
        ({"datum": "februari 2026"}, "SMA-S022", "februari 2026"),
        ({"datum": "1-2-2099"}, "SMA-S114", "2099"),
        ({"grond": ""}, "SMA-S012", "grond"),
        ({"besluitnummer": ""}, "SMA-S012", "besluitnummer"),
        ({"rol": "stagiair"}, "SMA-S020", "stagiair"),
        ({"account": ""}, "SMA-P042", "over wie"),
        ({"platform": "krant"}, "SMA-P042", "krant"),
        ({"uitkomst": "verklaring erbij"}, "SMA-P042", "verklaring"),
        ({"berichten": "https://www.instagram.com/p/Cabc123/"}, "SMA-P042", "geen bericht"),
        ({"grond": "verzoek van Jan_Jansen84"}, "SMA-P042", "noemt niemand"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_and_costs_no_other(
    tmp_path: Path, keys: Keys, values: dict[str, str], code: str, said: str
) -> None:
    entered, (told,) = read(tmp_path, keys, changed(**values), GOOD)
    assert [one.decision for one in entered] == ["2026/21"]
    assert told.code == code
    assert "2" in text(told, "nl")
    assert said in text(told, "nl")
    assert "?" not in remedy(told, "nl")


def test_what_a_workbook_does_not_say_is_not_guessed(tmp_path: Path, keys: Keys) -> None:
    path = tmp_path / "verzoeken.xlsx"
    write_form(path, SETTINGS, "nl")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == HEAD
    for number, row in enumerate((GOOD, changed(datum="=VANDAAG()"), changed(besluitnummer="2026/22")), 2):
        for column, told in enumerate(row, 1):
            sheet.cell(number, column).value = told
    sheet.merge_cells("C2:C4")
    book.save(path)
    entered, findings = take_in(path, keys, SETTINGS, [])
    assert [one.request.decision for one in entered] == ["2026/21"]
    assert {one.code for one in findings} == {"SMA-S060", "SMA-S062", "SMA-S012", "SMA-P042"}


def test_a_table_without_a_column_is_not_read(tmp_path: Path, keys: Keys) -> None:
    path = tmp_path / "verzoeken.csv"
    path.write_text("uitkomst;platform;account\nremoved;x;jan\n", encoding="utf-8")
    entered, (told,) = take_in(path, keys, SETTINGS, [])
    assert (entered, told.code) == ([], "SMA-S011")


def test_the_command_says_which_packages_hold_what_is_removed(tmp_path: Path) -> None:
    (tmp_path / "gesprek").mkdir()
    place: Home = talk(tmp_path / "gesprek")
    path = tmp_path / "verzoeken.csv"
    rows = (HEAD, changed(rol="archivist"), changed(rol="archivist", datum="ooit"))
    path.write_text("".join(";".join(row) + "\n" for row in rows), encoding="utf-8")
    done = CliRunner().invoke(
        app, ["privacy", "request", "read", str(path), str(place.out), "--config", str(place.config)]
    )
    assert done.exit_code == 1, done.output
    assert "avg-1 · out of scope · 2026/21. Posts of these in the packages: 1." in done.output
    assert "in this stored package: 1" in done.output
    assert "is no date" in done.output
    with stored_posts([place.out]) as stored:
        assert any(one.name in done.output for one in stored)
