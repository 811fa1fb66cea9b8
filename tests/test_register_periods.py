"""An account in the register over time: handles, office holders, bodies and categories, and the packages they make."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from making import ACTOR, mastodon, note, zipped
from sma_plugin.ingest import Result, ingest
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.selection.periods import periods
from sma_plugin.selection.records import PackageDecisions, Reference
from sma_plugin.selection.register import Register, load_register
from sma_plugin.selection.register_values import names_a_person
from sma_plugin.settings import Paths, Settings

HEAD = ["registernummer", "platform", "accountnaam", "accountnummer", "soort account", "reacties mogelijk"]
HEAD += ["ambtsdrager", "beheerder", "zorgdrager", "categorie", "van", "tot", "pakketten per"]
OFFICE = [
    [1, "X (Twitter)", "@wethouder_oud", None, "zakelijk", "nee", None, None, None, "1", None, "2022-05-31", None],
    [1, None, "@wethouder", None, None, None, None, None, None, None, "2022-06-01", None, None],
    [1, None, None, None, None, None, "Wethouder A", "Bestuursadviseur", None, None, "2018-06-01", "2022-05-31", None],
    [1, None, None, None, None, None, "Wethouder B", None, None, None, "1-6-2022", None, "ambtstermijn"],
]
TOML = """
[[account]]
platform = "x"
native_id = 1234567890123456789
handle = "vbstad"
kind = "corporate"
replies_possible = true
administrator = ["Adviseur online", "Teamleider"]

[[account.period]]
from = 2018-01-01
until = 2021-12-31
custodian = "College van Oud-Voorbeeldstad"

