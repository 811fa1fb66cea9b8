"""Scenario C: of a hybrid or personal account only what a role chooses is archived (PRODUCT.md, section 2)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sma_plugin.notation import word_in_each
from sma_plugin.selection.asking import Question, question, question_id
from sma_plugin.selection.choosing import Choice, choice_of, listed
from sma_plugin.selection.desk import Desk, Met, Share, also
from sma_plugin.selection.linking import linked
from sma_plugin.selection.parts import Rule, matching
from sma_plugin.selection.register import Entry

_OWN = "SELECT count(*) FROM post WHERE account = ? AND class = 'own'"


def chosen(desk: Desk, met: Met, entry: Entry) -> Sequence[Share] | None:
    """The posts that a role chose; the rest is in no package. ``None`` while nobody decided."""
    put = _question(desk, met, entry)
    decision = desk.asking.put(put)
    if decision is None:
        desk.tell("SMA-S004", met)
        return None
    choice = choice_of(desk.asking.details(put))
    if decision.decided != "select" or choice == Choice():
        return ()
    if not desk.parts.choose(desk.history, met.number, choice, "chosen")["chosen"]:
        desk.tell("SMA-S024", met)
        return ()
    decided = also(linked(desk, met, entry.links[-1]), decision)
    return [Share(msgspec.structs.replace(decided, chosen=choice), "chosen")]


def _question(desk: Desk, met: Met, entry: Entry) -> Question:
    """Which posts are proposed: those with a hashtag that the register knows as one of the office, else none."""
    (own,) = desk.history.execute(_OWN, (met.number,)).fetchone()
    identifier = question_id("scenario", met.record.platform, met.record.native_id)
    tags = entry.last("work_hashtags") if met.record.kind == "hybrid" else None
    if tags:
        choice = Choice(hashtags=listed(tags))
        marked = matching(desk.history, met.number, [Rule("", choice)]).own
        told: dict[str, str | int] = {"hashtags": tags, "count": marked, "rest": own - marked}
        put = question("scenario", identifier, met.label, "select", "marked", options=None, **told)
        return msgspec.structs.replace(put, details={"hashtags": ", ".join(choice.hashtags)})
    kind = word_in_each("kind", "kind", met.record.kind)
    return question("scenario", identifier, met.label, "none", "kind", options=None, count=own, **kind)
