"""Conversions of audio and video: another container, FFV1 in Matroska, WAVE, FLAC.

The source is decoded once, by the same ffmpeg that writes the target; the target is decoded once after that. All
frames, their hashes, sizes and moments, and all samples of sound are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sma_plugin.formats import ffmpeg
from sma_plugin.formats.conversion import Converted, NotConvertibleError
from sma_plugin.formats.streams import BLOCK, Head, Kind, Stream, Track, decoded, head

_SAME_PIXELS = {
    "yuvj420p": "yuv420p",
    "yuvj422p": "yuv422p",
    "yuvj444p": "yuv444p",
    "nv12": "yuv420p",
    "rgb24": "bgr0",
    "bgr24": "bgr0",
    "gbrp": "bgr0",
    "rgb0": "bgr0",
    "rgba": "bgra",
    "argb": "bgra",
    "abgr": "bgra",
    "pal8": "bgra",
}
"""Forms of pixels that FFV1 lacks, with one that holds the same values."""
_TEXT = {"matroska": {"mov_text": "srt"}, "mp4": {"subrip": "mov_text", "ass": "mov_text", "webvtt": "mov_text"}}
"""What subtitles as text become where a container has another form for them."""
_SYNC = 0.1
"""Seconds that sound may shift: a codec's own lead-in, which one container marks and another does not."""
_MOMENT = 0.002
"""Seconds that a frame may shift: Matroska counts in milliseconds."""
_REPRODUCIBLE = ("-map_metadata", "0", "-map_chapters", "0", "-fflags", "+bitexact")


class _Part(NamedTuple):
    """One stream of the target: where it comes from, how it is written, and how both are hashed.

    ``exact`` tells whether the hashes must be equal; where not, only how long it lasts is compared.
    """

    source: Stream
    written: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    after: tuple[tuple[str, ...], ...] = ()
    exact: tuple[bool, ...] = ()


def remux_to_matroska(source: Path, target: Path) -> Converted:
    """The same streams in Matroska, nothing encoded again; text subtitles of MP4 become SubRip."""
    return _done(source, target, "matroska", _copied, "streams copied into Matroska, nothing encoded again")


def remux_to_mp4(source: Path, target: Path) -> Converted:
    """The same streams in MP4 where it can hold them, nothing encoded again; text subtitles become those of MP4."""
    return _done(source, target, "mp4", _copied, "streams copied into MP4, nothing encoded again")


def to_ffv1(source: Path, target: Path) -> Converted:
    """Pictures as FFV1 version 3 with checksums, sound as FLAC or PCM, in Matroska; no pixel changes."""
    return _done(source, target, "matroska", _lossless, "pictures encoded as FFV1 version 3, sound as FLAC or PCM")


def to_wav(source: Path, target: Path) -> Converted:
    """Sound as PCM in WAVE (RF64 above 4 GB): of a lossy source what it decodes to, in 16 bits."""
    return _done(source, target, "wav", _pcm, "sound decoded to PCM", sound_only=True)


def to_flac(source: Path, target: Path) -> Converted:
    """Sound as FLAC: of a lossy source what it decodes to, in 16 bits."""
    return _done(source, target, "flac", _flac, "sound encoded as FLAC", sound_only=True)


def _copied(stream: Stream) -> _Part:
    """A stream as it is. Sound is compared by packet: what its first ones decode to depends on the container."""
    if stream.kind == "Video":
        return _Part(stream, ("copy",), ((),), ((),), (True,))
    samples = ("c", "pcm_s16le")
    # A transport stream repeats the head of AAC before every packet (ADTS), where other containers have it once.
    bare = ("bsf", "aac_adtstoasc") if stream.codec == "aac" else ()
    return _Part(stream, ("copy",), (("c", "copy", *bare), samples), (("c", "copy"), samples), (True, False))


def _lossless(stream: Stream) -> _Part:
    return _ffv1(stream) if stream.kind == "Video" else _flac(stream)


def _ffv1(stream: Stream) -> _Part:
    form = _SAME_PIXELS.get(stream.form, stream.form)
    asked: tuple[str, ...] = ("pix_fmt", form)
    told: tuple[str, ...] = ()
    if stream.form.startswith("yuvj"):
        # Without it the values would be squeezed into the range of television.
        asked, told = ("filter", f"scale=in_range=pc:out_range=pc,format={form}"), ("color_range", "pc")
    slices = ("slices", "16") if min(stream.width, stream.height) >= 64 else ()
    written = ("ffv1", "level", "3", "g", "1", "coder", "1", "slicecrc", "1", *slices, *asked, *told)
    return _Part(stream, written, (asked,), (("pix_fmt", form),), (True,))


def _flac(stream: Stream) -> _Part:
    """FLAC takes 16 and 24 bits and eight channels."""
    hashed = _samples(stream)
    packed = {"pcm_s16le": ("flac", "sample_fmt", "s16"), "pcm_s24le": ("flac", "sample_fmt", "s32")}
    return _pcm(stream)._replace(written=packed.get(hashed, (hashed,)))


def _pcm(stream: Stream) -> _Part:
    hashed = ("c", _samples(stream), "filter", f"asetnsamples=n={BLOCK}:p=0")
    return _Part(stream, (_samples(stream),), (hashed,), (hashed,), (True,))


