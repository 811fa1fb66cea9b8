"""The whole way of feeds: one post with other captures, what is cut of others, evidence in every encoding."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from making_feeds import CHANNEL, MASTODON, NITTER, YOUTUBE
from planting import placed
from sma_plugin.ingest import ingest
from sma_plugin.package import Package
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths, Policy, Settings
from test_compose import assert_valid, posts_of
from test_mastodon_api import status

HANDLE = "gemeente@sociaal.voorbeeldstad.example"
ACCEPTED = {"incomplete": Policy("archivaris", "2026-01-01", "Besluit 1", "accept")}
"""A feed never brings its pictures along."""
PAGE = "https://sociaal.voorbeeldstad.example/@gemeente"
REGISTER = f"""platform;native_id;handle;kind;list;category
mastodon;;{HANDLE};corporate;lijst;1
youtube;{CHANNEL};;corporate;lijst;1
x;;voorbeeldstad;corporate;lijst;1
"""


@pytest.fixture(autouse=True)
def seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMA_SEED", "proef")


def packaged(tmp_path: Path, **files: bytes) -> Package:
    (tmp_path / "register.csv").write_text(REGISTER)
    (tmp_path / "selection-list.csv").write_text("list,version,category,value\nlijst,2020,1,B\n")
    folder = placed(tmp_path / "levering", {name.replace("_dot_", "."): data for name, data in files.items()}, 0)
    result = ingest([folder], tmp_path / "out", Settings(base=str(tmp_path), paths=Paths(), policies=ACCEPTED), Quiet())
    (made,) = result.packages
    return Package(made.path)


@pytest.mark.parametrize("data", [YOUTUBE, MASTODON, NITTER], ids=["youtube", "mastodon", "x"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_feed_becomes_a_sound_package(tmp_path: Path, data: bytes, encoding: str) -> None:
    text = data.decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
    package = packaged(tmp_path, feed_dot_xml=text.encode(encoding, "xmlcharrefreplace"))
    assert posts_of(package)
    assert_valid(package)


def test_a_post_in_feed_and_response_is_one(tmp_path: Path) -> None:
    account = {**status(101)["account"], "acct": "gemeente", "username": "gemeente", "url": PAGE}
    account |= {"uri": "https://sociaal.voorbeeldstad.example/users/gemeente"}
    answer = {
        **status(101),
        "id": "101",
        "uri": "https://sociaal.voorbeeldstad.example/users/gemeente/statuses/101",
        "url": f"{PAGE}/101",
        "account": account,
        "created_at": "2025-03-04T10:00:00.000Z",
        "content": "<p>Brand in de haven</p>",
        "spoiler_text": "brand",
        "media_attachments": [],
    }
    feed = MASTODON.replace(b"@gemeente/101", b"@gemeente/99").replace(b"@gemeente/102", b"@gemeente/101")
    package = packaged(tmp_path, a_dot_json=json.dumps([answer]).encode(), b_dot_xml=feed)
    found = {post.url: post for post in posts_of(package)}
    assert set(found) == {f"{PAGE}/99", f"{PAGE}/101"}
    (version,) = found[f"{PAGE}/101"].versions
    assert sorted(one.path.rpartition("/")[2] for one in version.evidence) == ["a.json", "b.xml"]
    assert found[f"{PAGE}/101"].native_id == answer["uri"]
    assert_valid(package)


def test_items_of_others_are_cut_and_the_feed_stays_one(tmp_path: Path) -> None:
    package = packaged(tmp_path, feed_dot_xml=MASTODON.replace(b"/@gemeente/102", b"/@inwoner/102"))
    (kept,) = package.captures.rglob("feed.xml")
    items = ET.fromstring(kept.read_bytes()).findall("channel/item")
    assert [item.findtext("link") for item in items] == [f"{PAGE}/101"]
    assert len(posts_of(package)) == 1
    assert_valid(package)
