"""Identification of formats: all files of a package in one process, and one file a process for Archivematica."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

FILES, STARTS = 2_000, 20
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738"
    "550000000049454e44ae426082"
)
_JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(50_000) + b"\xff\xd9"
_KINDS = {
    "png": _PNG,
    "jpg": _JPEG,
    "mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08moov\0\0\0\x08mdat" + bytes(500_000),
    "jsonl": json.dumps({"id": "1", "text": "De Stationsweg is dicht"}).encode() * 100,
    "json": json.dumps({"data": [{"id": "1"}] * 1000}).encode(),
    "warc.gz": gzip.compress(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n\r\n" + bytes(50_000)),
    "csv": b"datum,bericht\n2025-01-01,De Stationsweg is dicht\n" * 500,
    "html": b"<!DOCTYPE html><html><head></head><body>" + b"<p>Voorbeeldstad</p>" * 500 + b"</body></html>",
}


def make(folder: Path) -> str:
    """Write the files; gives their folder."""
    for number in range(FILES):
        ending, data = list(_KINDS.items())[number % len(_KINDS)]
        (folder / f"{number:05d}.{ending}").write_bytes(data)
    return str(folder)


def _size(folder: str) -> int:
    return sum(path.stat().st_size for path in Path(folder).iterdir())


def siegfried(folder: str) -> tuple[int, int]:
    """The library as it is."""
    import pygfried

    scanner = pygfried.Scanner()
    found = [scanner.identify(str(path), detailed=True) for path in Path(folder).iterdir()]
    return len(found), _size(folder)


def ours(folder: str) -> tuple[int, int]:
    """With our own ids, and signatures loaded once."""
    from sma_plugin.formats.identify import identify

    found = [identify(path) for path in Path(folder).iterdir()]
    assert all(one.puid for one in found)
    return len(found), _size(folder)


def one_by_one(folder: str) -> tuple[int, int]:
    """The command as Archivematica runs it."""
    return _started("-m", "sma_plugin.format_command", "identify", str(Path(folder) / "00000.png"))


def bare_python(_folder: str) -> tuple[int, int]:
    """What any command in Python costs."""
    return _started("-c", "pass")


def _started(*words: str) -> tuple[int, int]:
    for _ in range(STARTS):
        subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
    return STARTS, STARTS
