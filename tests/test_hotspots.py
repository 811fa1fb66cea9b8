"""Hotspots, legal holds and terms: what is proposed of them, and what becomes of the packages."""

from __future__ import annotations

import doctest
from pathlib import Path

import msgspec
import pytest

from making import ACTOR, note
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.selection import terms
from sma_plugin.selection.holds import load_holds
from sma_plugin.selection.hotspots import load_hotspots
from sma_plugin.selection.records import AccountRecord, Hotspot, PackageDecisions, Term
from sma_plugin.settings import Paths, Policy, Role, Settings
from sma_plugin.validate.step import validate_path
from test_deciding import configured, decide, made, questions, run

NOTES = [
    note(1, "Het water staat hoog"),
    note(2, "Hoogwater!", tag=[{"type": "Hashtag", "name": "#hoogwater", "href": "https://s.example/tags/hoogwater"}]),
    note(30, "Een maand later: hoogwater is voorbij"),
    note(31, "Iets anders"),
]
SPOT = "name,list,version,code,keywords,hashtags,accounts,from,until,ground\n"
ROW = f"mastodon,{ACTOR},,corporate,lijst,2,,"
SPOTTED = f"hotspot/mastodon/{ACTOR}/hoogwater"


def with_tables(tmp_path: Path, *rows: str, hotspots: str = "", holds: str = "", **policies: Policy) -> Settings:
    settings = configured(tmp_path, *rows, **policies)
    tables = {"hotspots": hotspots, "holds": holds}
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    paths = Paths(decisions="besluiten", **{name: (f"{name}.csv",) for name, text in tables.items() if text})
    roles = {"archivaris": Role(("values", "hotspot", "hold", "term"))}
    return msgspec.structs.replace(settings, paths=paths, roles=roles)


def decisions(path: Path) -> PackageDecisions:
    return read_json(Package(path).decisions, PackageDecisions)


def test_matches_of_a_hotspot_are_proposed_by_number_and_wait(tmp_path: Path) -> None:
    settings = with_tables(tmp_path, ROW, hotspots=SPOT + "Hoogwater,Lijst,2026,H1,hoogwater,,,,,Besluit 3\n")
    result = run(tmp_path, settings, NOTES)
    assert result.packages == []
    (put,) = questions(tmp_path, settings)
    assert (put.id, put.proposal) == (SPOTTED, "posts")
    assert put.ask["nl"].endswith("bij hotspot 'Hoogwater' (Lijst 2026)? Dan worden zij blijvend bewaard.")
    assert put.reason["nl"] == (
        "2 van de 4 eigen berichten met 0 reacties (gezocht op: hoogwater);"
        f" bijvoorbeeld {ACTOR}/statuses/2, {ACTOR}/statuses/30"
    )


def test_what_a_role_confirms_is_kept_and_the_category_stays(tmp_path: Path) -> None:
    spot = "Hoogwater,Lijst,2026,H1,hoogwater,,,2025-03-01,2025-03-01,Besluit 3\n"
    settings = with_tables(tmp_path, ROW, hotspots=SPOT + spot, values=Policy("a", "2026-01-01", "B", choose="split"))
    decide(tmp_path, question=SPOTTED, decided="alleen deze berichten")
    result = run(tmp_path, settings, NOTES)
    assert made(result) == {
        "B 2": ["Hoogwater!"],
        "V 2": ["Het water staat hoog", "Een maand later: hoogwater is voorbij", "Iets anders"],
    }
    kept, rest = sorted((decisions(one.path) for one in result.packages), key=lambda one: one.value)
    assert (kept.value, kept.term, kept.category and kept.category.value) == ("B", None, "V")
    assert kept.hotspots == (Hotspot("Hoogwater", "Lijst", "2026", "H1", "2025-03-01", "2025-03-01", "Besluit 3"),)
    assert [one.subject for one in kept.decisions] == ["category", "hotspot", "values"]
    assert (rest.hotspots, rest.term and rest.term.duration) == ((), "P5Y")
    for one in result.packages:
        assert [found.code for found in validate_path(one.path) if found.severity == "error"] == []


@pytest.mark.parametrize(
    ("decided", "value", "hotspots"), [("whole", "B", ["Hoogwater"]), ("hoort er niet bij", "V", [])]
)
def test_a_role_may_keep_everything_or_nothing(tmp_path: Path, decided: str, value: str, hotspots: list[str]) -> None:
    settings = with_tables(
        tmp_path, ROW, hotspots=SPOT + "Hoogwater,Lijst,,,,#hoogwater,@gemeente@social.voorbeeldstad.example,,,\n"
    )
    decide(tmp_path, question=SPOTTED, decided=decided)
    (one,) = run(tmp_path, settings, NOTES).packages
    found = decisions(one.path)
    assert (found.value, [spot.name for spot in found.hotspots]) == (value, hotspots)
    assert (found.term is None) == (value == "B")


