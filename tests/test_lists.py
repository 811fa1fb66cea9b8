"""Selection lists as people keep them: CSV or XLSX, headings in Dutch or English, with mistakes."""

from __future__ import annotations

import doctest
from pathlib import Path

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


@pytest.mark.parametrize(
    ("row", "column"), [("L,1,20.1,V,", "bewaartermijn"), ("L,,20.1,B,", "versie"), ("L,1", "categorie")]
)
def test_a_category_that_lacks_something_is_not_used(tmp_path: Path, row: str, column: str) -> None:
    (tmp_path / "l.csv").write_text(f"list,version,category,value,term\n{row}\n", encoding="utf-8")
    found = loaded(tmp_path, "l.csv")
    assert [(finding.code, finding.params["column_nl"]) for finding in found.findings] == [("SMA-S012", column)]
    assert found.categories == ()
