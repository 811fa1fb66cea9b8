"""The walk over WARC and ARC files: where records are, what is wrong with them, and what their responses hold."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import random
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st

from sma_plugin.bundle import decoding, http
from sma_plugin.bundle.responses import ResponseWalk, Seen, unresolved
from sma_plugin.bundle.warc import BUFFERED, Record, WarcWalk
from sma_plugin.findings import code
from sma_plugin.model import Problem
from sma_plugin.readers.contract import Source
from warc_builders import BARE, DATE, SITE, members, record, sha1, written

BLOCK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Voorbeeldstad</title>"


def walked(data: bytes) -> tuple[list[Record], list[str]]:
    """The records of a file, and the codes of everything that was found."""
    walk = WarcWalk(io.BytesIO(data))
    records = list(walk)
    return records, sorted([fault.code for item in records for fault in item.faults] + [f.code for f in walk.faults])


def answers(data: bytes, seen: Seen | None = None) -> tuple[list[tuple[Source, bytes]], list[Problem]]:
    """Every source with its body, and the problems, without those of most fixtures."""
    walk = ResponseWalk(io.BytesIO(data), "a.warc", seen=seen, size=len(data))
    got = [(source, source.stream.read()) for source in walk]
    return got, [one for one in walk.problems if isinstance(one, Problem) and one.code not in BARE]


def codes(problems: Iterable[Problem]) -> list[str]:
    return sorted({problem.code for problem in problems})


def response(body: bytes, *headers: str, status: str = "200 OK", **changed: str | None) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html", *headers]).encode()
    return record(block=head + b"\r\n\r\n" + body, **changed)


# --- where records are ------------------------------------------------------------------------------------------------


def test_offsets_of_plain_records_cut_the_file_into_records() -> None:
    parts = [record(number=number, url=f"{SITE}/{number}") for number in range(5)]
    data = b"".join(parts)
    records, found = walked(data)
    assert [data[item.offset : item.offset + (item.length or 0)] for item in records] == parts
    assert {item.layout for item in records} == {"plain"}
    assert not found


def test_offsets_of_gzip_records_are_those_of_their_members() -> None:
    parts = [record(number=number) for number in range(5)]
    data = members(*parts)
    records, found = walked(data)
    cut = [gzip.decompress(data[item.offset : item.offset + (item.length or 0)]) for item in records]
    assert cut == parts
    assert {item.layout for item in records} == {"member"}
    assert not found


def test_records_in_one_member_are_read_and_said_to_share_it() -> None:
    records, found = walked(gzip.compress(record(number=1) + record(number=2)))
    assert [item.data for item in records] == [BLOCK, BLOCK]
    assert {item.layout for item in records} == {"single"}
    assert found == ["SMA-W016"]


def test_a_record_over_several_members_is_one_record() -> None:
    whole = record()
    records, found = walked(members(whole[:100], whole[100:]))
    assert [(item.data, item.layout, item.offset) for item in records] == [(BLOCK, "member", 0)]
    assert not found


@pytest.mark.parametrize("packed", [False, True])
def test_a_block_larger_than_memory_allows_is_streamed_and_its_length_known_afterwards(packed: bool) -> None:  # noqa: FBT001
    big = random.Random(7).randbytes(1 << 16) * (BUFFERED // (1 << 16) + 1)
    parts = [record("resource", big, number=1), record(number=2)]
    data = members(*parts) if packed else b"".join(parts)
    walk = WarcWalk(io.BytesIO(data))
    first = next(walk)
    assert (first.data, first.length) == (None, None)
    first.hold()
    assert first.length == (len(members(parts[0])) if packed else len(parts[0]))
    assert hashlib.sha256(first.stream.read()).digest() == hashlib.sha256(big).digest()
    assert [item.data for item in walk] == [BLOCK]


def test_a_large_response_knows_its_place_once_it_is_read() -> None:
    big = b"x" * (BUFFERED + 5)
    data = members(response(big, number=1), response(b"klein", number=2))
    walk = ResponseWalk(io.BytesIO(data), "a.warc.gz")
    first = next(walk)
    assert first.base.length is None
    assert len(first.stream.read()) == len(big)
    assert gzip.decompress(data[: first.base.length])[:8] == b"WARC/1.1"
    second = next(walk)
    assert second.stream.read() == b"klein"
    assert codes(walk.problems) == ["SMA-W044"]


def test_a_large_response_that_is_not_read_is_passed_and_still_checked() -> None:
    block = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * BUFFERED
    wrong = record(block=block, number=1, WARC_Block_Digest=sha1(b"iets anders"))
    walk = ResponseWalk(io.BytesIO(wrong + record(number=2)), "a.warc")
    assert [source.status for source in walk] == [200, 200]
    assert codes(walk.problems) == ["SMA-W020", "SMA-W044"]


@pytest.mark.parametrize("packed", [False, True])
def test_warcio_and_fastwarc_see_the_same_records(packed: bool) -> None:  # noqa: FBT001
    data = written([(f"{SITE}/{n}", b"pagina" * n, "text/html") for n in range(1, 30)], packed=packed)
    records, found = walked(data)
    other = [
        (item.record_id.strip("<>"), item.reader.read()) for item in ArchiveIterator(io.BytesIO(data), parse_http=False)
    ]
    assert [((item.id or ""), item.data) for item in records] == other
    assert sum(item.length or 0 for item in records) == len(data)
    assert not found


# --- one fixture per finding ------------------------------------------------------------------------------------------

TWO = (record(number=1), record(number=2))
LONG = record(number=1, Content_Length=str(len(BLOCK) + 30))
FAULTY = {
    "SMA-W001": b"dit is geen WARC",
    "SMA-W002": b"\x04\x22\x4d\x18" + bytes(40),
    "SMA-W003": TWO[0][:-20],
    "SMA-W004": LONG + TWO[1],
    "SMA-W005": record(Content_Length=str(len(BLOCK) - 9)) + TWO[1],
    "SMA-W006": TWO[0] + b"los zand\r\n\r\n" + TWO[1],
    "SMA-W007": record(closing=b"\r\n") + TWO[1],
    "SMA-W008": record(Content_Length=None) + TWO[1],
    "SMA-W009": TWO[0].replace(b"WARC-Date", b"zonder dubbele punt\r\nWARC-Date"),
    "SMA-W010": TWO[0][:90],
    "SMA-W011": record(WARC_Date=None),
    "SMA-W012": TWO[0].replace(b"WARC-Date", b"warc-date: 2020-01-01T00:00:00Z\r\nWARC-Date"),
    "SMA-W013": record(version="WARC/7.0"),
    "SMA-W014": members(TWO[0])[:-8] + b"12345678" + members(TWO[1]),
    "SMA-W015": members(*TWO)[:-30],
    "SMA-W016": gzip.compress(b"".join(TWO)),
    "SMA-W017": record("ansichtkaart"),
    "SMA-W018": record(WARC_Date="gisteren"),
    "SMA-W019": b"",
    "SMA-W020": record(WARC_Block_Digest=sha1(b"anders")),
    "SMA-W021": record(WARC_Payload_Digest=sha1(b"anders")),
    "SMA-W022": record(WARC_Block_Digest="tiger:ABCDEF"),
    "SMA-W023": record(WARC_Block_Digest="sha1:kort"),
    "SMA-W024": record("revisit", WARC_Refers_To="<urn:uuid:nergens>"),
    "SMA-W025": TWO[0] + TWO[0],
    "SMA-W026": record(block=b"geen antwoord"),
    "SMA-W027": response(b"5\r\nabcde\r\nzz\r\nrest", "Transfer-Encoding: chunked"),
    "SMA-W028": response(gzip.compress(b"pagina" * 50)[:-12], "Content-Encoding: gzip"),
    "SMA-W029": response(b"pagina", "Content-Encoding: geheim"),
    "SMA-W031": response(b"pagina", "Content-Encoding: gzip, gzip, gzip, gzip"),
    "SMA-W032": b"filedesc://a.arc 0.0.0.0 20240301100000 text/plain mis\n",
    "SMA-W033": b"\r\n\r\n".join((*TWO, b"")),
    "SMA-W034": record(WARC_Truncated="time"),
    "SMA-W035": record(WARC_Segment_Number="1"),
    "SMA-W037": response(b"half", "Content-Length: 400"),
    "SMA-W038": response(b"pagina", "Content-Encoding: gzip"),
    "SMA-W039": response(b"5\r\nabcde\r\n", "Transfer-Encoding: chunked"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_gives_its_finding(name: str) -> None:
    _, problems = answers(FAULTY[name])
    found = {problem.code for problem in problems}
    # What a cause implies may stand beside it; nothing else may.
    assert name in found
    assert all(other == name or name in code(other).implied_by for other in found)


def test_thousands_of_a_kind_are_counted_not_kept() -> None:
    walk = ResponseWalk(io.BytesIO(b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n" * 4000), "a.warc")
    assert list(walk) == []
    assert walk.problems[-1] == Problem("SMA-W040", "a.warc", params={"finding": "SMA-W011", "number": 2000})
    assert len(walk.problems) == 10_002


def test_a_bomb_is_stopped() -> None:
    limits = decoding.Limits(ratio=100, free=1 << 16)
    told: list[str] = []
    bomb = io.BytesIO(gzip.compress(bytes(1 << 24)))
    stage = decoding.undo("gzip", bomb, lambda name, _: told.append(name), limits)
    assert stage is not None
    size = sum(len(data) for data in iter(lambda: stage.read(1 << 16), b""))
    assert size < 1 << 21
    assert told == ["SMA-W030"]


def test_every_code_is_described_in_both_languages() -> None:
    for name in (*FAULTY, "SMA-W030", "SMA-W040"):
        assert set(code(name).text) == set(code(name).remedy) == {"nl", "en"}


# --- damage costs no more than what it touches ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SMA-W004", "SMA-W005", "SMA-W006", "SMA-W007", "SMA-W008"])
def test_the_record_after_a_fault_is_whole(name: str) -> None:
    data = FAULTY[name]
    records, _ = walked(data)
    last = records[-1]
    assert data[last.offset : last.offset + (last.length or 0)] == TWO[1]


def test_a_length_that_reaches_into_the_neighbour_leaves_the_block_as_it_was() -> None:
    records, _ = walked(LONG + TWO[1])
    assert [item.data for item in records] == [BLOCK, BLOCK]


def test_a_length_that_reaches_over_the_end_of_its_member_takes_nothing_of_the_next() -> None:
    records, found = walked(members(LONG, TWO[1]))
    assert records[1].data == BLOCK
    assert found == ["SMA-W003"]
    assert records[0].truncated


def test_a_damaged_member_costs_its_own_record_only() -> None:
    parts = [record("resource", random.Random(n).randbytes(5000), number=n) for n in range(4)]
    packed = [bytearray(members(part)) for part in parts]
    packed[1][200:230] = b"\xff" * 30
    records, found = walked(b"".join(packed))
    whole = [item for item in records if not item.faults]
    assert [item.offset for item in whole][-2:] == [sum(map(len, packed[:2])), sum(map(len, packed[:3]))]
    assert "SMA-W014" in found


def test_bytes_between_members_are_passed_and_told() -> None:
    data = members(TWO[0]) + b"rommel\x1f\x8b\x08rommel" + members(TWO[1])
    records, found = walked(data)
    assert len(records) == 2
    assert found == ["SMA-W006"]


@pytest.mark.parametrize("version", ["WARC/0.17", "WARC/0.18", "WARC/1.0", "WARC/1.1", "warc/1.0"])
def test_versions_and_cases_that_occur_are_read(version: str) -> None:
    data = record(version=version).replace(b"WARC-Type: response", b"wArC-tYpE:\tRESPONSE ")
    records, found = walked(data)
    assert (records[0].type, records[0].data, found) == ("response", BLOCK, [])


def test_continued_and_bracketed_fields_are_read() -> None:
    data = record(url=None).replace(b"WARC-Date", f"WARC-Target-URI:\r\n <{SITE}/a b>\r\nWARC-Date".encode())
    records, _ = walked(data)
    assert records[0].target_uri == f"{SITE}/a b"


def test_an_unread_line_end_in_a_head_is_tolerated() -> None:
    data = TWO[0].replace(b"\r\n", b"\n")
    records, _ = walked(data)
    assert records[0].type == "response"


# --- ARC --------------------------------------------------------------------------------------------------------------

ARC_HEAD = b"1 0 Voorbeeldstad\nURL IP-address Archive-date Content-type Archive-length\n"
ARC2_HEAD = (
    b"2 0 Voorbeeldstad\n"
    b"URL IP-address Archive-date Content-type Result-code Checksum Location Offset Filename Archive-length\n"
)


def arc(head: bytes, middle: str) -> bytes:
    lead = f"filedesc://a.arc 0.0.0.0 20240301100000 text/plain {middle}{len(head)}\n".encode()
    line = f"{SITE}/a b 192.0.2.1 20240301100000 text/html {middle}{len(BLOCK)}\n".encode()
    return lead + head + b"\n" + line + BLOCK + b"\n"


@pytest.mark.parametrize(("head", "middle"), [(ARC_HEAD, ""), (ARC2_HEAD, "200 - - 0 a.arc ")])
def test_arc_records_are_read_as_responses(head: bytes, middle: str) -> None:
    got, problems = answers(arc(head, middle))
    assert [(source.url, source.status, body) for source, body in got] == [
        (f"{SITE}/a b", 200, b"<title>Voorbeeldstad</title>")
    ]
    moment = got[0][0].fetched_at
    assert moment is not None
    assert moment.raw == DATE
    assert not problems


def test_an_arc_line_whose_type_has_parameters_after_a_space_is_read() -> None:
    got, problems = answers(arc(ARC_HEAD, "").replace(b" text/html ", b" text/html; Charset=utf-8 "))
    assert [(source.url, source.content_type) for source, _ in got] == [(f"{SITE}/a b", "text/html")]
    assert not problems


def test_an_arc_file_may_state_no_address_of_its_own() -> None:
    _, problems = answers(arc(ARC_HEAD, "").replace(b"0.0.0.0", b"0", 1))
    assert not problems


# --- digests and revisits ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stated",
    [
        sha1(BLOCK),
        sha1(BLOCK).lower(),
        "sha1:" + hashlib.sha1(BLOCK, usedforsecurity=False).hexdigest(),
        "sha256:" + hashlib.sha256(BLOCK).hexdigest().upper(),
        "SHA-256:" + base64.b64encode(hashlib.sha256(BLOCK).digest()).decode(),
        "md5:" + hashlib.md5(BLOCK, usedforsecurity=False).hexdigest(),
    ],
)
def test_a_digest_agrees_in_every_writing(stated: str) -> None:
    assert not answers(record(WARC_Block_Digest=stated))[1]
    assert codes(answers(record(WARC_Block_Digest=stated).replace(b"Voorbeeld", b"Voorbeelt"))[1]) == ["SMA-W020"]


def test_a_payload_digest_may_be_over_joined_or_stored_chunks() -> None:
    stored = b"6\r\npagina\r\n0\r\n\r\n"
    for stated in (sha1(stored), sha1(b"pagina")):
        got, problems = answers(response(stored, "Transfer-Encoding: chunked", WARC_Payload_Digest=stated))
        assert (got[0][1], problems) == (b"pagina", [])


def test_a_revisit_finds_its_target_by_id_by_address_and_time_or_by_payload() -> None:
    first = record(number=1, WARC_Payload_Digest=sha1(b"<title>Voorbeeldstad</title>"))
    for referring in (
        {"WARC_Refers_To": "<urn:uuid:00000000-0000-4000-8000-000000000001>"},
        {"WARC_Refers_To_Target_URI": f"{SITE}/", "WARC_Refers_To_Date": DATE},
        {"WARC_Payload_Digest": sha1(b"<title>Voorbeeldstad</title>")},
    ):
        again = record("revisit", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", number=2, **referring)
        got, problems = answers(first + again)
        assert [source.notes["type"] for source, _ in got] == ["response", "revisit"]
        assert not problems


def chain(*links: tuple[int, int]) -> list[str]:
    """What is told of revisits, each with its number and that of the record that it names; record 1 is a response."""
    name = "<urn:uuid:00000000-0000-4000-8000-{:012d}>".format
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    lines = [record("revisit", head, number=n, WARC_Refers_To=name(to), Content_Type="a/b") for n, to in links]
    return [one.code for one in answers(b"".join(lines) + record(number=1))[1]]


def test_a_revisit_may_refer_to_another_revisit_in_whatever_order() -> None:
    assert chain((2, 1), (3, 2), (4, 3)) == []
    assert chain((4, 3), (3, 2), (2, 1)) == []
    assert chain((2, 3), (3, 2), (4, 4), (5, 9)) == ["SMA-W024"] * 4
    assert chain((6, 5), *((number, number - 1) for number in range(2000, 6, -1)), (5, 1)) == []


def test_a_revisit_may_refer_to_another_file_of_the_capture() -> None:
    seen = Seen()
    again = record("revisit", b"", number=2, WARC_Refers_To="<urn:uuid:00000000-0000-4000-8000-000000000001>")
    assert not answers(again, seen=seen)[1]
    assert not answers(record(number=1), seen=seen)[1]
    assert not unresolved(seen)


# --- responses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("gzip", gzip.compress(b"pagina " * 40, mtime=0)),
        ("x-gzip", members(b"pagina " * 20, b"pagina " * 20)),
        ("deflate", zlib.compress(b"pagina " * 40)),
        ("deflate", zlib.compress(b"pagina " * 40)[2:-4]),
        ("gzip, deflate", zlib.compress(gzip.compress(b"pagina " * 40, mtime=0))),
        ("identity", b"pagina " * 40),
        ("br", b"pagina " * 40),
    ],
)
def test_content_encodings_are_undone(name: str, packed: bytes) -> None:
    if name == "br":
        packed = pytest.importorskip("brotli").compress(packed)
    chunked = b"".join(
        b"%x;naam=waarde\r\n%s\r\n" % (len(packed[n : n + 30]), packed[n : n + 30]) for n in range(0, len(packed), 30)
    )
    head = (f"Content-Encoding: {name}", "Transfer-Encoding: chunked")
    got, problems = answers(response(chunked + b"0\r\n\r\n", *head))
    assert (got[0][1], problems) == (b"pagina " * 40, [])


def test_a_body_that_was_stored_decoded_is_not_called_incomplete() -> None:
    got, problems = answers(response(b"pagina", "Content-Encoding: gzip", "Content-Length: 400"))
    assert (got[0][1], codes(problems)) == (b"pagina", ["SMA-W038"])


def test_a_source_says_where_it_came_from_and_no_more_of_a_request_than_its_method() -> None:
    asked = b"POST /graphql HTTP/1.1\r\nAuthorization: Bearer geheim\r\nCookie: a=geheim\r\n\r\n"
    name = "<urn:uuid:00000000-0000-4000-8000-000000000009>"
    request = record("request", asked, number=9)
    answer = response(b"{}", number=1, WARC_Concurrent_To=name)
    got, _ = answers(request + answer)
    source = got[0][0]
    assert (source.method, source.status, source.url, source.exact) == ("POST", 200, f"{SITE}/", False)
    assert (source.base.kind, source.base.offset, source.base.length) == ("bytes", len(request), len(answer))
    assert "geheim" not in repr(source)


def test_records_that_share_a_member_are_named_in_the_whole_file() -> None:
    got, _ = answers(gzip.compress(b"".join(TWO)))
    bases = [source.base for source, _ in got]
    assert {base.kind for base in bases} == {"file"}
    assert [base.locator for base in bases] == [f"urn:uuid:00000000-0000-4000-8000-{n:012d}" for n in (1, 2)]


# --- whatever comes ---------------------------------------------------------------------------------------------------


@given(st.binary(max_size=400), st.lists(st.integers(1, 60), max_size=30))
@settings(max_examples=50, deadline=None)
def test_chunks_joined_are_what_was_cut(body: bytes, sizes: list[int]) -> None:
    chunks, rest = [], body
    for size in sizes:
        piece, rest = rest[:size], rest[size:]
        chunks += [b"%X\r\n%s\r\n" % (len(piece), piece)] if piece else []
    chunks += [b"%x\r\n%s\r\n" % (len(rest), rest)] if rest else []
    stored = b"".join(chunks) + b"0\r\n\r\n"
    for step in (1, 7, 1000):
        undo = http.Dechunker()
        joined = b"".join(undo.feed(stored[at : at + step]) for at in range(0, len(stored), step)) + undo.finish()
        assert joined == body
        assert undo.ended


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5), st.booleans(), st.integers(1, 50))
@settings(max_examples=50, deadline=None)
def test_blocks_come_back_whole_however_the_file_is_delivered(blocks: list[bytes], packed: bool, step: int) -> None:  # noqa: FBT001
    parts = [record("resource", block, number=number) for number, block in enumerate(blocks)]
    data = members(*parts) if packed else b"".join(parts)
    assert [item.data for item in WarcWalk(Slow(data, step))] == blocks  # type: ignore[arg-type]


class Slow(io.BytesIO):
    """A stream that gives a few bytes at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        super().__init__(data)
        self._step = step

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(self._step, size or 0) if size and size > 0 else self._step)


