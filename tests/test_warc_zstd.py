"""WARC in Zstandard: a frame per record, with a dictionary or without one, and what damage costs."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
import zstandard

from sma_plugin.bundle import warc_zstd
from sma_plugin.bundle.responses import ResponseWalk
from sma_plugin.check import check
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from warc_builders import SITE, record, sha1, warcinfo

BLOCK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Voorbeeldstad</title>"
PARTS = [
    warcinfo(),
    *(record(block=BLOCK, number=n, url=f"{SITE}/{n}", WARC_Block_Digest=sha1(BLOCK)) for n in range(1, 9)),
]
URLS = [f"{SITE}/{n}" for n in range(1, 9)]


def frames(parts: list[bytes], dictionary: bytes | None = None) -> bytes:
    used = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    engine = zstandard.ZstdCompressor(dict_data=used, write_checksum=True)
    return b"".join(map(engine.compress, parts))


def skippable(data: bytes, number: int = 0x184D2A5D) -> bytes:
    return struct.pack("<LL", number, len(data)) + data


def walked(data: bytes) -> tuple[list[str], list[str]]:
    walk = ResponseWalk(io.BytesIO(data), "a.warc.zst", size=len(data))
    urls = []
    for source in walk:
        assert source.stream.read()
        assert source.base.kind == "file"
        urls.append(source.url or "")
    return urls, sorted({one.code for one in walk.problems})


DICTIONARY = b"".join(PARTS[:3])
GOOD = frames(PARTS)
SOUND = {
    "a frame per record": GOOD,
    "one frame": frames([b"".join(PARTS)]),
    "a dictionary": skippable(DICTIONARY) + frames(PARTS, DICTIONARY),
    "a packed dictionary": skippable(zstandard.compress(DICTIONARY)) + frames(PARTS, DICTIONARY),
    "a frame to be skipped": skippable(b"x" * 200_000, 0x184D2A50) + GOOD,
    "a frame to be skipped in between": GOOD + skippable(b"x", 0x184D2A53) + frames([]),
}


@pytest.mark.parametrize("name", SOUND)
def test_every_record_is_read(name: str) -> None:
    assert walked(SOUND[name]) == (URLS, ["SMA-W048"])


def test_damage_is_told_and_costs_what_follows() -> None:
    urls, found = walked(GOOD[: len(GOOD) - 20])
    assert urls[:7] == URLS[:7]
    assert "SMA-W015" in found
    urls, found = walked(GOOD[:900] + b"\xff" * 9 + GOOD[909:])
    assert urls
    assert "SMA-W014" in found
    assert "SMA-W006" in walked(GOOD + b"rommel")[1]
    assert "SMA-W014" in walked(skippable(DICTIONARY)[:-5])[1]


def test_a_changed_record_is_told() -> None:
    assert "SMA-W020" in walked(frames([*PARTS[:4], PARTS[4].replace(b"stad</title", b"stat</title"), *PARTS[5:]]))[1]


def test_a_bomb_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc_zstd, "RATIO_FREE", 1 << 20)
    bomb = record(block=BLOCK + bytes(64 << 20), number=20)
    assert "SMA-W014" in walked(frames([*PARTS, bomb]))[1]


def test_without_the_library_it_is_said_that_it_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.warc.zst"
    path.write_bytes(GOOD)
    assert {one.code for one in check(path, Settings(), Quiet())} == {"SMA-B014", "SMA-W048"}
    monkeypatch.setattr(warc_zstd, "library", lambda: None)
    assert {one.code for one in check(path, Settings(), Quiet())} == {"SMA-B014", "SMA-W002"}
