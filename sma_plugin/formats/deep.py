"""Pictures of more than eight bits a colour, HEIC and AVIF, as PNG and TIFF of sixteen bits.

Pillow would cut them to eight. HEIC is decoded by the library for it; AVIF by ffmpeg, which has to agree with what
Pillow makes of the upper bits. What was written is read back and compared number by number.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from sma_plugin.formats import ffmpeg, png
from sma_plugin.formats.conversion import Converted, NotConvertibleError
from sma_plugin.formats.pictures import avif_bits, decoding, measured, opened, profile_of, stated
from sma_plugin.formats.png import Along, Deep

if TYPE_CHECKING:
    from PIL import Image, TiffImagePlugin

_CHANNELS = {"I;16": 1, "RGB;16": 3, "RGBA;16": 4}
_SCALING = ("-sws_flags", "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp")
_APART = 5.0
"""Of 255, on average: how far two decoders of AVIF may differ; other primaries or another range give more."""
_EXIF = b"Exif\0\0"
_XMP, _ICC, _SUB_IFDS = 700, 34675, (0x8769, 0x8825)


@contextmanager
def decoded_avif(source: Path, target: Path) -> Iterator[Path | None]:
    """The pixels of an AVIF of more than eight bits in a file beside the target; ``None`` for any other file."""
    if avif_bits(source) <= 8:
        yield None
        return
    raw = target.with_name(f"{target.name}.raw")
    one = ("-frames:v", "1", *_SCALING, "-pix_fmt", "rgb48be", "-f", "rawvideo", "-y", f"file:{raw.absolute()}")
    try:
        code, log = ffmpeg.run(source, [*ffmpeg.reading(source), "-map", "0:0", *one], lambda _: None)
        if code or (wrong := ffmpeg.faults(log)):
            raise NotConvertibleError("undecodable", wrong[0] if not code else f"ffmpeg ended with code {code}")
        yield raw
    finally:
        raw.unlink(missing_ok=True)


def to_png(image: Image.Image, source: Path, target: Path, raw: Path | None) -> Converted:
    """As PNG, which says how many of its sixteen bits count."""
    picture, along = _picture(image, source, raw), _along(image, source)
    png.write(target, picture, along)
    if png.read(target) != picture.data or png.stated_in(target) != along.stated:
        raise NotConvertibleError("other-pictures")
    return _compared(image, picture, target, "PNG", raw)


def to_tiff(image: Image.Image, source: Path, target: Path, raw: Path | None) -> Converted:
    """As TIFF without compression."""
    from PIL import TiffImagePlugin  # noqa: PLC0415

    picture, along = _picture(image, source, raw), _along(image, source)
    if along.stated:
        raise NotConvertibleError("other-colours", f"CICP {along.stated}")
    with target.open("wb") as stream:
        _tags(image, picture, along).save(stream)
        stream.write(picture.data)
    with opened(target, deep=True) as written, target.open("rb") as stream:
        (at,) = written.tag_v2[TiffImagePlugin.STRIPOFFSETS]  # type: ignore[attr-defined]
        stream.seek(at)
        if stream.read() != picture.data:
            raise NotConvertibleError("other-pictures")
    return _compared(image, picture, target, "TIFF without compression", raw)


def _tags(image: Image.Image, picture: Deep, along: Along) -> TiffImagePlugin.ImageFileDirectory_v2:
    """What the head of a TIFF says of the pixels that follow it, with the EXIF of the source."""
    from PIL import TiffImagePlugin  # noqa: PLC0415

    tags = TiffImagePlugin.ImageFileDirectory_v2(prefix=b"MM")
    exif = image.getexif()
    for tag in exif:
        tags[tag] = exif.get_ifd(tag) if tag in _SUB_IFDS else exif[tag]
    form = {
        TiffImagePlugin.IMAGEWIDTH: picture.width,
        TiffImagePlugin.IMAGELENGTH: picture.height,
        TiffImagePlugin.BITSPERSAMPLE: (16,) * picture.channels,
        TiffImagePlugin.COMPRESSION: 1,
        TiffImagePlugin.PHOTOMETRIC_INTERPRETATION: 1 if picture.channels == 1 else 2,
        TiffImagePlugin.SAMPLESPERPIXEL: picture.channels,
        TiffImagePlugin.ROWSPERSTRIP: picture.height,
        TiffImagePlugin.STRIPBYTECOUNTS: len(picture.data),
        TiffImagePlugin.STRIPOFFSETS: 0,  # is filled in when it is written
    }
    for tag, value in form.items():
        tags[tag] = value
    if picture.channels == 4:
        tags[TiffImagePlugin.EXTRASAMPLES] = 2
    for tag, value in ((_XMP, along.xmp), (_ICC, along.profile)):
        if value:
            tags[tag] = value
    return tags


def _compared(image: Image.Image, picture: Deep, target: Path, form: str, raw: Path | None) -> Converted:
    """Have Pillow decode what was written: of colours it keeps the upper bits, and those have to be the same."""
    with opened(target, deep=True) as written, decoding():
        if written.size != (picture.width, picture.height):
            raise NotConvertibleError("other-size")
        if picture.channels > 1 and written.tobytes() != picture.data[::2]:
            raise NotConvertibleError("other-pictures")
        if profile_of(written) != profile_of(image):
            raise NotConvertibleError("other-profile")
        after = measured(written)
    return Converted(
        "ffmpeg" if raw else "pillow-heif",
        ffmpeg.version() if raw else metadata.version("pillow-heif"),
        f"encoded as {form}, {picture.bits} bits a colour in 16",
        measured(image),
        after,
        "all pixels with all their bits and profile equal after decoding",
    )


def _picture(image: Image.Image, source: Path, raw: Path | None) -> Deep:
    if raw:
        return _of_avif(image, source, raw)
    if image.format != "HEIF":
        raise NotConvertibleError("deep-colours")
    return _of_heic(image, source)


def _of_heic(image: Image.Image, source: Path) -> Deep:
    """What the library decodes to: each colour in the upper bits of sixteen."""
    import pillow_heif  # noqa: PLC0415

    with decoding():
        found = pillow_heif.open_heif(source, convert_hdr_to_8bit=False)
        channels = _CHANNELS.get(found.mode)
        if channels is None:
            raise NotConvertibleError("other-colours", found.mode)
        data = png.big_endian(bytes(found.data))
    width, height = found.size
    if found.stride != width * channels * 2:
        size = width * channels * 2
        data = b"".join(data[at : at + size] for at in range(0, height * found.stride, found.stride))
    return Deep(width, height, channels, int(image.info["bit_depth"]), data)


def _of_avif(image: Image.Image, source: Path, raw: Path) -> Deep:
    """What ffmpeg decoded, if it is the picture that Pillow sees."""
    from PIL import Image, ImageChops, ImageStat  # noqa: PLC0415

    data = raw.read_bytes()
    turned = image.getexif().get(0x0112, 1) != 1
    if image.mode != "RGB" or turned or len(data) != image.width * image.height * 6:
        raise NotConvertibleError("deep-colours", "transparent, turned, or in several parts")
    with decoding():
        upper = Image.frombytes("RGB", image.size, data[::2])
        # Fourfold smaller: each decoder finds the colours between those that are stored in its own way.
        apart = max(ImageStat.Stat(ImageChops.difference(upper.reduce(4), image.reduce(4))).rms)
    if apart > _APART:
        raise NotConvertibleError("deep-colours", f"two decoders differ by {apart:.1f} of 255 on average")
    return Deep(image.width, image.height, 3, avif_bits(source), data)


def _along(image: Image.Image, source: Path) -> Along:
    xmp = image.info.get("xmp") or b""
    exif = (image.info.get("exif") or b"").removeprefix(_EXIF)
    return Along(profile_of(image), exif, xmp, stated(source, image))
