"""A list in words: why each package may be destroyed or may not, and the table that goes out to whoever decides."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from sma_plugin.destruction.records import Declaration, DestructionList, Item, Verdict, Why
from sma_plugin.findings import Language
from sma_plugin.notation import day, duration, number, period, platform, size, word
from sma_plugin.selection.tables import columns
from sma_plugin.tables_out import OutColumn, OutRow, write_table
from sma_plugin.texts import text

VERDICTS: tuple[Verdict, ...] = ("may", "stopped", "unknown", "not-yet", "permanent")
"""In the order in which people ask for them."""
_DAYS = ("starts", "ends", "since", "until")
_WIDTHS = {"why": 60, "law": 44, "category": 36, "ground": 30, "verdict": 24, "posts": 10, "replies": 10, "value": 10}
_ASKED = ("decided", "role", "date", "ground")


@cache
def _reasons() -> dict[str, dict[Language, str]]:
    return tomllib.loads(files(__package__).joinpath("reasons.toml").read_text(encoding="utf-8"))


def said(why: Why, language: Language) -> str:
    """A reason in words, dates and durations as a reader writes them."""
    shown = {name: day(value, language) if name in _DAYS else value for name, value in why.params.items()}
    shown |= {"term": duration(why.params["term"], language)} if "term" in why.params else {}
    return _reasons()[why.name][language].format_map(shown)


def reasons(item: Item, language: Language) -> str:
    """Why it comes to that, as one text."""
    return "; ".join(said(why, language) for why in item.why)


def held(item: Item, language: Language) -> str:
    """How much a package holds, in words."""
    posts = text("destruction_posts_one" if item.posts == 1 else "destruction_posts", language)
    return posts.format(count=number(item.posts, language), replies=number(item.replies, language))


def answer(made: DestructionList, language: Language) -> str:
    """What may be destroyed on the day asked, in one paragraph."""
    may = made.of("may")
    told = {"day": day(made.on, language), "count": number(len(may), language)}
    if not may:
        return text("destruction_answer_none", language, **told)
    posts, taken = sum(one.posts for one in may), sum(one.bytes for one in may)
    told |= {"posts": number(posts, language), "size": size(taken, language)}
    return text("destruction_answer_one" if len(may) == 1 else "destruction_answer_some", language, **told)


def write_list(path: Path, made: DestructionList, roles: list[str], language: Language) -> None:
    """Write a list as a table, in which the packages that may be destroyed wait for a decision.

    Raises :class:`~sma_plugin.texts.UserError`.
    """
    known = columns("destruction")
    shown = [OutColumn(one.words[language], _WIDTHS.get(one.name, 20), one.name in _ASKED) for one in known]
    names = [one.name for one in known]
    rows = []
    for item in made.items:
        cells = _cells(item, made.on, language)
        choices = {"decided": [word("destroy", one, language) for one in ("destroy", "keep")], "role": roles}
        offered = {names.index(name): some for name, some in choices.items() if item.verdict == "may"}
        rows.append(OutRow([cells.get(name, "" if item.verdict == "may" else "-") for name in names], offered))
    write_table(path, text("destruction_title", language), shown, rows)


def _cells(item: Item, on: str, language: Language) -> dict[str, str]:
    return {
        "verdict": word("verdict", item.verdict, language),
        "account": item.account,
        "name": item.name,
        "series": item.series,
        "category": item.category,
        "value": item.value,
        "period": period(item.period_from, item.period_until, language),
        "posts": str(item.posts),
        "replies": str(item.replies),
        "bytes": str(item.bytes),
        "term": duration(item.term or "", language),
        "trigger": item.trigger or "",
        "starts": item.starts or "",
        "ends": item.ends or "",
        "law": item.ground or "",
        "why": reasons(item, language),
        "place": item.path,
        "id": item.id,
        "digest": item.digest,
        "on": on,
    }


def declaration_rows(made: Declaration, language: Language) -> tuple[list[tuple[str, int]], list[list[str]]]:
    """A declaration as a table: headings with their widths, and a row per package."""
    names = (
        "account",
        "name",
        "series",
        "category",
        "period",
        "posts",
        "replies",
        "bytes",
        "law",
        "why",
        "id",
        "digest",
    )
    heads = [(one.words[language], _WIDTHS.get(one.name, 20)) for one in columns("destruction") if one.name in names]
    more = [
        (text("destruction_decided_by", language), word("role", made.approval.role, language)),
        (text("destruction_asked_date", language), made.executed.date),
        (text("destruction_ground", language), made.approval.ground),
        (text("destruction_asked_manner", language), made.executed.manner),
        (text("destruction_asked_executor", language), made.executed.executor),
        *(
            (word("covers", name, language), word("answered", told, language))
            for name, told in made.executed.covered.items()
        ),
    ]
    order = [one.name for one in columns("destruction") if one.name in names]
    rows = []
    for one in made.approval.approved:
        cells = _cells(one.item, made.approval.on, language)
        rows.append([*(cells[name] for name in order), *(told for _, told in more)])
    return [*heads, *((heading, 24) for heading, _ in more)], rows


def lines(made: DestructionList, language: Language) -> Iterator[tuple[str, int, bool]]:
    """A list for the terminal: each line with its indent, and whether it is a heading."""
    yield answer(made, language), 0, True
    for verdict in VERDICTS:
        found = made.of(verdict)
        if found:
            yield "", 0, False
            yield f"{word('verdict', verdict, language).capitalize()} ({len(found)})", 0, True
        for item in found:
            named = f"{item.account} ({platform(item.platform)})" if item.platform else item.account or item.name
            shown = period(item.period_from, item.period_until, language)
            yield " · ".join(part for part in (named, shown, item.name) if part), 2, False
            if item.id:
                yield f"{held(item, language)}, {size(item.bytes, language)}", 4, False
            yield f"{reasons(item, language)}.", 4, False
            if item.ground and item.verdict != "permanent":
                yield item.ground, 4, False
