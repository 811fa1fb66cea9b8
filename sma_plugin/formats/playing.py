"""Whether media play: images, sound and video that decode.

An image is decoded whole. Of sound and video a whole decoding takes hours where there are hundreds of gigabytes, so
that it can be kept to the first and last seconds; whatever is wrong there is decided by decoding all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from sma_plugin.formats import ffmpeg, pictures, streams
from sma_plugin.formats.conversion import MissingToolError, NotConvertibleError
from sma_plugin.formats.refusals import Refusal
from sma_plugin.processes import Tick, processes, shared_out

Kind = Literal["image", "video", "audio", ""]
ENDS = 10.0
"""Seconds at either end of a film that are decoded where not all of it is."""
_IMAGES = (b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"BM", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP  ")
_IMAGE_BRANDS = (*pictures.HEIF, *pictures.AVIF)


class Playing(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of decoding a file.

    ``plays`` is ``None`` where it was not established. ``refusal`` says why it does not play, or which tool is missing;
    its texts are in both languages. ``kind`` is empty for a file that is no medium. Sizes in pixels, zero for sound; an
    image is one frame. ``whole`` tells whether all of it was decoded: else ``frames`` is 0 and ``seconds`` is what
    its head says.
    """

    kind: Kind
    plays: bool | None
    refusal: Refusal | None = None
    width: int = 0
    height: int = 0
    frames: int = 0
    seconds: float = 0.0
    whole: bool = True


_UNKNOWN = Playing("", None, Refusal("ended"))


class _Known(msgspec.Struct, frozen=True):
    """A row of the store: a file by its SHA-256."""

    sha256: str
    playing: Playing


def kind_of(path: Path) -> Literal["image", "moving", ""]:
    """Whether a file begins as an image, as video or sound, or as neither."""
    with path.open("rb") as stream:
        head = stream.read(12)
    if head.startswith(_IMAGES) or (head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS):
        return "image"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image"
    return "moving" if ffmpeg.demuxer(path) else ""


def plays(path: Path, ends: float | None = None) -> Playing:
    """Decode all of a file, of sound and video only so many seconds at both ``ends`` where that is asked.

    Nothing is raised for a file that does not decode.
    """
    kind = kind_of(path)
    if kind == "image":
        return next(_images([path]))
    if not kind:
        return Playing("", False, Refusal("unknown-form"))
    try:
        return _moving(path, ends)
    except (NotConvertibleError, MissingToolError) as error:
        return _refused("video", error)


def _images(paths: Sequence[Path]) -> Iterator[Playing]:
    for found in pictures.each_bounded(paths, _image):
        yield found if isinstance(found, Playing) else _refused("image", found)


def _refused(kind: Kind, error: NotConvertibleError | MissingToolError) -> Playing:
    return Playing(kind, None if isinstance(error, MissingToolError) else False, error.refusal)


def all_playing(
    media: Mapping[str, Path], store: Path, tick: Tick = lambda _: None, ends: float | None = ENDS
) -> dict[str, Playing]:
    """Whether each file plays, by its SHA-256: each is decoded once, on all cores.

    ``store`` is a file of JSON lines that keeps what is known, so that a run that was killed goes on where it was;
    what was not established is tried again. ``tick`` takes the bytes of every file that is done.
    """
    store.parent.mkdir(parents=True, exist_ok=True)
    left = _left(media, _stored(store, media, ends))
    tick(sum(media[one].stat().st_size for one in media.keys() - left))
    number = min(processes(), len(left))
    if (
        left
        and shared_out([partial(_played, media, left[at::number], ends, store) for at in range(number)], tick) is None
    ):
        _played(media, _left(media, _stored(store, media, ends)), ends, store, tick)
    # What was not established this time either is told all the same.
    return {**dict.fromkeys(media, _UNKNOWN), **_stored(store, media, ends)}


def _stored(store: Path, media: Mapping[str, Path], ends: float | None) -> dict[str, Playing]:
    """What is on record of these files; a row may have been cut off when a run was killed."""
    found: dict[str, Playing] = {}
    for line in store.read_bytes().splitlines() if store.is_file() else ():
        with suppress(msgspec.DecodeError):
            row = msgspec.json.decode(line, type=_Known)
            if row.sha256 in media and (row.playing.whole or ends is not None):
                found[row.sha256] = row.playing
    return found


def _left(media: Mapping[str, Path], known: Mapping[str, Playing]) -> list[str]:
    """What is still to be decoded, largest first."""
    left = [one for one in media if one not in known or known[one].plays is None]
    return sorted(left, key=lambda one: -media[one].stat().st_size)


def _played(media: Mapping[str, Path], mine: Sequence[str], ends: float | None, store: Path, tick: Tick) -> None:
    """Decode these files one after another; each is put on record at once, by one write of one line."""
    with store.open("ab", buffering=0) as stream:
        for digest, playing in _each(media, mine, ends):
            stream.write(msgspec.json.encode(_Known(digest, playing)) + b"\n")
            tick(media[digest].stat().st_size)


def _each(media: Mapping[str, Path], mine: Sequence[str], ends: float | None) -> Iterator[tuple[str, Playing]]:
    images = {one: media[one] for one in mine if kind_of(media[one]) == "image"}
    yield from zip(images, _images([*images.values()]), strict=True)
    yield from ((one, plays(media[one], ends)) for one in mine if one not in images)


def _image(path: Path) -> Playing:
    with pictures.opened(path, deep=True) as image:
        width, height = image.size
        image.draft(None, (1, 1))  # a JPEG's data are all decoded, into an eighth of the pixels: nobody looks at them
        lasts = list(pictures.shown_for(image))
        seconds = round(sum(lasts) / 1000, 3) if len(lasts) > 1 else 0.0
        return Playing("image", True, None, width, height, len(lasts), seconds)


def _moving(path: Path, ends: float | None) -> Playing:
    found = streams.head(path)
    video, sound = found.of("Video"), found.of("Audio")
    maps = [("-map", f"0:{one.number}") for one in (*video, *sound)]
    if not maps:
        return Playing("video", False, Refusal("no-stream"))
    kind: Kind = "video" if video else "audio"
    if ends is not None and found.seconds is not None and found.seconds > 3 * ends:
        with suppress(NotConvertibleError):  # then all of it decides
            first = streams.decoded(path, (), maps, part=("-t", str(ends))).tracks[0]
            streams.decoded(path, (), maps, part=("-sseof", str(-ends)))
            return Playing(kind, True, None, *first.pixels, 0, found.seconds, whole=False)
    first = streams.decoded(path, (), maps, found.seconds).tracks[0]
    return Playing(kind, True, None, *first.pixels, first.frames if video else 0, round(first.seconds, 3))
