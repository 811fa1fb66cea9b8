"""What is told apart within an account: posts of the office by hashtag, private or party-political ones by words."""

from __future__ import annotations

from pathlib import Path

import msgspec
import openpyxl
import pytest

from making import ACTOR, note
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.reporting import Outcome
from sma_plugin.selection.decision_table import write_questions
from sma_plugin.selection.leaving import phrases
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.settings import Policy, Role, Settings
from test_deciding import TWO, configured, decide, made, questions, run

PARTY = "Stem op VVD bij de verkiezingen"
NOTES = [
    note(1, "De VVD-fractie stelt vragen over de brug"),
    note(2, PARTY),
    note(3, "Vandaag MIJN VERJAARDAG gevierd"),
    note(30, "De brug is open"),
]
WHICH = f"private/mastodon/{ACTOR}"
ROW = f"mastodon,{ACTOR},,corporate,lijst,1,,"


def asking(tmp_path: Path, *rows: str, **policies: Policy) -> Settings:
    settings = configured(tmp_path, *rows, **policies)
    return msgspec.structs.replace(settings, roles={"archivaris": Role(("private", "values", "scenario"))})


def kept(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in path.rglob("*") if one.is_file())


def test_private_and_party_political_posts_are_proposed_and_wait(tmp_path: Path) -> None:
    settings = asking(tmp_path, ROW)
    assert run(tmp_path, settings, NOTES).outcome is Outcome.NEEDS_DECISION
    (put,) = questions(tmp_path, settings)
    assert (put.id, put.proposal) == (WHICH, "leave-out")
    assert put.reason["nl"] == (
        "2 van de 4 eigen berichten bevatten woorden die daarop wijzen;"
        f" bijvoorbeeld {ACTOR}/statuses/2, {ACTOR}/statuses/3"
    )


@pytest.mark.parametrize(
    ("filled", "gone"),
    [
        ({"decided": "leave-out"}, {"Stem op", "VERJAARDAG"}),
        ({"decided": "leave-out", "posts": f"{ACTOR}/statuses/2"}, {"Stem op"}),
        ({"decided": "bewaren: zij horen bij het werk"}, set()),
    ],
)
def test_what_a_role_leaves_out_is_in_no_package(tmp_path: Path, filled: dict[str, str], gone: set[str]) -> None:
    settings = asking(tmp_path, ROW)
    decide(tmp_path, question=WHICH, **filled)
    (one,) = run(tmp_path, settings, NOTES).packages
    data = kept(one.path)
    assert {word for word in ("Stem op", "VERJAARDAG", "De brug", "fractie") if word.encode() not in data} == gone
    decided = read_json(Package(one.path).decisions, PackageDecisions)
    assert [each.subject for each in decided.decisions] == ["category", "private"]
    excluded = read_json(Package(one.path).excluded, dict)
    assert sum(each["count"] for each in excluded["classes"] if each["kind"] == "other-package") == len(gone)


@pytest.mark.parametrize("choose", ["split", "longest"])
def test_what_is_left_out_stays_out_of_every_value(tmp_path: Path, choose: str) -> None:
    settings = asking(tmp_path, *TWO, values=Policy("archivaris", "2026-01-01", "Besluit 1", choose=choose))
    decide(tmp_path, question=WHICH, decided="leave-out")
    texts = made(run(tmp_path, settings, NOTES))
    first, last = ["De VVD-fractie stelt vragen over de brug"], ["De brug is open"]
    assert texts == ({"V 2": first, "B 1": last} if choose == "split" else {"B 1": [*first, *last]})


def test_the_words_are_few_and_telling() -> None:
    assert "stem op vvd" in phrases()
    assert all(len(one.split()) > 1 for one in phrases())
    assert not any("{" in one for one in phrases())


# --- hybrid accounts -------------------------------------------------------------------------------------------------

HYBRID = f"mastodon,{ACTOR},,hybrid,lijst,1,,"
TAGGED = [
    note(1, "Wij bouwen", tag=[{"type": "Hashtag", "name": "#Wonen", "href": "https://s.example/tags/wonen"}]),
    note(2, "Een lekkere taart"),
]
CHOICE = f"scenario/mastodon/{ACTOR}"


def hybrid(tmp_path: Path) -> Settings:
    settings = asking(tmp_path, HYBRID)
    register = tmp_path / "register.csv"
    head, row = register.read_text().splitlines()
    register.write_text(f'{head},work_hashtags\n{row},"#wonen, #raad"\n')
    return settings


def test_posts_of_the_office_are_told_apart_by_hashtag(tmp_path: Path) -> None:
    settings = hybrid(tmp_path)
    assert run(tmp_path, settings, TAGGED).packages == []
    (put,) = questions(tmp_path, settings)
    assert (put.proposal, put.details) == ("select", {"hashtags": "#wonen, #raad"})
    assert put.reason["nl"] == (
        "volgens het register zijn werkberichten te herkennen aan #wonen, #raad:"
        " 1 eigen berichten dragen er een, 1 niet"
    )


@pytest.mark.parametrize("filled", [{}, {"hashtags": "#wonen"}])
def test_what_is_proposed_holds_when_a_role_adds_nothing(tmp_path: Path, filled: dict[str, str]) -> None:
    settings = hybrid(tmp_path)
    decide(tmp_path, question=CHOICE, decided="select", **filled)
    result = run(tmp_path, settings, TAGGED)
    assert made(result) == {"B 1": ["Wij bouwen"]}
    assert b"taart" not in kept(result.packages[0].path)


def test_the_proposed_hashtags_stand_in_the_table_that_goes_out(tmp_path: Path) -> None:
    settings = hybrid(tmp_path)
    run(tmp_path, settings, TAGGED)
    write_questions(tmp_path / "vragen.xlsx", questions(tmp_path, settings), settings, "nl")
    head, row = openpyxl.load_workbook(tmp_path / "vragen.xlsx").active.iter_rows(values_only=True)
    assert dict(zip(head, row, strict=True))["hashtags"] == "#wonen, #raad"
