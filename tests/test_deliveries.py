"""Whole runs over what is really delivered: bags, several bundles, several accounts, and runs that follow on others."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pytest

import test_x_archive as x
from making import ACTOR, PNG, mastodon, note, tree, zipped
from sma_plugin import pipeline as steps
from sma_plugin.bundle.streams import FrontierFile
from sma_plugin.compose import copy as copying
from sma_plugin.compose import step as compose_step
from sma_plugin.findings import Finding
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import Result, ingest
from sma_plugin.model import AccountRef, PostHistory
from sma_plugin.package import Package, WorkArea
from sma_plugin.package.files import read_json
from sma_plugin.package.records import read_record
from sma_plugin.pipeline import ON_WORK_AREA, StepError, prepare
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Defaults, Paths, Settings
from sma_plugin.step_command import command

UNDECIDED = Settings(undecided=True)
LISTED = "list,version,category,value,term\nlijst,2020,1,B,\nlijst,2020,2,V,P5Y\n"


@pytest.fixture(autouse=True)
def seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMA_SEED", "proef")


def run(tmp_path: Path, *bundles: Path, settings: Settings = UNDECIDED, **options: bool) -> Result:
    return ingest(bundles, tmp_path / "out", settings, Quiet(), **options)


def codes(found: list[Finding]) -> list[str]:
    return [finding.code for finding in found]


def packages(out: Path) -> list[Package]:
    found = sorted(path for path in out.iterdir() if path.name != "for-depositor") if out.is_dir() else []
    return [Package(path) for path in found]


def texts(package: Package) -> list[str | None]:
    return [line.item.latest.text for line in read_lines(package.posts) if isinstance(line.item, PostHistory)]


def of_library(members: dict[str, bytes]) -> dict[str, bytes]:
    """The same export of another account."""
    return {
        name: data.replace(b"users/gemeente", b"users/bieb")
        .replace(b"@gemeente", b"@bieb")
        .replace(b'"gemeente"', b'"bieb"')
        for name, data in members.items()
    }


def registered(tmp_path: Path, *rows: str) -> Settings:
    (tmp_path / "register.csv").write_text("\n".join(["platform,native_id,handle,kind,list,category", *rows]) + "\n")
    (tmp_path / "selection-list.csv").write_text(LISTED)
    return Settings(base=str(tmp_path), paths=Paths())


STAD = f"mastodon,{ACTOR},gemeente,corporate,lijst,1"
BIEB = f"mastodon,{ACTOR.replace('gemeente', 'bieb')},bieb,corporate,lijst,2"


# --- bags and checksum files -----------------------------------------------------------------------------------------


def bag(root: Path, wrong: str = "", missing: str = "", extra: str = "") -> Path:
    """A BagIt bag of a Mastodon archive (RFC 8493), with one thing wrong if asked for."""
    rows = []
    for name, data in mastodon().items():
        path = root / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        digest = hashlib.sha512(b"anders" if name == wrong else data).hexdigest()
        rows.append(f"{digest}  data/{name}\n")
    (root / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (root / "manifest-sha512.txt").write_text("".join(rows))
    if missing:
        (root / "data" / missing).unlink()
    if extra:
        (root / "data" / extra).write_bytes(PNG + b"\0")
    return root


@pytest.mark.parametrize(
    ("fault", "code", "outcome"),
    [
        ({}, None, Outcome.OK),
        ({"wrong": "media_attachments/a.png"}, "SMA-B011", Outcome.ERRORS),
        ({"missing": "likes.json"}, "SMA-B012", Outcome.ERRORS),
        ({"extra": "media_attachments/b.png"}, "SMA-B027", Outcome.OK),
    ],
    ids=["good", "wrong", "missing", "extra"],
)
def test_a_bag_is_checked_against_its_manifest(
    tmp_path: Path, fault: dict[str, str], code: str | None, outcome: Outcome
) -> None:
    result = run(tmp_path, bag(tmp_path / "zak", **fault))
    assert [one for one in codes(result.findings) if one in ("SMA-B011", "SMA-B012", "SMA-B027")] == [code] * bool(code)
    assert result.outcome is outcome
    (package,) = packages(tmp_path / "out")
    assert len(texts(package)) == 3
    (delivered,) = read_record(package.record).delivered
    assert delivered.bag


def test_a_manifest_that_disagrees_concerns_its_own_capture_only(tmp_path: Path) -> None:
    other = zipped(tmp_path / "tweede.zip", of_library(mastodon()))
    run(tmp_path, bag(tmp_path / "zak", wrong="media_attachments/a.png"), other)
    checked = {
        package.root.name: [json.loads(line).get("outcome", "success") for line in lines if b'"fixity check"' in line]
        for package in packages(tmp_path / "out")
        for lines in [(package.sma / "events.jsonl").read_bytes().splitlines()]
    }
    assert sorted(outcome for outcomes in checked.values() for outcome in outcomes) == ["fail", "success"]


def test_a_bag_in_a_zip_is_checked_too(tmp_path: Path) -> None:
    root = bag(tmp_path / "zak", wrong="outbox.json")
    bundle = zipped(tmp_path / "zak.zip", {f"zak/{name}": data for name, data in tree(root).items()})
    assert "SMA-B011" in codes(run(tmp_path, bundle).findings)


@pytest.mark.parametrize(("sums", "found"), [("md5", False), ("sha256", False), ("sha256", True)])
def test_a_checksum_file_beside_members_is_used(tmp_path: Path, sums: str, found: bool) -> None:  # noqa: FBT001
    members = mastodon()
    rows = [f"{hashlib.new(sums, data + b'!' * found).hexdigest()} *{name}" for name, data in members.items()]
    name = {"md5": "MD5SUMS", "sha256": "checksums.sha256"}[sums]
    bundle = zipped(tmp_path / "a.zip", members | {name: "\n".join(rows).encode()})
    assert ("SMA-B011" in codes(run(tmp_path, bundle).findings)) is found


# --- several of them -------------------------------------------------------------------------------------------------


def test_bundles_of_several_accounts_become_a_package_each(tmp_path: Path) -> None:
    one = zipped(tmp_path / "in" / "a.zip", mastodon())
    two = zipped(tmp_path / "in" / "b.zip", of_library(mastodon([note(1, "Open")])))
    result = run(tmp_path, one, two)
    assert result.outcome is Outcome.OK
    assert sorted(len(texts(package)) for package in packages(tmp_path / "out")) == [1, 3]
    for package in packages(tmp_path / "out"):
        (delivered,) = read_record(package.record).delivered
        assert delivered.sha256 in {hashlib.sha256(path.read_bytes()).hexdigest() for path in (one, two)}


def test_an_account_in_several_bundles_is_one_package(tmp_path: Path) -> None:
    one = zipped(tmp_path / "in" / "a.zip", mastodon([note(1, "een"), note(2, "twee")]))
    two = zipped(tmp_path / "in" / "b.zip", mastodon([note(2, "twee"), note(3, "drie")]))
    assert run(tmp_path, one, two).outcome is Outcome.OK
    (package,) = packages(tmp_path / "out")
    assert texts(package) == ["een", "twee", "drie"]
    (shared,) = [
        line.item
        for line in read_lines(package.posts)
        if isinstance(line.item, PostHistory) and line.item.latest.text == "twee"
    ]
    assert len({one.capture for one in shared.versions[0].evidence}) == 2
    assert len(read_record(package.record).delivered) == 2


def test_parts_of_one_export_are_one_capture(tmp_path: Path) -> None:
    media = f"data/tweets_media/{x.ID}-plein.jpg"
    zipped(tmp_path / "in" / "x-1.zip", x.archive(tweets=x.ytd("tweets", [x.tweet(0)])))
    zipped(tmp_path / "in" / "x-2.zip", {"data/tweets-part1.js": x.ytd("tweets", [x.tweet(1)], 1), media: PNG})
    run(tmp_path, tmp_path / "in")
    (package,) = packages(tmp_path / "out")
    record = read_record(package.record)
    assert len(record.capture) == 1
    assert sorted(one.name for one in record.delivered) == ["x-1.zip", "x-2.zip"]
    assert len(texts(package)) == 2
    assert list(package.captures.rglob("*-plein.jpg"))


def test_a_held_account_does_not_stop_another_and_follows_later(tmp_path: Path) -> None:
    one = zipped(tmp_path / "in" / "a.zip", mastodon())
    two = zipped(tmp_path / "in" / "b.zip", of_library(mastodon([note(1, "Open")])))
    result = run(tmp_path, one, two, settings=registered(tmp_path, STAD))
    assert result.outcome is Outcome.NEEDS_DECISION
    assert result.held == ["Mastodon @bieb@social.voorbeeldstad.example"]
    before = tree(tmp_path / "out")
    assert len(result.packages) == 1
    again = run(tmp_path, one, two, settings=registered(tmp_path, STAD))
    assert (again.outcome, again.held, tree(tmp_path / "out")) == (result.outcome, result.held, before)
    decided = run(tmp_path, one, two, settings=registered(tmp_path, STAD, BIEB))
    assert decided.outcome is Outcome.OK
    assert len(decided.packages) == 2
    after = tree(tmp_path / "out")
    changed = {name.partition("/")[0] for name in after if before.get(name) != after[name]} - {"for-depositor"}
    assert [name.split("-")[1][:4] for name in changed] == ["bieb"]
    assert not (tmp_path / ".out.sma-work").exists()


def test_another_decision_on_a_delivered_package_asks_for_force(tmp_path: Path) -> None:
    one = zipped(tmp_path / "in" / "a.zip", mastodon())
    two = zipped(tmp_path / "in" / "b.zip", of_library(mastodon([note(1, "Open")])))
    run(tmp_path, one, two, settings=registered(tmp_path, STAD))
    other = registered(tmp_path, STAD.replace("lijst,1", "lijst,2"))
    again = run(tmp_path, one, two, settings=other)
    assert "SMA-S115" in {finding.code for finding in again.findings}
    assert again.outcome == Outcome.NEEDS_DECISION
    assert json.loads(packages(tmp_path / "out")[0].decisions.read_bytes())["value"] == "B"
    run(tmp_path, one, two, settings=other, force=True)
    assert json.loads(packages(tmp_path / "out")[0].decisions.read_bytes())["value"] == "V"


def test_what_a_register_says_does_not_make_a_delivery_be_read_again(tmp_path: Path) -> None:
    place = WorkArea(tmp_path / "work")
    prepare(place, [zipped(tmp_path / "in" / "a.zip", mastodon())])
    ended = Ended()
    steps.run(ON_WORK_AREA, place, registered(tmp_path, STAD), ended, resume=True)
    ended.steps.clear()
    steps.run(ON_WORK_AREA, place, registered(tmp_path, STAD.replace("lijst,1", "lijst,2")), ended, resume=True)
    assert ended.steps == ["history", "assess", "select", "compose"]


class Ended(Quiet):
    """Remembers which steps ran."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[str] = []

    def end(self, step: str, outcome: Outcome) -> None:  # noqa: ARG002
        self.steps.append(step)


