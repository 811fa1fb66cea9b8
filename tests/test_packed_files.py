"""JSON in gzip: recognised by what it holds, whoever reads it, and kept as it was delivered."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from making import zipped
from sma_plugin.ingest import ingest
from sma_plugin.package import Package
from sma_plugin.readers.values import shown_head
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from test_compose import posts_of, timeline, tweet
from test_har import entry, written
from test_mastodon_api import status
from test_x_web import entry as shown
from test_x_web import timeline as web_timeline
from test_x_web import tweet as web_tweet

BODIES = {
    "mastodon.json.gz": json.dumps([status()]).encode(),
    "x.jsonl.gz": json.dumps(tweet(1)).encode() + b"\n" + json.dumps(tweet(2)).encode() + b"\n",
    "web.json.gz": json.dumps(web_timeline(shown(web_tweet()))).encode(),
    "opname.har.gz": written(entry(*timeline(tweet(1)))),
}


@pytest.mark.parametrize("inside", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("name", BODIES)
def test_packed_captures_are_read_and_kept(tmp_path: Path, name: str, inside: bool) -> None:  # noqa: FBT001
    data = gzip.compress(BODIES[name], mtime=0)
    bundle = tmp_path / "levering"
    bundle.mkdir()
    if inside:
        zipped(bundle / "levering.zip", {name: data})
    else:
        (bundle / name).write_bytes(data)
    result = ingest([bundle], tmp_path / "out", Settings(undecided=True), Quiet())
    assert result.outcome is Outcome.OK, [finding.code for finding in result.findings]
    package = Package(result.packages[0].path)
    (kept,) = package.captures.rglob("*.gz")
    assert kept.read_bytes() == data
    found = posts_of(package)
    assert len(found) == (2 if name == "x.jsonl.gz" else 1)
    assert {one.kind for post in found for one in post.versions[0].evidence} == {"file"}


@pytest.mark.parametrize(
    ("head", "shown"),
    [
        (gzip.compress(b'  {"a": 1}', mtime=0), b'  {"a": 1}'),
        (gzip.compress(b"\xef\xbb\xbf[1]", mtime=0), b"\xef\xbb\xbf[1]"),
        (gzip.compress(b"<feed>", mtime=0), b"<feed>"),
        (gzip.compress(b'12\r\n{"id": 1}', mtime=0), b'12\r\n{"id": 1}'),
        (b"{}", b"{}"),
    ],
)
def test_the_head_of_packed_text_is_that_of_the_text(head: bytes, shown: bytes) -> None:
    assert shown_head(head, 4096) == shown


@pytest.mark.parametrize("data", [b"WARC/1.0\r\n", b"filedesc://a", b"\0\1", b""])
def test_the_head_of_other_packed_files_stays_packed(data: bytes) -> None:
    packed = gzip.compress(data)
    assert shown_head(packed, 4096) == packed


def test_the_head_of_a_large_packed_file_is_enough() -> None:
    packed = gzip.compress(json.dumps([{"id": number} for number in range(90_000)]).encode())
    assert shown_head(packed[:4096], 4096).startswith(b'[{"id": 0}')
