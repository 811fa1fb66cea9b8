"""Which terms of a platform hold for an account, and what a role decided about them.

Which hold follows from what is at hand: how it was captured and when, how many posts there are, whether a source says
that some were deleted. They never stop anything.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import msgspec

from sma_plugin.findings import Language
from sma_plugin.model import Capture
from sma_plugin.notation import day, platform, word
from sma_plugin.selection.asking import question, question_id
from sma_plugin.selection.desk import Desk, Met
from sma_plugin.selection.platform_terms import Clause
from sma_plugin.selection.records import Decision, Restriction
from sma_plugin.selection.subjects import Words

SUBJECT = "platform-terms"
_POSTS = """
SELECT count(*) FROM post WHERE (account = :account OR placed_on = :account)
AND class NOT IN ('incidental', 'context')"""
_DELETED = "SELECT count(*) FROM post WHERE account = ? AND json_extract(withdrawn, '$.ground') = 'deleted'"
_capture = msgspec.json.Decoder(Capture).decode


def weighed(desk: Desk, met: Met) -> tuple[Decision | None, Restriction | None]:
    """What was decided about the terms that hold for an account, and the restriction that follows; told while open."""
    held = list(_holding(desk, met))
    if not held:
        return None, None
    words: Words = {"nl": _listed(held, "nl"), "en": _listed(held, "en")}
    shown = platform(met.record.platform)
    put = question(
        SUBJECT,
        question_id(SUBJECT, met.record.platform, met.record.native_id),
        met.label,
        "archive",
        "terms",
        platform=shown,
        terms_nl=words["nl"],
        terms_en=words["en"],
    )
    decision = desk.asking.put(put)
    if decision is None:
        desk.tell("SMA-S101", met, platform=shown, terms_nl=words["nl"], terms_en=words["en"])
        return None, None
    return decision, _restriction(held, shown, decision) if decision.decided == "closed" else None


def _holding(desk: Desk, met: Met) -> Iterator[Clause]:
    """The clauses that what is at hand comes under."""
    clauses = desk.rights.terms.get(met.record.platform, ())
    if not clauses:
        return
    ours = [one for one in captures_of(desk.history) if one.platform in (None, met.record.platform)]
    (posts,) = desk.history.execute(_POSTS, {"account": met.number}).fetchone()
    (deleted,) = desk.history.execute(_DELETED, (met.number,)).fetchone()
    for one in clauses:
        facts = posts > one.more_than and (bool(deleted) or not one.deleted)
        if facts and any(_meets(one, capture) for capture in ours):
            yield one


def captures_of(history: sqlite3.Connection) -> list[Capture]:
    """The captures that a history is made of."""
    return [_capture(row[0]) for row in history.execute("SELECT record FROM capture ORDER BY id")]


def _meets(clause: Clause, capture: Capture) -> bool:
    """Whether a capture was made in a way, and on a day, that a clause is about; an unknown day may be any."""
    day = (capture.captured or "")[:10]
    in_time = not day or ((clause.since or "") <= day <= (clause.until or "9"))
    return in_time and (not clause.techniques or capture.technique in clause.techniques)


def _listed(held: list[Clause], language: Language) -> str:
    """The clauses, each with its source and whether it was checked in the terms themselves."""
    return "; ".join(
        f"{one.text[language]} ({one.source}; {word('looked_into', 'terms' if one.first_hand else 'others', language)}"
        f" {day(one.seen, language)})"
        for one in held
    )


def _restriction(held: list[Clause], shown: str, decision: Decision) -> Restriction:
    """That nothing is given to others, on the ground of the platform's terms."""
    sources = "; ".join(dict.fromkeys(one.source for one in held))
    return Restriction(
        "Overig",
        "Gebruiksvoorwaarden van platforms",
        note=f"Gebruiksvoorwaarden van {shown}: {_listed(held, 'nl')}",
        citation=sources,
        number=decision.ground,
        date=decision.at[:10] if decision.at else None,
        grant="Disallow",
    )
