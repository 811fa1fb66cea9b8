"""Cases of SMA-S110 to S139: decisions by roles, as they come in and as they stand in packages; destruction."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import msgspec

from finding_cases import Bench, Case, ingested, validated
from finding_cases_bundle import PICTURE
from finding_cases_package import METS, SOUND, edited
from finding_cases_privacy import VALUES, decided
from making import ACTOR, mastodon, note
from sma_plugin.decide import take_in
from sma_plugin.findings import Finding
from sma_plugin.ingest import ingest
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths, Policy, Role

EVENTS = "metadata/sma/events.jsonl"
CATEGORY = r'^(.*"detail":"category: decided .*\n)'
LEFT_OUT = {"unrecognised": Policy("archivaris", "2026-01-15", "Besluit 12")}
TOMORROW = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011

NO_PICTURE = ("SMA-R007 > SMA-H005",)
LACKING = mastodon([note(1, "Dag", attachment=[PICTURE])])


def answered(choose: str) -> dict[str, Policy]:
    """What is always decided on a capture that lacks something."""
    return {"incomplete": Policy("archivaris", "2026-01-15", "Besluit 13", choose)}


ANSWERS = {f"incomplete/mastodon/{ACTOR}": "accept", f"values/mastodon/{ACTOR}": "split"}
DELIVERED = {**SOUND, "besluiten-2026.xlsx": b"x", "sma.toml": b"x"}


def decided_otherwise(bench: Bench) -> list[Finding]:
    """A package that was made as proposed, and a role that decides otherwise afterwards."""
    delivery = bench.deliver({**SOUND, "onbekend.csv": b"x"})
    settings = msgspec.structs.replace(bench.settings(), roles={"archivaris": Role(("unrecognised",))})
    ingest([delivery], bench.home / "out", settings, Quiet())
    kept = msgspec.structs.replace(LEFT_OUT["unrecognised"], choose="keep")
    later = msgspec.structs.replace(settings, policies={"unrecognised": kept})
    return ingest([delivery], bench.home / "out", later, Quiet()).findings


def lapsed(bench: Bench) -> list[Finding]:
    """A table that came back with a row too many."""
    roles = {"archivaris": Role(("incomplete", "values"))}
    settings = msgspec.structs.replace(bench.settings(), roles=roles, paths=Paths(decisions="besluiten"))
    ingest([bench.deliver(LACKING)], bench.home / "out", settings, Quiet())
    told = "".join(f"{one};{choice};archivaris;2026-01-15;Besluit 13\n" for one, choice in ANSWERS.items())
    table = bench.home / "terug.csv"
    table.write_text(f"question;decided;role;date;ground\n{told}")
    return take_in(table, bench.home / "out", settings)[1].findings


def of_before(root: Path) -> None:
    """A package as it was made before decisions were events: its events say nothing of what was proposed."""
    for name in (EVENTS, METS):
        path = root / name
        told = path.read_text(encoding="utf-8")
        assert "; proposed " in told
        path.write_text(told.replace("; proposed ", ", "), encoding="utf-8")


CASES = [
    Case("SMA-S110", ingested({**SOUND, "onbekend.bin": b"x"}, policies=LEFT_OUT)),
    Case("SMA-S111", validated(edited(EVENTS, f"(?m){CATEGORY}", ""))),
    Case("SMA-S112", validated(edited(EVENTS, f"(?m){CATEGORY}", r"\1\1"))),
    Case("SMA-S117", validated(of_before)),
    Case("SMA-S113", decided(VALUES.replace("values", "value"), "split"), "SMA-S021", "SMA-S113"),
    Case("SMA-S115", decided_otherwise),
    Case("SMA-S116", ingested(DELIVERED, policies=LEFT_OUT), "SMA-S110", "SMA-S116"),
    Case("SMA-S118", ingested(LACKING, policies=answered("hold")), *NO_PICTURE, "SMA-S118"),
    Case("SMA-S119", ingested(LACKING, policies=answered("reject")), *NO_PICTURE, "SMA-S119"),
    Case("SMA-S120", lapsed),
    Case("SMA-S114", decided(VALUES, "split", date=TOMORROW), "SMA-S021", "SMA-S114"),
]
