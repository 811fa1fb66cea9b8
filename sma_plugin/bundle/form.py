"""The form about captures as a spreadsheet: written with what is known, read back when it is filled in.

One sheet per capture, one row per question: name, question, answer, example. It is filled in by people who know the
account, in Dutch or English, with words to choose from instead of codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sma_plugin.bundle.questions import Question, answers_of, questions
from sma_plugin.findings import Language
from sma_plugin.model import Capture
from sma_plugin.notation import platform, word, words
from sma_plugin.sheets import Sheet
from sma_plugin.tables_out import HEAD, OPEN, QUIET, add_row, choose, for_paper
from sma_plugin.texts import text

_HEADING = ("form_name", "form_question", "form_answer", "form_example")
_ANSWER = 2
_WIDTHS = {"A": 26, "B": 58, "C": 46, "D": 38}


class Described(NamedTuple):
    """A capture and what was delivered of it, as the form and the names of drafts call it (``x-archive.zip``)."""

    capture: Capture
    subject: str


class Answers(NamedTuple):
    """One sheet that was filled in: its title, the delivered file it is about, answers by field."""

    sheet: str
    subject: str | None
    fields: dict[str, str]


def write_form(
    path: Path, described: list[Described], name: str, language: Language, expected: tuple[str, ...]
) -> None:
    """The form as a workbook that will be called ``name``. Raises ``ImportError`` without openpyxl."""
    import openpyxl  # noqa: PLC0415 -- an extra
    from openpyxl.worksheet.worksheet import Worksheet  # noqa: PLC0415

    book = openpyxl.Workbook()
    for number, one in enumerate(described):
        sheet = book.active if number == 0 else book.create_sheet()
        assert isinstance(sheet, Worksheet)  # noqa: S101 -- a new workbook has one
        sheet.title = one.capture.id[:31]
        _fill(sheet, one, name, language, expected)
    book.save(path)


def _fill(sheet: Any, described: Described, name: str, language: Language, expected: tuple[str, ...]) -> None:
    for column, width in _WIDTHS.items():
        sheet.column_dimensions[column].width = width
    add_row(sheet, (text("form_title", language),), bold=True)
    add_row(sheet, (text("form_how", language, name=name),))
    add_row(sheet, tuple(text(heading, language) for heading in _HEADING), bold=True, fill=HEAD, colour="FFFFFFFF")
    subject = (text("form_subject", language), text("form_subject_ask", language), described.subject, "")
    add_row(sheet, subject, colour=QUIET)
    known = answers_of(described.capture)
    for question in questions():
        answer = known.get(question.field, "")
        shown = _in_words(question, answer, language)
        empty = question.field in expected and not answer
        add_row(
            sheet,
            (question.name[language], question.ask[language], shown, _in_words(question, question.example, language)),
            fill=OPEN if empty else None,
        )
        if question.kind in words():
            choose(sheet, _ANSWER + 1, [both[language] for both in words()[question.kind].values()])
    sheet.freeze_panes = "A4"
    sheet.merge_cells("A2:D2")
    sheet.row_dimensions[2].height = 48
    for_paper(sheet)


def _in_words(question: Question, value: str, language: Language) -> str:
    if question.field == "platform":
        return platform(value) if value else ""
    if question.kind == "moment" and language == "nl" and value == question.example:
        return _day_first(value)
    return word(question.kind, value, language) if question.kind in words() else value


def _day_first(example: str) -> str:
    """An example date as people write it in Dutch."""
    day, clock = "-".join(reversed(example[:10].split("-"))), example[11:16]
    return f"{day} {clock}".strip()


def read_form(sheets: list[Sheet]) -> Iterator[Answers]:
    """The sheets that are a form, with what was filled in; unanswered questions are left out."""
    for sheet in sheets:
        column, subject, fields = _ANSWER, None, {}
        asked = False
        for _, cells in sheet.rows:
            heading = next((at for at, cell in enumerate(cells) if cell.casefold() in _names("form_answer")), None)
            if heading is not None:
                column = heading
            field = _field(cells[0])
            asked = asked or field is not None
            answer = cells[column] if column < len(cells) else ""
            if field == "subject":
                subject = answer or None
            elif field and answer:
                fields[field] = answer
        if asked:
            yield Answers(sheet.title, subject, fields)


def _field(name: str) -> str | None:
    """The field that a row is about, by its name in words or in ``capture.toml``."""
    told = name.strip().casefold().rstrip(" *:")
    if told in _names("form_subject"):
        return "subject"
    for question in questions():
        if told in (question.field.casefold(), *(one.casefold() for one in question.name.values())):
            return question.field
    return None


def _names(name: str) -> tuple[str, str]:
    return text(name, "nl").casefold(), text(name, "en").casefold()
