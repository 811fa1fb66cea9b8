"""Opening and decoding images with Pillow: known forms only, none of absurd size, whole or not at all."""

from __future__ import annotations

import hashlib
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from importlib.util import find_spec
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sma_plugin.bundle.media_check import MediaCheck
from sma_plugin.formats import png
from sma_plugin.formats.conversion import MissingToolError, NotConvertibleError
from sma_plugin.formats.limits import limits
from sma_plugin.processes import EndedError, each_apart

if TYPE_CHECKING:
    from PIL import Image

FORMS = ("PNG", "GIF", "WEBP", "JPEG", "TIFF", "BMP", "AVIF", "HEIF", "JPEG2000")
"""What is opened, by Pillow's names. Others would start programs (EPS) or are not met on social media."""
_FAULTS = (SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, RuntimeError)
HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
"""Brands that a HEIC file may begin with."""
AVIF = (b"avif", b"avis")
_PIECE = 1 << 20
_PLAIN_PRIMARIES, _PLAIN_TRANSFERS = (1, 2), (1, 2, 6, 13)
"""Those of sRGB and BT.709, and not stated."""
_TELLING, _PARTS = (0x010E, 0x010F, 0x0110, 0x0132, 0x013B, 0x8298), (0x8769, 0x8825)
"""EXIF: description, make, model, date and time, artist, copyright; the parts with camera settings and place."""


class Frame(NamedTuple):
    """One picture of an animation in full colour, and how long it is shown."""

    image: Image.Image
    milliseconds: float


_WHY = {"time": "too-long", "memory": "too-much-memory", "crash": "ended"}
T = TypeVar("T")


def bounded(path: Path, work: Callable[[], T]) -> T:
    """Do what decodes an image in a process of its own. Raises what it raises, and :class:`NotConvertibleError`."""
    (found,) = each_bounded([path], lambda _: work())
    if isinstance(found, NotConvertibleError | MissingToolError):
        raise found
    return found


def each_bounded(
    paths: Sequence[Path], work: Callable[[Path], T]
) -> Iterator[T | NotConvertibleError | MissingToolError]:
    """What decodes images, done with each as :func:`bounded` does it; gives in order what it gave or why it failed."""
    try:
        _load()
    except MissingToolError as error:
        yield from repeat(error, len(paths))
        return
    mine = limits().image
    for raised, found in each_apart([(partial(work, one), mine.time_for(one)) for one in paths], mine.memory):
        if isinstance(found, EndedError):
            yield NotConvertibleError(_WHY[found.why])
        elif raised and not isinstance(found, (NotConvertibleError, MissingToolError)):
            raise found
        else:
            yield found


@cache
def _load() -> None:
    """Load what decodes once, and not in every process."""
    _require_pillow()
    from PIL import Image, ImageChops, ImageOps, ImageStat, PngImagePlugin  # noqa: F401, PLC0415

    Image.init()
    _heif()


@contextmanager
def decoding() -> Iterator[None]:
    """What Pillow raises for a broken file as :class:`NotConvertibleError`."""
    from PIL import Image, ImageFile, UnidentifiedImageError  # noqa: PLC0415

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint has Pillow fill what is cut off with grey
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except Image.DecompressionBombError as error:
            raise NotConvertibleError("too-many-pixels", str(error)) from None
        except UnidentifiedImageError:  # its words name the path on this machine
            raise NotConvertibleError("no-image") from None
        except OSError as error:
            if error.errno is not None:  # the disk, not the picture
                raise
            raise NotConvertibleError("undecodable", str(error)) from None
        except (*_FAULTS, struct.error, zlib.error) as error:
            raise NotConvertibleError("undecodable", str(error)) from None


@contextmanager
def opened(path: Path, *, deep: bool = False) -> Iterator[Image.Image]:
    """An image, not yet decoded; of more than eight bits a colour, which would be cut, only where ``deep`` asks it.

    Raises :class:`NotConvertibleError` where it is not whole or not of a known form, and :class:`MissingToolError`
    for HEIC without the library for it.
    """
    image = _open(path)
    with image:
        if not deep and is_deep(image, path):
            raise NotConvertibleError("deep-colours")
        with decoding():  # how many frames there are is told by looking through the file
            frames = getattr(image, "n_frames", 1)
        most, size = limits().image, image.width * image.height
        if size > most.pixels or size * frames > most.pixels_together:
            raise NotConvertibleError("too-many-pixels", f"{image.width} x {image.height} x {frames}")
        yield image


def _open(path: Path) -> Image.Image:
    _require_pillow()
    from PIL import Image  # noqa: PLC0415

    with path.open("rb") as stream:
        start = stream.read(12)
        check = MediaCheck()
        check.update(start)
        while data := stream.read(_PIECE):
            check.update(data)
    if start[4:8] == b"ftyp" and start[8:12] in HEIF and not _heif():
        raise MissingToolError("pillow-heif")
    fault = check.fault()
    if fault:
        raise NotConvertibleError(_FAULT_WORDS[fault])
    with decoding():
        return Image.open(path, formats=FORMS if _heif() else [one for one in FORMS if one != "HEIF"])


