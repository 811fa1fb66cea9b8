"""Pictures of more than eight bits a colour, made by the tools of libheif and libavif."""

from __future__ import annotations

import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from making_media import belongings, cut, ffmpeg, needs_ffmpeg
from sma_plugin.formats import deep, images, png
from sma_plugin.formats.conversion import NotConvertibleError, command
from sma_plugin.formats.identify import identify
from sma_plugin.formats.pictures import opened

pytest.importorskip("pillow_heif", reason="pillow-heif is not installed: pip install 'sma-plugin[images]'")
needs_heif = pytest.mark.skipif(
    shutil.which("heif-enc") is None, reason="heif-enc is not installed: apt-get install libheif-examples"
)
needs_avif = pytest.mark.skipif(
    shutil.which("avifenc") is None, reason="avifenc is not installed: apt-get install libavif-bin"
)
pytestmark = needs_ffmpeg
SMOOTH = ("-f", "lavfi", "-i", "testsrc2=size=96x64", "-vf", "format=yuv444p16le,boxblur=4", "-frames:v", "1")
NUMBERS = {"rgb48be": 6, "rgba64be": 8, "gray16be": 2}


def run(*arguments: object) -> None:
    """Run a tool of this machine, as a user would."""
    subprocess.run([*map(str, arguments)], check=True, capture_output=True, timeout=60)


def source_of(folder: Path, form: str = "rgb48be") -> Path:
    """A picture of sixteen bits a colour."""
    ffmpeg(*SMOOTH, "-pix_fmt", form, folder / "source.png")
    return folder / "source.png"


def heic(folder: Path, bits: int, form: str = "rgb48be") -> Path:
    path = folder / "deep.heic"
    run("heif-enc", "-b", bits, "-q", 90, source_of(folder, form), "-o", path)
    return path


def avif(folder: Path, bits: int, *options: str, form: str = "rgb48be") -> Path:
    path = folder / "deep.avif"
    run("avifenc", "-s", 10, "-d", bits, *options, source_of(folder, form), path)
    return path


def numbers(path: Path, form: str = "rgb48be") -> bytes:
    """What ffmpeg decodes a PNG or TIFF to."""
    raw = path.with_name(f"{path.name}.numbers")
    ffmpeg("-i", path, "-f", "rawvideo", "-pix_fmt", form, raw)
    return raw.read_bytes()


def apart(one: bytes, other: bytes) -> int:
    """How far two rows of numbers of sixteen bits differ at most."""
    assert len(one) == len(other)
    pairs = zip(memoryview(png.big_endian(one)).cast("H"), memoryview(png.big_endian(other)).cast("H"), strict=True)
    return max(abs(a - b) for a, b in pairs)


@needs_heif
@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("form", NUMBERS)
@pytest.mark.parametrize("name", ["image-png", "image-tiff"])
def test_a_heic_keeps_all_its_bits(tmp_path: Path, bits: int, form: str, name: str) -> None:
    row = command(name)
    source, target = heic(tmp_path, bits, form), tmp_path / f"out{row.extension}"
    done = row.convert(source, target)
    assert done.how.endswith(f"{bits} bits a colour in 16")
    assert (done.tool, done.version) == ("pillow-heif", metadata.version("pillow-heif"))
    assert (done.before, done.after["width"], done.after["height"]) == (done.after, 96, 64)
    found = numbers(target, form)
    low = {int.from_bytes(found[at : at + 2]) & (1 << 16 - bits) - 1 for at in range(0, len(found), 2)}
    assert low <= {0, (1 << 16) - 1 & (1 << 16 - bits) - 1}  # the source has no more bits than these
    assert len({found[at : at + 2] for at in range(0, len(found), 2)}) > 256
    assert identify(target).puid in row.gives


@needs_avif
@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("chroma", ["420", "444"])
@pytest.mark.parametrize("name", ["image-png", "image-tiff"])
def test_an_avif_keeps_all_its_bits(tmp_path: Path, bits: int, chroma: str, name: str) -> None:
    row = command(name)
    source, target = avif(tmp_path, bits, "-y", chroma), tmp_path / f"out{row.extension}"
    done = row.convert(source, target)
    assert done.how.endswith(f"{bits} bits a colour in 16")
    assert done.tool == "ffmpeg"
    reference = tmp_path / "reference.png"
    run("avifdec", "-d", "16", source, reference)
    assert apart(numbers(target), numbers(reference)) <= (2048 if chroma == "420" else 2 << 16 - bits)
    assert not list(tmp_path.glob("*.raw"))


