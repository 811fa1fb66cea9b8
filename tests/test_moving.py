"""Conversions of audio and video, on files that ffmpeg made from its own sources, and on broken ones."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import msgspec
import pytest

from making_media import H264, PICTURE, SOUND, cut, damaged, ffmpeg, film, needs_ffmpeg, sound
from sma_plugin.formats import ffmpeg as tool
from sma_plugin.formats import limits as limiting
from sma_plugin.formats import moving, streams
from sma_plugin.formats.conversion import MissingToolError, NotConvertibleError, command
from sma_plugin.formats.identify import identify

pytestmark = needs_ffmpeg
FILMS = {
    "mp4": (),
    "mov": (),
    "flv": (),
    "ts": (),
    "avi": ("-c:v", "mpeg4", "-c:a", "mp3"),
    "webm": ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"),
    "mkv": ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "flac"),
}
SOUNDS = {
    "mp3": (),
    "m4a": (),
    "aac": (),
    "ogg": ("-c:a", "libvorbis"),
    "opus": ("-c:a", "libopus"),
    "wma": (),
    "aiff": (),
    "flac": ("-sample_fmt", "s32"),
    "wav": ("-c:a", "pcm_s24le", "-ac", "6"),
}


def md5(path: Path, *options: str) -> str:
    """ffmpeg's own hash of what a file decodes to, without anything of ours."""
    line = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), *options, "-f", "hash", "-hash", "md5", "-"]
    return subprocess.run(line, check=True, capture_output=True, text=True, timeout=60).stdout


@pytest.mark.parametrize("form", FILMS)
def test_a_video_is_put_into_matroska_unchanged(tmp_path: Path, form: str) -> None:
    source, target = film(tmp_path / f"film.{form}", *FILMS[form]), tmp_path / "out.part"
    done = command("video-remux").convert(source, target)
    assert (done.before["frames"], done.after["frames"]) == (20, 20)
    assert (done.before["width"], done.before["height"]) == (160, 120)
    assert dict(done.before) == dict(done.after)
    assert md5(target, "-map", "0:v") == md5(source, "-map", "0:v")
    assert identify(target).puid == "fmt/569"


@pytest.mark.parametrize("form", FILMS)
def test_every_frame_and_sample_is_the_same_in_ffv1(tmp_path: Path, form: str) -> None:
    source, target = film(tmp_path / f"film.{form}", *FILMS[form]), tmp_path / "out.mkv"
    done = command("video-ffv1").convert(source, target)
    assert done.checked == "20 frames with their dimensions and moments and all samples of sound equal after decoding"
    assert (done.tool, done.version) == ("ffmpeg", tool.version())
    assert md5(target, "-map", "0:v") == md5(source, "-map", "0:v")
    assert md5(target, "-map", "0:a") == md5(source, "-map", "0:a")


@pytest.mark.parametrize("form", SOUNDS)
@pytest.mark.parametrize("name", ["audio-wav", "audio-flac"])
def test_every_sample_is_the_same(tmp_path: Path, form: str, name: str) -> None:
    row = command(name)
    source, target = sound(tmp_path / f"sound.{form}", *SOUNDS[form]), tmp_path / f"out{row.extension}"
    done = row.convert(source, target)
    assert done.before["seconds"] == done.after["seconds"] == 2.0
    # Lossy sound decodes to floating point, which ffmpeg's own hash rounds to 16 bits as well.
    depth = ("-c:a", "pcm_s24le") if form in ("flac", "wav") else ()
    assert md5(target, *depth) == md5(source, *depth)


@pytest.mark.parametrize(("name", "ending"), [("video-remux", "mkv"), ("video-remux-mp4", "mp4")])
def test_sound_of_a_transport_stream_is_the_same_without_its_repeated_heads(
    tmp_path: Path, name: str, ending: str
) -> None:
    source = film(tmp_path / "film.ts", *H264, "-c:a", "aac")
    done = command(name).convert(source, tmp_path / f"out.{ending}")
    assert done.before == done.after
    assert "all packets of sound equal" in done.checked


