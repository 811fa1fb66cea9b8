"""Conversions of images: PNG (animations as APNG), TIFF, and JPEG where a policy asks for it.

A picture is put upright as its EXIF orientation says, which moves pixels and changes none; ICC profile, EXIF and XMP
go along. What was written is decoded and compared pixel by pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sma_plugin.formats import animation, deep, png
from sma_plugin.formats.conversion import Converted, NotConvertibleError
from sma_plugin.formats.pictures import (
    bounded,
    decoding,
    digest,
    frames_of,
    is_deep,
    measured,
    opened,
    profile_of,
    see_through,
    stated,
    version,
)

if TYPE_CHECKING:
    from PIL import Image

    from sma_plugin.formats.pictures import Frame

_PNG = ("1", "L", "LA", "I;16", "P", "RGB", "RGBA")
_TIFF = (*_PNG, "I", "F", "CMYK", "YCbCr", "LAB")
Stated = tuple[int, int] | None
"""Primaries and transfer by CICP, where they are to be kept."""
_Convert = Callable[["Image.Image", Path, Stated], Converted]
_Deeply = Callable[["Image.Image", Path, Path, Path | None], Converted]
_XMP_TAG, _EXIF = 700, b"Exif\0\0"
_FURTHEST = 8.0
"""Root of the mean square difference of a channel (0-255) that a JPEG of quality 95 stays under."""


def to_png(source: Path, target: Path) -> Converted:
    """A still as PNG, an animation as APNG with every frame in full colour and its duration."""
    return _apart(_png, deep.to_png, source, target)


def to_tiff(source: Path, target: Path) -> Converted:
    """A still as uncompressed TIFF. Animations are refused: TIFF does not hold how long a frame is shown."""
    return _apart(_tiff, deep.to_tiff, source, target)


def to_jpeg(source: Path, target: Path) -> Converted:
    """A still as JPEG of quality 95 without colour subsampling: for policies that ask for it, as it loses detail."""
    return _apart(_jpeg, None, source, target)


def _apart(convert: _Convert, deeply: _Deeply | None, source: Path, target: Path) -> Converted:
    """Convert where a bomb or a decoder that hangs can be ended. Nothing is left of a target that came out wrong."""
    try:
        with deep.decoded_avif(source, target) if deeply else nullcontext() as raw:
            return bounded(source, partial(_decoding, convert, deeply, source, target, raw))
    except (NotConvertibleError, OSError):
        target.unlink(missing_ok=True)
        raise


def _decoding(convert: _Convert, deeply: _Deeply | None, source: Path, target: Path, raw: Path | None) -> Converted:
    with opened(source, deep=True) as image, decoding():
        if not is_deep(image, source):
            return convert(image, target, stated(source, image))
        if deeply is None:
            raise NotConvertibleError("deep-colours")
        return deeply(image, source, target, raw)


def _png(image: Image.Image, target: Path, colours: Stated) -> Converted:
    if getattr(image, "n_frames", 1) > 1:
        return _animation(image, target, colours)
    frame = _still(image, _PNG)
    frame.save(target, "PNG", **_kept(frame), pnginfo=animation.told_of(frame, colours))
    _require(png.stated_in(target) == colours, "other-colours")
    return _compared(frame, target, "encoded as PNG")


def _tiff(image: Image.Image, target: Path, colours: Stated) -> Converted:
    _require(colours is None, "other-colours", f"CICP {colours}")
    frame = _still(image, _TIFF)
    if "transparency" in frame.info:
        frame = frame.convert("RGBA")
    exif = frame.getexif()
    if frame.info.get("xmp"):
        exif[_XMP_TAG] = frame.info["xmp"]
    frame.save(target, "TIFF", **{**_kept(frame), "exif": exif})
    return _compared(frame, target, "encoded as TIFF without compression")


def _jpeg(image: Image.Image, target: Path, colours: Stated) -> Converted:
    _require(colours is None, "other-colours", f"CICP {colours}")
    frame = _still(image, _TIFF)
    if see_through(frame):
        raise NotConvertibleError("transparent")
    if frame.mode not in ("L", "RGB", "CMYK"):
        frame = frame.convert("L" if frame.mode in ("1", "LA") else "RGB")
    xmp = frame.info.get("xmp")
    frame.save(target, "JPEG", quality=95, subsampling=0, **_kept(frame), **({"xmp": xmp} if xmp else {}))
    return _compared(frame, target, "encoded as JPEG of quality 95 without subsampling", exact=False)


def _still(image: Image.Image, modes: tuple[str, ...]) -> Image.Image:
    """The picture, decoded and upright. Raises :class:`NotConvertibleError` where the form cannot hold it."""
    from PIL import ImageOps  # noqa: PLC0415

    if getattr(image, "n_frames", 1) > 1:
        raise NotConvertibleError("several-pictures")
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode == "PA":
        upright = upright.convert("RGBA")
    if upright.mode not in modes:
        raise NotConvertibleError("other-colours", upright.mode)
    return upright


def _kept(frame: Image.Image) -> dict[str, Any]:
    """What goes along with the pixels."""
    found = {name: frame.info.get(name) for name in ("icc_profile", "exif", "dpi")}
    if found["exif"] and not found["exif"].startswith(_EXIF):
        found["exif"] = _EXIF + found["exif"]  # WebP has it without the words that JPEG needs
    return {name: value for name, value in found.items() if value}


def _compared(frame: Image.Image, target: Path, how: str, *, exact: bool = True) -> Converted:
    """Decode what was written and compare it."""
    with opened(target) as written:
        written.load()
        _require_equal(frame, written, exact=exact)
        after = measured(written)
    compared = "all pixels" if exact else f"size, and pixels within {_FURTHEST:.0f} of 255 on average,"
    return Converted("Pillow", version(), how, measured(frame), after, f"{compared} and profile equal after decoding")


def _require_equal(frame: Image.Image, written: Image.Image, *, exact: bool) -> None:
    from PIL import ImageChops, ImageStat  # noqa: PLC0415

    _require(frame.size == written.size, "other-size", f"{frame.size} before, {written.size} after")
    _require(profile_of(frame) == profile_of(written), "other-profile")
    if exact:
        _require(digest(frame) == digest(written), "other-pictures")
    else:
        apart = max(ImageStat.Stat(ImageChops.difference(frame, written)).rms)
        _require(apart <= _FURTHEST, "other-pictures", f"{apart:.1f} of 255 on average")


def _require(holds: bool, otherwise: str, detail: str = "") -> None:  # noqa: FBT001  # a sentence that has to hold
    if not holds:
        raise NotConvertibleError(otherwise, detail)


def _animation(image: Image.Image, target: Path, colours: Stated) -> Converted:
    """Write frame by frame: one is in memory at a time, and its digest is kept to compare with."""
    before: list[tuple[str, float]] = []

    def passing() -> Iterator[Frame]:
        for frame in frames_of(image):
            before.append((digest(frame.image), frame.milliseconds))
            yield frame

    times = animation.plays(image)
    animation.write(target, passing(), image.n_frames, times, image, colours)  # type: ignore[attr-defined]
    with opened(target) as written:
        after = [(digest(frame.image), frame.milliseconds) for frame in frames_of(written)]
        told = measured(written)
        _require(after == before, "other-pictures")
        _require(times == animation.plays(written), "other-moments", "repeated otherwise")
        _require(png.stated_in(target) == colours, "other-colours")
        _require(profile_of(image) == profile_of(written), "other-profile")
    return Converted(
        "Pillow",
        version(),
        "frames encoded as APNG",
        _moving(measured(image), before),
        _moving(told, after),
        f"pixels and duration of all {len(before)} frames equal after decoding",
    )


def _moving(told: Mapping[str, str | int | float], frames: list[tuple[str, float]]) -> Mapping[str, str | int | float]:
    return {**told, "frames": len(frames), "seconds": round(sum(lasts for _, lasts in frames) / 1000, 3)}
