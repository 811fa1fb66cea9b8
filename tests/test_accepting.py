"""A role accepts what a package lacks: by a decision, by the plan that came back, or by a standing policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from finding_cases import Bench
from finding_cases_privacy import BOTH
from making import ACTOR, mastodon, note
from sma_plugin.ingest import ingest
from sma_plugin.package.files import read_json
from sma_plugin.package.improvement import Plan, Point
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths, Policy, Role, Settings

POINT = "inhoud:actieknop(pen)"
"""Of the posts in a Mastodon archive no likes were counted."""
BY = "archivaris;2025-03-01;niet bewaard door het platform"
DECISION = f"question;decided;role;date;ground\nimprovement/mastodon/{ACTOR}/{POINT};accept;{BY}\n"
PLAN = f"point;status;role;date;ground\nmastodon/{ACTOR}/{POINT};accepted;{BY}\n"
STANDING = Policy("archivaris", "2025-03-01", "niet bewaard door het platform", "accept")


def made(bench: Bench, settings: Settings) -> tuple[list[dict[str, Any]], list[str], Point]:
    """The decisions and events about the plan, and the point, of a package that lacks likes."""
    members = {name: data for name, data in mastodon([note(1, "Dag")]).items() if name != "likes.json"}
    (package,) = ingest([bench.deliver(members)], bench.home / "out", settings, Quiet()).packages
    sma = package.path / "metadata" / "sma"
    decisions = json.loads((sma / "decisions.json").read_bytes())["decisions"]
    events = [json.loads(line) for line in (sma / "events.jsonl").read_bytes().splitlines()]
    point = next(one for one in read_json(sma / "plan.json", Plan).points if one.id == POINT)
    told = [one["detail"] for one in events if one["detail"].startswith("improvement: ")]
    return [one for one in decisions if one["subject"] == "improvement"], told, point


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch, tmp_path / "none")


@pytest.mark.parametrize("way", ["decision", "plan", "standing"])
def test_what_is_accepted_is_on_record_with_its_event(bench: Bench, way: str) -> None:
    for folder, table in (("besluiten", DECISION), ("plannen", PLAN)):
        (bench.home / folder).mkdir()
        if way == {"besluiten": "decision", "plannen": "plan"}[folder]:
            (bench.home / folder / "tabel.csv").write_text(table, encoding="utf-8")
    settings = bench.settings(register=BOTH, paths=Paths(decisions="besluiten", plans=("plannen",)))
    settings = msgspec.structs.replace(settings, roles={"archivaris": Role(("improvement",))})
    if way == "standing":
        settings = msgspec.structs.replace(settings, policies={**settings.policies, "improvement": STANDING})
    decisions, told, point = made(bench, settings)
    decided = next(one for one in decisions if one["question"].endswith(POINT))
    assert (decided["decided"], decided["role"], decided["at"]) == ("accept", "archivaris", "2025-03-01")
    assert "improvement: decided accept; proposed improve, because here: 0 of 1" in told[0]
    assert (point.status, point.role, point.ground) == ("accepted", "archivaris", "niet bewaard door het platform")


def test_what_nobody_accepted_is_no_decision(bench: Bench) -> None:
    decisions, told, point = made(bench, bench.settings(register=BOTH))
    assert (decisions, told, point.status) == ([], [], "open")
