"""Requests of people under the AVG as a table that is filled in: an empty one to begin with, and taking one in.

The table names people, so it is taken in and kept nowhere. A row that cannot be used is told by row and column, and
costs no other row; one that was taken in before is told, so that a table that was set right is simply taken in again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sma_plugin.findings import Finding, Language, make
from sma_plugin.notation import as_chosen, moment_meant
from sma_plugin.privacy.entering import Asked, Entered, enter
from sma_plugin.privacy.keys import By, Keys
from sma_plugin.privacy.requests import OUTCOMES, Outcome
from sma_plugin.privacy.stored_posts import Posts
from sma_plugin.selection.choosing import listed
from sma_plugin.selection.subjects import is_past
from sma_plugin.selection.tables import Row, TableError, columns, in_words, read_table
from sma_plugin.settings import Settings
from sma_plugin.tables_out import OutColumn, write_table
from sma_plugin.texts import LANGUAGES, UserError, text

TABLE = "request"
_NEEDED = ("outcome", "platform", "decision", "role", "date", "ground")
_WHOLE = len("2026-01-31")


def write_form(path: Path, settings: Settings, language: Language) -> None:
    """Write an empty table. Raises :class:`UserError`."""
    choices = {
        "outcome": [text(f"outcome_{one}", language) for one in OUTCOMES],
        "role": [name for name, role in settings.roles.items() if "requests" in role.decides],
    }
    shown = [OutColumn(one.words[language], 26, True, choices.get(one.name, ())) for one in columns(TABLE)]
    write_table(path, text("requests_title", language), shown, [])


def take_in(
    path: Path, keys: Keys, settings: Settings, packages: Sequence[Posts]
) -> tuple[list[Entered], list[Finding]]:
    """Enter every row that can be used; gives these, and what is wrong with others."""
    findings: list[Finding] = []
    entered: list[Entered] = []
    try:
        for number, row in read_table(path, TABLE, findings):
            where: dict[str, Any] = {"path": str(path), "item": str(number), "row": number}
            if wrong := _wrong(row, where, settings):
                findings.append(wrong)
                continue
            by = By(settings.stamps, row["role"], row["ground"])
            try:
                one = enter(keys, _asked(row), by, packages)
            except UserError as error:
                reasons: dict[str, Any] = {f"reason_{name}": error.sentence(name).rstrip(".") for name in LANGUAGES}
                findings.append(make("SMA-P042", **where, **reasons))
                continue
            if one.known:
                findings.append(make("SMA-P043", **where, request=one.request.id))
            else:
                entered.append(one)
    except TableError as error:
        findings.append(error.finding)
    return entered, findings


def _wrong(row: Row, where: dict[str, Any], settings: Settings) -> Finding | None:
    """What makes a row unusable before anybody is looked up."""
    if absent := next((name for name in _NEEDED if not row.get(name)), None):
        return make("SMA-S012", **where, **in_words(TABLE, absent))
    if _outcome(row["outcome"]) is None:
        words = {name: [text(f"outcome_{one}", name) for one in OUTCOMES] for name in LANGUAGES}
        known: dict[str, Any] = {f"known_{name}": "; ".join(words[name]) for name in LANGUAGES}
        return make("SMA-S014", **where, **in_words(TABLE, "outcome"), value=row["outcome"], **known)
    day = moment_meant(row["date"])
    if day is None or len(day) < _WHOLE:
        return make("SMA-S022", **where, value=row["date"])
    if not is_past(day):
        return make("SMA-S114", **where, value=row["date"])
    role = settings.roles.get(row["role"])
    if role is None or "requests" not in role.decides:
        return make("SMA-S020", **where, role=row["role"], subject="requests")
    return None


def _asked(row: Row) -> Asked:
    return Asked(
        _outcome(row["outcome"]) or "",
        row["platform"],
        row.get("account", ""),
        listed(row.get("posts", "")),
        row["decision"],
        row["date"],
        row.get("statement") or None,
    )


def _outcome(told: str) -> Outcome | None:
    """The outcome that is meant, by its name or its words in either language."""
    meant = as_chosen(told)
    for one in OUTCOMES:
        if meant in (one, *(as_chosen(text(f"outcome_{one}", language)) for language in LANGUAGES)):
            return one
    return None
