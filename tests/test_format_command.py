"""``sma-format``: what Archivematica's rules call for one file at a time."""

from __future__ import annotations

import ast
import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

from finding_cases_formats import GIF
from making import PNG
from sma_plugin.bundle.alone import findings_of
from sma_plugin.check import check
from sma_plugin.findings import gather, text
from sma_plugin.format_command import command
from sma_plugin.formats import conversion
from sma_plugin.formats.identify import identify
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from test_formats import JPEG, OUTBOX, SAMPLES, TWEET, WARC, packed

KNOWN = {
    "pagina.warc": WARC % 1,
    "oud.warc": WARC % 0,
    "pagina.warc.gz": gzip.compress(WARC % 1),
    "gegevens.gz": gzip.compress(b"gegevens"),
    "foto.png": PNG,
    "foto.jpg": JPEG,
    "punt.gif": GIF,
    "tweet.json": TWEET,
    "lijst.json": b'{"data": []}',
    "outbox.json": OUTBOX,
    "posts.jsonl": b'{"a": 1}\n',
    "pagina.html": b"<!DOCTYPE html><html><head><title>Dag</title></head><body></body></html>",
    "tabel.csv": b"datum,bericht\n",
    "x.zip": packed("data/manifest.js"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_ends_of_a_file_tell_what_all_signatures_tell(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(KNOWN[name])
    assert command(["identify", str(path)]) == 0
    assert capsys.readouterr().out.strip() == identify(path).puid


@pytest.mark.parametrize("data", [b"", b"\0\1\2", packed("brief.txt")])
def test_what_is_not_known_is_left_to_another_tool(
    tmp_path: Path, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "iets").write_bytes(data)
    assert command(["identify", str(tmp_path / "iets")]) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("name", "data", "outcome"),
    [
        ("posts.jsonl", b'{"a": 1}\n{"a": 2}\n', "pass"),
        ("posts.jsonl", b'{"a": 1}\n{"a": 2\n', "fail"),
        ("lijst.json", b"[1, 2", "fail"),
        ("lijst.json", b"\xef\xbb\xbf[1, 2]", "pass"),
        ("lijst.json", b'{"a": "\xff"}', "fail"),
        ("lijst.json", b"[" * 100_000, "fail"),
        ("tweets.js", b'window.YTD.tweets.part0 = [ {"tweet": {}} ]', "pass"),
        ("tweets.js", b'window.YTD.tweets.part0 = [ {"tweet": {} ]', "fail"),
        ("verkeer.har", b'{"log": {}}', "pass"),
        ("pagina.warc.zst", zstandard.ZstdCompressor().compress(WARC % 1), "fail"),
        ("pagina.warc", b"geen WARC", "fail"),
    ],
)
def test_a_validation_is_what_archivematica_reads(
    tmp_path: Path, name: str, data: bytes, outcome: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(data)
    assert command(["validate", str(tmp_path / name)]) == 0
    told = ast.literal_eval(capsys.readouterr().out)  # as Archivematica does
    assert told["eventOutcomeInformation"] == outcome
    assert bool(told["eventOutcomeDetailNote"]) == (outcome != "pass")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([], 2, "give a job"),
        (["identify"], 2, "give a job"),
        (["raad", "foto.png"], 2, "give a job"),
        (["identify", "weg.png"], 1, "weg.png: No such file"),
        (["validate", "weg.json"], 1, "weg.json: No such file"),
        (["convert", "bestaat-niet", "a", "b"], 2, "bestaat-niet"),
        (["programs", "bestaat-niet"], 2, "bestaat-niet"),
        (["validate", "foto.png"], 1, "foto.png: by its name it is no web archive"),
    ],
)
def test_wrong_use_is_one_sentence(words: list[str], code: int, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(words) == code
    assert told in capsys.readouterr().err


def test_programs_that_convert_are_told_as_archivematica_puts_them_in_an_event(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command(["programs", "image-png"]) == 0
    assert re.fullmatch(
        r'program="sma-plugin"; version="[\d.]+"; program="pillow"; version="[^"]+"\n', capsys.readouterr().out
    )


def test_what_is_missing_is_told_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(conversion, "find_spec", lambda _: None)
    (tmp_path / "a.warc.zst").write_bytes(b"\x28\xb5\x2f\xfd")
    for words in (["programs", "video-remux"], ["validate", str(tmp_path / "a.warc.zst")]):
        assert command(words) == 1
        said = capsys.readouterr()
        assert ("missing: " in said.err, "install" in said.err, said.out) == (True, True, "")


def test_identifying_loads_nothing_but_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "foto.png").write_bytes(PNG)
    asked = "import sys; from sma_plugin.format_command import command; command(sys.argv[1:]); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", asked, "identify", str(tmp_path / "foto.png")],
        check=True,
        capture_output=True,
        text=True,
    )
    assert not {"msgspec", "pygfried", "lxml", "typer"} & set(done.stdout.split())


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside this checkout")
def test_a_web_archive_by_itself_is_told_what_a_delivery_of_it_is_told() -> None:
    endings = (".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz")
    paths = [path for path in sorted((SAMPLES / "warc").rglob("*")) if path.name.endswith(endings)]
    assert paths
    for path in paths:
        delivered = [one for one in check(path, Settings(), Quiet()) if one.code[4] in "WZ"]
        alone = {(one.code, one.count, text(one, "en")) for one in findings_of(path)}
        assert alone == {(one.code, one.count, text(one, "en")) for one in gather(delivered)}, path.name
