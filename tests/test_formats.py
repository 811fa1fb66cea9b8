"""Formats are told by bytes, then by name; where PRONOM says nothing or too little, by rows of our own."""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
import zipfile
import zlib
from pathlib import Path

import pygfried
import pytest
from typer.testing import CliRunner

from conftest import ROOT
from making import PNG
from sma_plugin.cli import app
from sma_plugin.compose.copy import Copied
from sma_plugin.compose.doubts import doubts
from sma_plugin.formats.identify import Format, check_signatures, identify, signature_file, tool
from sma_plugin.formats.magic import is_own, signatures
from sma_plugin.misconfigured import SettingsError
from sma_plugin.package.records import FileRecord
from sma_plugin.settings import Paths, Settings

WARC = b"WARC/1.%d\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
OUTBOX = b'{"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection"}'
TWEET = b'{"created_at": "x", "id_str": "1", "text": "x", "retweeted": false}\n'
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(40) + b"\xff\xd9"
AVIF = b"\0\0\0\x20ftyp%s\0\0\0\0mif1miafMA1B" + bytes(40)
SAMPLES = ROOT.parent / "shared" / "samples"


def packed(*names: str) -> bytes:
    """A zip file with members of these names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "puid", "mime"),
    [
        ("posts.jsonl", b'{"a":1}\n{"a":2}\n', "fmt/2054", "application/x-ndjson"),
        ("posts.ndjson", b'{"a":1}\n{"a":2}\n', "fmt/2054", "application/x-ndjson"),
        ("tweets.jsonl", TWEET * 2, "fmt/2054", "application/x-ndjson"),
        ("tweet.json", TWEET, "fmt/1311", "application/json"),
        ("outbox.json", OUTBOX, "sma-fmt/1", "application/activity+json"),
        ("tweets.js", b'window.YTD.tweets.part0 = [ {"tweet": {}} ]', "sma-fmt/2", "text/javascript"),
        ("main.js", b"var een = 1;\n", "x-fmt/423", "application/javascript"),
        ("videos.json", b'{"videos_v2": [{"uri": "v.mp4"}]}', "sma-fmt/3", "application/json"),
        ("posts_1.json", b'[{"timestamp": 1700086400, "attachments": []}]', "sma-fmt/3", "application/json"),
        ("lijst.json", b'{"data": [{"attachments": {"media_keys": []}}]}', "fmt/817", "application/json"),
        ("user_data.json", b'{"Profile And Settings": {}}', "sma-fmt/4", "application/json"),
        ("repo.car", b"\x3a\xa2eroots\x81\xd8\x2a\x58\x25\0gversion\1", "sma-fmt/5", "application/vnd.ipld.car"),
        ("a.warc.gz", gzip.compress(WARC % 0, mtime=0), "sma-fmt/10", "application/warc"),
        ("a.warc.gz", gzip.compress(WARC % 1, mtime=0), "sma-fmt/11", "application/warc"),
        ("a.warc", gzip.compress(WARC % 1, mtime=0), "sma-fmt/11", "application/warc"),
        ("oogst.gz", gzip.compress(WARC % 1, mtime=0), "sma-fmt/11", "application/warc"),
        ("a.warc.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\3", "sma-fmt/12", "application/warc"),
        # PRONOM knows other formats by these names, and by nothing else.
        ("tweets.log", b'window.YTD.tweets.part0 = [ {"tweet": {}} ]', "sma-fmt/2", "text/javascript"),
        ("repo.dat", b"\x3a\xa2eroots\x81\xd8\x2a\x58\x25\0gversion\1", "sma-fmt/5", "application/vnd.ipld.car"),
        (
            "a.arc.gz",
            gzip.compress(b"filedesc://a.arc 0.0.0.0 2025 text/plain 9\n", mtime=0),
            "sma-fmt/13",
            "application/x-ia-arc",
        ),
        ("a.warc.zst", b"\x28\xb5\x2f\xfd" + bytes(20), "sma-fmt/14", "application/warc+zstd"),
        ("index.cdxj", b'example,a)/ 20250101000000 {"url": "https://a.example/"}\n', "sma-fmt/15", "text/x-cdxj"),
        ("verkeer.har", b'{"log": {"version": "1.2", "entries": []}}', "sma-fmt/16", "application/json"),
        ("x.zip", packed("data/manifest.js", "data/tweets.js"), "sma-fmt/20", "application/zip"),
        ("m.zip", packed("avatar.png", "outbox.json", "actor.json"), "sma-fmt/21", "application/zip"),
        ("f.zip", packed("your_instagram_activity/media/posts_1.json"), "sma-fmt/22", "application/zip"),
        ("t.zip", packed("Takeout/YouTube/a.csv"), "sma-fmt/23", "application/zip"),
        ("tt.zip", packed("user_data_tiktok.json"), "sma-fmt/24", "application/zip"),
        ("l.zip", packed("Profile.csv", "Shares.csv"), "sma-fmt/25", "application/zip"),
        ("s.zip", packed("json/account.json"), "sma-fmt/26", "application/zip"),
        ("los.zip", packed("brief.txt"), "x-fmt/263", "application/zip"),
        ("foto.png", PNG, "fmt/11", "image/png"),
        ("stil.avif", AVIF % b"avif", "fmt/2062", "image/avif"),
        ("beweegt.avif", AVIF % b"avis", "fmt/2062", "image/avif"),
        ("beweegt", AVIF % b"avis", "fmt/2062", "image/avif"),
        ("leeg.json", b"", None, "application/octet-stream"),
        ("zonder", b"\0\1\2", None, "application/octet-stream"),
    ],
)
def test_a_format_has_an_id_and_a_mime_type_as_far_as_known(
    tmp_path: Path, name: str, data: bytes, puid: str | None, mime: str
) -> None:
    found = identify(_at(tmp_path, name, data))
    assert (found.puid, found.mime) == (puid, mime)


def test_every_row_of_ours_is_justified_and_its_id_used_once() -> None:
    rows = signatures("own_formats")
    ids = [row.id for row in rows if is_own(row.id)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"sma-fmt/[1-9]\d*|(?:x-)?fmt/\d+", row.id) for row in rows)
    assert all(row.why.keys() == {"nl", "en"} and row.name and row.mime and row.starts for row in rows)
    assert all(bool(row.endings) != bool(row.named) for row in rows)
    # Archivematica's registry takes no longer ids and versions.
    assert all(len(row.id) <= 32 and len(row.version) <= 10 for row in rows)


@pytest.mark.parametrize(
    ("name", "data", "ill_named"),
    [
        ("foto.jpg", PNG, ["foto.jpg"]),
        ("foto.jpg", AVIF % b"avif", ["foto.jpg"]),
        ("foto.png", PNG, []),
        ("foto", PNG, []),
        ("foto.png", AVIF % b"avis", ["foto.png"]),
        ("oogst.gz", gzip.compress(WARC % 1, mtime=0), []),
        ("oogst.pdf", gzip.compress(WARC % 1, mtime=0), ["oogst.pdf"]),
        ("archief.jpg", packed("data/manifest.js"), ["archief.jpg"]),
        ("archief.zip", packed("data/manifest.js"), []),
        ("archief", packed("data/manifest.js"), []),
        ("feed.rss", b'<?xml version="1.0"?><een/>', []),
        ("brief.md", b"Goedemorgen\n", []),
    ],
)
def test_a_name_that_ends_as_of_another_format_is_a_doubt(
    tmp_path: Path, name: str, data: bytes, ill_named: list[str]
) -> None:
    path = _at(tmp_path, name, data)
    assert [path.name for _ in range(identify(path).ill_named)] == ill_named


@pytest.mark.parametrize(
    ("found", "stated"),
    [("image/heif", "image/heic"), ("image/bmp", "image/x-ms-bmp"), ("video/x-msvideo", "video/avi")],
)
def test_another_name_of_the_same_type_is_no_doubt(found: str, stated: str) -> None:
    copied = Copied(
        FileRecord("objects/a", "0", 1, delivered="a"),
        "0",
        format=Format(found, "fmt/0", basis="bytes", types=(found,)),
    )
    told = {type_: [one.code for one in doubts([copied], {"a": type_})] for type_ in (stated, "image/png")}
    assert told == {stated: [], "image/png": ["SMA-F002"]}


def test_of_what_is_not_its_format_the_name_tells_what_it_promises(tmp_path: Path) -> None:
    found = identify(_at(tmp_path, "foto.gif", b"geen plaatje\0\1\2"))
    assert (found.puid, found.promised) == (None, ("fmt/3", "fmt/4"))


def test_a_large_file_is_told_by_its_ends(tmp_path: Path) -> None:
    with (tmp_path / "groot.tar").open("wb") as stream, tarfile.open(fileobj=stream, mode="w") as archive:
        one = tarfile.TarInfo("nullen")
        one.size = 17 << 20
        archive.addfile(one, io.BytesIO(bytes(one.size)))
    assert identify(tmp_path / "groot.tar").puid == "x-fmt/265"


# --- signatures -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The signature files inside the library, as files: by what they identify with."""
    data, found = Path(pygfried.__file__).read_bytes(), {}
    folder = tmp_path_factory.mktemp("signatures")
    for at in re.finditer(rb"sf\0\xff\x01\x0b", data):
        unpacking = zlib.decompressobj(-15)
        try:
            unpacking.decompress(data[at.end() :])
        except zlib.error:
            continue
        path = folder / f"{at.start()}.sig"
        path.write_bytes(data[at.start() : len(data) - len(unpacking.unused_data)])
        found[pygfried.Scanner(signature=str(path)).identify("", detailed=True)["identifiers"][0]["name"]] = path
    if len(found) < 2:
        pytest.skip("this build of pygfried keeps its signatures otherwise")
    return found


