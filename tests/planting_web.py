"""What platforms answer to who is logged in, as ``planted/*.jsonl``: address and JSON, one a line.

In each a mark stands where something is that may not enter a package; beside them the public posts of each platform.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from making import tree
from test_bluesky_api import XRPC, view
from test_facebook_graph import feed
from test_facebook_graph import post as graph_post
from test_facebook_web import story
from test_har import entry as har_entry
from test_har import written as har_file
from test_instagram_web import item as instagram_item
from test_linkedin_web import VOYAGER, update
from test_linkedin_web import response as linkedin_response
from test_mastodon_api import status
from test_tiktok_web import item as tiktok_item
from test_x_web import entry, timeline, tweet
from test_youtube_api import page, video
from warc_builders import members, record, wacz, warcinfo

MARK = "vertrouwelijk"
PLANTED = Path(__file__).parent / "planted"
GRAPH = "https://graph.facebook.com/v19.0/109999000000001"


class Answer(NamedTuple):
    """One answer: the address that was asked, and the JSON that came."""

    url: str
    body: Any

    @property
    def data(self) -> bytes:
        body: Any = json.loads(self.body) if isinstance(self.body, bytes) else self.body
        return json.dumps(body, ensure_ascii=False).encode()


class Platform(NamedTuple):
    """An answer with a public post, of whom it is, and a text by which the post is known in ``posts.jsonl``."""

    public: Answer
    owner: str | None
    text: str


RECORD = {"$type": "app.bsky.feed.post", "text": "De markt is open", "createdAt": "2025-03-01T00:00:00Z"}
ACTOR = "https://sociaal.voorbeeldstad.example/users/gemeente"
OPEN = "De markt is open"
PLATFORMS = {
    "bluesky": Platform(
        Answer(f"{XRPC}app.bsky.feed.getAuthorFeed", {"feed": [{"post": view(record=RECORD)}]}),
        "did:plc:voorbeeldstad",
        OPEN,
    ),
    "x": Platform(Answer("https://x.com/i/api/graphql/a-1_X/UserTweets", timeline(entry(tweet()))), "7", OPEN),
    "instagram": Platform(
        Answer("https://www.instagram.com/api/v1/feed/user/7/", {"items": [instagram_item()], "status": "ok"}),
        "4200000001",
        OPEN,
    ),
    "linkedin": Platform(Answer(f"{VOYAGER}organization/updatesV2", linkedin_response(update(OPEN))), None, OPEN),
    "tiktok": Platform(
        Answer("https://www.tiktok.com/api/post/item_list/", {"itemList": [tiktok_item(desc=OPEN)], "hasMore": False}),
        "6900",
        OPEN,
    ),
    "youtube": Platform(
        Answer("https://www.googleapis.com/youtube/v3/videos", page("video", video())), None, "De raad vergadert"
    ),
    "mastodon": Platform(
        Answer("https://sociaal.voorbeeldstad.example/api/v1/accounts/5/statuses", [status(content=f"<p>{OPEN}</p>")]),
        ACTOR,
        OPEN,
    ),
    "facebook-graph": Platform(Answer(f"{GRAPH}/feed", feed(graph_post())), "109999000000001", OPEN),
    "facebook": Platform(
        Answer("https://www.facebook.com/api/graphql/", {"data": {"node": story()}}), "109999000000001", OPEN
    ),
}


def private(platform: str) -> list[Answer]:
    """The answers that may not enter, each with a mark of its own."""
    rows = (PLANTED / f"{platform}.jsonl").read_text(encoding="utf-8").splitlines()
    marked = (json.loads(row.replace(MARK, f"{MARK}-{number:02d}-")) for number, row in enumerate(rows))
    return [Answer(row["url"], row["body"]) for row in marked]


def files_of_each(answers: Iterable[Answer]) -> dict[str, bytes]:
    return {f"antwoord-{number:02d}.json": one.data for number, one in enumerate(answers)}


def one_a_line(answers: Iterable[Answer]) -> dict[str, bytes]:
    return {"alles.jsonl": b"".join(one.data + b"\n" for one in answers)}


def one_list(answers: Iterable[Answer]) -> dict[str, bytes]:
    return {"alles.json": b"[" + b",\n".join(one.data for one in answers) + b"]"}


def har(answers: Iterable[Answer]) -> dict[str, bytes]:
    return {"pagina.har": har_file(*(har_entry(one.url, one.data, "application/json") for one in answers))}


def warc(answers: Iterable[Answer]) -> dict[str, bytes]:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
    records = (record(block=head + one.data, url=one.url, number=number) for number, one in enumerate(answers, 1))
    return {"web.warc.gz": members(warcinfo(), *records)}


def in_wacz(answers: Iterable[Answer]) -> dict[str, bytes]:
    return {"web.wacz": wacz(warc(answers)["web.warc.gz"])}


FORMS: dict[str, Callable[[Iterable[Answer]], dict[str, bytes]]] = {
    "files": files_of_each, "lines": one_a_line, "list": one_list, "har": har, "warc": warc, "wacz": in_wacz
}  # fmt: skip


def marks_in(root: Path, mark: str = MARK) -> list[str]:
    """Where a mark stands below a folder: in names, in files, and in what is packed in them."""
    return [name for path, data in tree(root).items() for name in _inside(path, data, mark)]


def _inside(name: str, data: bytes, mark: str) -> Iterator[str]:
    at = data.find(mark.encode())
    if at >= 0 or mark in name:
        yield f"{name}: {data[at : at + 40]!r}"
    if data.startswith(b"\x1f\x8b"):
        yield from _inside(f"{name}!", _unpacked(data), mark)
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for one in archive.namelist():
                yield from _inside(f"{name}!{one}", archive.read(one), mark)


def _unpacked(data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return b""
