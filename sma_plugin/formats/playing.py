"""Whether a medium plays: an image, sound or video that decodes, all of it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from sma_plugin.formats import ffmpeg, pictures, streams
from sma_plugin.formats.conversion import MissingToolError, NotConvertibleError

_IMAGES = (b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"BM", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP  ")
_IMAGE_BRANDS = (*pictures.HEIF, b"avif", b"avis")


class Playing(NamedTuple):
    """What came of decoding a file.

    ``plays`` is ``None`` where it was not established: ``reason`` then names the tool that is missing. ``kind`` is
    empty for a file that is no medium. Sizes in pixels, zero for sound; an image is one frame.
    """

    kind: Literal["image", "video", "audio", ""]
    plays: bool | None
    reason: str = ""
    width: int = 0
    height: int = 0
    frames: int = 0
    seconds: float = 0.0


def kind_of(path: Path) -> Literal["image", "moving", ""]:
    """Whether a file begins as an image, as video or sound, or as neither."""
    with path.open("rb") as stream:
        head = stream.read(12)
    if head.startswith(_IMAGES) or (head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS):
        return "image"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image"
    return "moving" if ffmpeg.demuxer(path) else ""


def plays(path: Path) -> Playing:
    """Decode all of a file, and say what was found. Nothing is raised for a file that does not decode."""
    kind = kind_of(path)
    try:
        if kind == "image":
            return _image(path)
        if kind == "moving":
            return _moving(path)
    except NotConvertibleError as error:
        return Playing("video" if kind == "moving" else "image", False, str(error))
    except MissingToolError as error:
        return Playing("video" if kind == "moving" else "image", None, str(error))
    return Playing("", False, "it is no image, sound or video")


def _image(path: Path) -> Playing:
    with pictures.opened(path, deep=True) as image:
        lasts = [frame.milliseconds for frame in pictures.frames_of(image)]
        seconds = round(sum(lasts) / 1000, 3) if len(lasts) > 1 else 0.0
        return Playing("image", True, "", image.width, image.height, len(lasts), seconds)


def _moving(path: Path) -> Playing:
    found = streams.head(path)
    video, sound = found.of("Video"), found.of("Audio")
    maps = [("-map", f"0:{one.number}") for one in (*video, *sound)]
    if not maps:
        return Playing("video", False, "no video or sound was found in it")
    first = streams.decoded(path, (), maps, found.seconds)[0]
    width, _, height = (first.size or "0x0").partition("x")
    kind: Literal["video", "audio"] = "video" if video else "audio"
    return Playing(kind, True, "", int(width), int(height), first.frames if video else 0, round(first.seconds, 3))
