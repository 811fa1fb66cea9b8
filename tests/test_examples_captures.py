"""The captures of the example organisation: sound containers that hold what the script's own table says."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

EXAMPLES = Path(__file__).parent.parent / "examples"
CAPTURES = EXAMPLES / "captures"
CONTENTS: dict[str, Any] = json.loads((EXAMPLES / "contents.json").read_bytes())


def holds(path: str) -> dict[str, int]:
    found: dict[str, int] = CONTENTS[path]["holds"]
    return found


def responses(data: bytes) -> dict[str, tuple[int, bytes]]:
    """Status and body of each response by address; raises when a digest is wrong."""
    found = {}
    for record in ArchiveIterator(io.BytesIO(data), check_digests="raise"):
        body = record.content_stream().read()
        if record.rec_type == "response":
            uri = record.rec_headers.get_header("WARC-Target-URI")
            found[uri] = (int(record.http_headers.get_statuscode()), body)
    return found


def rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(archive.read(f"data/{name}.js").partition(b"=")[2])
    return found


@pytest.mark.parametrize("name", ["mastodon-archive.zip", "x-archive.zip", "x-page.wacz"])
def test_zips_are_whole(name: str) -> None:
    with zipfile.ZipFile(CAPTURES / name) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len(set(archive.namelist())) > 4


def test_the_mastodon_archive_holds_what_was_put_into_it() -> None:
    with zipfile.ZipFile(CAPTURES / "mastodon-archive.zip") as archive:
        outbox = json.loads(archive.read("outbox.json"))
        names = set(archive.namelist())
    items, expected = outbox["orderedItems"], holds("mastodon-archive.zip")
    created = [item["object"] for item in items if item["type"] == "Create"]
    direct = [
        post for post in created if not any("Public" in to or "followers" in to for to in post["to"] + post["cc"])
    ]
    media = {medium["url"].lstrip("/") for post in created for medium in post["attachment"]}
    assert outbox["totalItems"] == expected["stated"] == len(items) + 1
    assert (len(items), len(created) - len(direct), len(direct)) == tuple(
        expected[name] for name in ("activities", "posts", "direct")
    )
    assert len(media - names) == 1
    assert any("oneOf" in post for post in created)
    assert any("updated" in post for post in created)


def test_the_x_archive_holds_what_was_put_into_it() -> None:
    expected = holds("x-archive.zip")
    with zipfile.ZipFile(CAPTURES / "x-archive.zip") as archive:
        files = [name for name in expected if name != "posts"]
        found = {name: rows(archive, name) for name in files}
        names = set(archive.namelist())
        manifest = json.loads(archive.read("data/manifest.js").partition(b"=")[2])
        listed = [entry for kind in manifest["dataTypes"].values() for entry in kind["files"]]
        counted = {entry["fileName"]: len(rows(archive, entry["fileName"][5:-3])) for entry in listed}
    assert {name: len(found[name]) for name in files} == {name: expected[name] for name in files}
    assert counted == {entry["fileName"]: int(entry["count"]) for entry in listed}
    posts = [row["tweet"] for name in files if name != "note-tweet" for row in found[name]]
    assert len({post["id_str"] for post in posts}) == len(posts) == expected["posts"]
    controls = (post["edit_info"].get("initial") or post["edit_info"]["edit"]["editControlInitial"] for post in posts)
    named = {revision for control in controls for revision in control["editTweetIds"]}
    assert len(named - {post["id_str"] for post in posts}) == 1
    media = [
        (post["id_str"], medium) for post in posts for medium in post.get("extended_entities", {}).get("media", ())
    ]
    absent = [own for own, _ in media if not any(name.startswith(f"data/tweets_media/{own}-") for name in names)]
    assert len(absent) == 1


def test_texts_and_their_entities_agree() -> None:
    with zipfile.ZipFile(CAPTURES / "x-archive.zip") as archive:
        posts = [row["tweet"] for row in rows(archive, "tweets") + rows(archive, "tweets-part1")]
    places = [
        (post["full_text"][int(link["indices"][0]) : int(link["indices"][1])], link["url"])
        for post in posts
        for link in post["entities"]["urls"] + post["entities"].get("media", [])
    ]
    assert len(places) > 10
    assert [shown for shown, _ in places] == [url for _, url in places]


def test_the_api_pages_hold_what_was_put_into_them() -> None:
    *lines, last = (CAPTURES / "x-api" / "timeline.jsonl").read_bytes().split(b"\n")
    pages, expected = [json.loads(line) for line in lines], holds("x-api/timeline.jsonl")
    asked = {post["id"] for page in pages for post in page["data"]}
    near = {post["id"] for page in pages for post in page["includes"].get("tweets", ())}
    assert (len(pages), len(asked), len(near - asked)) == tuple(
        expected[name] for name in ("pages", "posts", "included")
    )
    with pytest.raises(json.JSONDecodeError):
        json.loads(last)
    tokens = {page["meta"].get("next_token") for page in pages} - {None}
    followed = {token for token in tokens if any(token in page["__twarc"]["url"] for page in pages)}
    assert len(tokens - followed) == 2
    assert any(page.get("errors") for page in pages)
    assert {user["username"] for page in pages for user in page["includes"]["users"]} >= {"vbstad", "burgemeestervbs"}


def test_the_api_warc_holds_what_was_put_into_it_and_its_digests_are_right() -> None:
    found = responses((CAPTURES / "x-api.warc.gz").read_bytes())
    posts: set[str] = set()
    for status, body in found.values():
        value = json.loads(body)
        answers = value if isinstance(value, list) else value.get("statuses", value.get("data", []))
        posts |= {post.get("id_str") or post["id"] for post in answers if status == 200}
    assert len(posts) == holds("x-api.warc.gz")["posts"]
    assert sorted(status for status, _ in found.values() if status != 200) == [429]


def test_the_wacz_agrees_with_its_own_hashes_and_index() -> None:
    path = CAPTURES / "x-page.wacz"
    with zipfile.ZipFile(path) as archive:
        described = archive.read("datapackage.json")
        for entry in json.loads(described)["resources"]:
            data = archive.read(entry["path"])
            assert (entry["hash"], entry["bytes"]) == (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data))
        seal = json.loads(archive.read("datapackage-digest.json"))
        index = archive.read("indexes/index.cdxj").decode().splitlines()
        warc = archive.read("archive/data.warc.gz")
        pages = archive.read("pages/pages.jsonl").splitlines()
        stored = archive.getinfo("archive/data.warc.gz")
    assert seal["hash"] == f"sha256:{hashlib.sha256(described).hexdigest()}"
    assert index == sorted(index)
    for line in index:
        facts = json.loads(line.split(" ", 2)[2])
        start, length = int(facts["offset"]), int(facts["length"])
        assert facts["url"].encode() in gzip.decompress(warc[start : start + length])
    assert stored.compress_type == zipfile.ZIP_STORED
    assert warc in path.read_bytes()
    assert len(pages) == holds("x-page.wacz")["pages"] + 1


def test_the_web_page_holds_what_was_put_into_it() -> None:
    with zipfile.ZipFile(CAPTURES / "x-page.wacz") as archive:
        found = responses(archive.read("archive/data.warc.gz"))
    timeline = next(body for uri, (_, body) in found.items() if "/graphql/" in uri)
    assert timeline.count(b'"entryId": "tweet-') == holds("x-page.wacz")["posts"] + 1
    assert [uri for uri, (status, _) in found.items() if status == 404] != []
    assert any("/i/flow/login" in uri for uri in found)
