"""Cases of SMA-S110 to S139: decisions by roles, as they come in and as they stand in packages; destruction."""

from __future__ import annotations

from datetime import date, timedelta

from finding_cases import Case, ingested, validated
from finding_cases_package import SOUND, edited
from finding_cases_privacy import VALUES, decided
from sma_plugin.settings import Policy

EVENTS = "metadata/sma/events.jsonl"
CATEGORY = r'^(.*"detail":"category: decided .*\n)'
LEFT_OUT = {"unrecognised": Policy("archivaris", "2026-01-15", "Besluit 12")}
TOMORROW = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011

CASES = [
    Case("SMA-S110", ingested({**SOUND, "onbekend.bin": b"x"}, policies=LEFT_OUT)),
    Case("SMA-S111", validated(edited(EVENTS, f"(?m){CATEGORY}", ""))),
    Case("SMA-S112", validated(edited(EVENTS, f"(?m){CATEGORY}", r"\1\1"))),
    Case("SMA-S113", decided(VALUES.replace("values", "value"), "split"), "SMA-S021", "SMA-S113"),
    Case("SMA-S114", decided(VALUES, "split", date=TOMORROW), "SMA-S021", "SMA-S114"),
]
