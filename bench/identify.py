"""Identification of formats: all files of a package in one process, and one file a process for Archivematica."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

FILES, STARTS = 2_000, 5
OF_FIDO = 200
"""So many of them for fido, which takes ten times as long for each."""
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
    "warc.gz": gzip.compress(
        b"WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:5a8b2c52-3c8b-4ad0-a6ba-8b1f8b4b9d6e>\r\n"
        b"WARC-Date: 2025-01-01T00:00:00Z\r\nContent-Length: 50000\r\n\r\n" + bytes(50_000) + b"\r\n\r\n"
    ),
    "csv": b"datum,bericht\n2025-01-01,De Stationsweg is dicht\n" * 500,
    "html": b"<!DOCTYPE html><html><head></head><body>" + b"<p>Voorbeeldstad</p>" * 500 + b"</body></html>",
}

JOBS = (
    ("identify", "00000.png"),
    ("characterise", "00000.png"),
    ("characterise", "00003.jsonl"),
    ("characterise", "00005.warc.gz"),
    ("validate", "00003.jsonl"),
    ("validate", "00005.warc.gz"),
)
CONVERSIONS = (("image-tiff", "00000.png", "one.tif"), ("warc-to-warc-1.1", "00005.warc.gz", "one.warc"))


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


@cache
def _fido() -> Any:
    from fido.fido import CONFIG_DIR, Fido
    from fido.versions import get_local_versions

    found = get_local_versions(CONFIG_DIR)
    formats = [found.pronom_signature, found.fido_extension_signature]
    return Fido(
        handle_matches=lambda *_: None,
        format_files=formats,
        containersignature_file=found.pronom_container_signature,
    )


def fido_ready() -> None:
    """Load its signatures: that takes it seconds."""
    _fido()


def fido(folder: str) -> tuple[int, int]:
    """The other identifier that Archivematica comes with, once its signatures are loaded."""
    paths = sorted(Path(folder).iterdir())[:OF_FIDO]
    for path in paths:
        _fido().identify_file(str(path))
    return len(paths), sum(path.stat().st_size for path in paths)


def one_by_one(folder: str, job: str, name: str) -> tuple[int, int]:
    """The command as Archivematica runs it: a process for each file."""
    return _started("-m", "sma_plugin.format_command", job, str(Path(folder) / name))


def converted(folder: str, name: str, source: str, target: str) -> tuple[int, int]:
    """A conversion as Archivematica runs it."""
    made = str(Path(folder).with_name(target))
    return _started("-m", "sma_plugin.format_command", "convert", name, str(Path(folder) / source), made)


def bare_python(_folder: str) -> tuple[int, int]:
    """What any command in Python costs."""
    return _started("-c", "pass")


def _started(*words: str) -> tuple[int, int]:
    for _ in range(STARTS):
        subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
    return STARTS, STARTS
