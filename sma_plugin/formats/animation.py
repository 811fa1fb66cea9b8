"""Animated PNG, written frame by frame (PNG, third edition, sections 11.3.6 and 4.9).

Pillow writes one too, but holds every frame in memory and joins frames that look the same, so that they can no longer
be counted.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sma_plugin.formats.png import SIGNATURE, XMP, chunk, chunks, cicp

if TYPE_CHECKING:
    from PIL import Image, PngImagePlugin

    from sma_plugin.formats.pictures import Frame


def plays(image: Image.Image) -> int:
    """How often an animation is shown; 0 for ever. A GIF says how often it is repeated after the first time."""
    told = image.info.get("loop")
    if image.format == "GIF":
        return 1 if told is None else int(told) + 1 if told else 0
    return int(told or 0)


def told_of(image: Image.Image, stated: tuple[int, int] | None) -> PngImagePlugin.PngInfo:
    """The XMP of an image as PNG keeps it, and what is ``stated`` of its colours by CICP."""
    from PIL import PngImagePlugin  # noqa: PLC0415

    info = PngImagePlugin.PngInfo()
    xmp = image.info.get("xmp")
    if xmp:
        info.add_itxt(XMP, xmp.decode("utf-8", "replace") if isinstance(xmp, bytes) else xmp)
    if stated:
        info.add(b"cICP", cicp(stated))
    return info


def write(
    target: Path, frames: Iterable[Frame], count: int, times: int, source: Image.Image, stated: tuple[int, int] | None
) -> None:
    """Write an animation of ``count`` frames that is shown ``times``, with the profile and texts of its source, and
    what is ``stated`` of its colours.
    """
    from PIL import ImageChops  # noqa: PLC0415

    before: Image.Image | None = None
    number = 0
    with target.open("wb") as stream:
        stream.write(SIGNATURE)
        for frame in frames:
            shown = frame.image
            if before is None:
                number = _first(stream, frame, (count, times), source, stated)
            else:
                # What changed is enough; a frame that changes nothing still has its time.
                box = ImageChops.difference(before, shown).getbbox(alpha_only=False) or (0, 0, 1, 1)
                number = _later(stream, number, shown.crop(box), box[:2], frame.milliseconds)
            before = shown
        stream.write(chunk(b"IEND", b""))


def _first(
    stream: BinaryIO, frame: Frame, played: tuple[int, int], source: Image.Image, stated: tuple[int, int] | None
) -> int:
    """The head with all that goes along, and the first frame; gives the next sequence number."""
    kept = {name: source.info[name] for name in ("icc_profile", "exif") if source.info.get(name)}
    control = chunk(b"acTL", struct.pack(">II", *played)) + _control(0, frame.image.size, (0, 0), frame.milliseconds)
    for kind, data in _chunks(frame.image, pnginfo=told_of(source, stated), **kept):
        if kind == b"IEND":
            break
        if kind == b"IDAT" and control:
            stream.write(control)
            control = b""
        stream.write(chunk(kind, data))
    return 1


def _later(stream: BinaryIO, number: int, image: Image.Image, at: tuple[int, int], lasts: float) -> int:
    stream.write(_control(number, image.size, at, lasts))
    number += 1
    for kind, data in _chunks(image):
        if kind == b"IDAT":
            stream.write(chunk(b"fdAT", struct.pack(">I", number) + data))
            number += 1
    return number


def _control(number: int, size: tuple[int, int], at: tuple[int, int], lasts: float) -> bytes:
    """``fcTL``: the frame replaces what is under it and stays."""
    thousandths = round(lasts)
    delay = (thousandths, 1000) if thousandths < 1 << 16 else (min(round(lasts / 1000), 0xFFFF), 1)
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, *size, *at, *delay, 0, 0))


def _chunks(image: Image.Image, **kept: object) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of an image as Pillow writes it, which chooses the filters."""
    whole = io.BytesIO()
    image.save(whole, "PNG", **kept)
    return chunks(whole)
