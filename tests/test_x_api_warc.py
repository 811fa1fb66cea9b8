"""Responses of X's API in WARC, in every encoding and with every refusal, through to a valid package."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import ingest
from sma_plugin.model import PostHistory
from sma_plugin.package import Package
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from warc_builders import record

ID = 1_600_000_000_000_000_000
TIMELINE = "https://api.twitter.com/2/users/7/tweets"
USER = {"id": "7", "name": "Gemeente Voorbeeldstad", "username": "voorbeeldstad", "public_metrics": {"tweet_count": 9}}
OLD_USER = {"id_str": "7", "name": "Gemeente Voorbeeldstad", "screen_name": "voorbeeldstad"}


def page(number: int) -> bytes:
    post = {"id": str(ID + number), "text": "De markt is open. " * 20, "author_id": "7", "lang": "nl"}
    return json.dumps({"data": [post], "includes": {"users": [USER]}, "meta": {"result_count": 1}}).encode()


def status(number: int) -> bytes:
    when = "Sat Feb 18 19:45:15 +0000 2023"
    return json.dumps({"id_str": str(ID + number), "text": "Markt", "created_at": when, "user": OLD_USER}).encode()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def chunked(data: bytes, size: int = 7) -> bytes:
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


ENCODINGS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("", bytes),
    ("Content-Encoding: gzip\r\n", gzip.compress),
    ("Content-Encoding: deflate\r\n", zlib.compress),
    ("Content-Encoding: deflate\r\n", raw_deflate),
    ("Transfer-Encoding: chunked\r\n", chunked),
    ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", lambda data: chunked(gzip.compress(data))),
]


def response(
    number: int, body: bytes, headers: str = "", *, url: str = TIMELINE, code: str = "200 OK", kind: str = "json"
) -> bytes:
    kinds = {"json": "application/json; charset=utf-8", "html": "text/html", "text": "text/plain"}
    head = f"HTTP/1.1 {code}\r\nContent-Type: {kinds[kind]}\r\n{headers}\r\n".encode()
    return record(block=head + body, number=number, url=f"{url}?n={number}")


def refused(status_code: int, title: str) -> bytes:
    return json.dumps({"title": title, "detail": title, "type": "about:blank", "status": status_code}).encode()


def ingested(path: Path, records: list[bytes], pack: Any) -> tuple[set[str], list[dict[str, Any]]]:
    """The posts of the package, which must be valid, and its findings."""
    path.write_bytes(b"".join(pack(one) for one in records))
    out = path.parent / "uit"
    assert ingest([path], out, Settings(undecided=True), Quiet()).outcome is Outcome.OK
    (root,) = [found for found in out.iterdir() if found.name != "for-depositor"]
    package = Package(root)
    lines = [line.item for line in read_lines(package.posts)]
    return {item.native_id for item in lines if isinstance(item, PostHistory)}, json.loads(
        package.all_findings.read_text(encoding="utf-8")
    )


@pytest.mark.parametrize(("name", "pack"), [("a.warc", bytes), ("a.warc.gz", gzip.compress)])
def test_every_encoding_is_undone_and_every_pointer_holds_its_post(tmp_path: Path, name: str, pack: Any) -> None:
    records = [response(number, code(page(number)), head) for number, (head, code) in enumerate(ENCODINGS, 1)]
    stream = b"\r\n".join([status(90), b"", b"", b'{"limit":{"track":4}}', status(91)])
    search = b'{"statuses":[%s],"search_metadata":{"count":1}}' % status(92)
    old = "https://api.twitter.com/1.1"
    records += [
        response(
            90, chunked(stream), "Transfer-Encoding: chunked\r\n", url="https://stream.twitter.com/1.1/statuses/x.json"
        ),
        response(91, gzip.compress(search), "Content-Encoding: gzip\r\n", url=f"{old}/search/tweets.json"),
        response(92, b"[%s]" % status(93), url=f"{old}/statuses/user_timeline.json"),
        response(93, page(94), kind="text"),
    ]
    posts, findings = ingested(tmp_path / name, records, pack)
    assert posts == {str(ID + number) for number in (*range(1, len(ENCODINGS) + 1), 90, 91, 92, 93, 94)}
    assert {finding["code"] for finding in findings if finding["severity"] == "error"} == set()


def test_refusals_and_redirects_are_no_posts_and_told_as_what_they_are(tmp_path: Path) -> None:
    records = [
        response(1, page(1)),
        response(2, refused(429, "Too Many Requests"), code="429 Too Many Requests"),
        response(3, b'{"errors":[{"code":89,"message":"Invalid or expired token."}]}', code="401 Unauthorized"),
        response(4, refused(403, "Forbidden"), code="403 Forbidden"),
        response(5, b"<title>Over capacity</title>", code="503 Service Unavailable", kind="html"),
        response(6, b"", "Location: https://api.x.com/2/users/7/tweets\r\n", code="302 Found"),
    ]
    posts, findings = ingested(tmp_path / "a.warc", records, bytes)
    assert posts == {str(ID + 1)}
    reading = sorted(finding["code"] for finding in findings if finding["code"].startswith("SMA-R"))
    assert reading == ["SMA-R042", "SMA-R043", "SMA-R043"]
