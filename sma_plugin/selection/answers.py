"""Decisions as people give them: tables in the configured folder, never from a delivery (CONTRACTS.md).

A row answers one question, named by its identifier. It counts when it names a role that may decide that subject, a
date that has been, and a ground. Of several answers to one question the latest by date holds, and among those of one
date the one in the table whose name sorts last. One that is withdrawn answers nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.notation import moment_meant
from sma_plugin.selection.subjects import CHOICE, is_past, nearest, subjects
from sma_plugin.selection.tables import Row, TableError, in_words, read_table
from sma_plugin.settings import Settings
from sma_plugin.sheets import ENDINGS

_NEEDED = ("role", "date", "ground")
DETAILS = (*CHOICE, "files")
"""The columns that say which posts or files a decision chooses."""


WITHDRAWN = ("ingetrokken", "withdrawn")
"""What stands in place of a decision when it is taken back."""


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer: the question, what was decided, by which role, when (ISO date), on which ground, where it stands."""

    question: str
    decided: str
    role: str
    date: str
    ground: str
    path: str = ""
    row: int = 0
    details: dict[str, str] = {}
    """What else was filled in, by column: a period, hashtags, keywords, posts."""


def decision_tables(settings: Settings) -> list[Path]:
    """The tables in the folder for decisions, in the order of their names, and those that lie elsewhere."""
    folder = settings.resolve(settings.paths.decisions) if settings.paths.decisions else None
    found = folder.iterdir() if folder and folder.is_dir() else ()
    kept = sorted(path for path in found if path.suffix.lower() in ENDINGS and not path.name.startswith(("~", ".")))
    return [*kept, *map(Path, settings.answered)]


def load_answers(settings: Settings, more: Sequence[Path] = ()) -> tuple[dict[str, Answer], list[Finding]]:
    """The answer that holds by its question, and what is wrong with others, of the folder and of ``more`` tables."""
    findings: list[Finding] = []
    answers: dict[str, Answer] = {}
    for path in (*decision_tables(settings), *more):
        try:
            for answer in _answers(path, settings, findings):
                known = answers.get(answer.question)
                if known is None or answer.date >= known.date:
                    answers[answer.question] = answer
        except TableError as error:
            findings.append(error.finding)
    return {name: one for name, one in answers.items() if one.decided.strip().casefold() not in WITHDRAWN}, findings


def _answers(path: Path, settings: Settings, findings: list[Finding]) -> Iterator[Answer]:
    for number, row in read_table(path, "decision", findings):
        if not row["decided"] or not row["question"]:
            continue  # a row that is still open, or a remark between the rows
        where: dict[str, Any] = {"path": str(path), "item": str(number), "row": number}
        if _subject(row) not in subjects():
            findings.append(make("SMA-S113", **where, subject=_subject(row), **nearest(_subject(row), subjects())))
            continue
        absent = next((name for name in _NEEDED if not row[name]), None)
        day = moment_meant(row["date"])
        if absent:
            findings.append(make("SMA-S012", **where, **in_words("decision", absent)))
        elif day is None or len(day) < len("2026-01-31"):
            findings.append(make("SMA-S022", **where, value=row["date"]))
        elif not is_past(day):
            findings.append(make("SMA-S114", **where, value=row["date"]))
        elif not _may_decide(settings, row):
            findings.append(make("SMA-S020", **where, role=row["role"], subject=_subject(row)))
        else:
            details = {name: row[name] for name in DETAILS if row.get(name)}
            yield Answer(
                row["question"], row["decided"], row["role"], day[:10], row["ground"], path.name, number, details
            )


def _may_decide(settings: Settings, row: Row) -> bool:
    role = settings.roles.get(row["role"])
    return role is not None and _subject(row) in role.decides


def _subject(row: Row) -> str:
    return row["question"].partition("/")[0]
