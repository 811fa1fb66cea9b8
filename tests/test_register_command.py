"""``sma register``: made from what is there, filled in, checked, converted without loss, laid out on a page."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import openpyxl
import pytest
from lxml import html
from openpyxl.utils import range_boundaries
from typer.testing import CliRunner

from conftest import ROOT
from making import ACTOR, mastodon, note, zipped
from sma_plugin.cli import app
from sma_plugin.ingest import ingest
from sma_plugin.model import Handle
from sma_plugin.register.seen import SeenAccount, SeenCapture, together
from sma_plugin.register.standing import standings
from sma_plugin.register.writing import every_row, write_register
from sma_plugin.reporting import Quiet
from sma_plugin.selection.register import load_register
from sma_plugin.selection.register_values import usable
from sma_plugin.selection.tables import columns
from sma_plugin.settings import Paths, Settings
from sma_plugin.texts import UserError
from test_register_periods import HEAD, OFFICE, TOML, workbook

HANDLE = "gemeente@social.voorbeeldstad.example"


def sma(*arguments: object, code: int = 0) -> str:
    """``sma register``; gives what it printed."""
    result = CliRunner().invoke(app, ["register", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one package of one account, and something that is no package."""
    home = tmp_path_factory.mktemp("packages")
    bundle = zipped(home / "archief.zip", mastodon([note(1, "Eerste"), note(2, "Tweede")]))
    (home / "register.csv").write_text(f"platform,native_id,handle,category\nmastodon,{ACTOR},,1\n")
    (home / "selection-list.csv").write_text("list,version,category,value\nLijst,2020,1,B\n")
    ingest([bundle], home / "pakketten", Settings(base=str(home)), Quiet())
    (home / "pakketten" / "leesmij.txt").write_text("x")
    return home / "pakketten"


def test_a_new_workbook_has_headings_choices_and_an_explanation_and_reads_back_empty(tmp_path: Path) -> None:
    sma("new", tmp_path / "r.xlsx", "--lang", "nl")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    first, second = book.worksheets
    assert [cell.value for cell in first[1]] == [column.words["en"] for column in columns("register")]
    rules = {str(rule.sqref): rule.formula1 for rule in first.data_validations.dataValidation}
    assert '"corporate,hybrid,personal"' in rules.values()
    assert all(re.fullmatch(r"[A-Z]+2:[A-Z]+1000", cells) for cells in rules)
    assert [row[0].value for row in second.iter_rows(min_row=3)] == [one.words["en"] for one in columns("register")]
    sma("new", tmp_path / "r.toml")
    for name in ("r.xlsx", "r.toml"):
        assert load_register(Settings(base=str(tmp_path), paths=Paths(registers=(name,)))).findings == ()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_whatever_is_chosen_from_a_list_is_understood(tmp_path: Path, language: str) -> None:
    write_register(tmp_path / "r.xlsx", [], language, explained=True)  # type: ignore[arg-type]
    (sheet, _) = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets
    offered = 0
    for rule in sheet.data_validations.dataValidation:
        column = columns("register")[range_boundaries(str(rule.sqref))[0] - 1]
        chosen = rule.formula1.strip('"').split(",")
        assert [one for one in chosen if usable(column, one) is None] == [], column.name
        offered += 1
    with_choices = [column for column in columns("register") if column.choices or column.form == "platform"]
    assert offered == len(with_choices)


def test_the_example_of_the_explanation_is_a_sound_row(tmp_path: Path) -> None:
    known = columns("register")
    workbook(tmp_path / "r.xlsx", [column.words["nl"] for column in known], [column.example for column in known])
    found = load_register(Settings(base=str(tmp_path), paths=Paths(registers=("r.xlsx",))))
    assert (found.findings, len(found.entries)) == ((), 1)


@pytest.mark.parametrize("name", ["r.xlsx", "r.csv", "r.toml"])
def test_a_register_made_of_captures_finds_their_accounts(tmp_path: Path, packages: Path, name: str) -> None:
    sma("new", tmp_path / name, "--from", packages)
    (entry,) = load_register(Settings(base=str(tmp_path), paths=Paths(registers=(name,)))).entries
    assert (entry.account.platform, entry.account.native_id, entry.account.handle) == ("mastodon", ACTOR, HANDLE)
    told = sma("check", tmp_path / name, "--against", packages)
    assert "SMA-S049" in told
    assert "SMA-S050" not in told


