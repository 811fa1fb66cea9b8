"""What is in a file of audio or video: its streams as told in its head, and all of its frames as they decode."""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Literal, NamedTuple

from sma_plugin.formats import ffmpeg
from sma_plugin.formats.conversion import NotConvertibleError

Kind = Literal["Video", "Audio", "Subtitle", "Data", "Attachment"]
_STREAM = re.compile(
    r"\s*Stream #0:(?P<number>\d+)\S*: (?P<kind>Video|Audio|Subtitle|Data|Attachment): (?P<codec>[\w-]+)(?P<rest>.*)"
)
_DURATION = re.compile(r"\s*Duration: (\d+):(\d\d):(\d\d\.\d+)")
_PIXELS = re.compile(r"(?:\([^()]*\)|[^,()])+")
_BITS = re.compile(r"\((\d+) bit\)")
_SIZE = re.compile(r", (\d+)x(\d+)")
_ESTIMATED = "Estimating duration from bitrate"
_SLACK = 1.0
"""Seconds that a head may say more than there is: heads round, and count silence that players skip."""
_OGG_PAGE = 65_307
"""Bytes of the longest page of an Ogg file."""
BLOCK = 4096
"""Samples that a hash of sound goes over, whatever the packets of a format hold."""


class Stream(NamedTuple):
    """One stream: its number in the file, kind, codec, and the form of its pixels or samples as ffmpeg names it."""

    number: int
    kind: Kind
    codec: str
    form: str
    bits: int
    width: int
    height: int
    cover: bool


class Head(NamedTuple):
    """What a file's head says: streams, and its duration in seconds where it says one."""

    streams: tuple[Stream, ...]
    seconds: float | None
    chapters: int

    def of(self, kind: Kind) -> list[Stream]:
        """Its streams of a kind; the picture of a cover is no video."""
        return [one for one in self.streams if one.kind == kind and not one.cover]


class Track:
    """One decoded (or copied) stream: how many frames, their hash, their size in pixels, and how long they last.

    ``size`` is empty for sound.
    """

    def __init__(self) -> None:
        self.frames = 0
        self.size = ""
        self._hash = hashlib.sha256()
        self._tick = 0.0
        self._ends = 0
        self._shown = array("q")

    @property
    def digest(self) -> str:
        """Over the hashes of all frames, in order."""
        return self._hash.hexdigest()

    @property
    def pixels(self) -> tuple[int, int]:
        """Its width and height; zero for sound."""
        width, _, height = (self.size or "0x0").partition("x")
        return int(width), int(height)

    @property
    def starts(self) -> float:
        """When its first frame is shown, in seconds."""
        return min(self._shown, default=0) * self._tick

    @property
    def seconds(self) -> float:
        """From the start of the first frame to the end of the last."""
        return self._ends * self._tick - self.starts

    def shifted(self, other: Track) -> float:
        """How far the frame is that lies furthest off in another stream of as many frames, in seconds."""
        here, there = self.starts, other.starts
        moments = zip(self._shown, other._shown, strict=True)
        return max((abs((a * self._tick - here) - (b * other._tick - there)) for a, b in moments), default=0.0)

    def told(self, name: str, value: str) -> None:
        """Take in a line of the head, such as the size."""
        if name == "dimensions":
            self.size = value
        elif name == "tb":
            above, _, below = value.partition("/")
            self._tick = int(above) / int(below)

    def frame(self, shown: int, lasts: int, digest: str) -> None:
        """Take in one frame."""
        self.frames += 1
        self._hash.update(digest.encode())
        self._ends = max(self._ends, shown + lasts)
        if self.size or not self._shown:  # of sound the first moment is enough
            self._shown.append(shown)


class Decoded(NamedTuple):
    """What came of decoding a file once: a track for each stream that was asked for, and what its head says."""

    tracks: list[Track]
    head: Head


class Tracks:
    """Reads ffmpeg's ``framehash`` as it comes; a :class:`Track` for each stream of it."""

    def __init__(self, number: int) -> None:
        self.tracks = [Track() for _ in range(number)]

    def take(self, line: str) -> None:
        """One line: ``#name stream: value`` or ``stream, dts, pts, duration, size, hash``."""
        if line.startswith("#"):
            found = re.match(r"#(\w+) (\d+): (.*)", line)
            if found:
                self.tracks[int(found[2])].told(found[1], found[3])
            return
        stream, _, shown, lasts, _, digest, *_ = (part.strip() for part in line.split(","))
        self.tracks[int(stream)].frame(int(shown), int(lasts), digest)


def head(path: Path) -> Head:
    """What a file's head says. Raises :class:`NotConvertibleError` when it cannot be read, or the end is missing."""
    _require_end(path)
    _, log = ffmpeg.run(path, ffmpeg.reading(path), lambda _: None)
    return _told(log)


