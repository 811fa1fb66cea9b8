"""The main job from end to end: a delivery goes in, packages come out, and nothing is ever half done."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from making import mastodon, note, tree, zipped
from sma_plugin.findings import gather
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import Result, ingest
from sma_plugin.model import PostHistory
from sma_plugin.package import Package
from sma_plugin.package.files import read_json_lines
from sma_plugin.package.records import FileRecord, read_record
from sma_plugin.pipeline import StepError
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from sma_plugin.validate.step import validate_path

SETTINGS = Settings(undecided=True)


@pytest.fixture(autouse=True)
def seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMA_SEED", "proef")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return zipped(tmp_path / "in" / "mastodon-archief.zip", mastodon())


def run(out: Path, *bundles: Path, settings: Settings = SETTINGS, force: bool = False) -> Result:
    return ingest(bundles, out, settings, Quiet(), force=force)


def only_package(out: Path) -> Package:
    (root,) = [path for path in out.iterdir() if path.name != "for-depositor"]
    return Package(root)


def posts_of(package: Package) -> list[PostHistory]:
    return [line.item for line in read_lines(package.posts) if isinstance(line.item, PostHistory)]


def test_a_mastodon_archive_becomes_a_valid_package(bundle: Path, tmp_path: Path) -> None:
    result = run(tmp_path / "out", bundle)
    assert result.outcome is Outcome.OK
    package = only_package(tmp_path / "out")
    assert [one.code for one in gather(validate_path(package.root)) if one.severity == "error"] == []
    assert [post.latest.text for post in posts_of(package)] == [
        "De Stationsweg is dicht & blijft dicht 🚧",
        "Aanvulling",
        "שלום Voorbeeldstad",
    ]
    assert not (tmp_path / ".out.sma-work").exists()


def test_evidence_holds_the_very_post_it_is_for(bundle: Path, tmp_path: Path) -> None:
    run(tmp_path / "out", bundle)
    package = only_package(tmp_path / "out")
    for post in posts_of(package):
        for evidence in post.versions[0].evidence:
            data = package.path(evidence.path).read_bytes()
            assert evidence.offset is not None
            assert evidence.length is not None
            item = json.loads(data[evidence.offset : evidence.offset + evidence.length])
            assert item["object"]["id"] == post.native_id


def test_a_direct_message_is_nowhere_in_the_package(bundle: Path, tmp_path: Path) -> None:
    run(tmp_path / "out", bundle)
    package = only_package(tmp_path / "out")
    for name, data in tree(package.root).items():
        assert b"alleen voor een inwoner" not in data, name
        assert b"elders.example" not in data, name
    excluded = json.loads(package.excluded.read_bytes())
    assert {row["kind"]: row["count"] for row in excluded["classes"]} == {"direct-messages": 1, "own-likes": 1}
    (listing,) = (tmp_path / "out" / "for-depositor").iterdir()
    assert hashlib.sha256(listing.read_bytes()).hexdigest() == excluded["list_sha256"]


def test_kept_files_are_the_delivered_bytes(bundle: Path, tmp_path: Path) -> None:
    run(tmp_path / "out", bundle)
    package = only_package(tmp_path / "out")
    record = read_record(package.record)
    (delivered,) = record.delivered
    assert delivered.sha256 == hashlib.sha256(bundle.read_bytes()).hexdigest()
    contents = mastodon()
    for member in delivered.members:
        assert member.sha256 == hashlib.sha256(contents[member.path]).hexdigest()
        if member.path != "outbox.json":
            assert package.path(member.kept or "").read_bytes() == contents[member.path]


def test_any_name_of_a_folder_will_do(bundle: Path, tmp_path: Path) -> None:
    out = tmp_path / "100% klaar? #1 & 'rest'"
    assert run(out, bundle).outcome is Outcome.OK
    assert only_package(out).posts.is_file()


def test_the_same_input_gives_the_same_bytes(bundle: Path, tmp_path: Path) -> None:
    run(tmp_path / "one", bundle)
    run(tmp_path / "two", bundle)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


class Killed(BaseException):
    """What a kill looks like from inside: nothing catches it."""


def test_a_run_that_is_killed_at_any_write_point_can_be_repeated(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "whole" / "out", bundle)
    expected = tree(tmp_path / "whole" / "out")
    really = Path.replace
    writes = 0

    def counted(self: Path, target: Path) -> Path:
        nonlocal writes
        writes += 1
        return really(self, target)

    monkeypatch.setattr(Path, "replace", counted)
    run(tmp_path / "counted" / "out", bundle)
    monkeypatch.setattr(Path, "replace", really)
    assert writes > 20
    for point in range(1, writes + 1):
        home = tmp_path / f"killed-{point}"
        reached = 0

        def stopping(self: Path, target: Path, point: int = point) -> Path:
            nonlocal reached
            reached += 1
            if reached == point:
                raise Killed
            return really(self, target)

        monkeypatch.setattr(Path, "replace", stopping)
        with pytest.raises(Killed):
            run(home / "out", bundle)
        monkeypatch.setattr(Path, "replace", really)
        assert not (home / "out").exists() or point == writes or not any((home / "out").glob("mastodon-*"))
        run(home / "out", bundle)
        assert tree(home / "out") == expected, f"after a kill at write point {point}"
        shutil.rmtree(home)


def test_a_package_that_is_there_is_not_overwritten(bundle: Path, tmp_path: Path) -> None:
    run(tmp_path / "out", bundle)
    before = tree(tmp_path / "out")
    with pytest.raises(StepError, match="--force"):
        run(tmp_path / "out", bundle)
    assert tree(tmp_path / "out") == before
    run(tmp_path / "out", bundle, force=True)
    assert tree(tmp_path / "out") == before


def test_an_unregistered_account_is_held(bundle: Path, tmp_path: Path) -> None:
    result = run(tmp_path / "out", bundle, settings=Settings())
    assert result.outcome is Outcome.NEEDS_DECISION
    assert result.held == ["Mastodon @gemeente@social.voorbeeldstad.example"]
    assert not (tmp_path / "out").exists()
    assert "SMA-S001" in {finding.code for finding in result.findings}


def test_posts_are_cut_by_year_and_media_follow(tmp_path: Path) -> None:
    picture = {"type": "Document", "mediaType": "image/png", "url": "media_attachments/a.png", "name": None}
    old = note(1, "oud", attachment=[picture])
    old["object"]["published"] = old["published"] = "2024-12-31T23:59:59Z"
    bundle = zipped(tmp_path / "a.zip", mastodon([old, note(2, "nieuw")]))
    settings = Settings(undecided=True, defaults=type(SETTINGS.defaults)(period_cut="year"))
    run(tmp_path / "out", bundle, settings=settings)
    packages = sorted(path for path in (tmp_path / "out").iterdir() if path.name != "for-depositor")
    assert [[post.latest.text for post in posts_of(Package(path))] for path in packages] == [["oud"], ["nieuw"]]
    for path in packages:
        (outbox,) = path.glob("objects/captures/*/outbox.json")
        assert len(json.loads(outbox.read_bytes())["orderedItems"]) == 1
        assert [one.code for one in gather(validate_path(path)) if one.severity == "error"] == []


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00" * 5000, id="zeros"),
        pytest.param(b"PK\x03\x04" + b"\xff" * 200, id="no zip"),
        pytest.param(b"\x1f\x8b" + b"\x00" * 50, id="no gzip"),
        pytest.param(b'{"a":' * 20_000, id="deep json"),
        pytest.param("﻿<html>geen vastlegging</html>".encode(), id="a page"),
        pytest.param(b"WARC/1.0\r\nContent-Length: 999999999999\r\n\r\n", id="a lying warc"),
    ],
)
def test_bad_input_ends_in_findings_and_leaves_nothing(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "delivery.bin"
    path.write_bytes(data)
    result = run(tmp_path / "out", path)
    assert result.outcome is not Outcome.OK
    assert result.findings
    assert not (tmp_path / "out").exists()


def test_one_bad_bundle_does_not_stop_the_others(bundle: Path, tmp_path: Path) -> None:
    bad = tmp_path / "in" / "kapot.zip"
    bad.write_bytes(bundle.read_bytes()[:300])
    result = run(tmp_path / "out", bad, bundle)
    assert {"SMA-B002"} <= {finding.code for finding in result.findings}
    assert len(posts_of(only_package(tmp_path / "out"))) == 3


def test_file_records_agree_with_the_disk(bundle: Path, tmp_path: Path) -> None:
    result = ingest([bundle], tmp_path / "out", SETTINGS, Quiet(), keep=True)
    assert result.work is not None
    package = only_package(tmp_path / "out")
    lines = (package.metadata / "checksum.sha256").read_text().splitlines()
    listed = {line.split("  ", 1)[1].removeprefix("../"): line.split("  ", 1)[0] for line in lines}
    on_disk = {name: data for name, data in tree(package.root).items() if name.startswith("objects/")}
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in on_disk.items()}
    rows = read_json_lines(
        result.work / "packages" / f"{package.root.name}.steps" / "compose" / "files.jsonl", FileRecord
    )
    assert all(row.sha256 == listed[row.path] for row in rows)
