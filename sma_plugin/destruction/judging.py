"""May a package be destroyed on a day? From what was decided for it, and the holds that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sma_plugin.destruction.records import Verdict, Why
from sma_plugin.selection.records import Category, Hold, PackageDecisions


def judged(decided: PackageDecisions, on: str, holds: Iterable[Hold] = ()) -> tuple[Verdict, tuple[Why, ...]]:
    """What it comes to on a day (ISO date), and every reason for it.

    A term has to be over before that day. What stops destruction goes before what would allow it, and is told with it.
    """
    stops = tuple(_stops(decided, on, holds))
    verdict, why = _by_value(decided, on)
    if verdict == "permanent" and not decided.hotspots:
        return verdict, (why, *stops)
    if stops:
        return "stopped", (*stops, *((why,) if verdict in ("not-yet", "unknown") else ()))
    return verdict, (why,)


def in_force(hold: Hold, on: str) -> bool:
    """Whether a hold holds on a day."""
    return hold.since <= on and (hold.until is None or hold.until >= on)


def _stops(decided: PackageDecisions, on: str, holds: Iterable[Hold]) -> Iterator[Why]:
    for spot in decided.hotspots:
        version = f" {spot.list_version}" if spot.list_version else ""
        yield Why("hotspot", {"name": spot.name, "list": f"{spot.list_name}{version}"})
    for hold in {one.name: one for one in (*decided.holds, *holds)}.values():
        if in_force(hold, on):
            told = {"name": hold.name, "since": hold.since, "ground": hold.ground}
            yield Why("hold-until", told | {"until": hold.until}) if hold.until else Why("hold", told)


def _by_value(decided: PackageDecisions, on: str) -> tuple[Verdict, Why]:
    """By value and term alone."""
    named = {"category": named_category(decided.category)}
    if decided.value == "B":
        return "permanent", Why("permanent", named)
    if decided.value == "N":
        return "unknown", Why("undetermined")
    term = decided.term
    if term is None or not term.duration:
        return "unknown", Why("no-term", named)
    told = {"term": term.duration}
    if not term.starts or not term.ends:
        known = Why("trigger-unknown", told | {"trigger": term.trigger}) if term.trigger else Why("no-trigger", told)
        return "unknown", known
    told |= {"starts": term.starts, "ends": term.ends}
    return ("may", Why("may", told)) if term.ends[:10] < on else ("not-yet", Why("term-runs", told))


def named_category(category: Category | None) -> str:
    """A category with its list and version."""
    return f"{category.code} {category.label} ({category.list_name} {category.list_version})" if category else "-"
