"""The walk-through from an empty folder, carried out as the page has it, in both languages.

What somebody would fill in by hand (register, decisions, form) is filled in here from the page's own tables.
The last part is done for a day that has been, because nobody can approve on a day to come.
"""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from conftest import ROOT

SMA = "from sma_plugin.cli import main; main()"
TYPES = [(20, "Informeren"), (13, "Geschillen behandelen")]
RESULTS = [
    (20, 1, None, "vernietigen", "P1Y"),
    (20, 1, 2, "blijvend_bewaren", None),
    (13, 1, None, "vernietigen", "P5Y"),
]


@dataclass(frozen=True)
class Page:
    """A page with what it has its reader write, in its language."""

    name: str
    language: str
    role: str
    listed: str
    held: str
    questions: str
    destruction: str
    packages: str
    form: str
    headings: dict[str, str]
    choose: str
    leave: str
    accept: str
    destroy: str
    on: str
    answers: tuple[str, ...]


DUTCH = Page(
    name="van-leeg-naar-archief.md",
    language="nl",
    role="archivaris",
    listed="selectielijst.json",
    held="bevriezingen.csv",
    questions="vragen.xlsx",
    destruction="vernietigingslijst.xlsx",
    packages="pakketten",
    form="formulier",
    headings={"decided": "besluit", "role": "rol", "date": "datum", "ground": "grond"},
    choose="alleen wat in de kolommen periode, hashtags, trefwoorden of berichten is genoemd",
    leave="buiten het pakket laten",
    accept="als onvolledig aanvaarden: een volgende vastlegging vult het aan (verbeterplan)",
    destroy="vernietigen",
    on='"1 januari 2031"',
    answers=(
        "Op 1 januari 2031 mag 1 pakket worden vernietigd: 2 eigen berichten",
        "Mag worden vernietigd (1)\n  Project Stadhaven",
        "Tegengehouden (1)\n  Wethouder Wonen",
        "bevroren: Woo-verzoek woonvisie, sinds 1 februari 2026, grond: Brief 2026/17.",
        "Niet te zeggen (1)\n  Voorbeeldstad Webcare",
        "Blijvend te bewaren (2)",
        "de bewaartermijn van 1 jaar begon op 29 november 2019 en was voorbij op 29 november 2020",
    ),
)
ENGLISH = Page(
    name="from-empty-folder.md",
    language="en",
    role="archivist",
    listed="selection-list.json",
    held="holds.csv",
    questions="questions.xlsx",
    destruction="destruction.xlsx",
    packages="packages",
    form="form",
    headings={"decided": "decision", "role": "role", "date": "date", "ground": "ground"},
    choose="only what the columns period, hashtags, keywords or posts name",
    leave="leave out of the package",
    accept="accept as incomplete: a later capture makes up for it (improvement plan)",
    destroy="destroy",
    on="2031-01-01",
    answers=(
        "On 1 January 2031 1 package may be destroyed: 2 own posts",
        "May be destroyed (1)\n  Project Stadhaven",
        "Stopped (1)\n  Wethouder Wonen",
        "on hold: Request on housing, since 1 February 2026, ground: Letter 2026/17.",
        "Cannot be told (1)\n  Voorbeeldstad Webcare",
        "Kept permanently (2)",
        "the term of 1 year began on 29 November 2019 and was over on 29 November 2020",
    ),
)


def blocks(page: str) -> list[str]:
    """What the page has set apart, to be typed or put into a file."""
    found = re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", page, re.MULTILINE)
    return [re.sub(r"^ {4}", "", one, flags=re.MULTILINE).strip() + "\n" for one in found]


def tables(page: str) -> list[list[list[str]]]:
    """The tables of the page, each with its headings first."""
    found = re.findall(r"(?:^\|.*\|\n)+", page, re.MULTILINE)
    rows = [
        [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in one.splitlines()] for one in found
    ]
    return [[one[0], *one[2:]] for one in rows]


def selection_list() -> list[dict[str, Any]]:
    """A list in the form of VNG's data, with the rows that the page needs; made up."""
    types = [
        {
            "model": "selectielijst.procestype",
            "pk": number,
            "fields": {"nummer": number, "naam": name, "omschrijving": name, "procesobject": "iets", "jaar": 2020},
        }
        for number, name in TYPES
    ]
    results: list[dict[str, Any]] = []
    for pk, (kind, generic, number, value, term) in enumerate(RESULTS, 100):
        fields = {
            "proces_type": kind,
            "generiek_resultaat": None if number is None else 100,
            "nummer": generic if number is None else number,
            "naam": "Uitgevoerd",
            "omschrijving": "onlinecontent" if number else "",
            "herkomst": "Risicoanalyse",
            "waardering": value,
            "procestermijn": "nihil" if term else "",
            "bewaartermijn": term,
            "toelichting": "",
        }
        results.append({"model": "selectielijst.resultaat", "pk": pk, "fields": fields})
    return [*types, *results]


