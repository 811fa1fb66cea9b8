"""``sma decide``: the questions that a run left open, put to whoever decides, on the terminal or as a table.

What is decided goes into the configured folder for decisions, where the next run finds it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from sma_plugin.findings import Finding, Language, make
from sma_plugin.ingest import work_area
from sma_plugin.notation import moment_meant
from sma_plugin.package import WorkArea
from sma_plugin.selection.answers import load_answers
from sma_plugin.selection.asking import Asking, Question, asked_in, open_in
from sma_plugin.selection.decision_table import may_decide, write_decisions
from sma_plugin.selection.subjects import is_past, subjects
from sma_plugin.selection.tables import columns
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError, text

Prompt = Callable[[str], str]
"""Puts a line and gives what was answered."""
Say = Callable[[str], None]


class Opened(NamedTuple):
    """The questions of a run that are still open, how many were answered since, and what is wrong with answers."""

    questions: list[Question]
    answered: int
    findings: list[Finding]


def open_questions(out: Path, settings: Settings, *, everything: bool = False, more: Sequence[Path] = ()) -> Opened:
    """The questions that wait at the folder for packages of a run, less those that were answered since.

    ``everything``: also those of which the default works. ``more`` are tables that lie elsewhere than in the folder for
    decisions. Raises :class:`UserError` where no run waits.
    """
    place = _place(out, settings)
    asked = [one for one in open_in(place) if everything or not subjects()[one.subject].quiet]
    asking = Asking(settings, more)
    left = [one for one in asked if asking.put(one, standing=False) is None]
    return Opened(left, len(asked) - len(left), asking.findings)


def _place(out: Path, settings: Settings) -> WorkArea:
    """The working area of a run. Raises :class:`UserError` when there is none."""
    place = WorkArea(out) if (out / WorkArea.MARKER).is_file() else work_area(out, settings)
    if not place.record.is_file():
        raise UserError("decide_nothing", path=out)
    return place


def folder_for_decisions(settings: Settings) -> Path:
    """Where decisions are kept. Raises :class:`UserError` when the configuration names no folder."""
    if not settings.paths.decisions:
        raise UserError("decide_no_folder")
    return settings.resolve(settings.paths.decisions)


def ask_all(
    questions: Sequence[Question], settings: Settings, language: Language, ask: Prompt, say: Say
) -> list[tuple[Question, dict[str, str]]]:
    """Put each question; gives those that were answered, with what is filled in by column.

    Who stops (Ctrl-C, or the end of what is typed) keeps what was answered before.
    """
    decided: list[tuple[Question, dict[str, str]]] = []
    try:
        for number, one in enumerate(questions, 1):
            roles = may_decide(one.subject, settings)
            if not roles:
                say(text("decide_no_role", language, subject=one.subject))
                continue
            say("")
            say(text("decide_number", language, number=number, count=len(questions)))
            if filled := _answer(one, roles, language, ask, say):
                decided.append((one, filled))
    except (EOFError, KeyboardInterrupt):
        say("")
    return decided


def keep(decided: Sequence[tuple[Question, dict[str, str]]], settings: Settings, language: Language) -> Path:
    """Put decisions into the folder for them, as a table of their own."""
    folder = folder_for_decisions(settings)
    path = next(path for path in _names(folder, text("decisions_title", language).lower()) if not path.exists())
    write_decisions(path, decided, settings, language)
    return path


def take_in(table: Path, out: Path, settings: Settings) -> tuple[Path | None, Opened]:
    """Put a table that came back into the folder for decisions, when nothing in it is wrong; gives its place there.

    A row that answers what is not asked, or not any more since the register changed, is told and has no effect.
    Raises :class:`UserError` for a table that is not there, of whose name there is one already, or of which no row
    answers anything.
    """
    if not table.is_file():
        raise UserError("nothing_there", path=table)
    target = folder_for_decisions(settings) / table.name
    if target.exists() and not target.samefile(table):
        raise UserError("exists", path=target)
    found = open_questions(out, settings, everything=True, more=[table])
    apart = msgspec.structs.replace(settings, paths=msgspec.structs.replace(settings.paths, decisions=None))
    put = {one.id for one in asked_in(_place(out, settings))}
    answers = load_answers(apart, [table])[0]
    strange = ", ".join(name for name in answers if name not in put)
    if strange and put.isdisjoint(answers):
        raise UserError("decide_strange", names=strange)
    told = [make("SMA-S120", path=table.name, names=strange)] if strange else []
    loud = [one for one in found.questions if not subjects()[one.subject].quiet]
    found = found._replace(questions=loud, findings=[*found.findings, *told])
    if any(one.severity == "error" for one in found.findings):
        return None, found
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(table, target)
    return target, found


def _names(folder: Path, title: str) -> Iterator[Path]:
    stem, number = f"{title}-{date.today().isoformat()}", 1  # noqa: DTZ011 -- the day as the user's calendar has it
    while True:
        yield folder / f"{stem}{f'-{number}' if number > 1 else ''}.csv"
        number += 1


def _answer(one: Question, roles: list[str], language: Language, ask: Prompt, say: Say) -> dict[str, str] | None:
    """What is filled in for one question; ``None`` when it is passed over."""
    say(one.ask[language])
    say(text("decide_proposed", language, proposal=one.proposed(language), reason=one.reason[language]))
    choices = {option.name: option.words[language] for option in one.options}
    chosen = _choose(choices, text("decide_which", language), ask, say)
    if not chosen:
        return None
    filled = {"decided": chosen}
    details = subjects()[one.subject].details
    if details and chosen != one.proposal:
        say(text("decide_posts" if subjects()[one.subject].chooses else "decide_details", language))
        headings = {column.name: column.words[language] for column in columns("decision")}
        filled |= {name: told for name in details if (told := ask(f"{headings[name]}: ").strip())}
    named = {role: role for role in roles}
    role = roles[0] if len(roles) == 1 else _choose(named, text("decide_role", language), ask, say)
    if not role:
        return None
    if len(roles) == 1:
        say(text("decide_as", language, role=role))
    ground = ""
    while not ground:
        ground = ask(text("decide_ground", language)).strip()
    return filled | {"role": role, "date": _day(language, ask, say), "ground": ground}


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


def _day(language: Language, ask: Prompt, say: Say) -> str:
    """A day that has been; the present one when the line is left empty."""
    today = date.today().isoformat()  # noqa: DTZ011 -- as above
    while True:
        told = ask(text("decide_date", language, today=today)).strip() or today
        found = moment_meant(told) or ""
        if len(found) >= len(today) and is_past(found):
            return found[:10]
        say(text("decide_no_day", language, value=told))
