"""A run that is killed where it writes and run again gives the same packages as an unbroken run.

The process is killed just before a change to the file system: before a file is opened for writing, moved, made, linked
or removed. What was written but not yet flushed is lost with it, as it would be; unfinished files are cut in half as
well. A few points are tried with processes that are really killed; with the marker every state of the disk is tried
that lies between two changes, copied from an unbroken run as a killed one would have left it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

import killing
from making import mastodon, note, tree, zipped

SOME = 12
"""So many points are tried without the marker ``every_write_point``, spread evenly, and the last few moves."""


@pytest.fixture
def bundles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Two deliveries: an archive, and one of another account, so that two packages are delivered."""
    monkeypatch.setenv("SMA_SEED", "proef")
    other = {
        name: data.replace(b"users/gemeente", b"users/bieb")
        .replace(b"@gemeente", b"@bieb")
        .replace(b'"gemeente"', b'"bieb"')
        for name, data in mastodon([note(1, "Open"), note(2, "Dicht", to=["https://elders.example/u/1"])]).items()
    }
    return [
        zipped(tmp_path / "in" / "archief.zip", mastodon()),
        zipped(tmp_path / "in" / "tweede.zip", other),
    ]


@pytest.fixture
def whole(bundles: list[Path], tmp_path: Path) -> tuple[dict[str, bytes], list[str]]:
    """What an unbroken run puts in its place, and every change that it makes on the way."""
    assert killing.run(tmp_path / "whole", bundles, changes=tmp_path / "changes.txt") == 0
    return tree(tmp_path / "whole" / "out"), (tmp_path / "changes.txt").read_text().splitlines()


def check(points: Iterable[int], bundles: list[Path], whole: tuple[dict[str, bytes], list[str]], home: Path) -> None:
    expected, changes = whole
    out = home / "out"
    for point in points:
        place = f"at change {point}, {changes[point - 1]}"
        assert killing.run(home, bundles, point) == killing.KILLED
        assert not killing.half_packages(out, expected), f"half a package, {place}"
        over = point > killing.last_move(changes)
        assert over or killing.run(home, bundles) == 0, f"the run after a kill {place}"
        assert tree(out) == expected, f"another package after a kill {place}"
        shutil.rmtree(home)


def test_a_run_killed_at_a_write_point_can_be_repeated(
    bundles: list[Path], whole: tuple[dict[str, bytes], list[str]], tmp_path: Path
) -> None:
    changes = whole[1]
    assert len({name.partition("/")[0] for name in whole[0]}) == 3
    assert len(changes) > 150
    moves = [number for number, event in enumerate(changes, 1) if event == "os.rename"]
    check(sorted({*range(1, len(changes), len(changes) // SOME), *moves[-4:]}), bundles, whole, tmp_path / "killed")


@pytest.mark.every_write_point
def test_a_run_killed_at_any_write_point_can_be_repeated(bundles: list[Path], tmp_path: Path) -> None:
    tried, wrong = killing.every_state(tmp_path / "killed", bundles, tmp_path / "wrong.json")
    assert tried > 200
    assert wrong == []