def _told(log: Sequence[str]) -> Head:
    """What ffmpeg logs of the file that it reads, before what it says of those that it writes."""
    read = takewhile(lambda line: not line.startswith("[info] Output #"), log)
    lines = [line.partition("] ")[2] for line in read if line.startswith("[info] ")]
    streams = tuple(_stream(found) for line in lines if (found := _STREAM.match(line)))
    if not streams:
        told = [one for one in ffmpeg.faults(log) if "At least one output file" not in one]
        raise NotConvertibleError("undecodable" if told else "no-stream", told[0] if told else "")
    told_at = next((found for line in lines if (found := _DURATION.match(line))), None)
    estimated = any(_ESTIMATED in line for line in log)
    seconds = int(told_at[1]) * 3600 + int(told_at[2]) * 60 + float(told_at[3]) if told_at and not estimated else None
    return Head(streams, seconds, sum(line.lstrip().startswith("Chapter #") for line in lines))


def _require_end(path: Path) -> None:
    """RIFF and AIFF say how many bytes follow. ffmpeg reads what is there; a file being streamed says 0 or the most.

    Ogg marks its last page (RFC 3533, section 6).
    """
    with path.open("rb") as stream:
        start = stream.read(8)
        stream.seek(max(0, path.stat().st_size - _OGG_PAGE))
        last = stream.read()
    if start.startswith(b"OggS") and not _ends_ogg(last):
        raise NotConvertibleError("end-missing", "the last page of Ogg")
    order: Literal["little", "big"] = "big" if start.startswith(b"FORM") else "little"
    said, there = int.from_bytes(start[4:], order), path.stat().st_size - 8
    if start[:4] in (b"RIFF", b"FORM") and there < said < 0xFFFFFFFF:
        raise NotConvertibleError("end-missing", f"its head says {said:,} bytes, only {there:,} are there")


def _ends_ogg(data: bytes) -> bool:
    """Whether the last page in it is whole and marked as the last."""
    at = data.rfind(b"OggS")
    head = data[at : at + 27]
    if at < 0 or len(head) < 27 or not head[5] & 4:
        return False
    lengths = data[at + 27 : at + 27 + head[26]]
    return len(lengths) == head[26] and at + 27 + head[26] + sum(lengths) <= len(data)


def _stream(found: re.Match[str]) -> Stream:
    """From a line such as ``Stream #0:0(und): Video: h264 (High), yuv420p(tv), 320x240, 25 fps``."""
    kind, rest = found["kind"], found["rest"]
    parts = [part.strip() for part in _PIXELS.findall(rest.partition(", ")[2])]
    form = parts[0 if kind == "Video" else 2] if len(parts) > 2 else ""
    bits, size = _BITS.search(rest), _SIZE.search(rest)
    return Stream(
        int(found["number"]),
        kind,  # type: ignore[arg-type]  # the expression knows these only
        found["codec"],
        form.partition("(")[0].partition(" ")[0],
        int(bits[1]) if bits else 0,
        int(size[1]) if size else 0,
        int(size[2]) if size else 0,
        "(attached pic)" in rest,
    )


def hashing(maps: Sequence[Sequence[str]]) -> list[str]:
    """The arguments that hash streams to the standard output; each of ``maps`` picks one and says how it is read."""
    named = [part for one in maps for part in one]
    # A film may change its size on its way: each frame is hashed in its own.
    form = ("-flush_packets", "1", "-f", "framehash", "-hash", "md5", "pipe:1")
    return [*named, "-noautoscale", *ffmpeg.passthrough(), *form]


def decoded(
    path: Path,
    outputs: Sequence[str],
    maps: Sequence[Sequence[str]],
    said: float | None = None,
    part: Sequence[str] = (),
) -> Decoded:
    """Decode streams of a file once, writing ``outputs`` on the way; ``part`` is which seconds of it, if not all.

    Raises :class:`NotConvertibleError` when anything does not decode, and when there is less than the head ``said``.
    """
    tracks = Tracks(len(maps))
    code, log = ffmpeg.run(path, [*part, *ffmpeg.reading(path), *outputs, *hashing(maps)], tracks.take)
    wrong = ffmpeg.faults(log)
    if wrong or code:
        raise NotConvertibleError("undecodable", wrong[0] if wrong else f"ffmpeg ended with code {code}")
    if not any(one.frames for one in tracks.tracks):
        raise NotConvertibleError("no-frames")
    longest = max(one.seconds for one in tracks.tracks)
    if said is not None and longest < said - max(_SLACK, said / 20):
        raise NotConvertibleError("end-missing", f"its head says {said:.2f} seconds, only {longest:.2f} are there")
    return Decoded(tracks.tracks, _told(log))
