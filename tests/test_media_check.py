"""Files of media that are not whole: every form, cut at every place, in pieces of any size."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sma_plugin.bundle.media_check import MediaCheck


def png(rows: bytes = b"\0\x15\x42\x73" * 4) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">LLBBBBB", 1, 4, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    """With a thumbnail in its first segment, whose own end is not that of the picture."""

    def segment(marker: int, data: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data

    thumbnail = b"Exif\0\0" + b"\xff\xd8\xff\xda\0\2\1\xff\xd9"
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\0\x34\xff\xd0\x56"
    return b"\xff\xd8" + segment(0xE1, thumbnail) + b"\xff" + segment(0xC0, bytes(15)) + scan + b"\xff\xd9"


def gif() -> bytes:
    table = bytes(6)
    comment = b"!\xfe" + b"\5tekst" + b"\0"
    picture = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2" + b"\2\x4c\x01" + b"\0"
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + table + comment + picture + b";"


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", 8 + len(data)) + kind + data


FILM = box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov", bytes(40)) + box(b"mdat", bytes(64))
LONG = box(b"ftyp", b"isom") + struct.pack(">L4sQ", 1, b"mdat", 16 + 9) + bytes(9) + box(b"moov", bytes(8))
WEBP = b"RIFF" + struct.pack("<L", 4 + 8 + 6) + b"WEBPVP8 " + struct.pack("<L", 6) + bytes(6)
WEBM = b"\x1a\x45\xdf\xa3\x84" + bytes(4) + b"\x18\x53\x80\x67\x90" + bytes(16)
WHOLE = {"png": png(), "jpeg": jpeg(), "gif": gif(), "film": FILM, "long box": LONG, "webp": WEBP, "webm": WEBM}


def fault(data: bytes, step: int = 5) -> str | None:
    check = MediaCheck()
    for at in range(0, len(data), step):
        check.update(data[at : at + step])
    return check.fault()


@pytest.mark.parametrize("form", WHOLE)
def test_a_whole_file_has_no_fault_and_one_cut_anywhere_has(form: str) -> None:
    data = WHOLE[form]
    assert {fault(data, step) for step in (1, 2, 7, 1 << 20)} == {None}
    # A film that ends between two boxes is whole as far as boxes tell, once its index is there.
    between = range(data.find(b"mdat") - 4, data.find(b"mdat")) if form == "film" else ()
    for at in range(16, len(data)):
        assert fault(data[:at]) == (None if at in between else "cut"), at


def test_a_film_without_its_index_is_cut() -> None:
    assert fault(box(b"ftyp", b"isom") + box(b"mdat", bytes(64))) == "cut"


def test_a_part_that_is_altered_shows_where_the_form_can_tell() -> None:
    data = bytearray(png())
    data[45] ^= 1
    assert fault(bytes(data)) == "damaged"
    assert fault(b"\xff\xd8\xff\xe0\0\4ab??" + jpeg()[20:]) == "damaged"


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><html>", b'{"error": "Not found"}', b"HTTP/1.1 403 Forbidden\r\n"])
def test_a_page_of_words_is_no_medium(page: bytes) -> None:
    assert fault(page) == "other"


@pytest.mark.parametrize("data", [b"ID3\4", b"OggS", b"BM\0\0", b'<?xml version="1.0"?><svg xmlns="x"/>', bytes(40)])
def test_forms_that_are_not_known_are_left_alone(data: bytes) -> None:
    assert fault(data) is None


def test_a_file_without_a_byte_is_empty() -> None:
    assert fault(b"") == "empty"


def test_an_unfinished_webm_of_unknown_size_is_whole() -> None:
    assert fault(WEBM.replace(b"\x90" + bytes(16), b"\x01\xff\xff\xff\xff\xff\xff\xff" + bytes(3))) is None


@given(st.sampled_from(sorted(WHOLE)), st.binary(max_size=60), st.integers(0, 60), st.integers(1, 40))
def test_anything_at_all_is_told_and_nothing_is_raised(form: str, data: bytes, at: int, step: int) -> None:
    whole = WHOLE[form]
    assert fault(whole[:at] + data + whole[at:], step) in (None, "cut", "damaged", "other")
