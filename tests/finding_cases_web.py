"""Cases of SMA-W and SMA-Z: WARC and ARC files and their responses, WACZ files."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile

from finding_cases import ABOUT, PAGE, Bench, Case, Run, shown
from sma_plugin.bundle import decoding
from test_wacz import FAULTY as WACZ
from test_wacz import GOOD, in_header, with_package
from test_wacz import WARC as MEMBER
from test_warc import ARC_HEAD, FAULTY, TWO, arc, response
from warc_builders import members, record, sha1, wacz

ABOUT_PAGE = ABOUT["x"]


def warc(data: bytes) -> Run:
    return shown(data, "pagina.warc", ABOUT_PAGE)


def of_wacz(data: bytes) -> Run:
    return shown(data, "pagina.wacz", ABOUT_PAGE)


def growing(bench: Bench) -> object:
    bench.patch.setattr(decoding, "LIMITS", decoding.Limits(ratio=100, free=1 << 16))
    bomb = gzip.compress(gzip.compress(bytes(1 << 22)))
    return warc(response(bomb, "Content-Encoding: gzip, gzip"))(bench)


def listed_twice() -> bytes:
    """The directory names one member twice: two entries over the same bytes."""
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive:
        archive.filelist.append(archive.filelist[1])
        archive.comment = b"herschreven"
    return out.getvalue()


def bomb() -> bytes:
    """Both headers say that a member of one byte is a gigabyte."""
    size = (1 << 30).to_bytes(4, "little")
    return in_header(in_header(GOOD, "indexes/index.cdx", 22, size), "indexes/index.cdx", 24, size, central=True)


def first_the_statement() -> bytes:
    """A WACZ that begins with its datapackage and breaks off after it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as sound, zipfile.ZipFile(out, "w") as archive:
        archive.writestr("datapackage.json", sound.read("datapackage.json"))
        end = out.tell()
    return out.getvalue()[:end]


def twice() -> bytes:
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("indexes/index.cdX", b"anders")
    return out.getvalue().replace(b"index.cdX", b"index.cdx")


def signed() -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        package = archive.read("datapackage.json")
    label = "sha256:" + hashlib.sha256(package).hexdigest()
    said = json.dumps({"hash": label, "signedData": {"hash": label, "signature": "abc"}}).encode()
    return wacz(MEMBER, **{"datapackage-digest_dot_json": said})


def unsound(whole: bytes) -> bytes:
    """A record as a gzip member of which the checksum is wrong: what else is wrong follows from that."""
    return members(whole)[:-8] + b"12345678"


def cut(whole: bytes, size: int) -> bytes:
    """So many bytes of a record, in a gzip member that breaks off there (10 bytes of head, 5 of a stored block)."""
    return gzip.compress(whole, 0, mtime=0)[: 15 + size]


PACKED = gzip.compress(bytes(range(256)) * 20)
OTHER = sha1(b"anders")
GZIPPED, CHUNKED = "Content-Encoding: gzip", "Transfer-Encoding: chunked"
EMPTY_HEADS = b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
APART = {"SMA-Z005": "", "SMA-Z015": ""}
RECORD_FAULTS = (3, 7, 8, 9, 10, 11, 12, 13, 17, 18, 20, 21, 22, 23, 24, 26, 27, 28, 29, 31, 34, 35, 37, 38, 39)
"""Faults of one record; each may come of a damaged member."""
FOLDED = {
    "SMA-W015": "SMA-W015 > SMA-W003",
    "SMA-Z001": "SMA-Z001 > SMA-Z007, SMA-Z010",
    "SMA-Z002": "SMA-Z002 > SMA-Z013",
    "SMA-Z004": "SMA-Z004 > SMA-Z013, SMA-Z015",
    "SMA-Z006": "SMA-Z006 > SMA-Z013",
    "SMA-Z007": "SMA-Z007 > SMA-W014, SMA-Z011",
    "SMA-Z010": "SMA-Z010 > SMA-Z017",
    "SMA-Z016": "SMA-Z013 > SMA-Z016",
}
WITHOUT_RECORDS = {
    "SMA-W001": "SMA-W001 > SMA-H001, SMA-W006",
    "SMA-W002": "SMA-W002 > SMA-H001",
    "SMA-W019": "SMA-W019 > SMA-H001",
}


def case(code: str, data: bytes, *told: str) -> Case:
    """A capture of pages with a fault: beside what is told of it, that it holds no posts."""
    lines = told or (FOLDED.get(code, code),)
    return Case(code, (of_wacz if code[4] == "Z" else warc)(data), *lines, PAGE)


