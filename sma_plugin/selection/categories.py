"""Under which category posts of an account fall: by the register, by a role's answer, or not yet known.

A row of the register that names one category decides. Where it names none, or one that stands nowhere or in several
lists or versions, rows are proposed and a role is asked; until then the value is N. A standing policy never takes such
a proposal: it speaks of what the register says.
"""

from __future__ import annotations

from sma_plugin.selection.asking import Question, question, question_id
from sma_plugin.selection.desk import Desk, Met
from sma_plugin.selection.records import Category, Decision
from sma_plugin.selection.register import Link
from sma_plugin.selection.suggesting import UNDECIDED, name_of, options, suggested
from sma_plugin.settings import Settings


def category_of(desk: Desk, met: Met, link: Link, key: str) -> tuple[Category | None, Decision]:
    """The category of a row of the register with the decision that it rests on; ``key`` tells rows of one account."""
    meant = desk.lists.meant(link.list_name, link.list_version, link.category)
    if len(meant) == 1:
        put = _question(desk, met, meant, key, "registered", place=link.place)
        if desk.asking.answer(put) and (decision := desk.asking.put(put)):
            return _told(desk, met, decision)
        return _told(desk, met, _by_register(desk.settings, put, link))
    register, _, row = link.place.rpartition(":")
    told = {"category": link.category or "", "register": register, "row": row}
    desk.tell(_missing(link, meant), met, **told, versions=_versions(meant))
    asked = _suggestion(desk, met, meant, key)
    decision = desk.asking.put(asked, standing=False) if asked else None
    if decision:
        return _told(desk, met, decision)
    if asked:
        desk.wait(asked)
    put = asked or _question(desk, met, [], key, "uncategorised")
    return None, _by_register(desk.settings, put, link, UNDECIDED)


def _told(desk: Desk, met: Met, decision: Decision) -> tuple[Category | None, Decision]:
    """The category that was decided on; one of a list by key function is told."""
    found = next((one for one in desk.lists.categories if name_of(one) == decision.decided), None)
    if found and found.less_suited:
        desk.tell("SMA-S071", met, category=name_of(found))
    return found, decision


def _missing(link: Link, meant: list[Category]) -> str:
    """What is wrong with the category that a row names."""
    if not link.category:
        return "SMA-S005"
    if not meant:
        return "SMA-S003"
    return "SMA-S069" if len({one.list_name for one in meant}) == 1 else "SMA-S006"


def _versions(meant: list[Category]) -> str:
    return ", ".join(sorted({one.list_version for one in meant}))


def _suggestion(desk: Desk, met: Met, meant: list[Category], key: str) -> Question | None:
    """The question with the rows that may be meant, else those that fit; ``None``, and told, when there are none."""
    if meant:
        newest = sorted(meant, key=lambda one: one.list_version, reverse=True)
        return _question(desk, met, newest, key, "several", versions=_versions(meant))
    found = suggested(met.record, desk.lists)
    if found.rows:
        why = found.rule.why if found.rule else None
        words = {f"why_{language}": told for language, told in why.items()} if why else {}
        return _question(desk, met, found.rows, key, "direction" if why else "process", **words)
    if found.rule:
        process = {f"process_{language}": told for language, told in found.rule.process.items()}
        desk.tell("SMA-S070", met, **process)
    return None


def _question(desk: Desk, met: Met, rows: list[Category], key: str, reason: str, **params: str) -> Question:
    return question(
        "category",
        question_id("category", met.record.platform, met.record.native_id, key),
        met.label,
        name_of(rows[0]) if rows else UNDECIDED,
        reason,
        options=options(rows) if reason != "registered" else options([*rows, *suggested(met.record, desk.lists).rows]),
        **params,
    )


def _by_register(settings: Settings, put: Question, link: Link, decided: str | None = None) -> Decision:
    """Who linked the account: whoever the standing policy names, else the register itself."""
    policy = settings.policies.get("category")
    return Decision(
        "category",
        put.proposal,
        f"linked in the register, {link.place}" if decided is None else put.reason["en"],
        decided or put.proposal,
        policy.role if policy else "accountregister",
        policy.date if policy else settings.stamps.now("time/select"),
        policy.ground if policy else f"register {link.place}",
        put.id,
    )
