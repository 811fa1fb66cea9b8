"""What converting costs, by command and format: the numbers that ``fpr_rules/costs.toml`` estimates with.

    python -m bench.costs [COMMAND...]

Each format is made twice, small and large, by another program than the one that converts. What a small file takes is
counted as ``start``; what the large one takes more, as ``speed``. Pictures are of clouds and noise, films of the set of
Mandelbrot, texts of the fictional municipality: an archive's own files differ, so the numbers are told as estimates.
"""

from __future__ import annotations

import gzip
import io
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import NamedTuple

from sma_plugin.formats.conversion import Command, MissingToolError, NotConvertibleError, commands
from sma_plugin.formats.identify import identify

Make = Callable[[Path, int], None]
"""Makes a file of about so many units: thousand pixels, seconds, kilobytes."""


class Sample(NamedTuple):
    """A kind of file: the ending of its name, how it is made, and how large small and large are (units)."""

    ending: str
    make: Make
    small: int
    large: int


def _picture(form: str, **options: object) -> Make:
    def make(path: Path, size: int) -> None:
        from PIL import Image, ImageFilter

        if form in ("HEIF", "AVIF"):
            from pillow_heif import register_heif_opener

            register_heif_opener()
        side = int((size * 1000) ** 0.5)
        chance = random.Random(size)  # noqa: S311  # repeatable, not secret
        rough = Image.frombytes("RGB", (60, 60), chance.randbytes(10_800)).resize(
            (side, side), Image.Resampling.BICUBIC
        )
        grain = Image.frombytes("RGB", (side, side), chance.randbytes(side * side * 3))
        Image.blend(rough, grain, 0.06).filter(ImageFilter.SMOOTH).save(path, form, **options)

    return make


def _ffmpeg(*options: str, picture: bool = True) -> Make:
    def make(path: Path, size: int) -> None:
        line = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
        line += ["-f", "lavfi", "-i", "mandelbrot=size=640x360:rate=25"] if picture else []
        line += ["-f", "lavfi", "-i", "anoisesrc=color=pink:amplitude=0.3", "-t", str(size)]
        subprocess.run([*line, *options, path], check=True)

    return make


