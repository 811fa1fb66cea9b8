"""WACZ files: members with exact places, pages, and what the file says of itself against its bytes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sma_plugin.bundle.responses import Seen, wacz_sources
from sma_plugin.bundle.wacz import WaczFile
from sma_plugin.findings import code
from sma_plugin.model import Problem
from sma_plugin.readers.contract import Source
from warc_builders import DATE, SITE, members, record, wacz, warcinfo

WARC = members(warcinfo(), record(number=1), record(number=2))
GOOD = wacz(WARC)


def found(data: bytes) -> tuple[list[Source], list[Problem]]:
    problems: list[Problem] = []
    sources = []
    for source in wacz_sources(io.BytesIO(data), "a.wacz", problems, Seen()):
        source.stream.read()
        sources.append(source)
    return sources, problems


def codes(data: bytes) -> set[str]:
    return {problem.code for problem in found(data)[1]}


def with_package(**changed: object) -> bytes:
    """A WACZ whose datapackage says something else of its WARC."""
    resource = {
        "path": "archive/data.warc.gz",
        "hash": "sha256:" + hashlib.sha256(WARC).hexdigest(),
        "bytes": len(WARC),
    }
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        rest = json.loads(archive.read("datapackage.json"))["resources"][1:]
    package = json.dumps({"resources": [resource | changed, *rest]}).encode()
    digest = json.dumps({"path": "datapackage.json", "hash": "sha256:" + hashlib.sha256(package).hexdigest()}).encode()
    return wacz(WARC, datapackage_dot_json=package, **{"datapackage-digest_dot_json": digest})


def in_header(data: bytes, name: str, at: int, value: bytes, *, central: bool = False) -> bytes:
    """The zip with bytes of one member's header replaced, ``at`` counted from the header's start."""
    magic, length = (b"PK\x01\x02", 46) if central else (b"PK\x03\x04", 30)
    start = data.find(magic)
    while data[start + length : start + length + len(name)] != name.encode():
        start = data.find(magic, start + 4)
    return data[: start + at] + value + data[start + at + len(value) :]


def encrypted(data: bytes) -> bytes:
    return in_header(data, "archive/data.warc.gz", 8, b"\x01\x00", central=True)


def overlapping() -> bytes:
    """A second name for the bytes of the first member, as a bomb has it."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        first = archive.infolist()[0].header_offset
    return in_header(GOOD, "indexes/index.cdx", 42, struct.pack("<L", first), central=True)