def test_a_remux_to_mp4_keeps_frames_and_subtitles(tmp_path: Path) -> None:
    titles = tmp_path / "titles.srt"
    titles.write_text("1\n00:00:00,000 --> 00:00:01,000\nWelkom in Voorbeeldstad\n", encoding="utf-8")
    source = tmp_path / "film.mkv"
    ffmpeg(*PICTURE, *SOUND, "-i", titles, "-c:v", "mpeg4", "-c:a", "aac", "-c:s", "srt", source)
    target, back = tmp_path / "out.mp4", tmp_path / "back.mkv"
    done = command("video-remux-mp4").convert(source, target)
    assert done.after["subtitle streams"] == 1
    assert identify(target).puid == "fmt/199"
    assert command("video-remux").convert(target, back).after["subtitle streams"] == 1
    assert b"Welkom in Voorbeeldstad" in back.read_bytes()


def test_the_full_range_of_a_camera_is_not_squeezed(tmp_path: Path) -> None:
    source, target = tmp_path / "camera.avi", tmp_path / "out.mkv"
    ffmpeg(*PICTURE, "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", source)
    assert moving.to_ffv1(source, target).after["frames"] == 20
    assert md5(target) == md5(source)


def test_frames_of_uneven_length_keep_their_moments(tmp_path: Path) -> None:
    source, target = tmp_path / "uneven.mkv", tmp_path / "out.mkv"
    ffmpeg(*PICTURE, "-vf", "select='not(mod(n,3))+eq(n,4)'", "-fps_mode", "passthrough", "-c:v", "mpeg4", source)
    done = moving.to_ffv1(source, target)
    assert done.before["frames"] == done.after["frames"] == 8


@pytest.mark.parametrize("name", ["video-remux", "video-ffv1", "audio-wav", "audio-flac"])
def test_source_and_target_are_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    source, target = film(tmp_path / "film.mp4"), tmp_path / "out"
    read: list[tuple[str, bool]] = []
    run = tool.run

    def counted(path: Path, arguments: list[str], take: Callable[[str], None]) -> tuple[int, list[str]]:
        read.append((path.name, "framehash" in arguments))
        return run(path, arguments, take)

    monkeypatch.setattr(tool, "run", counted)
    command(name).convert(source, target)
    assert read == [("film.mp4", False), ("film.mp4", True), ("out", True)]  # the first reads its head alone


def test_what_a_frame_lost_is_seen() -> None:
    lines = ["#tb 0: 1/10", "#dimensions 0: 4x4", *(f"0, {n}, {n}, 1, 24, {n:032x}" for n in range(5))]
    one, fewer, later, other = (streams.Tracks(1) for _ in range(4))
    for line in lines:
        one.take(line)
    for line in lines[:-1]:
        fewer.take(line)
    for line in [*lines[:-1], f"0, 9, 9, 1, 24, {4:032x}"]:
        later.take(line)
    for line in [*lines[:-1], f"0, 4, 4, 1, 24, {7:032x}"]:
        other.take(line)
    for changed, why in (
        (fewer, "other frames"),
        (later, "0.500 seconds off"),
        (other, "other pictures"),
    ):
        with pytest.raises(NotConvertibleError, match=why):
            moving._compare(one.tracks, changed.tracks, [True])


def test_a_turned_video_stays_upright(tmp_path: Path) -> None:
    plain, turned = film(tmp_path / "plain.mp4"), tmp_path / "turned.mp4"
    ffmpeg("-i", plain, "-c", "copy", "-metadata:s:v", "rotate=90", turned)
    done = moving.to_ffv1(turned, tmp_path / "out.mkv")
    assert (done.after["width"], done.after["height"]) == (120, 160)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4")
    for name in ("video-remux", "video-ffv1", "audio-wav", "audio-flac"):
        for out in ("one", "two"):
            command(name).convert(source, tmp_path / out)
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("form", ["mp4", "flv", "webm", "mkv", "avi"])
@pytest.mark.parametrize("name", ["video-remux", "video-ffv1", "audio-wav"])
def test_a_video_without_its_end_is_not_converted(tmp_path: Path, form: str, name: str) -> None:
    source, target = cut(film(tmp_path / f"film.{form}", *FILMS[form])), tmp_path / "out"
    with pytest.raises(NotConvertibleError):
        command(name).convert(source, target)
    assert not target.exists()


