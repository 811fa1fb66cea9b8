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
from warc_builders import DATE, SITE, causes, cdxj, members, record, sha1, wacz, warcinfo

WARC = members(warcinfo(), record(number=1), record(number=2))
GOOD = wacz(WARC)


def found(data: bytes) -> tuple[list[Source], list[Problem]]:
    """What is read and what is found; that these fixtures are not signed is not among it."""
    problems: list[Problem] = []
    sources = []
    for source in wacz_sources(io.BytesIO(data), "a.wacz", problems, Seen()):
        source.stream.read()
        sources.append(source)
    return sources, [problem for problem in problems if problem.code != "SMA-Z035"]


def codes(data: bytes) -> set[str]:
    return {problem.code for problem in found(data)[1]}


def with_claim(**changed: object) -> bytes:
    """A WACZ whose datapackage says something else of its WARC."""
    resource = {
        "path": "archive/data.warc.gz",
        "hash": "sha256:" + hashlib.sha256(WARC).hexdigest(),
        "bytes": len(WARC),
    }
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        rest = json.loads(archive.read("datapackage.json"))["resources"][1:]
    package = json.dumps({"wacz_version": "1.1.1", "resources": [resource | changed, *rest]}).encode()
    digest = json.dumps({"path": "datapackage.json", "hash": "sha256:" + hashlib.sha256(package).hexdigest()}).encode()
    return wacz(WARC, datapackage_dot_json=package, **{"datapackage-digest_dot_json": digest})


def with_package(warc: bytes, **changed: object) -> bytes:
    """A WACZ whose datapackage says something else of the whole."""
    with zipfile.ZipFile(io.BytesIO(wacz(warc))) as archive:
        package = json.dumps(json.loads(archive.read("datapackage.json")) | changed).encode()
    digest = json.dumps({"path": "datapackage.json", "hash": "sha256:" + hashlib.sha256(package).hexdigest()}).encode()
    return wacz(warc, datapackage_dot_json=package, **{"datapackage-digest_dot_json": digest})


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
    "SMA-Z011": with_claim(hash="sha256:" + "0" * 64),
    "SMA-Z012": with_claim(bytes=7),
    "SMA-Z013": wacz(WARC, indexes__index_dot_cdx=b"REMOVE"),
    "SMA-Z014": wacz(WARC, archive__extra_dot_warc=record("warcinfo", b"software: x", number=7)),
    "SMA-Z015": wacz(WARC, archive__data_dot_warc_dot_gz=b"REMOVE"),
    "SMA-Z016": wacz(WARC, pages__pages_dot_jsonl=b"REMOVE"),
    "SMA-Z017": wacz(WARC, **{"datapackage-digest_dot_json": b'{"hash": "sha256:00"}'}),
    "SMA-Z019": wacz(WARC, method=zipfile.ZIP_DEFLATED),
    "SMA-Z020": wacz(WARC, pages=b'{"format": "json-pages-1.0"}\n{kapot\n{"url": "https://a.example/"}\n'),
    "SMA-Z021": wacz(WARC, pages=b'{"url": "https://a.example/"}\n'),
    "SMA-Z022": with_claim(hash="geheim:00"),
    "SMA-Z023": with_claim(hash=None),
}
ANOTHER = {
    "SMA-Z005": {"SMA-Z019", "SMA-Z014"},
    "SMA-Z009": {"SMA-Z017"},
    "SMA-Z010": {"SMA-Z017"},
    "SMA-Z015": {"SMA-Z013"},
    "SMA-Z016": {"SMA-Z013"},
    "SMA-Z020": {"SMA-Z030", "SMA-Z032"},
    "SMA-Z021": {"SMA-Z030", "SMA-Z032"},
    "a signature that is none": {"SMA-Z017"},
    "parts of a collection": {"SMA-Z014"},
}
"""Faults of their own that a fixture has as well."""


