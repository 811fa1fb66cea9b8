"""Which posts of an account belong to a hotspot: proposed by its words and days, confirmed by a role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from sma_plugin import notation
from sma_plugin.bundle.names import ascii_path
from sma_plugin.findings import Language
from sma_plugin.selection.asking import Question, question, question_id
from sma_plugin.selection.choosing import Choice
from sma_plugin.selection.desk import Desk, Met, also
from sma_plugin.selection.entry import Link
from sma_plugin.selection.hotspots import Spot
from sma_plugin.selection.naming import names_it
from sma_plugin.selection.parts import Matching, Rule, matching
from sma_plugin.selection.records import Decision, PackageDecisions
from sma_plugin.texts import LANGUAGES, text

Row = tuple[Link, PackageDecisions]


class Confirmed(NamedTuple):
    """A hotspot that a role confirmed for some posts of an account, or for all."""

    spot: Spot
    decision: Decision

    @property
    def whole(self) -> bool:
        """Whether everything of the account is kept for it."""
        return self.decision.decided == "whole"

    def kept(self, decided: PackageDecisions) -> PackageDecisions:
        """The decisions for what is kept for it: B, without a term, the category as it was."""
        named = (*decided.hotspots, self.spot.hotspot)
        return msgspec.structs.replace(also(decided, self.decision), value="B", hotspots=named)

    def choice(self, link: Link) -> Choice | None:
        """The posts that are meant under a row of the register; ``None`` when there are none."""
        return self.spot.choice.within(link.since, link.until)


def confirmed(desk: Desk, met: Met, rows: Sequence[Row]) -> list[Confirmed] | None:
    """The hotspots that posts of an account belong to by decision; ``None`` while one waits for a role.

    What is kept for ever anyhow is proposed for none.
    """
    found: list[Confirmed] = []
    waits = False
    for spot in desk.hotspots.spots:
        rules = [
            Rule("", choice)
            for link, one in rows
            if one.value != "B" and (choice := spot.choice.within(link.since, link.until))
        ]
        if not rules or not names_it(spot.accounts, met.record, met.handles):
            continue
        counted = matching(desk.history, met.number, rules)
        if not counted.own:
            continue
        put = _question(met, spot, counted)
        decision = desk.asking.put(put)
        if decision is None:
            desk.wait(put)
            waits = True
        elif decision.decided in ("posts", "whole"):
            found.append(Confirmed(spot, decision))
    return None if waits else found


def slug(name: str) -> str:
    """A name as it stands in names of packages and questions."""
    return ascii_path(name.lower().replace("/", "-").replace(" ", "-"))


def _question(met: Met, spot: Spot, counted: Matching) -> Question:
    return question(
        "hotspot",
        question_id("hotspot", met.record.platform, met.record.native_id, slug(spot.hotspot.name)),
        met.label,
        "posts",
        "matches",
        options=None,
        name=spot.hotspot.name,
        list=" ".join(filter(None, (spot.hotspot.list_name, spot.hotspot.list_version))),
        count=counted.own,
        of=counted.of,
        others=counted.others,
        examples=", ".join(counted.examples),
        **{f"by_{language}": _said(spot.choice, language) for language in LANGUAGES},
    )


def _said(choice: Choice, language: Language) -> str:
    """By what posts are recognised, in words."""
    words = [*(f"#{tag.lstrip('#')}" for tag in choice.hashtags), *choice.keywords]
    period = notation.period(choice.since, choice.until, language)
    return "; ".join(filter(None, (period, ", ".join(words)))) or text("hotspot_accounts", language)
