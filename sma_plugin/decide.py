"""``sma decide``: the questions that a run left open, put to whoever decides, on the terminal or as a table.

What is decided goes into the configured folder for decisions, where the next run finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from sma_plugin.findings import Language
from sma_plugin.ingest import work_area
from sma_plugin.notation import moment_meant
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json
from sma_plugin.selection.answers import DETAILS
from sma_plugin.selection.asking import Question
from sma_plugin.selection.decision_table import may_decide, write_decisions
from sma_plugin.selection.subjects import subjects
from sma_plugin.selection.tables import columns
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError, text

Prompt = Callable[[str], str]
"""Puts a line and gives what was answered."""
Say = Callable[[str], None]


def open_questions(out: Path, settings: Settings) -> list[Question]:
    """The questions that wait at the folder for packages of a run. Raises :class:`UserError` when none does."""
    place = WorkArea(out) if (out / WorkArea.MARKER).is_file() else work_area(out, settings)
    if not place.questions.is_file():
        raise UserError("decide_nothing", path=out)
    return [one for one in read_json(place.questions, list[Question]) if one.decision is None]


def folder_for_decisions(settings: Settings) -> Path:
    """Where decisions are kept. Raises :class:`UserError` when the configuration names no folder."""
    if not settings.paths.decisions:
        raise UserError("decide_no_folder")
    return settings.resolve(settings.paths.decisions)


def ask_all(
    questions: Sequence[Question], settings: Settings, language: Language, ask: Prompt, say: Say
) -> list[tuple[Question, dict[str, str]]]:
    """Put each question; gives those that were answered, with what is filled in by column."""
    decided = []
    for one in questions:
        roles = may_decide(one.subject, settings)
        if not roles:
            say(text("decide_no_role", language, subject=one.subject))
            continue
        if filled := _answer(one, roles, language, ask, say):
            decided.append((one, filled))
    return decided


def keep(decided: Sequence[tuple[Question, dict[str, str]]], settings: Settings, language: Language) -> Path:
    """Put decisions into the folder for them, as a table of their own."""
    folder = folder_for_decisions(settings)
    path = next(path for path in _names(folder, text("decisions_title", language).lower()) if not path.exists())
    write_decisions(path, decided, settings, language)
    return path


def _names(folder: Path, title: str) -> Iterator[Path]:
    stem, number = f"{title}-{date.today().isoformat()}", 1  # noqa: DTZ011 -- the day as the user's calendar has it
    while True:
        yield folder / f"{stem}{f'-{number}' if number > 1 else ''}.csv"
        number += 1


def _answer(one: Question, roles: list[str], language: Language, ask: Prompt, say: Say) -> dict[str, str] | None:
    """What is filled in for one question; ``None`` when it is passed over."""
    say("")
    say(one.ask[language])
    say(text("decide_proposed", language, proposal=one.proposed(language), reason=one.reason[language]))
    choices = {option.name: option.words[language] for option in one.options}
    chosen = _choose(choices, text("decide_which", language), ask, say)
    if not chosen:
        return None
    filled = {"decided": chosen}
    if subjects()[one.subject].chooses and chosen != one.proposal:
        say(text("decide_posts", language))
        headings = {column.name: column.words[language] for column in columns("decision")}
        filled |= {name: told for name in DETAILS if (told := ask(f"{headings[name]}: ").strip())}
    named = {role: role for role in roles}
    role = roles[0] if len(roles) == 1 else _choose(named, text("decide_role", language), ask, say)
    if not role:
        return None
    ground = ""
    while not ground:
        ground = ask(text("decide_ground", language)).strip()
    return filled | {"role": role, "date": _day(language, ask), "ground": ground}


def _choose(choices: dict[str, str], prompt: str, ask: Prompt, say: Say) -> str | None:
    """One of the choices by its number; ``None`` when the line is left empty. Any text where there are none."""
    for number, words in enumerate(choices.values(), 1):
        say(f"  {number}  {words}")
    while told := ask(prompt).strip():
        if not choices:
            return told
        if told.isdecimal() and 1 <= int(told) <= len(choices):
            return list(choices)[int(told) - 1]
    return None


def _day(language: Language, ask: Prompt) -> str:
    today = date.today().isoformat()  # noqa: DTZ011 -- as above
    while True:
        told = ask(text("decide_date", language, today=today)).strip() or today
        if found := moment_meant(told):
            return found
