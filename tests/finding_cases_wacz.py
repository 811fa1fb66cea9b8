"""Cases of SMA-Z: WACZ files."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile

from finding_cases import ABOUT, PAGE, Case, shown
from test_wacz import BLOCKS, DISAGREEING, FAULTY, GOOD, LINES, STATED, in_header, with_claim, with_index
from test_wacz import WARC as MEMBER
from test_warc import TWO
from warc_builders import members, wacz, warcinfo


def case(code: str, data: bytes, *told: str) -> Case:
    """A WACZ with a fault: beside what is told of it, that it holds no posts."""
    return Case(code, shown(data, "pagina.wacz", ABOUT["x"]), *(told or (code,)), PAGE)


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


NO_RECORDS = wacz(gzip.compress(b"geen records", mtime=0))
PACKED_INDEX = with_index(BLOCKS, name="index.cdx.gz")
OF_THE_INDEX = {
    "SMA-Z024": "offset 3",
    "SMA-Z025": "length",
    "SMA-Z026": "no lines",
    "SMA-Z027": "a record left out",
    "SMA-Z028": "no index",
    "SMA-Z029": "not in order",
    "SMA-Z030": "page that was not captured",
    "SMA-Z031": "page at another time",
    "SMA-Z032": "page without time",
    "SMA-Z033": "version",
    "SMA-Z034": "another file that is needed",
}
RECORDS = wacz(warcinfo() + TWO[0])
TOLD = {
    "SMA-Z001": ["SMA-Z001 > SMA-Z007, SMA-Z009, SMA-Z020, SMA-Z021"],
    "SMA-Z002": ["SMA-Z002 > SMA-Z013, SMA-Z028"],
    "SMA-Z004": ["SMA-Z004 > SMA-Z013, SMA-Z015"],
    "SMA-Z006": ["SMA-Z006 > SMA-Z013, SMA-Z028"],
    "SMA-Z007": ["SMA-Z007 > SMA-W014, SMA-Z011", "SMA-W044"],
    "SMA-Z010": ["SMA-Z010 > SMA-Z017"],
    "SMA-Z013": ["SMA-Z013 > SMA-Z028"],
    "SMA-Z020": ["SMA-Z020", "SMA-Z030", "SMA-Z032"],
    "SMA-Z021": ["SMA-Z021", "SMA-Z030", "SMA-Z032"],
    "SMA-Z024": ["SMA-Z024 > SMA-Z027"],
    "SMA-Z026": ["SMA-Z026 > SMA-Z029"],
    "SMA-Z015": ["SMA-Z013", "SMA-Z015"],
    "SMA-Z016": ["SMA-Z013 > SMA-Z016"],
}
"""What is told of the faults that bring others with them."""

CASES = [
    *(case(name, data, *TOLD.get(name, ())) for name, data in FAULTY.items() if name != "SMA-Z005"),
    case("SMA-Z003", listed_twice()),
    case("SMA-Z005", bomb(), "SMA-Z005 > SMA-Z013, SMA-Z028"),
    case("SMA-Z008", twice()),
    case("SMA-Z018", signed()),
    *(case(code, DISAGREEING[name][1], *TOLD.get(code, ())) for code, name in OF_THE_INDEX.items()),
    case("SMA-Z001", GOOD[:400], "SMA-Z001 > SMA-W010, SMA-W015, SMA-Z007, SMA-Z009, SMA-Z016, SMA-Z028"),
    case(
        "SMA-Z001",
        RECORDS[: RECORDS.index(b"HTTP/1.1") + 30],
        "SMA-Z001 > SMA-W003, SMA-W026, SMA-Z007, SMA-Z009, SMA-Z016, SMA-Z028",
    ),
    case("SMA-Z001", wacz(warcinfo())[:100], "SMA-Z001 > SMA-W010, SMA-Z007, SMA-Z009, SMA-Z016, SMA-Z028"),
    case("SMA-Z001", wacz(MEMBER)[: wacz(MEMBER).index(b'"resources"')], "SMA-Z001 > SMA-Z007, SMA-Z010"),
    case("SMA-Z001", first_the_statement(), "SMA-Z001 > SMA-Z013, SMA-Z015, SMA-Z016"),
    case("SMA-Z002", in_header(GOOD, "datapackage.json", 30, b"DATA"), "SMA-Z002 > SMA-Z009"),
    case("SMA-Z007", GOOD.replace(b'"wacz_version"', b'"wacz_versiom"'), "SMA-Z007 > SMA-Z017", "SMA-Z033"),
    case("SMA-Z007", GOOD.replace(b'"title": "Home', b'"title": @Home'), "SMA-Z007 > SMA-Z011, SMA-Z020"),
    case("SMA-Z011", PACKED_INDEX.replace(BLOCKS[20:40], bytes(20)), "SMA-Z011 > SMA-Z026, SMA-Z027"),
    Case(
        "SMA-W001", shown(NO_RECORDS, "pagina.wacz", ABOUT["x"]), "SMA-W001 > SMA-H001, SMA-W006, SMA-Z030", "SMA-H010"
    ),
    case("SMA-W015", wacz(STATED[:-30], index=LINES), "SMA-W015 > SMA-W003, SMA-W026, SMA-Z025"),
    case("SMA-W015", wacz(STATED[: len(members(warcinfo())) + 60], index=LINES), "SMA-W015 > SMA-Z024, SMA-Z030"),
    case("SMA-Z011", with_claim(hash="sha256:" + "0" * 64, bytes=7), "SMA-Z011 > SMA-Z012"),
]