CONSEQUENCES = [
    *(
        case(f"SMA-W{number:03d}", unsound(FAULTY[f"SMA-W{number:03d}"].removesuffix(TWO[1])), told)
        for number in RECORD_FAULTS
        for told in [f"SMA-W014 > SMA-W{number:03d}"]
    ),
    Case("SMA-W014", warc(unsound(b"geen record")), "SMA-W014 > SMA-H001, SMA-W001, SMA-W006"),
    Case("SMA-W015", shown(cut(TWO[0], 0), "pagina.warc.gz", ABOUT_PAGE), "SMA-W015 > SMA-H001, SMA-W001"),
    case("SMA-W015", cut(TWO[0], 12), "SMA-W015 > SMA-W009, SMA-W010"),
    case("SMA-W015", cut(TWO[0], 90), "SMA-W015 > SMA-W010"),
    case("SMA-W015", cut(FAULTY["SMA-W024"], len(FAULTY["SMA-W024"]) - 2), "SMA-W015 > SMA-W007, SMA-W024"),
    case("SMA-W015", members(TWO[0]) + cut(b"los zand\r\n", 10), "SMA-W015 > SMA-W006"),
    case("SMA-W015", cut(arc(ARC_HEAD, ""), 50), "SMA-W015 > SMA-W032"),
    case("SMA-W010", FAULTY["SMA-W009"][:150], "SMA-W010 > SMA-W009"),
    case("SMA-W020", record(WARC_Block_Digest=OTHER, WARC_Payload_Digest=OTHER), "SMA-W020 > SMA-W021"),
    case("SMA-W020", response(b"5\r\nabcde\r\nzz\r\n", CHUNKED, WARC_Block_Digest=OTHER), "SMA-W020 > SMA-W027"),
    case("SMA-W020", response(PACKED[:-12], GZIPPED, WARC_Block_Digest=OTHER), "SMA-W020 > SMA-W028"),
    case("SMA-W003", TWO[0][: TWO[0].index(b"HTTP/1.1") + 3], "SMA-W003 > SMA-W026"),
    case("SMA-W003", response(bytes(900), "Content-Length: 900")[:-300], "SMA-W003 > SMA-W037"),
    case("SMA-W034", response(b"half", "Content-Length: 400", WARC_Truncated="time"), "SMA-W034 > SMA-W037"),
    case("SMA-W034", response(b"5\r\nabcde\r\n", CHUNKED, WARC_Truncated="time"), "SMA-W034 > SMA-W039"),
    case("SMA-W037", response(PACKED[:-12], GZIPPED, "Content-Length: 4000"), "SMA-W037 > SMA-W028"),
    case("SMA-W039", response(b"5\r\n" + PACKED[:5] + b"\r\n", GZIPPED, CHUNKED), "SMA-W039 > SMA-W028"),
    case("SMA-Z001", GOOD[:400], "SMA-Z001 > SMA-W010, SMA-W015, SMA-Z007, SMA-Z009, SMA-Z016"),
    case("SMA-Z001", wacz(TWO[0] + TWO[1])[:700], "SMA-Z001 > SMA-W003, SMA-Z007, SMA-Z009, SMA-Z016"),
    case("SMA-Z001", wacz(TWO[0])[:100], "SMA-Z001 > SMA-W010, SMA-Z007, SMA-Z009, SMA-Z016"),
    case("SMA-Z001", first_the_statement(), "SMA-Z001 > SMA-Z013, SMA-Z015, SMA-Z016"),
    case("SMA-Z002", in_header(GOOD, "datapackage.json", 30, b"DATA"), "SMA-Z002 > SMA-Z009"),
    case("SMA-Z007", GOOD.replace(b'"wacz_version"', b'"wacz_versiom"'), "SMA-Z007 > SMA-Z017"),
    case("SMA-Z007", GOOD.replace(b'"title": "Home', b'"title": @Home'), "SMA-Z007 > SMA-Z011, SMA-Z020"),
    case("SMA-Z011", with_package(hash="sha256:" + "0" * 64, bytes=7), "SMA-Z011 > SMA-Z012"),
]

CASES = [
    *(case(name, data) for name, data in {**FAULTY, **WACZ}.items() if name not in WITHOUT_RECORDS | APART),
    *(Case(name, warc(FAULTY[name]), told) for name, told in WITHOUT_RECORDS.items()),
    *CONSEQUENCES,
    Case("SMA-W030", growing, "SMA-W030", PAGE),
    case("SMA-W040", EMPTY_HEADS * 4000, "SMA-W011", "SMA-W011", "SMA-W011", "SMA-W040"),
    case("SMA-Z003", listed_twice()),
    case("SMA-Z005", bomb(), "SMA-Z005 > SMA-Z013"),
    case("SMA-Z008", twice()),
    case("SMA-Z015", WACZ["SMA-Z015"], "SMA-Z013", "SMA-Z015"),
    case("SMA-Z018", signed()),
]
