"""Whether a medium plays."""

from __future__ import annotations

import io
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image, ImageFile

from finding_cases_kenmerken import HALF
from making_media import cut, film, moving_picture, needs_ffmpeg, picture, sound
from making_media import ffmpeg as made
from sma_plugin.formats import ffmpeg, pictures, playing
from sma_plugin.formats import limits as limiting
from sma_plugin.formats.conversion import MissingToolError, NotConvertibleError
from sma_plugin.formats.playing import Playing, all_playing, plays
from sma_plugin.formats.refusals import Refusal
from test_media_check import png


@needs_ffmpeg
def test_a_video_and_a_sound_play(tmp_path: Path) -> None:
    assert plays(film(tmp_path / "film.mp4")) == Playing("video", True, None, 160, 120, 20, 2.0)
    assert plays(sound(tmp_path / "sound.flac")) == Playing("audio", True, None, 0, 0, 0, 2.0)


def test_an_image_and_an_animation_play(tmp_path: Path) -> None:
    picture().save(tmp_path / "still.jpg")
    assert plays(tmp_path / "still.jpg") == Playing("image", True, None, 120, 80, 1, 0.0)
    found = plays(moving_picture(tmp_path / "moving.avif"))
    assert (found.kind, found.frames, found.seconds) == ("image", 6, 0.85)


@needs_ffmpeg
def test_what_is_cut_does_not_play(tmp_path: Path) -> None:
    assert plays(cut(film(tmp_path / "film.mp4"))).plays is False
    picture().save(tmp_path / "still.jpg")
    found = plays(cut(tmp_path / "still.jpg"))
    assert (found.kind, found.plays, found.refusal) == ("image", False, Refusal("end-missing"))


def test_an_image_with_too_few_pixels_does_not_play_after_a_page_was_laid_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WeasyPrint lets Pillow fill up what is missing."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    (tmp_path / "half.png").write_bytes(png(rows=b"\0\x15\x42"))
    assert plays(tmp_path / "half.png").plays is False


@pytest.mark.parametrize("text", ["", "geen film", "<html></html>"])
def test_what_is_no_medium_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "film.mp4"
    path.write_text(text, encoding="utf-8")
    assert plays(path) == Playing("", False, Refusal("unknown-form"))


def test_it_is_not_established_without_the_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise playing.MissingToolError("ffmpeg")

    monkeypatch.setattr(ffmpeg, "program", missing)
    path = tmp_path / "sound.flac"
    path.write_bytes(b"fLaC" + bytes(40))
    found = plays(path)
    assert found.plays is None
    assert found.refusal == Refusal("no-tool", "ffmpeg")


