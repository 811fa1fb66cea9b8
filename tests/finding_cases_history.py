"""Findings of the history over captures and packages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from finding_cases import DECLARED, Bench, Case, Run, shown, shown_after
from making import mastodon, note
from sma_plugin.findings import Finding
from sma_plugin.ingest import ingest
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


def two_techniques(bench: Bench) -> Path:
    """An export of five posts, and a later capture by API of two of them."""
    posts = [note(number, f"bericht {number}") for number in range(1, 6)]
    for moment, technique, kept in (("2025-04-01", "platform-export", posts), ("2025-05-01", "api", posts[:2])):
        contents = {name: data for name, data in mastodon(kept).items() if name != "likes.json"}
        about = DECLARED.replace("2025-04-01T12:00:00Z", moment) + f'technique = "{technique}"\n'
        bench.deliver(contents, f"{moment}.zip", about)
    return bench.home / "in"


Damage = Callable[[Path], object]


def beside_earlier(posts: list[dict[str, Any]], damage: Damage = Path.exists) -> Run:
    """``sma ingest`` beside the sound package, a copy of which something was done to."""

    def go(bench: Bench) -> Iterable[Finding]:
        shutil.copytree(bench.package, earlier := bench.home / "eerder")
        damage(earlier)
        contents = {name: data for name, data in mastodon(posts).items() if name != "likes.json"}
        later = DECLARED.replace("2025-04-01T12", "2025-05-01T12") + 'technique = "platform-export"\n'
        settings = msgspec.structs.replace(bench.settings(), previous=(str(earlier),))
        result = ingest([bench.deliver(contents, "later.zip", later)], bench.home / "out", settings, Quiet())
        return [*result.findings, *(one for package in result.packages for one in package.findings)]

    return go


def changed(name: str, old: bytes, new: bytes) -> Damage:
    def damage(root: Path) -> None:
        path = root / name
        path.write_bytes(path.read_bytes().replace(old, new))

    return damage


FIRST, LAST = note(0, "voor"), note(9, "na")
SECOND = note(2, "en weer open")
KNOWN = [FIRST, note(1, "De Stationsweg is dicht"), SECOND, LAST]

CASES = [
    Case("SMA-H019", shown_after(two_techniques)),
    Case("SMA-H015", beside_earlier(KNOWN)),
    Case("SMA-H016", beside_earlier([FIRST, SECOND, LAST]), "SMA-H015", "SMA-H016"),
    Case(
        "SMA-H017",
        beside_earlier(KNOWN, changed("objects/derived/normalised/posts.jsonl", b"weer open", b"weer dicht")),
    ),
    Case("SMA-H018", beside_earlier(KNOWN, changed("metadata/sma/captures.toml", b"gemeente", b"brandweer"))),
    Case("SMA-H014", shown(lines(flat(1, edit_history_tweet_ids=["1", "5"])))),
    Case("SMA-H013", remembered(said(None), said("1"), said("2"))),
]
