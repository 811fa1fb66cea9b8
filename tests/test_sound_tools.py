"""Sound and video that the tools of their own formats made, held against what these tools decode them to."""

from __future__ import annotations

import json
import math
import shutil
import struct
import subprocess
import wave
from pathlib import Path

import pytest

from making_media import film, needs_ffmpeg
from sma_plugin.formats import moving
from sma_plugin.formats.conversion import Convert
from sma_plugin.formats.playing import plays

pytestmark = needs_ffmpeg
CODERS = {
    "flac": ("flac -s {wav} -o {coded}", "flac -s -d {coded} -o {decoded}", "flac"),
    "mp3": ("lame --quiet -b 128 {wav} {coded}", "lame --quiet --decode {coded} {decoded}", "lame"),
    "ogg": ("oggenc -Q {wav} -o {coded}", "oggdec -Q {coded} -o {decoded}", "vorbis-tools"),
    "opus": ("opusenc --quiet {wav} {coded}", "opusdec --quiet --rate 48000 {coded} {decoded}", "opus-tools"),
}
"""How a WAVE is coded, how it is decoded again, and the package that brings both tools."""
FURTHEST = 0.01
"""Of full scale, on average: decoders of what loses detail round in their own way; of FLAC all is equal."""


def run(line: str, **paths: Path) -> str:
    words = [word.format(**paths) for word in line.split()]
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=60).stdout


def needs(line: str, package: str) -> None:
    name = line.split(maxsplit=1)[0]
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed: apt-get install {package}")


def tone(path: Path) -> list[int]:
    """Two seconds of a rising tone, written by Python itself."""
    numbers = [round(9000 * math.sin(at * at / 4e5)) for at in range(96_000)]
    with wave.open(str(path), "wb") as stream:
        stream.setparams((1, 2, 48_000, len(numbers), "NONE", ""))
        stream.writeframes(struct.pack(f"<{len(numbers)}h", *numbers))
    return numbers


def samples(path: Path) -> list[int]:
    with wave.open(str(path), "rb") as stream:
        assert (stream.getsampwidth(), stream.getframerate(), stream.getnchannels()) == (2, 48_000, 1)
        data = stream.readframes(stream.getnframes())
    return list(struct.unpack(f"<{len(data) // 2}h", data))


def apart(one: list[int], other: list[int]) -> float:
    """How far sounds differ on average, of full scale, where they are laid best upon each other."""
    return min(
        math.sqrt(sum((a - b) ** 2 for a, b in zip(one[at:20_000], other, strict=False)) / 20_000) / 32_768
        for at in range(2000)
        if abs(one[at + 5000] - other[5000]) < 400 and abs(one[at + 9000] - other[9000]) < 400
    )


@pytest.mark.parametrize("form", CODERS)
def test_sound_is_what_its_own_tool_plays(tmp_path: Path, form: str) -> None:
    code, decode, package = CODERS[form]
    needs(decode, package)
    wav, coded, decoded, out = (tmp_path / name for name in ("a.wav", f"b.{form}", "c.wav", "out.wav"))
    numbers = tone(wav)
    run(code, wav=wav, coded=coded)
    run(decode, coded=coded, decoded=decoded)
    assert moving.to_wav(coded, out).after["seconds"] == pytest.approx(2.0, abs=0.1)
    if form == "flac":
        assert samples(out) == samples(decoded) == numbers
    else:
        theirs, ours = samples(decoded), samples(out)
        assert min(apart(theirs, ours), apart(ours, theirs)) < FURTHEST
    assert plays(coded).plays


def test_flac_finds_what_was_made_whole_and_equal(tmp_path: Path) -> None:
    needs("flac", "flac")
    numbers = tone(tmp_path / "a.wav")
    moving.to_flac(tmp_path / "a.wav", tmp_path / "b.flac")
    run("flac -s -t {made}", made=tmp_path / "b.flac")
    run("flac -s -d {made} -o {back}", made=tmp_path / "b.flac", back=tmp_path / "c.wav")
    assert samples(tmp_path / "c.wav") == numbers


@pytest.mark.parametrize("convert", [moving.remux_to_matroska, moving.to_ffv1])
def test_mkvmerge_knows_the_tracks_of_what_was_made(tmp_path: Path, convert: Convert) -> None:
    needs("mkvmerge", "mkvtoolnix")
    convert(film(tmp_path / "film.mp4"), tmp_path / "out.mkv")
    told = json.loads(run("mkvmerge -J {made}", made=tmp_path / "out.mkv"))
    assert (told["errors"], told["warnings"]) == ([], [])
    assert [one["type"] for one in told["tracks"]] == ["video", "audio"]
    assert told["tracks"][0]["properties"]["pixel_dimensions"] == "160x120"
    assert told["container"]["properties"]["duration"] == pytest.approx(2e9, rel=0.05)


def test_what_mkvmerge_made_is_converted(tmp_path: Path) -> None:
    needs("mkvmerge", "mkvtoolnix")
    run("mkvmerge -q -o {made} {source}", made=tmp_path / "a.mkv", source=film(tmp_path / "film.mp4"))
    done = moving.remux_to_mp4(tmp_path / "a.mkv", tmp_path / "out.mp4")
    assert (done.after["frames"], done.after["width"], done.after["sound streams"]) == (20, 160, 1)
    assert plays(tmp_path / "a.mkv").plays