@given(st.binary(max_size=600))
@settings(max_examples=50, deadline=None)
def test_any_bytes_end_in_findings(data: bytes) -> None:
    for start in (b"", b"WARC/1.0\r\n", b"\x1f\x8b\x08\x00", b"filedesc:"):
        got, problems = answers(start + data)
        assert got or problems


BASE = TWO[0] + response(gzip.compress(b"abc" * 99), "Content-Encoding: gzip", number=3) + FAULTY["SMA-W039"] + TWO[1]


@given(st.data(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_cut_and_flipped_files_never_raise_and_account_for_no_byte_twice(data: st.DataObject, packed: bool) -> None:  # noqa: FBT001
    file = bytearray(members(*(b"WARC/1.1" + part for part in BASE.split(b"WARC/1.1")[1:])) if packed else BASE)
    for at in data.draw(st.lists(st.integers(0, len(file) - 1), max_size=6)):
        file[at] ^= 1 << data.draw(st.integers(0, 7))
    cut = data.draw(st.integers(0, len(file)))
    harmed = bytes(file[:cut])
    answers(harmed)
    records, _ = walked(harmed)
    end = 0
    for item in records:
        assert item.length is not None
        assert item.layout == "single" or item.offset >= end
        end = max(end, item.offset + item.length)
    assert end <= len(harmed)


# --- real files -------------------------------------------------------------------------------------------------------


def real(samples: Path) -> list[Path]:
    return [path for path in sorted((samples / "warc").rglob("*")) if path.suffix in (".warc", ".arc", ".gz")]


@pytest.mark.parametrize(
    "name",
    [
        "assembled-social/social-1.0.warc",
        "assembled-social/social-1.1.warc.gz",
        "warcio-tests/example.warc",
        "warcio-tests/example.warc.gz",
        "warcio-tests/example.arc",
        "warcio-tests/example.arc.gz",
        "warcio-tests/example-iana.org-chunked.warc",
        "warcio-tests/post-test.warc.gz",
        "warcio-tests/example-resource.warc.gz",
        "py-wacz-fixtures/example-collection.warc",
    ],
)
def test_healthy_captures_give_no_warning(samples: Path, name: str) -> None:
    got, problems = answers((samples / "warc" / name).read_bytes())
    assert got
    assert [problem for problem in problems if code(problem.code).severity != "info"] == []


def test_a_cut_sample_is_said_to_be_cut(samples: Path) -> None:
    data = (samples / "warc" / "assembled-social" / "social-1.0.warc").read_bytes()
    assert codes(answers(data[:15000])[1]) == ["SMA-W003"]


def test_real_files_that_are_cut_or_flipped_never_raise(samples: Path) -> None:
    chance = random.Random(20240301)
    for path in real(samples):
        data = path.read_bytes()[:30000]
        for _ in range(4):
            harmed = bytearray(data[: chance.randrange(1, len(data) + 1)])
            for _ in range(chance.randrange(4)):
                harmed[chance.randrange(len(harmed))] ^= 1 << chance.randrange(8)
            got, problems = answers(bytes(harmed))
            assert all(problem.code.startswith(("SMA-W", "SMA-P03")) for problem in problems)
            assert all(source.path == "a.warc" for source, _ in got)
