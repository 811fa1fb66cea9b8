"""What every platform's reader gives is the same after normalising: hard texts whole, and each seeded loss found."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from every_reader import DELIVERIES
from sma_plugin.formats import activitystreams
from sma_plugin.history import normalise
from sma_plugin.model import PostHistory
from sma_plugin.package import Package, WorkArea
from sma_plugin.pipeline import composed_packages, prepare, run
from sma_plugin.readable.source import Source
from sma_plugin.readable.writing import write_readable
from sma_plugin.readers.registry import readers
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from test_readable import Texts

HARD = (
    "👩\u200d👩\u200d👧\u200d👦 🇳🇱 👍🏽 ❤️ \u05e9\u05dc\u05d5\u05dd\u200f \u0645\u0631\u062d\u0628\u0627 e\u0301 "
    'a\u0308 nul\u200bbreed\u200dheid 1 < 2 & 3 > 2 "ja" &amp; &eacute; \ufdfa'
)
"""Joined emoji, a flag, a skin tone, right-to-left, combining and invisible characters, what looks like markup."""
EARLY = ("receive", "read", "history", "assess", "select", "compose", "normalise")
LOST = dict(zip(("text", "time", "author", "media", "thread"), normalise.LOST.values(), strict=False))
WITHOUT = {
    "text": {"snapchat-export"},
    "time": set(),
    "author": set(),
    "media": {"linkedin-workbook", "pictures", "supplier"},
    "thread": set(),
}
"""The readers of which a delivery says nothing of the kind."""
ENCODE = activitystreams.encode


def test_every_reader_has_a_delivery() -> None:
    assert DELIVERIES.keys() == readers().keys()


@pytest.fixture(scope="module", params=sorted(DELIVERIES))
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package that comes of a reader's delivery with the hard text, up to and including its normalised posts."""
    home = tmp_path_factory.mktemp(request.param)
    for name, data in DELIVERIES[request.param](HARD).items():
        (home / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "in" / name).write_bytes(data)
    place = WorkArea(home / "werk")
    prepare(place, [home / "in"])
    run(EARLY, place, Settings(undecided=True), Quiet())
    (made, *_) = composed_packages(place)
    return made


@pytest.fixture(scope="module")
def reader(package: Package) -> str:
    """The reader whose delivery the package is of."""
    return next(one for one in DELIVERIES if one in str(package.root))


def posts_of(path: Path) -> list[PostHistory]:
    return [line.item for line in activitystreams.read_lines(path) if isinstance(line.item, PostHistory)]


def test_hard_texts_come_from_the_source_into_every_form(package: Package, reader: str, tmp_path: Path) -> None:
    if reader in WITHOUT["text"]:
        assert not any(one.latest.text or one.latest.title for one in posts_of(package.posts))
        return
    (one,) = (one for one in posts_of(package.posts) if one.latest.text == HARD)
    write_readable(Source(package.posts, package.root, protected=False), tmp_path / "uit", "nl", lambda _: None)
    table = io.StringIO((tmp_path / "uit" / "posts.csv").read_bytes().decode("utf-8-sig"), newline="")
    assert [row["id"] for row in csv.DictReader(table, delimiter=";") if row["tekst"] == HARD] == [one.native_id]
    pages = "".join(path.read_text("utf-8") for path in (tmp_path / "uit").glob("[0-9]*.html"))
    assert HARD in Texts(pages).said


def test_nothing_is_lost_where_nothing_was_seeded(package: Package) -> None:
    assert normalise.normalise(package, Settings(undecided=True), Quiet()) is Outcome.OK


@pytest.mark.parametrize("trait", LOST)
def test_each_seeded_loss_is_found(package: Package, reader: str, trait: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = package.posts.read_bytes()
    monkeypatch.setattr(activitystreams, "encode", lambda item: lossy(ENCODE(item), trait))
    report = Quiet()
    outcome = normalise.normalise(package, Settings(undecided=True), report)
    monkeypatch.undo()
    lost = package.posts.read_bytes() != whole
    package.posts.write_bytes(whole)
    assert lost is (reader not in WITHOUT[trait])
    assert {one.code for one in report.findings} == ({LOST[trait]} if lost else set())
    assert outcome is (Outcome.ERRORS if lost else Outcome.OK)


def lossy(line: bytes, trait: str) -> bytes:
    """The line of a post without something that it says."""
    said = json.loads(line)
    if said["sma:record"] != "post":
        return line
    SEEDS[trait](said)
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def without(*names: str) -> Callable[[dict[str, Any]], None]:
    def seed(said: dict[str, Any]) -> None:
        for name in names:
            said.pop(name, None)

    return seed


def another_day(said: dict[str, Any]) -> None:
    said["published"] = "2001-01-01T00:00:00Z"


def somebody_else(said: dict[str, Any]) -> None:
    said["attributedTo"] = {"sma:nativeId": "iemand-anders"}


def without_media(said: dict[str, Any]) -> None:
    for name, kept in (("attachment", lambda one: one["type"] == "Link"), ("sma:empty", lambda one: one != "media")):
        if name in said:
            said[name] = [one for one in said[name] if kept(one)]


SEEDS: dict[str, Callable[[dict[str, Any]], None]] = {
    "text": without("content", "name", "mediaType", "sma:text", "summary"),
    "time": another_day,
    "author": somebody_else,
    "media": without_media,
    "thread": without("inReplyTo", "sma:thread", "sma:parent", "sma:depth", "sma:relations"),
}