@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_gives_its_finding(name: str) -> None:
    got = codes(FAULTY[name])
    assert name in got
    assert causes(got) - {name} <= ANOTHER.get(name, set())


INDEX = "indexes/index.cdx"
PAGES = b'{"format": "json-pages-1.0"}\n'
PAYLOAD = b"<title>Voorbeeldstad</title>"
STATED = members(warcinfo(), *(record(number=n, WARC_Payload_Digest=sha1(PAYLOAD)) for n in (1, 2)))
LINES = cdxj(STATED)
BLOCKS = gzip.compress(LINES, mtime=0)
META = b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n'


def with_index(lines: bytes, **extra: bytes) -> bytes:
    return wacz(STATED, index=lines, **extra)


def page(url: str = f"{SITE}/", ts: str | None = DATE) -> bytes:
    return PAGES + json.dumps({"url": url} | ({"ts": ts} if ts else {})).encode() + b"\n"


def listed(offset: int, length: int) -> bytes:
    return (
        META
        + b"example,voorbeeldstad,www)/ 20240301100000 "
        + json.dumps({"offset": offset, "length": length}).encode()
    )


def old_form(line: bytes) -> bytes:
    """A line of CDXJ as CDX had it."""
    said = json.loads(line[line.find(b"{") :])
    digest = said["digest"].removeprefix("sha1:")
    place = f"{said['length']} {said['offset']} data.warc.gz"
    return f"x 20240301100000 {said['url']} text/html 200 {digest} - - {place}\n".encode()


def unpacked(more: int) -> bytes:
    """A WACZ with a plain WARC, whose index states so many bytes more than the record has."""
    plain = record(number=1, WARC_Payload_Digest=sha1(PAYLOAD))
    lead = warcinfo()
    place = {"url": f"{SITE}/", "filename": "data.warc.gz", "offset": len(lead), "length": len(plain) + more}
    line = b"example,voorbeeldstad,www)/ 20240301100000 " + json.dumps(place).encode() + b"\n"
    return wacz(lead + plain, index=line)


