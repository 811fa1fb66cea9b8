"""The example organisation: made by its script, described in words that we know, and about nobody."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from sma_plugin.bundle.declared import Declarations, unknown_fields
from sma_plugin.settings import load

EXAMPLES = Path(__file__).parent.parent / "examples"
CAPTURES = EXAMPLES / "captures"
sys.path.insert(0, str(EXAMPLES))

import make_examples  # noqa: E402 - the folder of scripts has to be on the path first

CONTENTS: dict[str, Any] = json.loads((EXAMPLES / "contents.json").read_bytes())
EMAIL = re.compile(rb"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})")
HOST = re.compile(rb"https?://([\w.-]+)")
ADDRESS = re.compile(rb"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
PLATFORM_HOSTS = {
    "api.twitter.com",
    "joinmastodon.org",
    "mobile.twitter.com",
    "netpreserve.org",
    "pbs.twimg.com",
    "schema.org",
    "ostatus.org",
    "t.co",
    "twitter.com",
    "video.twimg.com",
    "w3id.org",
    "www.instagram.com",
    "www.w3.org",
    "x.com",
}
WORDS_ABOUT_NOBODY = ("fictief", "verzonnen", "bedacht", "fantasie", "proef", "voorbeeldstad")


def bodies() -> Iterator[tuple[str, bytes]]:
    """Every text in the examples, containers opened, by where it stands."""
    for path in sorted(file for file in EXAMPLES.rglob("*") if file.is_file() and "__pycache__" not in file.parts):
        if path.suffix in (".zip", ".wacz"):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield from opened(f"{path.name}/{name}", archive.read(name))
        elif path.suffix != ".py":
            yield from opened(path.name, path.read_bytes())


def opened(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if not name.endswith(".warc.gz"):
        yield name, data
        return
    for record in ArchiveIterator(io.BytesIO(data)):
        uri = record.rec_headers.get_header("WARC-Target-URI") or "warcinfo"
        yield f"{name}/{uri}", record.content_stream().read()


def test_the_files_are_what_the_script_makes() -> None:
    assert make_examples.differences(EXAMPLES) == []


def test_the_script_writes_everything_and_repairs_what_differs(tmp_path: Path) -> None:
    make_examples.write(tmp_path)
    (tmp_path / "register.csv").write_bytes(b"changed")
    (tmp_path / "captures" / "stranger.txt").write_bytes(b"")
    assert make_examples.differences(tmp_path) == ["captures/stranger.txt", "register.csv"]
    make_examples.write(tmp_path)
    assert make_examples.differences(tmp_path) == ["captures/stranger.txt"]


def test_the_examples_stay_small() -> None:
    assert (
        sum(path.stat().st_size for path in EXAMPLES.rglob("*") if path.suffix != ".pyc" and path.is_file()) < 600_000
    )


def test_every_capture_is_declared_in_words_that_the_model_knows() -> None:
    paths = sorted(CAPTURES.rglob("*capture.toml"))
    declared = Declarations()
    for path in paths:
        declared.add(path.relative_to(CAPTURES).as_posix(), path.read_bytes())
    assert len(paths) == 5
    assert declared.findings == []
    undeclared = declared.get("x-api.capture.toml")
    assert undeclared
    assert set(unknown_fields(undeclared)) == {"authorised_by", "ground", "storage_location"}


def test_every_gap_is_said_in_words() -> None:
    assert set(CONTENTS) == {
        "mastodon-archive.zip",
        "x-archive.zip",
        "x-api/timeline.jsonl",
        "x-api.warc.gz",
        "x-page.wacz",
    }
    assert all(gap["gap"] and gap["what"] for capture in CONTENTS.values() for gap in capture["gaps"])


def test_the_configuration_can_be_used_and_its_tables_are_there() -> None:
    found = load(EXAMPLES / "sma.toml")
    named = (*found.paths.registers, *found.paths.selection_lists)
    assert found.organisation.creator_identifier == "gm9999"
    assert all(found.resolve(path).is_file() for path in named)


def test_the_register_leaves_out_the_office_holder_and_the_list_leaves_out_the_dialogue() -> None:
    with (EXAMPLES / "register.csv").open(encoding="utf-8", newline="") as file:
        accounts = {row["handle"]: row for row in csv.DictReader(file)}
    with (EXAMPLES / "selection-list.csv").open(encoding="utf-8", newline="") as file:
        categories = list(csv.DictReader(file))
    assert "burgemeestervbs" not in accounts
    assert "dialoog" in accounts["vbs_webcare"]["process"]
    assert not [row for row in categories if "dialoog" in row["process"].lower()]
    assert {(row["category"], row["value"], row["term"]) for row in categories} >= {
        ("20.1.2", "B", ""),
        ("20.1", "V", "P1Y"),
    }


def test_every_address_belongs_to_nobody() -> None:
    domains, hosts, numbers = set(), set(), set()
    for _, data in bodies():
        domains |= {found.decode() for found in EMAIL.findall(data)}
        hosts |= {found.decode().rstrip(".") for found in HOST.findall(data)}
        numbers |= {found.decode() for found in ADDRESS.findall(data)}
    assert {domain for domain in domains if not domain.endswith(".example")} == set()
    assert {host for host in hosts if not host.endswith(".example")} <= PLATFORM_HOSTS
    assert {number for number in numbers if not number.startswith(("192.0.2.", "1.0.0", "121.0.0"))} == set()


def test_people_have_names_that_say_that_they_do_not_exist() -> None:
    people = tomllib.loads((EXAMPLES / "source" / "organisation.toml").read_text(encoding="utf-8"))["people"]
    doubtful = [
        who["name"] for who in people.values() if not any(word in who["name"].lower() for word in WORDS_ABOUT_NOBODY)
    ]
    assert doubtful == []
