"""What media say of themselves stays out of copies for access, and what they show stays as it is."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageSequence, PngImagePlugin

from sma_plugin.privacy.hidden import take_out

NAME = "Wies Verzonnen"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a b="{NAME}"/></x:xmpmeta>'.encode()
TURNED, ORIENTATION, AUTHOR, XP_AUTHOR, GPS = 6, 274, 315, 0x9C9D, 0x8825
PICTURE = Image.frombytes("RGB", (16, 12), bytes(number % 251 for number in range(16 * 12 * 3)))
FRAMES = [PICTURE, PICTURE.rotate(180)]
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif() -> Image.Exif:
    told = Image.Exif()
    told[ORIENTATION], told[AUTHOR], told[XP_AUTHOR] = TURNED, NAME, NAME.encode("utf-16-le")
    told.get_ifd(GPS).update({1: "N", 2: (52.0, 5.0, 10.0), 3: "E", 4: (4.0, 18.0, 1.0)})
    return told


def texts() -> PngImagePlugin.PngInfo:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", NAME)
    told.add_text("Comment", NAME, zip=True)
    told.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return told


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


MOVING: dict[str, Any] = {"save_all": True, "append_images": FRAMES[1:]}
PICTURES: dict[str, bytes] = {
    "jpeg": saved(PICTURE, "JPEG", exif=exif(), icc_profile=PROFILE, comment=NAME.encode(), xmp=XMP),
    "jpeg-progressive": saved(PICTURE, "JPEG", exif=exif(), icc_profile=PROFILE, progressive=True),
    "jpeg-cmyk": saved(PICTURE.convert("CMYK"), "JPEG", exif=exif(), comment=NAME.encode()),
    "png": saved(PICTURE, "PNG", exif=exif(), icc_profile=PROFILE, pnginfo=texts()),
    "png-palette": saved(PICTURE.quantize(16), "PNG", exif=exif(), pnginfo=texts(), transparency=0),
    "png-moving": saved(PICTURE, "PNG", exif=exif(), pnginfo=texts(), **MOVING),
    "gif": saved(PICTURE, "GIF", comment=NAME.encode(), loop=0, **MOVING),
    "webp": saved(PICTURE, "WEBP", exif=exif(), xmp=XMP, icc_profile=PROFILE),
    "webp-exact": saved(PICTURE, "WEBP", exif=exif(), xmp=XMP, lossless=True),
    "avif": saved(PICTURE, "AVIF", exif=exif(), xmp=XMP, icc_profile=PROFILE),
    "webp-moving": saved(PICTURE, "WEBP", exif=exif(), xmp=XMP, **MOVING),
}


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return (len(body) + 8).to_bytes(4) + kind + body


def film(handler: bytes = b"vide") -> bytes:
    track = box(
        b"trak",
        box(b"tkhd", b"k" * 84),
        box(b"udta", box(b"name", NAME.encode())),
        box(
            b"mdia",
            box(b"mdhd", bytes(24)),
            box(b"hdlr", bytes(8), handler, bytes(12), NAME.encode() + b"\0"),
            box(b"minf", box(b"vmhd", bytes(12)), box(b"stbl", box(b"stco", bytes(4), b"\0\0\0\1"))),
        ),
    )
    told = box(b"udta", box(b"\xa9xyz", b"+52.0000+004.3000/"), box(b"meta", NAME.encode()))
    return b"".join(
        [
            box(b"ftyp", b"isom", bytes(4), b"isom"),
            box(b"free", NAME.encode()),
            box(b"moov", box(b"mvhd", bytes(100)), track, told),
            box(b"uuid", bytes(16), XMP),
            (1).to_bytes(4) + b"mdat" + (16 + 40).to_bytes(8) + b"beeld en geluid, zoals opgenomen........",
        ]
    )


def left(data: bytes, path: Path, expected: str = "taken out") -> bytes:
    path.write_bytes(data)
    assert take_out(path) == expected
    return path.read_bytes()


def is_told(data: bytes) -> bool:
    spellings = (NAME.encode(), NAME.encode("utf-16-le"), b"xmpmeta", b"+52.0")
    return any(one in data for one in spellings)


def frames(picture: Image.Image) -> list[tuple[bytes, Any]]:
    return [(one.convert("RGBA").tobytes(), one.info.get("duration")) for one in ImageSequence.Iterator(picture)]


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_stays_as_it_is_and_says_nothing_more(kind: str, tmp_path: Path) -> None:
    data = PICTURES[kind]
    assert is_told(data)
    clean = left(data, tmp_path / "beeld")
    assert not is_told(clean)
    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(clean))
    assert frames(before) == frames(after)
    assert before.info.get("icc_profile") == after.info.get("icc_profile")
    assert dict(after.getexif()) == ({} if kind == "gif" else {ORIENTATION: TURNED})
    assert left(clean, tmp_path / "nogmaals", "none") == clean


def test_what_hangs_behind_a_picture_goes(tmp_path: Path) -> None:
    """Telephones put a film of the moment behind a photograph, and a second picture."""
    plain = saved(PICTURE, "JPEG")
    assert left(plain + film(), tmp_path / "a") == plain
    plain = saved(PICTURE, "PNG")
    assert left(plain + NAME.encode(), tmp_path / "b") == plain


def test_a_film_keeps_its_bytes_in_their_places(tmp_path: Path) -> None:
    data = film()
    clean = left(data, tmp_path / "film")
    assert not is_told(clean)
    assert len(clean) == len(data)
    assert clean[data.index(b"mdat") :] == data[data.index(b"mdat") :]
    for kind in (b"mvhd", b"tkhd", b"stco"):
        at = data.index(kind)
        assert clean[at - 4 : at + 12] == data[at - 4 : at + 12]
    assert clean.count(b"free") == 4
    assert left(clean, tmp_path / "nogmaals", "none") == clean


@pytest.mark.parametrize(
    "data",
    [film(b"meta"), film()[:-60], saved(PICTURE, "TIFF", exif=exif()), b"\x1aE\xdf\xa3\0 webm", b"%PDF-1.7\n"],
    ids=["places-by-the-second", "cut-off", "tiff", "webm", "pdf"],
)
def test_what_cannot_be_taken_apart_stays_as_it_is_and_is_told(data: bytes, tmp_path: Path) -> None:
    assert left(data, tmp_path / "medium", "not looked for") == data


def test_a_text_hides_nothing(tmp_path: Path) -> None:
    page = f"<html><p>{NAME}</p>".encode()
    assert left(page, tmp_path / "pagina", "none") == page


WHOLE: list[bytes] = [*PICTURES.values(), film()]


@given(st.sampled_from(WHOLE), st.floats(0, 1), st.binary(max_size=6))
def test_a_damaged_file_is_told_or_says_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, where: float, put: bytes
) -> None:
    at = int(where * len(data))
    path = tmp_path_factory.getbasetemp() / "beschadigd"
    path.write_bytes(damaged := data[:at] + put + data[at + len(put) :])
    if take_out(path) == "not looked for":
        assert path.read_bytes() == damaged
    else:
        assert take_out(path) == "none"
