"""Which result row is proposed for an account, and what a role makes of it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from making import ACTOR
from sma_plugin.ingest import Result, ingest
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.reporting import Quiet
from sma_plugin.selection.lists import Lists, load_lists
from sma_plugin.selection.records import AccountRecord, PackageDecisions
from sma_plugin.selection.suggesting import suggested
from sma_plugin.settings import Paths, Policy, Role, Settings
from test_deciding import decide, questions, run

LISTS = """list,version,category,process,result,value,term
Gemeenten,2020,20.1,Informeren,Informeren: uitgevoerd,V,P1Y
Gemeenten,2020,20.1.2,Informeren,Onlinecontent ten behoeve van externe communicatie,B,
Gemeenten,2020,13.1,Geschillen behandelen,Klachten,V,P5Y
Rijk,1.0,4.2,Het geven van publieksvoorlichting,Overige voorlichting,V,P5Y
Rijk,1.0,4.1,Het geven van publieksvoorlichting,Eindproducten,B,
"""
SUPPLEMENT = "list,version,category,process,result,value\nAanvulling,1,D.1,Dialoog tussen overheid en burgers,Alles,B\n"
BY_FUNCTION = (
    "list,version,category,result,value,basis\nFuncties,1,F.1,Publieksvoorlichting door bestuurders,B,sleutelfuncties\n"
)
WHICH = f"category/mastodon/{ACTOR}"


def configured(tmp_path: Path, row: str, **lists: str) -> Settings:
    (tmp_path / "register.csv").write_text(
        f"platform,native_id,handle,kind,replies_possible,process,list,category\nmastodon,{ACTOR},,corporate,{row}\n"
    )
    for name, rows in lists.items():
        (tmp_path / f"{name}.csv").write_text(rows)
    paths = Paths(decisions="besluiten", selection_lists=tuple(f"{name}.csv" for name in lists))
    return Settings(base=str(tmp_path), paths=paths, roles={"archivaris": Role(("category",))})


def rows(tmp_path: Path, record: AccountRecord, **lists: str) -> list[str]:
    return [one.code for one in suggested(record, all_of(tmp_path, **lists)).rows]


def all_of(tmp_path: Path, **lists: str) -> Lists:
    return load_lists(configured(tmp_path, ",,,", **lists))


def again(tmp_path: Path, settings: Settings) -> Result:
    """The same command after a decision, replacing the package that was made before it."""
    return ingest([tmp_path / "archief.zip"], tmp_path / "out", settings, Quiet(), force=True)


def test_one_way_is_an_end_product_of_informing_the_public(tmp_path: Path) -> None:
    record = AccountRecord("x", "1", scenario="A")
    assert rows(tmp_path, record, lists=LISTS, by_function=BY_FUNCTION) == ["4.1", "4.2", "20.1.2", "20.1", "F.1"]


def test_two_way_is_a_dialogue_and_may_be_missing(tmp_path: Path) -> None:
    record = AccountRecord("x", "1", scenario="B")
    assert rows(tmp_path, record, lists=LISTS) == []
    assert rows(tmp_path, record, lists=LISTS, supplement=SUPPLEMENT) == ["D.1"]


def test_without_a_direction_the_process_of_the_register_is_all_there_is(tmp_path: Path) -> None:
    assert rows(tmp_path, AccountRecord("x", "1"), lists=LISTS) == []
    assert rows(tmp_path, AccountRecord("x", "1", process="geschillen behandelen"), lists=LISTS) == ["13.1"]


def test_a_proposal_gives_its_reason_and_waits_for_a_role(tmp_path: Path) -> None:
    settings = configured(tmp_path, "nee,,,", lists=LISTS)
    policy = Policy("archivaris", "2026-01-01", "Besluit 1")
    result = run(tmp_path, msgspec.structs.replace(settings, policies={"category": policy}))
    assert [one.value for one in result.packages] == ["N"]
    (put,) = questions(tmp_path, settings)
    assert (put.id, put.proposal, put.decision) == (WHICH, "Rijk 1.0, 4.1", None)
    assert put.proposed("nl") == "4.1 Eindproducten [B] (Rijk 1.0)"
    assert put.reason["nl"].startswith("eenzijdige communicatie valt onder publieksvoorlichting")
    assert [one.name for one in put.options][-2:] == ["Gemeenten 2020, 20.1", "N"]


@pytest.mark.parametrize("told", ["Gemeenten 2020, 20.1.2", "4.1 Eindproducten [B] (Rijk 1.0)"])
def test_what_a_role_chooses_is_the_category(tmp_path: Path, told: str) -> None:
    settings = configured(tmp_path, "nee,,,", lists=LISTS)
    decide(tmp_path, question=WHICH, decided=told)
    (one,) = run(tmp_path, settings).packages
    decided = read_json(Package(one.path).decisions, PackageDecisions)
    assert decided.value == "B"
    assert decided.category
    assert decided.category.code in told
    assert [(each.role, each.ground) for each in decided.decisions] == [("archivaris", "Besluit 12")]


def test_a_role_may_go_against_the_register(tmp_path: Path) -> None:
    settings = configured(tmp_path, "nee,,Gemeenten,20.1", lists=LISTS)
    assert [one.value for one in run(tmp_path, settings).packages] == ["V"]
    decide(tmp_path, question=WHICH, decided="Gemeenten 2020, 20.1.2")
    assert [one.value for one in again(tmp_path, settings).packages] == ["B"]


def test_which_of_two_versions_holds_is_asked(tmp_path: Path) -> None:
    older = LISTS.replace("2020,20.1,Informeren,Informeren: uitgevoerd,V,P1Y", "2017,20.1,Informeren,Uitgevoerd,V,P7Y")
    settings = configured(tmp_path, "nee,,Gemeenten,20.1", lists=LISTS, older=older.replace("2020", "2016"))
    result = run(tmp_path, settings)
    assert [one.value for one in result.packages] == ["N"]
    assert "SMA-S069" in {one.code for one in result.findings}
    (put,) = questions(tmp_path, settings)
    assert [one.name for one in put.options] == ["Gemeenten 2020, 20.1", "Gemeenten 2017, 20.1", "N"]
    decide(tmp_path, question=WHICH, decided="Gemeenten 2017, 20.1")
    (one,) = again(tmp_path, settings).packages
    term = read_json(Package(one.path).decisions, PackageDecisions).term
    assert term
    assert term.duration == "P7Y"


def test_the_version_that_the_register_names_holds(tmp_path: Path) -> None:
    settings = configured(tmp_path, "nee,,Gemeenten,20.1", lists=LISTS, older=LISTS.replace("2020", "2017"))
    register = tmp_path / "register.csv"
    head, row = register.read_text().splitlines()
    register.write_text(f"{head},list_version\n{row},2017\n")
    (one,) = run(tmp_path, settings).packages
    category = read_json(Package(one.path).decisions, PackageDecisions).category
    assert category
    assert (category.list_version, one.value) == ("2017", "V")
