"""Which result row fits an account, by its process and the direction of its communication (``result_rows.toml``).

Only a proposal: the rows are those of the lists that are loaded, the best first, and a role chooses.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

import msgspec

from sma_plugin import notation
from sma_plugin.facts import facts
from sma_plugin.findings import Language
from sma_plugin.selection.asking import Option
from sma_plugin.selection.choosing import folded
from sma_plugin.selection.lists import Lists
from sma_plugin.selection.records import AccountRecord, AppraisalValue, Category
from sma_plugin.selection.subjects import Words
from sma_plugin.texts import LANGUAGES, text

Direction = Literal["one-way", "two-way"]
UNDECIDED = "N"
_MOST = 8
"""Rows that are offered: who wants another one names it in the register."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is looked for in one direction of communication, and why."""

    value: AppraisalValue
    process: Words
    why: Words
    phrases: tuple[str, ...]


class Suggestion(NamedTuple):
    """The rows that fit, the best first, and the rule by which."""

    rows: list[Category]
    rule: Rule | None


@cache
def rules() -> dict[Direction, Rule]:
    """What is looked for, by direction."""
    return facts(__package__, "result_rows.toml", dict[Direction, Rule])


def suggested(record: AccountRecord, lists: Lists) -> Suggestion:
    """The rows that fit an account; none when its direction and process are not known or no list has one."""
    direction: Direction | None = {"A": "one-way", "B": "two-way"}.get(record.scenario or "")  # type: ignore[assignment]
    rule = rules()[direction] if direction else None
    ranked = [(rank, one) for one in lists.categories if (rank := _rank(one, rule, record.process)) is not None]
    ranked.sort(key=lambda pair: (*pair[0], pair[1].code, pair[1].list_name))
    return Suggestion([one for _, one in ranked[:_MOST]], rule)


def _rank(one: Category, rule: Rule | None, process: str | None) -> tuple[int, int, int] | None:
    """How well a row fits, the lowest best; ``None`` when it does not."""
    said = folded(" / ".join(filter(None, (one.process, one.label, one.note))))
    phrases = rule.phrases if rule else ()
    at = next((number for number, phrase in enumerate(phrases) if folded(phrase) in said), None)
    same = process is not None and folded(process) == folded(one.process or "")
    if at is None and not same:
        return None
    of_value = rule is not None and one.value != rule.value
    return (int(one.less_suited), len(phrases) if at is None else at, int(of_value))


def name_of(one: Category) -> str:
    """A category as decisions name it."""
    return f"{one.list_name} {one.list_version}, {one.code}"


def options(rows: list[Category]) -> tuple[Option, ...]:
    """What may be chosen: each row, and that the value is still to be determined."""
    undecided = {language: notation.word("value", UNDECIDED, language) for language in LANGUAGES}
    return (
        *(Option(name_of(one), {language: _in_words(one, language) for language in LANGUAGES}) for one in rows),
        Option(UNDECIDED, undecided),
    )


def _in_words(one: Category, language: Language) -> str:
    term = f" {notation.duration(one.term, language)}" if one.term else ""
    less = f", {text('less_suited', language)}" if one.less_suited else ""
    return f"{one.code} {one.label} [{one.value}{term}] ({one.list_name} {one.list_version}{less})"
