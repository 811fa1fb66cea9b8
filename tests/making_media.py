"""Images, audio and video made by independent tools: ffmpeg's own sources, Pillow, pillow-heif."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageDraw

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


def picture(colours: str = "RGB") -> Image.Image:
    """A picture with noise, a shape, and nothing that is the same when it is turned."""
    image = Image.linear_gradient("L").resize((120, 80)).convert("RGB")
    ImageDraw.Draw(image).ellipse((10, 10, 50, 40), fill=(255, 0, 0))
    return image.convert(colours)


PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
"""Made once: it holds the second in which it was made."""


def belongings(orientation: int = 1) -> dict[str, Any]:
    """What goes along with a picture: colour profile, EXIF, XMP."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Voorbeeldstad"
    exif.get_ifd(0x8769)[0x9003] = "2024:05:01 10:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    return {"icc_profile": PROFILE, "exif": exif.tobytes(), "xmp": b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'}


LASTS = [100, 200, 50, 100, 300, 100]
"""Milliseconds; the third and fourth frame look the same."""


def moving_picture(path: Path, **options: Any) -> Path:
    """An animation of six frames."""
    frames = []
    for number in (0, 1, 2, 2, 3, 4):
        frames.append(picture())
        ImageDraw.Draw(frames[-1]).rectangle((number * 10, 0, number * 10 + 9, 9), fill=(0, 255, 0))
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=LASTS, **options)
    return path
