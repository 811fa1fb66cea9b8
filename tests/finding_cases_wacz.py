"""Cases of SMA-Z: WACZ files."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

from finding_cases import ABOUT, PAGE, Bench, Case, shown
from signing import by_host, by_key, encoded, issue, root, service, token
from sma_plugin import findings
from sma_plugin.findings import Finding
from sma_plugin.readers import certificates
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths
from sma_plugin.show import show_delivery
from test_wacz import BLOCKS, DISAGREEING, FAULTY, GOOD, LINES, STATED, in_header, with_claim, with_index
from test_wacz import WARC as MEMBER
from test_wacz_signature import OTHER, packed
from test_warc import TWO
from warc_builders import members, wacz, warcinfo

UNSIGNED = "SMA-Z035"


def crowded() -> bytes:
    """A WACZ whose directory says that it has a hundred thousand members."""
    end = GOOD.rindex(b"PK\x05\x06")
    count = (60_000).to_bytes(2, "little")
    return GOOD[: end + 8] + count + count + GOOD[end + 12 :]


def leading_outside() -> bytes:
    """A WACZ with a member that would be written elsewhere by who unpacks by name."""
    return wacz(MEMBER, **{"..__..__x_dot_txt": b"elders"})


def unsigned(*told: str) -> list[str]:
    """What is told, and that the WACZ is not signed: folded under a cause that it may come of, else by itself."""
    lines = list(told)
    for number, line in enumerate(lines):
        cause, _, effects = line.partition(" > ")
        if cause in findings.code(UNSIGNED).implied_by:
            effects = ", ".join(sorted([*filter(None, effects.split(", ")), UNSIGNED]))
            lines[number] = f"{cause} > {effects}"
            return lines
    return [*lines, UNSIGNED]


def case(code: str, data: bytes, *told: str) -> Case:
    """A WACZ with a fault: beside what is told of it, that it is not signed and holds no posts."""
    return Case(code, shown(data, "pagina.wacz", ABOUT["x"]), *unsigned(*(told or (code,))), PAGE)


def of_signature(code: str, signed: Callable[[str], dict[str, Any]], *told: str, roots: str = "") -> Case:
    """A WACZ with a signature, in an archive that trusts these roots."""

    def run(bench: Bench) -> Iterable[Finding]:
        (bench.home / "instanties.pem").write_text(roots, encoding="ascii")
        paths = Paths(trusted_certificates=("instanties.pem",) if roots else ())
        bundle = bench.deliver(packed(signed), "pagina.wacz", ABOUT["x"])
        return show_delivery(bundle, bench.settings(paths=paths), Quiet()).findings

    return Case(code, run, *(told or (code,)), PAGE)


def without_libraries(bench: Bench) -> Iterable[Finding]:
    bench.patch.setattr(certificates, "available", lambda: False)
    return shown(packed(by_host), "pagina.wacz", ABOUT["x"])(bench)


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

SIGNATURES: list[tuple[Any, ...]] = [
    ("SMA-Z036", by_host),
    ("SMA-Z038", by_key),
    ("SMA-Z039", lambda label: by_host(label) | {"signature": by_host(OTHER)["signature"]}),
    ("SMA-Z040", lambda label: by_host(label, timeSignature=encoded(token(b"anders")))),
    ("SMA-Z041", lambda label: by_host(label, signature="abc")),
    ("SMA-Z042", lambda label: by_host(label, timeSignature=None, created="2020-01-01T00:00:00Z")),
    ("SMA-Z043", lambda label: by_host(label, chain=(service(),))),
    ("SMA-Z045", lambda label: by_host(label, domain="elders.example")),
    ("SMA-Z046", lambda label: by_host(label, created="2024-03-01T08:00:00Z"), "SMA-Z036", "SMA-Z046"),
    ("SMA-Z047", lambda label: by_host(label, timeSignature=None), "SMA-Z036", "SMA-Z047"),
]

CASES = [
    *(case(name, data, *TOLD.get(name, ())) for name, data in FAULTY.items() if name != "SMA-Z005"),
    case("SMA-Z003", listed_twice()),
    case("SMA-Z005", bomb(), "SMA-Z005 > SMA-Z013, SMA-Z028"),
    case("SMA-Z008", twice()),
    case("SMA-Z049", crowded()),
    case("SMA-Z048", leading_outside(), "SMA-Z014", "SMA-Z048"),
    Case("SMA-Z035", shown(GOOD, "pagina.wacz", ABOUT["x"]), UNSIGNED, PAGE),
    Case("SMA-Z018", without_libraries, "SMA-Z018", PAGE),
    *(of_signature(name, signed, *told, roots=root().pem) for name, signed, *told in SIGNATURES),
    of_signature("SMA-Z037", by_host),
    of_signature("SMA-Z044", by_host, roots=issue("Een ander", ca=True).pem),
    of_signature(
        "SMA-Z039", lambda _: by_host(OTHER) | {"signature": by_key(OTHER)["signature"]}, "SMA-Z017 > SMA-Z039"
    ),
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
        "SMA-W001",
        shown(NO_RECORDS, "pagina.wacz", ABOUT["x"]),
        *("SMA-W001 > SMA-H001, SMA-W006, SMA-Z030", "SMA-H010", UNSIGNED),
    ),
    case("SMA-W015", wacz(STATED[:-30], index=LINES), "SMA-W015 > SMA-W003, SMA-W026, SMA-Z025"),
    case("SMA-W015", wacz(STATED[: len(members(warcinfo())) + 60], index=LINES), "SMA-W015 > SMA-Z024, SMA-Z030"),
    case("SMA-Z011", with_claim(hash="sha256:" + "0" * 64, bytes=7), "SMA-Z011 > SMA-Z012"),
]
