"""Real captures, where they are at hand: through the whole way, with numbers worked out by other means."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from making import tree
from sma_plugin.findings import gather
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import ingest
from sma_plugin.model import PostHistory
from sma_plugin.package import Package, WorkArea
from sma_plugin.package.records import read_record
from sma_plugin.pipeline import prepare, run
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from sma_plugin.validate import schemas
from sma_plugin.validate.mets_stream import read_mets
from sma_plugin.validate.step import validate_path

ARCHIVE = "mastodon/fossilizer-export/mastodon-export.zip"


@pytest.fixture(scope="module")
def package(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    out = tmp_path_factory.mktemp("real") / "out"
    result = ingest([samples / ARCHIVE], out, Settings(undecided=True), Quiet())
    assert result.outcome is Outcome.OK
    (root,) = [path for path in out.iterdir() if path.name != "for-depositor"]
    return Package(root)


def test_a_real_mastodon_archive_becomes_a_package_without_errors(package: Package) -> None:
    if schemas.missing():
        pytest.skip("the official schemas are not at hand")
    found = gather(validate_path(package.root))
    assert [finding.code for finding in found if finding.severity in ("error", "warning")] == []


def test_every_activity_of_the_archive_is_a_post_with_its_own_bytes(package: Package, samples: Path) -> None:
    with zipfile.ZipFile(samples / ARCHIVE) as archive:
        outbox = json.loads(archive.read("outbox.json"))
    stated = {activity["object"]["id"] for activity in outbox["orderedItems"]}
    posts = [line.item for line in read_lines(package.posts) if isinstance(line.item, PostHistory)]
    assert {post.native_id for post in posts} == stated
    for post in posts:
        (evidence,) = post.versions[0].evidence
        data = package.path(evidence.path).read_bytes()
        assert evidence.offset is not None
        assert evidence.length is not None
        item = json.loads(data[evidence.offset : evidence.offset + evidence.length])
        assert item["object"]["id"] == post.native_id


def test_every_sha256_agrees_in_mets_checksum_file_record_and_on_disk(package: Package) -> None:
    disk = {
        name: hashlib.sha256(data).hexdigest()
        for name, data in tree(package.root).items()
        if name.startswith("objects/")
    }
    mets = {file.path: file.sha256 for file in read_mets(package.mets).files.values()}
    listed = {}
    for line in (package.metadata / "checksum.sha256").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        listed[name.removeprefix("../")] = digest
    assert disk == mets == listed
    (delivered,) = read_record(package.record).delivered
    assert {member.kept: member.sha256 for member in delivered.members}.items() <= disk.items()


def test_metsrw_reads_the_mets(package: Package) -> None:
    metsrw = pytest.importorskip("metsrw")
    files = [file for file in metsrw.METSDocument.fromfile(str(package.mets)).all_files() if file.type == "Item"]
    assert {file.path for file in files} == {name for name in tree(package.root) if name.startswith("objects/")}


def captures_of_the_web(samples: Path) -> list[Path]:
    return [path for path in sorted((samples / "warc").rglob("*")) if path.is_file() and path.name != "SOURCE.txt"]


def test_web_captures_are_read_to_the_end_whatever_state_they_are_in(samples: Path, tmp_path: Path) -> None:
    for number, path in enumerate(captures_of_the_web(samples)):
        place = WorkArea(tmp_path / str(number))
        prepare(place, [path])
        outcome = run(("receive",), place, Settings(), Quiet())
        if outcome is Outcome.OK:
            run(("read", "history"), place, Settings(), Quiet())
            assert place.history.is_file(), path.name
        codes = {finding.code for finding in place.findings("receive", "read", "history")}
        assert "SMA-B019" not in codes, path.name


def test_healthy_web_captures_give_no_false_alarm(samples: Path, tmp_path: Path) -> None:
    healthy = ("warcio-tests/example.warc", "warcio-tests/example.warc.gz", "py-wacz-fixtures/valid_example_1.wacz")
    for number, name in enumerate(healthy):
        place = WorkArea(tmp_path / str(number))
        prepare(place, [samples / "warc" / name])
        run(("receive", "read"), place, Settings(), Quiet())
        grave = [one for one in place.findings("receive", "read") if one.severity in ("error", "warning")]
        # That nobody has said who captured it is true of every bare file.
        assert [one.code for one in grave if one.code != "SMA-B014"] == [], name