[[account.period]]
from = 2022-01-01
custodian = "College van Voorbeeldstad"
period_cut = "reorganisatie"
"""


def workbook(path: Path, *rows: list[object], merged: str = "") -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    book.save(path)


def loaded(folder: Path, name: str) -> Register:
    return load_register(Settings(base=str(folder), paths=Paths(registers=(name,))))


def codes(found: Register) -> list[tuple[str, object, object]]:
    return [(one.code, one.params.get("row"), one.params.get("column_nl")) for one in found.findings]


def test_what_held_when_is_told_of_its_own_period_only(tmp_path: Path) -> None:
    workbook(tmp_path / "r.xlsx", HEAD, *OFFICE)
    found = loaded(tmp_path, "r.xlsx")
    assert codes(found) == []
    (entry,) = found.entries
    assert entry.handles == ("wethouder_oud", "wethouder")
    assert (entry.account.handle, entry.account.office_holder) == ("wethouder", "Wethouder B")
    before = entry.during("2019-01-01", "2021-12-31")
    assert (before.handle, before.office_holder) == ("wethouder_oud", "Wethouder A")
    assert before.administrator == "Bestuursadviseur"
    assert before.scenario == "A"
    after = entry.during("2023-01-01", "2023-12-31")
    assert (after.handle, after.office_holder, after.administrator) == ("wethouder", "Wethouder B", None)
    assert entry.during("2017-01-01", "2017-12-31").office_holder is None
    assert entry.borders == ("2018-06-01", "2022-06-01")
    assert [(one.category, one.until) for one in entry.links] == [("1", "2022-05-31"), (None, None)]


def test_an_account_is_found_by_every_handle_that_it_had(tmp_path: Path) -> None:
    workbook(tmp_path / "r.xlsx", HEAD, *OFFICE)
    found = loaded(tmp_path, "r.xlsx")
    assert [found.find("x", "handle:x", [name]) for name in ("WETHOUDER_OUD", "wethouder")] == [found.entries[0]] * 2
    assert found.find("mastodon", "1", ["wethouder"]) is None
    assert [ref.handle for _, ref in found.subjects] == ["wethouder_oud", "wethouder"]


def test_a_register_in_toml_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(TOML, encoding="utf-8")
    found = loaded(tmp_path, "r.toml")
    assert codes(found) == []
    (entry,) = found.entries
    assert (entry.account.native_id, entry.account.scenario) == ("1234567890123456789", "B")
    assert entry.account.administrator == "Adviseur online; Teamleider"
    assert entry.during("2020-01-01", "2020-02-01").custodian is not None
    assert entry.during("2020-01-01", "2020-02-01").custodian != entry.account.custodian
    assert entry.borders == ("2018-01-01", "2022-01-01")
    assert [one.value for one in entry.held["custodian"]][-1] == "College van Voorbeeldstad"
    assert entry.held["custodian"][-1].place == "r.toml:15"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[account]]\nplatform = ", "SMA-S010"),
        ("[accounts]\n", "SMA-S010"),
        ('[[account]]\nplatform = "x"\nhandle = "a"\ncustodain = "b"\n', "SMA-S058"),
        ('[[account]]\nplatform = "x"\n', "SMA-S012"),
        ('[[account]]\nplatform = "x"\nhandle = "a"\nfrom = "morgen"\n', "SMA-S014"),
    ],
)
def test_toml_that_cannot_be_used_is_one_finding(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "r.toml").write_text(text, encoding="utf-8")
    assert [one.code for one in loaded(tmp_path, "r.toml").findings] == [code]


SOUND = [None, "x", "vbstad", None, "zakelijk", "ja", None, None, "College", "1", None, None, None]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({4: "zakenlijk"}, [("SMA-S014", 3, "soort account")]),
        ({5: "misschien"}, [("SMA-S015", 3, "reacties mogelijk")]),
        ({7: "j.voorbeeld@voorbeeldstad.example"}, [("SMA-S046", 3, "beheerder")]),
        ({10: "31-2-2026"}, [("SMA-S014", 3, "van")]),
        ({10: 2026}, [("SMA-S014", 3, "van")]),
        ({10: "2026-02-01", 11: "2026-01-01"}, [("SMA-S014", 3, "tot")]),
        ({12: "eeuw"}, [("SMA-S015", 3, "pakketten per")]),
        ({2: ""}, [("SMA-S012", 3, "platform, accountnaam of accountnummer")]),
        ({1: ""}, [("SMA-S012", 3, "platform, accountnaam of accountnummer")]),
        ({3: 17840000000000001}, [("SMA-S045", 3, None)]),
        ({8: "#REF!"}, [("SMA-S043", 3, None)]),
        ({8: '="College"&" van B&W"'}, [("SMA-S062", 3, None)]),
    ],
)
def test_a_bad_cell_is_told_by_row_and_column_and_stops_no_other_row(
    tmp_path: Path, changed: dict[int, object], found: list[tuple[str, int, str]]
) -> None:
    bad = [changed.get(number, "elders" if number == 2 else cell) for number, cell in enumerate(SOUND)]
    workbook(tmp_path / "r.xlsx", HEAD, SOUND, bad, [*SOUND[:2], "derde", *SOUND[3:]])
    register = loaded(tmp_path, "r.xlsx")
    assert codes(register) == found
    assert {"vbstad", "derde"} <= {entry.account.handle for entry in register.entries}


def test_a_merged_cell_is_empty_for_the_rows_that_do_not_hold_its_value(tmp_path: Path) -> None:
    rows = [[*SOUND[:2], handle, *SOUND[3:]] for handle in ("een", "twee", "drie")]
    workbook(tmp_path / "r.xlsx", HEAD, *rows, merged="I2:I4")
    found = loaded(tmp_path, "r.xlsx")
    assert [(one.code, one.params["row"]) for one in found.findings] == [("SMA-S060", 3), ("SMA-S060", 4)]
    assert [entry.account.custodian is not None for entry in found.entries] == [True, False, False]


def test_rows_of_one_account_are_known_by_number_id_or_handle(tmp_path: Path) -> None:
    by_id = [None, "x", "vbstad", "42", "zakelijk", "ja", None, None, None, "1", None, None, None]
    later = [None, "x", "VBstad", None, None, None, None, None, "College B", None, "2025-01-01", None, None]
    workbook(tmp_path / "r.xlsx", HEAD, later, by_id)
    (entry,) = loaded(tmp_path, "r.xlsx").entries
    assert (entry.account.native_id, entry.account.custodian and entry.account.custodian.name) == ("42", "College B")


def test_duplicates_and_contradictions_keep_what_was_said_first(tmp_path: Path) -> None:
    numbered = [[number, "x", "vbstad", "42", *SOUND[4:]] for number in (1, 2)]
    other = [None, "x", "elders", None, *SOUND[4:8], "Gemeente B", *SOUND[9:]]
    again = [None, "x", "elders", None, *SOUND[4:8], "Gemeente C", *SOUND[9:]]
    workbook(tmp_path / "r.xlsx", HEAD, *numbered, other, again, other)
    found = loaded(tmp_path, "r.xlsx")
    assert [(one.code, one.params["row"]) for one in found.findings] == [
        ("SMA-S013", 3),
        ("SMA-S040", 5),
        ("SMA-S013", 6),
    ]
    assert [entry.account.custodian and entry.account.custodian.name for entry in found.entries] == [
        "College",
        "Gemeente B",
    ]


def test_an_account_that_ever_was_hybrid_is_not_taken_whole(tmp_path: Path) -> None:
    rows = ["platform,handle,kind,from,until", "x,a,hybrid,,2020-01-01", "x,a,corporate,2020-01-02,"]
    (tmp_path / "r.csv").write_text("\n".join(rows))
    (entry,) = loaded(tmp_path, "r.csv").entries
    assert (entry.account.kind, entry.account.scenario) == ("corporate", "C")


def us(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp()) * 1_000_000


def test_packages_begin_on_given_days_and_at_calendar_borders() -> None:
    first, last = us("2021-03-05"), us("2023-04-01")
    assert list(periods(("none",), first, last, ["2020-01-01", "2022-06-01", "2023-04-02"])) == [
        (None, us("2022-06-01") - 1),
        (us("2022-06-01"), None),
    ]
    borders = [start for start, _ in periods(("year",), first, last, ["2022-06-01"])]
    assert borders == [None, us("2022-01-01"), us("2022-06-01"), us("2023-01-01")]
    assert list(periods(("year",), None, None, ["2022-06-01"])) == [(None, None)]


def made(tmp_path: Path, register: str) -> Result:
    """Packages of a delivery with two posts on 1 March 2025 and one on the day after."""
    (tmp_path / "register.csv").write_text(register)
    (tmp_path / "selection-list.csv").write_text("list,version,category,value\nlijst,2020,1,B\n")
    notes = [note(1, "Eerste"), note(23, "Laatste van die dag"), note(24, "Volgende dag")]
    bundle = zipped(tmp_path / "archief.zip", mastodon(notes))
    return ingest([bundle], tmp_path / "out", Settings(base=str(tmp_path)), Quiet())


def test_a_package_ends_with_the_term_of_office_and_is_described_with_its_holder(tmp_path: Path) -> None:
    result = made(
        tmp_path,
        "platform,native_id,handle,kind,category,office_holder,custodian,series,period_cut,from,until\n"
        f"mastodon,{ACTOR},,corporate,1,,,Berichten van de wethouder,ambtstermijn,,\n"
        f"mastodon,{ACTOR},,,,Wethouder A,College A,,,2022-01-01,2025-03-01\n"
        f"mastodon,{ACTOR},,,,Wethouder B,College B,,,2025-03-02,\n",
    )
    assert [one.code for one in result.findings if one.code.startswith("SMA-S")] == []
    told = [read_json(Package(one.path).decisions, PackageDecisions) for one in result.packages]
    assert [one.account.office_holder for one in told] == ["Wethouder A", "Wethouder B"]
    assert [one.account.custodian and one.account.custodian.name for one in told] == ["College A", "College B"]
    assert {one.series.name for one in told} == {"Berichten van de wethouder"}
    assert [one.counts["posts"] for one in result.packages] == [2, 1]
    for one in result.packages:
        assert "<sma:officeHolder>Wethouder" in (one.path / "metadata" / "sma" / "mets.xml").read_text(encoding="utf-8")
        assert [found.code for found in one.findings if found.severity == "error"] == []


@pytest.mark.parametrize(
    "text",
    ["J. de Vries", "mw. Voorbeeld", "A.B. van der Voorbeeld", "06-12345678", "x@y.example", "de heer Voorbeeld"],
)
def test_a_person_is_no_function(text: str) -> None:
    assert names_a_person(text)


@pytest.mark.parametrize(
    "text", ["Communicatieadviseur online", "Teamleider KCC", "Adviseur I&A", "Bestuurssecretaris"]
)
def test_a_function_is_no_person(text: str) -> None:
    assert not names_a_person(text)


def test_an_account_of_which_captures_give_no_id_is_found_by_its_handle(tmp_path: Path) -> None:
    rows = ["platform,native_id,handle,from,until", "x,1,oud,,2020-01-01", "x,1,nieuw,2020-01-02,", "x,,derde,,"]
    (tmp_path / "r.csv").write_text("\n".join(rows))
    found = loaded(tmp_path, "r.csv")
    first, third = found.entries
    assert found.find("x", "handle:nieuw", ["nieuw"]) is first
    assert found.find("x", "1", []) is first
    assert found.find("x", "2", ["nieuw"]) is None
    assert found.find("x", "2", ["Derde"]) is third
    assert found.find("x", "unknown", ["oud", "derde"]) is None


def test_a_bad_row_is_told_of_the_run_and_not_of_packages_of_other_accounts(tmp_path: Path) -> None:
    result = made(
        tmp_path, f"platform,native_id,handle,kind,category\nmastodon,{ACTOR},,corporate,1\nx,7,,zakenlijk,1\n"
    )
    assert [one.code for one in result.findings if one.severity == "error"] == ["SMA-S014"]
    assert [one.code for package in result.packages for one in package.findings if one.severity == "error"] == []
    assert (len(result.packages), result.outcome) == (1, Outcome.ERRORS)


def test_a_formula_counts_with_what_it_showed_last_and_is_told(tmp_path: Path) -> None:
    workbook(tmp_path / "r.xlsx", HEAD, [*SOUND[:8], '="College"&" van B&W"', *SOUND[9:]])
    with zipfile.ZipFile(tmp_path / "r.xlsx") as source:
        members = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(tmp_path / "r.xlsx", "w") as out:  # as a spreadsheet program saves it: with the result
        for name, data in members.items():
            shown = re.sub(rb"</f><v\s*/?>(?:</v>)?", b"</f><v>College van B&amp;W</v>", data)
            out.writestr(name, shown.replace(b'<c r="I2">', b'<c r="I2" t="str">'))
    found = loaded(tmp_path, "r.xlsx")
    assert [(one.code, one.params["row"], one.params["column"]) for one in found.findings] == [
        ("SMA-S061", 2, "zorgdrager")
    ]
    assert found.entries[0].account.custodian == Reference("College van B&W")