def _samples(stream: Stream) -> str:
    """The PCM that holds a stream's samples. Lossy codecs decode to floating point, of which 16 bits are sound."""
    if stream.codec.startswith("pcm_f"):
        return stream.codec[:7] + "le"
    if not stream.form.startswith("s32"):
        return "pcm_s16le"
    return "pcm_s24le" if 0 < stream.bits <= 24 else "pcm_s32le"


def _done(
    source: Path, target: Path, form: str, part: Callable[[Stream], _Part], how: str, *, sound_only: bool = False
) -> Converted:
    """Write the target while the source decodes, decode the target, and compare."""
    found = head(source)
    kinds: tuple[Kind, ...] = ("Audio",) if sound_only else ("Video", "Audio", "Subtitle")
    if not found.of(kinds[0]):
        raise NotConvertibleError("no-sound" if sound_only else "no-video")
    parts = [_text(one, form) if one.kind == "Subtitle" else part(one) for kind in kinds for one in found.of(kind)]
    exact = [one for part in parts for one in part.exact]
    try:
        writing = [*_written(parts, form), f"file:{target.absolute()}"]
        tracks = decoded(source, writing, _hashed(parts), found.seconds).tracks
        again = decoded(target, (), _hashed(parts, again=True))
        _compare(tracks, again.tracks, exact)
    except (NotConvertibleError, OSError):
        target.unlink(missing_ok=True)
        raise
    return Converted(
        "ffmpeg",
        ffmpeg.version(),
        how,
        _measured(found, tracks[0]),
        _measured(again.head, again.tracks[0]),
        _checked(tracks, exact),
    )


def _text(stream: Stream, form: str) -> _Part:
    return _Part(stream, (_TEXT.get(form, {}).get(stream.codec, "copy"),))


def _written(parts: Sequence[_Part], form: str) -> list[str]:
    """The arguments that write the target."""
    options = [word for part in parts for word in ("-map", f"0:{part.source.number}")]
    for at, part in enumerate(parts):
        options += _options(at, ("c", *part.written))
    wave = ("-rf64", "auto") if form == "wav" else ()
    return [*options, *ffmpeg.passthrough(), *_REPRODUCIBLE, "-flags:v", "+bitexact", *wave, "-f", form, "-y"]


def _hashed(parts: Sequence[_Part], *, again: bool = False) -> list[list[str]]:
    """The arguments that hash each stream, of the source or of the target ``again``."""
    picked = [
        (at if again else part.source.number, ways)
        for at, part in enumerate(parts)
        for ways in (part.after if again else part.before)
    ]
    return [["-map", f"0:{stream}", *_options(at, ways)] for at, (stream, ways) in enumerate(picked)]


def _options(at: int, pairs: Sequence[str]) -> list[str]:
    """Options and their values for one stream of an output."""
    return [word for name, value in zip(pairs[::2], pairs[1::2], strict=True) for word in (f"-{name}:{at}", value)]


def _compare(before: Sequence[Track], after: Sequence[Track], exact: Sequence[bool]) -> None:
    """Raises :class:`NotConvertibleError` where the target is not equal to the source."""
    for one, other, same in zip(before, after, exact, strict=True):
        if one.size != other.size:
            raise NotConvertibleError("other-size", f"{one.size} before, {other.size} after")
        if same and one.frames != other.frames:
            raise NotConvertibleError("other-frames", f"{one.frames} before, {other.frames} after")
        if same and one.digest != other.digest:
            raise NotConvertibleError("other-pictures" if one.size else "other-sound")
        if one.size and one.shifted(other) > _MOMENT:
            raise NotConvertibleError("other-moments", f"a frame is {one.shifted(other):.3f} seconds off")
        if not one.size and (abs(one.seconds - other.seconds) > _SYNC or _apart(before, one, after, other) > _SYNC):
            raise NotConvertibleError("out-of-step")


def _apart(before: Sequence[Track], one: Track, after: Sequence[Track], other: Track) -> float:
    """How much later sound begins after the first stream than it did, in seconds."""
    return abs((one.starts - before[0].starts) - (other.starts - after[0].starts))


def _measured(found: Head, first: Track) -> Mapping[str, str | int | float]:
    width, height = first.pixels
    size = {"width": width, "height": height, "frames": first.frames} if first.size else {}
    return {
        **size,
        "seconds": round(first.seconds, 1),
        "video streams": len(found.of("Video")),
        "sound streams": len(found.of("Audio")),
        "subtitle streams": len(found.of("Subtitle")),
        "other streams": len(found.streams) - sum(len(found.of(kind)) for kind in ("Video", "Audio", "Subtitle")),
        "chapters": found.chapters,
    }


def _checked(tracks: Sequence[Track], exact: Sequence[bool]) -> str:
    pictures = sum(one.frames for one in tracks if one.size)
    told = [f"{pictures} frames with their dimensions and moments"] if pictures else []
    if any(same and not one.size for one, same in zip(tracks, exact, strict=True)):
        told.append("all packets of sound" if not all(exact) else "all samples of sound")
    return f"{' and '.join(told)} equal after decoding"