@pytest.mark.parametrize(
    ("row", "spot"),
    [
        (ROW.replace("lijst,2", "lijst,1"), "Hoogwater,Lijst,,,hoogwater,,,,,"),
        (ROW, "Hoogwater,Lijst,,,hoogwater,,@iemand_anders,,,"),
        (ROW, "Hoogwater,Lijst,,,hoogwater,,,2030-01-01,,"),
    ],
    ids=["blijvend", "ander account", "andere tijd"],
)
def test_nothing_is_proposed_where_nothing_would_be_destroyed_or_found(tmp_path: Path, row: str, spot: str) -> None:
    settings = with_tables(tmp_path, row, hotspots=SPOT + spot + "\n")
    assert len(run(tmp_path, settings, NOTES).packages) == 1


@pytest.mark.parametrize(
    "row",
    ["Hoogwater,Lijst,,,,,,gisteren,,", "Hoogwater,Lijst,,,dijk,,,2025-02-01,2025-01-01,", "Hoogwater,,,,dijk,,,,,"],
)
def test_a_row_that_is_wrong_means_nothing(tmp_path: Path, row: str) -> None:
    found = load_hotspots(with_tables(tmp_path, ROW, hotspots=SPOT + row + "\n"))
    assert found.spots == ()
    assert {one.code for one in found.findings} <= {"SMA-S012", "SMA-S014"}
    assert len(found.findings) == 1


# --- legal holds -----------------------------------------------------------------------------------------------------

HOLD = "name,ground,from,until,accounts,role,date\n"


def test_a_hold_that_is_in_force_stands_in_the_package(tmp_path: Path) -> None:
    rows = (
        "Onderzoek,Enquêtewet,2024-01-01,,gemeente@social.voorbeeldstad.example,archivaris,2024-01-02\n"
        "Rechtszaak,Rv,2020-01-01,2021-01-01,,archivaris,2020-01-01\n"
        "Ander,Rv,2020-01-01,,x:vbstad,archivaris,2020-01-01\n"
    )
    settings = with_tables(tmp_path, ROW, holds=HOLD + rows)
    (one,) = run(tmp_path, settings, NOTES).packages
    found = decisions(one.path)
    assert [(hold.name, hold.since, hold.until, hold.role) for hold in found.holds] == [
        ("Onderzoek", "2024-01-01", None, "archivaris")
    ]
    assert [(each.subject, each.role, each.at) for each in found.decisions][-1] == ("hold", "archivaris", "2024-01-02")
    assert found.value == "V"


@pytest.mark.parametrize(
    ("named", "held"), [("", True), ("vbstad", True), ("x:@vbstad", True), ("mastodon:vbstad", False), ("42; 43", True)]
)
def test_accounts_are_named_as_people_do(tmp_path: Path, named: str, *, held: bool) -> None:
    row = f"Onderzoek,Wet,2024-01-01,,{named},archivaris,2024-01-02\n"
    holds = load_holds(with_tables(tmp_path, ROW, holds=HOLD + row))
    assert holds.findings == ()
    assert bool(holds.of(AccountRecord("x", "42", "vbstad"), "2026-01-01")) == held


# --- terms -----------------------------------------------------------------------------------------------------------

EXISTS = "list,version,category,value,term,trigger,process_object\nlijst,2020,2,V,P5Y,{},Het project\n"
STARTS = f"term/mastodon/{ACTOR}/2"


@pytest.mark.parametrize("trigger", ["", "nihil"])
def test_without_a_trigger_a_term_runs_from_the_last_post(tmp_path: Path, trigger: str) -> None:
    settings = with_tables(tmp_path, ROW)
    (tmp_path / "selection-list.csv").write_text(EXISTS.format(trigger))
    (one,) = run(tmp_path, settings).packages
    assert decisions(one.path).term == Term("P5Y", trigger or None, "2025-03-02", "2030-03-02")


@pytest.mark.parametrize(
    "trigger",
    [
        "bestaansduur procesobject",
        "vast te leggen datum",
        "samengevoegd met bewaartermijn",
        "Einde zaak",
    ],
)
def test_a_start_that_captures_do_not_tell_is_asked_not_guessed(tmp_path: Path, trigger: str) -> None:
    settings = with_tables(tmp_path, ROW)
    (tmp_path / "selection-list.csv").write_text(EXISTS.format(trigger))
    (one,) = run(tmp_path, settings).packages
    assert decisions(one.path).term == Term("P5Y", trigger)
    (put,) = questions(tmp_path, settings)
    assert (put.id, put.decision) == (STARTS, None)
    assert "Het project" in put.reason["nl"]


def test_a_start_that_a_role_gives_ends_the_term(tmp_path: Path) -> None:
    settings = with_tables(tmp_path, ROW)
    (tmp_path / "selection-list.csv").write_text(EXISTS.format("bestaansduur procesobject"))
    decide(tmp_path, question=STARTS, decided="31-12-2025")
    (one,) = run(tmp_path, settings).packages
    found = decisions(one.path)
    assert found.term == Term("P5Y", "bestaansduur procesobject", "2025-12-31", "2030-12-31")
    assert found.decisions[-1].subject == "term"


def test_terms_end_as_the_calendar_has_it() -> None:
    assert doctest.testmod(terms) == (0, 1)
