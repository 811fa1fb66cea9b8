"""Most records are read in one step; whatever that step leaves to the slow one, both find the same."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from sma_plugin.bundle.responses import ResponseWalk
from sma_plugin.bundle.warc import WarcWalk
from test_warc_faults import ARC, FAULTS, FIRST, GZIP, LAST, SOUNDNESS
from warc_builders import members, warcinfo

Told = tuple[list[object], list[str]]


def told(data: bytes) -> Told:
    """Every source with its place and content, and every problem with its place, in whichever order."""
    walk = ResponseWalk(io.BytesIO(data), "a.warc", size=len(data))
    sources = [
        (one.url, one.status, one.method, one.size, one.stream.read(), one.base, dict(one.notes)) for one in walk
    ]
    return list(sources), sorted(map(repr, walk.problems))


def slowly(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Told:
    with monkeypatch.context() as patch:
        patch.setattr(WarcWalk, "_plain_record", lambda _: None)
        return told(data)


CASES = {
    **{f"{name}, plain": b"".join((warcinfo(), FIRST, one[1], LAST)) for name, one in FAULTS.items()},
    **{f"{name}, packed": members(warcinfo(), FIRST, one[1], LAST) for name, one in FAULTS.items()},
    **{f"{name}, sound": members(warcinfo(), FIRST, one, LAST) for name, one in SOUNDNESS.items()},
    **{name: one[1] for name, one in GZIP.items()},
    **{f"arc {name}": one[1] for name, one in ARC.items()},
}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_found_the_same_both_ways(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(CASES[name]) == slowly(CASES[name], monkeypatch)


def test_real_captures_cut_and_flipped_are_found_the_same_both_ways(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(20261126)
    for path in sorted((samples / "warc").rglob("*arc*")):
        if not path.is_file() or path.stat().st_size > 100_000:
            continue
        data = path.read_bytes()
        assert told(data) == slowly(data, monkeypatch), path.name
        for _ in range(10):
            harmed = bytearray(data[: chance.randrange(1, len(data) + 1)])
            for _ in range(chance.randrange(4)):
                harmed[chance.randrange(len(harmed))] ^= 1 << chance.randrange(8)
            assert told(bytes(harmed)) == slowly(bytes(harmed), monkeypatch), path.name
