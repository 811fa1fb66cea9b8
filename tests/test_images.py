"""Conversions of images, on files that other programs made, and on broken ones."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import signal
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageChops, ImageOps

from making_media import LASTS, belongings, cut, damaged, ffmpeg, moving_picture, needs_ffmpeg, picture
from sma_plugin.formats import images, pictures
from sma_plugin.formats.conversion import MissingToolError, NotConvertibleError, command
from sma_plugin.formats.identify import identify
from sma_plugin.formats.limits import limits

heif = pytest.importorskip("pillow_heif", reason="pillow-heif is not installed: pip install 'sma-plugin[images]'")
heif.register_heif_opener()
FORMS = ("webp", "heic", "avif", "jpg")
LOSSLESS = ("image-png", "image-tiff")


def still(path: Path, orientation: int = 1) -> Path:
    picture().save(path, **belongings(orientation))
    return path


def equal(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one.convert("RGBA"), other.convert("RGBA")).getbbox(alpha_only=False) is None


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", LOSSLESS)
def test_pixels_profile_and_texts_stay(tmp_path: Path, form: str, name: str) -> None:
    row = command(name)
    source, target = still(tmp_path / f"still.{form}"), tmp_path / f"out{row.extension}"
    done = row.convert(source, target)
    assert dict(done.before) == dict(done.after)
    assert done.before["EXIF"] >= 3
    assert done.before["colour profile"] > 100
    assert done.checked == "all pixels and profile equal after decoding"
    assert identify(target).puid == {"image-png": "fmt/13", "image-tiff": "fmt/353"}[name]
    assert identify(target).puid in row.gives
    with Image.open(source) as before, Image.open(target) as after:
        assert equal(before, after)
        assert after.info["icc_profile"] == belongings()["icc_profile"]
        assert after.getexif()[0x010F] == "Voorbeeldstad"


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("name", ["image-png", "image-tiff", "image-jpeg"])
def test_a_turned_picture_is_put_upright(tmp_path: Path, orientation: int, name: str) -> None:
    source, target = still(tmp_path / "turned.webp", orientation), tmp_path / "out"
    done = command(name).convert(source, target)
    assert (done.after["width"], done.after["height"]) == ((80, 120) if orientation > 4 else (120, 80))
    with Image.open(source) as before, Image.open(target) as after:
        assert after.getexif().get(0x0112, 1) == 1
        assert name == "image-jpeg" or equal(ImageOps.exif_transpose(before), after)


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
@pytest.mark.parametrize("form", ["png", "tif", "jpg"])
def test_exiftool_finds_what_went_along(tmp_path: Path, form: str) -> None:
    source, target = still(tmp_path / "still.webp"), tmp_path / f"out.{form}"
    command({"png": "image-png", "tif": "image-tiff", "jpg": "image-jpeg"}[form]).convert(source, target)
    line = ["exiftool", "-j", "-Make", "-DateTimeOriginal", "-GPSLatitudeRef", "-ProfileDescription", str(target)]
    told = json.loads(subprocess.run(line, check=True, capture_output=True, timeout=60).stdout)[0]
    assert told["Make"] == "Voorbeeldstad"
    assert told["DateTimeOriginal"] == "2024:05:01 10:00:00"
    assert told["GPSLatitudeRef"] == "North"
    assert told["ProfileDescription"] == "sRGB built-in"


@pytest.mark.parametrize("form", [*FORMS, "gif"])
def test_source_and_target_are_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    source = moving_picture(tmp_path / "a.gif") if form == "gif" else still(tmp_path / f"a.{form}")
    read: list[str] = []
    frames: list[int] = []
    opens, frames_of = pictures._open, pictures.frames_of
    monkeypatch.setattr(pictures, "_open", lambda path: read.append(path.name) or opens(path))
    monkeypatch.setattr(images, "frames_of", lambda image: frames.append(image.n_frames) or frames_of(image))
    monkeypatch.setattr(images, "bounded", lambda _, work: work())  # here, where it can be counted
    images.to_png(source, tmp_path / "out")
    assert read == [source.name, "out"]
    assert frames == ([5, 5] if form == "gif" else [])


@pytest.mark.parametrize("colours", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("name", LOSSLESS)
def test_every_kind_of_colours_is_kept(tmp_path: Path, colours: str, name: str) -> None:
    source = tmp_path / "still.png"
    picture("I" if colours == "I;16" else colours).convert(colours).save(source)
    assert command(name).convert(source, tmp_path / "out").after["width"] == 120
    with Image.open(source) as before, Image.open(tmp_path / "out") as after:
        assert before.tobytes() == after.tobytes() if colours == "I;16" else equal(before, after)


def test_transparent_parts_stay(tmp_path: Path) -> None:
    source = tmp_path / "clear.gif"
    clear = picture("P")
    clear.save(source, transparency=clear.getpixel((0, 0)))
    for name in LOSSLESS:
        command(name).convert(source, tmp_path / "out")
        with Image.open(source) as before, Image.open(tmp_path / "out") as after:
            assert after.convert("RGBA").getextrema()[3] == (0, 255)
            assert equal(before, after)
    with pytest.raises(NotConvertibleError, match="transparent"):
        images.to_jpeg(source, tmp_path / "out")


@pytest.mark.parametrize("form", ["webp", "gif", "avif", "png"])
def test_an_animation_keeps_every_frame_and_its_time(tmp_path: Path, form: str) -> None:
    options = {"webp": {"lossless": True, "minimize_size": False, "allow_mixed": False}}.get(form, {})
    source, target = moving_picture(tmp_path / f"moving.{form}", loop=3, **options), tmp_path / "out.png"
    done = images.to_png(source, target)
    with Image.open(source) as before, Image.open(target) as after:
        assert done.after["frames"] == after.n_frames == before.n_frames
        assert done.after["seconds"] == sum(LASTS) / 1000
        for number in range(before.n_frames):
            before.seek(number)
            after.seek(number)
            assert equal(before, after)
            assert before.info["duration"] == after.info["duration"]
    assert identify(target).puid == "fmt/935"
    assert "fmt/935" in command("image-png").gives


@needs_ffmpeg
def test_ffmpeg_reads_the_animation(tmp_path: Path) -> None:
    source, target = moving_picture(tmp_path / "moving.avif"), tmp_path / "out.png"
    images.to_png(source, target)
    told = tmp_path / "frames.txt"
    ffmpeg("-f", "apng", "-i", target, "-pix_fmt", "rgba", "-fps_mode", "passthrough", "-f", "framehash", told)
    frames = [line.split(",") for line in told.read_text().splitlines() if not line.startswith("#")]
    assert len(frames) == len(LASTS)
    with Image.open(source) as image:
        image.seek(5)
        assert frames[5][-1].strip() == hashlib.sha256(image.convert("RGBA").tobytes()).hexdigest()


@needs_ffmpeg
def test_a_gif_of_another_program_is_kept(tmp_path: Path) -> None:
    source = tmp_path / "film.gif"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=1", "-loop", "-1", source)
    done = images.to_png(source, tmp_path / "out")
    assert (done.after["frames"], done.after["seconds"]) == (10, 1.0)
    with Image.open(tmp_path / "out") as after:
        assert after.info["loop"] == 1


@pytest.mark.parametrize("name", ["image-tiff", "image-jpeg"])
def test_an_animation_is_not_cut_to_its_first_frame(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotConvertibleError, match="several pictures"):
        command(name).convert(moving_picture(tmp_path / "moving.gif"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_colours_of_more_than_eight_bits_are_not_cut(tmp_path: Path) -> None:
    rows = zlib.compress(b"".join(b"\0" + struct.pack(">3H", 1, 2, 3) * 2 for _ in range(2)))
    whole = b"\x89PNG\r\n\x1a\n"
    for kind, data in ((b"IHDR", struct.pack(">IIBBBBB", 2, 2, 16, 2, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")):
        whole += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    source = tmp_path / "deep.png"
    source.write_bytes(whole)
    with pytest.raises(NotConvertibleError, match="more than 8 bits"):
        images.to_tiff(source, tmp_path / "out")


@needs_ffmpeg
def test_an_avif_of_ten_bits_is_not_cut_for_a_jpeg(tmp_path: Path) -> None:
    source = tmp_path / "deep.avif"
    coded = ("-pix_fmt", "yuv420p10le", "-c:v", "libaom-av1", "-cpu-used", "8", "-still-picture", "1")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x64", "-frames:v", "1", *coded, source)
    with pytest.raises(NotConvertibleError, match="more than 8 bits"):
        images.to_jpeg(source, tmp_path / "out")
    assert images.to_png(source, tmp_path / "out").how.endswith("10 bits a colour in 16")


@pytest.mark.parametrize("form", [*FORMS, "gif", "png"])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9])
@pytest.mark.parametrize("name", ["image-png", "image-jpeg"])
def test_an_image_without_its_end_is_not_converted(tmp_path: Path, form: str, share: float, name: str) -> None:
    source = cut(still(tmp_path / f"still.{form}"), share)
    with pytest.raises(NotConvertibleError):
        command(name).convert(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", ["gif", "webp", "avif", "png"])
def test_an_animation_without_its_end_is_not_converted(tmp_path: Path, form: str) -> None:
    with pytest.raises(NotConvertibleError):
        images.to_png(cut(moving_picture(tmp_path / f"moving.{form}"), 0.8), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", ["webp", "heic", "avif"])
def test_a_damaged_image_is_not_converted(tmp_path: Path, form: str) -> None:
    def change(data: bytearray) -> None:
        middle = len(data) // 2
        data[24:60] = bytes(36)
        data[middle : middle + 400] = bytes(400)

    with pytest.raises(NotConvertibleError):
        images.to_png(damaged(still(tmp_path / f"still.{form}"), change), tmp_path / "out")


@pytest.mark.parametrize("data", [b"geen plaatje", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"<svg/>"])
def test_what_is_no_image_is_never_opened_as_one(tmp_path: Path, data: bytes) -> None:
    source = tmp_path / "plaatje.webp"
    source.write_bytes(data)
    with pytest.raises(NotConvertibleError):
        images.to_png(source, tmp_path / "out")


def test_an_image_of_absurd_size_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "bomb.png"
    whole = io.BytesIO()
    Image.new("1", (20000, 20000)).save(whole, "PNG")
    source.write_bytes(whole.getvalue())
    assert source.stat().st_size < 100_000
    with pytest.raises(NotConvertibleError, match="too many pixels"):
        images.to_png(source, tmp_path / "out")


def test_an_animation_of_absurd_length_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = msgspec.structs.replace(limits().image, pixels_together=120 * 80 * 4)
    monkeypatch.setattr(pictures, "limits", lambda: msgspec.structs.replace(limits(), image=image))
    with pytest.raises(NotConvertibleError, match="all frames together"):
        images.to_png(moving_picture(tmp_path / "moving.gif"), tmp_path / "out")


def hanging(*_: object) -> None:
    signal.pause()


def grabbing(*_: object) -> bytes:
    return bytes(64 << 30)


def failing(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("decoder", "why"), [(hanging, "took too long"), (grabbing, "memory"), (failing, "without a result")]
)
def test_a_decoder_that_goes_wrong_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decoder: Callable[..., object], why: str
) -> None:
    source, target = still(tmp_path / "still.webp"), tmp_path / "out"
    monkeypatch.setattr(images, "_compared", decoder)  # when the target was written already
    image = msgspec.structs.replace(limits().image, seconds=5.0 if decoder is grabbing else 0.3)
    monkeypatch.setattr(pictures, "limits", lambda: msgspec.structs.replace(limits(), image=image))
    with pytest.raises(NotConvertibleError, match=why):
        images.to_png(source, target)
    assert not target.exists()


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = still(tmp_path / "still.heic")
    monkeypatch.setattr(pictures, "_heif", lambda: False)
    with pytest.raises(MissingToolError) as raised:
        images.to_png(source, tmp_path / "out")
    assert raised.value.tool == "pillow-heif"


def spoiled(image: Image.Image) -> None:
    image.putpixel((3, 3), (1, 2, 3))


def turned(image: Image.Image) -> None:
    image.paste(image.rotate(180))


def unprofiled(image: Image.Image) -> None:
    image.info.pop("icc_profile")


@pytest.mark.parametrize("change", [spoiled, turned, unprofiled])
def test_a_seeded_loss_is_found(tmp_path: Path, change: Callable[[Image.Image], None]) -> None:
    with Image.open(still(tmp_path / "still.png")) as image:
        image.load()
        target = tmp_path / "out.png"
        changed = image.copy()
        change(changed)
        changed.save(target, **{k: v for k, v in changed.info.items() if k == "icc_profile"})
        if "icc_profile" not in changed.info:
            changed.save(target, icc_profile=None)
        with pytest.raises(NotConvertibleError):
            images._compared(image, target, "encoded")
