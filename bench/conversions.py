"""Converting images and videos with every check, beside plain Pillow and plain ffmpeg, which check nothing."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path

from sma_plugin.formats.conversion import command
from sma_plugin.processes import Tick, processes, shared_out

STILLS, FILMS = 16, 4
"""WebP files of 1200 by 900 pixels; videos of 640 by 360 pixels and four seconds."""


FFMPEG = "ffmpeg -nostdin -v error -y -i {source}"
_HASH = "-map 0:v -map 0:a -f framehash -hash md5 -"
PEERS = {
    "dwebp, nothing checked": ("dwebp -quiet {source} -o {target}",),
    "ImageMagick, nothing checked": ("convert {source} png:{target}",),
    "ImageMagick, compared after it": (
        "convert {source} png:{target}",
        "compare -metric AE {source} png:{target} null:",
    ),
}
"""Other programs that make a PNG of a WebP."""
FILM_PEERS = {
    name: {
        f"ffmpeg {options}, nothing checked": (f"{FFMPEG} {options} -f matroska {{target}}",),
        f"ffmpeg {options}, both hashed": (
            f"{FFMPEG} {options} -f matroska {{target}}",
            f"{FFMPEG} {_HASH}",
            f"ffmpeg -nostdin -v error -i {{target}} {_HASH}",
        ),
    }
    for name, options in (("video-remux", "-c copy"), ("video-ffv1", "-c:v ffv1 -c:a flac"))
}
"""What ffmpeg does by itself, by the command of ours that does the same."""


def here(lines: tuple[str, ...]) -> bool:
    """Whether this machine has the programs."""
    return all(shutil.which(line.split()[0]) for line in lines)


def make(folder: Path) -> tuple[Path, Path]:
    """A folder with stills and one with films."""
    from PIL import Image, ImageFilter

    stills, films = folder / "stills", folder / "films"
    stills.mkdir()
    films.mkdir()
    chance = random.Random(5)  # noqa: S311  # repeatable, not secret
    for number in range(STILLS):
        small = Image.frombytes("RGB", (60, 45), chance.randbytes(60 * 45 * 3))
        photo = small.resize((1200, 900), Image.Resampling.BICUBIC).filter(ImageFilter.SMOOTH)
        photo.save(stills / f"{number:02}.webp", quality=85)
    for number in range(FILMS if shutil.which("ffmpeg") else 0):
        picture = f"mandelbrot=size=640x360:rate=25:start_scale={1 + number}"
        line = [
            "ffmpeg",
            "-nostdin",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            picture,
            "-f",
            "lavfi",
            "-i",
            "sine",
            "-t",
            "4",
        ]
        subprocess.run([*line, "-pix_fmt", "yuv420p", films / f"{number}.mp4"], check=True)
    return stills, films


def _each(folder: str, convert: Callable[[Path, Path], object]) -> tuple[int, int]:
    paths = sorted(path for path in Path(folder).iterdir() if path.suffix in (".webp", ".mp4"))
    for path in paths:
        convert(path, path.with_suffix(".out"))
    return len(paths), sum(path.stat().st_size for path in paths)


def pillow(folder: str) -> tuple[int, int]:
    from PIL import Image

    def convert(source: Path, target: Path) -> None:
        with Image.open(source) as image:
            image.save(target, "PNG")

    return _each(folder, convert)


def program(folder: str, *lines: str) -> tuple[int, int]:
    """A program for each file, or several in turn; ``{source}`` and ``{target}`` stand for the files."""

    def convert(source: Path, target: Path) -> None:
        for line in lines:
            words = [word.format(source=source, target=target) for word in line.split()]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    return _each(folder, convert)


def ours(folder: str, name: str) -> tuple[int, int]:
    return _each(folder, command(name).convert)


def shared(folder: str, name: str) -> tuple[int, int]:
    """As the step *normalise* does it: files shared out over processes."""
    paths = sorted(Path(folder).glob("*.webp"))
    number = processes()

    def stretch(mine: list[Path], _: Tick) -> int:
        for path in mine:
            command(name).convert(path, path.with_suffix(".out"))
        return sum(path.stat().st_size for path in mine)

    sizes = shared_out([partial(stretch, paths[at::number]) for at in range(number)], lambda _: None)
    return len(paths), sum(chain(sizes or ()))
