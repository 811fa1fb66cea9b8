"""May a package be destroyed on a day? From what was decided for it, and the holds that there are."""

from __future__ import annotations

from collections.abc import Iterable

from sma_plugin.destruction.records import Verdict, Why
from sma_plugin.selection.records import Category, Hold, Hotspot, PackageDecisions


def judged(decided: PackageDecisions, on: str, stops: Iterable[Why] = ()) -> tuple[Verdict, tuple[Why, ...]]:
    """What it comes to on a day (ISO date), and every reason for it.

    A term has to be over before that day. What ``stops`` destruction, and the hotspots that the package is kept for, go
    before what would allow it, and are told with it.
    """
    stopped = (*(_spot(one) for one in decided.hotspots), *stops)
    verdict, why = _by_value(decided, on)
    if verdict == "permanent" and not decided.hotspots:
        return verdict, (why, *stopped)
    if stopped:
        return "stopped", (*stopped, *((why,) if verdict in ("not-yet", "unknown") else ()))
    return verdict, (why,)


def held_by(hold: Hold) -> Why:
    """A hold as a reason."""
    told = {"name": hold.name, "since": hold.since, "ground": hold.ground}
    return Why("hold-until", told | {"until": hold.until}) if hold.until else Why("hold", told)


def _spot(spot: Hotspot) -> Why:
    version = f" {spot.list_version}" if spot.list_version else ""
    return Why("hotspot", {"name": spot.name, "list": f"{spot.list_name}{version}"})


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
