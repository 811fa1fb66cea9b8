"""One value per package: posts of one account under several values go apart, or all under the longest term."""

from __future__ import annotations

from collections.abc import Sequence

from sma_plugin.selection.asking import question, question_id
from sma_plugin.selection.choosing import Choice
from sma_plugin.selection.desk import Desk, Met, Share, also
from sma_plugin.selection.linking import linked
from sma_plugin.selection.parts import Rule
from sma_plugin.selection.periods import term_of
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.selection.register import Entry


def by_value(desk: Desk, met: Met, entry: Entry) -> Sequence[Share] | None:
    """One share where one value holds for all; else as a role decides. ``None`` while nobody did."""
    rows = [(link, linked(desk, met, link)) for link in entry.links]
    values = {(one.value, one.category) for _, one in rows}
    if len(values) == 1:
        return [Share(rows[-1][1])]
    rules = [Rule(_part_name(one), Choice(link.since, link.until)) for link, one in rows]
    rest = _part_name(rows[-1][1])
    counted = desk.parts.assign(desk.history, met.number, rules, rest)
    of_part = {_part_name(one): one for _, one in rows}
    told = {part: count for part, count in counted.items() if count}
    if len(told) < 2:
        return [Share(of_part[next(iter(told), rest)])]
    put = question(
        "values",
        question_id("values", met.record.platform, met.record.native_id),
        met.label,
        desk.settings.defaults.several_values,
        "parts",
        parts="; ".join(f"{part}: {count}" for part, count in sorted(told.items())),
    )
    decision = desk.asking.put(put)
    if decision is None:
        desk.wait(put)
        return None
    if decision.decided == "split":
        return [Share(also(of_part[part], decision), part) for part in sorted(told)]
    return [Share(also(max((of_part[part] for part in told), key=_length), decision))]


def _part_name(decided: PackageDecisions) -> str:
    return f"{decided.value}-{decided.category.code}" if decided.category else decided.value


_ORDER = ("V", "N", "B")


def _length(decided: PackageDecisions) -> tuple[int, str]:
    """How long something is kept, for comparison: B for ever; N is not known, and so goes before any term."""
    return _ORDER.index(decided.value), term_of(decided.category, 0).ends or "" if decided.category else ""