FAULTY = {
    "SMA-Z001": GOOD[: len(GOOD) // 2],
    "SMA-Z002": in_header(GOOD, "indexes/index.cdx", 30, b"INDEXES"),
    "SMA-Z004": encrypted(GOOD),
    "SMA-Z005": wacz(WARC, method=zipfile.ZIP_DEFLATED, extra__nul=bytes(11 << 20)),
    "SMA-Z006": in_header(
        in_header(GOOD, "indexes/index.cdx", 8, b"\x0c"), "indexes/index.cdx", 10, b"\x0c", central=True
    ),
    "SMA-Z007": GOOD.replace(WARC[40:60], bytes(20)),
    "SMA-Z009": wacz(WARC, datapackage_dot_json=b"REMOVE"),
    "SMA-Z010": wacz(WARC, datapackage_dot_json=b"{geen json"),
    "SMA-Z011": with_package(hash="sha256:" + "0" * 64),
    "SMA-Z012": with_package(bytes=7),
    "SMA-Z013": wacz(WARC, indexes__index_dot_cdx=b"REMOVE"),
    "SMA-Z014": wacz(WARC, archive__extra_dot_warc=record("warcinfo", b"software: x", number=7)),
    "SMA-Z015": wacz(WARC, archive__data_dot_warc_dot_gz=b"REMOVE"),
    "SMA-Z016": wacz(WARC, pages__pages_dot_jsonl=b"REMOVE"),
    "SMA-Z017": wacz(WARC, **{"datapackage-digest_dot_json": b'{"hash": "sha256:00"}'}),
    "SMA-Z019": wacz(WARC, method=zipfile.ZIP_DEFLATED),
    "SMA-Z020": wacz(WARC, pages=b'{"format": "json-pages-1.0"}\n{kapot\n{"url": "https://a.example/"}\n'),
    "SMA-Z021": wacz(WARC, pages=b'{"url": "https://a.example/"}\n'),
    "SMA-Z022": with_package(hash="geheim:00"),
    "SMA-Z023": with_package(hash=None),
}
BESIDE = {
    "SMA-Z006": {"SMA-Z013"},
    "SMA-Z007": {"SMA-W014", "SMA-W003", "SMA-Z011", "SMA-W044"},
    "SMA-Z001": {"SMA-Z007", "SMA-Z010", "SMA-Z016", "SMA-Z009", "SMA-W003", "SMA-W015"},
    "SMA-Z005": {"SMA-Z014", "SMA-Z019"},
    "SMA-Z002": {"SMA-Z013"},
    "SMA-Z004": {"SMA-Z013", "SMA-Z015"},
    "SMA-Z009": {"SMA-Z017"},
    "SMA-Z010": {"SMA-Z017"},
    "SMA-Z015": {"SMA-Z013"},
    "SMA-Z016": {"SMA-Z013"},
}


@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_gives_its_finding(name: str) -> None:
    got = codes(FAULTY[name])
    assert name in got
    assert got - {name} <= BESIDE.get(name, set())


def test_overlapping_members_are_refused() -> None:
    got = codes(overlapping())
    assert got & {"SMA-Z002", "SMA-Z003"}


def test_a_name_that_occurs_twice_is_read_once() -> None:
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("indexes/index.cdx", b"anders")
    assert codes(out.getvalue()) == {"SMA-Z008"}


def test_a_signature_is_told_and_kept() -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        package = archive.read("datapackage.json")
    label = "sha256:" + hashlib.sha256(package).hexdigest()
    signed = json.dumps({"hash": label, "signedData": {"hash": label, "signature": "abc"}}).encode()
    assert codes(wacz(WARC, **{"datapackage-digest_dot_json": signed})) == {"SMA-Z018"}


def test_every_code_is_described_in_both_languages() -> None:
    for name in (*FAULTY, "SMA-Z003", "SMA-Z008", "SMA-Z018"):
        assert set(code(name).text) == set(code(name).remedy) == {"nl", "en"}


def test_a_sound_wacz_gives_no_finding_and_evidence_in_its_own_bytes() -> None:
    sources, problems = found(GOOD)
    assert not problems
    page, first, second = sources
    assert (page.url, page.notes["title"]) == (f"{SITE}/", "Home van de lijst")
    line = GOOD[page.base.offset : (page.base.offset or 0) + (page.base.length or 0)]
    assert json.loads(line)["ts"] == DATE
    for number, source in enumerate((first, second), 1):
        member = GOOD[source.base.offset : (source.base.offset or 0) + (source.base.length or 0)]
        assert gzip.decompress(member) == record(number=number)


def test_a_deflated_warc_is_read_and_named_as_a_whole() -> None:
    sources, _ = found(FAULTY["SMA-Z019"])
    assert [(source.base.kind, source.base.locator) for source in sources[1:]] == [
        ("file", f"urn:uuid:00000000-0000-4000-8000-{number:012d}") for number in (1, 2)
    ]


def test_hashes_that_are_known_are_not_computed_again() -> None:
    package = WaczFile(io.BytesIO(GOOD), "a.wacz")
    wrong = dict.fromkeys(package.members, "0" * 64)
    assert {problem.code for problem in package.check(wrong)} == {"SMA-Z011", "SMA-Z017"}


@pytest.mark.parametrize("form", ["stats", "hash"])
def test_both_forms_of_hashes_are_understood(form: str) -> None:
    digest = hashlib.sha256(WARC).hexdigest()
    if form == "stats":
        data = with_package(hash=None, bytes=None, stats={"hash": digest, "bytes": len(WARC)}, hashing="sha256")
    else:
        data = with_package(hash="md5:" + hashlib.md5(WARC, usedforsecurity=False).hexdigest())
    assert not codes(data)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_streamed_wacz_without_its_directory_still_gives_its_records(method: int) -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    out = Unseekable()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("archive/data.warc.gz", WARC)
        archive.writestr("pages/pages.jsonl", b'{"format": "json-pages-1.0"}\n')
    data = out.getvalue()
    sources, problems = found(data[: data.rfind(b"PK\x01\x02") - 5])
    assert [source.status for source in sources] == [200, 200]
    assert "SMA-Z001" in {problem.code for problem in problems}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_cut_and_flipped_files_never_raise(data: st.DataObject) -> None:
    harmed = bytearray(data.draw(st.sampled_from([GOOD, FAULTY["SMA-Z019"]])))
    for at in data.draw(st.lists(st.integers(0, len(harmed) - 1), max_size=6)):
        harmed[at] ^= 1 << data.draw(st.integers(0, 7))
    cut = bytes(harmed[: data.draw(st.integers(len(harmed) // 2, len(harmed)))])
    _, problems = found(cut)
    assert all(problem.code[4] in "WZ" for problem in problems)
    assert problems or cut == GOOD or len(cut) == len(harmed)


@pytest.mark.parametrize("name", ["valid_example_1.wacz", "valid_example_2.wacz", "valid_signed_example_1.wacz"])
def test_healthy_samples_give_no_warning(samples: Path, name: str) -> None:
    sources, problems = found((samples / "warc" / "py-wacz-fixtures" / name).read_bytes())
    assert [source.notes["type"] for source in sources][:2] == ["page", "response"]
    assert [problem for problem in problems if code(problem.code).severity != "info"] == []


def test_a_wacz_without_records_is_refused_in_words(samples: Path) -> None:
    got = codes((samples / "warc" / "py-wacz-fixtures" / "invalid_example_1.wacz").read_bytes())
    assert {"SMA-Z013", "SMA-Z014", "SMA-Z015", "SMA-Z016"} == got


def test_real_files_that_are_cut_or_flipped_never_raise(samples: Path) -> None:
    chance = random.Random(20240301)
    for path in sorted((samples / "warc").rglob("*.wacz")):
        data = path.read_bytes()
        for _ in range(40):
            harmed = bytearray(data[: chance.randrange(1, len(data) + 1)])
            for _ in range(chance.randrange(5)):
                harmed[chance.randrange(len(harmed))] ^= 1 << chance.randrange(8)
            _, problems = found(bytes(harmed))
            assert all(problem.path == "a.wacz" for problem in problems)
