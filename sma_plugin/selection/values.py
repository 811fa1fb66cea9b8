"""One value per package: posts of one account under several values go apart, or all under the longest term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sma_plugin import notation
from sma_plugin.findings import Language
from sma_plugin.selection.asking import Question, question, question_id
from sma_plugin.selection.choosing import Choice
from sma_plugin.selection.costs import Cost, costs
from sma_plugin.selection.desk import Desk, Met, Share, also
from sma_plugin.selection.direction import check_direction
from sma_plugin.selection.entry import Entry
from sma_plugin.selection.leaving import Left, left_out
from sma_plugin.selection.linking import linked
from sma_plugin.selection.parts import Rule
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.selection.spotting import Confirmed, Row, confirmed, slug
from sma_plugin.selection.terms import ends
from sma_plugin.texts import LANGUAGES, text


def by_value(desk: Desk, met: Met, entry: Entry) -> Sequence[Share] | None:
    """One share where one value holds for all; else as a role decides. ``None`` while nobody did."""
    check_direction(desk, met)
    rows = linked_rows(desk, met, entry)
    spots, left = confirmed(desk, met, rows), left_out(desk, met)
    if spots is None or left is None:
        return None
    ruled = [(rule, also(one, left.decision) if left.decision else one) for rule, one in _ruled(rows, spots)]
    of_part = {rule.part: one for rule, one in ruled}
    rest = ruled[-1][0].part
    if len(of_part) == 1 and not left.choice:
        return [Share(of_part[rest])]
    counted = desk.parts.assign(desk.history, met.number, [rule for rule, _ in ruled], rest, left.choice)
    told = {part: of_part[part] for part in sorted(counted) if counted[part]}
    if len(told) > 1:
        return _as_decided(desk, met, told, counted, left)
    part = next(iter(told), rest)
    return [Share(of_part[part], part if left.choice else None)]


def _as_decided(
    desk: Desk, met: Met, told: dict[str, PackageDecisions], counted: Counter[str], left: Left
) -> Sequence[Share] | None:
    """Several values apart or together, as a role decides; ``None`` while nobody did."""
    put = _question(desk, met, told, counted)
    decision = desk.asking.put(put)
    if decision is None:
        desk.wait(put)
        return None
    if decision.decided == "split":
        return [Share(also(one, decision), part) for part, one in told.items()]
    longest = also(max(told.values(), key=_length), decision)
    if not left.choice:
        return [Share(longest)]
    desk.parts.assign(desk.history, met.number, [], _TOGETHER, left.choice)
    return [Share(longest, _TOGETHER)]


_TOGETHER = "kept"
"""The part of all posts that stay, where some are left out."""


def linked_rows(desk: Desk, met: Met, entry: Entry) -> list[Row]:
    """What follows from each row of the register that links the account to a category."""
    many = len(entry.links) > 1
    return [(link, linked(desk, met, link, (link.since or "") if many else "")) for link in entry.links]


def _ruled(rows: Sequence[Row], spots: Sequence[Confirmed]) -> Iterator[tuple[Rule, PackageDecisions]]:
    """Which posts go where, with what was decided for them: hotspots first, then the rows of the register."""
    for spot in spots:
        for link, one in rows:
            if not spot.whole and one.value != "B" and (choice := spot.choice(link)):
                kept = spot.kept(one)
                yield Rule(_part_name(kept), choice), kept
    for row in rows:
        decided = _everything(row, spots)
        yield Rule(_part_name(decided), Choice(row[0].since, row[0].until)), decided


def _everything(row: Row, spots: Sequence[Confirmed]) -> PackageDecisions:
    """What holds for all posts of a row that no hotspot takes apart."""
    decided = row[1]
    for spot in spots:
        if spot.whole and row[1].value != "B":
            decided = spot.kept(decided)
    return decided


def _question(desk: Desk, met: Met, told: dict[str, PackageDecisions], counted: Counter[str]) -> Question:
    found = costs(desk.history, desk.parts.store, met.number, counted, desk.sizes())
    longest = max(told.values(), key=_length)
    words: dict[str, str] = {}
    for language in LANGUAGES:
        parts = (_cost(_name(one, language), found.parts[part], language) for part, one in told.items())
        words[f"parts_{language}"] = "; ".join(parts)
        words[f"together_{language}"] = _cost("", found.together, language)
        words[f"longest_{language}"] = _name(longest, language)
    return question(
        "values",
        question_id("values", met.record.platform, met.record.native_id),
        met.label,
        desk.settings.defaults.several_values,
        "parts",
        options=None,
        **words,
    )


def _cost(what: str, cost: Cost, language: Language) -> str:
    size = notation.size(cost.size, language)
    told = text("share_cost", language, what=what, posts=notation.number(cost.posts, language), size=size)
    return told.removeprefix(": ")


def _name(decided: PackageDecisions, language: Language) -> str:
    """Value, term, category and hotspot of a part, in words."""
    category = decided.category
    term = category.term if category and decided.value == "V" else None
    parts = (
        decided.value,
        notation.duration(term, language) if term else "",
        f"({category.code})" if category else "",
        *(f"hotspot {one.name}" for one in decided.hotspots),
    )
    return " ".join(filter(None, parts))


def _part_name(decided: PackageDecisions) -> str:
    code = (decided.category.code,) if decided.category else ()
    return "-".join((decided.value, *code, *(slug(one.name) for one in decided.hotspots)))


_ORDER = ("V", "N", "B")


def _length(decided: PackageDecisions) -> tuple[int, str]:
    """How long something is kept, for comparison: B for ever; N is not known, and so goes before any term."""
    category = decided.category
    term = ends("1970-01-01", category.term) if category and category.term and decided.value == "V" else None
    return _ORDER.index(decided.value), term or ""
