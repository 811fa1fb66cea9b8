"""Scenario C: of a hybrid or personal account only what a role chooses is archived (PRODUCT.md, section 2)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sma_plugin import notation
from sma_plugin.selection.asking import question, question_id
from sma_plugin.selection.choosing import Choice, choice_of
from sma_plugin.selection.desk import Desk, Met, Share, also
from sma_plugin.selection.linking import linked
from sma_plugin.selection.register import Entry


def chosen(desk: Desk, met: Met, entry: Entry) -> Sequence[Share] | None:
    """The posts that a role chose; the rest is in no package. ``None`` while nobody decided."""
    (own,) = desk.history.execute(
        "SELECT count(*) FROM post WHERE account = ? AND class = 'own'", (met.number,)
    ).fetchone()
    kind = met.record.kind
    put = question(
        "scenario",
        question_id("scenario", met.record.platform, met.record.native_id),
        met.label,
        "none",
        "kind",
        kind_nl=notation.word("kind", kind, "nl"),
        kind_en=notation.word("kind", kind, "en"),
        count=own,
    )
    decision = desk.asking.put(put)
    if decision is None:
        desk.tell("SMA-S004", met)
        return None
    answer = desk.asking.answer(put)
    choice = choice_of(answer.details if answer else {})
    if decision.decided != "select" or choice == Choice():
        return ()
    if not desk.parts.choose(desk.history, met.number, choice, "chosen")["chosen"]:
        desk.tell("SMA-S024", met)
        return ()
    decided = also(linked(desk, met, entry.links[-1]), decision)
    return [Share(msgspec.structs.replace(decided, chosen=choice), "chosen")]