_FAULT_WORDS = {"empty": "empty", "cut": "end-missing", "damaged": "damaged", "other": "no-image"}


def _require_pillow() -> None:
    if find_spec("PIL") is None:
        raise MissingToolError("pillow")


@cache
def _heif() -> bool:
    """Whether HEIC can be read here; Pillow is told of it once."""
    if find_spec("pillow_heif") is None:
        return False
    from pillow_heif import register_heif_opener  # noqa: PLC0415

    register_heif_opener()
    return True


def is_deep(image: Image.Image, path: Path) -> bool:
    """Whether it has colours of more than eight bits: Pillow would cut them without a word. Grey of 16 bits is kept."""
    if image.format == "HEIF":
        return int(image.info.get("bit_depth", 8)) > 8
    if image.format == "AVIF":
        return avif_bits(path) > 8
    raw = [str(part) for tile in getattr(image, "tile", ()) for part in _parts(tile[3])]
    return image.mode not in ("I", "I;16") and any(";16" in one for one in raw)


def avif_bits(path: Path) -> int:
    """Bits of a colour of an AVIF by its configuration (AV1-ISOBMFF, 2.3.3); 8 where a file is none."""
    head = _head(path)
    at = head.find(b"av1C")
    if head[4:8] != b"ftyp" or not 0 <= at < len(head) - 6 or not head[at + 6] & 0x40:
        return 8
    return 12 if head[at + 6] & 0x20 else 10


def stated(path: Path, image: Image.Image) -> tuple[int, int] | None:
    """The primaries and transfer of its colours by CICP (ITU-T H.273), where no profile says more and they are not
    those that are taken for granted.
    """
    if profile_of(image):
        return None
    if image.format == "PNG":
        return png.stated_in(path)
    head = _head(path) if image.format in ("HEIF", "AVIF") else b""
    at = head.find(b"colrnclx")  # ISO/IEC 14496-12, 12.1.5
    told = head[at + 8 : at + 12] if at >= 0 else b""
    if len(told) < 4:
        return None
    found = int.from_bytes(told[:2]), int.from_bytes(told[2:])
    return None if found[0] in _PLAIN_PRIMARIES and found[1] in _PLAIN_TRANSFERS else found


def profile_of(image: Image.Image) -> bytes:
    """Its ICC profile; empty where it has none."""
    return image.info.get("icc_profile") or b""


def measured(image: Image.Image) -> Mapping[str, str | int | float]:
    """What is held against each other before and after a conversion of a still."""
    exif = image.getexif()
    return {
        "width": image.width,
        "height": image.height,
        "frames": 1,
        "colour profile": len(profile_of(image)),
        "EXIF": sum(tag in exif for tag in _TELLING) + sum(len(exif.get_ifd(part)) for part in _PARTS),
        "XMP": len(image.info.get("xmp") or b""),
    }


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(1 << 16)


def _parts(told: object) -> tuple[object, ...]:
    return told if isinstance(told, tuple) else (told,)


def frames_of(image: Image.Image) -> Iterator[Frame]:
    """Every picture of an animation as it is shown, in full colour; each is decoded once, in order."""
    for milliseconds in shown_for(image):
        with decoding():
            shown = image.convert("RGBA")
        yield Frame(shown, milliseconds)


def shown_for(image: Image.Image) -> Iterator[float]:
    """How many milliseconds every picture is shown, each once it is decoded, in order."""
    for number in range(getattr(image, "n_frames", 1)):
        with decoding():
            image.seek(number)
            image.load()
        yield float(image.info.get("duration", 0))


def digest(image: Image.Image) -> str:
    """SHA-256 over mode, size and pixels. Forms of the same colours (palette, grey, without alpha) count as one."""
    known = image if image.mode in ("I", "I;16", "F", "CMYK", "YCbCr", "LAB") else image.convert("RGBA")
    found = hashlib.sha256(f"{known.mode} {known.size}".encode())
    for top in range(0, known.height, 256):
        found.update(known.crop((0, top, known.width, min(top + 256, known.height))).tobytes())
    return found.hexdigest()


def see_through(image: Image.Image) -> bool:
    """Whether any pixel is not opaque."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return False
    lowest, _ = image.convert("RGBA").getchannel("A").getextrema()
    return int(lowest) < 255  # type: ignore[arg-type]  # of one band it is a number


def version() -> str:
    """Of Pillow, with that of the library for HEIC where it is there."""
    from PIL import __version__  # noqa: PLC0415

    if not _heif():
        return __version__
    from pillow_heif import __version__ as heif  # noqa: PLC0415

    return f"{__version__} (pillow-heif {heif})"
