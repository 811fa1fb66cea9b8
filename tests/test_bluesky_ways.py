"""The whole way of Bluesky's captures: what is held, on what ground it goes on, and several captures of one post."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from making_bluesky import DID, FOLLOW, HANDLE, LIKE, SOUND, cid, did_document, post, repository, uri
from planting import placed
from sma_plugin.ingest import Result, ingest
from sma_plugin.package import Package
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Defaults, Paths, Policy, Settings
from test_bluesky_api import AUTHOR
from test_compose import assert_valid, codes, packages, posts_of
from warc_builders import written

LIKED = {**SOUND, "app.bsky.feed.like/3lbzzzzzzzzz2": LIKE, "app.bsky.graph.follow/3lbzzzzzzzzz2": FOLLOW}
KEPT = "own-likes-and-follows"
KEEP = {KEPT: Policy("archivaris", "2026-01-15", "besluit 12")}


@pytest.fixture(autouse=True)
def seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMA_SEED", "proef")


@pytest.fixture
def registered(tmp_path: Path) -> Settings:
    (tmp_path / "register.csv").write_text(
        f"platform;native_id;handle;kind;list;category\nbluesky;{DID};;corporate;lijst;1\n"
    )
    (tmp_path / "selection-list.csv").write_text("list,version,category,value\nlijst,2020,1,B\n")
    return Settings(base=str(tmp_path), paths=Paths())


def run(tmp_path: Path, settings: Settings, **files: bytes) -> Result:
    folder = placed(tmp_path / "levering", {name.replace("_dot_", "."): data for name, data in files.items()}, 0)
    return ingest([folder], tmp_path / "out", settings, Quiet())


def with_policies(settings: Settings, policies: dict[str, Policy], **defaults: Any) -> Settings:
    return Settings(base=settings.base, paths=Paths(), policies=policies, defaults=Defaults(**defaults))


def the_package(tmp_path: Path) -> Package:
    (found,) = packages(tmp_path / "out").values()
    return found


def listed() -> bytes:
    """The same records as JSON."""
    records = [{"uri": f"at://{DID}/{key}", "cid": "x", "value": record} for key, record in LIKED.items()]
    return json.dumps({"records": records}).encode()


def test_a_repository_with_likes_is_held(tmp_path: Path, registered: Settings) -> None:
    result = run(tmp_path, registered, account_dot_car=repository(LIKED))
    assert result.outcome is Outcome.NEEDS_DECISION
    assert {"SMA-B021", "SMA-B024", "SMA-R200"} <= codes(result.findings)
    assert not (tmp_path / "out").exists()


def test_the_same_records_as_json_let_the_package_go_without_it(tmp_path: Path, registered: Settings) -> None:
    result = run(tmp_path, registered, account_dot_car=repository(LIKED), records_dot_json=listed())
    package = the_package(tmp_path)
    assert not list(package.captures.rglob("*.car"))
    assert len(posts_of(package)) == 8
    (kept,) = package.captures.rglob("records.json")
    collections = {one["uri"].split("/")[3] for one in json.loads(kept.read_bytes())["records"]}
    assert collections == {"app.bsky.feed.post", "app.bsky.actor.profile"}
    assert "SMA-B021" in codes(result.packages[0].findings)
    assert_valid(package)


def test_a_role_may_decide_that_it_is_kept_whole(tmp_path: Path, registered: Settings) -> None:
    data = repository(LIKED)
    settings = with_policies(registered, KEEP)
    result = run(tmp_path, settings, account_dot_car=data, did_dot_json=did_document())
    assert result.outcome is Outcome.OK
    package = the_package(tmp_path)
    (kept,) = package.captures.rglob("*.car")
    assert kept.read_bytes() == data
    (decision,) = (one for one in json.loads(package.decisions.read_bytes())["decisions"] if one["subject"] == KEPT)
    assert (decision["role"], decision["decided"]) == ("archivaris", "keep")
    assert "SMA-R202" in codes(result.packages[0].findings)
    for item in posts_of(package):
        (evidence,) = item.versions[0].evidence
        assert evidence.offset is not None
        assert evidence.length is not None
        block = data[evidence.offset : evidence.offset + evidence.length]
        assert cid(block).text == evidence.locator
    assert_valid(package)


def test_a_package_of_one_year_does_not_cut_a_repository(tmp_path: Path, registered: Settings) -> None:
    records = {**SOUND, "app.bsky.feed.post/3lzzzzzzzzzzz": post("later", createdAt="2026-01-01T00:00:00Z")}
    data = repository(records)
    by_year = with_policies(registered, {}, period_cut="year")
    assert run(tmp_path, by_year, account_dot_car=data).outcome is Outcome.NEEDS_DECISION
    policy = {"whole-files": Policy("archivaris", "2026-01-15", "besluit 12")}
    result = run(tmp_path, with_policies(registered, policy, period_cut="year"), account_dot_car=data)
    assert result.outcome is Outcome.OK
    assert [path.read_bytes() for path in (tmp_path / "out").rglob("*.car")] == [data] * 2


def test_one_post_in_repository_feed_and_rss_is_one(tmp_path: Path, registered: Settings) -> None:
    key, record = "3lbaaaaaaaaaa", SOUND["app.bsky.feed.post/3lbaaaaaaaaaa"]
    view = {
        "uri": uri(key),
        "cid": "x",
        "author": AUTHOR,
        "record": record,
        "likeCount": 2,
        "indexedAt": "2025-03-02T00:00:00Z",
    }
    rss = f"""<rss version="2.0"><channel><link>https://bsky.app/profile/{HANDLE}</link><title>@{HANDLE} - x</title>
      <item><link>https://bsky.app/profile/{HANDLE}/post/{key}</link><description>bericht a</description>
      <pubDate>01 Mar 2025 00:00 +0000</pubDate><guid isPermaLink="false">{uri(key)}</guid></item></channel></rss>"""
    run(
        tmp_path,
        registered,
        account_dot_car=repository(SOUND),
        did_dot_json=did_document(),
        feed_dot_json=json.dumps({"feed": [{"post": view}]}).encode(),
        feed_dot_xml=rss.encode(),
    )
    package = the_package(tmp_path)
    (item,) = (one for one in posts_of(package) if one.native_id == uri(key))
    (version,) = item.versions
    assert sorted(one.path.rpartition("/")[2] for one in version.evidence) == ["account.car", "feed.json", "feed.xml"]
    assert len(posts_of(package)) == 8
    assert_valid(package)


def test_a_repository_in_a_capture_of_the_web_is_read(tmp_path: Path, registered: Settings) -> None:
    url = f"https://bsky.social/xrpc/com.atproto.sync.getRepo?did={DID}"
    warc = written([(url, repository(SOUND), "application/vnd.ipld.car")], packed=False)
    result = run(tmp_path, registered, web_dot_warc=warc)
    assert result.outcome is Outcome.OK
    assert len(posts_of(the_package(tmp_path))) == 8
    assert_valid(the_package(tmp_path))
