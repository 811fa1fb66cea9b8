"""Cases of SMA-K030 and on: the improvement plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from finding_cases import Bench, Case
from sma_plugin.findings import Finding
from sma_plugin.improvement.advancing import Here, advanced
from sma_plugin.improvement.edits import load_edits
from sma_plugin.improvement.held import Held
from sma_plugin.improvement.taking import unknown_points
from sma_plugin.package.improvement import Lack, Plan, Point
from sma_plugin.settings import Paths, Role, Settings
from sma_plugin.stored.chain import plan_in

IMAGES = {"nl": "afbeeldingen", "en": "images"}
NAME = "inhoud:afbeeldingen"
LACK = Lack("pakket-1", "vbstad-2025-01", "below minimum", "2025-01-01", "2025-01-31", 2, 5)
HERE = Here("pakket-2", "vbstad-2025-02", "2025-03-01", "2025-01-01", "2025-02-28", "2025-03-01")
LACKING = Held(NAME, IMAGES, "below minimum", met=False, counted=2, of=5)
MET = Held(NAME, IMAGES, None, met=True, counted=5, of=5)


def point(**values: Any) -> Point:
    """A point of a plan: images that the January package lacks."""
    return msgspec.structs.replace(Point(NAME, IMAGES, (LACK,), "2025-02-01"), **values)


def going_on(before: Point, held: Held) -> Callable[[Bench], list[Finding]]:
    """The plan with one point, with one package more."""
    return lambda _bench: list(advanced([before], [held], {}, HERE).findings)


def with_table(bench: Bench, **row: str) -> Settings:
    """A configuration with a table of the plan that has one row."""
    told = {
        "point": f"x/7/{NAME}",
        **dict.fromkeys(("measure", "owner", "due", "status", "role", "date", "ground"), ""),
    }
    told |= row
    (bench.home / "plan.csv").write_text(f"{';'.join(told)}\n{';'.join(told.values())}\n", encoding="utf-8")
    roles = {"archivaris": Role(("improvement",)), "stagiair": Role()}
    return msgspec.structs.replace(bench.settings(paths=Paths(plans=("plan.csv",))), roles=roles)


def table(**row: str) -> Callable[[Bench], list[Finding]]:
    return lambda bench: list(load_edits(with_table(bench, **row)).findings)


def strange(bench: Bench) -> list[Finding]:
    """A row about a point that no plan has."""
    edits = load_edits(with_table(bench, point="x/7/inhoud:geuren"))
    return list(unknown_points(edits, [Plan("x", "7", "@vbstad", "pakket-1", (point(),))]))


def broken(bench: Bench) -> list[Finding]:
    """A plan that is no JSON."""
    path = bench.home / "plan.json"
    path.write_bytes(b"{")
    return list(plan_in(path, "vbstad-2025-01", lambda _plan: None))


CASES = [
    Case("SMA-K030", going_on(point(due="2025-02-28", owner="webredacteur"), LACKING)),
    Case("SMA-K031", going_on(point(), MET)),
    Case("SMA-K032", going_on(point(status="done"), LACKING)),
    Case("SMA-K033", strange),
    Case("SMA-K034", table(status="aanvaard", role="archivaris")),
    Case("SMA-K035", table(owner="j.jansen@voorbeeldstad.example")),
    Case("SMA-K036", broken),
    Case("SMA-S020", table(status="accepted", role="stagiair", date="2025-03-01", ground="te duur")),
]
