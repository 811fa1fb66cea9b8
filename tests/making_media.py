"""Images, audio and video made by independent tools: ffmpeg's own sources, Pillow, pillow-heif."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10:duration=2")
SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:duration=2")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None, reason="ffmpeg is not installed: apt-get install ffmpeg"
)


def ffmpeg(*arguments: str | Path) -> None:
    """Run the machine's ffmpeg, as a user would."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def film(path: Path, *options: str) -> Path:
    """Two seconds of picture and sound, coded as the options say or the name implies."""
    ffmpeg(*PICTURE, *SOUND, *(options or (H264 if path.suffix in (".mp4", ".mov", ".flv", ".ts") else ())), path)
    return path


def sound(path: Path, *options: str) -> Path:
    """Two seconds of sound."""
    ffmpeg(*SOUND, *options, path)
    return path


def cut(path: Path, share: float = 0.5) -> Path:
    """The beginning of a file alone."""
    data = path.read_bytes()
    target = path.with_stem(f"{path.stem}-cut")
    target.write_bytes(data[: int(len(data) * share)])
    return target


def damaged(path: Path, change: Callable[[bytearray], None]) -> Path:
    """A file with some of its bytes changed."""
    data = bytearray(path.read_bytes())
    change(data)
    target = path.with_stem(f"{path.stem}-damaged")
    target.write_bytes(data)
    return target
