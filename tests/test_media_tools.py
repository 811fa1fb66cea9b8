"""Images that the tools of their own formats made, held against what these tools decode them to."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from making_media import picture
from sma_plugin.formats import images
from sma_plugin.formats.playing import plays

pytest.importorskip("pillow_heif", reason="pillow-heif is not installed: pip install 'sma-plugin[images]'")
TOOLS = {
    "webp": ("cwebp -quiet -q 80 {png} -o {coded}", "dwebp -quiet {coded} -o {decoded}", "webp"),
    "lossless.webp": ("cwebp -quiet -lossless {png} -o {coded}", "dwebp -quiet {coded} -o {decoded}", "webp"),
    "avif": ("avifenc -s 10 {png} {coded}", "avifdec {coded} {decoded}", "libavif-bin"),
    "full.avif": ("avifenc -s 10 -y 444 -r full {png} {coded}", "avifdec {coded} {decoded}", "libavif-bin"),
    "heic": ("heif-enc -q 80 {png} -o {coded}", "heif-convert {coded} {decoded}", "libheif-examples"),
}
"""How a PNG is coded, how it is decoded again, and the package that brings both tools."""
FURTHEST = {"heic": 6}
"""Of 255: libraries of another version find colours between the points in another way; else all are equal."""


def run(line: str, **paths: Path) -> None:
    words = [word.format(**paths) for word in line.split()]
    subprocess.run(words, check=True, capture_output=True, timeout=60)


def needs(line: str, package: str) -> None:
    name = line.split(maxsplit=1)[0]
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed: apt-get install {package}")


@pytest.mark.parametrize("form", TOOLS)
def test_an_image_is_what_its_own_tool_shows(tmp_path: Path, form: str) -> None:
    code, decode, package = TOOLS[form]
    needs(decode, package)
    png, coded, decoded = tmp_path / "a.png", tmp_path / f"b.{form}", tmp_path / "c.png"
    picture().resize((480, 320)).save(png)
    run(code, png=png, coded=coded)
    run(decode, coded=coded, decoded=decoded)
    done = images.to_png(coded, tmp_path / "out.png")
    assert (done.after["width"], done.after["height"]) == (480, 320)
    with Image.open(decoded) as theirs, Image.open(tmp_path / "out.png") as ours:
        most = max(high for _, high in ImageChops.difference(theirs.convert("RGB"), ours.convert("RGB")).getextrema())
    assert most <= FURTHEST.get(form, 0)
    assert plays(coded).plays


def test_frames_of_an_animation_are_those_that_it_was_made_of(tmp_path: Path) -> None:
    needs("img2webp", "webp")
    words = ["img2webp", "-loop", "2", "-lossless"]
    for number, lasts in enumerate((40, 250, 1000)):
        frame = picture("RGBA")
        ImageDraw.Draw(frame).rectangle((number * 30, 50, number * 30 + 20, 70), fill=(0, 0, 255, 90))
        frame.save(tmp_path / f"{number}.png")
        words += ["-d", str(lasts), str(tmp_path / f"{number}.png")]
    subprocess.run([*words, "-o", str(tmp_path / "moving.webp")], check=True, capture_output=True, timeout=60)
    done = images.to_png(tmp_path / "moving.webp", tmp_path / "out.png")
    assert (done.after["frames"], done.after["seconds"]) == (3, 1.29)
    with Image.open(tmp_path / "out.png") as ours:
        assert ours.info["loop"] == 2
        for number in range(3):
            ours.seek(number)
            with Image.open(tmp_path / f"{number}.png") as made:
                assert ours.convert("RGBA").tobytes() == made.convert("RGBA").tobytes()


@pytest.mark.parametrize("form", ["gif", "bmp", "tif", "jpg", "jp2"])
def test_what_imagemagick_made_it_finds_equal(tmp_path: Path, form: str) -> None:
    needs("identify", "imagemagick")
    png, coded, out = tmp_path / "a.png", tmp_path / f"b.{form}", tmp_path / "out.png"
    picture().save(png)
    try:
        run("convert {png} {coded}", png=png, coded=coded)
    except subprocess.CalledProcessError:
        pytest.skip(f"ImageMagick was built without {form} here")
    images.to_png(coded, out)
    run("compare -metric AE {coded} {out} null:", coded=coded, out=out)  # its exit code tells of any difference