def fill(path: Path, rows: list[list[str]]) -> None:
    """Enter rows under their headings in the first sheet of a workbook."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    for number, row in enumerate(rows[1:], 2):
        for heading, told in zip(rows[0], row, strict=True):
            if told:
                sheet.cell(number, headings.index(heading) + 1).value = told
    book.save(path)


def answer(path: Path, page: Page, date: str, of: dict[str, dict[str, str]]) -> int:
    """Fill in the rows of a table whose first column begins so; gives how many."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    count = 0
    for number in range(2, sheet.max_row + 1):
        for beginning, told in of.items():
            if str(sheet.cell(number, 1).value).startswith(beginning):
                known = {page.headings[name]: value for name, value in told.items() if name in page.headings}
                known |= {name: value for name, value in told.items() if name not in page.headings}
                known |= {page.headings["role"]: page.role, page.headings["date"]: date}
                known |= {page.headings["ground"]: "Besluit 2026/31"}
                for heading, value in known.items():
                    sheet.cell(number, headings.index(heading) + 1).value = value
                count += 1
    book.save(path)
    return count


class Walking:
    """Somebody in an empty folder, with the page."""

    def __init__(self, home: Path, page: Page) -> None:
        self.home, self.page = home, page

    def type(self, line: str, *codes: int) -> str:
        """What a command says; its exit code has to be one of these."""
        words = shlex.split(line)
        command = [sys.executable, "-c", SMA, *words[1:]] if words[0] == "sma" else [sys.executable, *words[1:]]
        if words[0] == "python":
            command[1] = str(ROOT / words[1])
        done = subprocess.run(command, cwd=self.home, capture_output=True, text=True, check=False)
        assert done.returncode in codes, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout

    def lines(self, text: str) -> Iterator[str]:
        """The commands of the page, one after another."""
        for block in blocks(text):
            yield from (line for line in block.splitlines() if line.startswith(("sma ", "python ")))


@pytest.mark.parametrize("page", [DUTCH, ENGLISH], ids=lambda page: page.language)
def test_from_an_empty_folder_to_what_may_be_destroyed(tmp_path: Path, page: Page) -> None:
    walking, text = Walking(tmp_path, page), (ROOT / "docs" / page.name).read_text(encoding="utf-8")
    lines = walking.lines(text)
    register, holds = tables(text)
    (configuration,) = (one for one in blocks(text) if one.startswith("[organisation]"))
    (tmp_path / "sma.toml").write_text(configuration, encoding="utf-8")
    (tmp_path / page.listed).write_text(json.dumps(selection_list()), encoding="utf-8")
    (tmp_path / page.held).write_text("\n".join(";".join(row) for row in holds) + "\n", encoding="utf-8")

    walking.type(next(lines), 0)  # the deliveries
    walking.type(next(lines), 0)  # the register
    fill(tmp_path / "register.xlsx", register)
    assert "5" in walking.type(next(lines), 0)
    walking.type(next(lines), 3)  # ingest: three accounts are held
    walking.type(next(lines), 0)  # the questions
    answers = {
        "scenario/": {"decided": page.choose, "hashtags": "#wonen"},
        "unrecognised/": {"decided": page.leave},
        "incomplete/": {"decided": page.accept},
    }
    assert answer(tmp_path / page.questions, page, "2026-11-02", answers) == 4
    walking.type(next(lines), 0)  # the decisions come back
    walking.type(next(lines), 0)  # and the same command goes on
    assert sum(path.name.startswith(("x-", "mastodon-")) for path in (tmp_path / page.packages).iterdir()) == 5
    asked = next(lines)
    said = walking.type(asked, 0)
    for told in page.answers:
        assert told in said
    _destroyed(walking, asked, next(lines), next(lines))
    assert list(lines) == []


def _destroyed(walking: Walking, asked: str, approve: str, declare: str) -> None:
    """The last part, with a list for a day that has been."""
    page, home = walking.page, walking.home
    for old in home.glob(f"{Path(page.destruction).stem}.*"):
        old.unlink()
    walking.type(asked.replace(page.on, "2026-11-01"), 0)
    may = {"nl": "mag worden vernietigd", "en": "may be destroyed"}[page.language]
    assert answer(home / page.destruction, page, "2026-11-02", {may: {"decided": page.destroy}}) == 1
    walking.type(approve, 0)
    (gone,) = (home / page.packages).glob("x-vbs_stadhaven-*")
    shutil.rmtree(gone)
    declare = declare.replace("2031-01-15", "2026-11-02")
    (form,) = home.glob(f"*/*-2026-11-02-{page.form}.csv")
    _fill_form(form)
    walking.type(declare, 0)
    (made,) = home.glob("*/*-2026-11-03/declaration.html")
    assert "Project Stadhaven" in made.read_text(encoding="utf-8")


def _fill_form(form: Path) -> None:
    told = {
        "date": "2026-11-03",
        "manner": "gewist",
        "executor": "Beheer e-depot",
        "replicas": "ja",
        "suppliers": "nee",
    }
    with form.open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream, delimiter=";")
    with form.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerows([head, *([*row[:2], told.get(row[0], "" if row[0] == "remark" else "nvt")] for row in rows)])