def test_a_month_is_a_package_when_so_configured(tmp_path: Path) -> None:
    settings = Settings(undecided=True, defaults=Defaults(period_cut="month"))
    made = [note(1, "maart"), note(2, "april")]
    made[1]["published"] = made[1]["object"]["published"] = "2025-04-01T00:00:00Z"
    assert run(tmp_path, zipped(tmp_path / "b.zip", mastodon(made)), settings=settings).outcome is Outcome.OK
    assert [texts(package) for package in packages(tmp_path / "out")] == [["maart"], ["april"]]


# --- the place --------------------------------------------------------------------------------------------------------


def test_a_full_disk_is_told_before_anything_is_copied_and_the_run_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = zipped(tmp_path / "a.zip", mastodon())
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(compose_step.shutil, "disk_usage", lambda _path: usage._replace(free=1 << 20))
    result = run(tmp_path, bundle)
    assert result.outcome is Outcome.ERRORS
    assert "SMA-B020" in codes(result.findings)
    assert not (tmp_path / "out").exists()
    assert not list((tmp_path / ".out.sma-work").rglob("objects"))
    monkeypatch.undo()
    monkeypatch.setenv("SMA_SEED", "proef")
    assert run(tmp_path, bundle).outcome is Outcome.OK


def test_two_processes_do_not_work_in_one_place(tmp_path: Path) -> None:
    place = WorkArea(tmp_path / ".out.sma-work")
    prepare(place, [zipped(tmp_path / "a.zip", mastodon())])
    held = (
        "import sys; from pathlib import Path; from sma_plugin import pipeline, package\n"
        "with pipeline.locked(package.WorkArea(Path(sys.argv[1]))):\n print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", held, str(place.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StepError, match="Another run"):
            run(tmp_path, tmp_path / "a.zip")
        other.stdin.close()
        other.wait()
    assert run(tmp_path, tmp_path / "a.zip").outcome is Outcome.OK


def test_work_is_not_done_in_a_watched_folder(tmp_path: Path) -> None:
    bundle = zipped(tmp_path / "a.zip", mastodon())
    out = tmp_path / "watchedDirectories" / "activeTransfers"
    with pytest.raises(StepError, match="watches"):
        ingest([bundle], out, UNDECIDED, Quiet())
    assert not out.exists()
    elsewhere = Settings(undecided=True, paths=Paths(working_area=str(tmp_path / "work")))
    assert ingest([bundle], out, elsewhere, Quiet()).outcome is Outcome.OK
    assert len(packages(out)) == 1


def test_a_package_on_another_disk_is_moved_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = Path.replace

    def across(self: Path, target: Path) -> Path:
        if self.is_relative_to(tmp_path / "work") and Path(target).is_relative_to(tmp_path / "out"):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return really(self, target)

    monkeypatch.setattr(Path, "replace", across)
    settings = Settings(undecided=True, paths=Paths(working_area=str(tmp_path / "work")))
    assert run(tmp_path, zipped(tmp_path / "a.zip", mastodon()), settings=settings).outcome is Outcome.OK
    (package,) = packages(tmp_path / "out")
    assert len(texts(package)) == 3
    assert not (tmp_path / ".out.sma-part").exists()
    assert not list((tmp_path / "work").iterdir())


def test_delivered_bytes_are_read_twice_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of a zip that was written to a stream, with sizes behind its members, and that holds what stays out."""
    picture = {"type": "Document", "mediaType": "image/png", "url": "media_attachments/a.png", "name": None}
    members = mastodon([note(1, "een", attachment=[picture])])
    members["bookmarks.json"] = b'{"orderedItems":["https://elders.example/1"]}'
    members["media_attachments/a.png"] = PNG + bytes(range(256)) * 40_000
    path = tmp_path / "stroom.zip"
    with path.open("wb") as raw, zipfile.ZipFile(Unseekable(raw), "w") as archive:  # type: ignore[arg-type]
        for name, data in sorted(members.items()):
            archive.writestr(zipfile.ZipInfo(name, (2025, 4, 1, 12, 0, 0)), data)
    passed: dict[str, int] = {}
    really = FrontierFile.readinto

    def counted(self: FrontierFile, buffer: bytearray) -> int:
        size = really(self, buffer)
        passed[step] = passed.get(step, 0) + size
        return size

    monkeypatch.setattr(FrontierFile, "readinto", counted)
    place = WorkArea(tmp_path / "work")
    prepare(place, [path])
    for step in ON_WORK_AREA:
        steps.run([step], place, UNDECIDED, Quiet())
    size = path.stat().st_size
    assert {name for name, count in passed.items() if count > size / 10} == {"read", "compose"}
    assert all(count < 1.05 * size for count in passed.values())


class Unseekable:
    """A pipe, to a writer."""

    def __init__(self, raw: BinaryIO) -> None:
        self.write, self.flush = raw.write, raw.flush


# --- clones and links ------------------------------------------------------------------------------------------------


def folder(tmp_path: Path) -> Path:
    for name, data in mastodon().items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "in"


def test_whole_files_are_cloned_where_that_can_be_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cloned: list[str] = []

    def ioctl(target: Any, request: int, source: int) -> int:
        assert request == copying._FICLONE
        path = Path(f"/proc/self/fd/{source}").resolve()
        cloned.append(path.name)
        target.write(path.read_bytes())
        return 0

    monkeypatch.setattr(copying.fcntl, "ioctl", ioctl)
    run(tmp_path, folder(tmp_path))
    assert {"actor.json", "avatar.png", "a.png"} <= set(cloned)
    (package,) = packages(tmp_path / "out")
    assert {path.name: path.read_bytes() for path in package.captures.rglob("*.png")} == {
        "avatar.png": PNG,
        "a.png": PNG,
    }


def test_a_clone_that_has_other_bytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ioctl(target: Any, _request: int, _source: int) -> int:
        target.write(b"anders")
        return 0

    monkeypatch.setattr(copying.fcntl, "ioctl", ioctl)
    assert "SMA-B022" in codes(run(tmp_path, folder(tmp_path)).findings)


def test_a_depositors_file_is_never_linked_and_an_unpacked_one_once(tmp_path: Path) -> None:
    delivered = folder(tmp_path)
    archive = shutil.make_archive(str(tmp_path / "pak"), "gztar", delivered)
    settings = Settings(undecided=True, defaults=Defaults(period_cut="year"))
    for bundle in (delivered, Path(archive)):
        place = WorkArea(tmp_path / f"work-{bundle.name}")
        prepare(place, [bundle])
        steps.run(ON_WORK_AREA, place, settings, Quiet())
        links = {path.name: path.stat().st_nlink for path in place.packages.rglob("*.png")}
        assert links == dict.fromkeys(("a.png", "avatar.png"), 1 if bundle == delivered else 2)
    assert all(path.stat().st_nlink == 1 for path in delivered.rglob("*") if path.is_file())


# --- verify ----------------------------------------------------------------------------------------------------------


def test_verify_sees_a_change_that_size_and_date_hide(tmp_path: Path) -> None:
    delivered = folder(tmp_path)
    place = WorkArea(tmp_path / "work")
    prepare(place, [delivered])
    ended = Ended()
    steps.run(ON_WORK_AREA[:3], place, UNDECIDED, ended, resume=True)
    path = delivered / "outbox.json"
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Aanvulling", b"AANVULLING"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    ended.steps.clear()
    steps.run(ON_WORK_AREA[:3], place, UNDECIDED, ended, resume=True)
    assert ended.steps == []
    steps.run(ON_WORK_AREA[:3], place, UNDECIDED, ended, resume=True, verify=True)
    assert ended.steps == ["receive", "read", "history"]
    ended.steps.clear()
    steps.run(ON_WORK_AREA[:3], place, UNDECIDED, ended, resume=True, verify=True)
    assert ended.steps == []


@pytest.mark.parametrize("step", ["read/items.msgpack", "history/history.sqlite"])
def test_what_a_step_left_is_looked_at_too(tmp_path: Path, step: str) -> None:
    place = WorkArea(tmp_path / "work")
    prepare(place, [folder(tmp_path)])
    ended = Ended()
    steps.run(ON_WORK_AREA[:4], place, UNDECIDED, ended, resume=True)
    ended.steps.clear()
    (place.steps_root / step).unlink()
    steps.run(ON_WORK_AREA[:4], place, UNDECIDED, ended, resume=True)
    assert ended.steps == {"r": ["read", "history", "assess"], "h": ["history", "assess"]}[step[0]]


def test_sma_step_refuses_changed_inputs_when_asked_to_verify(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    delivered = folder(tmp_path)
    place = WorkArea(tmp_path / "work")
    prepare(place, [delivered])
    assert command(["receive,read,history,assess,select,compose", str(place.root), "--undecided"]) == 0
    assert command(["compose,normalise", str(place.root), "--undecided", "--verify"]) == 0
    (delivered / "avatar.png").write_bytes(PNG[::-1])
    assert command(["compose", str(place.root), "--undecided", "--verify"]) == 2
    assert "avatar.png" in capsys.readouterr().err
    (kept,) = place.packages.rglob("avatar.png")
    kept.write_bytes(PNG[::-1])
    (root,) = [path for path in place.packages.iterdir() if not path.name.endswith((".steps", ".lock"))]
    assert command(["normalise", str(root), "--verify"]) == 2
    assert command(["normalise", str(root)]) == 0


def test_what_lies_beside_another_delivery_is_not_told_in_this_package(tmp_path: Path) -> None:
    stad = zipped(tmp_path / "stad.zip", mastodon([note(1, "Een")]))
    bieb = tmp_path / "bieb"
    bieb.mkdir()
    zipped(bieb / "archief.zip", of_library(mastodon([note(2, "Twee")])))
    (bieb / "brief-van-jansen.txt").write_text("Beste archivaris")
    run(tmp_path, stad, bieb)
    told = {package.root.name: [one.code for one in read_findings(package)] for package in packages(tmp_path / "out")}
    assert len(told) == 2
    assert {name.split("-")[1].split("_")[0]: "SMA-B041" in found for name, found in told.items()} == {
        "gemeente": False,
        "bieb": True,
    }


def read_findings(package: Package) -> list[Finding]:
    return read_json(package.all_findings, list[Finding])


def test_a_package_is_called_after_the_own_posts_in_it(tmp_path: Path) -> None:
    """The post that an own one answers is of another year, and does not date the package."""
    answer = {
        "id": "20",
        "author_id": "1",
        "text": "@inwoner Goedemorgen",
        "created_at": "2024-01-02T08:00:00.000Z",
        "conversation_id": "10",
        "in_reply_to_user_id": "2",
        "referenced_tweets": [{"type": "replied_to", "id": "10"}],
    }
    asked = answer | {"id": "10", "author_id": "2", "text": "Vraag", "created_at": "2023-12-31T08:00:00.000Z"}
    del asked["in_reply_to_user_id"], asked["referenced_tweets"]
    users = [{"id": str(number), "username": name, "name": name} for number, name in ((1, "gemeente"), (2, "inwoner"))]
    page = {"data": [answer], "includes": {"users": users, "tweets": [asked]}, "meta": {"result_count": 1}}
    bundle = tmp_path / "page.json"
    bundle.write_text(json.dumps(page))
    run(tmp_path, bundle, settings=msgspec.structs.replace(UNDECIDED, subjects=(("x", AccountRef("1", "gemeente")),)))
    (made,) = packages(tmp_path / "out")
    assert len(texts(made)) == 2
    assert made.root.name == "x-gemeente-20240102-20240102"