def test_a_delivery_can_be_the_source_too(tmp_path: Path) -> None:
    bundle = zipped(tmp_path / "archief.zip", mastodon())
    sma("new", tmp_path / "r.csv", "--from", bundle)
    assert HANDLE in (tmp_path / "r.csv").read_text(encoding="utf-8-sig")


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    for name in ("r.xlsx", "r.csv", "r.toml"):
        (tmp_path / name).write_text("van mij")
        sma("new", tmp_path / name, code=1)
        assert (tmp_path / name).read_text() == "van mij"


REST = [[*row, None, None] for row in OFFICE]
REST[0][-2:] = ["rood", "weg met dit"]


def content(path: Path) -> list[dict[str, str]]:
    """Every row with what is filled in."""
    return [{name: value for name, value in row.items() if value} for row in every_row([path], [])]


def test_a_register_goes_through_every_form_without_loss(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", [*HEAD, "kleur", "status"], *REST)
    for source, target in (("a.xlsx", "b.csv"), ("b.csv", "c.toml"), ("c.toml", "d.xlsx"), ("d.xlsx", "e.toml")):
        sma("export", tmp_path / source, "--out", tmp_path / target)
    assert content(tmp_path / "d.xlsx")[0]["+kleur"] == "rood"
    assert (tmp_path / "c.toml").read_text() == (tmp_path / "e.toml").read_text()
    assert content(tmp_path / "c.toml")[0]["+kleur"] == "rood"
    assert content(tmp_path / "c.toml")[0]["status"] == "weg met dit"
    held = [
        load_register(Settings(base=str(tmp_path), paths=Paths(registers=(name,)))) for name in ("a.xlsx", "e.toml")
    ]
    first, last = (
        {name: [(one.value, one.since, one.until) for one in found] for name, found in one.entries[0].held.items()}
        for one in held
    )
    assert first == last


def test_periods_in_toml_stay_with_their_account_in_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(TOML + '\n[[account]]\nplatform = "x"\nhandle = "elders"\n')
    sma("export", tmp_path / "a.toml", "--out", tmp_path / "b.xlsx")
    register = load_register(Settings(base=str(tmp_path), paths=Paths(registers=("b.xlsx",))))
    assert register.findings == ()
    assert [len(entry.held.get("custodian", ())) for entry in register.entries] == [2, 0]


def test_show_tells_all_or_one_account(tmp_path: Path) -> None:
    workbook(tmp_path / "r.xlsx", HEAD, *OFFICE, [2, "x", "elders", "7", "zakelijk", *[None] * 8])
    assert "@wethouder" in sma("show", tmp_path / "r.xlsx")
    one = sma("show", tmp_path / "r.xlsx", "--account", "wethouder_oud")
    assert "office holder: Wethouder A (from 1 June 2018 until 31 May 2022)" in one
    assert sma("show", tmp_path / "r.xlsx", "--account", "1") == one
    shown = json.loads(sma("show", tmp_path / "r.xlsx", "--account", "x:7", "--json"))
    assert [(account["account"], account["values"]["kind"][0]["value"]) for account in shown] == [
        ("X (Twitter) @elders", "corporate")
    ]
    result = CliRunner().invoke(app, ["register", "show", str(tmp_path / "r.xlsx"), "--account", "wethoudr"])
    assert str(result.exception).endswith("Do you mean wethouder?")


def test_wrong_use_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("platform,handle\nx,vbstad\n")
    for arguments in (
        ("check", tmp_path / "weg.xlsx"),
        ("check",),
        ("new", tmp_path / "r.docx"),
        ("check", tmp_path),
        ("check", tmp_path / "r.csv", "--on", "morgen"),
        ("overview", tmp_path / "r.csv", "--packages", tmp_path, "--out", tmp_path / "o.txt"),
    ):
        result = CliRunner().invoke(app, ["register", *map(str, arguments)])
        assert isinstance(result.exception, UserError), arguments


def test_the_overview_page_loads_nothing_and_names_every_account(tmp_path: Path, packages: Path) -> None:
    (tmp_path / "r.csv").write_text(
        "platform,native_id,handle,status,interval\n"
        f"mastodon,{ACTOR},{HANDLE},in use,P1M\ninstagram,,<b>stad</b>,in use,P1W\n"
    )
    sma("overview", tmp_path / "r.csv", "--packages", packages, "--out", tmp_path / "o.html", "--on", "2026-11-27")
    page = (tmp_path / "o.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|(?:src|href)=\"(?!#)", page)
    assert HANDLE in page
    assert "&lt;b&gt;stad&lt;/b&gt;" in page
    assert "<b>stad" not in page
    assert all(words in page for words in ("te laat", "late", "nooit vastgelegd", "never captured"))
    for table in html.fromstring(page).xpath("//*[contains(@class, 'rows')]/table"):
        _, *headings = (one.text for one in table.findall("./thead/tr/th"))
        assert [one.get("data-name") for one in table.findall("./tbody/tr[1]/td")] == headings
    sma("overview", tmp_path / "r.csv", "--packages", packages, "--out", tmp_path / "o.html", code=1)


def test_a_broken_package_does_not_hide_the_others(tmp_path: Path, packages: Path) -> None:
    (one,) = (path for path in packages.iterdir() if (path / "metadata").is_dir())
    folder = tmp_path / "pakketten"
    for name in ("goed", "stuk"):
        (folder / name / "metadata" / "sma").mkdir(parents=True)
        for record in (one / "metadata" / "sma").iterdir():
            (folder / name / "metadata" / "sma" / record.name).write_bytes(record.read_bytes())
        (folder / name / "objects" / "derived" / "normalised").mkdir(parents=True)
        posts = (one / "objects" / "derived" / "normalised" / "posts.jsonl").read_bytes()
        (folder / name / "objects" / "derived" / "normalised" / "posts.jsonl").write_bytes(posts)
    (folder / "stuk" / "metadata" / "sma" / "decisions.json").write_text("{")
    (tmp_path / "r.csv").write_text(f"platform,native_id,handle\nmastodon,{ACTOR},{HANDLE}\n")
    sma("overview", tmp_path / "r.csv", "--packages", folder, "--out", tmp_path / "o.html", code=1)
    page = (tmp_path / "o.html").read_text(encoding="utf-8")
    assert "SMA-S042" in page
    assert HANDLE in page


def test_hundreds_of_accounts_take_no_time(tmp_path: Path) -> None:
    head = "platform,handle,kind,custodian,category,from,until,office_holder"
    rows = [f"x,account{number},corporate,College,1,2020-01-01,,Ambt {number}" for number in range(2000)]
    (tmp_path / "r.csv").write_text("\n".join([head, *rows]))
    started = time.monotonic()
    register = load_register(Settings(base=str(tmp_path), paths=Paths(registers=("r.csv",))))
    assert len(register.entries) == 2000
    assert register.find("x", "1", ["account1999"]) == register.entries[1999]
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("name", ["register.md", "accountregister.md"])
def test_the_register_of_the_handbook_is_sound(tmp_path: Path, name: str) -> None:
    lines = [line for line in (ROOT / "docs" / name).read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    workbook(tmp_path / "r.xlsx", *([cell.strip() for cell in line.strip("|").split("|")] for line in lines))
    register = load_register(Settings(base=str(tmp_path), paths=Paths(registers=("r.xlsx",))))
    assert register.findings == ()
    assert [entry.account.scenario for entry in register.entries] == ["B", "B", "B", "C", "A"]
    assert register.entries[3].borders == ("2018-06-01", "2022-06-01")
    assert [len(entry.links) for entry in register.entries] == [1] * 5


def test_an_account_seen_with_its_id_and_without_is_one(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("platform,native_id,handle,interval\nx,42,vbstad,P1M\n")
    register = load_register(Settings(base=str(tmp_path), paths=Paths(registers=("r.csv",))))
    captures = [SeenCapture("pakket", "api", day) for day in ("2026-01-01", "2026-03-15", "2026-04-01")]
    seen = [
        SeenAccount("x", native, (Handle("vbstad"),), captures=(capture,))
        for native, capture in zip(("42", "", "42"), captures, strict=True)
    ]
    (one,) = standings(register, together(seen), "2026-04-25")
    assert one.captured == ("2026-01-01", "2026-03-15", "2026-04-01")
    assert [(gap.first, gap.last) for gap in one.gaps] == [("2026-01-01", "2026-03-15")]
    assert (one.due, one.state) == ("2026-05-01", "due")
    assert [standings(register, seen, on)[0].state for on in ("2026-04-02", "2026-05-02")] == ["in order", "late"]
