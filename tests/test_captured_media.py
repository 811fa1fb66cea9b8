"""Media of posts that lie among the responses of a capture of the web, in any of their addresses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from making import PNG
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.history.media_addresses import key_of
from sma_plugin.ingest import ingest
from sma_plugin.model import PostHistory, Resource
from sma_plugin.package import Package
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.validate.step import validate_path
from test_rebuild import rebuilt
from test_x_api import SEARCH, page, tweet
from warc_builders import record, warcinfo

BSKY = "did:plc:voorbeeld/bafkreigh2"
SAME = [
    ("https://pbs.twimg.com/media/AbC-1.jpg", "https://pbs.twimg.com/media/AbC-1?format=jpg&name=4096x4096"),
    ("https://pbs.twimg.com/media/AbC-1.jpg:large", "http://pbs.twimg.com/media/AbC-1.png"),
    (
        "https://video.twimg.com/ext_tw_video/17/pu/vid/1280x720/a.mp4?tag=12",
        "https://video.twimg.com/ext_tw_video/17/pu/vid/320x180/b.mp4",
    ),
    (
        "https://scontent-ams2-1.cdninstagram.com/v/t51.29350-15/1_2_n.jpg?oh=geheim&oe=1",
        "https://scontent.cdninstagram.com/v/t51/e35/1_2_n.jpg?stp=dst&oh=anders",
    ),
    (
        f"https://cdn.bsky.app/img/feed_fullsize/plain/{BSKY}@jpeg",
        "https://pds.example/xrpc/com.atproto.sync.getBlob?did=did%3Aplc%3Avoorbeeld&cid=bafkreigh2",
    ),
    ("https://i.ytimg.com/vi/abcdefghij-/hqdefault.jpg", "https://i3.ytimg.com/vi_webp/abcdefghij-/maxresdefault.webp"),
    (
        "https://files.example/media_attachments/files/1/2/original/ab.jpeg",
        "https://files.example/media_attachments/files/1/2/small/ab.png",
    ),
    ("https://voorbeeld.example/a%20b.png?v=1", "http://VOORBEELD.example/a b.png#boven"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_addresses_of_one_medium_are_known_as_one(one: str, other: str) -> None:
    assert key_of(one) == key_of(other) is not None


def test_addresses_of_different_media_are_told_apart() -> None:
    addresses = [one for pair in SAME for one in pair]
    assert len({key_of(one) for one in addresses}) == len(SAME) - 1  # the first two pairs are of one medium
    assert key_of("https://voorbeeld.example/toon?id=1") != key_of("https://voorbeeld.example/toon?id=2")
    assert [
        key_of(one) for one in (None, "", "data:image/png;base64,AA", "http://[", "https://voorbeeld.example/")
    ] == [None] * 5


def response(url: str, kind: str, body: bytes, number: int, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode()
    return record(block=head + body, number=number, url=url)


def photo(number: int, name: str) -> dict[str, str]:
    return {"media_key": f"3_{number}", "type": "photo", "url": f"https://pbs.twimg.com/media/{name}.jpg"}


@pytest.fixture
def package(tmp_path: Path) -> Package:
    """A harvest with one photo that is there (in another size), one that gave 404, and a picture of no post."""
    posts = page(
        tweet(1, attachments={"media_keys": ["3_1"]}),
        tweet(2, attachments={"media_keys": ["3_2"]}),
        includes={"media": [photo(1, "een"), photo(2, "twee")]},
        meta={"result_count": 2},
    )
    records = [
        response(SEARCH, "application/json", json.dumps(posts).encode(), 1),
        response("https://pbs.twimg.com/media/een?format=png&name=small", "image/png", PNG + bytes(1 << 20), 2),
        response("https://pbs.twimg.com/media/twee.jpg", "image/jpeg", PNG, 3, "404 Not Found"),
        response("https://abs.example/knop.png", "image/png", PNG, 4),
    ]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "een.warc").write_bytes(warcinfo() + b"".join(records))
    (made,) = ingest([tmp_path / "in"], tmp_path / "out", Settings(undecided=True), Quiet()).packages
    return Package(made.path)


def test_a_photo_in_the_web_archive_is_there_and_is_pointed_at(package: Package) -> None:
    items = [line.item for line in read_lines(package.posts)]
    (medium,) = [item for item in items if isinstance(item, Resource)]
    assert (medium.role, medium.mime) == ("medium", "image/png")
    (evidence,) = medium.evidence
    kept = package.path(evidence.path).read_bytes()
    assert evidence.offset is not None
    assert evidence.length is not None
    found = kept[evidence.offset : evidence.offset + evidence.length]
    assert found.startswith(b"WARC/")
    assert PNG in found
    measured = json.loads(package.characteristics.read_bytes())
    assert (measured["counts"]["media"], measured["counts"]["media missing"]) == (1, 1)


def test_the_package_is_valid_and_gives_the_same_history_again(package: Package, tmp_path: Path) -> None:
    assert [one.code for one in validate_path(package.root) if one.severity == "error"] == []
    items = [line.item for line in read_lines(package.posts)]
    again = rebuilt(tmp_path / "again.sqlite", items)
    for found in (items, again):
        assert [item.url for item in found if isinstance(item, Resource)] == [
            "https://pbs.twimg.com/media/een?format=png&name=small"
        ]
        assert sum(isinstance(item, PostHistory) for item in found) == 2