def _warc(packed: Callable[[bytes], bytes]) -> Make:
    def make(path: Path, size: int) -> None:
        from warcio.warcwriter import WARCWriter

        chance = random.Random(size)  # noqa: S311
        words = [bytes(chance.choices(b"abcdefghijklmnoprstuvwz", k=chance.randint(2, 9))) for _ in range(800)]
        out = io.BytesIO()
        writer = WARCWriter(out, gzip=False)
        pieces = []
        for number in range(size // 20):
            text = b"<p>" + b" ".join(chance.choices(words, k=3_400)) + b"</p>"
            address = f"https://voorbeeldstad.example/{number}"
            writer.write_record(writer.create_warc_record(address, "resource", payload=io.BytesIO(text)))
            pieces.append(packed(out.getvalue()))
            out.seek(0)
            out.truncate()
        path.write_bytes(b"".join(pieces))

    return make


def _zstd(data: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdCompressor().compress(data)


def _page(path: Path, size: int) -> None:
    row = "<p>De Stationsweg in Voorbeeldstad is tot vrijdag dicht. <a href='https://voorbeeldstad.example/'>Meer</a></p>\n"
    path.write_text(
        f"<!DOCTYPE html><html lang=nl><head><title>Dag</title></head><body>{row * (size * 9)}</body></html>"
    )


def _letter(path: Path, size: int) -> None:
    row = "De Stationsweg in Voorbeeldstad is tot vrijdag dicht, en daarna weer open.\\par "
    path.write_text(f"{{\\rtf1\\ansi {row * (size * 13)}}}")


H264 = ("-c:v", "libx264", "-preset", "fast", "-pix_fmt", "yuv420p")
SAMPLES = (
    Sample("lossy.webp", _picture("WEBP", quality=85), 10, 2000),
    Sample("lossless.webp", _picture("WEBP", lossless=True), 10, 2000),
    Sample("a.heic", _picture("HEIF", quality=80), 10, 2000),
    Sample("a.avif", _picture("AVIF", quality=80), 10, 2000),
    Sample("a.gif", _picture("GIF"), 10, 2000),
    Sample("a.jpg", _picture("JPEG", quality=85), 10, 2000),
    Sample("a.png", _picture("PNG"), 10, 2000),
    Sample("a.bmp", _picture("BMP"), 10, 2000),
    Sample("a.mp4", _ffmpeg(*H264, "-c:a", "aac"), 1, 4),
    Sample("a.mov", _ffmpeg(*H264, "-c:a", "aac"), 1, 4),
    Sample("a.flv", _ffmpeg("-c:v", "flv1", "-c:a", "mp3", "-ar", "44100"), 1, 4),
    Sample("a.ts", _ffmpeg(*H264, "-c:a", "aac"), 1, 4),
    Sample("a.webm", _ffmpeg("-c:v", "libvpx", "-b:v", "1M", "-c:a", "libopus"), 1, 4),
    Sample("a.mp3", _ffmpeg(picture=False), 1, 20),
    Sample("a.m4a", _ffmpeg(picture=False), 1, 20),
    Sample("a.aac", _ffmpeg(picture=False), 1, 20),
    Sample("a.ogg", _ffmpeg(picture=False), 1, 20),
    Sample("a.opus", _ffmpeg(picture=False), 1, 20),
    Sample("a.flac", _ffmpeg(picture=False), 1, 20),
    Sample("a.wav", _ffmpeg(picture=False), 1, 20),
    Sample("a.warc", _warc(bytes), 40, 12_000),
    Sample("a.warc.gz", _warc(gzip.compress), 40, 12_000),
    Sample("a.warc.zst", _warc(_zstd), 40, 12_000),
    Sample("a.rtf", _letter, 2, 100),
    Sample("a.html", _page, 1, 60),
)


class Cost(NamedTuple):
    """What was measured: bytes of one byte, bytes a second, seconds whatever the size."""

    growth: float
    speed: float
    start: float


def measured(command: Command, folder: Path, sample: Sample) -> Cost:
    """Convert a small and a large file."""
    took, sizes, made = [], [], []
    for number in range(2):
        source = folder / f"{number}-{sample.ending}"
        target = folder / f"{number}-{command.name}{command.extension}"
        before = _spent()
        command.convert(source, target)
        took.append(_spent() - before)
        sizes.append(source.stat().st_size)
        made.append(target.stat().st_size)
    speed = (sizes[1] - sizes[0]) / max(1e-6, took[1] - took[0])
    return Cost(made[1] / sizes[1], speed, max(0.0, took[0] - sizes[0] / speed))


def _spent() -> float:
    used = (getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def rows(named: list[str], folder: Path) -> Iterator[tuple[str, str, str, Cost]]:
    """Each command with each format that it takes: name, PUID, ending."""
    for sample in SAMPLES:
        small, large = (folder / f"{number}-{sample.ending}" for number in range(2))
        sample.make(small, sample.small)
        puid = identify(small).puid or "-"
        asked = [one for one in commands().values() if not one.several and one.takes(puid)]
        able = [one for one in asked if not named or one.name in named]
        if able:
            sample.make(large, sample.large)
        for command in able:
            try:
                yield command.name, puid, sample.ending, measured(command, folder, sample)
            except (NotConvertibleError, MissingToolError) as error:
                print(f"# {command.name} {puid} {sample.ending}: {error}", file=sys.stderr)


def main() -> None:
    """Print the rows in the form of ``fpr_rules/costs.toml``."""
    with tempfile.TemporaryDirectory() as folder:
        for name, puid, ending, cost in rows(sys.argv[1:], Path(folder)):
            numbers = f"growth = {cost.growth:.2f}\nspeed = {cost.speed:_.0f}\nstart = {cost.start:.2f}"
            print(f'[[cost]]  # {ending}\ncommand = "{name}"\nof = ["{puid}"]\n{numbers}\n', flush=True)


if __name__ == "__main__":
    main()
