"""A list of faults, each put into the second of three records: it is found, and costs its neighbours nothing."""

from __future__ import annotations

import gzip
import hashlib
import io
import random

import pytest

from sma_plugin.bundle.responses import ResponseWalk
from sma_plugin.model import Problem
from warc_builders import SITE, causes, members, record, sha1, warcinfo

BODY = b"<title>Voorbeeldstad</title>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
BLOCK = HEAD + BODY
N = len(BLOCK)
FIRST = record(number=1, url=f"{SITE}/voor", WARC_Block_Digest=sha1(BLOCK))
LAST = record(number=3, url=f"{SITE}/na", WARC_Block_Digest=sha1(BLOCK))
NOWHERE = "<urn:uuid:nergens>"
FIRST_ID = "<urn:uuid:00000000-0000-4000-8000-000000000001>"


def middle(block: bytes = BLOCK, kind: str = "response", **changed: str | None) -> bytes:
    stated = {"WARC_Block_Digest": sha1(block), "WARC_Payload_Digest": sha1(block.partition(b"\r\n\r\n")[2])}
    if kind != "response":
        del stated["WARC_Payload_Digest"]
    return record(kind, block, number=2, url=changed.pop("url", f"{SITE}/midden"), **stated | changed)


def answer(body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/html", *headers]
    return middle("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def digest(name: str, data: bytes = b"iets anders") -> str:
    return f"{name}:{hashlib.new(name, data, usedforsecurity=False).hexdigest()}"


SOUND = middle()
CHUNKED = "Transfer-Encoding: chunked"
PACKED = gzip.compress(b"pagina " * 900, mtime=0)
FAULTS: dict[str, tuple[str, bytes]] = {
    **{f"length {-n} too small": ("SMA-W005", middle(Content_Length=str(N - n))) for n in (1, 2, 7, N)},
    "length too small before NULs": ("SMA-W005", middle(BLOCK + bytes(2), Content_Length=str(N))),
    **{f"length {n} too great": ("SMA-W007", middle(Content_Length=str(N + n))) for n in (1, 2, 3, 4)},
    **{f"length {n} too great": ("SMA-W004", middle(Content_Length=str(N + n))) for n in (5, 30, 10**17)},
    "two lengths": ("SMA-W012", SOUND.replace(b"Content-Length:", b"Content-Length: 5\r\nContent-Length:")),
    "two lengths, first right": ("SMA-W012", SOUND.replace(b"\r\n\r\nHTTP", b"\r\nContent-Length: 5\r\n\r\nHTTP")),
    **{
        f"length {text!r}": ("SMA-W008", middle(Content_Length=text)) for text in ("-5", "abc", "0x10", "1.0", "9" * 40)
    },
    "length blank": ("SMA-W008", middle(Content_Length="")),
    "length missing": ("SMA-W008", middle(Content_Length=None)),
    **{f"block digest {name}": ("SMA-W020", middle(WARC_Block_Digest=digest(name))) for name in ("md5", "sha256")},
    "block digest sha1": ("SMA-W020", middle(WARC_Block_Digest=sha1(b"iets anders"))),
    "block changed": ("SMA-W020", SOUND.replace(b"stad</title", b"stat</title")),
    **{f"payload digest {name}": ("SMA-W021", middle(WARC_Payload_Digest=digest(name))) for name in ("md5", "sha512")},
    "payload digest of the block": ("SMA-W041", middle(WARC_Block_Digest=None, WARC_Payload_Digest=sha1(BLOCK))),
    "block digest of the payload": ("SMA-W060", middle(WARC_Block_Digest=sha1(BODY))),
    "block digest of no payload": (
        "SMA-W060",
        middle(HEAD, "revisit", Content_Type="application/http", WARC_Block_Digest=sha1(b""), WARC_Refers_To=FIRST_ID),
    ),
    "block changed, not closed": ("SMA-W020", SOUND.replace(b"stad</title", b"stat</title")[:-4]),
    "digest without label": ("SMA-W023", middle(WARC_Block_Digest="ABC")),
    "digest too short": ("SMA-W023", middle(WARC_Block_Digest="sha1:ABCD")),
    "digest of another length": ("SMA-W023", middle(WARC_Block_Digest="sha256:" + sha1(BLOCK)[5:])),
    "digest blank": ("SMA-W023", middle(WARC_Block_Digest="")),
    "digest unknown": ("SMA-W022", middle(WARC_Block_Digest="tiger:ABCDEF01")),
    "id twice": ("SMA-W025", middle(WARC_Record_ID=FIRST_ID)),
    **{
        f"no {name}": ("SMA-W011", middle(**{name.replace("-", "_"): value}))
        for name, value in (("WARC-Type", None), ("WARC-Record-ID", "<>"), ("WARC-Date", None))
    },
    "no address": ("SMA-W011", middle(url="")),
    "revisit without profile": ("SMA-W011", middle(HEAD, "revisit", WARC_Profile=None, WARC_Refers_To=NOWHERE)),
    "type unknown": ("SMA-W017", middle(WARC_Type="ansichtkaart")),
    "content type missing": ("SMA-W042", middle(Content_Type=None)),
    "content type wrong": ("SMA-W018", middle(Content_Type="text/html")),
    "id no URI": ("SMA-W018", middle(WARC_Record_ID="<123>")),
    "address no URI": ("SMA-W018", middle(url="geen adres")),
    "IP address": ("SMA-W018", middle(WARC_IP_Address="999.1.1.1")),
    **{
        f"date {text}": ("SMA-W018", middle(WARC_Date=text))
        for text in (
            *("gisteren", "20240301100000", "2024-03-01 10:00:00", "2024-03-01T10:00:00", "2024-03-01T10:00:00+01:00"),
            *("2024-13-01T10:00:00Z", "2024-02-30T10:00:00Z", "2024-03-01T25:00:00Z", "1970-01-01T00:00:00Z"),
        )
    },
    **{
        f"{name} no URI": ("SMA-W018", middle(**{name.replace("-", "_"): "hallo daar"}))
        for name in ("WARC-Concurrent-To", "WARC-Warcinfo-ID", "WARC-Refers-To", "WARC-Profile")
    },
    "date of what is referred to": ("SMA-W018", middle(WARC_Refers_To_Date="gisteren")),
    "length of all segments": ("SMA-W018", middle(WARC_Segment_Number="1", WARC_Segment_Total_Length="veel")),
    "line without colon": ("SMA-W009", SOUND.replace(b"WARC-Date", b"geen veld\r\nWARC-Date")),
    "no name": ("SMA-W009", SOUND.replace(b"WARC-Date", b": waarde\r\nWARC-Date")),
    "continued before the first": ("SMA-W009", SOUND.replace(b"WARC/1.1\r\n", b"WARC/1.1\r\n gevouwen\r\n")),
    "field twice": ("SMA-W012", SOUND.replace(b"WARC-Date", b"WARC-Date: 2020-01-01T00:00:00Z\r\nWARC-Date")),
    **{
        f"version {line!r}": ("SMA-W013", SOUND.replace(b"WARC/1.1\r\n", line, 1))
        for line in (b"WARC/9.9\r\n", b"WARC/x\r\n", b"WARC\r\n", b"WRAC/1.1\r\n", b"WARC/1.1 abc\r\n", b"")
    },
    "no blank line after the head": ("SMA-W009", SOUND.replace(b"\r\n\r\nHTTP", b"\r\nHTTP")),
    **{f"closed by {end!r}": ("SMA-W007", middle()[:-4] + end) for end in (b"", b"\r\n", b"\n\n")},
    "too many line ends": ("SMA-W033", SOUND + b"\r\n"),
    "NULs after": ("SMA-W033", SOUND + bytes(512)),
    "mark before": ("SMA-W006", b"\xef\xbb\xbf" + SOUND),
    "text after": ("SMA-W006", SOUND + b"rommel\r\n"),
    "bytes after": ("SMA-W006", SOUND + bytes(range(256))),
    "cut in its block": ("SMA-W004", SOUND[:-30]),
    "cut in its head": ("SMA-W010", SOUND[:100]),
    "cut off by the harvester": ("SMA-W034", middle(WARC_Truncated="length")),
    "first segment": ("SMA-W035", middle(WARC_Segment_Number="1")),
    "segment without origin": ("SMA-W011", middle(BODY, "continuation", WARC_Segment_Number="2")),
    "segment of nothing": (
        "SMA-W043",
        middle(BODY, "continuation", WARC_Segment_Number="2", WARC_Segment_Origin_ID=NOWHERE),
    ),
    "concurrent to nothing": ("SMA-W043", middle(WARC_Concurrent_To=NOWHERE)),
    "warcinfo nowhere": ("SMA-W043", middle(WARC_Warcinfo_ID=NOWHERE)),
    "revisit of nothing": ("SMA-W024", middle(HEAD, "revisit", WARC_Refers_To=NOWHERE)),
    "revisit that names nothing": ("SMA-W024", middle(HEAD, "revisit")),
    "no HTTP": ("SMA-W026", middle(b"geen antwoord")),
    "empty": ("SMA-W026", middle(b"")),
    "HTTP without status": ("SMA-W026", middle(b"HTTP/1.1 twee OK\r\n\r\nx")),
    "HTTP head without end": ("SMA-W026", middle(b"HTTP/1.1 200 OK\r\nContent-Type: text/html")),
    "less than announced": ("SMA-W037", answer(b"half", "Content-Length: 400")),
    **{f"not {name}": ("SMA-W038", answer(b"pagina", f"Content-Encoding: {name}")) for name in ("gzip", "deflate")},
    "not chunked": ("SMA-W038", answer(b"pagina", CHUNKED)),
    "encoding cut": ("SMA-W028", answer(PACKED[:-9], "Content-Encoding: gzip")),
    "encoding CRC": ("SMA-W028", answer(PACKED[:-8] + b"12345678", "Content-Encoding: gzip")),
    "encoding damaged": ("SMA-W028", answer(PACKED[:14] + b"\xff\xff\xff" + PACKED[17:], "Content-Encoding: gzip")),
    "encoding unknown": ("SMA-W029", answer(b"pagina", "Content-Encoding: geheim")),
    "encoding nested": ("SMA-W031", answer(b"pagina", "Content-Encoding: gzip, gzip, gzip, gzip")),
    "encoding a bomb": (
        "SMA-W030",
        answer(gzip.compress(gzip.compress(bytes(48 << 20), mtime=0), mtime=0), "Content-Encoding: gzip, gzip"),
    ),
    "chunk cut": ("SMA-W039", answer(b"6\r\npag", CHUNKED)),
    "chunk without end": ("SMA-W039", answer(b"6\r\npagina\r\n", CHUNKED)),
    "chunk too great": ("SMA-W039", answer(b"60\r\npagina\r\n0\r\n\r\n", CHUNKED)),
    "chunk too small": ("SMA-W027", answer(b"3\r\npagina\r\n0\r\n\r\n", CHUNKED)),
    "chunk impossible": ("SMA-W027", answer(b"FFFFFFFFFFFFFFFFF\r\npagina\r\n0\r\n\r\n", CHUNKED)),
    "chunk negative": ("SMA-W027", answer(b"-6\r\npagina\r\n0\r\n\r\n", CHUNKED)),
}
"""Name, the code of the cause, and the record that has the fault."""
SAME_IN_GZIP = ("SMA-W004", "SMA-W003")
"""What reaches into a neighbour when plain is cut off by the end of its own gzip member."""
SOUNDNESS: dict[str, bytes] = {
    **{f"version {name}": SOUND.replace(b"WARC/1.1", name, 1) for name in (b"WARC/1.0", b"WARC/0.18", b"WARC/0.17")},
    "address in brackets": middle(url=f"<{SITE}/midden>"),
    "address with a space": middle(url=f"{SITE}/mid den"),
    "small letters": SOUND.replace(b"2024-03-01T10:00:00Z", b"2024-03-01t10:00:00z"),
    "fraction of a second": middle(WARC_Date="2024-03-01T10:00:00.123456Z"),
    "continued field": SOUND.replace(b"WARC-Date: ", b"WARC-Date:\r\n "),
    "extension field twice": SOUND.replace(b"WARC-Date", b"WARC-Protocol: h2\r\nWARC-Protocol: tls/1.3\r\nWARC-Date"),
    "IP version 6": middle(WARC_IP_Address="2001:db8::1"),
    "payload digest of chunks": answer(b"6\r\npagina\r\n0\r\n\r\n", CHUNKED),
    "trailer after chunks": answer(b"6\r\npagina\r\n0\r\nX-Na: a\r\n\r\n", CHUNKED),
    "revisit without its body": middle(HEAD, "revisit", WARC_Truncated="length", WARC_Refers_To=FIRST_ID),
    "no content": middle(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "not modified": middle(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 400\r\n\r\n"),
    "request line without version": middle(
        b"GET /\r\nAccept: */*\r\n\r\n",
        "request",
        WARC_Payload_Digest=sha1(b""),
        Content_Type="application/http; msgtype=request",
    ),
}


def walked(second: bytes, *, packed: bool) -> tuple[list[str], set[str]]:
    """Addresses of what was read, and the codes of what was found."""
    parts = (warcinfo(), FIRST, second, LAST)
    return walked_whole(members(*parts) if packed else b"".join(parts))


def walked_whole(data: bytes) -> tuple[list[str], set[str]]:
    walk = ResponseWalk(io.BytesIO(data), "a.warc", size=len(data))
    urls = []
    for source in walk:
        source.stream.read()
        urls.append(source.url or "")
    return urls, {problem.code for problem in walk.problems if isinstance(problem, Problem)}


PARTS = [gzip.compress(part, mtime=0) for part in (warcinfo(), FIRST, SOUND, LAST)]
INFO, BEFORE, BETWEEN, AFTER = PARTS
LARGE = gzip.compress(middle(HEAD + random.Random(1).randbytes(400_000)), mtime=0)


def with_header(flags: int, extra: bytes = b"") -> bytes:
    return BETWEEN[:3] + bytes([flags]) + BETWEEN[4:10] + extra + BETWEEN[10:]


GZIP: dict[str, tuple[str | None, bytes]] = {
    "one member": ("SMA-W016", gzip.compress(warcinfo() + FIRST + SOUND + LAST)),
    "two records in a member": ("SMA-W016", INFO + gzip.compress(FIRST + SOUND) + AFTER),
    "a record over two members": (None, INFO + BEFORE + members(SOUND[:50], SOUND[50:]) + AFTER),
    "an empty member": (None, INFO + BEFORE + gzip.compress(b"") + AFTER),
    "a name in the header": (None, INFO + BEFORE + with_header(8, b"deel.warc\0") + AFTER),
    "an extra field": (None, INFO + BEFORE + with_header(4, b"\x08\0sl\4\0ABCD") + AFTER),
    "a trailer that is missing": ("SMA-W014", INFO + BEFORE + BETWEEN[:-8] + AFTER),
    "a trailer that is cut": ("SMA-W014", INFO + BEFORE + BETWEEN[:-3] + AFTER),
    "a wrong CRC": ("SMA-W014", INFO + BEFORE + BETWEEN[:-8] + b"1234" + BETWEEN[-4:] + AFTER),
    "a wrong length": ("SMA-W014", INFO + BEFORE + BETWEEN[:-4] + b"1234" + AFTER),
    "a wrong CRC after much": ("SMA-W014", INFO + BEFORE + LARGE[:-8] + b"1234" + LARGE[-4:] + AFTER),
    "damage after much": ("SMA-W014", INFO + BEFORE + LARGE[:200_000] + b"\xff" * 9 + LARGE[200_009:] + AFTER),
    "damage at the start": ("SMA-W014", INFO + BEFORE + BETWEEN[:12] + b"\xff\xff" + BETWEEN[14:] + AFTER),
    "reserved flags": ("SMA-W014", INFO + BEFORE + with_header(0xE0) + AFTER),
    "a header without end": ("SMA-W014", INFO + BEFORE + with_header(4, b"\xff\xffsl") + AFTER),
    "text between": ("SMA-W006", INFO + BEFORE + b"rommel" + AFTER),
    "text before": ("SMA-W006", b"rommel" + INFO + BEFORE + AFTER),
    "text after": ("SMA-W006", INFO + BEFORE + AFTER + b"rommel"),
    "a plain record between": ("SMA-W006", INFO + BEFORE + SOUND + AFTER),
    "NULs after": ("SMA-W033", INFO + BEFORE + AFTER + bytes(512)),
    "line ends between": ("SMA-W033", INFO + BEFORE + b"\r\n" + AFTER),
    "a cut trailer at the end": ("SMA-W015", INFO + BEFORE + AFTER[:-3]),
    "two bytes of a member at the end": ("SMA-W015", INFO + BEFORE + AFTER + BETWEEN[:2]),
    "a bomb": ("SMA-W014", INFO + BEFORE + gzip.compress(middle(HEAD + bytes(100 << 20))) + AFTER),
}


@pytest.mark.parametrize("name", GZIP)
def test_damage_in_gzip_is_found_and_costs_no_other_record(name: str) -> None:
    expected, data = GZIP[name]
    urls, found = walked_whole(data)
    assert {f"{SITE}/voor", f"{SITE}/na"} <= set(urls)
    assert found - {"SMA-W003", "SMA-W020", "SMA-W021"} == ({expected} if expected else set())


ARC_HEAD = b"1 0 Voorbeeldstad\nURL IP-address Archive-date Content-type Archive-length\n"


def arc_record(
    path: str, block: bytes = BLOCK, *, length: object = None, date: str = "20240301100000", ip: str = "192.0.2.1"
) -> bytes:
    line = f"{SITE}/{path} {ip} {date} text/html {len(block) if length is None else length}\n"
    return line.encode() + block + b"\n"


ARC: dict[str, tuple[str | None, bytes]] = {
    "nothing": (None, arc_record("midden")),
    "no line end after": (None, arc_record("midden")[:-1]),
    "length too small": ("SMA-W005", arc_record("midden", length=N - 7)),
    **{f"length {n} too great": ("SMA-W004", arc_record("midden", length=N + n)) for n in (2, 30, 10**15)},
    "length negative": ("SMA-W032", arc_record("midden", length=-5)),
    "length no number": ("SMA-W032", arc_record("midden", length="veel")),
    "cut": ("SMA-W004", arc_record("midden")[:-20]),
    "text after": ("SMA-W006", arc_record("midden") + b"rommel\n"),
    "bytes after": ("SMA-W006", arc_record("midden") + bytes(range(256))),
    "NULs after": ("SMA-W033", arc_record("midden") + bytes(300)),
    "a date that is none": ("SMA-W018", arc_record("midden", date="20241301100000")),
    "an IP address that is none": ("SMA-W018", arc_record("midden", ip="999.9.9.9")),
    "no HTTP": ("SMA-W026", arc_record("midden", b"geen antwoord")),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ARC)
def test_a_fault_in_an_arc_is_found_and_costs_its_neighbours_nothing(name: str, packed: bool) -> None:  # noqa: FBT001
    expected, second = ARC[name]
    lead = f"filedesc://a.arc 0.0.0.0 20240301100000 text/plain {len(ARC_HEAD)}\n".encode() + ARC_HEAD + b"\n"
    parts = (lead, arc_record("voor"), second, arc_record("na"))
    urls, found = walked_whole(members(*parts) if packed else b"".join(parts))
    assert {f"{SITE}/voor", f"{SITE}/na"} <= set(urls)
    assert found in (
        {expected} if expected else set(),
        {"SMA-W003"} if packed and expected == "SMA-W004" else {expected},
    )


def test_an_arc_without_its_first_record_says_not_by_whom_it_was_made() -> None:
    urls, found = walked_whole(arc_record("voor") + arc_record("na"))
    assert (urls, found) == ([f"{SITE}/voor", f"{SITE}/na"], {"SMA-W044"})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "SMA-W019"),
        *[
            (data, "SMA-W001")
            for data in (b"W", b"\x1f", b"\r\n" * 9, b"<html>", b"{}", bytes(5000), gzip.compress(b"x", mtime=0))
        ],
        *[(magic + bytes(50), "SMA-W002") for magic in (b"\x04\x22\x4d\x18", b"BZh9", b"\xfd7zXZ")],
        (gzip.compress(INFO + BEFORE, mtime=0), "SMA-W001"),
    ],
)
def test_what_holds_no_records_is_said_to_hold_none(data: bytes, expected: str) -> None:
    urls, found = walked_whole(data)
    assert urls == []
    assert expected in found


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_costs_its_neighbours_nothing(name: str, packed: bool) -> None:  # noqa: FBT001
    expected, second = FAULTS[name]
    urls, found = walked(second, packed=packed)
    assert [url for url in (f"{SITE}/voor", f"{SITE}/na") if url not in urls] == []
    assert expected in found or (packed and expected == SAME_IN_GZIP[0] and SAME_IN_GZIP[1] in found)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", SOUNDNESS)
def test_what_is_allowed_is_not_found(name: str, packed: bool) -> None:  # noqa: FBT001
    urls, found = walked(SOUNDNESS[name], packed=packed)
    assert {f"{SITE}/voor", f"{SITE}/na"} <= set(urls)
    assert found == set()


@pytest.mark.parametrize("name", ["length 1 too great", "length -7 too small", "block changed", "cut in its block"])
def test_the_cause_is_told_before_what_it_brings(name: str) -> None:
    _, found = walked(FAULTS[name][1], packed=False)
    assert causes(found) == {FAULTS[name][0]}


@pytest.mark.parametrize("at", [40, 80, 120])
def test_a_member_whose_rest_was_zeroed_is_one_fault(at: int) -> None:
    first, second, last = members(FIRST), members(SOUND), members(LAST)
    urls, found = walked_whole(members(warcinfo()) + first + second[:at] + bytes(len(second) - at) + last)
    assert causes(found) == {"SMA-W014"}
    assert {f"{SITE}/voor", f"{SITE}/na"} <= set(urls)


TEXTS = [
    random.Random(at).choices(b"abcdefghij <>/=", k=size) for at, size in enumerate((40, 900, 5000, 300, 70_000, 60))
]


@pytest.mark.parametrize("seed", range(60))
def test_damage_in_one_member_costs_no_neighbour(seed: int) -> None:
    """Overwritten deflate data can go on as nonsense, through the members that follow, and even end where one does."""
    chance = random.Random(seed)
    parts = [members(record(block=HEAD + bytes(text), number=at, url=f"{SITE}/{at}")) for at, text in enumerate(TEXTS)]
    hit = chance.randrange(len(parts))
    whole = parts[hit]
    start = chance.randrange(20, len(whole))
    end = min(len(whole), start + chance.choice((1, 8, 64, 512, len(whole))))
    filling = chance.choice((bytes(end - start), b"\xff" * (end - start), chance.randbytes(end - start), b""))
    parts[hit] = whole[:start] + filling + whole[end:]
    urls, found = walked_whole(b"".join(parts))
    sound = [f"{SITE}/{at}" for at in range(len(parts)) if at != hit]
    assert [url for url in urls if url in sound] == sound
    assert found & {"SMA-W014", "SMA-W015"} or parts[hit] == whole
