"""Findings of the history over captures and packages."""

from __future__ import annotations

from collections.abc import Iterable

from finding_cases import Bench, Case, Run, shown
from making import mastodon, note
from sma_plugin.findings import Finding
from sma_plugin.model import AccountRef, Item, Moment, Post, PostState
from sma_plugin.package import WorkArea
from sma_plugin.package.items import ItemWriter
from sma_plugin.pipeline import ON_WORK_AREA, prepare, run
from sma_plugin.reporting import Quiet
from test_x_api import flat, lines

STEPS = ON_WORK_AREA[:3]


def remembered(*items: Item) -> Run:
    """The step *history* on what a reader of no platform in particular yielded."""

    def go(bench: Bench) -> Iterable[Finding]:
        place, settings = WorkArea(bench.home / "work"), bench.settings()
        prepare(place, [bench.deliver(mastodon([note(1, "a")]))])
        run(STEPS[:2], place, settings, Quiet())
        with ItemWriter(place.items) as writer:
            for item in items:
                writer.add(0, item)
        run(STEPS[2:], place, settings, Quiet())
        return place.findings("history")

    return go


def said(native: str | None) -> Post:
    return Post("facebook", AccountRef("100"), native, Moment(5), PostState(text="De brug is dicht"))


CASES = [
    Case("SMA-H014", shown(lines(flat(1, edit_history_tweet_ids=["1", "5"])))),
    Case("SMA-H013", remembered(said(None), said("1"), said("2"))),
]
