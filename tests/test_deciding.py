"""Several values for one account, scenario C, and the decisions that roles take: tables out of a folder."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from making import ACTOR, mastodon, note, zipped
from sma_plugin.decide import ask_all, folder_for_decisions, keep, open_questions
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import Result, ingest, work_area
from sma_plugin.model import PostHistory
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.selection.asking import Question
from sma_plugin.selection.decision_table import write_questions
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.selection.subjects import subjects
from sma_plugin.settings import Paths, Policy, Role, Settings
from sma_plugin.texts import UserError

LISTS = "list,version,category,value,term\nlijst,2020,1,B,\nlijst,2020,2,V,P5Y\nlijst,2020,3,V,P10Y\n"
HEAD = "platform,native_id,handle,kind,list,category,from,until"
TWO = (f"mastodon,{ACTOR},,corporate,lijst,2,,2025-03-01", f"mastodon,{ACTOR},,corporate,lijst,1,2025-03-02,")
NOTES = [note(1, "Eerste #werk"), note(23, "Laatste van die dag"), note(24, "Volgende dag")]
ROLES = {"archivaris": Role(("values", "scenario")), "stagiair": Role(())}


def configured(tmp_path: Path, *rows: str, **policies: Policy) -> Settings:
    (tmp_path / "register.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    (tmp_path / "selection-list.csv").write_text(LISTS)
    return Settings(base=str(tmp_path), paths=Paths(decisions="besluiten"), roles=ROLES, policies=policies)


def run(tmp_path: Path, settings: Settings, notes: list[dict[str, Any]] = NOTES) -> Result:
    bundle = tmp_path / "archief.zip"
    if not bundle.exists():
        zipped(bundle, mastodon(notes))
    return ingest([bundle], tmp_path / "out", settings, Quiet())


def decide(tmp_path: Path, name: str = "a.csv", **values: str) -> None:
    """One row in the folder for decisions."""
    row = {"role": "archivaris", "date": "2026-02-01", "ground": "Besluit 12"} | values
    row = {"from" if key == "since" else key: value for key, value in row.items()}
    folder = tmp_path / "besluiten"
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(row))
        writer.writeheader()
        writer.writerow(row)


def questions(tmp_path: Path, settings: Settings) -> list[Question]:
    """The questions that are not put only to who asks for all of them."""
    every = read_json(work_area(tmp_path / "out", settings).questions, list[Question])
    return [one for one in every if not subjects()[one.subject].quiet]


def made(result: Result) -> dict[str, list[str]]:
    """The texts in each package, by value and category."""
    found = {}
    for one in result.packages:
        package = Package(one.path)
        decided = read_json(package.decisions, PackageDecisions)
        lines = (line.item for line in read_lines(package.posts))
        texts = [str(item.latest.text) for item in lines if isinstance(item, PostHistory)]
        found[f"{decided.value} {decided.category.code if decided.category else '-'}"] = texts
    return found


def test_posts_under_two_values_wait_until_a_role_chooses(tmp_path: Path) -> None:
    result = run(tmp_path, configured(tmp_path, *TWO))
    assert (result.outcome, result.packages) == (Outcome.NEEDS_DECISION, [])
    assert [one.code for one in result.findings if one.severity == "decision"] == ["SMA-S021"]
    (put,) = questions(tmp_path, configured(tmp_path, *TWO))
    assert (put.id, put.proposal) == (f"values/mastodon/{ACTOR}", "longest")
    assert put.reason["nl"] == (
        "apart: B (1): 1 berichten, 892 bytes; V 5 jaar (2): 2 berichten, 1,8 kB."
        " Samen: 3 berichten, 2,7 kB, en dan geldt B (1) voor alles"
    )


def test_apart_each_package_holds_the_posts_of_its_value_only(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    run(tmp_path, settings)
    decide(tmp_path, question=f"values/mastodon/{ACTOR}", decided="aparte pakketten")
    result = run(tmp_path, settings)
    assert made(result) == {
        "B 1": ["Volgende dag"],
        "V 2": ["Eerste #werk", "Laatste van die dag"],
    }
    for one in result.packages:
        kept = b"".join(path.read_bytes() for path in Package(one.path).captures.rglob("*") if path.is_file())
        assert (b"Volgende dag" in kept) == (one.value == "B")
        assert (b"Eerste" in kept) == (one.value == "V")
    term = next(read_json(Package(one.path).decisions, PackageDecisions) for one in result.packages if one.value == "V")
    assert [(one.subject, one.decided, one.role) for one in term.decisions] == [
        ("category", "lijst 2020, 2", "accountregister"),
        ("values", "split", "archivaris"),
    ]


def test_together_the_longest_term_holds(tmp_path: Path) -> None:
    rows = (*TWO[:1], TWO[1].replace("lijst,1", "lijst,3"))
    policy = Policy("archivaris", "2026-01-01", "Besluit 1")
    result = run(tmp_path, configured(tmp_path, *rows, values=policy))
    assert made(result) == {"V 3": ["Eerste #werk", "Laatste van die dag", "Volgende dag"]}


def test_a_choice_out_of_the_list_of_a_workbook_which_holds_no_commas_is_understood(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    run(tmp_path, settings)
    decide(tmp_path, question=f"values/mastodon/{ACTOR}", decided="één pakket  langste termijn")
    assert list(made(run(tmp_path, settings))) == ["B 1"]


def test_blijvend_goes_before_any_term(tmp_path: Path) -> None:
    policy = Policy("archivaris", "2026-01-01", "Besluit 1", choose="longest")
    assert list(made(run(tmp_path, configured(tmp_path, *TWO, values=policy)))) == ["B 1"]


@pytest.mark.parametrize(
    ("filled", "texts"),
    [
        ({"hashtags": "#Werk"}, ["Eerste #werk"]),
        ({"keywords": "volgende, laatste"}, ["Laatste van die dag", "Volgende dag"]),
        ({"since": "2025-03-02"}, ["Volgende dag"]),
        ({"posts": f"{ACTOR}/statuses/23"}, ["Laatste van die dag"]),
        ({"until": "2025-03-01", "keywords": "dag"}, ["Laatste van die dag"]),
    ],
)
def test_under_scenario_c_only_what_was_chosen_enters(tmp_path: Path, filled: dict[str, str], texts: list[str]) -> None:
    settings = configured(tmp_path, f"mastodon,{ACTOR},,personal,lijst,1,,")
    notes = [note(number, text, tag=_tags(text)) for number, text in ((1, "Eerste #werk"), (23, "Laatste van die dag"))]
    notes.append(note(24, "Volgende dag"))
    waiting = run(tmp_path, settings, notes)
    assert waiting.outcome is Outcome.NEEDS_DECISION
    decide(tmp_path, question=f"scenario/mastodon/{ACTOR}", decided="select", **filled)
    result = run(tmp_path, settings)
    assert made(result) == {"B 1": texts}
    every = {"Eerste", "Laatste", "Volgende"}
    whole = b"".join(path.read_bytes() for path in result.packages[0].path.rglob("*") if path.is_file())
    left = [word for word in every if not any(word in text for text in texts)]
    assert [word for word in left if word.encode() in whole] == []


def _tags(text: str) -> list[dict[str, str]]:
    return [{"type": "Hashtag", "name": "#werk", "href": "https://s.example/tags/werk"}] if "#werk" in text else []


def test_nothing_is_a_decision_too(tmp_path: Path) -> None:
    settings = configured(tmp_path, f"mastodon,{ACTOR},,personal,lijst,1,,")
    run(tmp_path, settings)
    decide(tmp_path, question=f"scenario/mastodon/{ACTOR}", decided="niets")
    result = run(tmp_path, settings)
    assert (result.packages, result.held) == ([], [])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"role": "stagiair"}, "SMA-S020"),
        ({"role": "burgemeester"}, "SMA-S020"),
        ({"date": "gisteren"}, "SMA-S022"),
        ({"ground": ""}, "SMA-S012"),
        ({"decided": "weggooien"}, "SMA-S023"),
    ],
)
def test_a_decision_that_is_none_is_told_and_not_used(tmp_path: Path, wrong: dict[str, str], code: str) -> None:
    settings = configured(tmp_path, *TWO)
    decide(tmp_path, **({"question": f"values/mastodon/{ACTOR}", "decided": "split"} | wrong))
    result = run(tmp_path, settings)
    assert result.packages == []
    assert {one.code for one in result.findings if one.severity == "error"} == {code}
    assert result.outcome is Outcome.ERRORS


def test_the_latest_decision_holds(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    which = f"values/mastodon/{ACTOR}"
    decide(tmp_path, "b.csv", question=which, decided="split", date="1-1-2026")
    decide(tmp_path, "a.csv", question=which, decided="longest", date="2-1-2026")
    assert list(made(run(tmp_path, settings))) == ["B 1"]


def test_a_decision_in_a_delivery_decides_nothing(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    row = f"question,decided,role,date,ground\nvalues/mastodon/{ACTOR},split,archivaris,2026-01-01,Ik\n"
    zipped(tmp_path / "archief.zip", mastodon(NOTES) | {"besluiten/a.csv": row.encode()})
    assert run(tmp_path, settings).packages == []


def test_questions_are_on_record_with_their_answers(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    decide(tmp_path, question=f"values/mastodon/{ACTOR}", decided="longest")
    ingest([_bundle(tmp_path)], tmp_path / "out", settings, Quiet(), keep=True)
    (put,) = questions(tmp_path, settings)
    assert put.decision is not None
    assert (put.decision.decided, put.decision.at, put.decision.ground) == ("longest", "2026-02-01", "Besluit 12")


def _bundle(tmp_path: Path) -> Path:
    return zipped(tmp_path / "archief.zip", mastodon(NOTES))


def test_questions_go_out_as_a_table_and_come_back(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    run(tmp_path, settings)
    (tmp_path / "besluiten").mkdir()
    table = tmp_path / "besluiten" / "vragen.xlsx"
    write_questions(table, open_questions(tmp_path / "out", settings).questions, settings, "nl")
    book = openpyxl.load_workbook(table)
    sheet = book.active
    headings = [cell.value for cell in sheet[1]]
    assert headings[-4:] == ["besluit", "rol", "datum", "grond"]
    filled = dict(zip(headings, (cell.value for cell in sheet[2]), strict=True))
    assert (filled["voorstel"], filled["keuzes"]) == (
        "één pakket, langste termijn",
        "aparte pakketten; één pakket, langste termijn",
    )
    for heading, told in (
        ("besluit", "aparte pakketten"),
        ("rol", "archivaris"),
        ("datum", "1-2-2026"),
        ("grond", "A"),
    ):
        sheet.cell(2, headings.index(heading) + 1).value = told
    book.save(table)
    assert list(made(run(tmp_path, settings))) == ["B 1", "V 2"]


def test_questions_are_put_on_the_terminal(tmp_path: Path) -> None:
    settings = configured(tmp_path, f"mastodon,{ACTOR},,personal,lijst,1,,")
    run(tmp_path, settings)
    said: list[str] = []
    told = iter(["9", "1", "", "", "", "volgende", "", "", "Besluit 7", ""])
    decided = ask_all(
        open_questions(tmp_path / "out", settings).questions, settings, "nl", lambda _: next(told), said.append
    )
    assert next(told, None) is None
    assert "Mastodon @gemeente" in " ".join(said)
    keep(decided, settings, "nl")
    assert made(run(tmp_path, settings)) == {"B 1": ["Volgende dag"]}


def test_a_question_that_is_passed_over_stays_open(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    run(tmp_path, settings)
    put = open_questions(tmp_path / "out", settings).questions
    assert ask_all(put, settings, "en", lambda _: "", lambda _: None) == []


def test_nobody_may_decide_what_no_role_may(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(configured(tmp_path, *TWO), roles={})
    run(tmp_path, settings)
    said: list[str] = []
    assert (
        ask_all(open_questions(tmp_path / "out", settings).questions, settings, "nl", lambda _: "1", said.append) == []
    )
    assert said == ["Geen enkele rol mag volgens de configuratie besluiten over values: vul [roles] in sma.toml aan."]


def test_where_nothing_waits_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No run waits"):
        open_questions(tmp_path / "out", configured(tmp_path))
    with pytest.raises(UserError, match="names no folder"):
        folder_for_decisions(Settings())
