"""One post over several techniques: what the interfaces, the pages and the collectors of Meta give, in one history."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import ingest
from sma_plugin.model import PostHistory
from sma_plugin.package import Package
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.validate.step import validate_path
from test_facebook_graph import PAGE_ID, feed, post
from test_facebook_graph import comment as remark
from test_facebook_web import PAGE_ID as SAME_PAGE
from test_facebook_web import article, story, timeline, written
from test_instagram_graph import media
from test_instagram_web import CODE, MESSAGES, NUMBER, OWNER, item
from test_instagram_web import timeline as answer
from warc_builders import record, warcinfo

ABOUT = """captured = "2025-04-01T12:00:00Z"
platform = "{platform}"
account = {{ native_id = "{account}" }}
"""
POST = f"{PAGE_ID}_9001"


def captured(*responses: tuple[str, Any, str]) -> bytes:
    """A WARC of responses: address, body, content type."""
    found = warcinfo()
    for number, (url, body, kind) in enumerate(responses, 1):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n".encode()
        found += record(block=head + data, number=number, url=url)
    return found


def packed(home: Path, platform: str, account: str, **deliveries: bytes) -> tuple[Package, list[PostHistory]]:
    """The package of an account that came in several deliveries, and its posts."""
    paths = []
    for name, data in deliveries.items():
        path = home / name.replace("__", ".")
        path.write_bytes(data)
        path.with_name(f"{path.name.partition('.')[0]}.capture.toml").write_text(
            ABOUT.format(platform=platform, account=account), encoding="utf-8"
        )
        paths.append(path)
    result = ingest(paths, home / "out", Settings(undecided=True), Quiet())
    (made,) = result.packages
    package = Package(made.path)
    return package, [line.item for line in read_lines(package.posts) if isinstance(line.item, PostHistory)]


def test_a_post_of_facebook_is_one_over_interface_page_and_mobile_page(tmp_path: Path) -> None:
    assert PAGE_ID == SAME_PAGE
    text = "De markt is open #markt"
    interface = feed(post(1, message=text, comments=feed(remark(1))))
    answers = captured(
        (
            f"https://graph.facebook.com/v19.0/{PAGE_ID}/feed?access_token=geheim",
            feed(post(1, message=text)),
            "application/json",
        ),
        (
            "https://www.facebook.com/api/graphql/",
            {"data": {"node": story(), "more": written("71")}},
            "application/json",
        ),
        (f"https://mbasic.facebook.com/{PAGE_ID}", timeline(article(text=f"<p>{text}</p>")), "text/html"),
    )
    package, posts = packed(tmp_path, "facebook", PAGE_ID, api__json=json.dumps(interface).encode(), web__warc=answers)
    by_id = {one.native_id: one for one in posts}
    assert set(by_id) == {POST, "9001_71"}
    whole, reply = by_id[POST], by_id["9001_71"]
    assert (whole.klass, reply.klass, reply.parent) == ("own", "reply", POST)
    assert (len(whole.versions), len(reply.versions)) == (1, 1)
    assert len(whole.versions[0].evidence) == 4
    assert [one.code for one in validate_path(package.root) if one.severity == "error"] == []
    metadata = (path for path in package.metadata.rglob("*") if path.is_file())
    assert [path for path in metadata if b"geheim" in path.read_bytes()] == []


def test_a_post_of_instagram_is_one_over_interface_page_and_collector(tmp_path: Path) -> None:
    text = "De markt is open #markt"
    owner = {"id": "17841400000000001"}
    graph = media(caption=text, permalink=f"https://www.instagram.com/p/{CODE}/", owner=owner, username="voorbeeldstad")
    mine = {**OWNER, "fbid_v2": owner["id"]}
    answers = captured(
        ("https://www.instagram.com/graphql/query", answer(item(user=mine)), "text/javascript"),
    )
    told = [[2, {**MESSAGES[0][1], "user": mine}], [3, *MESSAGES[1][1:]]]
    told[1][2] = {**told[1][2], "media_id": NUMBER}
    _, posts = packed(
        tmp_path,
        "instagram",
        OWNER["pk"],
        api__json=json.dumps({"data": [graph]}).encode(),
        lijst__json=json.dumps(told).encode(),
        web__warc=answers,
    )
    (one,) = posts
    assert (one.native_id, one.klass, len(one.versions)) == (NUMBER, "own", 1)
    assert len(one.versions[0].evidence) == 4