SIGNED_BADLY = json.dumps({"signedData": "handtekening"}).encode()
DISAGREEING: dict[str, tuple[str | None, bytes]] = {
    "all agree": (None, with_index(LINES)),
    **{
        f"offset {offset!r}": ("SMA-Z024", with_index(cdxj(STATED, offset=offset)))
        for offset in (3, -1, 10**9, "geen", None)
    },
    "a file that is not there": ("SMA-Z024", with_index(cdxj(STATED, name="elders.warc.gz"))),
    "length": ("SMA-Z025", with_index(cdxj(STATED, length="5"))),
    "length without what closes a record": (None, unpacked(-4)),
    "length of a plain record": (None, unpacked(0)),
    "length of a plain record, wrong": ("SMA-Z025", unpacked(-3)),
    "address": ("SMA-Z025", with_index(cdxj(STATED, url="https://elders.example/"))),
    "address with what was posted": (None, with_index(cdxj(STATED, url=f"{SITE}/?__wb_method=POST&a=b"))),
    "digest": ("SMA-Z025", with_index(cdxj(STATED, digest=sha1(b"anders")))),
    "digest without label": (None, with_index(cdxj(STATED, digest=sha1(PAYLOAD).removeprefix("sha1:")))),
    "status": ("SMA-Z025", with_index(cdxj(STATED, status="404"))),
    "time": ("SMA-Z025", with_index(LINES.replace(b" 2024", b" 2023"))),
    "no lines": ("SMA-Z026", with_index(b"rommel\n" + LINES)),
    "empty": ("SMA-Z027", with_index(b"")),
    "a record left out": ("SMA-Z027", with_index(LINES.splitlines(keepends=True)[0])),
    "not in order": ("SMA-Z029", with_index(b"".join(reversed(LINES.splitlines(keepends=True))))),
    "no index": ("SMA-Z028", wacz(STATED, index=b"REMOVE")),
    "compressed": (None, with_index(BLOCKS, name="index.cdx.gz", idx=listed(0, len(BLOCKS)))),
    "compressed, cut": ("SMA-Z026", with_index(BLOCKS[:-5], name="index.cdx.gz")),
    "compressed, a bomb": ("SMA-Z026", with_index(gzip.compress(bytes(30 << 20)), name="index.cdx.gz")),
    "compressed, damaged": ("SMA-Z026", with_index(BLOCKS[:20] + b"\xff\xff" + BLOCKS[22:], name="index.cdx.gz")),
    "compressed, wrong block": ("SMA-Z024", with_index(BLOCKS, name="index.cdx.gz", idx=listed(7, 7))),
    "blocks of nothing": ("SMA-Z024", with_index(LINES, idx=META)),
    "old form": (None, with_index(b" CDX N b a m s k r M S V g\n" + b"".join(map(old_form, LINES.splitlines())))),
    "page that was not captured": ("SMA-Z030", wacz(STATED, page("https://elders.example/"))),
    "page with a fragment": (None, wacz(STATED, page(f"{SITE}/#kop"))),
    "page at another time": ("SMA-Z031", wacz(STATED, page(ts="2023-03-01T10:00:00Z"))),
    "page without time": ("SMA-Z032", wacz(STATED, page(ts=None))),
    "page whose time is none": ("SMA-Z032", wacz(STATED, page(ts="gisteren"))),
    "pages without a line": ("SMA-Z021", wacz(STATED, b"")),
    "version": ("SMA-Z033", with_package(STATED, wacz_version="9.9")),
    "another file that is needed": ("SMA-Z034", with_package(STATED, relation={"requires": [{"path": "deel2.wacz"}]})),
    "parts of a collection": (
        "SMA-Z034",
        with_package(STATED, profile="multi-wacz-package", resources=[{"path": "deel2.wacz", "hash": "sha256:00"}]),
    ),
    "a signature that is none": ("SMA-Z010", wacz(STATED, **{"datapackage-digest_dot_json": SIGNED_BADLY})),
}


@pytest.mark.parametrize("name", DISAGREEING)
def test_index_pages_and_package_are_held_against_the_records(name: str) -> None:
    expected, data = DISAGREEING[name]
    got = codes(data)
    assert (expected in got) if expected else not got
    assert causes(got) - {expected} <= ANOTHER.get(name, set())


def test_a_file_that_is_needed_and_there_is_not_missed() -> None:
    problems: list[Problem] = []
    data = with_package(STATED, relation={"requires": ["https://elders.example/deel2.wacz"]})
    for source in wacz_sources(io.BytesIO(data), "a.wacz", problems, Seen(), ["map/deel2.wacz"]):
        source.stream.read()
    assert [problem.code for problem in problems] == ["SMA-Z035"]


def test_overlapping_members_are_refused() -> None:
    got = codes(overlapping())
    assert got & {"SMA-Z002", "SMA-Z003"}


def test_a_name_that_occurs_twice_is_read_once() -> None:
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("indexes/index.cdx", b"anders")
    assert codes(out.getvalue()) == {"SMA-Z008"}


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
    assert {problem.code for problem in package.check(wrong)} == {"SMA-Z011", "SMA-Z017", "SMA-Z035"}


@pytest.mark.parametrize("form", ["stats", "hash"])
def test_both_forms_of_hashes_are_understood(form: str) -> None:
    digest = hashlib.sha256(WARC).hexdigest()
    if form == "stats":
        data = with_claim(hash=None, bytes=None, stats={"hash": digest, "bytes": len(WARC)}, hashing="sha256")
    else:
        data = with_claim(hash="md5:" + hashlib.md5(WARC, usedforsecurity=False).hexdigest())
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
    assert {"SMA-Z013", "SMA-Z014", "SMA-Z015", "SMA-Z016", "SMA-Z033"} == got


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
