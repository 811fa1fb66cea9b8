"""Open questions as a table that goes out to whoever decides, and decisions as the table that is kept of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sma_plugin.findings import Language
from sma_plugin.selection.answers import DETAILS
from sma_plugin.selection.asking import Question
from sma_plugin.selection.subjects import subjects
from sma_plugin.selection.tables import columns
from sma_plugin.settings import Settings
from sma_plugin.tables_out import OutColumn, OutRow, write_table
from sma_plugin.texts import text

_WIDTHS = {"ask": 44, "reason": 44, "choices": 36, "ground": 36}
_ASKED = ("decided", "role", "date", "ground")


def write_questions(path: Path, questions: Sequence[Question], settings: Settings, language: Language) -> None:
    """Write a table of questions to be answered. Raises :class:`~sma_plugin.texts.UserError`."""
    _write(path, [(_told(one, language), _choices(one, settings, language)) for one in questions], language)


def write_decisions(
    path: Path, decided: Sequence[tuple[Question, dict[str, str]]], settings: Settings, language: Language
) -> None:
    """Write a table of questions with what was filled in for each, by column. Raises as :func:`write_questions`."""
    rows = [(_told(one, language) | filled, _choices(one, settings, language)) for one, filled in decided]
    _write(path, rows, language)


def may_decide(subject: str, settings: Settings) -> list[str]:
    """The roles that may decide on a subject."""
    return [name for name, role in settings.roles.items() if subject in role.decides]


def _write(path: Path, rows: list[tuple[dict[str, str], dict[str, list[str]]]], language: Language) -> None:
    known = columns("decision")
    of_choice = {
        name for told, _ in rows for name in DETAILS if told.get(name) or name in subjects()[_subject(told)].details
    }
    shown = [column for column in known if column.name not in DETAILS or column.name in of_choice]
    names = [column.name for column in shown]
    write_table(
        path,
        text("decisions_title", language),
        [OutColumn(one.words[language], _WIDTHS.get(one.name, 20), one.name in _ASKED) for one in shown],
        [
            OutRow([told.get(name, "") for name in names], {names.index(name): some for name, some in choices.items()})
            for told, choices in rows
        ],
    )


def _subject(told: dict[str, str]) -> str:
    return told["question"].partition("/")[0]


def _told(one: Question, language: Language) -> dict[str, str]:
    return {
        "question": one.id,
        "account": one.account,
        "ask": one.ask[language],
        "proposal": one.proposed(language),
        "reason": one.reason[language],
        "choices": "; ".join(option.words[language] for option in one.options),
        **one.details,
    }


def _choices(one: Question, settings: Settings, language: Language) -> dict[str, list[str]]:
    """What may be chosen in which column."""
    return {
        "decided": [option.words[language] for option in one.options],
        "role": may_decide(one.subject, settings),
    }
