"""Whether a medium plays."""

from __future__ import annotations

from pathlib import Path

import pytest

from making_media import cut, film, moving_picture, needs_ffmpeg, picture, sound
from sma_plugin.formats import ffmpeg, playing
from sma_plugin.formats.playing import Playing, plays


@needs_ffmpeg
def test_a_video_and_a_sound_play(tmp_path: Path) -> None:
    assert plays(film(tmp_path / "film.mp4")) == Playing("video", True, "", 160, 120, 20, 2.0)
    assert plays(sound(tmp_path / "sound.flac")) == Playing("audio", True, "", 0, 0, 0, 2.0)


def test_an_image_and_an_animation_play(tmp_path: Path) -> None:
    picture().save(tmp_path / "still.jpg")
    assert plays(tmp_path / "still.jpg") == Playing("image", True, "", 120, 80, 1, 0.0)
    found = plays(moving_picture(tmp_path / "moving.avif"))
    assert (found.kind, found.frames, found.seconds) == ("image", 6, 0.85)


@needs_ffmpeg
def test_what_is_cut_does_not_play(tmp_path: Path) -> None:
    assert plays(cut(film(tmp_path / "film.mp4"))).plays is False
    picture().save(tmp_path / "still.jpg")
    found = plays(cut(tmp_path / "still.jpg"))
    assert (found.kind, found.plays, found.reason) == ("image", False, "the end of the file is missing")


@pytest.mark.parametrize("text", ["", "geen film", "<html></html>"])
def test_what_is_no_medium_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "film.mp4"
    path.write_text(text, encoding="utf-8")
    assert plays(path) == Playing("", False, "it is no image, sound or video")


def test_it_is_not_established_without_the_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise playing.MissingToolError("ffmpeg")

    monkeypatch.setattr(ffmpeg, "program", missing)
    path = tmp_path / "sound.flac"
    path.write_bytes(b"fLaC" + bytes(40))
    found = plays(path)
    assert found.plays is None
    assert "ffmpeg is missing" in found.reason


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
    assert found.reason
    assert str(tmp_path) not in found.reason
    assert name not in found.reason
