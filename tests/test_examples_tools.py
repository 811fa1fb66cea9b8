"""What the examples are made with: packing, drawn media, and posts in any number for the benchmarks."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

sys.path.insert(0, str(Path(__file__).parent.parent / "examples"))

import make_many
import make_media
import make_packing


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400) | st.text("ab", max_size=2000).map(str.encode))
def test_packed_bytes_come_back(data: bytes) -> None:
    assert gzip.decompress(make_packing.gzip_member(data)) == data


def test_drawn_media_begin_and_end_as_their_format_says() -> None:
    assert make_media.drawn("a.png")[:8] == b"\x89PNG\r\n\x1a\n"
    assert make_media.drawn("a.jpg")[:3] + make_media.drawn("a.jpg")[-2:] == b"\xff\xd8\xff\xff\xd9"
    film, boxes = make_media.drawn("a.mp4"), []
    while film:
        size, kind = int.from_bytes(film[:4], "big"), film[4:8]
        boxes.append(kind)
        film = film[size:]
    assert boxes == [b"ftyp", b"moov", b"mdat"]


def test_many_posts_are_as_many_as_asked_for_and_of_a_real_size() -> None:
    lines = list(make_many.many_tweets(300))
    posts = [msgspec.json.decode(line) for line in lines]
    assert len({post["id"] for post in posts}) == 300
    assert 2000 < sum(map(len, lines)) / 300 < 3000
    assert all(post["author"]["id"] == post["author_id"] for post in posts)
    assert lines == list(make_many.many_tweets(300))


def test_a_warc_of_many_posts_holds_them_all(tmp_path: Path) -> None:
    make_many.write_api_warc(tmp_path / "many.warc.gz", 250)
    with (tmp_path / "many.warc.gz").open("rb") as file:
        records = [
            (record.rec_type, record.content_stream().read()) for record in ArchiveIterator(file, check_digests="raise")
        ]
    pages = [json.loads(body) for kind, body in records if kind == "response"]
    assert [len(page["data"]) for page in pages] == [100, 100, 50]
    assert ["next_token" in page["meta"] for page in pages] == [True, True, False]
