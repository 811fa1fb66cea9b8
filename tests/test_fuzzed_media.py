"""Media with damage of every kind: each is converted and plays, or is refused with nothing left and its reason told.

The damage is the same in every run. ``SMA_FUZZ=500`` tries more of it.
"""

from __future__ import annotations

import os
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from making_media import belongings, ffmpeg, film, moving_picture, needs_ffmpeg, picture, sound
from sma_plugin.formats.conversion import NotConvertibleError, command
from sma_plugin.formats.playing import plays
from sma_plugin.formats.refusals import reasons

heif = pytest.importorskip("pillow_heif", reason="pillow-heif is not installed: pip install 'sma-plugin[images]'")
heif.register_heif_opener()
ROUNDS = int(os.environ.get("SMA_FUZZ", "8"))
LONGEST = 30.0
"""Seconds for a file of some kilobytes: on a slow machine too it takes a tenth of that."""
STILLS = ("png", "jpg", "webp", "heic", "avif", "tif", "bmp", "jp2")
ANIMATIONS = ("gif", "webp", "avif", "png")
FILMS = {
    "mp4": (),
    "flv": (),
    "ts": (),
    "avi": ("-c:v", "mpeg4", "-c:a", "mp3"),
    "webm": ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"),
    "mkv": ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "flac"),
}
SOUNDS = ("mp3", "flac", "ogg", "wav", "m4a")
OF_IMAGES, OF_FILMS, OF_SOUNDS = (
    ("image-png", "image-tiff", "image-jpeg"),
    ("video-remux", "video-ffv1", "video-remux-mp4"),
    ("audio-wav", "audio-flac"),
)
Harm = Callable[[bytes, random.Random], bytes]


def still(folder: Path, form: str) -> Path:
    path = folder / f"still.{form}"
    picture().save(path, **(belongings() if form in ("png", "jpg", "webp", "heic", "avif") else {}))
    return path


