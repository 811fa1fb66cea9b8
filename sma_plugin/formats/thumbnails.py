"""Small pictures of images, for lists: what Archivematica shows of formats that its own tools do not open."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sma_plugin.formats.conversion import Converted
from sma_plugin.formats.pictures import bounded, decoding, opened, version

_LARGEST = (100, 100)
"""As Archivematica makes them (pixels)."""


def to_thumbnail(source: Path, target: Path) -> Converted:
    """The first picture, upright and small, as JPEG on white; nothing goes along that says who made it, or where."""
    return bounded(source, partial(_made, source, target))


def _made(source: Path, target: Path) -> Converted:
    from PIL import Image, ImageOps  # noqa: PLC0415

    with opened(source, deep=True) as image, decoding():
        image.load()
        upright = ImageOps.exif_transpose(image).convert("RGBA")
        upright.thumbnail(_LARGEST)
        small = Image.new("RGB", upright.size, "white")
        small.paste(upright, mask=upright)
        small.save(target, "JPEG", quality=85)
        before = {"width": image.width, "height": image.height}
    with opened(target) as written, decoding():
        written.load()
        after = {"width": written.width, "height": written.height}
    return Converted("Pillow", version(), "first picture made small", before, after, "it decodes")