@needs_avif
def test_what_colours_mean_is_kept(tmp_path: Path) -> None:
    source, target = avif(tmp_path, 10, "--cicp", "9/16/9"), tmp_path / "out.png"
    images.to_png(source, target)
    assert png.stated_in(target) == (9, 16)
    with pytest.raises(NotConvertibleError, match="colours of the image"):
        images.to_tiff(source, tmp_path / "out.tif")
    flat, plain = avif(tmp_path, 8, "--cicp", "9/16/9"), tmp_path / "plain.png"
    images.to_png(flat, plain)
    assert png.stated_in(plain) == (9, 16)
    with pytest.raises(NotConvertibleError, match="colours of the image"):
        images.to_jpeg(flat, tmp_path / "out.jpg")


@needs_avif
def test_a_transparent_avif_of_ten_bits_is_kept_as_it_is(tmp_path: Path) -> None:
    source = avif(tmp_path, 10, form="rgba64be")
    with Image.open(tmp_path / "source.png") as image:
        image.putalpha(100)
        image.save(tmp_path / "clear.png")
    run("avifenc", "-d", "10", tmp_path / "clear.png", source)
    with pytest.raises(NotConvertibleError, match="more than 8 bits"):
        images.to_png(source, tmp_path / "out.png")
    assert not list(tmp_path.glob("out*"))


@needs_heif
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_deep_picture_without_its_end_is_not_converted(tmp_path: Path, share: float) -> None:
    with pytest.raises(NotConvertibleError):
        images.to_png(cut(heic(tmp_path, 10), share), tmp_path / "out.png")
    assert not (tmp_path / "out.png").exists()


@needs_heif
def test_profile_and_texts_go_along(tmp_path: Path) -> None:
    import pillow_heif  # noqa: PLC0415

    plain = pillow_heif.open_heif(heic(tmp_path, 10), convert_hdr_to_8bit=False)
    told = belongings()
    plain[0].info.update(icc_profile=told["icc_profile"], icc_profile_type="prof", exif=told["exif"], xmp=told["xmp"])
    source = tmp_path / "along.heic"
    plain.save(source, bit_depth=10)
    for target in (tmp_path / "out.png", tmp_path / "out.tif"):
        (images.to_png if target.suffix == ".png" else images.to_tiff)(source, target)
        with Image.open(target) as image:
            assert image.info["icc_profile"] == told["icc_profile"]
            assert image.getexif()[0x010F] == "Voorbeeldstad"
            assert image.getexif().get_ifd(0x8769)[0x9003] == "2024:05:01 10:00:00"
            assert image.info["xmp"] == told["xmp"]


@needs_heif
@pytest.mark.parametrize("what", ["pixel", "end"])
def test_a_seeded_loss_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    write = png.write

    def spoiled(target: Path, picture: png.Deep, along: png.Along) -> None:
        data = bytearray(picture.data)
        data[1 if what == "pixel" else -1] ^= 0x40
        write(target, picture._replace(data=bytes(data)), along)

    source = heic(tmp_path, 10)
    monkeypatch.setattr(deep.png, "write", spoiled)
    with pytest.raises(NotConvertibleError, match="other pictures"):
        images.to_png(source, tmp_path / "out.png")
    assert not (tmp_path / "out.png").exists()


def test_pillow_is_asked_for_a_deep_picture_by_who_can_keep_it_alone(tmp_path: Path) -> None:
    path = source_of(tmp_path)
    with pytest.raises(NotConvertibleError, match="more than 8 bits"), opened(path):
        pass
    with opened(path, deep=True) as image:
        assert image.size == (96, 64)


def test_colours_are_stated_by_a_chunk_and_not_by_words_of_a_text(tmp_path: Path) -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "cICP 9/16")
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png", pnginfo=told)
    assert b"cICP" in (tmp_path / "a.png").read_bytes()
    assert png.stated_in(tmp_path / "a.png") is None
    told.add(b"cICP", png.cicp((9, 16)))
    Image.new("RGB", (4, 4)).save(tmp_path / "b.png", pnginfo=told)
    assert png.stated_in(tmp_path / "b.png") == (9, 16)
