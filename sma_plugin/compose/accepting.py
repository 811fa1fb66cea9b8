"""What a role accepted of what a package lacks: each a decision on record, with its event.

It is said in a table of decisions, in the improvement plan that came back, or by a standing policy. Nobody is asked
aloud: what is not accepted stands in the plan, and the package is made all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sma_plugin.improvement.edits import ACT, Edit, Edits
from sma_plugin.improvement.held import Held
from sma_plugin.selection.asking import Asking, Question, question, question_id
from sma_plugin.selection.plan import AccountPlan
from sma_plugin.selection.records import ACCEPTED, Decision


def accepted(account: AccountPlan, lacks: Iterable[Held], asking: Asking, edits: Edits) -> Iterator[Decision]:
    """The decisions by which lacks of an account are accepted."""
    said = edits.of(account.record.platform, account.record.native_id)
    for one in lacks:
        if one.level:
            put = _question(account, one)
            decision = asking.put(put) or _in_plan(put, said.get(one.id))
            if decision and decision.decided == ACCEPTED:
                yield decision


def _question(account: AccountPlan, one: Held) -> Question:
    record = account.record
    told: dict[str, Any] = {f"label_{language}": label for language, label in one.label.items()}
    return question(
        ACT,
        question_id(ACT, record.platform, record.native_id, one.id),
        account.label,
        "improve",
        "lacking",
        count=one.counted or 0,
        of=one.of or 0,
        **told,
    )


def _in_plan(put: Question, edit: Edit | None) -> Decision | None:
    """What the improvement plan says, once a role has accepted a lack there."""
    if edit is None or edit.status != "accepted":
        return None
    return Decision(
        put.subject, put.proposal, put.reason["en"], ACCEPTED, edit.role, edit.date, edit.ground, question=put.id
    )
