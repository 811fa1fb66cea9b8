"""Selection lists as people keep them: CSV or XLSX, headings in Dutch or English, with mistakes."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sma_plugin.selection import lists as lists_module
from sma_plugin.selection.lists import Lists, load_lists
from sma_plugin.settings import Paths, Settings

LIST = [
    ["Selectielijst", "Versie", "Categorie", "Waardering", "Bewaartermijn"],
    ["Voorbeeldlijst", 2020, "20.1", "V – tijdelijk te bewaren", "5 jaar"],
    ["Voorbeeldlijst", 2020, "20.2", "blijvend te bewaren", ""],
]


def loaded(folder: Path, *names: str) -> Lists:
    return load_lists(Settings(paths=Paths(selection_lists=names), base=str(folder)))


def codes(found: Lists) -> list[str]:
    return [finding.code for finding in found.findings]


def test_a_workbook_with_dutch_headings_and_words_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in LIST:
        book.active.append(row)
    book.save(tmp_path / "lijst.xlsx")
    first, second = loaded(tmp_path, "lijst.xlsx").categories
    assert (first.code, first.value, first.term, first.list_version) == ("20.1", "V", "P5Y", "2020")
    assert (second.code, second.value, second.term) == ("20.2", "B", None)


def test_terms_are_read_in_words_and_as_iso() -> None:
    assert doctest.testmod(lists_module) == (0, 1)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("L,1,20.1,B,5 jaar", "term"),
        ("L,1,20.1,V,een poosje", "term"),
        ("L,1,20.1,X,", "appraisal value"),
    ],
)
def test_a_category_that_contradicts_itself_is_not_used(tmp_path: Path, row: str, column: str) -> None:
    (tmp_path / "l.csv").write_text(f"list,version,category,value,term\n{row}\n", encoding="utf-8")
    found = loaded(tmp_path, "l.csv")
    assert [(finding.code, finding.params["column_en"]) for finding in found.findings] == [("SMA-S014", column)]
    assert found.categories == ()


@pytest.mark.parametrize(("row", "column"), [("L,1,20.1,V,", "bewaartermijn"), ("L,1", "categorie")])
def test_a_category_that_lacks_something_is_not_used(tmp_path: Path, row: str, column: str) -> None:
    (tmp_path / "l.csv").write_text(f"list,version,category,value,term\n{row}\n", encoding="utf-8")
    found = loaded(tmp_path, "l.csv")
    assert [(finding.code, finding.params["column_nl"]) for finding in found.findings] == [("SMA-S012", column)]
    assert found.categories == ()


# --- the form of VNG's API -------------------------------------------------------------------------------------------

API = "https://lijsten.voorbeeldstad.example/api/v1"
TYPES: list[dict[str, Any]] = [
    {
        "url": f"{API}/procestypen/a",
        "nummer": 20,
        "jaar": 2020,
        "naam": "Informeren",
        "omschrijving": "Informeren",
        "toelichting": "Verzonnen",
        "procesobject": "De gegeven informatie",
    }
]
RESULTS: list[dict[str, Any]] = [
    {
        "url": f"{API}/resultaten/{number}",
        "procesType": f"{API}/procestypen/a",
        "nummer": int(code[-1]),
        "volledigNummer": code,
        "generiek": len(code) == 4,
        "specifiek": len(code) > 4,
        "naam": "Uitgevoerd",
        "omschrijving": label,
        "herkomst": "Wet- en regelgeving:\nVoorbeeldwet, art. 1",
        "waardering": value,
        "procestermijn": trigger,
        "bewaartermijn": term,
        "toelichting": "",
    }
    for number, (code, label, value, trigger, term) in enumerate(
        (
            ("20.1", "", "vernietigen", "nihil", "P1Y"),
            ("20.1.2", "Onlinecontent", "blijvend_bewaren", "", None),
            ("20.1.3", "Aanbod", "vernietigen", "bestaansduur_procesobject", "P1Y6M"),
        )
    )
]
PAGES = [
    {"count": 3, "next": f"{API}/resultaten?page=2", "previous": None, "results": RESULTS[:2]},
    {"count": 3, "next": None, "previous": f"{API}/resultaten?page=1", "results": RESULTS[2:]},
]


def dumped() -> list[dict[str, Any]]:
    """The same as a dump of the data: numbers instead of addresses, snake case, no full numbers."""
    types = [{"model": "selectielijst.procestype", "pk": 7, "fields": _without(TYPES[0], "url")}]
    results = []
    for number, one in enumerate(RESULTS, 1):
        told = {_snake(name): value for name, value in _without(one, "url", "volledigNummer", "generiek").items()}
        told |= {"proces_type": 7, "generiek_resultaat": 1 if told.pop("specifiek") else None}
        results.append({"model": "selectielijst.resultaat", "pk": number, "fields": told})
    return [*types, *results]


def _without(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def _snake(name: str) -> str:
    return re.sub("([A-Z])", r"_\1", name).lower()


def written(folder: Path, **documents: object) -> Path:
    folder.mkdir(exist_ok=True)
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "documents",
    [
        {"lijst": dumped()},
        {"procestypen": TYPES, "resultaten": RESULTS},
        {"procestypen": TYPES, "bladzijde1": PAGES[0], "bladzijde2": PAGES[1]},
        {"alles": {"procestypen": TYPES, "resultaten": RESULTS}},
        {"alles": [TYPES, *PAGES]},
    ],
    ids=["dump", "apart", "bladzijden", "samen", "antwoorden"],
)
def test_the_list_of_municipalities_is_read_in_every_form(tmp_path: Path, documents: dict[str, Any]) -> None:
    written(tmp_path / "vng", **documents)
    found = loaded(tmp_path, "vng")
    assert found.findings == ()
    assert [(one.code, one.label, one.value, one.term, one.trigger, one.list_version) for one in found.categories] == [
        ("20.1", "Informeren: uitgevoerd", "V", "P1Y", "nihil", "2020"),
        ("20.1.2", "Onlinecontent", "B", None, None, "2020"),
        ("20.1.3", "Aanbod", "V", "P1Y6M", "bestaansduur procesobject", "2020"),
    ]
    assert {one.ground for one in found.categories} == {"Wet- en regelgeving: Voorbeeldwet, art. 1"}
    assert {one.process_object for one in found.categories} == {"De gegeven informatie"}


@pytest.mark.parametrize(
    ("documents", "told"),
    [
        ({"procestypen": TYPES, "bladzijde1": PAGES[0]}, ["SMA-S064"]),
        ({"resultaten": RESULTS}, ["SMA-S065"] * 3),
        ({"procestypen": [_without(TYPES[0], "jaar")], "resultaten": RESULTS}, ["SMA-S063"]),
        ({"alles": [TYPES, RESULTS[0] | {"waardering": ""}]}, ["SMA-S066"]),
        ({"alles": [TYPES, RESULTS[0] | {"waardering": "weggooien"}]}, ["SMA-S014"]),
        ({"alles": [TYPES, RESULTS[0] | {"bewaartermijn": None}]}, ["SMA-S012"]),
        ({"alles": [TYPES, RESULTS[0], RESULTS[1] | {"volledigNummer": "20.1"}]}, ["SMA-S068"]),
        ({"alles": {"iets": "anders"}}, ["SMA-S010"]),
        ({"alles": []}, ["SMA-S010"]),
    ],
)
def test_what_is_wrong_with_an_answer_is_told(tmp_path: Path, documents: dict[str, Any], told: list[str]) -> None:
    written(tmp_path / "vng", **documents)
    assert codes(loaded(tmp_path, "vng")) == told


def test_json_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "lijst.json").write_text("[{", encoding="utf-8")
    assert codes(loaded(tmp_path, "lijst.json")) == ["SMA-S010"]


# --- several lists ---------------------------------------------------------------------------------------------------


def test_a_neutral_list_is_read_from_json(tmp_path: Path) -> None:
    rows = [
        {"nummer": "1", "waardering": "V", "termijn": "5 jaar", "ingedeeld naar": "sleutelfuncties"},
        {"categorie": "2", "waardering": "B", "selectielijst": "Andere"},
    ]
    written(tmp_path, lijst={"lijst": "Voorbeeldlijst", "versie": "2024", "categorieën": rows})
    first, second = loaded(tmp_path, "lijst.json").categories
    assert (first.list_name, first.list_version, first.code, first.term, first.less_suited) == (
        "Voorbeeldlijst",
        "2024",
        "1",
        "P5Y",
        True,
    )
    assert (second.list_name, second.less_suited) == ("Andere", False)


def test_versions_of_a_list_stand_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("list,version,category,value\nL,2017,1,B\nL,2020,1,N\nM,2020,1,B\n")
    found = loaded(tmp_path, "l.csv")
    assert found.findings == ()
    assert [(one.list_name, one.list_version) for one in found.meant("L", None, "1")] == [("L", "2017"), ("L", "2020")]
    assert [one.value for one in found.meant("L", "2020", "1")] == ["N"]
    assert len(found.meant(None, None, "1")) == 3


@pytest.mark.parametrize(
    ("rows", "told", "used"),
    [
        ("L,1,a,B,\nL,1,a,B,\n", ["SMA-S067"], 1),
        ("L,1,a,B,\nL,1,a,N,\nL,1,b,B,\n", ["SMA-S068"], 1),
        ("L,,a,B,\nL,,b,B,\nL,1,c,B,\n", ["SMA-S063"], 1),
        ("L,1,a,B,ambten\n", ["SMA-S014"], 0),
    ],
)
def test_rows_that_contradict_or_repeat_are_told(tmp_path: Path, rows: str, told: list[str], used: int) -> None:
    (tmp_path / "l.csv").write_text("list,version,category,value,basis\n" + rows)
    found = loaded(tmp_path, "l.csv")
    assert (codes(found), len(found.categories)) == (told, used)