def ends_early(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def zeroed(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    length = min(chance.randrange(1, 400), len(data) - at)
    return data[:at] + bytes(length) + data[at + length :]


def flipped(data: bytes, chance: random.Random) -> bytes:
    whole = bytearray(data)
    for _ in range(chance.randrange(1, 10)):
        whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
    return bytes(whole)


def noisy(data: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(data)), chance.randrange(1, 200)
    return data[:at] + chance.randbytes(length) + data[at + length :]


def lying(data: bytes, chance: random.Random) -> bytes:
    """Some number in its head is absurd."""
    at = chance.randrange(min(len(data), 200))
    number = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0\1\0\0"))
    return data[:at] + number + data[at + 4 :]


def longer(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.randbytes(chance.randrange(1, 50)) + data[at:]


def turned_round(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[at:] + data[:at]


def random_bytes(data: bytes, chance: random.Random) -> bytes:
    """It begins as it should; all that follows is random."""
    return data[:16] + chance.randbytes(len(data) - 16)


HARMS: tuple[Harm, ...] = (ends_early, zeroed, flipped, noisy, lying, longer, turned_round, random_bytes)


def try_out(source: Path, name: str) -> str:
    """Convert a file: what came of it plays, or why it was refused is told; nothing else may happen."""
    row, started = command(name), monotonic()
    target = source.with_name(f"out{row.extension}")
    came = "converted"
    try:
        row.convert(source, target)
    except NotConvertibleError as error:
        came, told = error.refusal.why, str(error)
    if came == "converted":
        assert plays(target).plays
        target.unlink()
    else:
        assert reasons()[came].nl != reasons()[came].en
        assert str(source.parent) not in told
    assert [one.name for one in source.parent.glob("out*")] == []
    assert monotonic() - started < LONGEST
    return came


def fuzz(source: Path, names: tuple[str, ...], rounds: int) -> None:
    data, chance = source.read_bytes(), random.Random(source.name)  # repeatable, not secret
    bad = source.with_stem("bad")
    for number in range(rounds):
        bad.write_bytes(chance.choice(HARMS)(data, chance))
        try_out(bad, names[number % len(names)])
        assert plays(bad).plays is not None


@pytest.mark.parametrize("form", STILLS)
def test_damaged_stills(tmp_path: Path, form: str) -> None:
    fuzz(still(tmp_path, form), OF_IMAGES, ROUNDS)


@pytest.mark.parametrize("form", ANIMATIONS)
def test_damaged_animations(tmp_path: Path, form: str) -> None:
    fuzz(moving_picture(tmp_path / f"moving.{form}"), OF_IMAGES[:1], ROUNDS)


@needs_ffmpeg
@pytest.mark.parametrize("form", FILMS)
def test_damaged_films(tmp_path: Path, form: str) -> None:
    fuzz(film(tmp_path / f"film.{form}", *FILMS[form]), OF_FILMS, ROUNDS // 2)


@needs_ffmpeg
@pytest.mark.parametrize("form", SOUNDS)
def test_damaged_sounds(tmp_path: Path, form: str) -> None:
    fuzz(sound(tmp_path / f"sound.{form}"), OF_SOUNDS, ROUNDS // 2)


@needs_ffmpeg
@pytest.mark.parametrize("name", [*OF_IMAGES, *OF_FILMS, *OF_SOUNDS])
@pytest.mark.parametrize("form", ["webp", "mp4", "mp3"])
def test_empty_and_random_files_are_refused(tmp_path: Path, name: str, form: str) -> None:
    for data in (b"", bytes(5000), random.Random(5).randbytes(5000)):  # repeatable, not secret
        (tmp_path / f"bad.{form}").write_bytes(data)
        assert try_out(tmp_path / f"bad.{form}", name) in ("empty", "no-image", "unknown-form")
        assert plays(tmp_path / f"bad.{form}").plays is False


@needs_ffmpeg
def test_bytes_tell_the_form_and_not_the_name(tmp_path: Path) -> None:
    named = {
        "png": still(tmp_path, "webp"),
        "mp4": still(tmp_path, "jpg"),
        "jpg": film(tmp_path / "film.webm", *FILMS["webm"]),
        "mp3": sound(tmp_path / "sound.wav"),
    }
    for wrong, path in named.items():
        path.rename(tmp_path / f"bad.{wrong}")
    assert try_out(tmp_path / "bad.png", "image-png") == try_out(tmp_path / "bad.mp4", "image-png") == "converted"
    assert try_out(tmp_path / "bad.jpg", "video-ffv1") == try_out(tmp_path / "bad.mp3", "audio-flac") == "converted"
    assert try_out(tmp_path / "bad.jpg", "image-png") == "no-image"
    assert try_out(tmp_path / "bad.png", "video-ffv1") == "unknown-form"
    assert try_out(tmp_path / "bad.mp3", "video-ffv1") == "no-video"


@needs_ffmpeg
@pytest.mark.parametrize("more", [b"PK\3\4" + bytes(200), b"<html><script>alert(1)</script>", b"GIF89a;"])
def test_two_files_in_one_are_the_first_or_none(tmp_path: Path, more: bytes) -> None:
    """What hangs on behind is in the original alone, which is kept."""
    for source, name in ((still(tmp_path, "jpg"), "image-png"), (sound(tmp_path / "sound.mp3"), "audio-wav")):
        bad = source.with_stem("bad")
        bad.write_bytes(source.read_bytes() + more)
        if try_out(bad, name) == "converted":
            made = tmp_path / "made"
            assert command(name).convert(bad, made).after == command(name).convert(source, tmp_path / "plain").after
            assert more not in made.read_bytes()
    page = tmp_path / "bad.png"
    page.write_bytes(b"<html>" + still(tmp_path, "png").read_bytes())
    assert try_out(page, "image-png") == "no-image"


def vast_png(path: Path) -> None:
    head = struct.pack(">IIBBBBB", 200_000, 200_000, 8, 2, 0, 0, 0)
    whole = b"\x89PNG\r\n\x1a\n"
    for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")):
        whole += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    path.write_bytes(whole)


def vast_gif(path: Path) -> None:
    picture("P").save(path)
    data = bytearray(path.read_bytes())
    data[6:10] = b"\xff\xff\xff\xff"
    path.write_bytes(data)


def vast_bmp(path: Path) -> None:
    picture().save(path)
    data = bytearray(path.read_bytes())
    data[18:26] = struct.pack("<ii", 1 << 20, 1 << 20)
    path.write_bytes(data)


def vast_jpg(path: Path) -> None:
    picture().save(path)
    data = bytearray(path.read_bytes())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = b"\xff\xf0\xff\xf0"
    path.write_bytes(data)


@pytest.mark.parametrize("make", [vast_png, vast_gif, vast_bmp, vast_jpg])
@pytest.mark.parametrize("name", OF_IMAGES)
def test_sizes_that_no_memory_holds_are_refused(tmp_path: Path, make: Callable[[Path], None], name: str) -> None:
    bad = tmp_path / f"bad.{make.__name__.removeprefix('vast_')}"
    make(bad)
    assert try_out(bad, name) in ("too-many-pixels", "several-pictures")
    assert plays(bad).plays is False


def without_pixels(data: bytes, at: int) -> bytes:
    """A GIF without what fills the picture whose description begins here (GIF89a, 20 to 22)."""
    flags = data[at + 9]
    begins = at + 10 + (3 << (flags & 7) + 1 if flags & 0x80 else 0) + 1
    ends = begins
    while data[ends]:
        ends += data[ends] + 1
    return data[:begins] + data[ends:]


@pytest.mark.parametrize("form", ["gif", "webp", "png"])
def test_an_animation_with_one_bad_picture_is_not_converted(tmp_path: Path, form: str) -> None:
    data = moving_picture(tmp_path / f"moving.{form}").read_bytes()
    begins = {"gif": b"\x21\xf9\x04", "webp": b"ANMF", "png": b"fdAT"}[form]
    at = -1
    for _ in range(3):
        at = data.index(begins, at + 1)
    bad = tmp_path / f"bad.{form}"
    bad.write_bytes(without_pixels(data, at + 8) if form == "gif" else data[: at + 40] + bytes(20) + data[at + 60 :])
    assert try_out(bad, "image-png") in ("undecodable", "damaged", "end-missing", "no-image")
    assert plays(bad).plays is False


@needs_ffmpeg
def test_a_film_that_changes_its_size_is_not_scaled(tmp_path: Path) -> None:
    """Its frames are copied into another container, or it stays as it is."""
    parts = []
    for number, size in enumerate(("160x120", "80x60")):
        part = tmp_path / f"part{number}.ts"
        source = ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=10:duration=1")
        ffmpeg(*source, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", part)
        parts.append(part.read_bytes())
    bad = tmp_path / "bad.ts"
    bad.write_bytes(b"".join(parts))
    assert try_out(bad, "video-ffv1") == "other-pictures"
    assert try_out(bad, "video-remux") == "converted"