def test_a_newer_file_of_signatures_may_be_given(tmp_path: Path, databases: dict[str, Path]) -> None:
    picture = _at(tmp_path, "foto.png", PNG)
    given = Settings(base=str(databases["pronom"].parent), paths=Paths(pronom_signatures=databases["pronom"].name))
    check_signatures(given)
    assert identify(picture, signature_file(given)) == identify(picture)
    assert "DROID_SignatureFile_V" in tool(signature_file(given)).signatures
    assert "archivematica-fmt2" in tool(databases["archivematica"]).signatures
    assert "archivematica-fmt2" not in tool().signatures


@pytest.mark.parametrize(("name", "words"), [("weg.sig", "is not there"), ("droid.xml", "no signature file")])
def test_a_file_of_signatures_that_cannot_be_used_is_told_at_once(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "droid.xml").write_text("<FFSignatureFile/>", encoding="utf-8")
    with pytest.raises(SettingsError, match=words):
        check_signatures(Settings(base=str(tmp_path), paths=Paths(pronom_signatures=name)))


def test_files_are_held_against_policies_by_the_signatures_that_are_configured(
    tmp_path: Path, databases: dict[str, Path]
) -> None:
    disk, config = _at(tmp_path, "schijf.aff", b"AFF10\r\n\0"), tmp_path / "sma.toml"
    found = []
    for name in ("pronom", "archivematica"):
        config.write_text(f'[paths]\npronom_signatures = "{databases[name]}"\n', encoding="utf-8")
        told = CliRunner().invoke(app, ["formats", "check", str(disk), "--config", str(config), "--json"])
        found += [row["puid"] for one in json.loads(told.stdout).values() for row in one["formats"]]
    assert found == ["fmt/844", "archivematica-fmt/5"]
    config.write_text('[paths]\npronom_signatures = "weg.sig"\n', encoding="utf-8")
    told = CliRunner().invoke(app, ["formats", "check", str(disk), "--config", str(config)])
    assert isinstance(told.exception, SettingsError)
    assert "is not there" in str(told.exception)


def test_the_tool_says_which_signatures_it_has() -> None:
    assert re.search(r"DROID_SignatureFile_V\d+\.xml; container-signature-\d{8}\.xml", tool().signatures)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside this checkout")
def test_no_sample_of_a_platform_is_taken_for_another() -> None:
    """A platform's own ids are given to its own samples only."""
    home = {"sma-fmt/2": "x", "sma-fmt/3": "facebook instagram threads", "sma-fmt/4": "tiktok", "sma-fmt/5": "bluesky"}
    found = {
        (path.relative_to(SAMPLES).parts[0], puid)
        for path in SAMPLES.rglob("*")
        if path.is_file() and (puid := identify(path).puid) in home
    }
    assert ("facebook", "sma-fmt/3") in found
    assert [pair for pair in found if pair[0] not in home[pair[1] or ""].split()] == []


def _at(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path
