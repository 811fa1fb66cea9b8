"""Real files of X's API that hold no posts: nothing in them becomes one, and each is told as what it is."""

from __future__ import annotations

import json
from pathlib import Path

from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.show import show_delivery


def test_counts_and_notices_are_no_posts_and_are_told_with_their_numbers(samples: Path) -> None:
    folder = samples / "x/twarc-csv-twarc2-jsonl"
    rows = [json.loads(line) for line in (folder / "counts.jsonl").read_text(encoding="utf-8").split("\n") if line]
    periods = sum(len(row["data"]) for row in rows)
    notices = [line for line in (folder / "users_compliance.jsonl").read_text(encoding="utf-8").split("\n") if line]
    shown = show_delivery(folder, Settings(undecided=True), Quiet())
    assert [one.reader for one in shown.captures] == ["x-api"]
    assert (shown.counts["posts"], shown.counts["others"]) == (0, 0)
    told = {finding.code: finding for finding in shown.findings}
    assert told["SMA-R046"].params["count"] == periods
    assert told["SMA-R048"].params["count"] == len(notices)
    assert told["SMA-R041"].places[0].path == "empty.json"