def test_sound_without_its_end_is_not_converted(tmp_path: Path) -> None:
    with pytest.raises(NotConvertibleError, match="the end of the file is missing"):
        moving.to_flac(cut(sound(tmp_path / "sound.wav"), 0.3), tmp_path / "out")


def test_a_damaged_video_is_not_converted(tmp_path: Path) -> None:
    def change(data: bytearray) -> None:
        at = data.index(b"mdat") + 2000
        data[at : at + 3000] = bytes(3000)

    with pytest.raises(NotConvertibleError):
        moving.to_ffv1(damaged(film(tmp_path / "film.mp4"), change), tmp_path / "out")


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXTINF:1,\nhttp://voorbeeldstad.example/deel.ts\n",
        "ffconcat version 1.0\nfile /etc/hostname\n",
        "",
        "geen film",
    ],
)
def test_what_is_no_medium_is_never_opened_as_one(tmp_path: Path, text: str) -> None:
    source = tmp_path / "film.mp4"
    source.write_text(text, encoding="utf-8")
    with pytest.raises(NotConvertibleError, match=r"^the file does not begin as any form"):
        moving.to_ffv1(source, tmp_path / "out")


def test_frames_of_absurd_size_are_refused(tmp_path: Path) -> None:
    source = tmp_path / "huge.mkv"
    ffmpeg("-f", "lavfi", "-i", "color=size=9000x8000:rate=1:duration=1", "-c:v", "ffv1", "-g", "1", source)
    with pytest.raises(NotConvertibleError):
        moving.to_ffv1(source, tmp_path / "out")


def test_a_file_that_makes_no_headway_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    slow.chmod(0o700)
    monkeypatch.setattr(tool, "program", lambda: str(slow))
    monkeypatch.setattr(tool, "STALLED", 0.3)
    source = tmp_path / "film.flac"
    source.write_bytes(b"fLaC")
    with pytest.raises(NotConvertibleError, match="no headway"):
        moving.to_wav(source, tmp_path / "out")


def test_a_file_may_take_so_long_and_no_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it gives a sign of life; what the program started ends with it."""
    started = tmp_path / "started"
    slow = tmp_path / "slow"
    slow.write_text(
        f"#!/bin/sh\nsleep 60 &\necho $! > {started}\nwhile :; do echo '#x'; sleep 0.05; done\n", encoding="utf-8"
    )
    slow.chmod(0o700)
    moving_limits = msgspec.structs.replace(limiting.limits().moving, seconds=0.5)
    monkeypatch.setattr(tool, "program", lambda: str(slow))
    monkeypatch.setattr(tool, "limits", lambda: msgspec.structs.replace(limiting.limits(), moving=moving_limits))
    source = tmp_path / "film.flac"
    source.write_bytes(b"fLaC")
    with pytest.raises(NotConvertibleError, match="too long"):
        moving.to_wav(source, tmp_path / "out")
    child = int(started.read_text(encoding="utf-8"))
    until = monotonic() + 10
    while (state := state_of(child)) not in ("", "Z") and monotonic() < until:
        sleep(0.05)
    assert state in ("", "Z")


def state_of(pid: int) -> str:
    """The state of a process as Linux tells it; empty where there is none."""
    told = Path(f"/proc/{pid}/stat")
    return told.read_text(encoding="utf-8").rpartition(")")[2].split()[0] if told.exists() else ""


def test_the_ffmpeg_of_a_wheel_is_taken_where_the_machine_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = sound(tmp_path / "sound.flac")
    monkeypatch.setattr(tool.shutil, "which", lambda _: None)
    tool.program.cache_clear()
    tool.version.cache_clear()
    try:
        assert moving.to_wav(source, tmp_path / "out").after["seconds"] == 2.0
        monkeypatch.setattr(tool, "find_spec", lambda _: None)
        tool.program.cache_clear()
        with pytest.raises(MissingToolError) as raised:
            moving.to_wav(source, tmp_path / "out")
        assert "apt-get install ffmpeg" in raised.value.remedy.nl
    finally:
        monkeypatch.undo()
        tool.program.cache_clear()
        tool.version.cache_clear()
