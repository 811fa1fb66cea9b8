"""What compose takes into a package, cuts, holds and leaves out, seen from the package that comes of it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from making import PNG, mastodon, note, tree, zipped
from sma_plugin import pipeline as steps
from sma_plugin.bundle.warc import WarcWalk
from sma_plugin.compose.companions import companions
from sma_plugin.compose.extract import Cut
from sma_plugin.findings import Finding, gather
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.formats.identify import identify
from sma_plugin.ingest import Result, ingest
from sma_plugin.model import PostHistory
from sma_plugin.package import Package, WorkArea
from sma_plugin.package.files import read_json, read_json_lines
from sma_plugin.package.records import Extract, read_record
from sma_plugin.pipeline import ON_WORK_AREA, prepare
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Defaults, Paths, Policy, Settings
from sma_plugin.validate.step import validate_path
from warc_builders import SITE, record, wacz, written

TIMELINE = "https://api.twitter.com/1.1/statuses/user_timeline.json?user_id={}&page={}"
REGISTER = """platform;native_id;handle;kind;list;category
x;7;stad;corporate;lijst;1
x;8;regio;corporate;lijst;1
"""
LISTED = "list,version,category,value\nlijst,2020,1,B\n"
WHOLE = {"whole-files": Policy("archivaris", "2026-01-15", "besluit 12")}


@pytest.fixture(autouse=True)
def seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMA_SEED", "proef")


@pytest.fixture
def registered(tmp_path: Path) -> Settings:
    """Two accounts in the register, both of value B."""
    (tmp_path / "register.csv").write_text(REGISTER)
    (tmp_path / "selection-list.csv").write_text(LISTED)
    return Settings(base=str(tmp_path), paths=Paths())


def tweet(number: int, author: int = 7, **fields: Any) -> dict[str, Any]:
    name = {7: "stad", 8: "regio"}.get(author, f"burger{author}")
    return {
        "id_str": str(number),
        "id": number,
        "created_at": f"Wed Feb {1 + number % 28:02d} 10:00:00 +0000 2023",
        "full_text": f"bericht {number} van {name}",
        "user": {"id_str": str(author), "id": author, "screen_name": name, "name": name},
        "retweet_count": 1,
        "favorite_count": 2,
        "lang": "nl",
        "entities": {},
        **fields,
    }


def lines(*tweets: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in tweets)


def timeline(*tweets: dict[str, Any], author: int = 7, page: int = 1) -> tuple[str, bytes, str]:
    return TIMELINE.format(author, page), json.dumps(tweets).encode(), "application/json; charset=utf-8"


def packages(out: Path) -> dict[str, Package]:
    found = sorted(path for path in out.iterdir() if path.name != "for-depositor") if out.is_dir() else []
    return {path.name.split("-")[1]: Package(path) for path in found}


def posts_of(package: Package) -> list[PostHistory]:
    return [line.item for line in read_lines(package.posts) if isinstance(line.item, PostHistory)]


def texts(package: Package) -> list[str | None]:
    return [post.latest.text for post in posts_of(package)]


def codes(found: Iterable[Finding]) -> set[str]:
    return {finding.code for finding in found}


def run(tmp_path: Path, bundle: Path, settings: Settings, **options: bool) -> Result:
    return ingest([bundle], tmp_path / "out", settings, Quiet(), **options)


def delivered(tmp_path: Path, **files: bytes) -> Path:
    folder = tmp_path / "levering"
    for name, data in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def assert_valid(package: Package) -> None:
    assert [one for one in gather(validate_path(package.root)) if one.severity == "error"] == []


# --- cutting and holding ---------------------------------------------------------------------------------------------


def test_each_account_gets_an_extract_of_lines_that_several_share(tmp_path: Path, registered: Settings) -> None:
    bundle = delivered(tmp_path, tijdlijn_dot_jsonl=lines(tweet(1), tweet(2, 8), tweet(3), tweet(4, 99)))
    assert run(tmp_path, bundle, registered).outcome is Outcome.OK
    found = packages(tmp_path / "out")
    assert texts(found["stad"]) == ["bericht 1 van stad", "bericht 3 van stad"]
    assert texts(found["regio"]) == ["bericht 2 van regio"]
    (kept,) = found["stad"].captures.rglob("*.jsonl")
    assert kept.read_bytes() == lines(tweet(1), tweet(3))
    assert_valid(found["stad"])


def test_an_account_is_called_by_the_handle_that_it_bore_last(tmp_path: Path, registered: Settings) -> None:
    renamed = {"id_str": "7", "id": 7, "screen_name": "gemeente", "name": "Gemeente"}
    first = written([timeline(tweet(1))], packed=False)
    later = written([timeline(tweet(2, user=renamed))], packed=False)
    later = re.sub(rb"(WARC-Date: )\d{4}", rb"\g<1>2025", later)
    bundle = delivered(tmp_path, a_dot_warc=first, b_dot_warc=later)
    assert run(tmp_path, bundle, registered).outcome is Outcome.OK
    assert set(packages(tmp_path / "out")) == {"gemeente"}


def test_a_packed_file_of_one_account_is_kept_whole(tmp_path: Path, registered: Settings) -> None:
    data = gzip.compress(lines(tweet(1), tweet(2)))
    result = run(tmp_path, delivered(tmp_path, tijdlijn_dot_jsonl_dot_gz=data), registered)
    assert result.outcome is Outcome.OK
    (kept,) = packages(tmp_path / "out")["stad"].captures.rglob("*.gz")
    assert kept.read_bytes() == data


def test_a_passer_by_in_a_packed_file_does_not_hold_it(tmp_path: Path, registered: Settings) -> None:
    data = gzip.compress(lines(tweet(1), tweet(2, 99)))
    result = run(tmp_path, delivered(tmp_path, tijdlijn_dot_jsonl_dot_gz=data), registered)
    assert result.outcome is Outcome.OK
    assert texts(packages(tmp_path / "out")["stad"]) == ["bericht 1 van stad"]


def test_packages_wait_for_a_file_that_cannot_be_cut(tmp_path: Path, registered: Settings) -> None:
    bundle = delivered(tmp_path, tijdlijn_dot_jsonl_dot_gz=gzip.compress(lines(tweet(1), tweet(2, 8))))
    result = run(tmp_path, bundle, registered)
    assert result.outcome is Outcome.NEEDS_DECISION
    assert result.held == ["X (Twitter) @regio", "X (Twitter) @stad"]
    assert {"SMA-B021", "SMA-B024"} <= codes(result.findings)
    assert not (tmp_path / "out").exists()
    assert result.work is not None
    assert result.work.is_dir()


def test_a_standing_policy_lets_a_file_in_whole_and_is_on_record(tmp_path: Path, registered: Settings) -> None:
    data = gzip.compress(lines(tweet(1), tweet(2, 8)))
    bundle = delivered(tmp_path, tijdlijn_dot_jsonl_dot_gz=data)
    assert run(tmp_path, bundle, registered).outcome is Outcome.NEEDS_DECISION
    settings = Settings(base=registered.base, policies=WHOLE)
    result = run(tmp_path, bundle, settings)
    assert result.outcome is Outcome.OK
    package = packages(tmp_path / "out")["stad"]
    assert texts(package) == ["bericht 1 van stad"]
    (decision,) = (
        one for one in json.loads(package.decisions.read_bytes())["decisions"] if one["subject"] == "whole-files"
    )
    assert (decision["role"], decision["decided"]) == ("archivaris", "keep")
    assert "SMA-B023" in codes(result.packages[0].findings)
    assert_valid(package)


def test_a_package_goes_without_a_held_file_when_its_posts_stand_elsewhere_too(
    tmp_path: Path, registered: Settings
) -> None:
    packed = gzip.compress(lines(tweet(1), tweet(2, 8)))
    bundle = delivered(tmp_path, a__tijdlijn_dot_jsonl=lines(tweet(1)), b__zoek_dot_jsonl_dot_gz=packed)
    result = run(tmp_path, bundle, registered)
    assert result.outcome is Outcome.NEEDS_DECISION
    found = packages(tmp_path / "out")
    assert set(found) == {"stad"}
    assert result.held == ["X (Twitter) @regio"]
    (post,) = posts_of(found["stad"])
    assert [one.path.rpartition("/")[2] for one in post.versions[0].evidence] == ["tijdlijn.jsonl"]
    assert not list(found["stad"].captures.rglob("*.gz"))
    assert "SMA-B021" in codes(result.packages[0].findings)
    assert_valid(found["stad"])


def test_no_policy_lets_in_what_is_out_of_scope(tmp_path: Path) -> None:
    url = "https://social.voorbeeldstad.example/api/v1/accounts/1/statuses"
    answer = (url, json.dumps([status(1), status(2, visibility="direct")]).encode(), "application/json")
    bundle = delivered(tmp_path, web_dot_warc_dot_gz=gzip.compress(written([answer], packed=False)))
    result = run(tmp_path, bundle, Settings(undecided=True, policies=WHOLE))
    assert result.outcome is Outcome.NEEDS_DECISION
    assert not (tmp_path / "out").exists()
    assert {"SMA-B021", "SMA-B024"} <= codes(result.findings)


def status(number: int, **fields: Any) -> dict[str, Any]:
    url = f"https://social.voorbeeldstad.example/@gemeente/{number}"
    return {
        "id": str(number),
        "created_at": "2025-01-01T10:00:00.000Z",
        "visibility": "public",
        "uri": f"https://social.voorbeeldstad.example/users/gemeente/statuses/{number}",
        "url": url,
        "content": f"<p>bericht {number}</p>",
        "spoiler_text": "",
        "sensitive": False,
        "account": {"id": "1", "username": "gemeente", "acct": "gemeente", "url": url.rpartition("/")[0]},
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "reblogs_count": 0,
        "favourites_count": 0,
        "replies_count": 0,
        **fields,
    }


# --- records of the web ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [True, False], ids=["gzip per record", "plain"])
def test_a_record_of_another_account_leaves_a_warc_whole(tmp_path: Path, registered: Settings, packed: bool) -> None:  # noqa: FBT001
    shared = [timeline(tweet(1)), timeline(tweet(2, 8), author=8), timeline(tweet(3), page=2)]
    bundle = delivered(tmp_path, web_dot_warc=written(shared, packed=packed))
    assert run(tmp_path, bundle, registered).outcome is Outcome.OK
    package = packages(tmp_path / "out")["stad"]
    (kept,) = package.captures.rglob("*.warc")
    with kept.open("rb") as stream:
        walked = [(record.type, record.target_uri, len(record.faults)) for record in WarcWalk(stream)]
    assert [uri for kind, uri, _ in walked if kind == "request"] == [TIMELINE.format(7, 1), TIMELINE.format(7, 2)]
    assert [one for one in walked if one[0] == "response"] == [
        ("response", TIMELINE.format(7, 1), 0),
        ("response", TIMELINE.format(7, 2), 0),
    ]
    assert b"van regio" not in kept.read_bytes()
    assert texts(package) == ["bericht 1 van stad", "bericht 3 van stad"]
    for post in posts_of(package):
        (evidence,) = post.versions[0].evidence
        assert evidence.offset is not None
        data = kept.read_bytes()[evidence.offset : evidence.offset + (evidence.length or 0)]
        assert (post.latest.text or "").encode() in (gzip.decompress(data) if packed else data)
    assert_valid(package)


def test_a_record_that_two_accounts_share_holds_its_file(tmp_path: Path, registered: Settings) -> None:
    bundle = delivered(tmp_path, web_dot_warc_dot_gz=written([timeline(tweet(1), tweet(2, 8))], packed=True))
    result = run(tmp_path, bundle, registered)
    assert result.outcome is Outcome.NEEDS_DECISION
    assert result.held == ["X (Twitter) @regio", "X (Twitter) @stad"]


def test_a_wacz_without_anything_to_cut_is_kept_as_it_is(tmp_path: Path, registered: Settings) -> None:
    data = wacz(written([timeline(tweet(1))], packed=True))
    assert run(tmp_path, delivered(tmp_path, web_dot_wacz=data), registered).outcome is Outcome.OK
    (kept,) = packages(tmp_path / "out")["stad"].captures.rglob("*.wacz")
    assert kept.read_bytes() == data


@pytest.mark.parametrize("form", ["folder", "zip", "tar.gz"])
def test_a_wacz_from_which_a_record_must_go_is_delivered_as_its_warc(
    tmp_path: Path, registered: Settings, form: str
) -> None:
    shared = [timeline(tweet(1)), timeline(tweet(2, 8), author=8), (f"{SITE}/", b"<title>Stad</title>", "text/html")]
    warc = written(shared, packed=True)
    data = wacz(warc)
    bundle = {"folder": delivered, "zip": in_zip, "tar.gz": in_tar}[form](tmp_path, web_dot_wacz=data)
    result = run(tmp_path, bundle, registered)
    assert result.outcome is Outcome.OK
    package = packages(tmp_path / "out")["stad"]
    (kept,) = (path for path in package.captures.rglob("*") if path.is_file())
    assert kept.name == "data.warc.gz"
    with kept.open("rb") as stream:
        asked = [(one.type, one.target_uri) for one in WarcWalk(stream) if one.type in ("request", "response")]
    assert set(asked) == {
        (kind, uri) for kind in ("request", "response") for uri in (TIMELINE.format(7, 1), f"{SITE}/")
    }
    name = kept.relative_to(package.root).as_posix()
    extract = read_json(package.sma / "extract.json", dict[str, Extract])[name]
    assert extract.original_sha256 == hashlib.sha256(warc).hexdigest()
    (of_wacz, of_warc) = read_record(package.record).delivered[0].members
    assert (of_wacz.kept, of_wacz.sha256) == (None, hashlib.sha256(data).hexdigest())
    assert (of_warc.kept, of_warc.sha256) == (name, extract.original_sha256)
    events = {row["type"]: row for row in read_json_lines(package.all_events, dict[str, Any])}
    assert events["unpacking"]["objects"] == events["redaction"]["objects"] == [name]
    (post,) = posts_of(package)
    (evidence,) = post.versions[0].evidence
    assert evidence.path == name
    assert evidence.offset is not None
    piece = kept.read_bytes()[evidence.offset : evidence.offset + (evidence.length or 0)]
    assert b"bericht 1 van stad" in gzip.decompress(piece)
    assert "SMA-B026" in codes(result.packages[0].findings)
    assert_valid(package)


def in_zip(tmp_path: Path, **files: bytes) -> Path:
    return zipped(tmp_path / "levering.zip", {name.replace("_dot_", "."): data for name, data in files.items()})


def in_tar(tmp_path: Path, **files: bytes) -> Path:
    path = tmp_path / "levering.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name.replace("_dot_", "."))
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


# --- what follows posts, and what cannot be read ---------------------------------------------------------------------


def test_media_follow_their_posts_when_a_period_is_cut(tmp_path: Path) -> None:
    def shown(number: int, year: int, picture: str) -> dict[str, Any]:
        made = note(number, f"uit {year}", attachment=[{"type": "Document", "mediaType": "image/png", "url": picture}])
        made["object"]["published"] = made["published"] = f"{year}-06-01T10:00:00Z"
        return made

    members = mastodon([shown(1, 2024, "media/a.png"), shown(2, 2025, "media/b.png")])
    bundle = zipped(tmp_path / "a.zip", members | {"media/a.png": PNG, "media/b.png": PNG + b"\0"})
    settings = Settings(undecided=True, defaults=Defaults(period_cut="year"))
    assert run(tmp_path, bundle, settings).outcome is Outcome.OK
    roots = sorted(path for path in (tmp_path / "out").iterdir() if path.name != "for-depositor")
    assert [sorted(path.name for path in root.rglob("*.png")) for root in roots] == [
        ["a.png", "avatar.png"],
        ["avatar.png", "b.png"],
    ]
    for root in roots:
        assert_valid(Package(root))


def test_posts_of_a_file_that_changed_after_it_was_read_are_not_claimed(tmp_path: Path, registered: Settings) -> None:
    bundle = delivered(tmp_path, a__a_dot_jsonl=lines(tweet(1)), a__b_dot_jsonl=lines(tweet(2)))
    place = WorkArea(tmp_path / "work")
    prepare(place, [bundle])
    steps.run(ON_WORK_AREA[:-1], place, registered, Quiet())
    changed = bundle / "a" / "b.jsonl"
    changed.write_bytes(changed.read_bytes().replace(b"bericht", b"BERICHT"))
    report = Quiet()
    assert steps.run(["compose"], place, registered, report) is Outcome.ERRORS
    assert list(steps.composed_packages(place)) == []  # nobody accepted it so
    accepted = {"incomplete": Policy("archivaris", "2026-01-01", "Besluit 1", "accept")}
    registered = msgspec.structs.replace(registered, policies=accepted)
    assert steps.run(["compose", "normalise"], place, registered, report) is Outcome.ERRORS
    assert {"SMA-B022", "SMA-B025"} <= codes(report.findings)
    (package,) = steps.composed_packages(place)
    assert texts(package) == ["bericht 1 van stad"]
    assert [path.name for path in package.captures.rglob("*.jsonl")] == ["a.jsonl"]


def test_what_is_left_out_of_one_package_is_on_its_list(tmp_path: Path, registered: Settings) -> None:
    bundle = delivered(tmp_path, tijdlijn_dot_jsonl=lines(tweet(1), tweet(2, 8)))
    run(tmp_path, bundle, registered)
    package = packages(tmp_path / "out")["stad"]
    excluded = json.loads(package.excluded.read_bytes())
    assert [(row["kind"], row["count"]) for row in excluded["classes"]] == [("other-package", 1)]
    listing = tmp_path / "out" / "for-depositor" / f"{package.root.name}.excluded.csv"
    assert excluded["list_sha256"] == hashlib.sha256(listing.read_bytes()).hexdigest()
    assert len(list(read_json_lines(package.all_events, dict[str, Any]))) > 5
    assert not any(b"bericht 2" in data for data in tree(package.root).values())


def test_a_large_file_is_known_by_its_ends(tmp_path: Path) -> None:
    path = tmp_path / "groot.png"
    with path.open("wb") as stream:
        stream.write(PNG[:-12])
        stream.truncate(200 << 20)
        stream.seek(0, 2)
        stream.write(PNG[-12:])
    found, small = identify(path), tmp_path / "klein.png"
    small.write_bytes(PNG)
    assert (found.puid, found.mime) == (identify(small).puid, "image/png")


@pytest.mark.parametrize("relation", ["none", "of the request", "of the response"])
def test_a_request_goes_with_the_record_that_goes(relation: str) -> None:
    to_response = {"WARC_Concurrent_To": "<urn:uuid:00000000-0000-4000-8000-000000000002>"}
    to_request = {"WARC_Concurrent_To": "<urn:uuid:00000000-0000-4000-8000-000000000001>"}
    url = "https://api.twitter.com/1.1/direct_messages/events/new.json"
    parts = [
        record(
            "request",
            b"POST / HTTP/1.1\r\n\r\ngeheim",
            number=1,
            url=url,
            **(to_response if relation == "of the request" else {}),
        ),
        record(number=2, url=url, **(to_request if relation == "of the response" else {})),
        record("metadata", b"fetchTimeMs: 3", number=3, url=url, **to_response),
        record(number=4),
        record("request", b"GET / HTTP/1.1\r\n\r\n", number=5),
    ]
    starts = [sum(map(len, parts[:number])) for number in range(len(parts))]
    found = companions(io.BytesIO(b"".join(parts)), [Cut(starts[1], len(parts[1]), "r")])
    assert [(cut.offset, cut.length) for cut in found] == [(starts[0], len(parts[0])), (starts[2], len(parts[2]))]