@needs_ffmpeg
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("map.heic", b"\0\0\0\x18ftypheic" + bytes(50)),
        ("sound.wav", b"RIFF\xff\xff\xff\xffWAVEfmt " + bytes(30)),
        ("film.ts", (b"G" + bytes(187)) * 5),
        ("film.mp4", b"\0\0\0\x18ftypisom" + bytes(50)),
    ],
)
def test_why_it_does_not_play_names_no_path_of_the_machine(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    found = plays(path)
    assert found.plays is False
    assert found.refusal
    assert str(tmp_path) not in str(found.refusal)
    assert name not in str(found.refusal)


@needs_ffmpeg
@pytest.mark.parametrize("form", ["mp4", "mkv", "webm", "flv", "mp3", "flac", "ogg", "wav"])
def test_of_a_long_film_the_ends_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    path = tmp_path / f"long.{form}"
    picture_too = () if form in ("mp3", "flac", "ogg", "wav") else ("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10")
    made(*picture_too, "-f", "lavfi", "-i", "sine", "-t", "20", "-g", "10", path)
    found = plays(path, ends=1.0)
    assert (found.plays, found.whole, found.frames) == (True, False, 0)
    assert abs(found.seconds - 20) < 0.2
    monkeypatch.setattr(playing.streams, "decoded", decoded := Counted(playing.streams.decoded))
    assert plays(path).whole
    assert decoded.count == 1
    assert plays(cut(path, 0.7), ends=1.0).plays is False


class Counted:
    """A function that counts how often it is called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.count = function, 0

    def __call__(self, *args: Any, **named: Any) -> Any:
        self.count += 1
        return self.function(*args, **named)


def stills(folder: Path) -> dict[str, Path]:
    """By a digest: two that play, one that is cut, and one that is none."""
    for name in ("a.png", "b.webp", "c.jpg"):
        picture().save(folder / name)
    (folder / "d.txt").write_text("tekst", encoding="utf-8")
    paths = [folder / "a.png", folder / "b.webp", cut(folder / "c.jpg"), folder / "d.txt"]
    return {f"{number}" * 64: path for number, path in enumerate(paths)}


def test_each_medium_is_decoded_once_in_a_run_and_not_again_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media, store, ticks = stills(tmp_path), tmp_path / "step" / "playing.jsonl", list[int]()
    found = all_playing(media, store, ticks.append)
    assert [(found[one].kind, found[one].plays) for one in media] == [
        ("image", True),
        ("image", True),
        ("image", False),
        ("", False),
    ]
    assert sum(ticks) == sum(path.stat().st_size for path in media.values())
    with store.open("ab") as stream:
        stream.write(b'{"sha256":"9999')  # of a run that was killed
    monkeypatch.setattr(playing, "_each", None)
    assert all_playing(media, store) == found


def test_a_jpeg_is_judged_as_it_is_when_every_pixel_is_made_of_it(tmp_path: Path) -> None:
    chance = random.Random(6)
    noise = Image.frombytes("RGB", (160, 96), chance.randbytes(160 * 96 * 3))
    verdicts = []
    for progressive in (False, True):
        noise.save(whole := io.BytesIO(), "JPEG", quality=90, progressive=progressive)
        for number in range(60):
            damaged = bytearray(whole.getvalue())
            for _ in range(number % 6):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            path = tmp_path / f"{progressive}-{number}.jpg"
            path.write_bytes(
                damaged[: len(damaged) if number % 4 else chance.randrange(20, len(damaged))] + b"\xff\xd9"
            )
            verdicts.append((_decodes(path), plays(path).plays))
    assert all(full == found for full, found in verdicts)
    assert {full for full, _ in verdicts} == {True, False}


def _decodes(path: Path) -> bool:
    try:
        with pictures.opened(path, deep=True) as image:
            list(pictures.frames_of(image))
    except NotConvertibleError:
        return False
    return True


def _without_pillow() -> None:
    raise MissingToolError("pillow")


def test_what_was_not_established_is_tried_again_and_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media, store, ticks = stills(tmp_path), tmp_path / "playing.jsonl", list[int]()
    lacking = Playing("image", None, Refusal("no-tool", "pillow"))
    with monkeypatch.context() as without:
        without.setattr(pictures, "_load", _without_pillow)
        assert [*all_playing(media, store).values()][:3] == [lacking] * 3
    assert [one.plays for one in all_playing(media, store, ticks.append).values()] == [True, True, False, False]
    assert sum(ticks) == sum(path.stat().st_size for path in media.values())


def test_what_ends_a_process_is_told_of_its_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    media, mine, look = stills(tmp_path), os.getpid(), playing.kind_of

    def deadly(path: Path) -> str:
        if os.getpid() != mine and path.name == "b.webp":
            os.kill(os.getpid(), signal.SIGKILL)
        return look(path)

    monkeypatch.setattr(playing, "kind_of", deadly)
    found = all_playing(media, tmp_path / "playing.jsonl")
    assert [one.plays for one in found.values()] == [True, True, False, False]


def test_an_image_that_hangs_does_not_play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = msgspec.structs.replace(limiting.limits().image, seconds=0.2)
    small = msgspec.structs.replace(limiting.limits(), image=image)
    monkeypatch.setattr(pictures, "limits", lambda: small)
    monkeypatch.setattr(playing, "_image", lambda _: signal.pause())
    picture().save(tmp_path / "still.png")
    assert plays(tmp_path / "still.png").refusal == Refusal("too-long")


def test_a_cut_image_does_not_play_where_another_library_lets_it_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)
    (tmp_path / "half.png").write_bytes(HALF)
    assert plays(tmp_path / "half.png").plays is False
